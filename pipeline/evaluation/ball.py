"""How well the ball was found, in the manner of TrackNet and WASB: right within a few pixels.

A ball counts where it flies and is seen. One that is held, has come to rest or is hidden need not be found; finding it
there is no fault either, and everything else that is told is one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.data import Ball, FrameRecord
from pipeline.evaluation.ball_labels import read_csv
from pipeline.evaluation.records import paired, pairs, read_records

_SEEN = 0.5
"""The share of a ball that is seen from which on it must be found."""


@dataclass(frozen=True, slots=True)
class BallScores:
    """Shares from 0 to 1; `error_px` is the median distance of those that are right."""

    precision: float
    recall: float
    f1: float
    error_px: float | None
    frames: int
    visible: int
    told: int


def run(truth: Path, pred: Path, within_px: float = 5.0) -> BallScores:
    """Score the records in `pred` against those in `truth`, or against labels (CSV) there.

    Raises:
        InputError: a file cannot be read, or no frame is in both.
    """
    if truth.suffix.lower() != ".csv":
        return score_ball(pairs(truth, pred), within_px)
    found = read_records(pred)
    return score_ball(paired(_labelled(truth, next(iter(found.values()))), found), within_px)


def _labelled(path: Path, like: FrameRecord) -> dict[int, FrameRecord]:
    """Labels as records of a clip of which there is one."""
    return {
        frame: replace(like, frame=frame, ball=label and Ball(label.x, label.y, label.radius or 0.0, 1.0))
        for frame, label in read_csv(path).items()
    }


def score_ball(frames: Iterable[tuple[FrameRecord, FrameRecord | None]], within_px: float = 5.0) -> BallScores:
    """Score what was found in frames; replays and close-ups count like play."""
    count = visible = right = wrong = 0
    errors = []
    for true, found in frames:
        count += 1
        ball, told = true.ball, None if found is None else found.ball
        counts = _counts(ball)
        visible += counts
        if told is None:
            continue
        off = np.inf if ball is None else float(np.hypot(told.x - ball.x, told.y - ball.y))
        if off <= within_px:
            right += counts
            errors += [off] if counts else []
        else:
            wrong += 1
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / visible if visible else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return BallScores(
        precision, recall, f1, float(np.median(errors)) if errors else None, count, visible, right + wrong
    )


def _counts(ball: Ball | None) -> bool:
    """Whether a ball must be found; labels that say nothing of its state or of what hides it mean that it must."""
    if ball is None or ball.state in ("held", "dead"):
        return False
    return ball.visible is None or ball.visible >= _SEEN
