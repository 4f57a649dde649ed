"""The flight that is fitted: thirteen unknowns, what is known of them before a ball is seen, and the path they give.

A bowled ball is thrown once (place and velocity), pushed by the air (drag, swing, the Magnus force of its spin) and
strikes the ground once (restitution, friction, a turn by the seam); formulas and sources stand in
`pipeline.geometry.flight` and `bounce`. What one camera sees leaves much of it open, so everything has a prior: where
bowlers let go, how fast balls come, what was measured of air and pitches. Pace and spin bowlers turn the ball the
opposite way (Mehta 2005: backspin with most swing at 11.4 turns a second; spin bowlers' topspin and sidespin of 20 to
35 turns), and differ in speed: each is a `Style` with a prior of its own, and the likelier one is taken.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.geometry.bounce import Surface, bounced
from pipeline.geometry.flight import Air, Path, State, fly
from pipeline.geometry.laws import BALL_RADIUS_M

Floats = npt.NDArray[np.float64]

UNKNOWNS = (
    "along_m", "leg_m", "up_m", "along_m_s", "leg_m_s", "up_m_s", "drag", "side", "spin_along_rad_s", "spin_leg_rad_s",
    "restitution", "friction", "turn_deg",
)  # fmt: skip
"""Place and velocity at the first moment of the fit, in pitch coordinates; the air's coefficients; spin; the ground's
coefficients; and how far the bounce turns the path besides, counter-clockwise seen from above."""
DRAG, SIDE, SPIN, GROUND, TURN = 6, 7, slice(8, 10), slice(10, 12), 12
_BEST_SEAM_DEG = 20.0
_STEP_S = 0.08
"""Twenty times the simulator's: over a delivery the place errs by less than a hundredth of a millimetre."""
_AIRBORNE_S = 1.2
_SLOWEST_M_S = 10.0
"""Slower than this no flight is led back to the hand."""
SLOWS_1_M = 0.0068
"""Drag over speed squared: half the air's density times coefficient and section, over the mass."""


@dataclass(frozen=True, slots=True)
class Style:
    """A kind of bowling: `speed_kmh` (mean, deviation) and the prior (13,) of the unknowns."""

    name: str
    speed_kmh: tuple[float, float]
    mean: Floats
    std: Floats


RELEASE_M = 18.55, 0.25
"""Where along the pitch bowlers let go: 40 cm before the popping crease, by which the front heel lands."""
RELEASE_UP_M = 1.95, 0.12
"""And how high: 1.12 of the stature of men and youths nearly grown."""
_ROOM_M = 0.4
"""A ball is as good as on its way so long before it leaves the fingers."""
_FIRST_UP_STD_M = 0.4
"""How well it is known how high a ball is first seen: what is known is where the hand was."""
_HIDDEN_M = 17.0, 2.0
"""Where a ball is first seen that was not seen in the hand."""


def placed(style: Style, gap_s: float | None) -> Style:
    """A style whose prior is of the first sighting: one that came `gap_s` after the last one in the hand, within which
    the release lies evenly; None where the release was not seen."""
    (along, std), metres_s = (RELEASE_M, style.speed_kmh[0] / 3.6) if gap_s is not None else (_HIDDEN_M, 0.0)
    gap_m = metres_s * (gap_s or 0.0)
    mean, deviation = style.mean.copy(), style.std.copy()
    mean[0], deviation[0] = along - max(gap_m - _ROOM_M, 0.0) / 2, np.hypot(std, gap_m / np.sqrt(12))
    return replace(style, mean=mean, std=deviation)


def since_hand_s(unknowns: Floats) -> float:
    """How long before the moment of its unknowns (13,) a flight was where bowlers let go; negative if it comes there
    later."""
    return float((RELEASE_M[0] - unknowns[0]) / max(-unknowns[3], _SLOWEST_M_S))


