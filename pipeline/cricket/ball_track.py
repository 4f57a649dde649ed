"""Sightings of many frames in, the paths that a ball could have flown out, with the kinks in them.

A ball in flight moves over the picture nearly as a parabola from one frame to the next, whatever the camera; where it
bounces, or is hit, its path has a kink. So paths are grown from pairs of sightings by what a steady acceleration
foretells, over gaps of a few frames, and through kinks; the likeliest path takes its sightings, then the next one.
Without what turns out to be a ball's shadow they are grown again. What stands still, jitters or jumps is no ball.
Growing goes frame by frame, so that a camera's paths are grown once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import hypot, log

import numpy as np

from pipeline.cricket.kinks import Kink, kinks_of
from pipeline.cricket.shadows import shadows_of
from pipeline.perception.sightings import BallSighting

_FITTED = 5
"""Sightings from which the next is foretold."""
_GAP = 4
"""Frames that a path may be without a sighting."""
_FASTEST_RADII = 70.0
"""How many of its radii a ball moves in a frame at most: 50 m/s across the picture, at 20 frames/s."""
_TURN_RADII = 16.0
"""How far a bounce may throw a ball off its path in a frame, in radii: a change of velocity of 14 m/s."""
_LEAST_SIGHTINGS = 4
_CHANCE = 0.03
"""The score of what looks no more like a ball than most of what a network tells."""
_LEAST_SCORE = 5.0
_LEAST_PIECE = 2.5
"""The score of a piece that counts only where it leads to another one, or another one to it."""
_LEAST_SPEED_RADII = 1.0
"""How far a path leads in a frame on average, in radii; less is something that stands and flickers."""
_STILL_RADII = 0.25
"""Of a path that leads less far from one sighting to the next, mostly, the rest is something else that flickers."""
_MISSED = 0.3
"""What a frame without a sighting costs a path's score."""
_KINK_COST = 1.0
_GROWTH = 2.0
"""By which factor a radius may change from one sighting to the next."""


@dataclass(frozen=True, slots=True)
class BallTrack:
    """A path: a sighting for each frame from its first to its last, those of frames in which the ball was not seen with
    a score of 0; its kinks; and `score`, the sum of its sightings' less what its gaps cost."""

    sightings: tuple[BallSighting, ...]
    kinks: tuple[Kink, ...]
    score: float

    @property
    def bounces(self) -> tuple[Kink, ...]:
        """The kinks that turn the ball upwards; no pitch need be known."""
        return tuple(kink for kink in self.kinks if kink.upwards)


@dataclass(frozen=True, slots=True)
class _Path:
    points: tuple[BallSighting, ...]
    since: int
    """Where the piece after the last kink begins."""
    score: float
    kinks: int = 0


class BallPaths:
    """The paths in the sightings of frames that come one after another."""

    def __init__(self) -> None:
        self._by_step: dict[int, list[BallSighting]] = {}
        """In the order of their steps."""
        self._paths: list[tuple[_Path, _Path]] = []
        """Pairs of sightings, and what each has grown to."""

    def add(self, sightings: Sequence[BallSighting]) -> None:
        """What may be the ball in the next frame, in any order; frames may be missing."""
        seen = [each for each in sightings if each.score > _CHANCE]
        if not seen:
            return
        step = seen[0].step
        self._by_step[step] = seen
        self._paths = [(seed, _led_on(path, step, seen)) for seed, path in self._paths]
        self._paths += [(seed, seed) for seed in _seeds(seen, self._by_step)]

    def forget(self, before: int) -> None:
        """Frames before one, and the paths that begin in them, do not count any more."""
        self._by_step = {step: seen for step, seen in self._by_step.items() if seen[0].frame >= before}
        self._paths = [(seed, path) for seed, path in self._paths if seed.points[0].frame >= before]

    def tracks(self, pieces: bool = False) -> list[BallTrack]:
        """The paths that a ball could have flown, the likeliest first.

        Args:
            pieces: whether such count too as begin with a piece that alone would not: more of the balls, and more of
                what is none, as arms that come over, for who can tell them apart by physics.
        """
        by_step, paths = self._by_step, self._paths
        found = _likeliest(by_step, paths)
        while shadows := shadows_of([path.points for path in found if _flies(path)]):
            taken = {id(each) for part in shadows for each in _on(part, by_step)}
            by_step = {step: [each for each in seen if id(each) not in taken] for step, seen in by_step.items()}
            paths = _without(paths, taken, by_step)
            found = _likeliest(by_step, paths)
        moving = [path for path in found if _moves(path)]
        joined = _joined(moving, _LEAST_PIECE if pieces else _LEAST_SCORE)
        tracks = [_track(path) for path in joined if path.score >= _LEAST_SCORE and _flies(path)]
        return sorted(tracks, key=lambda track: -track.score)


