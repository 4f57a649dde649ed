"""Words by people's boxes, where they cover neither each other nor the picture's edge.

Those who are nearest have the first choice, as their boxes hide the others'. The live page places its own in the same
way (dashboard/components/live/labels.js).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from pipeline.data import Box
from pipeline.pictures import Pixels

Bgr = tuple[int, int, int]

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_DARK, _LIGHT = (15, 15, 15), (245, 245, 245)
_PADDING = 3


@dataclass(frozen=True, slots=True)
class Label:
    """Words on a ground of a colour, by the box that they are about."""

    text: str
    box: Box
    colour: Bgr


def draw_labels(bgr: Pixels, labels: Sequence[Label], thickness: int) -> None:
    """Draw labels into `bgr` (height, width, 3)."""
    scale = 0.45 * thickness**0.7
    sizes, below = [], 0
    for label in labels:
        (width, height), below = cv2.getTextSize(label.text, _FONT, scale, 1)
        sizes.append((float(width + 2 * _PADDING), float(height + below + 4)))
    places = placed([label.box for label in labels], sizes, (bgr.shape[1], bgr.shape[0]))
    for label, place in zip(labels, places, strict=True):
        left, top, right, bottom = (round(side) for side in place)
        cv2.rectangle(bgr, (left, top), (right, bottom), label.colour, -1)
        ink = _LIGHT if sum(label.colour) < 330 else _DARK
        corner = (left + _PADDING, bottom - below)
        cv2.putText(bgr, label.text, corner, _FONT, scale, ink, max(1, thickness // 2), cv2.LINE_AA)


def placed(boxes: Sequence[Box], sizes: Sequence[tuple[float, float]], picture: tuple[int, int]) -> list[Box]:
    """Where labels lie, in pixels.

    Each is tried over its box, at the box's lower edge, and then higher and lower, a label's height at a time, at
    either side; it lies where others cover the least of it, and of such places in the first.

    Args:
        boxes: what the labels are of.
        sizes: their widths and heights.
        picture: its width and height; no label leaves it that fits into it.
    """
    places: dict[int, Box] = {}
    for index in sorted(range(len(boxes)), key=lambda index: -boxes[index][3]):
        others = list(places.values())
        tried = _candidates(boxes[index], sizes[index], picture)
        places[index] = min(tried, key=lambda place: sum(_common(place, other) for other in others))
    return [places[index] for index in range(len(boxes))]


def _candidates(box: Box, size: tuple[float, float], picture: tuple[int, int]) -> list[Box]:
    (width, height), (left, top, right, bottom) = size, box
    rows = [top - height, bottom, *(top + step * height for step in (-2, 0, -3, 1, -4, 2))]
    corners = [(x, y) for y in rows for x in (left, right - width)]
    inside = [(max(min(x, picture[0] - width), 0.0), max(min(y, picture[1] - height), 0.0)) for x, y in corners]
    return [(x, y, x + width, y + height) for x, y in inside]


def _common(one: Box, other: Box) -> float:
    """The area that two boxes share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0.0) * max(down, 0.0)
