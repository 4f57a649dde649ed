"""What a fitted flight says of a delivery, each figure with its deviation, and what it does not say, with the reason.

Figures are functions of the flight's unknowns; their covariance follows to first order. The chance of hitting the
stumps is that of a normal distribution of where the ball passes them, drawn from in a fixed order.
"""

import math
from dataclasses import dataclass

import numpy as np

from pipeline.cricket.fitting import FlightFit
from pipeline.cricket.trajectory import SLOWS_1_M, Trajectory, since_hand_s
from pipeline.cricket.watched import Floats
from pipeline.geometry.laws import POPPING_M, Hand
from pipeline.geometry.pitch_map import HITS_ASIDE_M, HITS_UNDER_M, LENGTHS_M, Length, Line, length_of, line_of

_NUDGE = 0.02
"""Of a deviation of each unknown, for derivatives."""
_DRAWS = np.random.default_rng(0).standard_normal((4000, 2))
_SPEED_STD_KMH = 7.0
_BOUNCE_STD_M = 0.5, 0.4
_SWING_STD_DEG, _SEAM_STD_DEG = 0.8, 1.2
_HEIGHT_STD_CM = 30.0
"""Figures that are known worse than these are not told."""
_LENGTH_SURE = 0.8
"""A length is told that is so likely, though where the ball pitched is known worse than that."""
_AFTER = 3
"""Sightings after the bounce that a turn by the seam is told from."""
_NEARLY_S = 0.05
"""A ball that was followed until so shortly before the ground has pitched."""
_NO_BOUNCE = "it did not pitch before it was met, or passed the stumps"
_LEFT = "the ball was not followed until it pitched"
_DEPTH = "the camera looks along the flight and sees too little of its depth"


@dataclass(frozen=True, slots=True)
class Reading:
    """What is told of a delivery, in pitch coordinates: sides are towards a right-hander's leg, turns counter-clockwise
    seen from above. None where it is not known, with the reason in `unknown` under the wire field's name."""

    bounce_s: float | None
    speed_kmh: float | None
    speed_std_kmh: float | None
    bounce_m: tuple[float, float] | None
    bounce_std_m: tuple[float, float] | None
    length: Length | None
    swing_deg: float | None
    seam_deg: float | None
    at_stumps_m: tuple[float, float] | None
    """[leg, up]."""
    hitting: float | None
    unknown: dict[str, str]

    def line(self, batter: Hand) -> Line | None:
        """Its line, for a batter of that hand."""
        if self.at_stumps_m is None:
            return None
        return line_of(-self.at_stumps_m[0] if batter == "right" else self.at_stumps_m[0])


