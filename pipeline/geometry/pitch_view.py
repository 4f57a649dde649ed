"""Where a camera stands beside a pitch, and the one transform between pitch coordinates and the camera's own.

A `Camera`'s world is [right, forward, up] in centimetres with the origin under it; it knows no north. Where it stands
on the ground and where it looks over the ground are a `PitchView`'s.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.geometry.laws import BALL_RADIUS_M, PITCH_M

Floats = npt.NDArray[np.float64]
_NEAREST_CM = 40.0
_OVER_PITCH = np.column_stack([np.linspace(0.0, PITCH_M, 12), np.zeros(12), np.ones(12)])
"""Places a metre above the pitch."""
_FLIGHTS = np.stack(
    np.meshgrid(np.linspace(-3, PITCH_M + 3, 14), (-3, 0, 3), (0, 1.7, 3.5), indexing="ij"), axis=-1
).reshape(-1, 3)
"""Places around all through which a ball flies from the hand to the keeper, whichever end is whose."""


@dataclass(frozen=True, slots=True)
class PitchView:
    """A camera beside a pitch, whose coordinates are those of `pipeline.geometry.laws`.

    `place_m` is the point on the ground under it, [along, leg]; `bearing_deg` is where it looks over the ground,
    counter-clockwise from `along` seen from above.
    """

    camera: Camera
    place_m: tuple[float, float]
    bearing_deg: float

    @property
    def axes(self) -> Floats:
        """Right and forward of the camera in pitch coordinates, as rows (2, 2)."""
        bearing = np.radians(self.bearing_deg)
        return np.array([[np.sin(bearing), -np.cos(bearing)], [np.cos(bearing), np.sin(bearing)]])

    @property
    def largest_ball_px(self) -> float:
        """The radius of a ball over the pitch where it is nearest to the camera and in the picture, in pixels."""
        pixels, depth_cm = self.project(_OVER_PITCH)
        shown = self.faces(_OVER_PITCH) & ((pixels >= 0) & (pixels <= self.camera.size)).all(axis=1)
        return float((100 * BALL_RADIUS_M * self.camera.fx / depth_cm[shown]).max(initial=0.0))

    @property
    def flights_px(self) -> tuple[float, float, float, float]:
        """The part of the picture in which balls fly from the hand to the keeper, as (left, top, right, bottom); all of
        it where they do in none."""
        size = np.array(self.camera.size, float)
        pixels = np.clip(self.project(_FLIGHTS)[0][self.faces(_FLIGHTS)], 0, size)
        low, high = (pixels.min(axis=0), pixels.max(axis=0)) if len(pixels) else (np.zeros(2), size)
        if (high <= low).any():
            low, high = np.zeros(2), size
        left, top = low.tolist()
        right, bottom = high.tolist()
        return left, top, right, bottom

    def from_other_end(self) -> "PitchView":
        """The same camera in the coordinates of the pitch turned around; its own inverse."""
        along, leg = self.place_m
        return PitchView(self.camera, (PITCH_M - along, -leg), (self.bearing_deg + 360) % 360 - 180)

    def to_world(self, points_m: npt.ArrayLike) -> Floats:
        """Pitch coordinates (..., 3) in metres as the camera's world coordinates in centimetres."""
        points = np.asarray(points_m, float)
        return 100 * np.concatenate([(points[..., :2] - self.place_m) @ self.axes.T, points[..., 2:]], axis=-1)

    def to_pitch(self, points_cm: npt.ArrayLike) -> Floats:
        """The camera's world coordinates (..., 3) in centimetres as pitch coordinates in metres."""
        points = np.asarray(points_cm, float) / 100
        return np.concatenate([points[..., :2] @ self.axes + self.place_m, points[..., 2:]], axis=-1)

    def project(self, points_m: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Pixels (..., 2) and depths in cm (...) of pitch coordinates (..., 3)."""
        return self.camera.project(self.to_world(points_m))

    def faces(self, points_m: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Which of pitch coordinates (..., 3) are before the camera, where its lens model holds: far off the axis a
        polynomial of distortion folds the world back into the picture."""
        seen = self.camera.to_camera(self.to_world(points_m))
        bend = self.camera.distortion[0]
        widest = 0.8 / (3 * -bend) if bend < 0 else np.inf
        depth = np.maximum(seen[..., 2], 1e-6)
        return (seen[..., 2] > _NEAREST_CM) & ((seen[..., :2] ** 2).sum(axis=-1) < widest * depth**2)

    def direction(self, pitch: npt.ArrayLike) -> Floats:
        """A direction (3,) in pitch coordinates, in the camera's world."""
        towards = np.asarray(pitch, float)
        return np.array([*(self.axes @ towards[:2]), towards[2]])
