"""Faces and bodies cut out of a picture for networks that look at one person, at the size that the network takes.

Only the region is converted, after it was scaled: see `inference.letterbox`.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Person
from pipeline.inference.letterbox import Placement, Region, letterbox
from pipeline.pictures import Picture, Pixels

Floats = npt.NDArray[np.float64]

_NOSE, _EYES, _HEAD, _SHOULDERS, _HIPS, _ANKLES = 0, (1, 2), range(5), (5, 6), (11, 12), (15, 16)
_FACE_SURE, _BODY_SURE = 0.4, 0.2
"""Least scores of the keypoints that say that a face, or a body, is there to be seen."""
FACE_LEAST_PX = 8.0
"""Between the eyes: of a smaller face the gender network's 32 pixels would be made up, and what FSA-Net says of noisy,
compressed pictures changes by more than 10°."""
_NOSE_BETWEEN = (0.1, 0.9)
"""Where the nose lies between the eyes, as a share, in a face that is not turned too far away."""
_LEVEL = 0.6
"""Most that one eye is higher than the other, as a share of their distance."""
_HEAD_PX, _HEAD_WIDE, _HEAD_BELOW = 64, 4.7, 0.65
"""The side of FSA-Net's crop in pixels, and in distances of the eyes; and how far below the eyes its middle lies. Its
training took the box of 68 landmarks, brows to chin and ear to ear, and 0.6 of it more on each side."""
_FACE_PX, _FACE_WIDE = 32, 2.66
"""The side of dlib's face chip in pixels, and in distances of the eyes: with its padding of 0.2 `get_face_chip_details`
puts the eyes at shares of 0.305 and 0.681 of its width and 0.301 of its height (dlib/image_transforms)."""
_EYES_AT = (0.493, 0.301)
BODY_LEAST_PX = 80.0
"""Of height: below that the body network guesses."""
_LEGS = 0.3
"""Least share of the height from hips to ankles: the body network knows people who stand and walk, not who sit."""
_BODY = (80, 160)
_EDGE_PX = 3.0
PORTRAIT_PX = 48
"""The side of a portrait: a head and the chest below it."""
_PORTRAIT, _BELOW_HEAD = 0.36, 0.06
"""Its side, and how far its middle lies below that of the head, as shares of stature."""
_TRUNK_LONG, _SHOULDERS_WIDE = 0.288, 0.235
"""From the hips to the shoulders, and from one shoulder to the other, as shares of stature."""
_GRAY = 128


@dataclass(frozen=True, slots=True)
class Square:
    """A part of a picture, which may lie partly outside of it."""

    middle: Floats
    """(2,) in pixels."""
    side: float

    def grown(self, by: float) -> "Square":
        """About the same middle, so many times as large."""
        return Square(self.middle, by * self.side)


def face_quality(person: Person) -> float:
    """How well a face is seen, 0 (not at all) to 1 (the network's own size or more)."""
    if not person.keypoints or min(person.keypoints[joint][2] for joint in (_NOSE, *_EYES)) < _FACE_SURE:
        return 0.0
    left, right, nose = (np.array(person.keypoints[joint][:2]) for joint in (*_EYES, _NOSE))
    between = left - right
    apart = float(np.linalg.norm(between))
    # The person's left eye is on the right of a face that looks out of the picture.
    if apart < FACE_LEAST_PX or between[0] <= 0 or abs(between[1]) > _LEVEL * apart:
        return 0.0
    share = float((nose - right) @ between) / apart**2
    if not _NOSE_BETWEEN[0] <= share <= _NOSE_BETWEEN[1]:
        return 0.0
    return min(apart * _FACE_WIDE / _FACE_PX, 1.0)


def body_quality(person: Person, size: tuple[int, int], covered: float) -> float:
    """How well a body is seen in a picture of that size, 0 (not at all) to 1; `covered` is the share of its box that
    another person's box takes."""
    left, top, right, bottom = person.box
    high = bottom - top
    whole = left > _EDGE_PX and top > _EDGE_PX and right < size[0] - _EDGE_PX and bottom < size[1] - _EDGE_PX
    if not person.keypoints or high < BODY_LEAST_PX or not whole or covered > 0.2:
        return 0.0
    if min(person.keypoints[joint][2] for joint in (*_SHOULDERS, *_HIPS, *_ANKLES)) < _BODY_SURE:
        return 0.0
    hips, ankles = (sum(person.keypoints[joint][1] for joint in pair) / 2 for pair in (_HIPS, _ANKLES))
    if ankles - hips < _LEGS * high:
        return 0.0
    return min(high / _BODY[1], 1.0) * (1 - covered)


def face_crop(picture: Picture, person: Person) -> Pixels:
    """A face (32, 32, 3) in RGB, upright, where dlib's network expects it."""
    left, right = (np.array(person.keypoints[joint][:2]) for joint in _EYES)
    middle, along = (left + right) / 2, left - right
    apart = float(np.linalg.norm(along))
    place = _placement(picture, middle + (0, 0.4 * apart), (4.4 * apart, 4.4 * apart), (64, 64))
    crop = letterbox(picture, place)
    # From the chip's pixels to the picture's, and on to the crop's.
    unit = along / _FACE_PX * _FACE_WIDE
    origin = middle - (_EYES_AT[0] * unit + _EYES_AT[1] * np.array([-unit[1], unit[0]])) * _FACE_PX
    scale = np.array(place.scaled) / (place.region.width, place.region.height)
    start = (origin - (place.region.left, place.region.top)) * scale + place.offset
    to_crop = np.column_stack([unit * scale, np.array([-unit[1], unit[0]]) * scale, start])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(crop, to_crop, (_FACE_PX, _FACE_PX), flags=flags), np.uint8)


