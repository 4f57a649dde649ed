"""How well deliveries were found and read: `deliveries.json` beside the simulator's truth.

A delivery counts as found where its release is within 0.4 s of a true one; each true one counts once. Figures are means
over those that were found and for which a value was told, with the number of them beside.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from pipeline.data import Delivery, FootLanding, FrameRecord, from_json, schema_name
from pipeline.errors import InputError

_WITHIN_S = 0.4


@dataclass(frozen=True, slots=True)
class DeliveryScores:
    """Errors are means of absolute values, None where nothing could be compared; `*_n` say of how many. `*_within` are
    the shares of errors within one deviation, which should be 0.68. `front_foot_accuracy` is the share of right
    verdicts among those that were not "too close to call", `too_close_share` the share of verdicts that were; the
    `back_foot_*` are the same of the back foot."""

    bowled: int
    found: int
    false_per_minute: float
    speed_kmh: float | None
    speed_n: int
    speed_within: float | None
    bounce_along_cm: float | None
    bounce_across_cm: float | None
    bounce_n: int
    bounce_along_within: float | None
    bounce_across_within: float | None
    length_right: float | None
    line_right: float | None
    hand_right: float | None
    swing_deg: float | None
    seam_deg: float | None
    height_cm: float | None
    hitting_brier: float | None
    front_foot_accuracy: float | None
    front_foot_cm: float | None
    front_foot_n: int
    too_close_share: float | None
    back_foot_accuracy: float | None
    back_foot_cm: float | None
    back_foot_n: int
    back_foot_too_close_share: float | None


@dataclass(frozen=True, slots=True)
class DeliveryTruth:
    """What was bowled, and the clip's clock."""

    deliveries: list[Delivery]
    frames: int
    fps: float


def run(truth: Path, pred: Path) -> DeliveryScores:
    """Score `deliveries.json` in the folder `pred`, or the file `pred`, against the simulator's truth.

    Raises:
        InputError: a file cannot be read or is not what it should be.
    """
    return score(read_truth(truth), read_deliveries(pred))


def read_truth(path: Path) -> DeliveryTruth:
    """The deliveries of a truth file, with how long its clip is.

    Raises:
        InputError: it cannot be read, or holds no frames.
    """
    deliveries, frames, last_ms = [], 0, 0.0
    for each in _lines(path):
        if isinstance(each, Delivery):
            deliveries.append(each)
        else:
            frames, last_ms = frames + 1, each.pts_ms
    if frames < 2 or last_ms <= 0:
        raise InputError(f"{path}: holds no frames; give the truth that `sightline sim cricket --truth` writes")
    return DeliveryTruth(deliveries, frames, (frames - 1) * 1e3 / last_ms)


def deliveries_in(path: Path) -> list[Delivery]:
    """The deliveries of a truth file, whatever else it holds.

    Raises:
        InputError: it cannot be read.
    """
    return [each for each in _lines(path) if isinstance(each, Delivery)]


def _lines(path: Path) -> Iterator[Delivery | FrameRecord]:
    try:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                kind = schema_name(line)
                if kind == "sightline.delivery/1":
                    yield from_json(Delivery, line)
                elif kind == "sightline.frame/1":
                    yield from_json(FrameRecord, line)
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        raise InputError(f"{path}: cannot be read as the simulator's truth (JSON lines, from `sim --truth`)") from error


def read_deliveries(path: Path) -> list[Delivery]:
    """The deliveries that `analyze` wrote.

    Raises:
        InputError: they cannot be read.
    """
    file = path / "deliveries.json" if path.is_dir() else path
    try:
        return [from_json(Delivery, json.dumps(each)) for each in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, ValidationError, TypeError) as error:
        raise InputError(
            f"{file}: cannot be read as deliveries; run `sightline analyze CLIP --profile cricket`"
        ) from error