def ball_tracks(frames: Sequence[Sequence[BallSighting]]) -> list[BallTrack]:
    """The paths in the sightings of frames in a row, the likeliest first.

    Args:
        frames: for each frame what may be the ball in it, in any order; frames may be missing.
    """
    paths = BallPaths()
    for sightings in frames:
        paths.add(sightings)
    return paths.tracks()


def _likeliest(by_step: dict[int, list[BallSighting]], paths: list[tuple[_Path, _Path]]) -> list[_Path]:
    """The likeliest path, the likeliest without its sightings, and so on, down to pieces of one."""
    by_step = dict(by_step)
    found: list[_Path] = []
    while paths := [(seed, path) for seed, path in paths if path.score >= _LEAST_PIECE and len(path.points) >= 3]:
        best = max((path for _, path in paths), key=lambda path: path.score)
        found.append(best)
        taken = _taken(best, by_step)
        for number in {each.step for each in best.points}:
            by_step[number] = [each for each in by_step[number] if id(each) not in taken]
        paths = _without(paths, taken, by_step)
    return found


def _without(
    paths: list[tuple[_Path, _Path]], taken: set[int], by_step: dict[int, list[BallSighting]]
) -> list[tuple[_Path, _Path]]:
    """Paths and what they began with, grown anew where they led through sightings that are taken."""
    return [
        (seed, _grown(seed, by_step) if _meets(path, taken) else path)
        for seed, path in paths
        if not _meets(seed, taken)
    ]


def _joined(paths: list[_Path], least: float) -> list[_Path]:
    """Paths of which one begins where another ends, as when a ball is not seen just as it bounces, as one, if the one
    that ends has such a score."""
    left = sorted(paths, key=lambda path: path.points[0].step)
    joined: list[_Path] = []
    for path in left:
        before = [known for known in joined if known.score >= least and _leads_to(known, path)]
        if before:
            best = max(before, key=lambda known: known.score)
            joined.remove(best)
            path = _Path((*best.points, *path.points), len(best.points), best.score + path.score - _KINK_COST)
        joined.append(path)
    return joined


def _leads_to(one: _Path, other: _Path) -> bool:
    last, first = one.points[-1], other.points[0]
    gap = first.step - last.step
    if not 0 < gap <= _GAP or not _alike(last, first) or len(one.points) < 3 or len(other.points) < 3:
        return False
    reach = max(1.3 * _speed(one) + 4, _TURN_RADII * last.radius_px)
    x, y, _ = _foretold(one, first.step)
    return hypot(first.x - x, first.y - y) <= reach * gap


def _taken(path: _Path, by_step: dict[int, list[BallSighting]]) -> set[int]:
    """The sightings of a path, and what lies beside them in their frames: an echo of the ball, not another one."""
    return {
        id(other)
        for each in path.points
        for other in by_step[each.step]
        if _apart(each, other) <= 4 * each.radius_px + 6
    }


def _on(part: list[BallSighting], by_step: dict[int, list[BallSighting]]) -> Iterator[BallSighting]:
    """The sightings of a part of a path, and those that lie on it where it leads on without one."""
    for place in _filled(tuple(part), ()):
        for each in by_step.get(place.step, ()):
            if _apart(each, place) <= place.radius_px:
                yield each


def _meets(path: _Path, taken: set[int]) -> bool:
    return any(id(each) in taken for each in path.points)


def _seeds(seen: list[BallSighting], by_step: dict[int, list[BallSighting]]) -> list[_Path]:
    """What a path may begin with whose second sighting is one of those of the newest frame."""
    found = []
    for step in (1, 2):
        for first in by_step.get(seen[0].step - step, ()):
            for second in seen:
                if _apart(first, second) <= step * _FASTEST_RADII * first.radius_px and _alike(first, second):
                    cost = _MISSED * (step - 1)
                    found.append(_Path((first, second), 0, _worth(first) + _worth(second) - cost))
    return found


def _grown(path: _Path, by_step: dict[int, list[BallSighting]]) -> _Path:
    """A path led on as long as sightings follow."""
    for step, seen in by_step.items():
        if step > path.points[-1].step:
            path = _led_on(path, step, seen)
    return path


def _led_on(path: _Path, step: int, seen: list[BallSighting]) -> _Path:
    """A path led on to the likeliest of the sightings of a later frame; itself where it does not lead to any."""
    last = path.points[-1]
    if step - last.step > _GAP or not seen:
        return path
    reach = max(1.3 * _speed(path) + 4, _TURN_RADII * last.radius_px) * (step - last.step)
    missed = _MISSED * (step - last.step - 1)
    x, y, gate = _foretold(path, step)
    may_turn = len(path.points) - path.since >= 3
    best, most, turns = None, 0.0, False
    for each in seen:
        if not _alike(last, each):
            continue
        off = hypot(each.x - x, each.y - y)
        if off <= gate:
            gain, kinked = _worth(each) * (1 - 0.5 * off / gate) - missed, False
        elif may_turn and off <= reach:
            gain, kinked = _worth(each) - missed - _KINK_COST * (1 + path.kinks), True
        else:
            continue
        if gain > most:
            best, most, turns = each, gain, kinked
    if best is None:
        return path
    since = len(path.points) - 1 if turns else path.since
    return _Path((*path.points, best), since, path.score + most, path.kinks + turns)


