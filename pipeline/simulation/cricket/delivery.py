"""A delivery: what the bowler means to bowl, and what the ball then does until it is dead."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.geometry.bounce import Surface, bounced
from pipeline.geometry.flight import Air, Path, State, fly
from pipeline.geometry.laws import BALL_RADIUS_M, BOWLERS_POPPING_M, POPPING_M, Hand
from pipeline.geometry.pitch_map import Length, Line, hits_stumps, length_of, line_of
from pipeline.simulation.chance import one_of

Floats = npt.NDArray[np.float64]
Style = Literal["pace", "swing", "spin"]
Fate = Literal["left", "played", "padded", "bowled"]
"""Past the striker to the keeper, off the bat, off the pad, into the stumps."""

_SPEEDS_KMH: dict[Style, tuple[float, float]] = {"pace": (125.0, 148.0), "swing": (108.0, 132.0), "spin": (74.0, 98.0)}
_DEAD_AFTER_S = 1.0
"""A ball that was hit or struck a pad counts as dead this long after."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Within which the feet's margins are drawn evenly, in cm. Without `back_cm` bowlers bowl from where they are used
    to, well inside the return crease."""

    front_cm: tuple[float, float] = (-25.0, 25.0)
    back_cm: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the bowler means to bowl, and the batter to do; sides are those of pitch coordinates."""

    style: Style
    bowls: Hand
    over_the_wicket: bool
    batter: Hand
    speed_kmh: float
    seam_deg: float
    """Of the seam to the line of flight; positive swings to a right-hander's leg."""
    spin_rad_s: tuple[float, float, float]
    target_m: tuple[float, float]
    """Where it is to pitch, [along, leg]."""
    margin_cm: float
    """Of the front foot's heel behind the popping crease; negative is a no-ball."""
    back_margin_cm: float | None
    """Of the back foot inside the nearer return crease; None bowls from where the bowler is used to."""
    reach_m: float
    """Where the batter meets the ball, along the pitch."""
    tries: Fate
    keeper_m: float
    """How far behind the stumps the keeper stands."""

    @property
    def aside_m(self) -> float:
        """Where the front foot of somebody who keeps well inside the return crease lands, [leg]."""
        return _aside_m(self.bowls, self.over_the_wicket)

    def another(self, rng: np.random.Generator, margins: Margins) -> "Plan":
        """The next delivery of the same bowler to the same striker."""
        drawn = self._of(rng, self.style, self.bowls, self.over_the_wicket, self.batter, margins)
        return replace(drawn, keeper_m=self.keeper_m)

    @classmethod
    def drawn(cls, rng: np.random.Generator, batter: Hand, margins: Margins = Margins()) -> "Plan":
        """Some delivery."""
        style: Style = one_of(rng, ("pace", "swing", "spin"), (0.4, 0.3, 0.3))
        bowls: Hand = "right" if rng.random() < 0.72 else "left"
        return cls._of(rng, style, bowls, bool(rng.random() < 0.85), batter, margins)

    @classmethod
    def _of(
        cls, rng: np.random.Generator, style: Style, bowls: Hand, over: bool, batter: Hand,
        margins: Margins,
    ) -> "Plan":  # fmt: skip
        low, high = _SPEEDS_KMH[style]
        length: Length = one_of(rng, ("yorker", "full", "good", "short"), (0.08, 0.32, 0.4, 0.2))
        reach = {"yorker": (0.9, 2.0), "full": (2.0, 6.0), "good": (6.0, 8.0), "short": (8.0, 12.5)}[length]
        if style == "spin":
            reach = {"yorker": (1.0, 2.0), "full": (2.0, 4.2), "good": (3.4, 6.2), "short": (6.0, 8.4)}[length]
        off = -1.0 if batter == "right" else 1.0
        met = float(rng.uniform(0.9, 1.9)) if length in ("yorker", "full", "good") else float(rng.uniform(0.3, 0.9))
        target = float(rng.uniform(*reach))
        # On a straight line from the hand to where it is to pass the stumps.
        passes = off * float(rng.normal(0.16, 0.2))
        pitches = passes + (_aside_m(bowls, over) * 1.4 - passes) * target / BOWLERS_POPPING_M
        return cls(
            style=style,
            bowls=bowls,
            over_the_wicket=over,
            batter=batter,
            speed_kmh=float(rng.uniform(low, high)),
            seam_deg=_seam(rng, style),
            spin_rad_s=_spin(rng, style, bowls),
            target_m=(target, pitches),
            margin_cm=float(rng.uniform(*margins.front_cm)),
            reach_m=min(met, target - 0.3) if target > 1.2 else 0.5,
            tries=one_of(rng, ("left", "played", "padded"), (0.35, 0.55, 0.1)),
            keeper_m=float(rng.uniform(1.3, 1.7) if style == "spin" else rng.uniform(8.5, 15.0)),
            back_margin_cm=None if margins.back_cm is None else float(rng.uniform(*margins.back_cm)),
        )


