"""Several deliveries one after another, and what the camera shows of them: play, replays, close-ups.

Match time runs on without a break; clip time is what the viewer sees. A shot says which piece of match time is shown,
how fast, and from where, so that a replay is true without being another delivery.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.geometry.bounce import Surface
from pipeline.geometry.flight import Air
from pipeline.simulation.cricket.bowler import BACK_FOOT_S, FRONT_FOOT_S, Bowling
from pipeline.simulation.cricket.delivery import Course, Margins, Plan, bowl
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.players import Cast, Moment, Player, Wanted, squad
from pipeline.simulation.scene import stream

Floats = npt.NDArray[np.float64]
BallState = Literal["held", "flight", "dead"]
_BEFORE_S = 2.2
"""Of match time before the first run-up's last steps, so that a clip begins in time for them."""
_THROWN_S, _HELD_S = 1.3, 1.2


@dataclass(frozen=True, slots=True)
class Bowled:
    """One delivery of a spell; `release_s` is in match time."""

    number: int
    release_s: float
    plan: Plan
    bowling: Bowling
    course: Course
    cast: Cast

    @property
    def end_s(self) -> float:
        """When the ball is dead, in match time."""
        return self.release_s + self.course.end_s

    @property
    def lands_s(self) -> float:
        """When the front foot lands, in match time."""
        return self.release_s + FRONT_FOOT_S

    @property
    def back_lands_s(self) -> float:
        """When the back foot lands, in match time."""
        return self.release_s + BACK_FOOT_S


@dataclass(frozen=True, slots=True)
class BallNow:
    """The ball at a moment, in pitch coordinates."""

    place_m: Floats
    state: BallState


class Spell:
    """An endless row of deliveries by one bowler to one striker.

    Args:
        seed: what everything follows from.
        look: the ground.
        margins: of the bowler's feet.
        gap_s: about how long it is from one release to the next.
        fielders: how many stand around besides the keeper.
    """

    def __init__(self, seed: int, look: Look, margins: Margins, gap_s: float, fielders: int) -> None:
        rng = stream(seed, "spell")
        self._seed, self._margins, self._gap_s = seed, margins, gap_s
        self._first = Plan.drawn(rng, "right" if rng.random() < 0.75 else "left", margins)
        self.air = Air(
            density_kg_m3=float(rng.uniform(1.12, 1.24)),
            drag=float(rng.uniform(0.42, 0.48)),
            side=float(np.clip(rng.normal(0.14, 0.08), 0.0, 0.28)),
        )
        self._surface = Surface.drawn(rng)
        self.players: list[Player] = squad(stream(seed, "squad"), look, self._first, fielders)
        self.far_stumps = look.setting != "nets" or bool(rng.random() < 0.7)
        """Whether stumps stand at the bowler's end too."""
        self._bowled: list[Bowled] = []
        self._near = 0
        """Where the last search ended: the next one begins there, as time mostly runs on."""
        self._plans: list[tuple[Plan, Bowling, float]] = []

    def delivery(self, number: int) -> Bowled:
        """The delivery of that number, counted from 0."""
        while len(self._bowled) <= number:
            self._bowled.append(self._next(len(self._bowled)))
        return self._bowled[number]

    def current(self, match_s: float) -> Bowled:
        """The delivery that is on, or was the last, or will be the first, at a moment of match time."""
        while self._near and match_s < self._start_s(self._near):
            self._near -= 1
        while match_s >= self._start_s(self._near + 1):
            self._near += 1
        return self.delivery(self._near)

    def moments(self, match_s: float, wanted: Wanted | None = None) -> list[Moment]:
        """Everybody at a moment of match time, or the bowler and those whose places are wanted."""
        bowled = self.current(match_s)
        return bowled.cast.moments(match_s - bowled.release_s, wanted)

    def ball(self, match_s: float, moments: list[Moment]) -> BallNow | None:
        """The ball at that moment, with everybody as they are then; None while it is with somebody out of sight."""
        bowled = self.current(match_s)
        time = match_s - bowled.release_s
        if time < 0:
            bowler = next(moment for moment in moments if moment.player.role == "bowler")
            return BallNow(bowled.cast.ball_in_hand_m(bowler), "held")
        if time <= bowled.course.end_s:
            return BallNow(bowled.course.at(time), "flight")
        return self._returned(bowled, time - bowled.course.end_s)

    def bails_on(self, match_s: float) -> bool:
        """Whether the striker's bails lie on the stumps; they are put back before the next ball."""
        bowled = self.current(match_s)
        return bowled.course.fate != "bowled" or match_s < bowled.end_s

    def _returned(self, bowled: Bowled, late_s: float) -> BallNow | None:
        """What becomes of a dead ball: the keeper holds it for a while and throws it to a fielder."""
        if bowled.course.fate != "left":
            return BallNow(bowled.course.at(bowled.course.end_s), "dead") if late_s < 0.3 else None
        taken = bowled.course.at(bowled.course.end_s)
        if late_s < _HELD_S:
            share = min(late_s / 0.4, 1.0)
            return BallNow(taken + share * share * (3 - 2 * share) * (np.array([0.3, 0.0, 1.0 - taken[2]])), "dead")
        share = (late_s - _HELD_S) / _THROWN_S
        if share > 1:
            return None
        start = taken + (0.3, 0.0, 1.0 - taken[2])
        side = 1.0 if bowled.number % 2 else -1.0
        catcher = np.array([taken[0] + 14.0, side * 13.0, 1.2])
        up = 4.9 * _THROWN_S**2 * share * (1 - share)
        return BallNow(start + share * (catcher - start) + (0.0, 0.0, up), "dead")

    def _planned(self, number: int) -> tuple[Plan, Bowling, float]:
        """The plan of a delivery, its bowler, and its release in match time."""
        while len(self._plans) <= number:
            here = len(self._plans)
            rng = stream(self._seed, "delivery", here)
            first = self._first
            plan = first.another(rng, self._margins) if here else first
            bowler = next(player for player in self.players if player.role == "bowler")
            bowling = Bowling(bowler.segments, plan)
            wait = self._gap_s * float(rng.uniform(0.85, 1.2))
            release = self._plans[-1][2] + wait if here else _BEFORE_S
            self._plans.append((plan, bowling, release + float(rng.uniform(0.0, 0.04))))
        return self._plans[number]

    def _start_s(self, number: int) -> float:
        """When a delivery's run-up begins, in match time."""
        _, bowling, release = self._planned(number)
        return release + bowling.starts_s - 0.8

    def _next(self, number: int) -> Bowled:
        plan, bowling, release = self._planned(number)
        rng = stream(self._seed, "ball", number)
        course = bowl(plan, bowling.release_m, self.air, self._surface, rng)
        _, later, _ = self._planned(number + 1)
        cast = Cast(
            self.players, plan, bowling, course, later.mark_m, self._start_s(number + 1) + 0.8 - release,
            stream(self._seed, "habits", number),
        )  # fmt: skip
        return Bowled(number, release, plan, bowling, course, cast)


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of the clip: from `start_s` to `end_s` of clip time it shows match time from `match_s` on."""

    name: Literal["play", "replay", "close-up"]
    start_s: float
    end_s: float
    match_s: float
    rate: float
    view: int
    """The camera's number."""
    target: Literal["bowler", "striker"] | None = None
    zoom: float = 1.0
    """How far the lens has zoomed in by the end of the shot."""

    def match_at(self, clip_s: float) -> float:
        """Match time at a moment of clip time."""
        return self.match_s + self.rate * (clip_s - self.start_s)

    def zoom_at(self, clip_s: float) -> float:
        """How far the lens has zoomed in."""
        share = np.clip((clip_s - self.start_s) / max(self.end_s - self.start_s, 1e-6), 0, 1)
        return float(self.zoom ** (share * share * (3 - 2 * share)))


