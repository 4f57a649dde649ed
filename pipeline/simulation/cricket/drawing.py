"""Small shapes drawn into a region of a picture, smooth at their edges to a fraction of a pixel.

A shape is filled in a mask several times as fine as the picture and averaged down, so that each pixel gets the share of
it that the shape covers; OpenCV's own smooth lines are half a pixel wider than what they stand for.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.pictures import Pixels

Floats = npt.NDArray[np.float64]
Shares = npt.NDArray[np.floating[Any]]
_FINE = 4


def covered_by(polygons: list[Floats], size: tuple[int, int], fine: int = _FINE) -> tuple[slice, slice, Shares] | None:
    """The part of a picture (width, height) that polygons (N, 2) touch, and the share of each of its pixels that they
    cover; None where that is nothing. Places are the picture's: pixel i spans from i to i + 1."""
    everything = np.concatenate(polygons)
    if not np.isfinite(everything).all():
        return None
    left, top = np.maximum(np.floor(everything.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(everything.max(axis=0)).astype(int) + 1, size)
    if left >= right or top >= bottom:
        return None
    mask = np.zeros(((bottom - top) * fine, (right - left) * fine), np.uint8)
    for polygon in polygons:
        places = (polygon - (left, top)) * fine - 0.5
        cv2.fillPoly(mask, [np.round(np.clip(places, -1e6, 1e6) * 16).astype(np.int32)], 255, cv2.LINE_8, 4)
    share = cv2.resize(mask, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    return slice(top, bottom), slice(left, right), np.asarray(share, np.float32) / np.float32(255)


@dataclass(frozen=True, slots=True)
class Cover:
    """Something that does not move, ready to be laid over a part of a picture again and again."""

    rows: slice
    columns: slice
    leaves: Shares
    """What it leaves of what lies behind, (h, w, 1)."""
    adds: Shares
    """What it adds, (h, w, 3)."""

    def draw(self, rgb: Pixels) -> None:
        """Over a picture (height, width, 3), in place."""
        region = rgb[self.rows, self.columns]
        region[:] = np.rint(region * self.leaves + self.adds).astype(np.uint8)


def cover(polygons: list[tuple[list[Floats], npt.ArrayLike]], size: tuple[int, int]) -> Cover | None:
    """Polygons with their colours, the first below; None where nothing of them is in a picture (width, height)."""
    whole = covered_by([polygon for group, _ in polygons for polygon in group], size)
    if whole is None:
        return None
    rows, columns, _ = whole
    leaves = np.ones((rows.stop - rows.start, columns.stop - columns.start, 1), np.float32)
    adds = np.zeros((*leaves.shape[:2], 3), np.float32)
    for group, colour in polygons:
        found = covered_by(group, size)
        if found is None:
            continue
        at = (
            slice(found[0].start - rows.start, found[0].stop - rows.start),
            slice(found[1].start - columns.start, found[1].stop - columns.start),
        )
        share = found[2][..., None]
        leaves[at] *= 1 - share
        adds[at] = adds[at] * (1 - share) + share * np.asarray(colour, np.float32)
    return Cover(rows, columns, leaves, adds)


def ribbon(start: Floats, end: Floats, half_start: float, half_end: float) -> Floats:
    """A straight band (4, 2) from a place to another, of these half widths in pixels."""
    way = end - start
    length = max(float(np.hypot(*way)), 1e-6)
    across = np.array([-way[1], way[0]]) / length
    return np.stack(
        [start + half_start * across, end + half_end * across, end - half_end * across, start - half_start * across]
    )
