"""Blots privacy regions out of pictures, in the process that reads the camera: what leaves it does not hold them.

A decoder's planes are references for the frames that follow, so a picture is copied before it is painted; only cameras
with masks pay for that, and for OpenCV.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.capture.source import Captured
from pipeline.config.masks import PrivacyMask
from pipeline.pictures import Picture, PixelFormat, Pixels

_SQUARES = 12
"""Of a coarse region, across its longer side."""
_EDGE_PX = 2
"""A region is painted so much wider, so that chroma and compression give no rim away."""


class Masking:
    """The privacy masks of one camera."""

    def __init__(self, masks: tuple[PrivacyMask, ...]) -> None:
        self._masks = masks
        self._regions: dict[tuple[int, ...], list[npt.NDArray[np.bool_]]] = {}

    @classmethod
    def of(cls, masks: Iterable[dict[str, Any]]) -> "Masking":
        """From the masks' JSON."""
        return cls(tuple(PrivacyMask.model_validate(mask) for mask in masks))

    def masked(self, captured: Captured) -> Captured:
        """What came from a source, without what nobody is to see."""
        return replace(captured, picture=self.apply(captured.picture)) if self._masks else captured

    def apply(self, picture: Picture) -> Picture:
        """A copy of the picture without what nobody is to see."""
        planes = tuple(np.array(plane) for plane in picture.planes)
        for number, plane in enumerate(planes):
            black = _black(picture, number)
            for mask, region in zip(self._masks, self._regions_of(plane.shape[:2]), strict=True):
                if mask.how == "black":
                    plane[region] = black
                else:
                    _coarsen(plane, region)
        return Picture(picture.format, picture.width, picture.height, planes, picture.full_range)

    def _regions_of(self, shape: tuple[int, ...]) -> list[npt.NDArray[np.bool_]]:
        if shape not in self._regions:
            self._regions[shape] = [_painted(mask, shape) for mask in self._masks]
        return self._regions[shape]


def _painted(mask: PrivacyMask, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which pixels of a plane (height, width) a mask covers."""
    import cv2

    canvas = np.zeros(shape, np.uint8)
    corners = np.round(np.array(mask.shares) * (shape[1], shape[0])).astype(np.int32)
    cv2.fillPoly(canvas, [corners], 1)
    wider = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * _EDGE_PX + 1, 2 * _EDGE_PX + 1))
    return cv2.dilate(canvas, wider).astype(bool)


def _black(picture: Picture, plane: int) -> int:
    if picture.format in (PixelFormat.RGB24, PixelFormat.GRAY8):
        return 0
    return 128 if plane else 0 if picture.full_range else 16


def _coarsen(plane: Pixels, region: npt.NDArray[np.bool_]) -> None:
    """Replace a region by the means of large squares of it."""
    import cv2

    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not len(rows) or not len(columns):
        return
    part = plane[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = part.shape[:2]
    side = max(height, width) / _SQUARES
    few = (max(1, round(width / side)), max(1, round(height / side)))
    small = cv2.resize(part, few, interpolation=cv2.INTER_AREA)
    large = cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST)
    inside = region[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    part[inside] = large.reshape(part.shape)[inside]