def _style(name: str, speed_kmh: tuple[float, float], spin: tuple[float, float, float], turn: float) -> Style:
    """Args: `spin` is the deviation along the pitch, and mean and deviation across it, in rad/s."""
    speed, spread = speed_kmh[0] / 3.6, speed_kmh[1] / 3.6
    place = (RELEASE_M[0], 0.0, RELEASE_UP_M[0]), (RELEASE_M[1], 0.8, _FIRST_UP_STD_M)
    mean = np.array([*place[0], -speed, 0.0, -2.5, 0.45, 0.0, 0.0, spin[1], 0.52, 0.37, 0.0])
    std = np.array([*place[1], spread, 1.7, 3.2, 0.022, 0.13, spin[0], spin[2], 0.075, 0.1, turn])
    return Style(name, speed_kmh, mean, std)


STYLES = (
    _style("pace", (127.0, 13.0), (10.0, 60.0, 20.0), 1.0),
    _style("spin", (86.0, 10.0), (115.0, -110.0, 50.0), 0.6),
)


@dataclass(frozen=True, slots=True)
class Trajectory:
    """A ball's way from the first moment of a fit: to the ground, and from there until it comes down again."""

    first: Path
    second: Path | None
    """None where the ball does not come down while anybody would look."""

    @classmethod
    def of(cls, unknowns: Floats, start_s: float, until_s: float = np.inf) -> "Trajectory":
        """The way that unknowns (13,) give from `start_s` on, as far as anybody asks for it."""
        air = Air(drag=float(unknowns[DRAG]), side=float(unknowns[SIDE]))
        spin = np.array([*unknowns[SPIN], 0.0])
        start = State(unknowns[:3], unknowns[3:6], spin)
        first = fly(start, air, _BEST_SEAM_DEG, start_s, BALL_RADIUS_M, _STEP_S, _airborne_s(start_s, until_s))
        if first.places[-1, 2] > BALL_RADIUS_M + 1e-3:
            return cls(first, None)
        restitution, friction = unknowns[GROUND]
        surface = Surface(float(np.clip(restitution, 0.05, 0.95)), float(np.clip(friction, 0.02, 1.0)))
        leaves = bounced(first.end, surface, float(unknowns[TURN]))
        landed = float(first.times_s[-1])
        longest_s = _airborne_s(landed, until_s)
        second = fly(leaves, Air(drag=air.drag), 0.0, landed, BALL_RADIUS_M, _STEP_S, longest_s)
        return cls(first, second)

    @property
    def bounce_s(self) -> float | None:
        """When it strikes the ground."""
        return None if self.second is None else float(self.first.times_s[-1])

    @property
    def end_s(self) -> float:
        """Until when the way is known."""
        return float((self.second or self.first).times_s[-1])

    def at(self, times_s: npt.ArrayLike) -> Floats:
        """Places (..., 3); a little before the start they go straight back, slowed by nothing."""
        times = np.asarray(times_s, float)
        places = self.first.at(np.maximum(times, self.first.times_s[0]))
        early = np.minimum(times - self.first.times_s[0], 0.0)[..., None]
        places = places + early * self.first.velocities[0]
        if self.second is None:
            return places
        after = self.second.at(np.clip(times, self.second.times_s[0], self.second.times_s[-1]))
        return np.where((times > self.first.times_s[-1])[..., None], after, places)

    def state(self, time_s: float) -> tuple[Floats, Floats]:
        """Place and velocity (3,) at a moment."""
        before, after = self.at([time_s - 0.005, time_s + 0.005])
        return self.at(time_s), (after - before) / 0.01

    def crossing_s(self, along_m: float) -> float | None:
        """When the ball comes past a distance from the stumps; None where it does not while its way is known."""
        for piece in (self.first, self.second):
            if piece is None:
                continue
            beyond = np.flatnonzero(piece.places[:, 0] <= along_m)
            if len(beyond):
                index = max(int(beyond[0]), 1)
                before, after = piece.places[index - 1 : index + 1, 0]
                share = float(np.clip((before - along_m) / max(before - after, 1e-9), 0, 1))
                return float(piece.times_s[index - 1] + share * (piece.times_s[index] - piece.times_s[index - 1]))
        return None


def _airborne_s(from_s: float, until_s: float) -> float:
    """How long a piece of the way is followed: a step at least."""
    return min(_AIRBORNE_S, max(until_s - from_s, _STEP_S))
