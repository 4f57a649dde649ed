"""Where cameras stand around a pitch, and how they are pointed."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.geometry import pitch_view
from pipeline.geometry.angles import turn_rad
from pipeline.geometry.camera import Camera
from pipeline.geometry.laws import PITCH_M, POPPING_M

Floats = npt.NDArray[np.float64]
Position = Literal["bowler high", "bowler low", "keeper", "side", "corner", "striker", "square"]
POSITIONS: tuple[Position, ...] = ("bowler high", "bowler low", "keeper", "side", "corner")
"""Of cameras that watch deliveries."""
EVERYWHERE: tuple[Position, ...] = (*POSITIONS, "striker", "square")
"""Also of those that see no more than the striker's end from afar, or either end from square of it."""


@dataclass(frozen=True, slots=True)
class PitchView(pitch_view.PitchView):
    """A camera beside a pitch, and what it is there for."""

    position: Position

    def zoomed(self, factor: float) -> "PitchView":
        """The same camera with its lens zoomed in."""
        camera = self.camera
        return replace(self, camera=replace(camera, fx=camera.fx * factor, fy=camera.fy * factor))


def view_drawn(
    rng: np.random.Generator, position: Position, size: tuple[int, int], strength: float, below: float = 0.0
) -> PitchView:
    """A camera of that kind, pointed so that what it is there for is in the picture.

    Args:
        below: the share of the picture at its lower edge that is kept free, for graphics.
    """
    ends = PITCH_M
    match position:
        case "bowler high":
            away = float(np.exp(rng.uniform(np.log(14), np.log(80))))
            place = (ends + away, float(rng.normal(0, 0.02 * away)))
            high = float(np.clip(np.radians(rng.uniform(7, 17)) * (away + ends / 2), 2.4, 18.0))
            # Most show the bowler too; broadcasters also zoom in on the striker.
            nearest = (ends - 2.2, ends + 0.6) if rng.random() < 0.75 else (float(rng.uniform(4, 9)), 10.0)
            points = _box((-3.5, -2.2, 0), (0.0, 2.2, 2.3)) + _box((nearest[0], -2.4, 0), (nearest[1], 2.4, 2.1))
        case "bowler low":
            place = (ends + float(rng.uniform(4.5, 9.0)), float(rng.normal(0, 0.5)))
            high = float(rng.uniform(0.75, 2.6))
            points = _box((0, -1.6, 0), (0, 1.6, 2.0)) + _box((ends - 1.2, -1.5, 0), (ends, 1.5, 2.2))
        case "keeper":
            away = float(np.exp(rng.uniform(np.log(14), np.log(75))))
            place = (-away, float(rng.normal(0, 0.02 * away)))
            high = float(np.clip(np.radians(rng.uniform(7, 16)) * (away + ends / 2), 2.4, 18.0))
            points = _box((-0.8, -2.2, 0), (1.5, 2.2, 2.0)) + _box((ends - 1, -2.2, 0), (ends + 2, 2.2, 2.3))
        case "side":
            side = -1.0 if rng.random() < 0.5 else 1.0
            at = ends - POPPING_M
            place = (at + float(rng.normal(0, 0.25)), side * float(np.exp(rng.uniform(np.log(9), np.log(55)))))
            high = float(rng.uniform(0.9, 1.6) + 0.09 * abs(place[1]))
            half = float(rng.uniform(1.4, 3.4))
            points = _box((at - half, -1.5, 0), (at + half, 1.5, 2.4))
        case "corner":
            side = -1.0 if rng.random() < 0.5 else 1.0
            bowlers = rng.random() < 0.6
            away, aside = float(rng.uniform(6, 40)), float(rng.uniform(0.35, 1.2))
            place = ((ends + away) if bowlers else -away, side * aside * away)
            high = float(np.clip(np.radians(rng.uniform(10, 24)) * (away + ends / 2), 2.5, 18.0))
            points = _box((-1.5, -2, 0), (1.3, 2, 2.1)) + _box((ends - 1.5, -2, 0), (ends + 1, 2, 2.2))
        case "striker":
            away = float(np.exp(rng.uniform(np.log(14), np.log(90))))
            place = (ends + away, float(rng.normal(0, 0.03 * away)))
            high = float(np.clip(np.radians(rng.uniform(4, 15)) * (away + ends), 2.0, 18.0))
            half = float(rng.uniform(1.8, 5.0))
            points = _box((float(rng.uniform(-7, -1.5)), -half, 0), (float(rng.uniform(1.5, 6.0)), half, 2.3))
        case "square":
            side = -1.0 if rng.random() < 0.5 else 1.0
            end = float(rng.uniform(-0.8, POPPING_M + 0.8))
            at = end if rng.random() < 0.6 else ends - end
            place = (at + float(rng.normal(0, 1.5)), side * float(np.exp(rng.uniform(np.log(20), np.log(80)))))
            high = float(rng.uniform(1.2, 2.2) + rng.uniform(0.03, 0.14) * abs(place[1]))
            half = float(rng.uniform(2.0, 6.5))
            points = _box((at - half, -1.5, 0), (at + half, 1.5, 2.4))
    roll = float(rng.normal(0, 3.0 if position == "corner" else 0.25 + 0.6 * strength))
    fill = float(rng.uniform(0.72, 0.95)) * (1 - below)
    view = _framed(points, place, high, roll, fill, size, position)
    if below:
        down = float(np.degrees(np.arctan(0.5 * below * size[1] / view.camera.fy)))
        view = replace(view, camera=replace(view.camera, tilt_deg=view.camera.tilt_deg + down))
    wide = view.camera.fx < 1.3 * size[0]
    bend = float(np.clip(rng.normal(-0.03, 0.02 + 0.02 * strength), -0.09, 0.03)) if wide else 0.0
    return replace(view, camera=replace(view.camera, distortion=(bend, 0.0, 0.0, 0.0, 0.0)))


