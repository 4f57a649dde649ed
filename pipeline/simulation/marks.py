"""Zones and lines that a story needs: on the ground, and as an operator would draw them into the picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.data import MarkedLine, MarkedZone
from pipeline.geometry.camera import Camera
from pipeline.simulation.furniture import inside
from pipeline.simulation.ground import Ground
from pipeline.simulation.solids import box

Floats = npt.NDArray[np.float64]
_PIECES = 6
"""An edge is told as so many, as it bends in the picture where the lens bends it."""


@dataclass(frozen=True)
class Zone:
    """A polygon on the ground, (corners, 2) in cm."""

    name: str
    polygon: Floats

    @property
    def middle(self) -> Floats:
        """Of its corners, (2,)."""
        return self.polygon.mean(axis=0)

    def holds(self, places: Floats) -> npt.NDArray[np.bool_]:
        """Which places (N, 2) are inside."""
        return inside(self.polygon, places)

    def ahead_cm(self, place: Floats, direction: Floats) -> float:
        """How far it is to its edge, straight on in a direction of length 1; inf where that leads past it."""
        starts, edges = self.polygon - place, np.roll(self.polygon, -1, axis=0) - self.polygon
        across = direction[0] * edges[:, 1] - direction[1] * edges[:, 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            far = (starts[:, 0] * edges[:, 1] - starts[:, 1] * edges[:, 0]) / across
            share = (starts[:, 0] * direction[1] - starts[:, 1] * direction[0]) / across
        meets = (share >= 0) & (share <= 1) & (far > 0)
        return float(far[meets].min()) if meets.any() else float("inf")

    def seen(self, camera: Camera) -> MarkedZone:
        """As the truth tells it."""
        pixels = _pixels(camera, self.polygon, closed=True)
        ground = tuple((round(x, 1), round(y, 1)) for x, y in self.polygon.tolist())
        return MarkedZone(self.name, pixels, ground, no_pass=True)


@dataclass(frozen=True)
class Line:
    """A line on the ground from one end to another, (2, 2) in cm."""

    name: str
    ends: Floats

    def crossed(self, before: Floats, after: Floats) -> int:
        """1 for a step (2,) to (2,) over it to its left side, seen along it, -1 to its right side, 0 for none."""
        along, step = self.ends[1] - self.ends[0], after - before

        def side(first: Floats, second: Floats) -> float:
            return float(first[0] * second[1] - first[1] * second[0])

        old, new = side(along, before - self.ends[0]), side(along, after - self.ends[0])
        if (old > 0) == (new > 0):
            return 0
        low, high = side(step, self.ends[0] - before), side(step, self.ends[1] - before)
        return 0 if (low > 0) == (high > 0) else 1 if new > 0 else -1

    def seen(self, camera: Camera) -> MarkedLine:
        """As the truth tells it."""
        pixels = _pixels(camera, self.ends, closed=False)
        return MarkedLine(self.name, pixels, tuple((round(x, 1), round(y, 1)) for x, y in self.ends.tolist()))


def zone_in(ground: Ground, rng: np.random.Generator, name: str) -> Zone:
    """A zone of some metres in the middle of what is seen, with free ground around it."""
    for attempt in range(300):
        middle = ground.somewhere(rng)
        size = rng.uniform(240, 380, 2) * (1 - attempt / 500)
        turn = rng.uniform(-0.5, 0.5)
        polygon = box(middle, (size[0], size[1]), turn)
        around = middle + 1.9 * (polygon - middle)
        if ground.in_view(np.vstack([polygon, around])).all() and all(ground.free(p) for p in (middle, *polygon)):
            return Zone(name, polygon)
    return Zone(name, box(ground.somewhere(rng), (240.0, 240.0), 0.0))


def line_in(ground: Ground, rng: np.random.Generator, name: str) -> Line:
    """A line of some metres that people can cross."""
    for _ in range(300):
        middle, turn = ground.somewhere(rng), rng.uniform(0, np.pi)
        along = np.array([np.cos(turn), np.sin(turn)])
        ends = middle + rng.uniform(170, 300) * np.array([[-1.0], [1.0]]) * along
        sides = middle + 220 * np.array([[-1.0], [1.0]]) * np.array([-along[1], along[0]])
        if ground.in_view(np.vstack([ends, sides])).all() and all(ground.free(p) for p in (middle, *sides)):
            return Line(name, ends)
    return Line(name, np.array([[-150.0, 0.5], [150.0, 0.5]]) * (1, ground.near_cm + ground.far_cm))


def _pixels(camera: Camera, corners: Floats, closed: bool) -> tuple[tuple[float, float], ...]:
    following = np.roll(corners, -1, axis=0) if closed else corners[1:]
    shares = np.arange(_PIECES)[:, None] / _PIECES
    starts = corners[: len(following)]
    points = (starts[:, None] + shares * (following - starts)[:, None]).reshape(-1, 2)
    points = points if closed else np.vstack([points, corners[-1:]])
    pixels, _ = camera.project(np.column_stack([points, np.zeros(len(points))]))
    return tuple((round(x, 2), round(y, 2)) for x, y in pixels.tolist())
