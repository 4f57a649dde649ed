"""Simulated people before a camera, with the keypoints that a decent pose network would find."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.geometry.angles import seen_angle_deg
from pipeline.geometry.camera import Camera
from pipeline.simulation.actions import looking
from pipeline.simulation.anthropometry import ages, measures
from pipeline.simulation.gait import stride
from pipeline.simulation.skeleton import joints_of

Floats = npt.NDArray[np.float64]
CAMERA = Camera((1280, 720), 1000.0, 1000.0, 640.0, 360.0, 320.0, 12.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """Walkers (N,) as a camera sees them."""

    keypoints: Floats
    distance_cm: Floats
    height_cm: Floats
    facing_deg: Floats
    head_deg: Floats


def walkers(seed: int, count: int, camera: Camera = CAMERA, noise: float = 0.008, turns_deg: float = 0.0) -> Seen:
    """People who walk in every direction, 5 to 14 m off, with joints 4 % nearer to the body's middle than they are and
    a jitter that is a share of the body's height. Heads are turned to either side, by so much as a deviation."""
    rng = np.random.default_rng(seed)
    segments = measures(rng, ages(rng, count), rng.random(count) < 0.5).segments
    away, aside = rng.uniform(500, 1400, count), rng.uniform(-0.3, 0.3, count)
    position = np.stack([away * aside, away], axis=-1)
    facing = rng.uniform(0, 2 * np.pi, count)
    pose = stride(segments, rng.uniform(0, 2 * np.pi, count), rng.uniform(90, 160, count))
    turn = turns_deg * rng.standard_normal(count)
    joints = joints_of(segments, looking(pose, turn, 0.0), position, facing)[:, :17]
    pixels, _ = camera.project(joints)
    height = np.asarray(segments.stature_cm)
    middle = np.column_stack([position, height / 2 - camera.height_cm])
    distance = np.linalg.norm(middle, axis=1)
    centre = pixels[:, [5, 6, 11, 12]].mean(axis=1, keepdims=True)
    size = (camera.fx * height / distance)[:, None, None]
    found = pixels + 0.04 * (centre - pixels) + noise * size * rng.standard_normal(pixels.shape)
    keypoints = np.concatenate([found, np.full((count, 17, 1), 0.8)], axis=-1)
    trunk, head = (
        seen_angle_deg(position, np.stack([np.cos(angle), np.sin(angle)], axis=-1))
        for angle in (facing, facing + np.radians(turn))
    )
    return Seen(keypoints, distance, height, trunk, head)


def bent(camera: Camera, k1: float) -> Camera:
    """The camera with another lens."""
    return replace(camera, distortion=(k1, 0.0, 0.0, 0.0, 0.0))