def close_up(view: PitchView, target_m: npt.ArrayLike, half_m: float) -> PitchView:
    """The camera turned and zoomed onto a place (3,): what a director cuts to while nothing is bowled."""
    target = np.asarray(target_m, float)
    points = [target + (0, 0, half_m), target - (0, 0, half_m)]
    camera = view.camera
    return _framed(
        points, view.place_m, camera.height_cm / 100, camera.roll_deg, 0.9, camera.size, view.position, min_focal=0.8
    )


def _box(low: tuple[float, float, float], high: tuple[float, float, float]) -> list[Floats]:
    corners = np.stack(np.meshgrid(*zip(low, high, strict=True), indexing="ij"), axis=-1)
    return [*corners.reshape(-1, 3)]


def _framed(
    points: list[Floats],
    place: tuple[float, float],
    high: float,
    roll: float,
    fill: float,
    size: tuple[int, int],
    position: Position,
    min_focal: float = 0.45,
) -> PitchView:
    """A camera at a place with all points in the picture, as large as `fill` of it allows."""
    towards = np.stack(points) - (*place, high)
    middle = towards.mean(axis=0)
    bearing = np.arctan2(middle[1], middle[0])
    width, height = size
    around = turn_rad(bearing, np.arctan2(towards[:, 1], towards[:, 0]))
    bearing += (around.min() + around.max()) / 2
    down = np.arctan2(-towards[:, 2], np.linalg.norm(towards[:, :2], axis=1))
    tilt = float(np.degrees((down.min() + down.max()) / 2))
    camera = Camera(size, 1.0, 1.0, width / 2, height / 2, 100 * high, tilt, roll, origin="simulated")
    view = PitchView(camera, place, float(np.degrees(bearing)), position)
    seen = camera.to_camera(view.to_world(np.stack(points)))
    spread = np.abs(seen[:, :2] / seen[:, 2:]).max(axis=0)
    focal = max(fill * float(min(width / 2 / spread[0], height / 2 / spread[1])), min_focal * max(size))
    return replace(view, camera=replace(camera, fx=focal, fy=focal))