def read(fit: FlightFit, last_s: float, after_bounce: int, was_met: bool) -> Reading:
    """Read a flight.

    Args:
        fit: the flight.
        last_s: when the flight's last sighting was.
        after_bounce: how many of its sightings came after the bounce.
        was_met: whether bat or pad ended it.
    """
    way = fit.trajectory
    values = _figures(fit.unknowns, fit.start_s)
    scale = np.sqrt(np.diag(fit.covariance))
    columns = []
    for index, step in enumerate(_NUDGE * scale):
        nudged = fit.unknowns.copy()
        nudged[index] += step
        columns.append((_figures(nudged, fit.start_s) - values) / step)
    gradient = np.column_stack(columns)
    covariance = gradient @ fit.covariance @ gradient.T
    std = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    unknown: dict[str, str] = {}

    back_s = fit.start_s - release_s(fit)
    speed = float(values[0]) * (1 + SLOWS_1_M * float(values[0]) / 3.6 * back_s)
    knows_speed = std[0] <= _SPEED_STD_KMH
    if not knows_speed:
        unknown["release_speed_kmh"] = _DEPTH
    bounce_s = way.bounce_s
    followed = bounce_s is None or last_s > bounce_s - _NEARLY_S
    pitches = bounce_s is not None and values[1] > 0 and followed
    if not pitches:
        unknown["bounce_m"] = unknown["seam_deg"] = _NO_BOUNCE if followed or was_met else _LEFT
        bounce_s = None
    knows_bounce = pitches and std[1] <= _BOUNCE_STD_M[0] and std[2] <= _BOUNCE_STD_M[1]
    if pitches and not knows_bounce:
        unknown["bounce_m"] = _DEPTH
    knows_swing = (followed or was_met) and bool(std[3] <= _SWING_STD_DEG)
    if not knows_swing:
        unknown["swing_deg"] = (
            "the turn of the path over the ground cannot be told from where the camera stands" if followed else _LEFT
        )
    knows_seam = pitches and after_bounce >= _AFTER and std[4] <= _SEAM_STD_DEG
    if pitches and not knows_seam:
        unknown["seam_deg"] = "too little of the path after the bounce was seen"
    knows_end = (followed or was_met) and bool(np.isfinite(values[5:8]).all() and 100 * std[6] <= _HEIGHT_STD_CM)
    if not knows_end:
        unknown["height_at_stumps_cm"] = unknown["hitting_stumps"] = unknown["line"] = (
            "too little of the path before the stumps was seen"
        )
    length = length_of(float(values[1]) if pitches else None, float(values[7]) if knows_end else 0.0)
    knows_length = knows_bounce or (
        _surely(length, float(values[1]), float(std[1])) if pitches else followed or was_met
    )
    if not knows_length:
        unknown["length"] = unknown["bounce_m"]
    return Reading(
        bounce_s=bounce_s,
        speed_kmh=speed if knows_speed else None,
        speed_std_kmh=float(std[0]) if knows_speed else None,
        bounce_m=(float(values[1]), float(values[2])) if knows_bounce else None,
        bounce_std_m=(float(std[1]), float(std[2])) if knows_bounce else None,
        length=length if knows_length else None,
        swing_deg=float(values[3]) if knows_swing else None,
        seam_deg=float(values[4]) if knows_seam else None,
        at_stumps_m=(float(values[5]), float(values[6])) if knows_end else None,
        hitting=_hits(values[5:7], covariance[5:7, 5:7]) if knows_end else None,
        unknown=unknown,
    )


def _figures(unknowns: Floats, start_s: float) -> Floats:
    """Speed in km/h, bounce [along, leg], swing and seam in degrees, [leg, up] at the stumps, up at the popping
    crease; nan where there is none."""
    way = Trajectory.of(unknowns, start_s)
    first, second = way.first, way.second
    hit = first.places[-1]
    swing = _turned(first.velocities[0], first.velocities[-1])
    seam = 0.0 if second is None else _turned(first.velocities[-1], second.velocities[0])
    passes, popping = way.crossing_s(0.0), way.crossing_s(POPPING_M)
    at_stumps = way.at(passes)[1:] if passes is not None else np.full(2, np.nan)
    at_batter = way.at(popping)[2] if popping is not None else np.nan
    speed = 3.6 * float(np.linalg.norm(unknowns[3:6]))
    return np.array([speed, hit[0], hit[1], swing, seam, *at_stumps, at_batter])


def _turned(before: Floats, after: Floats) -> float:
    cross = before[0] * after[1] - before[1] * after[0]
    return float(np.degrees(np.arctan2(cross, before[0] * after[0] + before[1] * after[1])))


def release_s(fit: FlightFit) -> float:
    """When the ball left the hand: as it comes from where bowlers let go, but after it was last seen held."""
    back = max(since_hand_s(fit.unknowns), 0.0)
    return fit.start_s - float(min(back, fit.gap_s if fit.gap_s is not None else 0.25))


def _surely(length: Length, along_m: float, std_m: float) -> bool:
    """Whether a ball that pitched there, give or take, is likely enough of that length."""
    below, above = (0.5 * math.erf((edge - along_m) / (std_m * math.sqrt(2))) for edge in LENGTHS_M[length])
    return above - below >= _LENGTH_SURE


def _hits(mean: Floats, covariance: Floats) -> float:
    """The probability that a ball that passes there touches the stumps."""
    values, vectors = np.linalg.eigh(covariance)
    leg, up = (mean + (_DRAWS * np.sqrt(np.maximum(values, 0.0))) @ vectors.T).T
    return float(np.mean((np.abs(leg) <= HITS_ASIDE_M) & (up <= HITS_UNDER_M)))
