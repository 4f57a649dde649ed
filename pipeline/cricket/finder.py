"""Deliveries found in a stream of frames, whether live or from a file.

Whatever moves like a ball is a candidate; a delivery is what can be explained as a ball that was let go near the
bowler's end, at a bowler's speed, under gravity, towards the other end. That refuses throws, replays (in slow motion
gravity is a fraction of itself), close-ups and zooms (no pitch is seen in the one, the other moves it), and anything
that is no cricket, as no pitch is found in it.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.cricket.ball_track import BallPaths, BallTrack
from pipeline.cricket.fitting import FlightFit, fit_flight
from pipeline.cricket.foot_faults import Feet, judge
from pipeline.cricket.glance import Glance
from pipeline.cricket.leading_back import led_back
from pipeline.cricket.letting_go import let_go_later
from pipeline.cricket.passing import passing_paths, stands_beside
from pipeline.cricket.reading import release_s
from pipeline.cricket.scanning import LEAST, Guess, guess
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.watched import Watched
from pipeline.geometry.laws import PITCH_M
from pipeline.geometry.pitch_marks import MARKS_M
from pipeline.perception.sightings import BallSighting

_LOOKS_EVERY_S = 0.4
_MEMORY_S = 3.2
"""A delivery takes one second at most; the run-up's last strides and what comes after belong to it."""
_SETTLED_S = 0.5
"""A path to which nothing has been added for this long has ended."""
_APART_S = 1.5
"""No two releases are nearer to each other."""
_MOVED = 0.02
"""By how much of the picture's width a pitch moves from one frame to the next when the shot changes."""
_STRANGE = 45.0
_SHARED = 3
"""Frames that a path and the one it leads to may share at most."""
_BRIDGED_S = 0.32
_REACH_RADII = 50.0
"""For how long a ball may be out of sight, and how far it flies in a frame."""
_HIDDEN_S = 0.13
"""A ball that is out of sight for longer is hidden by somebody."""
_SPEEDS_KMH = 55.0, 168.0
_FIRST_SEEN_M = 13.0
"""How far from the striker's stumps a ball is first seen at least: five metres from the hand, four frames."""
_WIDEST_M, _HIGHEST_M = 2.5, 2.6
"""How far from the middle stump and over the ground nobody's ball passes the striker's stumps."""


@dataclass(frozen=True, slots=True)
class _Way:
    """In which a ball is seen, and what its path must be like then."""

    least: int
    """Sightings."""
    travels_m: float
    """How far it is followed."""
    speed_std_m_s: float
    """A flight whose speed is known worse than this could be anything."""
    share: float
    """Of the sightings while it flies, those that its flight must explain."""
    misfit: float = 2.2
    """How well it must explain them: `FlightFit.misfit`."""
    from_hand: bool = False
    """Whether it must be seen in the hand before."""
    stands_cm: float | None = None
    """A path that says little by itself is a delivery only if the front foot of a bowler stands at the crease, whose
    place is known so well."""


_WHOLE = _Way(LEAST, 5.0, 3.5, 0.7)
_PASSING = _Way(2, 1.2, 3.5, 0.7, from_hand=True, stands_cm=8.0)
"""Through the picture of a camera beside the bowler."""
_HIDDEN = _Way(4, 3.0, 3.6, 0.6, misfit=1.6, stands_cm=15.0)
"""Soon behind the bowler, before a camera that stands low."""


@dataclass(frozen=True, slots=True)
class Found:
    """A delivery as it was found: the sightings of its path, the flight, and the frames around it."""

    watched: Watched
    fit: FlightFit
    glances: tuple[Glance, ...]

    @property
    def last_s(self) -> float:
        """When the flight's last sighting was."""
        return float(self.watched.times_s[self.fit.explained][-1])


class DeliveryFinder:
    """Watches one camera."""

    def __init__(self) -> None:
        self._glances: deque[Glance] = deque()
        self._ball_paths = BallPaths()
        self._examined: set[tuple[int, int]] = set()
        self._looked_s = -np.inf
        self._free_s = -np.inf
        """From when on a release may follow the last one."""

    def see(self, glance: Glance) -> list[Found]:
        """Add a frame; answer the deliveries that have ended, at most 1 s after they did."""
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
        return found

    def _look(self, ended_before_s: float) -> list[Found]:
        seen = [glance for glance in self._glances if glance.pitch is not None]
        if not seen:
            return []
        pitches = {glance.frame: glance.pitch for glance in seen if glance.pitch is not None}
        self._ball_paths.forget(seen[0].frame)
        found: list[Found] = []
        for path, way in _paths(self._ball_paths, seen):
            key = path[0].frame, path[-1].frame
            if path[-1].time_s >= ended_before_s or key in self._examined:
                continue
            self._examined.add(key)
            delivery = self._examine(path, pitches, way)
            if delivery is None and way is _WHOLE:
                delivery = self._examine(_first_part(path), pitches, _HIDDEN)
            if delivery is not None:
                self._free_s = delivery.fit.start_s + _APART_S
                found.append(delivery)
        return found

    def _examine(self, path: tuple[BallSighting, ...], pitches: dict[int, FoundPitch], way: _Way) -> Found | None:
        sightings = tuple(each for each in path if each.score > 0 and each.frame in pitches)
        if len(sightings) < way.least or not _moves(sightings):
            return None
        watched = Watched(sightings, tuple(pitches[each.frame] for each in sightings))
        best = _started(watched, way.least)
        if best is None:
            return None
        watched, start = best
        if watched.times_s[start.first] < self._free_s:
            return None
        fit = fit_flight(watched, start, way.least)
        if fit is None or fit.start_s < self._free_s:
            return None
        ways = [(watched, fit)]
        longer = led_back(watched, fit, self._glances) if way is _WHOLE else None
        refit = None if longer is None else fit_flight(*longer)
        if longer is not None and refit is not None:
            ways.insert(0, (longer[0], refit))
        ways = [each for one in ways for each in (let_go_later(*one), one) if each is not None]
        delivery = next((each for each in ways if _is_delivery(*each, way)), None)
        if delivery is None:
            return None
        found = Found(*delivery, tuple(self._glances))
        return found if way.stands_cm is None or _has_bowler(found, way.stands_cm) else None


