"""A delivery drawn: where it pitched, and its flight from above and from the side."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Delivery
from pipeline.geometry.laws import (
    BOWLERS_POPPING_M,
    PITCH_M,
    PITCH_WIDTH_M,
    POPPING_M,
    RETURN_M,
    STUMP_HEIGHT_M,
    STUMPS_WIDTH_M,
    markings,
)
from pipeline.geometry.pitch_map import LENGTHS_M
from pipeline.pictures import Pixels

Floats = npt.NDArray[np.float64]
Bgr = tuple[int, int, int]
_TURF, _LINE, _INK, _BALL, _FAINT = (118, 178, 196), (250, 250, 250), (40, 40, 40), (40, 40, 210), (140, 140, 140)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_BANDS: dict[str, Bgr] = {
    "yorker": (120, 190, 235), "full": (120, 205, 200), "good": (120, 215, 150), "short": (120, 160, 215),
}  # fmt: skip
_SCALE = 60
"""Pixels a metre."""
_ASIDE_M, _BEHIND_M = 2.2, 1.6


def pitch_map(deliveries: Sequence[Delivery]) -> Pixels:
    """The pitch from above, the striker's stumps at the top and the off side to the left, with where balls pitched and
    how well that is known, (height, width, 3)."""
    reach_m = 12.0
    picture = np.full((round((reach_m + _BEHIND_M) * _SCALE), round(2 * _ASIDE_M * _SCALE), 3), _TURF, np.uint8)
    for name, colour in _BANDS.items():
        near, far = LENGTHS_M[name]  # pyright: ignore[reportArgumentType]
        start, end = _above((near, PITCH_WIDTH_M / 2)), _above((min(far, reach_m), -PITCH_WIDTH_M / 2))
        cv2.rectangle(picture, start, end, colour, -1)
        cv2.putText(picture, name, (start[0] + 4, start[1] + 18), _FONT, 0.5, _INK, 1, cv2.LINE_AA)
    for marking in markings():
        if marking.end == "striker":
            cv2.line(picture, _above(marking.start_m), _above(marking.end_m), _LINE, 2, cv2.LINE_AA)
    half = STUMPS_WIDTH_M / 2
    cv2.line(picture, _above((0.0, half)), _above((0.0, -half)), _INK, 5)
    for delivery in deliveries:
        if delivery.bounce_m is None:
            continue
        centre = _above(delivery.bounce_m)
        if delivery.bounce_std_m is not None:
            along, across = delivery.bounce_std_m
            axes = max(round(across * _SCALE), 1), max(round(along * _SCALE), 1)
            cv2.ellipse(picture, centre, axes, 0, 0, 360, _INK, 1, cv2.LINE_AA)
        cv2.circle(picture, centre, 5, _BALL, -1, cv2.LINE_AA)
    cv2.putText(picture, "off", (6, 20), _FONT, 0.5, _INK, 1, cv2.LINE_AA)
    cv2.putText(picture, "leg", (picture.shape[1] - 34, 20), _FONT, 0.5, _INK, 1, cv2.LINE_AA)
    return picture


def flight_picture(delivery: Delivery, caption: str) -> Pixels:
    """The path from above and from the side, the striker to the right, (height, width, 3)."""
    above = _panel(2 * 1.6)
    side = _panel(3.2)
    path = np.array([point.metres for point in delivery.path if point.metres is not None], float).reshape(-1, 3)
    seen = np.array([point.image is not None for point in delivery.path if point.metres is not None], bool)
    for along in (POPPING_M, BOWLERS_POPPING_M):
        cv2.line(above, _across((along, 1.6), 1.6), _across((along, -1.6), 1.6), _LINE, 1, cv2.LINE_AA)
    for aside in (-RETURN_M, RETURN_M):
        cv2.line(above, _across((PITCH_M, aside), 1.6), _across((-1.0, aside), 1.6), _FAINT, 1, cv2.LINE_AA)
    for along in (0.0, PITCH_M):
        half = STUMPS_WIDTH_M / 2
        cv2.line(above, _across((along, half), 1.6), _across((along, -half), 1.6), _INK, 4)
        cv2.line(side, _across((along, 0.0), 2.9), _across((along, STUMP_HEIGHT_M), 2.9), _INK, 4)
    cv2.line(side, _across((PITCH_M + 1, 0.0), 2.9), _across((-1.5, 0.0), 2.9), _LINE, 2, cv2.LINE_AA)
    for panel, top, column in ((above, 1.6, 1), (side, 2.9, 2)):
        points = [_across((float(place[0]), float(place[column])), top) for place in path]
        if len(points) > 1:
            cv2.polylines(panel, [np.array(points, np.int32)], False, _BALL, 1, cv2.LINE_AA)
        for point, good in zip(points, seen, strict=True):
            cv2.circle(panel, point, 4, _BALL, -1 if good else 1, cv2.LINE_AA)
    cv2.putText(above, "from above, the off side at the top", (8, 18), _FONT, 0.5, _INK, 1, cv2.LINE_AA)
    cv2.putText(side, "from the side", (8, 18), _FONT, 0.5, _INK, 1, cv2.LINE_AA)
    footer = np.full((34, above.shape[1], 3), 245, np.uint8)
    cv2.putText(footer, caption.replace("±", "+-"), (8, 22), _FONT, 0.5, _INK, 1, cv2.LINE_AA)
    return np.vstack([above, side, footer])


def _panel(high_m: float) -> Pixels:
    return np.full((round(high_m * 50), round((PITCH_M + 3.0) * 50), 3), _TURF, np.uint8)


def _above(place: tuple[float, float]) -> tuple[int, int]:
    """A pixel of the pitch map for [along, to the off side]."""
    return round((_ASIDE_M - place[1]) * _SCALE), round((place[0] + _BEHIND_M) * _SCALE)


def _across(place: tuple[float, float], top_m: float) -> tuple[int, int]:
    """A pixel of a flight's panel for [along, upwards in the panel]."""
    return round((PITCH_M + 1.2 - place[0]) * 50), round((top_m - place[1]) * 50)