def _foretold(path: _Path, step: int) -> tuple[float, float, float]:
    """Where a path's next sighting should be at a step, and how far off it may be, in pixels."""
    piece = path.points[max(path.since, len(path.points) - _FITTED) :]
    last = piece[-1]
    if len(piece) == 1:
        return last.x, last.y, 2.0
    loose = 0.3 if len(piece) == 2 else 0.18 if len(piece) == 3 else 0.1
    gate = 3.0 + 0.6 * last.radius_px + loose * _speed(path)
    x = y = 0.0
    ages = tuple([each.step - last.step for each in piece])
    for share, each in zip(_shares(ages, step - last.step), piece, strict=True):
        x += share * each.x
        y += share * each.y
    return x, y, gate * (step - last.step) ** 0.8


@lru_cache(maxsize=4096)
def _shares(steps: tuple[int, ...], ahead: int) -> tuple[float, ...]:
    """What each of a few places adds to the place that they foretell: least squares of a line or a parabola in time, to
    which later ones count more. They depend on when the places were alone, and there are not many such patterns."""
    weights = np.linspace(0.6, 1.0, len(steps))
    powers = np.vander(np.array(steps, float), 2 if len(steps) < 4 else 3)
    fit = np.linalg.pinv(powers * weights[:, None]) * weights
    return tuple((float(ahead) ** np.arange(powers.shape[1])[::-1] @ fit).tolist())


def _worth(sighting: BallSighting) -> float:
    """What a sighting adds to a path's score: how many times likelier than chance it is the ball, as a logarithm."""
    return log(max(sighting.score, _CHANCE) / _CHANCE)


def _speed(path: _Path) -> float:
    last, before = path.points[-1], path.points[-2]
    return _apart(last, before) / (last.step - before.step)


def _apart(one: BallSighting, other: BallSighting) -> float:
    return hypot(one.x - other.x, one.y - other.y)


def _alike(one: BallSighting, other: BallSighting) -> bool:
    ratio = (one.radius_px + 0.5) / (other.radius_px + 0.5)
    return 1 / _GROWTH <= ratio <= _GROWTH


def _moves(path: _Path) -> bool:
    """Whether a path leads on from one sighting to the next, mostly."""
    places = np.array([(each.x, each.y) for each in path.points])
    return bool(np.median(np.linalg.norm(np.diff(places, axis=0), axis=1)) >= _STILL_RADII * _radius(path))


def _flies(path: _Path) -> bool:
    if len(path.points) < _LEAST_SIGHTINGS or not _moves(path):
        return False
    places = np.array([(each.x, each.y) for each in path.points])
    steps = path.points[-1].step - path.points[0].step
    far = float(np.linalg.norm(np.ptp(places, axis=0)))
    return far >= max(_LEAST_SPEED_RADII * _radius(path) * min(steps, 12), 6.0)


def _radius(path: _Path) -> float:
    return float(np.median([each.radius_px for each in path.points]))


def _track(path: _Path) -> BallTrack:
    kinks = kinks_of(path.points)
    return BallTrack(tuple(_filled(path.points, kinks)), kinks, path.score)


def _filled(points: tuple[BallSighting, ...], kinks: tuple[Kink, ...]) -> list[BallSighting]:
    """The points, with those between them where a parabola through their neighbours of the same piece puts them, or,
    between two kinks, a straight line; a frame that repeats another shows the ball where that one does."""
    piece_of = {each.step: sum(kink.frame < each.frame for kink in kinks) for each in points}
    told = []
    for one, other in pairwise(points):
        told.append(one)
        for frame in range(one.frame + 1, other.frame):
            share = (frame - one.frame) / (other.frame - one.frame)
            step = one.step + int(share * (other.step - one.step))
            piece = sum(kink.frame < frame for kink in kinks)
            near = [each for each in points if piece_of[each.step] == piece]
            near = sorted(near, key=lambda each, step=step: abs(each.step - step))[:6] if near[1:] else [one, other]
            times = np.array([each.step - step for each in near], float)
            places = np.array([(each.x, each.y) for each in near])
            x, y = np.polyfit(times, places, min(2, max(len(near) - 2, 1)))[-1].tolist()
            told.append(
                BallSighting(
                    frame,
                    one.time_s + share * (other.time_s - one.time_s),
                    x,
                    y,
                    one.radius_px + share * (other.radius_px - one.radius_px),
                    0.0,
                    frame - step,
                )
            )
    return [*told, points[-1]]
