"""Simple solids of which things are built: prisms that may narrow upwards, and clouds of leaves.

Every edge is cut into short pieces before it is projected, so that it bends as the lens bends it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera

Floats = npt.NDArray[np.float64]
Colour = tuple[float, float, float]
_PIECES = 5


@dataclass(frozen=True, slots=True)
class Prism:
    """An upright body over a convex footprint (N, 2), counter-clockwise seen from above, in cm."""

    footprint: Floats
    low_cm: float
    high_cm: float
    colour: Colour
    top_scale: float = 1.0
    """Its upper end against its footprint, around the middle."""
    glows: bool = False

    @property
    def top(self) -> Floats:
        """The footprint of its upper end (N, 2)."""
        middle = self.footprint.mean(axis=0)
        return middle + self.top_scale * (self.footprint - middle)


@dataclass(frozen=True, slots=True)
class Leaves:
    """A crown of a tree or a bush: blobs (N, 4) as centre and radius in cm."""

    blobs: Floats
    colour: Colour


Solid = Prism | Leaves


@dataclass(frozen=True, slots=True)
class Face:
    """A flat piece as the camera sees it: outline (N, 2) in pixels, its middle (3,) and normal (3,) in the world."""

    outline: npt.NDArray[np.float32]
    middle: Floats
    normal: Floats
    colour: Colour
    glows: bool = False


def faces_of(solid: Solid, camera: Camera) -> Iterator[Face]:
    """The faces that look at the camera, in an order in which they can be drawn."""
    eye = np.array([0.0, 0.0, camera.height_cm])
    if isinstance(solid, Leaves):
        yield from _blobs(solid, camera, eye)
        return
    count = len(solid.footprint)
    low = np.column_stack([solid.footprint, np.full(count, solid.low_cm)])
    high = np.column_stack([solid.top, np.full(count, solid.high_cm)])
    sides = []
    for i in range(len(low)):
        j = (i + 1) % len(low)
        normal = np.cross(low[j] - low[i], high[i] - low[i])
        length = float(np.linalg.norm(normal))
        if length < 1e-6 or normal @ (eye - low[i]) <= 0:
            continue
        corners = np.stack([low[i], low[j], high[j], high[i]])
        sides.append((float(np.linalg.norm(corners.mean(axis=0) - eye)), corners, normal / length))
    sides.sort(key=lambda side: -side[0])
    if solid.low_cm > camera.height_cm:
        yield from _face(low[::-1], np.array([0.0, 0.0, -1.0]), solid, camera)
    for _, corners, normal in sides:
        yield from _face(corners, normal, solid, camera)
    if solid.high_cm < camera.height_cm:
        yield from _face(high, np.array([0.0, 0.0, 1.0]), solid, camera)


def _face(corners: Floats, normal: Floats, solid: Prism, camera: Camera) -> Iterator[Face]:
    pixels, depths = camera.project(cut(corners, _PIECES))
    if (depths > 30).all():
        yield Face(pixels.astype(np.float32), corners.mean(axis=0), normal, solid.colour, solid.glows)


def cut(corners: npt.NDArray[np.floating], pieces: int) -> Floats:
    """The outline (pieces N, D) of a polygon (N, D), each of whose edges is cut into so many pieces."""
    shares = np.linspace(0, 1, pieces, endpoint=False)[:, None]
    edges = corners[:, None] + shares * (np.roll(corners, -1, axis=0) - corners)[:, None]
    return edges.reshape(-1, corners.shape[1])


def _blobs(leaves: Leaves, camera: Camera, eye: Floats) -> Iterator[Face]:
    centres, radii = leaves.blobs[:, :3], leaves.blobs[:, 3]
    pixels, depths = camera.project(centres)
    order = np.argsort(-np.linalg.norm(centres - eye, axis=1))
    crown = centres.mean(axis=0)
    angles = np.linspace(0, 2 * np.pi, 9)[:-1]
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for i in order:
        if depths[i] < 60:
            continue
        outwards = centres[i] - crown + (0.0, 0.0, 1.0)
        radius = radii[i] * camera.fx / depths[i]
        yield Face(
            (pixels[i] + radius * circle).astype(np.float32),
            centres[i],
            outwards / max(float(np.linalg.norm(outwards)), 1e-6),
            leaves.colour,
        )


def box(middle: npt.ArrayLike, size: tuple[float, float], turn_rad: float) -> Floats:
    """A rectangle's corners (4, 2) around a place on the ground."""
    half = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * np.array(size) / 2
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    return np.asarray(middle, float) + half @ np.array([[cos, sin], [-sin, cos]])


def disc(middle: npt.ArrayLike, radius_cm: float, corners: int = 10) -> Floats:
    """A circle's corners (N, 2) around a place on the ground."""
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return np.asarray(middle, float) + radius_cm * np.stack([np.cos(angles), np.sin(angles)], axis=1)
