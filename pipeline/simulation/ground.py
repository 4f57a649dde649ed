"""Where people can be: the part of the ground that a camera sees well, what stands on it, and where to sit."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.simulation.deeds import Seat
from pipeline.simulation.places import Place
from pipeline.simulation.setting import Setting

Floats = npt.NDArray[np.float64]
_MARGIN = 0.03
"""The share of the picture at its border in which nobody has a goal."""
_TALL_CM = 185.0
_BENCH_CM = 46.0
_OUTSIDE_CM = 130.0
"""How far beyond the picture's edge people are who have left it."""


def _nothing() -> Floats:
    return np.zeros((0, 3))


def ground_of(setting: Setting) -> "Ground":
    """The ground of a setting, with its benches as seats."""
    items = setting.place.items
    discs = [disc for item in items for disc in discs_of(item.footprint)]
    seats = tuple(seat for item in items if item.name == "bench" for seat in _bench(item.footprint))
    return Ground(setting.camera, *setting.reach, setting.place, np.array(discs).reshape(-1, 3), seats)


def discs_of(footprint: Floats) -> list[Floats]:
    """Discs that cover a footprint, however long it is."""
    middle = footprint.mean(axis=0)
    along = np.linalg.svd(footprint - middle)[2][0]
    ahead, aside = (footprint - middle) @ along, (footprint - middle) @ np.array([-along[1], along[0]])
    radius = max(float(np.ptp(aside)) / 2, 8.0)
    reach = max(float(np.ptp(ahead)) / 2 - radius, 0.0)
    steps = np.linspace(-reach, reach, 1 + int(np.ceil(reach / radius))) if reach else np.zeros(1)
    return [np.array([*(middle + step * along), 1.15 * radius]) for step in steps]


def _bench(footprint: Floats) -> list[Seat]:
    """Two places on a bench whose rest is on the far side of its first edge."""
    middle, along = footprint.mean(axis=0), footprint[1] - footprint[0]
    long = float(np.linalg.norm(along))
    along = along / long
    front = np.array([along[1], -along[0]])
    feet = middle + 40.0 * front
    places = [feet + side * 0.24 * long * along for side in (-1, 1)]
    turn = float(np.arctan2(front[1], front[0]))
    return [Seat((float(place[0]), float(place[1])), turn, _BENCH_CM) for place in places]


@dataclass(frozen=True)
class Ground:
    """The ground of a scene."""

    camera: Camera
    near_cm: float
    far_cm: float
    place: Place | None = None
    """What stands there; None for nothing."""
    obstacles: Floats = field(default_factory=_nothing)
    """The same as discs that people go round, (N, 3): [right, forward, radius] in cm."""
    seats: tuple[Seat, ...] = ()
    shunned: Floats = field(default_factory=_nothing)
    """Discs (N, 3) where people do not go unless they are sent there."""

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
        where = np.asarray(place, float)
        shuns = np.linalg.norm(self.shunned[:, :2] - where, axis=1) < self.shunned[:, 2]
        return not shuns.any() and (self.place is None or bool(self.place.free(where, room_cm).all()))

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
