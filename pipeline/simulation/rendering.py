"""Pictures of people before a background."""

from collections.abc import Sequence
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Picture, PixelFormat, Pixels
from pipeline.geometry.camera import Camera
from pipeline.simulation.background import background
from pipeline.simulation.bodies import JOINT
from pipeline.simulation.figures import Figure, Shape, figures_of, shape_of
from pipeline.simulation.painting import paint
from pipeline.simulation.scene import SceneParameters, stream
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]

_NOISE = 3.0
"""The sensor's, in levels of luma."""
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
        self._shapes: dict[int, Shape] = {}
        self._rng = stream(parameters.seed, "noise")

    def picture(self, walkers: Sequence[Walker]) -> Picture:
        """The picture as 4:2:0, as cameras send it."""
        rgb = self._background.copy()
        self._add_shadows(rgb, walkers)
        for _, figure in self.figures(walkers):
            paint(figure, rgb, self._light_seen)
        yuv = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
        self._add_noise(yuv[: self._camera.size[1]])
        return Picture.packed(PixelFormat.I420, *self._camera.size, yuv)

    def figures(self, walkers: Sequence[Walker]) -> list[tuple[Walker, Figure]]:
        """Everybody before the camera, the farthest first."""
        if not walkers:
            return []
        joints = np.stack([walker.joints for walker in walkers])
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
    def _noise(self) -> tuple[Pixels, Pixels]:
        """What the sensor adds and takes, of which a window moves over the picture."""
        width, height = self._camera.size
        noise = self._rng.normal(0, _NOISE, (height + 64, width + 64))
        brighter, darker = (np.clip(np.round(sign * noise), 0, 20).astype(np.uint8) for sign in (1, -1))
        return brighter, darker

    def _add_shadows(self, rgb: Pixels, walkers: Sequence[Walker]) -> None:
        """What people throw on the ground."""
        if not walkers:
            return
        spines = np.stack([walker.joints[_SPINE] for walker in walkers])
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

    def _add_noise(self, luma: Pixels) -> None:
        top, left = self._rng.integers(0, 64, 2)
        window = (slice(top, top + luma.shape[0]), slice(left, left + luma.shape[1]))
        brighter, darker = self._noise
        cv2.add(luma, brighter[window], dst=luma)
        cv2.subtract(luma, darker[window], dst=luma)