def score(truth: DeliveryTruth, told: list[Delivery]) -> DeliveryScores:
    """Score deliveries."""
    pairs = _paired(truth, told)
    minutes = truth.frames / truth.fps / 60
    speeds = [
        (abs(found.release_speed_kmh - real.release_speed_kmh), found.release_speed_std_kmh)
        for real, found in pairs
        if found.release_speed_kmh is not None and real.release_speed_kmh is not None
    ]
    bounces = [
        (np.subtract(found.bounce_m, _sides_as(found, real)), found.bounce_std_m)
        for real, found in pairs
        if found.bounce_m is not None and real.bounce_m is not None
    ]
    along = [(abs(float(miss[0])), std[0] if std else None) for miss, std in bounces]
    across = [(abs(float(miss[1])), std[1] if std else None) for miss, std in bounces]
    front = _feet((real.front_foot, found.front_foot) for real, found in pairs)
    back = _feet((real.back_foot, found.back_foot) for real, found in pairs)
    hits = [
        (found.hitting_stumps - real.hitting_stumps) ** 2
        for real, found in pairs
        if found.hitting_stumps is not None and real.hitting_stumps is not None
    ]
    return DeliveryScores(
        bowled=len(truth.deliveries),
        found=len(pairs),
        false_per_minute=(len(told) - len(pairs)) / minutes,
        speed_kmh=_mean([miss for miss, _ in speeds]),
        speed_n=len(speeds),
        speed_within=_within(speeds),
        bounce_along_cm=_mean([100 * miss for miss, _ in along]),
        bounce_across_cm=_mean([100 * miss for miss, _ in across]),
        bounce_n=len(bounces),
        bounce_along_within=_within(along),
        bounce_across_within=_within(across),
        length_right=_same(pairs, "length"),
        line_right=_same(pairs, "line"),
        hand_right=_same(pairs, "hand"),
        swing_deg=_differs(pairs, "swing_deg"),
        seam_deg=_differs(pairs, "seam_deg"),
        height_cm=_differs(pairs, "height_at_stumps_cm"),
        hitting_brier=_mean(hits),
        front_foot_accuracy=front.accuracy,
        front_foot_cm=front.error_cm,
        front_foot_n=front.count,
        too_close_share=front.too_close,
        back_foot_accuracy=back.accuracy,
        back_foot_cm=back.error_cm,
        back_foot_n=back.count,
        back_foot_too_close_share=back.too_close,
    )


@dataclass(frozen=True, slots=True)
class _FootScores:
    accuracy: float | None
    error_cm: float | None
    count: int
    too_close: float | None


def _feet(landings: Iterable[tuple[FootLanding | None, FootLanding | None]]) -> _FootScores:
    """True landings of a foot and those that were told."""
    known = [(real, found) for real, found in landings if real is not None and found is not None]
    called = [(real, found) for real, found in known if found.verdict != "too close to call"]
    return _FootScores(
        accuracy=_mean([float(real.verdict == found.verdict) for real, found in called]),
        error_cm=_mean([abs(real.margin_cm - found.margin_cm) for real, found in known]),
        count=len(known),
        too_close=_mean([float(found.verdict == "too close to call") for _, found in known]),
    )


def _paired(truth: DeliveryTruth, told: list[Delivery]) -> list[tuple[Delivery, Delivery]]:
    """True deliveries with what was told of them, the nearest in time first."""
    apart = []
    for number, real in enumerate(truth.deliveries):
        for other, found in enumerate(told):
            if real.frames.release is not None and found.frames.release is not None:
                late = abs(real.frames.release - found.frames.release) / truth.fps
                if late <= _WITHIN_S:
                    apart.append((late, number, other))
    taken: dict[int, int] = {}
    for _, number, other in sorted(apart):
        if number not in taken and other not in taken.values():
            taken[number] = other
    return [(truth.deliveries[number], told[other]) for number, other in sorted(taken.items())]


def _sides_as(found: Delivery, real: Delivery) -> tuple[float, float]:
    """The true bounce, its side that of the batter whom the prediction means."""
    assert real.bounce_m is not None
    same = (found.hand or "right") == real.hand
    return real.bounce_m[0], real.bounce_m[1] if same else -real.bounce_m[1]


def _differs(pairs: list[tuple[Delivery, Delivery]], field: str) -> float | None:
    values = [(getattr(real, field), getattr(found, field)) for real, found in pairs]
    return _mean([abs(true - guess) for true, guess in values if true is not None and guess is not None])


def _same(pairs: list[tuple[Delivery, Delivery]], field: str) -> float | None:
    told = [(getattr(real, field), getattr(found, field)) for real, found in pairs if getattr(found, field) is not None]
    return _mean([float(true == guess) for true, guess in told])


def _within(errors: list[tuple[float, float | None]]) -> float | None:
    return _mean([float(miss <= std) for miss, std in errors if std is not None])


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None
