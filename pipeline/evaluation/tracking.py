"""How well people were found and followed: CLEAR MOT, identity and HOTA figures, and the error of keypoints.

The figures are the `trackers` package's own, which follows TrackEval. This module lines up the frames, takes out what
is to be ignored, and adds keypoints.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from trackers.eval import box_iou, compute_clear_metrics, compute_hota_metrics, compute_identity_metrics

from pipeline.errors import InputError
from pipeline.evaluation.boxes import FramePeople, read_people

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrackingScores:
    """Shares are from 0 to 1. `keypoint_error` is the median distance of a visible keypoint from its truth as a share
    of the body's height in the picture; None where the truth has no keypoints."""

    recall: float
    precision: float
    mota: float
    idf1: float
    hota: float
    id_switches: int
    keypoint_error: float | None
    frames: int
    truth_boxes: int
    predicted_boxes: int


def run(truth: Path, pred: Path, iou: float = 0.5) -> TrackingScores:
    """Score the records in `pred` against the labels in `truth`; see `read_people` for what either may be.

    Raises:
        InputError: a file cannot be read, or no frame is in both.
    """
    return score_tracking(read_people(truth), read_people(pred), iou)


def score_tracking(truth: dict[int, FramePeople], pred: dict[int, FramePeople], iou: float = 0.5) -> TrackingScores:
    """Score predictions on the frames that the truth labels; a frame without predictions counts as empty."""
    if not truth.keys() & pred.keys():
        raise InputError("no frame is in both the truth and the predictions; are they of the same clip?")
    nobody = FramePeople(np.empty(0, np.int64), np.empty((0, 4)), np.empty(0, bool), np.empty(0))
    frames = [_counted(truth[frame], pred.get(frame, nobody), iou) for frame in sorted(truth)]
    true_ids = _numbered([real.ids for real, _ in frames])
    found_ids = _numbered([found.ids for _, found in frames])
    likeness = [_iou(real.boxes, found.boxes) for real, found in frames]
    clear = compute_clear_metrics(true_ids, found_ids, likeness, iou)
    errors = [_keypoint_errors(real, found, like, iou) for (real, found), like in zip(frames, likeness, strict=True)]
    known = np.concatenate(errors) if errors else np.empty(0)
    return TrackingScores(
        recall=float(clear["CLR_Re"]),
        precision=float(clear["CLR_Pr"]),
        mota=float(clear["MOTA"]),
        idf1=float(compute_identity_metrics(true_ids, found_ids, likeness, iou)["IDF1"]),
        hota=float(compute_hota_metrics(true_ids, found_ids, likeness)["HOTA"]),
        id_switches=int(clear["IDSW"]),
        keypoint_error=float(np.median(known)) if len(known) else None,
        frames=len(frames),
        truth_boxes=sum(map(len, true_ids)),
        predicted_boxes=sum(map(len, found_ids)),
    )


def _counted(truth: FramePeople, found: FramePeople, iou: float) -> tuple[FramePeople, FramePeople]:
    """Leave out ignored people, and predictions that fit one of them better than anybody who counts."""
    rows, columns = _matched(_iou(truth.boxes, found.boxes), iou)
    excused = columns[truth.ignored[rows]]
    return _select(truth, ~truth.ignored), _select(found, ~np.isin(np.arange(len(found.ids)), excused))


def _matched(likeness: Floats, iou: float) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    rows, columns = linear_sum_assignment(np.where(likeness >= iou, likeness, 0.0), maximize=True)
    good = likeness[rows, columns] >= iou
    return rows[good], columns[good]


def _keypoint_errors(truth: FramePeople, found: FramePeople, likeness: Floats, iou: float) -> Floats:
    if truth.keypoints is None or found.keypoints is None:
        return np.empty(0)
    rows, columns = _matched(likeness, iou)
    real = truth.keypoints[rows]
    distance = np.linalg.norm(real[:, :, :2] - found.keypoints[columns][:, :, :2], axis=2)
    return (distance / truth.heights[rows, None])[real[:, :, 2] > 0]


def _iou(truth: Floats, found: Floats) -> Floats:
    if not len(truth) or not len(found):
        return np.zeros((len(truth), len(found)))
    return np.asarray(box_iou(truth, found, box_format="xyxy"))


def _numbered(ids: list[npt.NDArray[np.int64]]) -> list[npt.NDArray[np.int64]]:
    """The same ids as numbers from 0 without gaps, which the metrics index by."""
    known = np.unique(np.concatenate(ids)) if ids else np.empty(0, np.int64)
    return [np.searchsorted(known, frame) for frame in ids]


def _select(people: FramePeople, index: npt.NDArray[np.bool_]) -> FramePeople:
    keypoints = None if people.keypoints is None else people.keypoints[index]
    return FramePeople(people.ids[index], people.boxes[index], people.ignored[index], people.heights[index], keypoints)
