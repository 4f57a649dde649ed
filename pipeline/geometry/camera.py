"""A camera over a ground plane.

World coordinates are [right, forward, up] in centimetres, with the origin on the ground under the camera. The lens is
OpenCV's model: https://docs.opencv.org/4.x/d9/d0c/group__calib3d.html.
"""

from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ConfigError

Floats = npt.NDArray[np.float64]
Origin = Literal["people", "points", "creases", "simulated", "hand"]
_SAME_SHAPE = 0.02
"""Sub streams are rounded to multiples of 16 pixels: 704x576 is not quite 4:3 even where it means to be."""


@dataclass(frozen=True, slots=True)
class Deviations:
    """How well a camera is known: standard deviations, None where nobody can say."""

    focal_percent: float | None = None
    height_cm: float | None = None
    tilt_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Camera:
    """Intrinsics in pixels, `distortion` as OpenCV's (k1, k2, p1, p2, k3), and the pose: height over the ground in
    centimetres, tilt (down is positive) and roll (clockwise is positive) in degrees. `std` says how well a camera that
    was measured is known."""

    size: tuple[int, int]
    fx: float
    fy: float
    cx: float
    cy: float
    height_cm: float
    tilt_deg: float
    roll_deg: float = 0.0
    distortion: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)
    origin: Origin = "hand"
    std: Deviations | None = None

    @property
    def matrix(self) -> Floats:
        """The camera matrix (3, 3)."""
        return np.array([[self.fx, 0, self.cx], [0, self.fy, self.cy], [0, 0, 1]])

    @property
    def rotation(self) -> Floats:
        """From world to camera axes [right, down, forward] (3, 3)."""
        return _rotation(self.tilt_deg, self.roll_deg)

    def to_camera(self, points: npt.ArrayLike) -> Floats:
        """World points (..., 3) in camera axes; the last coordinate is the depth in cm, negative behind the camera."""
        return (np.asarray(points, float) - (0, 0, self.height_cm)) @ self.rotation.T

    def project(self, points: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Pixels (..., 2) and depths (...) of world points (..., 3); behind the camera a pixel means nothing.

        What `cv2.projectPoints` does, in its order, without the derivatives that it always computes: several times as
        fast.
        """
        seen = self.to_camera(points)
        k1, k2, p1, p2, k3 = self.distortion
        depths = seen[..., 2]
        pixels = np.empty((*depths.shape, 2))
        with np.errstate(over="ignore", invalid="ignore"):
            scale = 1 / np.where(depths == 0, 1.0, depths)
            x, y = seen[..., 0] * scale, seen[..., 1] * scale
            xx, yy, xy = x * x, y * y, 2 * x * y
            square = xx + yy
            bent = 1 + k1 * square + k2 * square * square + k3 * square * square * square
            pixels[..., 0] = (x * bent + p1 * xy + p2 * (square + 2 * xx)) * self.fx + self.cx
            pixels[..., 1] = (y * bent + p1 * (square + 2 * yy) + p2 * xy) * self.fy + self.cy
        return pixels, depths

    def rays(self, pixels: npt.ArrayLike) -> Floats:
        """World directions (..., 3), of any length, of pixels (..., 2)."""
        points = np.asarray(pixels, float)
        seen = np.ones((*points.shape[:-1], 3))
        if any(self.distortion):
            # Capture processes carry cameras along and ask them nothing; OpenCV would add 30 MB to each of them.
            import cv2

            flat = np.ascontiguousarray(points.reshape(-1, 1, 2))
            plane = np.asarray(cv2.undistortPoints(flat, self.matrix, np.array(self.distortion)), float)
            seen[..., :2] = plane.reshape(points.shape)
        else:
            seen[..., :2] = (points - (self.cx, self.cy)) / (self.fx, self.fy)
        return seen @ self.rotation

    def ground_from_image(self, pixels: npt.ArrayLike) -> Floats:
        """Where on the ground pixels (..., 2) lie, as [right, forward] in cm; nan at and above the horizon."""
        ray = self.rays(pixels)
        with np.errstate(divide="ignore", invalid="ignore"):
            ground = -self.height_cm / ray[..., 2:] * ray[..., :2]
        return np.where(ray[..., 2:] < -1e-9, ground, np.nan)

    def seen_at(self, size: tuple[int, int]) -> "Camera":
        """The same camera as it sees pictures of another size (width, height) and the same shape.

        Raises:
            ConfigError: pictures of that size have another shape: they show another part of the scene.
        """
        if size == self.size:
            return self
        across, down = size[0] / self.size[0], size[1] / self.size[1]
        if abs(across / down - 1) > _SAME_SHAPE:
            raise ConfigError(
                f"the camera file is for pictures of {self.size[0]}x{self.size[1]}, these are {size[0]}x{size[1]}, "
                "which is another shape; calibrate with this stream"
            )
        return replace(self, size=size, fx=self.fx * across, fy=self.fy * down, cx=self.cx * across, cy=self.cy * down)

    def save(self, path: Path) -> None:
        """Write the camera file."""
        path.write_text(yaml.safe_dump(self.content(), sort_keys=False), encoding="utf-8")

    def content(self) -> dict[str, object]:
        """What the camera file says."""
        known = {} if self.std is None else {"std": asdict(self.std)}
        return {
            "size": list(self.size),
            "intrinsics": {
                "fx": self.fx, "fy": self.fy, "cx": self.cx, "cy": self.cy, "distortion": list(self.distortion)
            },
            "pose": {"height_cm": self.height_cm, "tilt_deg": self.tilt_deg, "roll_deg": self.roll_deg},
            **known,
            "from": self.origin,
        }  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> "Camera":
        """Read a camera file.

        Raises:
            ConfigError: it cannot be read or does not say what it should, with a line for each fault.
        """
        try:
            file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ConfigError(f"{path}: cannot be read as a camera file ({' '.join(str(error).split())})") from error
        except ValidationError as error:
            lines = [f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg'].lower()}" for fault in error.errors()]
            raise ConfigError("\n".join(lines)) from error
        lens, pose = file.intrinsics, file.pose
        std = None if file.std is None else Deviations(**file.std.model_dump())
        return cls(
            file.size, lens.fx, lens.fy, lens.cx, lens.cy, pose.height_cm, pose.tilt_deg, pose.roll_deg,
            lens.distortion, file.origin, std,
        )  # fmt: skip


@lru_cache(maxsize=64)
def _rotation(tilt_deg: float, roll_deg: float) -> Floats:
    """From world to camera axes; shared, so read-only."""
    tilt, roll = np.radians(tilt_deg), np.radians(roll_deg)
    sin, cos = np.sin(tilt), np.cos(tilt)
    level = np.array([[1.0, 0, 0], [0, -sin, -cos], [0, cos, -sin]])
    turn = np.array([[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    rotation = turn @ level
    rotation.flags.writeable = False
    return rotation


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


_Positive = Annotated[float, Field(gt=0)]


class _Intrinsics(_Part):
    fx: _Positive
    fy: _Positive
    cx: float
    cy: float
    distortion: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)


class _Pose(_Part):
    height_cm: _Positive
    tilt_deg: float = Field(ge=-90, le=90)
    roll_deg: float = Field(default=0.0, ge=-180, le=180)


_Deviation = Annotated[float | None, Field(ge=0)]


class _Deviations(_Part):
    focal_percent: _Deviation = None
    height_cm: _Deviation = None
    tilt_deg: _Deviation = None


class _File(_Part):
    size: tuple[int, int]
    intrinsics: _Intrinsics
    pose: _Pose
    std: _Deviations | None = None
    origin: Origin = Field(default="hand", alias="from")
