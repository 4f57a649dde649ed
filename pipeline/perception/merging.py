"""One person found by several passes becomes one detection.

Two people who stand close are told apart by the pass that saw both, so detections are compared across passes only.
Two detections are one person where their boxes agree or where the joints that both are sure of do: a tile that cuts
somebody, or shows them too large, may have the joints right and the box wrong.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.inference.letterbox import Placement
from pipeline.perception.detections import Detections, Floats

SAME_IOU = 0.45
"""Boxes of two passes that overlap by this much are one person."""
PART_OF = 0.7
"""A cut box of which this share lies in another pass's box is a part of that person."""
LARGE = 0.45
"""Somebody taller than this share of the picture is seen best by the overview, anybody smaller by the tiles."""
SAME_JOINTS = 0.08
"""Joints whose median distance is below this share of the taller box's height are the same."""
_SURE_JOINT = 0.2
_BORDER_PX = 4.0

Flags = npt.NDArray[np.bool_]


def merged(parts: Sequence[Detections], placements: tuple[Placement, ...], picture: tuple[int, int]) -> Detections:
    """The people of all passes over a picture of (width, height), each once.

    Where passes disagree, the overview comes first for large people, then who was seen whole, then the more certain.
    """
    found = Detections.joined(parts)
    if len(parts) == 1 or not len(found):
        return found
    origin = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    overviews = [(place.region.width, place.region.height) == picture for place in placements]
    from_overview = np.array(overviews, bool)[origin]
    large = found.boxes[:, 3] - found.boxes[:, 1] > LARGE * picture[1]
    cut = np.concatenate([_cut(part.boxes, place, picture) for part, place in zip(parts, placements, strict=True)])
    share = _overlaps(found.boxes)[1]
    # The overview's word counts for large people only; a tile's detection within one of them is a part of them.
    within = (share > PART_OF) & (cut[:, None] | (from_overview & large)[None, :])
    same = same_people(found) | within
    kept: list[int] = []
    for index in np.lexsort((-found.scores, cut, ~(from_overview & large))):
        if from_overview[index] and not large[index]:
            continue
        others = [k for k in kept if origin[k] != origin[index]]
        if not same[index, others].any():
            kept.append(int(index))
    return found.select(np.array(sorted(kept), np.intp))


def same_people(found: Detections) -> Flags:
    """Which pairs (N, N) of detections of several passes are one person, by their boxes or by their joints."""
    return (_overlaps(found.boxes)[0] > SAME_IOU) | _same_joints(found)


def _cut(boxes: Floats, placement: Placement, picture: tuple[int, int]) -> Flags:
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


def _same_joints(found: Detections) -> Flags:
    """Which pairs (N, N) have at least a third of their joints in common, at the same places."""
    points, sure = found.keypoints[:, :, :2], found.keypoints[:, :, 2] > _SURE_JOINT
    both = sure[:, None] & sure[None, :]
    apart = np.linalg.norm(points[:, None] - points[None, :], axis=3)
    common = both.sum(axis=2)
    # The others count as infinitely far and come last; the median is taken over those that come before.
    ordered = np.sort(np.where(both, apart, np.inf), axis=2)
    middle = np.take_along_axis(ordered, np.maximum(common[:, :, None] - 1, 0) // 2, axis=2)[:, :, 0]
    height = found.boxes[:, 3] - found.boxes[:, 1]
    return (common >= 6) & (middle < SAME_JOINTS * np.maximum(height[:, None], height[None, :]))
