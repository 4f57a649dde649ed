"""Pictures of people before a background."""

from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Picture, Pixels
from pipeline.geometry.camera import Camera
from pipeline.simulation.background import background
from pipeline.simulation.figures import Figure, Shape, figures_of, shape_of
from pipeline.simulation.painting import paint
from pipeline.simulation.scene import SceneParameters
from pipeline.simulation.sensor import Sensor, settings_of
from pipeline.simulation.skeleton import JOINT
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]

_SHADOW = 0.62
_SPINE = [JOINT[name] for name in ("left_toe", "right_toe", "left_hip", "right_hip", "neck", "head")]
_ANGLES = np.arange(0, 2 * np.pi, np.pi / 4)
_AROUND = 14.0 * np.stack([np.cos(_ANGLES), np.sin(_ANGLES), np.zeros(8)], axis=1)
"""A shadow is the hull of rings of this radius (cm) around the spine's shadow."""
_NEAREST_CM = 60.0


class Renderer:
    """Draws people as they are now.

    Args:
        parameters: the scene's.
        camera: sees it.
        light: the direction towards the sun, a unit vector (3,).
    """

    def __init__(self, parameters: SceneParameters, camera: Camera, light: Floats) -> None:
        self._parameters = parameters
        self._camera = camera
        self._light = light
        self._light_seen = (camera.rotation @ light)[:2]
        self._settings = settings_of(parameters)
        self._shapes: dict[int, Shape] = {}

    def picture(self, walkers: Sequence[Walker]) -> Picture:
        """The picture as 4:2:0, as cameras send it."""
        return self._sensor.picture(lambda offset_s: self._drawn(walkers, offset_s))

    def figures(self, walkers: Sequence[Walker], offset_s: float = 0.0) -> list[tuple[Walker, Figure]]:
        """Everybody before the camera so long after now, the farthest first."""
        if not walkers:
            return []
        joints = self._joints(walkers, offset_s)
        shapes = [self._shape(walker) for walker in walkers]
        figures = zip(walkers, figures_of(shapes, joints, self._camera), strict=True)
        return sorted((pair for pair in figures if pair[1].depth > _NEAREST_CM), key=lambda pair: -pair[1].depth)

    def _shape(self, walker: Walker) -> Shape:
        if walker.track not in self._shapes:
            self._shapes[walker.track] = shape_of(walker.body)
        return self._shapes[walker.track]

    @cached_property
    def _background(self) -> Pixels:
        return background(self._camera, self._parameters.seed)

    @cached_property
    def _shaded(self) -> Pixels:
        return np.asarray(cv2.convertScaleAbs(self._background, alpha=_SHADOW), np.uint8)

    @cached_property
    def _sensor(self) -> Sensor:
        return Sensor(self._parameters, self._settings)

    def _drawn(self, walkers: Sequence[Walker], offset_s: float) -> Pixels:
        rgb = self._background.copy()
        self._add_shadows(rgb, walkers, offset_s)
        for _, figure in self.figures(walkers, offset_s):
            paint(figure, rgb, self._light_seen)
        return rgb

    def _joints(self, walkers: Sequence[Walker], offset_s: float) -> Floats:
        """Where joints (people, joints, 3) are so long after now, the rows' own delays included."""
        joints = np.stack([walker.joints for walker in walkers])
        if not offset_s and not self._settings.readout_s:
            return joints
        speeds = np.stack([walker.joint_speeds for walker in walkers])
        if self._settings.readout_s:
            pixels, _ = self._camera.project(joints)
            delays = self._settings.readout_s * (np.clip(pixels[..., 1:] / self._camera.size[1], 0, 1) - 0.5)
            return joints + (offset_s + delays) * speeds
        return joints + offset_s * speeds

    def _add_shadows(self, rgb: Pixels, walkers: Sequence[Walker], offset_s: float) -> None:
        """What people throw on the ground."""
        if not walkers:
            return
        spines = self._joints(walkers, offset_s)[:, _SPINE]
        spines[..., :2] -= spines[..., 2:] * self._light[:2] / self._light[2]
        spines[..., 2] = 0
        pixels, depths = self._camera.project(spines[:, :, None] + _AROUND)
        for around, depth in zip(pixels.astype(np.float32), depths, strict=True):
            if (depth < _NEAREST_CM).any():
                continue
            hull = np.asarray(cv2.convexHull(around.reshape(-1, 2))).reshape(-1, 2)
            left, top = np.maximum(hull.min(axis=0).astype(int) - 2, 0)
            right, bottom = np.minimum(hull.max(axis=0).astype(int) + 3, self._camera.size)
            if left >= right or top >= bottom:
                continue
            shape = np.zeros((bottom - top, right - left), np.uint8)
            cv2.fillConvexPoly(shape, np.round(hull - (left, top)).astype(np.int32), 255)
            region = (slice(top, bottom), slice(left, right))
            cv2.copyTo(self._shaded[region], shape, rgb[region])