def eyes_apart_px(person: Person) -> float:
    """How far apart somebody's eyes are in the picture."""
    (left, right) = (person.keypoints[joint] for joint in _EYES)
    return math.hypot(left[0] - right[0], left[1] - right[1])


def head_crop(picture: Picture, person: Person) -> Pixels:
    """A head (64, 64, 3) in RGB, as upright as the picture, where FSA-Net expects it."""
    middle = np.mean([person.keypoints[joint][:2] for joint in _EYES], axis=0)
    apart = eyes_apart_px(person)
    wide = _HEAD_WIDE * apart
    return letterbox(
        picture, _placement(picture, middle + (0, _HEAD_BELOW * apart), (wide, wide), (_HEAD_PX, _HEAD_PX))
    )


def body_crop(picture: Picture, person: Person) -> Pixels:
    """A body (160, 80, 3) in RGB, whole and in proportion."""
    left, top, right, bottom = person.box
    middle = np.array([left + right, top + bottom]) / 2
    wide, high = 1.05 * (right - left), 1.05 * (bottom - top)
    high = max(high, 2 * wide)
    return letterbox(picture, _placement(picture, middle, (high / 2, high), _BODY), 128)


def stature_px(keypoints: npt.NDArray[np.floating]) -> float:
    """How large somebody with keypoints (17, 3) is in the picture, whatever they do: by the longer one of trunk and
    shoulders, as from the side shoulders look short, and from above trunks."""
    points = np.asarray(keypoints[:, :2], float)
    (left, right), hips = points[list(_SHOULDERS)], points[list(_HIPS)].mean(axis=0)
    trunk, shoulders = (left + right) / 2 - hips, left - right
    return max(math.hypot(*trunk) / _TRUNK_LONG, math.hypot(*shoulders) / _SHOULDERS_WIDE)


def portrait_square(keypoints: npt.NDArray[np.floating]) -> Square:
    """Where the head and chest of somebody with keypoints (17, 3) are."""
    stature = stature_px(keypoints)
    head = np.asarray(keypoints[_HEAD, :2], float).mean(axis=0)
    return Square(head + (0.0, _BELOW_HEAD * stature), _PORTRAIT * stature)


def square_crop(picture: Picture, square: Square, side_px: int = PORTRAIT_PX) -> Pixels:
    """A square of a picture as RGB (side_px, side_px, 3), gray where it lies outside of the picture."""
    low, extent = square.middle - square.side / 2, (square.side, square.side)
    place = Placement.cut(low, extent, picture.size, (side_px, side_px))
    return letterbox(picture, place, _GRAY)


def _placement(picture: Picture, middle: Floats, extent: tuple[float, float], size: tuple[int, int]) -> Placement:
    """A region around a place, as far as it lies in the picture, in an input of a size."""
    low = np.maximum(middle - np.array(extent) / 2, 0) // 2 * 2
    high = np.minimum(middle + np.array(extent) / 2, picture.size) // 2 * 2
    left, top = (int(min(value, side - 2)) for value, side in zip(low, picture.size, strict=True))
    wide, tall = (int(max(value, 2)) for value in high - (left, top))
    return Placement.fit(Region(left, top, wide, tall), size)
