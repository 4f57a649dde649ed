"""A camera's zones and lines as they are used: each in one plane, and as an outline to draw.

Where the camera is known they lie on the ground, in centimetres: there a foot's width is the same near and far. A
drawing that reaches up to the horizon has no place on the ground and stays in the picture, as all do where the camera
is not known.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.config import Drawing, LineConfig, ZoneConfig
from pipeline.data import MarkedLine, MarkedZone
from pipeline.errors import ConfigError
from pipeline.geometry.camera import Camera

Floats = npt.NDArray[np.float64]
Plane = Literal["ground", "picture"]

_PIECES = 8
"""An edge is drawn as so many, as it bends where the lens bends it."""
_FARTHEST_CM = 20_000.0
"""A corner beyond lies at the horizon: half a pixel there is many metres."""
_NEAREST_CM = 20.0
"""Before the lens; what is nearer is not drawn."""


@dataclass(frozen=True)
class Area:
    """A zone. `corners` (M, 2) are centimetres on the ground or pixels of the picture; `outline` (K, 2) is pixels."""

    config: ZoneConfig
    plane: Plane
    corners: Floats
    outline: Floats

    @property
    def name(self) -> str:
        return self.config.name

    def marked(self) -> MarkedZone:
        """As it is told to who draws it."""
        return MarkedZone(self.name, _told(self.outline), _ground(self.plane, self.corners), self.config.no_pass)


@dataclass(frozen=True)
class Border:
    """A line. `points` (M, 2) are centimetres on the ground or pixels of the picture; `outline` (K, 2) is pixels."""

    config: LineConfig
    plane: Plane
    points: Floats
    outline: Floats

    @property
    def name(self) -> str:
        return self.config.name

    def marked(self) -> MarkedLine:
        """As it is told to who draws it."""
        return MarkedLine(self.name, _told(self.outline), _ground(self.plane, self.points))


@dataclass(frozen=True)
class Marks:
    """What is drawn for a camera."""

    areas: tuple[Area, ...] = ()
    borders: tuple[Border, ...] = ()


def marks_of(
    zones: tuple[ZoneConfig, ...], lines: tuple[LineConfig, ...], size: tuple[int, int], camera: Camera | None
) -> Marks:
    """Zones and lines for pictures of a size (width, height) from a camera, None where it is not known.

    Raises:
        ConfigError: one of them is not in the picture, or lies on the ground of an unknown camera; a line for each.
    """
    faults = [f'zone "{zone.name}": {fault}' for zone in zones if (fault := _fault(zone, size, camera))]
    faults += [f'line "{line.name}": {fault}' for line in lines if (fault := _fault(line, size, camera))]
    if faults:
        raise ConfigError("\n".join(faults))
    areas = tuple(Area(zone, *_placed(zone, size, camera, closed=True)) for zone in zones)
    borders = tuple(Border(line, *_placed(line, size, camera, closed=False)) for line in lines)
    return Marks(areas, borders)


def _fault(drawing: Drawing, size: tuple[int, int], camera: Camera | None) -> str | None:
    if drawing.drawn == "ground_cm":
        if camera is None:
            return "lies on the ground, and the camera is not known; name its camera file, or draw it in shares"
        outline = _outline(np.array(drawing.corners, float), camera, closed=isinstance(drawing, ZoneConfig))
        if not len(outline) or (outline.max(axis=0) < 0).any() or (outline.min(axis=0) > size).any():
            return "lies outside of what the camera sees; ground_cm is [right, forward] of the point under it"
    if drawing.drawn == "pixels" and (np.array(drawing.corners) > size).any():
        return f"reaches outside of the picture, which is {size[0]}x{size[1]}; or was it drawn in another stream's?"
    return None


def _placed(
    drawing: Drawing, size: tuple[int, int], camera: Camera | None, closed: bool
) -> tuple[Plane, Floats, Floats]:
    corners = np.array(drawing.corners, float)
    if drawing.drawn == "ground_cm":
        assert camera is not None
        return "ground", corners, _outline(corners, camera, closed)
    pixels = corners * size if drawing.drawn == "shares" else corners
    if camera is not None:
        # Between its corners a straight edge of the picture bends on the ground where the lens is not straight.
        ground = camera.ground_from_image(_dense(pixels, closed) if any(camera.distortion) else pixels)
        if np.isfinite(ground).all() and np.linalg.norm(ground, axis=1).max() < _FARTHEST_CM:
            return "ground", ground, pixels
    return "picture", pixels, pixels


def _outline(ground: Floats, camera: Camera, closed: bool) -> Floats:
    """What of places on the ground lies before the lens, in pixels (K, 2)."""
    dense = _dense(ground, closed)
    points = np.column_stack([dense, np.zeros(len(dense))])
    pixels, depths = camera.project(points)
    return pixels[depths > _NEAREST_CM]


def _dense(points: Floats, closed: bool) -> Floats:
    """Points on the way along a polygon or a line."""
    following = np.roll(points, -1, axis=0) if closed else points[1:]
    shares = np.arange(_PIECES)[:, None] / _PIECES
    starts = points[: len(following)]
    way = (starts[:, None] + shares * (following - starts)[:, None]).reshape(-1, 2)
    return way if closed else np.vstack([way, points[-1:]])


def _told(pixels: Floats) -> tuple[tuple[float, float], ...]:
    return tuple((round(x, 1), round(y, 1)) for x, y in pixels.tolist())


def _ground(plane: Plane, points: Floats) -> tuple[tuple[float, float], ...]:
    return _told(points) if plane == "ground" else ()
