"""Where somebody stands in the picture, and how that place moves: for zones of cameras that are not known.

A place is filtered by a constant-velocity Kalman filter a track, in pixels; what is noise and what is a change of pace
is measured in heights of the person, so that it holds near and far.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.data import Person

Floats = npt.NDArray[np.float64]

_ANKLES = (15, 16)
_SURE = 0.2
"""Least score of an ankle that is used."""
_BELOW_ANKLE = 0.04
"""From the ankles, where a network puts them, down to the ground, in heights of the person."""
_NOISE, _PUSH = 0.02, 0.6
"""In heights: deviation of a place in one frame, and of the acceleration over a second."""
_FIRST_SPEED = 1.0
"""In heights a second: deviation of the speed of somebody of whom nothing is known."""
_AGAIN_S = 2.0
"""After so long without a sight of somebody their motion is a new one."""


def foot_px(person: Person, size: tuple[int, int]) -> tuple[float, float] | None:
    """Where somebody stands in a picture of that size (width, height); None where their feet are not in it."""
    left, top, right, bottom = person.box
    if person.keypoints:
        ankles = [person.keypoints[joint] for joint in _ANKLES if person.keypoints[joint][2] >= _SURE]
        if len(ankles) == len(_ANKLES):
            x, y = (sum(ankle[axis] for ankle in ankles) / len(ankles) for axis in (0, 1))
            # Below the picture's edge ankles are guessed and lie at the edge.
            if y < size[1] - 2:
                return x, min(y + _BELOW_ANKLE * (bottom - top), float(size[1]))
    if bottom >= size[1] - 2:
        return None
    return (left + right) / 2, bottom


@dataclass(slots=True)
class _Walk:
    """State of a track: place and velocity (2, 2) in pixels and seconds, with one covariance (2, 2) for both axes."""

    state: Floats
    covariance: Floats
    seconds: float
    seen_s: float


@dataclass(frozen=True, slots=True)
class Steps:
    """Of N people: places (N, 2) and velocities (N, 2) in pixels and seconds with their deviations (N,), heights (N,)
    in pixels, and whether each is known (N,)."""

    places: Floats
    place_stds: Floats
    velocities: Floats
    velocity_stds: Floats
    heights: Floats
    known: npt.NDArray[np.bool_]


class Feet:
    """The places of the people before one camera, in the picture."""

    def __init__(self) -> None:
        self._walks: dict[int, _Walk] = {}

    def update(self, people: Sequence[Person], seconds: float, size: tuple[int, int]) -> Steps:
        """Where they stand in a frame and how they move; somebody hidden goes on as before."""
        heights = np.array([max(person.box[3] - person.box[1], 1.0) for person in people])
        walks = [
            self._step(person, seconds, foot_px(person, size) if person.score > 0 else None, height)
            for person, height in zip(people, heights, strict=True)
        ]
        for track in [track for track, walk in self._walks.items() if seconds - walk.seconds > _AGAIN_S]:
            del self._walks[track]
        states = np.array([walk.state if walk else np.zeros((2, 2)) for walk in walks]).reshape(-1, 2, 2)
        spreads = np.array([np.sqrt(walk.covariance.diagonal()) if walk else (0.0, 0.0) for walk in walks])
        spreads = spreads.reshape(-1, 2)
        known = np.array([walk is not None for walk in walks], bool)
        return Steps(states[:, 0], spreads[:, 0], states[:, 1], spreads[:, 1], heights, known)

    def _step(self, person: Person, seconds: float, foot: tuple[float, float] | None, height: float) -> _Walk | None:
        noise = (_NOISE * height) ** 2
        walk = self._walks.get(person.track)
        if walk is None or not 0 <= seconds - walk.seen_s <= _AGAIN_S:
            if foot is None:
                return None
            begin = np.diag([noise, (_FIRST_SPEED * height) ** 2])
            walk = _Walk(np.array([foot, (0.0, 0.0)]), begin, seconds, seconds)
            self._walks[person.track] = walk
            return walk
        past = seconds - walk.seconds
        move = np.array([[1.0, past], [0.0, 1.0]])
        # White noise in the acceleration (Bar-Shalom, Li, Kirubarajan, Estimation with Applications, 6.2.2).
        push = (_PUSH * height) ** 2 * np.array([[past**3 / 3, past**2 / 2], [past**2 / 2, past]])
        walk.state = move @ walk.state
        walk.covariance = move @ walk.covariance @ move.T + push
        walk.seconds = seconds
        if foot is not None:
            gain = walk.covariance[:, 0] / (walk.covariance[0, 0] + noise)
            walk.state = walk.state + np.outer(gain, np.array(foot) - walk.state[0])
            walk.covariance = walk.covariance - np.outer(gain, walk.covariance[0])
            walk.seen_s = seconds
        return walk
