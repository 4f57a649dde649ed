"""One person found by several passes becomes one detection.

Two people who stand close are told apart by the pass that saw both, so detections are compared across passes only.
Someone cut by the inner border of a tile is seen better by another pass, and gives way to it.
"""

import numpy as np
import numpy.typing as npt

from pipeline.inference.letterbox import Placement
from pipeline.perception.detections import Detections, Floats

SAME_IOU = 0.45
"""Boxes of two passes that overlap by this much are one person."""
PART_OF = 0.7
"""A cut box of which this share lies in another pass's box is a part of that person."""
_BORDER_PX = 4.0


def merged(parts: list[Detections], placements: tuple[Placement, ...], picture: tuple[int, int]) -> Detections:
    """The people of all passes over a picture of (width, height), each once, the whole and most certain first."""
    found = Detections.joined(parts)
    if len(parts) == 1 or not len(found):
        return found
    origin = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    cut = np.concatenate([_cut(part.boxes, place, picture) for part, place in zip(parts, placements, strict=True)])
    overlap, share = _overlaps(found.boxes)
    kept: list[int] = []
    for index in np.lexsort((-found.scores, cut)):
        others = [k for k in kept if origin[k] != origin[index]]
        same = overlap[index, others] > SAME_IOU
        part_of = (share[index, others] > PART_OF) & cut[index]
        if not (same | part_of).any():
            kept.append(int(index))
    return found.select(np.array(sorted(kept), np.intp))


def _cut(boxes: Floats, placement: Placement, picture: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Which boxes touch a border of their region that is not the picture's own."""
    region = placement.region
    right, bottom = region.left + region.width, region.top + region.height
    cut = np.zeros(len(boxes), bool)
    if region.left > 0:
        cut |= boxes[:, 0] < region.left + _BORDER_PX
    if region.top > 0:
        cut |= boxes[:, 1] < region.top + _BORDER_PX
    if right < picture[0]:
        cut |= boxes[:, 2] > right - _BORDER_PX
    if bottom < picture[1]:
        cut |= boxes[:, 3] > bottom - _BORDER_PX
    return cut


def _overlaps(boxes: Floats) -> tuple[Floats, Floats]:
    """IoU of each pair (N, N), and the share of the row's box that lies in the column's."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    common = np.prod(np.clip(high - low, 0, None), axis=2)
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return common / (area[:, None] + area[None, :] - common + 1e-9), common / (area[:, None] + 1e-9)