@dataclass(frozen=True, slots=True)
class Course:
    """What the ball does: pieces of flight one after another, in seconds from the release."""

    pieces: tuple[Path, ...]
    bounce_s: float | None
    bounce_m: tuple[float, float] | None
    contact_s: float | None
    end_s: float
    fate: Fate
    release_speed_m_s: float
    swing_deg: float
    """Turn of the path over the ground from release to bounce; counter-clockwise seen from above."""
    seam_deg: float
    at_stumps_m: tuple[float, float]
    """[leg, up] where it passes the striker's stumps, or would."""
    at_batter_m: float
    """Its height over the popping crease."""

    def at(self, time_s: float) -> Floats:
        """The ball's centre (3,) at a time between release and end."""
        for piece in self.pieces[:-1]:
            if time_s < piece.times_s[-1]:
                return piece.at(time_s)
        return self.pieces[-1].at(min(time_s, float(self.pieces[-1].times_s[-1])))

    @property
    def hits(self) -> bool:
        """Whether the ball would hit the stumps, if nobody were there."""
        return hits_stumps(*self.at_stumps_m)

    @property
    def length(self) -> Length:
        """By where it pitched; a full toss is full."""
        return length_of(None if self.bounce_m is None else self.bounce_m[0], self.at_batter_m)

    def line(self, batter: Hand) -> Line:
        """By where it passes the stumps."""
        return line_of(-self.at_stumps_m[0] if batter == "right" else self.at_stumps_m[0])


def bowl(plan: Plan, release_m: Floats, air: Air, surface: Surface, rng: np.random.Generator) -> Course:
    """The ball's way from the bowler's hand at `release_m` (3,)."""
    start = _aimed(plan, release_m, air)
    first = fly(start, air, plan.seam_deg, 0.0, BALL_RADIUS_M)
    spread = {"pace": 0.8, "swing": 0.6, "spin": 0.3}[plan.style]
    turn = float(np.clip(rng.normal(0, spread), -2.0, 2.0))
    spot = surface.worn(rng)
    second = fly(bounced(first.end, spot, turn), air, 0.0, float(first.times_s[-1]), BALL_RADIUS_M)
    pitches = first.places[-1][0] > 0
    free = (first, second) if pitches else (first,)
    crossing = _passes(free, 0.0)
    fate: Fate = plan.tries
    at_stumps = free_at(free, crossing)
    course = Course(
        pieces=free,
        bounce_s=float(first.times_s[-1]) if pitches else None,
        bounce_m=(float(first.places[-1][0]), float(first.places[-1][1])) if pitches else None,
        contact_s=None,
        end_s=crossing,
        fate=fate,
        release_speed_m_s=float(np.linalg.norm(start.velocity)),
        swing_deg=_turned(start.velocity, first.velocities[-1]),
        seam_deg=_turned(first.velocities[-1], second.velocities[0]) if pitches else 0.0,
        at_stumps_m=(float(at_stumps[1]), float(at_stumps[2])),
        at_batter_m=float(free_at(free, _passes(free, POPPING_M))[2]),
    )
    return _finished(course, plan, air, surface, rng)


def free_at(pieces: tuple[Path, ...], time_s: float) -> Floats:
    """The ball's centre (3,) on pieces of flight."""
    piece = next((piece for piece in pieces if time_s <= piece.times_s[-1]), pieces[-1])
    return piece.at(time_s)


