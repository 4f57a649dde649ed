"""Cameras before bodies: where each joint is in the picture, and what the network should say of it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.lifting.bodies import Bodies

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SIZES_PX = (14.0, 1100.0)
"""Of a stature in the picture, from the smallest to the largest people."""
STEEPEST_DEG = 65.0
"""Down (or up) to people from the camera's level."""
TILT_ERROR_DEG = 0.7
"""Of cameras whose tilt is known, that is, calibrated."""
TILT_KNOWN = 0.6
"""The share of them."""


@dataclass(frozen=True, slots=True)
class Views:
    """People before cameras, (N, …) of each."""

    joints_px: Floats
    """(N, 17, 2), in the picture or out of it."""
    ahead: Bools
    """Whether all of somebody is before the camera."""
    size_px: Floats
    """Of a stature at the body's distance."""
    picture: Floats
    """Width and height, (N, 2)."""
    focal_px: Floats
    turn: Floats
    """From the camera's axes [right, down, forward] to [right, forward, up] (N, 3, 3), as far as they are known."""
    tilt_known: Bools
    down_rad: Floats
    """From the camera's level down to the body."""
    facing_rad: Floats
    """Of the trunk seen from the camera, 0 towards it, to the right positive; nan for those who lie."""
    head_rad: Floats
    """The same of the head; nan for one that looks up or down."""
    log_cm: Floats
    """Logarithms of distance, height and width, (N, 3)."""

    def rays(self, pixels: Floats) -> Floats:
        """Of pixels (N, 17, 2), (N, 17, 3)."""
        plane = (pixels - self.picture[:, None] / 2) / self.focal_px[:, None, None]
        return np.concatenate([plane, np.ones((*plane.shape[:-1], 1))], axis=-1) @ np.swapaxes(self.turn, -1, -2)


def drawn_views(rng: np.random.Generator, bodies: Bodies) -> Views:
    """A camera for each body. Where it is, how it zooms and where in the picture the body is come first; the tilt
    follows."""
    count = len(bodies)
    width = np.exp(rng.uniform(np.log(320), np.log(2600), count))
    aspect = np.where(rng.random(count) < 0.3, rng.uniform(0.28, 0.5, count), rng.uniform(0.5, 1.4, count))
    picture = np.stack([width, width * aspect], axis=-1)
    focal = width * np.exp(rng.uniform(np.log(0.35), np.log(1.8), count))
    size = np.exp(rng.uniform(np.log(SIZES_PX[0]), np.log(SIZES_PX[1]), count))
    distance = np.clip(focal * 170 / size, 110, 9000)
    low = rng.random(count) < 0.45
    high = np.where(low, rng.uniform(60, 230, count), np.exp(rng.uniform(np.log(230), np.log(1100), count)))
    sine = np.clip((high - bodies.middle[:, 2]) / distance, *np.sin(np.radians([-STEEPEST_DEG, STEEPEST_DEG])))
    down = np.arcsin(sine)
    place = (rng.uniform(-0.04, 1.04, (count, 2)) - 0.5) * picture / focal[:, None]
    roll = np.radians(rng.normal(0, 2.0, count))
    # The body's bearing and the tilt that put its middle at that place of the picture, roll left aside.
    tilt = down - np.arctan(place[:, 1])
    bearing = np.arctan2(place[:, 0], np.cos(tilt) - place[:, 1] * np.sin(tilt))
    away = distance * np.cos(down)
    facing = rng.uniform(0, 2 * np.pi, count)
    cos, sin = np.cos(facing)[:, None], np.sin(facing)[:, None]
    joints = bodies.joints.astype(float) - bodies.middle[:, None] * [1, 1, 0]
    right = cos * joints[..., 0] - sin * joints[..., 1] + (away * np.sin(bearing))[:, None]
    forward = sin * joints[..., 0] + cos * joints[..., 1] + (away * np.cos(bearing))[:, None]
    up = joints[..., 2] - (distance * sine + bodies.middle[:, 2])[:, None]
    rotation = rotations(tilt, roll)
    seen = np.stack([right, forward, up], axis=-1) @ np.swapaxes(rotation, -1, -2)
    depth = np.maximum(seen[..., 2:], 1.0)
    pixels = seen[..., :2] / depth * focal[:, None, None] + picture[:, None] / 2
    known = rng.random(count) < TILT_KNOWN
    error = np.radians(TILT_ERROR_DEG * rng.standard_normal((2, count)))
    assumed = rotations(np.where(known, tilt + error[0], 0.0), np.where(known, roll + error[1], 0.0))
    # From the ground's right towards the line of sight, as `seen_angle_deg`.
    turned = facing + np.pi / 2 + bearing
    return Views(
        joints_px=pixels,
        ahead=np.all(seen[..., 2] > 30, axis=1),
        size_px=focal * bodies.height_cm / distance,
        picture=picture,
        focal_px=focal,
        turn=np.swapaxes(assumed, -1, -2),
        tilt_known=known,
        down_rad=down,
        facing_rad=(turned + bodies.facing_rad + np.pi) % (2 * np.pi) - np.pi,
        head_rad=(turned + bodies.head_rad + np.pi) % (2 * np.pi) - np.pi,
        log_cm=np.log(np.stack([distance, bodies.height_cm, bodies.width_cm], axis=-1)),
    )


def rotations(tilt_rad: npt.ArrayLike, roll_rad: npt.ArrayLike) -> Floats:
    """From [right, forward, up] to the camera's [right, down, forward], (N, 3, 3), as `Camera.rotation`."""
    tilt, roll = np.asarray(tilt_rad, float), np.asarray(roll_rad, float)
    sin, cos, nothing = np.sin(tilt), np.cos(tilt), np.zeros_like(tilt)
    level = _matrix([[nothing + 1, nothing, nothing], [nothing, -sin, -cos], [nothing, cos, -sin]])
    c, s = np.cos(roll), np.sin(roll)
    return _matrix([[c, s, nothing], [-s, c, nothing], [nothing, nothing, nothing + 1]]) @ level


def _matrix(rows: list[list[Floats]]) -> Floats:
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
