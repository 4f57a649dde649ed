"""A ball that flies through the picture of a camera beside the bowler, two to five frames long.

Too short and too fast for a path to be grown: so pairs of sightings are tried that a ball just let go may have made,
and led on as straight as it flies there. That the ball was in a hand just before belongs to it; the bowler's front
foot does too, which is for the finder to ask.
"""

from collections.abc import Sequence

import numpy as np

from pipeline.cricket.glance import Glance
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.watched import Floats, ray
from pipeline.perception.sightings import BallSighting

_BESIDE = 0.55
"""A camera whose line of sight is less along the pitch than this (a cosine) stands beside it."""
_SPEEDS_M_S = 16.0, 47.0
_STRAIGHT = 0.93
_ALONG_M, _UP_M = (14.5, 20.0), (0.8, 2.8)
"""Where over the pitch's middle a ball is that was just let go."""
_HELD_S = 0.13
_HELD_STEPS = 1.3
"""How far from the first sighting the ball was in the hand, in steps of the flight."""


def stands_beside(pitch: FoundPitch) -> bool:
    """Whether a camera looks across the pitch."""
    return abs(float(np.cos(np.radians(pitch.view.bearing_deg)))) < _BESIDE


def passing_paths(glances: Sequence[Glance], pitch: FoundPitch) -> list[tuple[BallSighting, ...]]:
    """Sightings of balls just let go, each with that of the ball in the hand before, the longest first."""
    view = pitch.view
    ahead = view.project([[18.0, 0.0, 2.0], [17.0, 0.0, 2.0]])[0]
    metre = ahead[1] - ahead[0]
    by_frame = {glance.frame: glance.balls for glance in glances}
    found = []
    for frame in sorted(by_frame):
        for first in by_frame[frame]:
            if not _over_pitch(pitch, first):
                continue
            for second in by_frame.get(frame + 1, ()):
                if _flies(first, second, metre):
                    path = _led_on(first, second, by_frame)
                    held = _held(first, second, by_frame)
                    if held is not None:
                        found.append((held, *path))
    return sorted(found, key=lambda path: -len(path))


def _flies(first: BallSighting, second: BallSighting, metre: Floats) -> bool:
    step = np.array([second.x - first.x, second.y - first.y])
    metres = float(np.linalg.norm(step) / np.linalg.norm(metre))
    speed = metres / max(second.time_s - first.time_s, 1e-6)
    cosine = float(step @ metre) / max(float(np.linalg.norm(step) * np.linalg.norm(metre)), 1e-9)
    return _SPEEDS_M_S[0] <= speed <= _SPEEDS_M_S[1] and cosine >= _STRAIGHT


def _led_on(
    first: BallSighting, second: BallSighting, by_frame: dict[int, tuple[BallSighting, ...]]
) -> tuple[BallSighting, ...]:
    path = [first, second]
    while True:
        last, before = path[-1], path[-2]
        step = np.array([last.x - before.x, last.y - before.y])
        gate = 4.0 + last.radius_px + 0.1 * float(np.linalg.norm(step))
        near = [
            each
            for each in by_frame.get(last.frame + 1, ())
            if np.hypot(each.x - last.x - step[0], each.y - last.y - step[1]) <= gate
        ]
        if not near:
            return tuple(path)
        path.append(max(near, key=lambda each: each.score))


def _held(
    first: BallSighting, second: BallSighting, by_frame: dict[int, tuple[BallSighting, ...]]
) -> BallSighting | None:
    """The ball in the hand before: near where the flight comes from, and not in flight itself."""
    reach = float(np.hypot(second.x - first.x, second.y - first.y))
    for frame in range(first.frame - 1, first.frame - 12, -1):
        near = [
            each
            for each in by_frame.get(frame, ())
            if first.time_s - each.time_s <= _HELD_S
            and np.hypot(each.x - first.x, each.y - first.y) <= _HELD_STEPS * reach * (first.frame - frame)
        ]
        if near:
            return max(near, key=lambda each: each.score)
    return None


def _over_pitch(pitch: FoundPitch, seen: BallSighting) -> bool:
    """Whether a sighting may be over the middle of the pitch near the bowler's end."""
    centre, way = ray(pitch.view, (seen.x, seen.y))
    if abs(way[1]) < 1e-6:
        return False
    place = centre - way * centre[1] / way[1]
    return bool(_ALONG_M[0] <= place[0] <= _ALONG_M[1] and _UP_M[0] <= place[2] <= _UP_M[1])