def _finished(course: Course, plan: Plan, air: Air, surface: Surface, rng: np.random.Generator) -> Course:
    """The delivery with what the batter, the stumps or the keeper make of it."""
    met_s = _passes(course.pieces, plan.reach_m)
    met = free_at(course.pieces, met_s)
    off = 1.0 if plan.batter == "left" else -1.0
    aside = off * float(met[1])
    playable = -0.45 < aside < 0.85 and met[2] < 1.5
    fate = plan.tries
    if fate == "played" and not playable:
        fate = "left"
    if fate == "padded" and not (met[2] < 0.65 and -0.25 < aside < 0.12):
        fate = "left"
    if fate == "left" and course.hits:
        fate = "bowled"
    if fate in ("played", "padded"):
        came = _velocity(course.pieces, met_s)
        speed = float(np.linalg.norm(came))
        if fate == "played":
            around, up = rng.uniform(-1.7, 1.7), np.radians(rng.uniform(-14, 22))
            away = float(rng.uniform(0.12, 0.95)) * speed
        else:
            around, up, away = rng.uniform(-0.9, 0.9), np.radians(rng.uniform(-35, -5)), 0.2 * speed
        leaves = away * np.array([np.cos(around) * np.cos(up), np.sin(around) * np.cos(up), np.sin(up)])
        after = _rolling(State(met, leaves, np.zeros(3)), air, surface, met_s, met_s + _DEAD_AFTER_S)
        pieces = (*_cut(course.pieces, met_s), *after)
        return replace(course, pieces=pieces, contact_s=met_s, end_s=met_s + _DEAD_AFTER_S, fate=fate)
    if fate == "bowled":
        return replace(course, pieces=_cut(course.pieces, course.end_s), contact_s=None, fate=fate)
    return _to_keeper(replace(course, fate=fate), plan, air, surface)


def _to_keeper(course: Course, plan: Plan, air: Air, surface: Surface) -> Course:
    """On past the stumps into the gloves."""
    pieces = list(course.pieces)
    last = pieces[-1]
    while last.places[-1][0] > -plan.keeper_m and len(pieces) < 5:
        last = fly(bounced(last.end, surface), air, 0.0, float(last.times_s[-1]), BALL_RADIUS_M)
        pieces.append(last)
    taken = _passes(tuple(pieces), -plan.keeper_m)
    return replace(course, pieces=_cut(tuple(pieces), taken), end_s=taken)


def _rolling(start: State, air: Air, surface: Surface, start_s: float, end_s: float) -> tuple[Path, ...]:
    """Flights and bounces until `end_s`; a ball that hardly rises any more rolls on."""
    pieces: list[Path] = []
    ball, now = start, start_s
    while now < end_s:
        piece = fly(ball, air, 0.0, now, BALL_RADIUS_M)
        pieces.append(piece)
        now = float(piece.times_s[-1])
        ball = bounced(piece.end, surface)
        if ball.velocity[2] < 0.4 and now < end_s:
            pieces.append(_roll(ball, now, end_s))
            break
    return _cut(tuple(pieces), end_s)


def _roll(ball: State, start_s: float, end_s: float) -> Path:
    level = ball.velocity * (1, 1, 0)
    speed = max(float(np.linalg.norm(level)), 1e-6)
    slows = 2.5
    times = np.linspace(start_s, end_s, 24)
    went = np.minimum(times - start_s, speed / slows)[:, None]
    place = np.array([ball.place[0], ball.place[1], BALL_RADIUS_M])
    return Path(
        times, place + level * went - 0.5 * slows * level / speed * went**2, level - slows * level / speed * went,
        np.zeros(3),
    )  # fmt: skip


def _cut(pieces: tuple[Path, ...], end_s: float) -> tuple[Path, ...]:
    """The pieces up to a time, which is their last sample."""
    kept = []
    for piece in pieces:
        if piece.times_s[0] >= end_s:
            break
        if piece.times_s[-1] <= end_s:
            kept.append(piece)
            continue
        count = int(np.searchsorted(piece.times_s, end_s))
        kept.append(
            Path(
                np.append(piece.times_s[:count], end_s),
                np.vstack([piece.places[:count], piece.at(end_s)]),
                np.vstack([piece.velocities[:count], _velocity((piece,), end_s)]),
                piece.spin,
            )
        )
    return tuple(kept)


