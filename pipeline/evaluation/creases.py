"""How well creases and stumps were found.

A crease is found where nine tenths of what is seen of it lie within three pixels of a line that was told of that crease
and that end. A line is false where less than half of it lies so near to a true crease of that name and end, hidden or
not. Stumps are found as boxes are, by how much they overlap.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from supervision import box_iou

from pipeline.data import Crease, FrameRecord, Stumps
from pipeline.evaluation.records import pairs

Floats = npt.NDArray[np.float64]
_OF_ITS_LENGTH = 0.9
_OF_A_LINE = 0.5
_SHORTEST_PX = 8.0
"""What is seen of a crease over less than this is not counted."""
_SAMPLES = 50
_STUMPS_SEEN = 0.3


@dataclass(frozen=True, slots=True)
class CreaseScores:
    """Shares from 0 to 1. `either_end_recall` is the recall where it does not matter which end a line is said to be of;
    `error_px` is the median distance of what is seen of the creases that were found."""

    recall: float
    false_share: float
    either_end_recall: float
    error_px: float | None
    stumps_recall: float | None
    stumps_precision: float | None
    frames: int
    visible: int
    told: int


def run(truth: Path, pred: Path, within_px: float = 3.0, iou: float = 0.3) -> CreaseScores:
    """Score the records in `pred` against those in `truth`.

    Raises:
        InputError: a file cannot be read, or no frame is in both.
    """
    return score_creases(pairs(truth, pred), within_px, iou)


def score_creases(
    frames: Iterable[tuple[FrameRecord, FrameRecord | None]], within_px: float = 3.0, iou: float = 0.3
) -> CreaseScores:
    """Score what was found in frames."""
    count = visible = hit = either = told = false = 0
    stumps_true = stumps_told = stumps_hit = 0
    errors: list[float] = []
    for true, found in frames:
        count += 1
        lines = () if found is None else found.creases
        told += len(lines)
        for crease in true.creases:
            samples = _seen(crease)
            if samples is None:
                continue
            visible += 1
            best = _nearest(samples, [line for line in lines if _same(line, crease, ends=True)], within_px)
            hit += best is not None
            errors += [] if best is None else [float(np.median(best))]
            either += _nearest(samples, [each for each in lines if _same(each, crease, False)], within_px) is not None
        false += sum(_is_false(line, true.creases, within_px) for line in lines)
        boxes = () if found is None else found.stumps
        matched = _matched(true.stumps, boxes, iou)
        stumps_true += sum(_must(stumps) for stumps in true.stumps)
        stumps_hit += sum(_must(stumps) for stumps, _ in matched)
        stumps_told += len(boxes) - sum(not _must(stumps) for stumps, _ in matched)
    return CreaseScores(
        recall=hit / visible if visible else 0.0,
        false_share=false / told if told else 0.0,
        either_end_recall=either / visible if visible else 0.0,
        error_px=float(np.median(errors)) if errors else None,
        stumps_recall=stumps_hit / stumps_true if stumps_true else None,
        stumps_precision=stumps_hit / stumps_told if stumps_told else None,
        frames=count,
        visible=visible,
        told=told,
    )


def _must(stumps: Stumps) -> bool:
    return stumps.visible is None or stumps.visible >= _STUMPS_SEEN


def _matched(true: Iterable[Stumps], told: Iterable[Stumps], iou: float) -> list[tuple[Stumps, Stumps]]:
    ones, others = list(true), list(told)
    likeness = [
        (box_iou(list(one.box), list(other.box)), i, j) for i, one in enumerate(ones) for j, other in enumerate(others)
    ]
    taken: set[tuple[str, int]] = set()
    found = []
    for like, i, j in sorted(likeness, reverse=True):
        if like >= iou and ("true", i) not in taken and ("told", j) not in taken:
            taken |= {("true", i), ("told", j)}
            found.append((ones[i], others[j]))
    return found


def _same(line: Crease, crease: Crease, ends: bool) -> bool:
    return line.crease == crease.crease and (line.end == crease.end or not ends)


def _seen(crease: Crease) -> Floats | None:
    """Points (N, 2) on what is seen of a crease; None where that is too little."""
    parts = [np.reshape(part, (2, 2)) for part in (crease.seen if crease.seen is not None else (crease.line,))]
    lengths = [float(np.linalg.norm(part[1] - part[0])) for part in parts]
    if sum(lengths) < _SHORTEST_PX:
        return None
    made = [
        _along(part, max(round(_SAMPLES * length / sum(lengths)), 2))
        for part, length in zip(parts, lengths, strict=True)
    ]
    return np.concatenate(made)


def _along(segment: Floats, count: int) -> Floats:
    share = np.linspace(0, 1, count)[:, None]
    return segment[0] + share * (segment[1] - segment[0])


def _nearest(samples: Floats, lines: list[Crease], within_px: float) -> Floats | None:
    """How far samples are from the line that is near to most of them; None where that is near to too few."""
    best: Floats | None = None
    for line in lines:
        off = _off(samples, np.reshape(line.line, (2, 2)))
        if np.mean(off <= within_px) >= _OF_ITS_LENGTH and (best is None or off.mean() < best.mean()):
            best = off
    return best


def _is_false(line: Crease, creases: Iterable[Crease], within_px: float) -> bool:
    samples = _along(np.reshape(line.line, (2, 2)).astype(float), _SAMPLES)
    shares = [
        float(np.mean(_off(samples, np.reshape(crease.line, (2, 2))) <= within_px))
        for crease in creases
        if _same(line, crease, ends=True)
    ]
    return max(shares, default=0.0) < _OF_A_LINE


def _off(samples: Floats, segment: Floats) -> Floats:
    """How far points (N, 2) are from a segment (2, 2)."""
    start, way = segment[0], segment[1] - segment[0]
    share = np.clip((samples - start) @ way / max(float(way @ way), 1e-9), 0, 1)
    return np.linalg.norm(samples - start - share[:, None] * way, axis=1)
