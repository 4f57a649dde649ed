"""What colours people wear, as a hint which of two who cross is which.

The colours are taken from the decoder's own planes at a few places between the joints: chest and belly, and both
thighs. Where somebody is covered by another, the colours are the other's, and are not learnt.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from trackers.eval import box_iou
from trackers.utils.base_tracklet import BaseTracklet
from trackers.utils.iou import DIoU

from pipeline.perception.detections import Detections, Floats
from pipeline.pictures import Picture, PixelFormat

_SHOULDERS, _HIPS, _KNEES = (5, 6), (11, 12), (13, 14)
_LUMA_WEIGHT = 0.5
"""Brightness changes with shadow and angle more than hue does."""
_FAR = 40.0
"""Levels of colour from which on two people do not look alike at all."""
_WEIGHT = 0.5
"""How much of distance-IoU a completely different look costs."""
_LEARN = 0.15
"""The share of a new look in what is remembered of a track."""
_COVERED_IOU = 0.1


class Appearance(Protocol):
    """How people's looks are taken, and compared."""

    def looks(self, picture: Picture, found: Detections) -> Floats:
        """The looks (N, D) of N people."""
        ...

    def difference(self, looks: Floats, look: Floats) -> Floats:
        """From 0 (alike) to 1 (not at all), for each of N looks."""
        ...


class Clothing:
    """Looks are the colours that people wear."""

    def looks(self, picture: Picture, found: Detections) -> Floats:
        return clothing(picture, found)

    def difference(self, looks: Floats, look: Floats) -> Floats:
        apart = (looks - look).reshape(-1, 2, 3) * np.array([_LUMA_WEIGHT, 1, 1], np.float32)
        return np.minimum(np.linalg.norm(apart, axis=2).mean(axis=1) / _FAR, 1)


def clothing(picture: Picture, found: Detections) -> Floats:
    """The looks (N, 6) of N people: mean luma and chroma of the upper and the lower body."""
    joints = found.keypoints[:, :, :2]
    shoulders, hips, knees = (joints[:, pair, :] for pair in (_SHOULDERS, _HIPS, _KNEES))
    chest = np.concatenate([share * shoulders + (1 - share) * hips for share in (0.75, 0.55, 0.35)], axis=1)
    middle = chest.mean(axis=1, keepdims=True)
    upper = middle + np.float32(0.6) * (chest - middle)  # well inside the body
    lower = np.concatenate([0.65 * hips + 0.35 * knees, 0.35 * hips + 0.65 * knees], axis=1)
    return np.concatenate([_mean(picture, upper), _mean(picture, lower)], axis=1)


def _mean(picture: Picture, points: npt.NDArray[np.floating]) -> Floats:
    """The mean colour (N, 3) at places (N, P, 2)."""
    limit = np.array([picture.width, picture.height]) - 1
    x, y = np.moveaxis(np.clip(points, 0, limit).astype(int), -1, 0)
    match picture.format:
        case PixelFormat.I420:
            luma, first, second = picture.planes
            values = [luma[y, x], first[y // 2, x // 2], second[y // 2, x // 2]]
        case PixelFormat.NV12:
            luma, chroma = picture.planes
            values = [luma[y, x], chroma[y // 2, x // 2, 0], chroma[y // 2, x // 2, 1]]
        case PixelFormat.RGB24:
            values = [picture.planes[0][y, x, channel] for channel in range(3)]
        case PixelFormat.GRAY8:
            values = [picture.planes[0][y, x]] * 3
    return np.stack([value.astype(np.float32).mean(axis=1) for value in values], axis=1)


class LooksAndPlace(DIoU):
    """Distance-IoU less what a different look costs.

    The library's trackers compare predicted boxes with found ones and know nothing else, so this metric finds out whose
    boxes they are: rows among the tracks' predictions, columns among the boxes that it was told to expect.
    """

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.tracks: Callable[[], Sequence[BaseTracklet]] = list
        self._known: dict[int, Floats] = {}
        self._boxes = np.empty((0, 4), np.float32)
        self._looks = np.empty((0, 6), np.float32)

    def expect(self, boxes: Floats, looks: Floats) -> None:
        """The boxes (N, 4) of the next update, and the looks (N, D) of the people in them."""
        self._boxes, self._looks = boxes, looks

    def learn(self, track: int, look: Floats) -> None:
        """Somebody was seen well: remember how they look."""
        known = self._known.get(track, look)
        self._known[track] = np.asarray(known + _LEARN * (look - known), np.float32)

    def forget(self, alive: Iterable[int]) -> None:
        """Only these tracks are still alive."""
        self._known = {track: self._known[track] for track in alive if track in self._known}

    def _compute(self, boxes_1: npt.NDArray[np.float64], boxes_2: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        likeness = super()._compute(boxes_1, boxes_2)
        tracks = self.tracks()
        if not self._known or not len(self._boxes) or not tracks:
            return likeness
        rows = _nearest(boxes_1, np.array([track.get_state_bbox() for track in tracks]).reshape(-1, 4))
        looks = self._looks[_nearest(boxes_2, self._boxes)]
        for row, index in enumerate(rows):
            known = self._known.get(tracks[index].tracker_id)
            if known is not None:
                likeness[row] -= _WEIGHT * self._appearance.difference(looks, known)
        return likeness


def seen_well(found: Detections) -> npt.NDArray[np.bool_]:
    """Which of N people (N,) nobody else's box covers noticeably, so that their colours are their own."""
    if len(found) < 2:
        return np.ones(len(found), bool)
    overlap = np.array(box_iou(found.boxes, found.boxes, box_format="xyxy"))
    np.fill_diagonal(overlap, 0)
    return overlap.max(axis=1) < _COVERED_IOU


def _nearest(boxes: npt.NDArray[np.floating], among: npt.NDArray[np.floating]) -> npt.NDArray[np.intp]:
    return np.abs(boxes[:, None] - among[None]).sum(axis=2).argmin(axis=1)
