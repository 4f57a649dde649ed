"""Attributes that the whole pipeline said of people in a simulated street, against the truth of the simulator.

People are matched frame by frame, one to one, by the overlap of their boxes; of whom less than half is seen does not
count. Sizes are known only after a while, so they count once a track has followed the same person for two seconds: a
track that goes over to somebody else begins to count anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import supervision as sv
from scipy.optimize import linear_sum_assignment

from pipeline.data import FrameRecord, Person
from pipeline.errors import InputError
from pipeline.evaluation.people import Attributes, scores, turned_deg
from pipeline.evaluation.records import in_pairs, read_records

Floats = npt.NDArray[np.float64]

_ALIKE = 0.5
_LEAST_VISIBLE = 0.5
AFTER_S = 2.0
"""Seconds of following somebody after which height and width count."""
FAST_CM_S = 50.0
"""Heading counts for those who are faster."""


@dataclass(frozen=True, slots=True)
class Followed:
    """Somebody as they are and as they were said to be, in one frame; `seconds` since the track follows them."""

    true: Person
    said: Person
    seconds: float


def run(truths: Sequence[Path], preds: Sequence[Path]) -> list[Followed]:
    """Everybody in all clips; `preds` are the folders that `analyze` wrote, in the order of the truths.

    Raises:
        InputError: a file cannot be read, or the clips are not the same ones.
    """
    found = [
        pair for truth, pred in in_pairs(truths, preds) for pair in follow(read_records(truth), read_records(pred))
    ]
    if not found:
        raise InputError("nobody is in both the truth and the predictions; are they of the same clip?")
    if not any(pair.said.distance_cm for pair in found):
        raise InputError(f"{preds[0]}: says nothing of distances; analyse the clip with --camera")
    return found


def follow(truth: dict[int, FrameRecord], said: dict[int, FrameRecord]) -> Iterator[Followed]:
    """Everybody who is in both, frame by frame."""
    since: dict[int, tuple[int, float]] = {}
    for frame, record in sorted(said.items()):
        real = truth.get(frame)
        if real is None or not real.people or not record.people:
            continue
        boxes, found = (np.array([one.box for one in people], float) for people in (real.people, record.people))
        likeness = sv.box_iou_batch(boxes, found)
        for row, column in zip(*linear_sum_assignment(likeness, maximize=True), strict=True):
            true, person = real.people[row], record.people[column]
            if likeness[row, column] < _ALIKE:
                continue
            if since.get(person.track, (None, 0.0))[0] != true.track:
                since[person.track] = (true.track, real.pts_ms)
            if (true.visible if true.visible is not None else 1.0) >= _LEAST_VISIBLE:
                yield Followed(true, person, (real.pts_ms - since[person.track][1]) / 1e3)


def attributes_of(people: Sequence[Followed]) -> Attributes:
    """Those whose distance was said, as the evaluation of single pictures takes them."""
    mine = [pair for pair in people if pair.said.distance_cm is not None]
    distance, distance_std = _said(mine, "distance_cm"), _said(mine, "distance_std_cm")
    return Attributes(
        distance_m=_true(mine, "distance_cm") / 100,
        distance_found_m=distance / 100,
        distance_std_log=distance_std / distance,
        height_cm=_true(mine, "height_cm"),
        height_found_cm=_said(mine, "height_cm"),
        width_cm=_true(mine, "width_cm"),
        width_found_cm=_said(mine, "width_cm"),
        facing_deg=_true(mine, "facing_deg"),
        facing_found_deg=_said(mine, "facing_deg"),
        facing_std_deg=_said(mine, "facing_std_deg"),
    )


def figures(people: Sequence[Followed]) -> dict[str, Any]:
    """All figures, as `sightline eval people --pred` writes them. A `coverage_68` is the share within one standard
    deviation of what was said, a `known` the share of whom anything was said."""
    settled = [pair for pair in people if pair.seconds >= AFTER_S]
    moving = [pair for pair in people if pair.true.heading_deg is not None and (pair.true.speed_cm_s or 0) > FAST_CM_S]
    off_speed = np.abs(_said(moving, "speed_cm_s") - _true(moving, "speed_cm_s"))
    still = [pair for pair in people if pair.true.state == "standing" and (pair.true.speed_cm_s or 0) < 1.0]
    found = scores(attributes_of(people))
    for name, mine in (("height_cm", settled), ("width_cm", settled)):
        off = np.abs(_said(mine, name) - _true(mine, name))
        found[name] = _figures(off, _said(mine, name.replace("_cm", "_std_cm")))
    off = turned_deg(_said(moving, "heading_deg"), _true(moving, "heading_deg"))
    found["heading_deg"] = _figures(off, _said(moving, "heading_std_deg"))
    level = [pair for pair in people if pair.true.head_facing_deg is not None]
    off = turned_deg(_said(level, "head_facing_deg"), _true(level, "head_facing_deg"))
    found["head_facing_deg"] = _figures(off, _said(level, "head_facing_std_deg"))
    found["speed_cm_s"] = {"n": int(np.isfinite(off_speed).sum()), "mean": _mean(off_speed)}
    found["standing_without_heading"] = _mean(np.array([pair.said.heading_deg is None for pair in still], float))
    return found


def _figures(off: Floats, deviations: Floats) -> dict[str, float | int | None]:
    """Of errors (N,) that are nan where nothing was said."""
    known = np.isfinite(off)
    return {
        "n": int(known.sum()),
        "mean": _mean(off),
        "median": float(np.median(off[known])) if known.any() else None,
        "coverage_68": _mean((off <= deviations).astype(float)[known]),
        "known": _mean(known.astype(float)),
    }


def _mean(values: Floats) -> float | None:
    good = values[np.isfinite(values)]
    return float(good.mean()) if len(good) else None


def _true(people: Sequence[Followed], name: str) -> Floats:
    return _column([pair.true for pair in people], name)


def _said(people: Sequence[Followed], name: str) -> Floats:
    return _column([pair.said for pair in people], name)


def _column(people: Sequence[Person], name: str) -> Floats:
    values = (getattr(person, name) for person in people)
    return np.array([np.nan if value is None else value for value in values], float)
