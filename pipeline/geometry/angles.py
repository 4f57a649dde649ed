"""The angles of Sightline: in the ground plane, relative to the line of sight to a person.

0° is towards the camera, 90° to the image's right, 180° away from the camera, 270° to the image's left.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def turn_rad(start: Any, end: Any) -> Any:
    """The shorter way from one direction to another, from -pi up to pi; numbers or arrays."""
    return (end - start + np.pi) % (2 * np.pi) - np.pi


def seen_angle_deg(position: npt.ArrayLike, direction: npt.ArrayLike) -> Floats:
    """The angle of a direction (..., 2) of somebody at a position (..., 2), both as [right, forward] on the ground
    under the camera, in degrees from 0 up to 360."""
    where, towards = np.asarray(position, float), np.asarray(direction, float)
    to_camera = -where / np.maximum(np.linalg.norm(where, axis=-1, keepdims=True), 1e-9)
    to_right = np.stack([-to_camera[..., 1], to_camera[..., 0]], axis=-1)
    sine = np.sum(towards * to_right, axis=-1)
    cosine = np.sum(towards * to_camera, axis=-1)
    return np.degrees(np.arctan2(sine, cosine)) % 360.0
