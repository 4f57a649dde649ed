"""Small shapes drawn into a region of a picture, smooth at their edges to a fraction of a pixel.

A shape is filled in a mask several times as fine as the picture and averaged down, so that each pixel gets the share of
it that the shape covers; OpenCV's own smooth lines are half a pixel wider than what they stand for.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Pixels

Floats = npt.NDArray[np.float64]
_FINE = 4


def covered_by(
    polygons: list[Floats], size: tuple[int, int], fine: int = _FINE
) -> tuple[slice, slice, npt.NDArray[np.floating[Any]]] | None:
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


def fill(rgb: Pixels, polygons: list[Floats], colour: npt.ArrayLike, strength: float = 1.0) -> None:
    """Fill polygons of a picture (height, width, 3) with a colour, or with colours (h, w, 3) of the same region."""
    found = covered_by(polygons, (rgb.shape[1], rgb.shape[0]))
    if found is None:
        return
    rows, columns, share = found
    region = rgb[rows, columns].astype(np.float32)
    share = share[..., None] * np.float32(strength)
    rgb[rows, columns] = np.round(region + (np.asarray(colour, np.float32) - region) * share).astype(np.uint8)


def ribbon(start: Floats, end: Floats, half_start: float, half_end: float) -> Floats:
    """A straight band (4, 2) from a place to another, of these half widths in pixels."""
    way = end - start
    length = max(float(np.hypot(*way)), 1e-6)
    across = np.array([-way[1], way[0]]) / length
    return np.stack(
        [start + half_start * across, end + half_end * across, end - half_end * across, start - half_start * across]
    )


def capsule(start: Floats, end: Floats, radius: float) -> Floats:
    """The outline (N, 2) of a disc that has moved from a place to another."""
    way = end - start
    around = np.arctan2(way[1], way[0]) if np.hypot(*way) > 1e-9 else 0.0
    half = np.linspace(-np.pi / 2, np.pi / 2, 12)
    ahead, behind = around + half, around + np.pi + half
    return np.concatenate(
        [
            end + radius * np.stack([np.cos(ahead), np.sin(ahead)], axis=1),
            start + radius * np.stack([np.cos(behind), np.sin(behind)], axis=1),
        ]
    )
