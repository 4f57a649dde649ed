"""Full-range luma and chroma (0..255) as video range (16..235, 16..240), which OpenCV's conversions to RGB expect."""

from functools import cache

import cv2
import numpy as np

from pipeline.pictures import Pixels


def to_video_range(plane: Pixels, chroma: bool, out: Pixels | None = None) -> Pixels:
    """A plane in video range, written to `out` if given (which may be the plane itself)."""
    return np.asarray(cv2.LUT(plane, _table(chroma), dst=out), np.uint8)


@cache
def _table(chroma: bool) -> Pixels:
    values = np.arange(256)
    table = (values - 128) * 224 / 255 + 128 if chroma else values * 219 / 255 + 16
    return np.round(table).astype(np.uint8)
