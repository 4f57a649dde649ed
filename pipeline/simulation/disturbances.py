"""What is done to a camera: its lens is covered, it is turned, its picture freezes or loses its focus."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from pipeline.geometry.camera import Camera
from pipeline.pictures import Picture, PixelFormat, Pixels

DisturbanceKind = Literal["camera_covered", "camera_moved", "camera_frozen", "camera_defocused"]
_RAMP_S = 0.35
"""How long it takes until it is complete."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """Something done to a camera between two moments of a scene."""

    kind: DisturbanceKind
    begin_s: float
    end_s: float

    def amount(self, now_s: float) -> float:
        """How complete it is, 0 to 1."""
        inside = min(now_s - self.begin_s, self.end_s - now_s)
        return float(np.clip(inside / _RAMP_S, 0, 1)) if inside >= 0 else 0.0


def moved(camera: Camera, rng: np.random.Generator) -> Camera:
    """A camera that somebody has pushed: tilted otherwise, and rolled."""
    tilt = float(rng.uniform(5, 9)) * float(rng.choice([-1, 1]))
    roll = float(rng.uniform(6, 13)) * float(rng.choice([-1, 1]))
    return dataclasses.replace(camera, tilt_deg=camera.tilt_deg + tilt, roll_deg=camera.roll_deg + roll)


def covered(picture: Picture, amount: float, rng: np.random.Generator) -> Picture:
    """A lens before which something dark is held; a little light comes in at one side."""
    height, width = picture.planes[0].shape
    cloth = 22.0 + 14.0 * np.linspace(0, 1, width)[None] ** 6 + rng.normal(0, 2.0, (height, width))
    luma = (1 - amount) * picture.planes[0] + amount * cloth
    chroma = [((1 - amount) * plane + amount * 128.0) for plane in picture.planes[1:]]
    return _packed(picture, luma, *chroma)


def defocused(picture: Picture, amount: float) -> Picture:
    """A lens out of focus."""
    sigma = max(0.3, 0.011 * picture.width * amount)
    luma = cv2.GaussianBlur(picture.planes[0], (0, 0), sigma)
    chroma = [cv2.GaussianBlur(plane, (0, 0), sigma / 2) for plane in picture.planes[1:]]
    return _packed(picture, luma, *chroma)


def _packed(picture: Picture, *planes: np.ndarray) -> Picture:
    made: tuple[Pixels, ...] = tuple(np.clip(plane, 0, 255).astype(np.uint8) for plane in planes)
    return Picture(PixelFormat.I420, picture.width, picture.height, made, picture.full_range)
