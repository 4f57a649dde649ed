"""How well bounces were found: those of labels or of the simulator's truth beside the kinks of what was told of a ball.

A frame is 1/25 or 1/30 s, and a label says the frame nearest to a bounce.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pipeline.cricket.kinks import kinks_of
from pipeline.data import FrameRecord
from pipeline.evaluation.ball_labels import read_csv
from pipeline.evaluation.deliveries import deliveries_in
from pipeline.evaluation.records import read_records
from pipeline.perception.sightings import BallSighting

_WITHIN = 1.5
"""How many frames off a bounce may be."""
_GAP = 4
"""Frames without a ball after which a path is another one."""


@dataclass(frozen=True, slots=True)
class BounceScores:
    """How many bounces there were, how many of them were found, and how many others were told."""

    bounces: int
    bounces_found: int
    bounces_false: int


def run(truth: Path, pred: Path) -> BounceScores:
    """Score the balls of the records in `pred` against the bounces of labels (CSV) or of the simulator's truth.

    Raises:
        InputError: a file cannot be read.
    """
    if truth.suffix.lower() == ".csv":
        true = [frame for frame, label in read_csv(truth).items() if label is not None and label.bounces]
    else:
        told = (each.frames.bounce for each in deliveries_in(truth))
        true = [frame for frame in told if frame is not None]
    return score_bounces(true, told_bounces(read_records(pred).values()))


def score_bounces(true: Sequence[float], told: Sequence[float]) -> BounceScores:
    """Score bounces by their frames, each true one found at most once."""
    pairs = sorted((abs(one - other), at, number) for at, one in enumerate(true) for number, other in enumerate(told))
    found: dict[int, int] = {}
    for off, at, number in pairs:
        if off <= _WITHIN and at not in found and number not in found.values():
            found[at] = number
    return BounceScores(len(true), len(found), len(told) - len(found))


def told_bounces(records: Iterable[FrameRecord]) -> list[float]:
    """The frames in which the balls of records turn upwards."""
    seen = [
        BallSighting(record.frame, record.pts_ms / 1e3, ball.x, ball.y, ball.radius, ball.score)
        for record in sorted(records, key=lambda record: record.frame)
        if (ball := record.ball) is not None
    ]
    starts = [0, *(number for number, (one, other) in enumerate(pairwise(seen), 1) if other.frame - one.frame > _GAP)]
    paths = [seen[first:last] for first, last in zip(starts, [*starts[1:], len(seen)], strict=True)]
    return [kink.frame for path in paths if path for kink in kinks_of(path) if kink.upwards]
