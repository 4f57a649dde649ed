"""Detection masks: regions of the picture in which nobody is to be found."""

from collections.abc import Sequence

import cv2
import numpy as np

from pipeline.perception.detections import Detections


def outside_of(masks: Sequence[Sequence[tuple[float, float]]], found: Detections, size: tuple[int, int]) -> Detections:
    """Those who do not stand in a mask, by the middle of the lower edge of their boxes.

    Args:
        masks: outlines in shares of the picture's width and height.
        found: who was found.
        size: of the picture, (width, height).
    """
    if not masks or not len(found):
        return found
    feet = np.column_stack([(found.boxes[:, 0] + found.boxes[:, 2]) / 2, found.boxes[:, 3]])
    feet = np.minimum(feet, np.array(size) - 1e-3)
    outlines = [(np.array(mask) * size).astype(np.float32) for mask in masks]
    inside = [
        any(cv2.pointPolygonTest(outline, (float(x), float(y)), False) >= 0 for outline in outlines) for x, y in feet
    ]
    return found.select(~np.array(inside, bool))
