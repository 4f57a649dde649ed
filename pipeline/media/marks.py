"""Zones and lines drawn into a picture: no-pass areas red and hatched, others blue, lines yellow."""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.attributes.marks import Marks
from pipeline.pictures import Pixels

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_NO_PASS, _ZONE, _LINE, _INK = (70, 70, 240), (235, 170, 60), (90, 220, 240), (20, 20, 20)
_TINT = 0.18
_HATCH_PX = 14

Floats = npt.NDArray[np.float64]


def draw_marks(bgr: Pixels, marks: Marks) -> None:
    """Draw a camera's zones and lines into `bgr` (height, width, 3), beneath whatever comes after."""
    thickness = max(1, round(bgr.shape[0] / 500))
    for area in marks.areas:
        if len(area.outline) < 3:
            continue
        colour = _NO_PASS if area.config.no_pass else _ZONE
        corners = _whole(area.outline)
        _tint(bgr, corners, colour, area.config.no_pass, thickness)
        cv2.polylines(bgr, [corners], True, colour, thickness, cv2.LINE_AA)
        _name(bgr, area.name, corners, colour, thickness)
    for border in marks.borders:
        points = _whole(border.outline)
        cv2.polylines(bgr, [points], False, _LINE, 2 * thickness, cv2.LINE_AA)
        _name(bgr, border.name, points, _LINE, thickness)


def _tint(bgr: Pixels, corners: npt.NDArray[np.int32], colour: tuple[int, int, int], hatched: bool, step: int) -> None:
    """Colour what a polygon covers, lightly; stripes tell a no-pass area also to who does not see its red."""
    left, top = np.maximum(corners.min(axis=0), 0)
    right, bottom = np.minimum(corners.max(axis=0) + 1, (bgr.shape[1], bgr.shape[0]))
    if right <= left or bottom <= top:
        return
    part = bgr[top:bottom, left:right]
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(mask, [corners - (left, top)], 255)
    if hatched:
        y, x = np.ogrid[top:bottom, left:right]
        stripes = (x + y) // (_HATCH_PX * step) % 2 == 0
        mask[~stripes] //= 3
    share = mask[..., None] * np.float32(_TINT / 255)
    part[:] = part * (1 - share) + np.array(colour, np.float32) * share


def _name(bgr: Pixels, text: str, points: npt.NDArray[np.int32], colour: tuple[int, int, int], thickness: int) -> None:
    """A name at the topmost point, moved into the picture; letters that the font lacks are question marks."""
    scale = 0.45 * thickness**0.7
    plain = text.encode("ascii", "replace").decode()
    (width, height), below = cv2.getTextSize(plain, _FONT, scale, thickness)
    x, y = points[points[:, 1].argmin()]
    x = int(np.clip(x, 2, max(bgr.shape[1] - width - 2, 2)))
    y = int(np.clip(y - below, height + 2, bgr.shape[0] - below - 2))
    for ink, wide in ((_INK, 3 * thickness), (colour, thickness)):
        cv2.putText(bgr, plain, (x, y), _FONT, scale, ink, wide, cv2.LINE_AA)


def _whole(points: Floats) -> npt.NDArray[np.int32]:
    return np.clip(points, -30_000, 30_000).round().astype(np.int32)
