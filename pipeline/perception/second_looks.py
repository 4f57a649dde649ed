"""Where to look again: at people who are followed and whom the network has just not found where they are expected.

A nearer look at a small region costs little and sees more. On 52 frames of simulated streets (mild and middle), looks
at those who were missed, 1.4 a frame and off by 0.08 of a height, found 0.96 instead of 0.79 of those below 100 px,
0.95 instead of 0.67 of those of whom 0.6 to 0.8 is seen, and 0.77 instead of 0.58 of those who are half hidden, for a
ninth of the time and with no more false ones.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment
from trackers.eval import box_iou

from pipeline.inference.letterbox import Region
from pipeline.perception.detections import Detections, Floats

_FOUND_IOU = 0.3
"""Somebody whose expected box overlaps a detection by this much, which nobody else fits better, has been found."""
_ROOM = 1.6
"""Height of a region, in heights of the person. Of 1.4, 1.8 and 2.4 the first two found the same, the last less."""
_LEAST_PX, _LEAST_WITHIN = 24.0, 0.5
"""Nobody is looked for who is smaller, or of whose expected box less lies within the picture."""
_SERVES = 0.35
"""A region serves another person, too, who lies within it and has at least this share of its height."""


def second_looks(
    expected: Floats, found: Detections, picture: tuple[int, int], shape: tuple[int, int], most: int
) -> tuple[Region, ...]:
    """The regions of a picture that deserve a nearer look.

    Args:
        expected: boxes (N, 4) in pixels where people are expected, those who matter most first.
        found: what was found in the picture.
        picture: its width and height.
        shape: the width and height of the network's input, whose proportions regions have.
        most: the most regions.
    """
    looks: list[Region] = []
    for box in missed(expected, found):
        if len(looks) == most:
            break
        region = _around(box, picture, shape)
        if region is not None and not any(_serves(look, box) for look in looks):
            looks.append(region)
    return tuple(looks)


def missed(expected: Floats, found: Detections) -> Floats:
    """Those of the boxes (N, 4) where people are expected in which nobody was found, in their order."""
    overlap = np.asarray(box_iou(expected.astype(float), found.boxes.astype(float))).reshape(len(expected), len(found))
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    return np.delete(expected, rows[overlap[rows, columns] > _FOUND_IOU], axis=0)


def _around(box: Floats, picture: tuple[int, int], shape: tuple[int, int]) -> Region | None:
    """A region about somebody, moved into the picture; None for those who have left and those who fill the picture."""
    size = box[2:] - box[:2]
    within = np.clip(box[2:], 0, picture) - np.clip(box[:2], 0, picture)
    if size[1] < _LEAST_PX or np.prod(within) < _LEAST_WITHIN * np.prod(size):
        return None
    height = _ROOM * max(float(size[1]), float(size[0]) * shape[1] / shape[0])
    width = height * shape[0] / shape[1]
    if height >= picture[1] or width >= picture[0]:
        return None
    return Region.about((box[:2] + box[2:]) / 2, (width, height), picture)


def _serves(look: Region, box: Floats) -> bool:
    low, extent = np.array([look.left, look.top]), np.array([look.width, look.height])
    inside = (low <= box[:2]).all() and (box[2:] <= low + extent).all()
    return bool(inside and box[3] - box[1] >= _SERVES * look.height)
