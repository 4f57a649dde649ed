"""Somebody who stands upright and faces the camera, for tests of what is cut out of pictures."""

from collections.abc import Callable

import numpy as np

from pipeline.data import KEYPOINT_NAMES, Person
from pipeline.pictures import Picture, PixelFormat, Pixels

SIZE = (640, 480)
GRAY = Picture.packed(PixelFormat.RGB24, *SIZE, np.full((480, 640, 3), 90, np.uint8))


def somebody(track=1, left=200.0, top=60.0, height=300.0, eyes_px=20.0, sure=0.9) -> Person:
    """Somebody upright who faces the camera, with eyes that far apart."""
    middle = left + height / 6
    points = dict.fromkeys(KEYPOINT_NAMES, (middle, top + height / 2, sure))
    points |= {
        "left_eye": (middle + eyes_px / 2, top + 30, sure), "right_eye": (middle - eyes_px / 2, top + 30, sure),
        "nose": (middle, top + 40, sure),
        "left_ankle": (middle + 9, top + 0.96 * height, sure), "right_ankle": (middle - 9, top + 0.96 * height, sure),
    }  # fmt: skip
    return Person(track, (left, top, left + height / 3, top + height), 0.9, tuple(points.values()))


def eyes_in(cut_out: Callable[[Picture, Person], Pixels]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Where somebody's left and right eye lie in what is cut out of a picture, in pixels."""
    pixels = np.zeros((480, 640, 3), np.uint8)
    person = somebody(eyes_px=40.0)
    for joint, channel in ((1, 0), (2, 1)):
        x, y, _ = person.keypoints[joint]
        pixels[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3, channel] = 255
    crop = cut_out(Picture.packed(PixelFormat.RGB24, *SIZE, pixels), person).astype(float)
    y, x = np.mgrid[: crop.shape[0], : crop.shape[1]]

    def middle(weight: np.ndarray) -> tuple[float, float]:
        return float(np.sum(x * weight) / weight.sum() + 0.5), float(np.sum(y * weight) / weight.sum() + 0.5)

    return middle(crop[..., 0]), middle(crop[..., 1])
