"""A camera's zones and lines as they are used: each in one plane, and as an outline to draw.

Where the camera is known they lie on the ground, in centimetres: there a foot's width is the same near and far. A
drawing that reaches up to the horizon has no place on the ground and stays in the picture, as all do where the camera
is not known.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from pipeline.config import Drawing, LineConfig, MarksFile, ZoneConfig, load_marks
from pipeline.data import MarkedLine, MarkedZone, SceneRecord, from_json, schema_name
from pipeline.errors import ConfigError
from pipeline.geometry.camera import Camera
from pipeline.geometry.polygons import contains

Floats = npt.NDArray[np.float64]
Plane = Literal["ground", "picture"]

_SCENE = "sightline.scene/1"
_PIECES = 12
"""An edge is drawn as so many, as it bends where the lens bends it, and ends where it leaves the picture."""
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


def read_marks(path: Path) -> MarksFile:
    """The marks of a clip, from a file of zones and lines, or from a simulated clip's truth, which tells its own.

    Raises:
        ConfigError: it cannot be read or says something that is not allowed, with a line for each fault.
    """
    if path.suffix != ".jsonl":
        return load_marks(path)
    try:
        with path.open("rb") as lines:
            scene = next((from_json(SceneRecord, line) for line in lines if schema_name(line) == _SCENE), None)
    except (OSError, ValidationError) as error:
        raise ConfigError(f"{path}: cannot be read as a simulated clip's truth") from error
    if scene is None:
        raise ConfigError(f"{path}: tells of no scene; give the truth that `sightline sim --truth` wrote, or YAML")
    return MarksFile(
        zones=tuple(ZoneConfig(name=zone.name, pixels=zone.polygon, no_pass=zone.no_pass) for zone in scene.zones),
        lines=tuple(LineConfig(name=line.name, pixels=line.line) for line in scene.lines),
    )


def _fault(drawing: Drawing, size: tuple[int, int], camera: Camera | None) -> str | None:
    if drawing.drawn == "ground_cm":
        if camera is None:
            return "lies on the ground, and the camera is not known; name its camera file, or draw it in shares"
        if not _in_view(np.array(drawing.corners, float), camera, closed=isinstance(drawing, ZoneConfig)):
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


def _in_view(ground: Floats, camera: Camera, closed: bool) -> bool:
    """Whether anything of a polygon or a line on the ground is seen."""
    outline, (width, height) = _outline(ground, camera, closed), camera.size
    if ((outline >= 0) & (outline <= camera.size)).all(axis=1).any():
        return True
    # A zone may be all that is seen, and its edge beyond.
    across, down = np.meshgrid(np.linspace(0, width, 17), np.linspace(0, height, 17))
    seen = camera.ground_from_image(np.column_stack([across.ravel(), down.ravel()]))
    return closed and bool(contains(ground, seen[np.isfinite(seen).all(axis=1)]).any())


def _outline(ground: Floats, camera: Camera, closed: bool) -> Floats:
    """What of an outline on the ground is seen or just misses the picture, in pixels (K, 2); farther out the lens'
    polynomial turns back into it."""
    dense = _dense(ground, closed)
    points = np.column_stack([dense, np.zeros(len(dense))])
    pixels, _ = camera.project(points)
    seen = camera.to_camera(points)
    corner = np.hypot(*camera.size) / 2 / camera.fx
    return pixels[(seen[:, 2] > _NEAREST_CM) & (np.hypot(seen[:, 0], seen[:, 1]) < 1.5 * corner * seen[:, 2])]


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
