"""A bowler's arm coming over at the crease, from people's poses: then a ball was bowled, whether or not it is seen.

Whoever bowls runs through the crease, stands on the front foot there, and swings an arm over the shoulder and down: of
those who are at a pitch nobody else does all of that. A slow-motion replay's arm stays up for too long.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.cricket.fitting import Moment
from pipeline.cricket.glance import WRISTS, Glance, feet_m
from pipeline.cricket.sightings import FoundPitch
from pipeline.data import KEYPOINT_NAMES, Person
from pipeline.geometry.laws import BOWLERS_POPPING_M
from pipeline.geometry.sightings import HIP_PAIR, SHOULDER_PAIR

Floats = npt.NDArray[np.float64]

_UP = 0.5
"""How far over the shoulders a wrist is that is up, in lengths of the trunk: an arm is one and a quarter of it long."""
_TRUNK_SEEN, _WRIST_SEEN = 0.25, 0.1
"""The least scores of joints that are believed: a bowling hand is blurred."""
_TOGETHER_S = 0.35
"""Within which the other arm, which comes down just before, and the one that bowls are up. An arm that has come down
stays down for as long."""
_LONGEST_S = 0.66
"""For how long one arm or the other is up."""
_BEFORE_S, _AFTER_S = 0.45, 0.35
_GOES_M = 0.8
"""How far a bowler gets from so long before an arm comes down to so long after."""
_LEAST_SEEN = 3
"""Frames in which both feet are seen meanwhile."""
_LANDED_S, _STANDS_M = 0.16, 0.9
"""Around that moment some foot is so near to the popping crease, as far as can be told of feet in the air, too."""
_ASIDE_M = 1.9
_LATE_S = 0.02, 0.08
"""How long after an arm came down the ball seems to be let go, mean and deviation: measured on simulated deliveries."""


@dataclass(frozen=True, slots=True)
class Action:
    """An arm that came over: when it was last seen up, which is taken for the release, and the camera, with the
    bowler's end as it is now known."""

    release_s: float
    pitch: FoundPitch
    looks: int
    """Frames in which an arm was seen up."""
    step_s: float
    """From one look at people to the next."""

    @property
    def let_go(self) -> Moment:
        """When the ball left the hand, as exactly as that is known: the arm came down between two looks."""
        return self.release_s + self.step_s / 2 + _LATE_S[0], float(np.hypot(_LATE_S[1], self.step_s / np.sqrt(12)))


def actions(glances: Sequence[Glance]) -> list[Action]:
    """The arms that came over in frames, which are in their order."""
    until_s = glances[-1].time_s - _TOGETHER_S if glances else 0.0
    tracks: dict[int, list[tuple[Glance, Person]]] = {}
    for glance in glances:
        for person in glance.people if glance.pitch is not None else ():
            if len(person.keypoints) == len(KEYPOINT_NAMES):
                tracks.setdefault(person.track, []).append((glance, person))
    found = []
    for track in tracks.values():
        times = np.array([glance.time_s for glance, _ in track])
        ups = _arms_up(np.array([person.keypoints for _, person in track])) >= _UP
        step_s = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
        for spell in _spells(times[ups]):
            last_s = float(spell[-1])
            near = [each for each in track if -_BEFORE_S <= each[0].time_s - last_s <= _AFTER_S]
            end = _end_of(near, last_s) if np.ptp(spell) + step_s <= _LONGEST_S and last_s <= until_s else None
            if end is not None:
                found.append(Action(last_s, end, len(spell), step_s))
    return sorted(found, key=lambda action: action.release_s)


def _arms_up(keypoints: Floats) -> Floats:
    """How far the higher wrist of people (N, 17, 3) is over their shoulders (N,), in lengths of the trunk; -inf where
    that is not seen."""
    shoulders, hips, wrists = (keypoints[:, joints] for joints in (SHOULDER_PAIR, HIP_PAIR, WRISTS))
    trunk = np.linalg.norm((shoulders - hips)[..., :2].mean(axis=1), axis=-1)
    over = shoulders[..., 1].mean(axis=1) - np.where(wrists[..., 2] >= _WRIST_SEEN, wrists[..., 1], np.inf).min(axis=1)
    seen = np.minimum(shoulders[..., 2], hips[..., 2]).min(axis=1) >= _TRUNK_SEEN
    return np.where(seen, over / np.maximum(trunk, 1.0), -np.inf)


def _spells(times: Floats) -> list[Floats]:
    """Moments (N,) in runs of those that follow each other closely."""
    return np.split(times, np.flatnonzero(np.diff(times) > _TOGETHER_S) + 1) if len(times) else []


def _end_of(near: list[tuple[Glance, Person]], let_go_s: float) -> FoundPitch | None:
    """The camera, with the end as the bowler's at whose crease somebody runs through and sets a foot down; None where
    that is at neither."""
    pitch = near[0][0].pitch
    if pitch is None:
        return None
    for end in (pitch,) if pitch.ends_known else (pitch, pitch.from_other_end()):
        seen = [(glance.time_s, feet) for glance, person in near if (feet := feet_m(person, end.view)) is not None]
        if len(seen) < _LEAST_SEEN:
            continue
        times, feet = np.array([time_s for time_s, _ in seen]), np.stack([feet for _, feet in seen])
        goes_m = -np.polyfit(times - let_go_s, feet[..., 0].mean(axis=1), 1)[0] * np.ptp(times)
        off_m = np.abs(feet[np.abs(times - let_go_s) <= _LANDED_S, :, 0] - BOWLERS_POPPING_M).min(initial=np.inf)
        if goes_m >= _GOES_M and off_m <= _STANDS_M and abs(np.median(feet[..., 1])) <= _ASIDE_M:
            return end
    return None
