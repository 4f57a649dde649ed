"""Deliveries found in a stream of frames, whether live or from a file.

Whatever moves like a ball is a candidate; a delivery is what can be explained as the flight of a ball that was bowled.
Close-ups and zooms show none (no pitch is seen in the one, the other moves it), and nor does anything that is no
cricket, as no pitch is found in it. A bowler's arm that comes over at the crease vouches for a ball that is let go
then, and contradicts any other; and where the ball is hidden, as it soon is behind the bowler from a camera that
stands low, it is a delivery by itself, of which little else is known.
"""

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from pipeline.cricket.action import Action, actions
from pipeline.cricket.ball_track import BallPaths
from pipeline.cricket.explaining import HIDDEN, PASSING, WHOLE, Flight, Way, flight_of
from pipeline.cricket.fitting import Moment
from pipeline.cricket.foot_faults import Feet, judge
from pipeline.cricket.glance import Glance
from pipeline.cricket.heel import LookAtHeels, standing_heel
from pipeline.cricket.joining import first_part, joined
from pipeline.cricket.passing import passing_paths, stands_beside
from pipeline.cricket.reading import release_s
from pipeline.cricket.sightings import FoundPitch
from pipeline.geometry.pitch_marks import MARKS_M
from pipeline.perception.sightings import BallSighting

_LOOKS_EVERY_S = 0.4
_MEMORY_S = 3.2
"""A delivery takes one second at most; the run-up's last strides and what comes after belong to it."""
_SETTLED_S = 0.5
"""A path to which nothing has been added for this long has ended."""
_APART_S = 2.5
"""No two releases are nearer to each other, not even of bowlers who take turns in a net."""
_FLIES_S = 1.5
"""For how long after its release a ball may still be on its way to the striker or the keeper."""
_AGREES_S, _CONTRADICTS_S = 0.3, 1.8
"""How far from an arm that came over a ball may seem to be let go, and how far from it no other is."""
_SURE_LOOKS = 2
"""An arm that was seen up less often contradicts no flight that says much by itself: it may have been the other one,
some time before."""
_MOVED = 0.02
"""By how much of the picture's width a pitch moves from one frame to the next when the shot changes."""