def _velocity(pieces: tuple[Path, ...], time_s: float) -> Floats:
    piece = next((piece for piece in pieces if time_s <= piece.times_s[-1]), pieces[-1])
    return np.array([np.interp(time_s, piece.times_s, piece.velocities[:, axis]) for axis in range(3)])


def _passes(pieces: tuple[Path, ...], along_m: float) -> float:
    """When the ball comes past a distance from the stumps; the end if it never does."""
    for piece in pieces:
        along = piece.places[:, 0]
        beyond = np.flatnonzero(along <= along_m)
        if len(beyond):
            index = max(int(beyond[0]), 1)
            early, late = float(piece.times_s[index - 1]), float(piece.times_s[index])
            for _ in range(30):
                middle = (early + late) / 2
                early, late = (middle, late) if piece.at(middle)[0] > along_m else (early, middle)
            return late
    return float(pieces[-1].times_s[-1])


def _aimed(plan: Plan, release_m: Floats, air: Air) -> State:
    """The release that pitches the ball on its target: secants on the two angles."""
    speed, spin = plan.speed_kmh / 3.6, np.array(plan.spin_rad_s)
    target = np.array(plan.target_m)

    def launched(angles: Floats) -> State:
        up, aside = angles
        level = np.cos(up)
        return State(release_m, speed * np.array([-level * np.cos(aside), level * np.sin(aside), np.sin(up)]), spin)

    def lands(angles: Floats) -> Floats:
        return fly(launched(angles), air, plan.seam_deg, 0.0, BALL_RADIUS_M, 0.012).places[-1][:2]

    reach = release_m[0] - target[0]
    time = reach / (0.95 * speed)
    angles = np.array([(4.9 * time - release_m[2] / time) / speed, (target[1] - release_m[1]) / reach])
    for _ in range(6):
        at = lands(angles)
        if np.abs(at - target).max() < 0.005:
            break
        nudged = np.stack([lands(angles + nudge) for nudge in 1e-3 * np.eye(2)], axis=1)
        step = np.asarray(np.linalg.solve((nudged - at[:, None]) / 1e-3, target - at), float)
        angles = angles + np.clip(step, -0.06, 0.06).astype(float)
    return launched(angles)


def _aside_m(bowls: Hand, over_the_wicket: bool) -> float:
    return (-1.0 if bowls == "right" else 1.0) * (0.42 if over_the_wicket else -0.72)


def _turned(before: Floats, after: Floats) -> float:
    """The turn over the ground between two velocities, in degrees, counter-clockwise seen from above."""
    cross = before[0] * after[1] - before[1] * after[0]
    return float(np.degrees(np.arctan2(cross, before[0] * after[0] + before[1] * after[1])))


def _seam(rng: np.random.Generator, style: Style) -> float:
    if style == "swing":
        return float(rng.choice([-1, 1]) * rng.uniform(8, 28))
    return float(rng.normal(0, 4)) if style == "pace" else 0.0


def _spin(rng: np.random.Generator, style: Style, bowls: Hand) -> tuple[float, float, float]:
    """In rad/s: pace and swing with backspin of 5 to 14 turns a second (Mehta 2005 has the most swing at 11.4), spin
    bowlers with 20 to 35 turns of side and top spin."""
    if style != "spin":
        return 0.0, 2 * np.pi * float(rng.uniform(5, 14)), 0.0
    rate = 2 * np.pi * float(rng.uniform(20, 35))
    # To leg or to off off the pitch; a left-arm bowler's stock ball turns the other way.
    to_leg = (rng.random() < 0.6) == (bowls == "right")
    lean = np.radians(rng.uniform(25, 75))
    up = 0.3 * float(rng.normal())
    across = -1.0 if to_leg else 1.0
    return float(across * rate * np.sin(lean)), float(-rate * np.cos(lean)), float(rate * up * 0.5)
