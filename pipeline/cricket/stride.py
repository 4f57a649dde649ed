"""The bowler's ankles over the ground in the frames around a release, from the people's poses."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.cricket.glance import ANKLE_UP_M, Glance, feet_m, on_level
from pipeline.cricket.sightings import FoundPitch
from pipeline.data import Person

Floats = npt.NDArray[np.float64]

_BEFORE_S, _AFTER_S = 0.45, 0.26
"""Around the release: the back foot lands 0.2 to 0.35 s before it, the front foot 0.1 s (Bartlett et al. 1996), and
stands."""
_BOWLS_M = 16.8, 20.6
"""Along the pitch, where a bowler's feet may be at release."""
_LEAST_FRAMES = 4
_GOES_M = 0.3
"""How far down the pitch a bowler gets meanwhile, at least."""
_KEYPOINT_SHARE, _KEYPOINT_LEAST_PX = 0.012, 1.0
"""What a pose network errs by at an ankle, as a share of the person's height in the picture."""


@dataclass(frozen=True, slots=True)
class Stride:
    """Where the bowler's ankles were: frames' numbers and times from the release (N,), places of left and right
    (N, 2, 2) as [along, leg], and what a pose network errs by in pixels."""

    frames: npt.NDArray[np.int64]
    since_s: Floats
    places_m: Floats
    error_px: float


def stride_of(glances: tuple[Glance, ...], release_s: float, pitch: FoundPitch) -> Stride | None:
    """The ankles of whoever runs through the crease: of those with a foot there, who gets farthest down the pitch; None
    where nobody does."""
    seen: dict[int, list[tuple[Glance, Person, Floats]]] = {}
    for glance in glances:
        if not -_BEFORE_S <= glance.time_s - release_s <= _AFTER_S:
            continue
        for person in glance.people:
            feet = feet_m(person, pitch.view)
            if feet is not None:
                seen.setdefault(person.track, []).append((glance, person, feet))
    candidates = []
    for track in seen.values():
        nearest = min(track, key=lambda item: abs(item[0].time_s - release_s))
        along = nearest[2][:, 0]
        # A foot in the air seems to be elsewhere on the ground.
        there = ((along >= _BOWLS_M[0]) & (along <= _BOWLS_M[1])).any()
        if len(track) < _LEAST_FRAMES or not there:
            continue
        way = float(track[0][2][:, 0].mean() - track[-1][2][:, 0].mean())
        candidates.append((way, track))
    if not candidates:
        return None
    way, track = max(candidates, key=lambda pair: pair[0])
    if way < _GOES_M:
        return None
    height_px = float(np.median([person.box[3] - person.box[1] for _, person, _ in track]))
    return Stride(
        np.array([glance.frame for glance, _, _ in track]),
        np.array([glance.time_s for glance, _, _ in track]) - release_s,
        np.stack([feet for _, _, feet in track]),
        float(np.hypot(_KEYPOINT_LEAST_PX, _KEYPOINT_SHARE * height_px)),
    )


def ankle_std_m(pitch: FoundPitch, place: Floats, error_px: float) -> Floats:
    """How well an ankle at a place is known in one frame, (2,) [along, leg], if it errs by so many pixels."""
    pixel = pitch.view.project([*place, ANKLE_UP_M])[0]
    moved = on_level(pitch.view, pixel + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), ANKLE_UP_M)
    return error_px * np.linalg.norm(moved[1:] - moved[0], axis=0)
