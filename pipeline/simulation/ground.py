"""Where people can be: the part of the ground that a camera sees well, what stands on it, and where to sit."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.simulation.deeds import Seat

Floats = npt.NDArray[np.float64]
_MARGIN = 0.03
"""The share of the picture at its border in which nobody has a goal."""
_TALL_CM = 185.0
_OUTSIDE_CM = 130.0
"""How far beyond the picture's edge people are who have left it."""


def _nothing() -> Floats:
    return np.zeros((0, 3))


@dataclass(frozen=True)
class Ground:
    """The ground of a scene."""

    camera: Camera
    near_cm: float
    far_cm: float
    obstacles: Floats = field(default_factory=_nothing)
    """Discs where nobody walks, (N, 3): [right, forward, radius] in cm."""
    seats: tuple[Seat, ...] = ()

    def in_view(self, places: npt.ArrayLike, margin: float = _MARGIN) -> npt.NDArray[np.bool_]:
        """Whether somebody who stands at places (..., 2) is in the picture, whole and off its border."""
        ground = np.asarray(places, float)
        feet = np.concatenate([ground, np.zeros((*ground.shape[:-1], 1))], axis=-1)
        both = np.stack([feet, feet + (0, 0, _TALL_CM)], axis=-2)
        pixels, depths = self.camera.project(both)
        width, height = self.camera.size
        low, high = (margin * width, 0.5 * margin * height), ((1 - margin) * width, (1 - 0.5 * margin) * height)
        return np.asarray(((pixels > low) & (pixels < high)).all(axis=(-1, -2)) & (depths > 50).all(axis=-1))

    def free(self, place: npt.ArrayLike, room_cm: float = 45.0) -> bool:
        """Whether nothing stands at a place."""
        if not len(self.obstacles):
            return True
        apart = np.linalg.norm(self.obstacles[:, :2] - np.asarray(place, float), axis=1)
        return bool((apart > self.obstacles[:, 2] + room_cm).all())

    def somewhere(self, rng: np.random.Generator, near: Floats | None = None, within_cm: float = 0.0) -> Floats:
        """A free place that is seen, with a person standing on it; `near` another one if asked for and possible."""
        for attempt in range(400):
            if near is not None and attempt < 60:
                angle, far = rng.uniform(0, 2 * np.pi), within_cm * np.sqrt(rng.uniform(0.05, 1))
                place = near + far * np.array([np.cos(angle), np.sin(angle)])
            else:
                distance = rng.uniform(self.near_cm, self.far_cm)
                place = np.array([rng.uniform(-1, 1) * distance, distance])
            if self.near_cm <= place[1] <= self.far_cm and self.in_view(place) and self.free(place):
                return place
        return np.array([0.0, (self.near_cm + self.far_cm) / 2])

    def outside(self, rng: np.random.Generator) -> Floats:
        """A place beyond the picture's left or right edge."""
        width, height = self.camera.size
        for _ in range(200):
            distance = rng.uniform(self.near_cm * 1.15, self.far_cm)
            side = -1 if rng.random() < 0.5 else 1
            row = self.camera.project([0.0, distance, 0.0])[0][1]
            edge = self.camera.ground_from_image([0.0 if side < 0 else width, np.clip(row, 0, height - 1)])
            if np.isfinite(edge).all():
                place = edge + (side * _OUTSIDE_CM, 0.0)
                if self.free(place):
                    return place
        return np.array([self.far_cm, self.far_cm])
