"""What one frame says of its people: where their feet stand, how tall they are over them, and what the network lifts.

Feet and heads are the ankles' and the ears' middles, as for calibration (`pipeline.geometry.sightings`,
`pipeline.geometry.stature`): the same points of the same network, so that its habits cancel. A reading that rests on
joints which are not seen well, or on feet beyond the picture's edge or behind somebody, is not taken at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.attributes.lifting import Lifted
from pipeline.geometry.camera import Camera
from pipeline.geometry.self_calibration import implied_cm
from pipeline.geometry.sightings import ANKLE_PAIR, EAR_PAIR, SURE, middle, well_seen
from pipeline.geometry.stature import ANKLES, MEAN_CM
from pipeline.geometry.view import View

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_BODY_CM, _PIXELS = 6.0, 1.2
"""How far the ankles' middle is from where a body stands: steps, and what a pose network errs by, however small."""
_FARTHEST = 0.35
"""Where a pixel's error moves feet by more than this share of their distance, the ground plane says nothing."""
_TRUNK = (5, 6, 11, 12)


@dataclass(frozen=True, slots=True)
class Readings:
    """Of N people with keypoints."""

    ground_cm: Floats
    """Where they stand, (N, 2), [right, forward]; nan where `grounded` is False."""
    ground_cov: Floats
    """(N, 2, 2)."""
    grounded: Bools
    stature_log: Floats
    """The logarithm of stature from feet and head, (N,), as of somebody who walks."""
    upright: Bools
    """Whether it can be taken."""
    camera_log: Floats
    """By how much what is not known of the camera may change the logarithms of distance and stature, (N, 2)."""
    towards: Floats
    """Directions on the ground (N, 2) in which the middles of the trunks are seen, of length 1."""
    level: Floats
    """Cosines (N,) of how far the trunks are seen below or above the camera's level."""
    lifted: Sequence[Lifted]


def read(keypoints: Floats, boxes: Floats, heights_cm: Floats, view: View, lifted: Sequence[Lifted]) -> Readings:
    """Read one frame.

    Args:
        keypoints: (N, 17, 3) in COCO's order.
        boxes: (N, 4).
        heights_cm: what is known of people's heights so far, (N,).
        view: through what they are seen.
        lifted: what the lifting network says of each.
    """
    trunk = _normed(view.camera.rays(keypoints[:, _TRUNK, :2].mean(axis=1)))
    level = np.maximum(np.hypot(trunk[:, 0], trunk[:, 1]), 1e-6)
    towards = trunk[:, :2] / level[:, None]
    people = len(keypoints)
    if not view.posed:
        nothing = np.zeros(people, bool)
        unknown = np.full((people, 2, 2), np.nan)
        camera_log = np.column_stack([np.full(people, view.focal_std_log), np.zeros(people)])
        return Readings(
            unknown[:, 0], unknown, nothing, np.zeros(people), nothing, camera_log, towards, level, lifted
        )  # fmt: skip
    feet, heads = middle(keypoints, ANKLE_PAIR), middle(keypoints, EAR_PAIR)
    ground, covariance = _ground(feet, heights_cm, view)
    distances = np.linalg.norm(ground, axis=1)
    grounded = _feet_seen(keypoints, boxes, view.camera.size)
    grounded &= np.sqrt(np.linalg.trace(covariance)) < _FARTHEST * np.nan_to_num(distances)
    stature = implied_cm(view.camera, feet, heads)
    upright = grounded & well_seen(keypoints, view.camera.size) & (stature > 0.4 * MEAN_CM) & (stature < 1.5 * MEAN_CM)
    stature_log = np.log(np.where(upright, stature, MEAN_CM))
    changes = np.zeros((people, 2))
    for other in view.changed:
        moved = np.linalg.norm(_on_ground(other, feet, heights_cm), axis=1)
        taller = implied_cm(other, feet, heads)
        with np.errstate(divide="ignore", invalid="ignore"):
            changes += np.log(np.column_stack([moved / distances, taller / stature])) ** 2
    camera_log = np.sqrt(np.where(np.isfinite(changes), changes, 1.0))
    return Readings(ground, covariance, grounded, stature_log, upright, camera_log, towards, level, lifted)


def _ground(feet: Floats, heights_cm: Floats, view: View) -> tuple[Floats, Floats]:
    """Where people stand (N, 2), and the covariances (N, 2, 2) that a foot's error in the picture makes."""
    camera = view.camera
    places = _on_ground(camera, np.stack([feet, feet + (1, 0), feet + (0, 1)]), heights_cm)
    slopes = np.stack([places[1] - places[0], places[2] - places[0]], axis=-1)
    depths = np.hypot(np.linalg.norm(places[0], axis=1), camera.height_cm)
    error_px = np.hypot(_PIXELS, _BODY_CM * camera.fx / depths)
    covariance = slopes @ np.swapaxes(slopes, 1, 2) * (error_px**2)[:, None, None]
    good = np.isfinite(covariance).all(axis=(1, 2))
    return places[0], np.where(good[:, None, None], covariance, np.eye(2) * 1e12)


def _on_ground(camera: Camera, feet: Floats, heights_cm: Floats) -> Floats:
    """Where people of those heights (N,) stand whose ankles are seen at pixels (..., N, 2)."""
    # Ankles are above the ground: a ray that meets it at G passes their height at G times the rest of the way.
    return camera.ground_from_image(feet) * (1 - ANKLES * heights_cm / camera.height_cm)[:, None]


def _feet_seen(keypoints: Floats, boxes: Floats, size: tuple[int, int]) -> Bools:
    """Whether both ankles are seen well, in the picture, and not where somebody stands who is nearer."""
    ankles = keypoints[:, ANKLE_PAIR]
    feet = middle(keypoints, ANKLE_PAIR)
    tall = boxes[:, 3] - boxes[:, 1]
    inside = (feet[:, 1] + 0.06 * tall < size[1]) & (feet[:, 0] > 0) & (feet[:, 0] < size[0])
    low = feet[:, 1] + 0.08 * tall
    x, y = feet[:, 0, None], feet[:, 1, None]
    behind = (boxes[None, :, 0] < x) & (x < boxes[None, :, 2]) & (boxes[None, :, 1] < y) & (low[:, None] < boxes[:, 3])
    np.fill_diagonal(behind, False)
    return inside & (ankles[..., 2] >= SURE).all(axis=1) & ~behind.any(axis=1)


def _normed(rays: Floats) -> Floats:
    return rays / np.maximum(np.linalg.norm(rays, axis=-1, keepdims=True), 1e-9)
