"""The bowler's front foot: when it landed, and how far its heel was behind the popping crease (Law 21.5).

A foot that stands keeps its place on the ground, so all frames in which it stands say the same, and their mean is
better than any. A pose network points at ankles; the heel is behind: 0.039 of stature under the joint and a quarter of
the foot's length back (Drillis and Contini 1966, as in Winter, Biomechanics and Motor Control of Human Movement).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.cricket.fitting import nudged_view
from pipeline.cricket.glance import ANKLE_UP_M, Glance, feet_m, on_level
from pipeline.cricket.sightings import FoundPitch
from pipeline.data import FrontFoot, Person
from pipeline.geometry.laws import PITCH_M, POPPING_M

Floats = npt.NDArray[np.float64]

_BEFORE_S, _AFTER_S = 0.28, 0.26
"""Around the release, in which the front foot lands and stands: it lands 0.1 s before (Bartlett et al. 1996)."""
_STANDS_S = -0.06, 0.10
"""In which it surely stands."""
_BOWLS_M = 16.8, 20.6
"""Along the pitch, where a bowler's feet may be at release."""
_HEEL_M, _HEEL_STD_M = 0.066, 0.012
"""From the ankle's joint back to the rearmost point of the heel."""
_STANDING_M = 0.12
"""A foot that is this near to where it stands has landed, if its deviation allows to say so."""
_KEYPOINT_SHARE, _KEYPOINT_LEAST_PX = 0.012, 1.0
"""What a pose network errs by at an ankle, as a share of the person's height in the picture."""
_SAME = 3.0
"""So many frames in a row share their errors: a pose network errs alike on alike pictures."""
_SURE = 1.65
"""Deviations from the crease beyond which a verdict is given: one in twenty is then wrong at the edge of the band."""
_NEAR_M = 0.7
"""A front foot lands this near to the crease."""
_LEAST_FRAMES = 2


@dataclass(frozen=True, slots=True)
class _Stance:
    """Where the ankles of one person were: frames' numbers and times (N,), places (N, 2, 2), heights in the picture
    (N,)."""

    frames: npt.NDArray[np.int64]
    times_s: Floats
    places_m: Floats
    heights_px: Floats


def judge(glances: tuple[Glance, ...], release_s: float, pitch: FoundPitch) -> FrontFoot | str:
    """The verdict, or why there is none.

    Args:
        glances: the frames around the release.
        release_s: when the ball left the hand.
        pitch: the camera, with the bowler's end as it is now known.
    """
    near = [glance for glance in glances if -_BEFORE_S <= glance.time_s - release_s <= _AFTER_S]
    stance = _bowler(near, release_s, pitch)
    if stance is None:
        return "the bowler's feet are not seen"
    since = stance.times_s - release_s
    stands = (since >= _STANDS_S[0]) & (since <= _STANDS_S[1])
    if np.count_nonzero(stands) < _LEAST_FRAMES:
        return "the bowler's feet are not seen while the front foot stands"
    # The front foot is the one that keeps its place near the crease; the other swings past it.
    moves = np.abs(np.diff(stance.places_m[stands], axis=0)).sum(axis=(0, 2))
    off_m = np.abs(np.median(stance.places_m[stands, :, 0], axis=0) - (PITCH_M - POPPING_M))
    if off_m.min() > _NEAR_M:
        return "no foot of the bowler stands near the popping crease"
    side = int(np.argmin(np.where(off_m <= _NEAR_M, moves, np.inf)))
    ankle = stance.places_m[:, side]
    place = np.median(ankle[stands], axis=0)
    std_m = _along_std_m(pitch, ankle[stands], float(np.median(stance.heights_px)))
    apart = np.abs(ankle - place).max(axis=1)
    standing = apart <= max(_STANDING_M, 2.5 * std_m * np.sqrt(_SAME))
    landed = int(np.flatnonzero(stands)[0])
    while landed > 0 and standing[landed - 1]:
        landed -= 1
    heel = float(np.mean(ankle[stands, 0])) + _HEEL_M
    margin = heel - (PITCH_M - POPPING_M)
    whole = float(np.sqrt(std_m**2 + _HEEL_STD_M**2 + _camera_std_m(pitch, place) ** 2))
    verdict = "too close to call" if abs(margin) < _SURE * whole else "legal" if margin > 0 else "no-ball"
    return FrontFoot(verdict, round(100 * margin, 1), round(100 * whole, 1), int(stance.frames[landed]))


def _bowler(glances: list[Glance], release_s: float, pitch: FoundPitch) -> _Stance | None:
    """The ankles of whoever runs through the crease: of those there, who gets farthest down the pitch."""
    seen: dict[int, list[tuple[Glance, Person, Floats]]] = {}
    for glance in glances:
        for person in glance.people:
            feet = feet_m(person, pitch.view)
            if feet is not None:
                seen.setdefault(person.track, []).append((glance, person, feet))
    candidates = []
    for track in seen.values():
        nearest = min(track, key=lambda item: abs(item[0].time_s - release_s))
        along = float(nearest[2][:, 0].mean())
        if len(track) < 2 * _LEAST_FRAMES or not _BOWLS_M[0] <= along <= _BOWLS_M[1]:
            continue
        way = float(track[0][2][:, 0].mean() - track[-1][2][:, 0].mean())
        candidates.append((way, track))
    if not candidates:
        return None
    way, track = max(candidates, key=lambda pair: pair[0])
    if way < 0.3:
        return None
    return _Stance(
        np.array([glance.frame for glance, _, _ in track]),
        np.array([glance.time_s for glance, _, _ in track]),
        np.stack([feet for _, _, feet in track]),
        np.array([person.box[3] - person.box[1] for _, person, _ in track]),
    )


def _along_std_m(pitch: FoundPitch, standing: Floats, height_px: float) -> float:
    """How well the mean of a standing ankle's places (N, 2) is known along the pitch, from what a pose network errs
    by and from how much they differ."""
    pixel = pitch.view.project([*np.median(standing, axis=0), ANKLE_UP_M])[0]
    moved = on_level(pitch.view, pixel + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), ANKLE_UP_M)
    metres_a_pixel = float(np.linalg.norm(moved[1:, 0] - moved[0, 0]))
    expected = metres_a_pixel * float(np.hypot(_KEYPOINT_LEAST_PX, _KEYPOINT_SHARE * height_px))
    count = len(standing)
    spread = float(np.std(standing[:, 0], ddof=1))
    return max(expected, spread) * float(np.sqrt(min(_SAME, count) / count))


def _camera_std_m(pitch: FoundPitch, place: Floats) -> float:
    """How far the camera's errors move the crease against the foot. Both are on the ground in the same picture, so
    what matters is how far apart a nudged camera sees them."""
    values, vectors = np.linalg.eigh(pitch.covariance)
    pixel = pitch.view.project([*place, ANKLE_UP_M])[0]
    moved = [
        on_level(nudged_view(pitch, vector * np.sqrt(max(value, 0.0)) * 0.1), pixel, ANKLE_UP_M)[0] - place[0]
        for value, vector in zip(values, vectors.T, strict=True)
    ]
    return float(np.linalg.norm(moved)) / 0.1
