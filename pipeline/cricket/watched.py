"""A ball's places in the picture over time, with the cameras that saw them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.cricket.sightings import FoundPitch
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.sightings import BallSighting

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SIGMA_PX = 0.5
"""What finding a ball errs by, before its size: see `Watched.sigma_px`."""
_OF_RADIUS = 0.08
"""And what it errs by for each pixel of its radius: large balls are blurred and shaded balls."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Sightings of what may be one ball, in their order."""

    sightings: tuple[BallSighting, ...]
    pitches: tuple[FoundPitch, ...]
    """The camera of each."""

    def __len__(self) -> int:
        return len(self.sightings)

    def part(self, index: slice) -> "Watched":
        """Some of the sightings."""
        return Watched(self.sightings[index], self.pitches[index])

    @property
    def times_s(self) -> Floats:
        """(N,)."""
        return np.array([seen.time_s for seen in self.sightings])

    @property
    def frames(self) -> npt.NDArray[np.int64]:
        """(N,)."""
        return np.array([seen.frame for seen in self.sightings], np.int64)

    @property
    def pixels(self) -> Floats:
        """(N, 2)."""
        return np.array([(seen.x, seen.y) for seen in self.sightings])

    @property
    def sigma_px(self) -> Floats:
        """(N,) the expected error."""
        return SIGMA_PX + _OF_RADIUS * np.array([seen.radius_px for seen in self.sightings])

    def project(self, places_m: Floats) -> Floats:
        """Pixels (N, 2) of places (N, 3), each in the camera of its sighting."""
        return projected([pitch.view for pitch in self.pitches], places_m)

    def rays(self) -> tuple[Floats, Floats, Floats]:
        """Where the cameras stand (N, 3), unit directions (N, 3) and focal lengths (N,), in pitch coordinates."""
        centres, ways = [], []
        for seen, pitch in zip(self.sightings, self.pitches, strict=True):
            centre, way = ray(pitch.view, (seen.x, seen.y))
            centres.append(centre)
            ways.append(way)
        return np.array(centres), np.array(ways), np.array([pitch.view.camera.fx for pitch in self.pitches])


def ray(view: PitchView, pixel: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Where a camera stands (3,) and the unit direction (..., 3) in which pixels (..., 2) lie, in pitch coordinates."""
    way = view.camera.rays(pixel)
    way = np.concatenate([way[..., :2] @ view.axes, way[..., 2:]], axis=-1)
    centre = np.array([*view.place_m, view.camera.height_cm / 100])
    return centre, way / np.linalg.norm(way, axis=-1, keepdims=True)


def projected(views: Sequence[PitchView], places_m: Floats) -> Floats:
    """Pixels (N, 2) of places (N, 3), each seen by the view of its number."""
    pixels = np.empty((len(places_m), 2))
    begin = 0
    for index in range(1, len(views) + 1):
        # Neighbouring frames of a fixed camera share one view.
        if index == len(views) or views[index] is not views[begin]:
            pixels[begin:index] = views[begin].project(places_m[begin:index])[0]
            begin = index
    return pixels