class Direction:
    """What the clip shows: with `cuts`, replays and close-ups fill the time between deliveries.

    Args:
        seed: of the director.
        spell: what there is to show.
        cuts: whether there are replays and cuts, or one camera all the time.
        views: how many cameras there are.
    """

    def __init__(self, seed: int, spell: Spell, cuts: bool, views: int) -> None:
        self._seed, self._spell, self._cuts, self._views = seed, spell, cuts, views
        self._shots: list[Shown] = []
        self._delivery = 0
        self._live = 0.0

    def shot(self, clip_s: float) -> Shown:
        """What is shown at a moment of clip time."""
        if not self._cuts:
            return Shown("play", 0.0, np.inf, 0.0, 1.0, 0)
        while not self._shots or self._shots[-1].end_s <= clip_s:
            self._direct()
        return next(shot for shot in self._shots if shot.start_s <= clip_s < shot.end_s)

    def _direct(self) -> None:
        """Add the shots of one more delivery."""
        rng = stream(self._seed, "director", self._delivery)
        bowled, following = self._spell.delivery(self._delivery), self._spell.delivery(self._delivery + 1)
        now, match = self._end, self._live
        done = bowled.end_s + float(rng.uniform(0.6, 1.4))
        self._add(Shown("play", now, now + done - match, match, 1.0, 0))
        match, back = done, following.lands_s - 2.0
        extra = rng.random(3)
        if extra[0] < 0.55:
            zoom = float(rng.uniform(1.15, 1.6))
            lasts = float(rng.uniform(1.2, 2.0))
            self._add(Shown("play", self._end, self._end + lasts, match, 1.0, 0, zoom=zoom))
            match += lasts
        if extra[1] < 0.6:
            view = int(rng.integers(1, self._views)) if self._views > 1 else 0
            rate = float(rng.choice([0.25, 0.33, 0.5]))
            begin = bowled.release_s - float(rng.uniform(0.35, 0.6))
            lasts = (bowled.end_s + 0.25 - begin) / rate
            self._add(Shown("replay", self._end, self._end + lasts, begin, rate, view))
        if extra[2] < 0.6 and back - match > 1.5:
            lasts = float(rng.uniform(1.2, min(3.0, back - match)))
            target: Literal["bowler", "striker"] = "bowler" if rng.random() < 0.6 else "striker"
            self._add(Shown("close-up", self._end, self._end + lasts, match, 1.0, 0, target))
        # A director cuts back in time for the next ball; what happens meanwhile is not shown.
        self._live = max(match, back)
        self._delivery += 1

    @property
    def _end(self) -> float:
        return self._shots[-1].end_s if self._shots else 0.0

    def _add(self, shot: Shown) -> None:
        self._shots.append(shot)