@dataclass(frozen=True, slots=True)
class Found:
    """A delivery as it was found: when the ball was let go; the camera, with the bowler's end as it is now known; the
    ball's flight, None where it was not followed; the verdicts on the bowler's feet; and the frames around it."""

    release_s: float
    pitch: FoundPitch
    flight: Flight | None
    feet: Feet
    glances: tuple[Glance, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A flight of which it is not told yet; `feet` where it took these to believe it."""

    release_s: float
    flight: Flight
    feet: Feet | None
    glances: tuple[Glance, ...]

    @property
    def pitch(self) -> FoundPitch:
        """The camera, with the bowler's end as it is now known."""
        return self.flight.watched.pitches[0]


class DeliveryFinder:
    """Watches one camera.

    Args:
        look_at_heels: the network of heels; without one, feet are judged by their ankles.
    """

    def __init__(self, look_at_heels: LookAtHeels | None = None) -> None:
        self._look_at_heels = look_at_heels
        self._glances: deque[Glance] = deque()
        self._ball_paths = BallPaths()
        self._examined: set[tuple[int, int]] = set()
        self._looked_s = -np.inf
        self._told_s = -np.inf
        """When the last delivery that was told was released."""
        self._waiting: list[_Waiting] = []
        """Deliveries that no arm vouches for: one that comes over soon after may yet contradict them."""
        self._arms: list[Action] = []
        self._arms_until_s = -np.inf
        """Until when it is known which arms came over."""

    def see(self, glance: Glance) -> list[Found]:
        """Add a frame; answer the deliveries that have ended: at most 1 s after they did where the ball's flight and
        the bowler's arm agree, 3 s after the release where only one of the two was seen."""
        found = []
        if self._glances and _cut(self._glances[-1].pitch, glance.pitch):
            found = self.finish()
        self._glances.append(glance)
        if glance.pitch is not None:
            self._ball_paths.add(glance.balls)
        while glance.time_s - self._glances[0].time_s > _MEMORY_S:
            self._glances.popleft()
        if glance.time_s - self._looked_s >= _LOOKS_EVERY_S:
            self._looked_s = glance.time_s
            found += self._look(glance.time_s - _SETTLED_S)
        return found

    def finish(self) -> list[Found]:
        """The shot or the clip is over; answer what has ended with it."""
        found = self._look(np.inf)
        self._glances.clear()
        self._ball_paths = BallPaths()
        self._examined.clear()
        self._arms = []
        return found

    def _look(self, ended_before_s: float) -> list[Found]:
        seen = [glance for glance in self._glances if glance.pitch is not None]
        if not seen:
            return []
        self._ball_paths.forget(seen[0].frame)
        self._watch_arms(seen, ended_before_s)
        over_s = ended_before_s - _FLIES_S
        due = [arm for arm in self._arms if self._told_s + _APART_S < arm.release_s < over_s]
        for path, way in _paths(self._ball_paths, seen):
            key = path[0].frame, path[-1].frame
            # A ball that was struck may be followed for long after.
            ended = path[-1].time_s < ended_before_s or (bool(due) and path[0].time_s < over_s)
            if ended and key not in self._examined:
                self._examined.add(key)
                self._examine(path, way)
        found = self._settled(ended_before_s)
        for arm in due:
            waits = any(abs(each.release_s - arm.release_s) < _APART_S for each in self._waiting)
            if arm.release_s > self._told_s + _APART_S and not waits:
                self._told_s = arm.release_s
                glances = tuple(self._glances)
                feet = self._feet(arm.release_s, arm.pitch, glances)
                found.append(Found(arm.release_s, arm.pitch, None, feet, glances))
        return found

    def _examine(self, path: tuple[BallSighting, ...], way: Way) -> None:
        glances = tuple(self._glances)
        for part, seen_so in ((path, way), (first_part(path), HIDDEN))[: 2 if way is WHOLE else 1]:
            flight = flight_of(part, seen_so, glances, self._told_s + _APART_S, self._let_go(part))
            if flight is None:
                continue
            waits = _Waiting(release_s(flight.fit), flight, None, glances)
            vouched = self._vouched(waits.release_s, _SURE_LOOKS if seen_so.stands_cm is None else 1)
            if vouched is None and seen_so.stands_cm is not None:
                feet = self._feet(waits.release_s, waits.pitch, glances)
                waits, vouched = replace(waits, feet=feet), _stands(feet, seen_so.stands_cm)
            if vouched is not False:
                self._waiting.append(waits)
                break

    def _let_go(self, path: tuple[BallSighting, ...]) -> Moment | None:
        """When the arm let go of a ball that was followed so, mean and deviation."""
        first_s, last_s = path[0].time_s - _AGREES_S, path[-1].time_s
        arms = [arm for arm in self._arms if first_s <= arm.release_s <= last_s]
        return arms[0].let_go if len(arms) == 1 else None

    def _settled(self, ended_before_s: float) -> list[Found]:
        """The deliveries that an arm vouches for, and those of which it is known by now that none contradicts them."""
        waiting, self._waiting = self._waiting, []
        found = []
        for each in sorted(waiting, key=lambda each: self._vouched(each.release_s) is not True):
            vouched = self._vouched(each.release_s)
            if vouched is False or abs(each.release_s - self._told_s) < _APART_S:
                continue
            if vouched or each.release_s + _CONTRADICTS_S < ended_before_s:
                self._told_s = each.release_s
                feet = each.feet or self._feet(each.release_s, each.pitch, each.glances)
                found.append(Found(each.release_s, each.pitch, each.flight, feet, each.glances))
            else:
                self._waiting.append(each)
        return found

    def _watch_arms(self, seen: list[Glance], ended_before_s: float) -> None:
        """Add the arms that have come down since the last look: of those that did before it is forgotten how long they
        had been up."""
        first_s, last_s = self._arms_until_s, min(ended_before_s, seen[-1].time_s)
        self._arms = [arm for arm in self._arms if arm.release_s >= seen[0].time_s]
        for arm in actions(seen):
            # Who appeals or throws afterwards has bowled before.
            bowled_s = self._arms[-1].release_s if self._arms else -np.inf
            if first_s < arm.release_s <= last_s and arm.release_s - bowled_s > _APART_S:
                self._arms.append(arm)
        self._arms_until_s = last_s

    def _vouched(self, let_go_s: float, sure_looks: int = _SURE_LOOKS) -> bool | None:
        """Whether an arm came over as a ball was let go, and not at another time; None where neither is known. An arm
        contradicts what was seen so if it was seen up in so many looks."""
        apart = [(abs(arm.release_s - let_go_s), arm.looks) for arm in self._arms]
        if any(apart_s <= _AGREES_S for apart_s, _ in apart):
            return True
        return False if any(apart_s <= _CONTRADICTS_S and looks >= sure_looks for apart_s, looks in apart) else None

    def _feet(self, let_go_s: float, pitch: FoundPitch, glances: tuple[Glance, ...]) -> Feet:
        """The verdicts on the bowler's feet."""
        heel = None
        if self._look_at_heels is not None:
            heel = standing_heel(glances, let_go_s, pitch.view, self._look_at_heels)
        return judge(glances, let_go_s, pitch, heel)


def _stands(feet: Feet, known_cm: float) -> bool:
    """Whether somebody's front foot stands at the crease, at a place that is known so well."""
    return not isinstance(feet.front, str) and feet.front.std_cm <= known_cm


def _paths(ball_paths: BallPaths, seen: list[Glance]) -> list[tuple[tuple[BallSighting, ...], Way]]:
    """What may be a ball's path, and in which way it is seen."""
    paths = [(path, WHOLE) for path in joined(ball_paths.tracks(pieces=True))]
    pitch = seen[-1].pitch
    if pitch is not None and stands_beside(pitch):
        ends = [pitch] if pitch.ends_known else [pitch, pitch.from_other_end()]
        paths += [(path, PASSING) for end in ends for path in passing_paths(seen, end)]
    return paths


def _cut(before: FoundPitch | None, now: FoundPitch | None) -> bool:
    """Whether the shot has changed: the pitch is elsewhere, or one has appeared."""
    if before is None or now is None:
        return before is not now
    if before is now:
        return False
    first, second = before.view.project(MARKS_M)[0], now.view.project(MARKS_M)[0]
    size = now.view.camera.size
    inside = ((first >= 0) & (first <= size)).all(axis=1)
    return bool(inside.any() and np.linalg.norm(first - second, axis=1)[inside].mean() > _MOVED * size[0])
