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
    towards = np.asarray(direction, float)
    to_camera, to_right = _axes(position)
    sine = np.sum(towards * to_right, axis=-1)
    cosine = np.sum(towards * to_camera, axis=-1)
    return np.degrees(np.arctan2(sine, cosine)) % 360.0


def seen_direction(position: npt.ArrayLike, angle_rad: npt.ArrayLike) -> Floats:
    """The unit direction (..., 2) on the ground that is seen at an angle (...), in radians, of somebody at a position
    (..., 2): the inverse of `seen_angle_deg`."""
    angle = np.asarray(angle_rad, float)[..., None]
    to_camera, to_right = _axes(position)
    return np.cos(angle) * to_camera + np.sin(angle) * to_right


def _axes(position: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Unit vectors (..., 2) towards the camera and to the image's right, from a position (..., 2)."""
    where = np.asarray(position, float)
    to_camera = -where / np.maximum(np.linalg.norm(where, axis=-1, keepdims=True), 1e-9)
    return to_camera, np.stack([-to_camera[..., 1], to_camera[..., 0]], axis=-1)