def _joined(tracks: list[BallTrack]) -> list[tuple[BallSighting, ...]]:
    """Paths of which one may lead to another, as one: a ball leaves the hand, strikes the ground, passes behind
    somebody; whether it flew so is for the fit to say."""
    paths: list[tuple[BallSighting, ...]] = []
    for track in sorted(tracks, key=lambda track: track.sightings[0].frame):
        before = [path for path in paths if _may_lead(path, track)]
        if before:
            longest = max(before, key=len)
            paths.remove(longest)
            paths.append((*_before(longest, track), *track.sightings))
        else:
            paths.append(track.sightings)
    return paths


def _before(path: tuple[BallSighting, ...], track: BallTrack) -> tuple[BallSighting, ...]:
    """The sightings of a path before a track begins: where one gives way to the other both may have a few frames."""
    return tuple(each for each in path if each.frame < track.sightings[0].frame)


def _may_lead(path: tuple[BallSighting, ...], track: BallTrack) -> bool:
    first = track.sightings[0]
    kept = _before(path, track)
    if len(path) - len(kept) > _SHARED or not kept:
        return False
    last = kept[-1]
    gap = first.frame - last.frame
    if first.time_s - last.time_s > _BRIDGED_S:
        return False
    apart = float(np.hypot(first.x - last.x, first.y - last.y))
    return apart <= _REACH_RADII * max(first.radius_px, last.radius_px) * gap


def _started(watched: Watched, least: int) -> tuple[Watched, Guess] | None:
    """The better explained of both ends being the striker's, where that is not known."""
    ways = [watched]
    if not all(pitch.ends_known for pitch in watched.pitches):
        turned = {id(pitch): pitch.from_other_end() for pitch in watched.pitches}
        ways.append(Watched(watched.sightings, tuple(turned[id(pitch)] for pitch in watched.pitches)))
    starts = [(way, start) for way in ways if (start := guess(way, least)) is not None]
    return min(starts, key=lambda pair: pair[1].cost, default=None)


def _is_delivery(watched: Watched, fit: FlightFit, seen: _Way) -> bool:
    times = watched.times_s
    flown = times[fit.explained]
    between = (times >= flown[0]) & (times <= flown[-1])
    place, velocity = fit.unknowns[:3], fit.unknowns[3:6]
    way = fit.trajectory
    passes = way.at(way.crossing_s(0.0) or way.end_s)
    return bool(
        fit.misfit <= seen.misfit
        and fit.strangeness <= _STRANGE
        and fit.covariance[3, 3] <= seen.speed_std_m_s**2
        and np.count_nonzero(fit.explained) >= seen.share * np.count_nonzero(between)
        and _SPEEDS_KMH[0] <= 3.6 * np.linalg.norm(velocity) <= _SPEEDS_KMH[1]
        and _FIRST_SEEN_M < place[0] < PITCH_M + 0.5
        and abs(place[1]) < 2.0
        and 0.9 < place[2] < 2.9
        and place[0] - way.at(flown[-1])[0] >= seen.travels_m
        and (fit.gap_s is not None or not seen.from_hand)
        and abs(passes[1]) < _WIDEST_M
        and passes[2] < _HIGHEST_M
    )


def feet_of(found: Found) -> Feet:
    """The verdicts on the bowler's feet."""
    return judge(found.glances, release_s(found.fit), found.watched.pitches[0])


def _has_bowler(found: Found, stands_cm: float) -> bool:
    """Whether somebody's front foot stands at the crease, at a place that is known so well."""
    foot = feet_of(found).front
    return not isinstance(foot, str) and foot.std_cm <= stands_cm


def _first_part(path: tuple[BallSighting, ...]) -> tuple[BallSighting, ...]:
    """A path until the ball was first out of sight for a while."""
    for number, (one, other) in enumerate(pairwise(path)):
        if other.time_s - one.time_s > _HIDDEN_S:
            return path[: number + 1]
    return path


def _paths(ball_paths: BallPaths, seen: list[Glance]) -> list[tuple[tuple[BallSighting, ...], _Way]]:
    """What may be a ball's path, and in which way it is seen."""
    paths = [(path, _WHOLE) for path in _joined(ball_paths.tracks(pieces=True))]
    pitch = seen[-1].pitch
    if pitch is not None and stands_beside(pitch):
        ends = [pitch] if pitch.ends_known else [pitch, pitch.from_other_end()]
        paths += [(path, _PASSING) for end in ends for path in passing_paths(seen, end)]
    return paths


def _moves(sightings: tuple[BallSighting, ...]) -> bool:
    """Whether a path gets anywhere at more than a crawl: a delivery crosses many of its radii in a frame."""
    places = np.array([(each.x, each.y) for each in sightings])
    radius = float(np.median([each.radius_px for each in sightings]))
    return float(np.linalg.norm(np.ptp(places, axis=0))) > 8 * radius


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
