"""What one frame says of its people by the ground plane: where they stand, and how tall they are over it.

A foot is where its ray meets the ground, and so is a head where its ray comes down to the height of the person. On
simulated streets heads were the better half: 7 cm against 9 along the line of sight, 1.6 against 6 across it, from one
frame to the next, and their errors have nothing to do with those of the feet.

Feet and heads are the ankles' and the ears' middles, as for calibration (`pipeline.geometry.sightings`,
`pipeline.geometry.stature`): the same points of the same network, so that its habits cancel. A reading that rests on
joints which are not seen well, or on feet beyond the picture's edge or behind somebody, is not taken at all.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.geometry.self_calibration import implied_cm
from pipeline.geometry.sightings import ANKLE_PAIR, EAR_PAIR, SURE, middle, well_seen
from pipeline.geometry.stature import MEAN_CM, shares_at
from pipeline.geometry.view import View

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_FOOT_CM, _FOOT_PX = 6.0, 0.7
"""What the ankles' middle errs by as the place of a body: on the ground, by steps, and in the picture."""
_HEAD_CM, _BOB_CM, _HEAD_PX = 2.0, 2.0, 0.6
"""The same for the ears' middle: on the ground, up and down, and in the picture."""
_FARTHEST = 0.3
"""Where errors move a place by more than this share of its distance, the ground plane says nothing."""
_WALKS_CM_S = 40.0
"""Somebody faster is upright, even where only the head is seen."""
_TALLEST, _SMALLEST = 1.5, 0.4
"""Statures beyond these shares of the mean are slips."""
_TRUNK = (5, 6, 11, 12)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of N people before a frame: heights in cm with the deviations of their logarithms, and speeds in
    cm/s; each (N,)."""

    heights_cm: Floats
    heights_std_log: Floats
    speeds_cm_s: Floats


@dataclass(frozen=True, slots=True)
class Readings:
    """Of N people with keypoints."""

    ground_cm: Floats
    """Where they stand, (N, 2), [right, forward]."""
    ground_cov: Floats
    """(N, 2, 2)."""
    grounded: Bools
    """Whether that can be taken."""
    stature_log: Floats
    """The logarithm of stature from feet and head, (N,)."""
    upright: Bools
    """Whether it can be taken."""
    towards: Floats
    """Directions on the ground (N, 2) in which the middles of the trunks are seen, of length 1."""
    level: Floats
    """Cosines (N,) of how far the trunks are seen below or above the camera's level."""


def read(keypoints: Floats, boxes: Floats, known: Known, view: View) -> Readings:
    """Read one frame.

    Args:
        keypoints: (N, 17, 3) in COCO's order.
        boxes: (N, 4).
        known: of the same people.
        view: through what they are seen.
    """
    people = len(keypoints)
    trunk = view.camera.rays(keypoints[:, _TRUNK, :2].mean(axis=1))
    along = np.maximum(np.hypot(trunk[:, 0], trunk[:, 1]), 1e-9)
    towards = trunk[:, :2] / along[:, None]
    level = np.maximum(along / np.linalg.norm(trunk, axis=1), 0.05)
    if not view.posed:
        nothing, never = np.zeros((people, 2)), np.zeros(people, bool)
        nowhere = np.broadcast_to(np.eye(2), (people, 2, 2))
        return Readings(nothing, nowhere, never, nothing[:, 0], never, towards, level)
    camera = view.camera
    ears, ankles = shares_at(known.speeds_cm_s)
    feet, heads = middle(keypoints, ANKLE_PAIR), middle(keypoints, EAR_PAIR)
    stature = implied_cm(camera, feet, heads, ears, ankles)
    stands = well_seen(keypoints, camera.size) & (stature > _SMALLEST * MEAN_CM) & (stature < _TALLEST * MEAN_CM)
    feet_seen = _feet_seen(keypoints, boxes, camera.size)
    by_feet = _places(camera, feet, ankles * known.heights_cm, _FOOT_CM, 0.0, _FOOT_PX)
    unsure_cm = ears * known.heights_cm * known.heights_std_log
    by_head = _places(camera, heads, ears * known.heights_cm, _HEAD_CM, np.hypot(_BOB_CM, unsure_cm), _HEAD_PX)
    head_seen = stands | (~feet_seen & (known.speeds_cm_s > _WALKS_CM_S) & _head_seen(keypoints, camera.size))
    places, covariance, sure = _both(by_feet, by_head, feet_seen, head_seen)
    stature_log = np.log(np.where(stands, stature, MEAN_CM))
    return Readings(places, covariance, sure, stature_log, stands & feet_seen, towards, level)


def camera_doubt(keypoints: Floats, known: Known, view: View) -> Floats:
    """By how much what is not known of a camera may change the logarithms of distances and statures, (N, 2)."""
    if not view.posed:
        return np.tile([view.focal_std_log, 0.0], (len(keypoints), 1))
    ears, ankles = shares_at(known.speeds_cm_s)
    feet, heads = middle(keypoints, ANKLE_PAIR), middle(keypoints, EAR_PAIR)

    def measured(camera: Camera) -> Floats:
        places = _on_plane(camera, feet, ankles * known.heights_cm)
        return np.column_stack([np.linalg.norm(places, axis=1), implied_cm(camera, feet, heads, ears, ankles)])

    with np.errstate(divide="ignore", invalid="ignore"):
        here = measured(view.camera)
        squares = np.sum([np.log(measured(other) / here) ** 2 for other in view.changed], axis=0)
    return np.sqrt(np.where(np.isfinite(squares), squares, 1.0)) * np.ones((len(keypoints), 2))


def _on_plane(camera: Camera, pixels: Floats, up_cm: Floats) -> Floats:
    """Where pixels (..., N, 2) lie on planes so high above the ground (N,), as [right, forward] in cm."""
    # A ray that meets the ground at G passes a height at G times the rest of the way; above the camera it never does.
    left = 1 - up_cm / camera.height_cm
    return camera.ground_from_image(pixels) * np.where(left > 0.05, left, np.nan)[:, None]


def _places(
    camera: Camera, pixels: Floats, up_cm: Floats, ground_cm: float, up_std_cm: npt.ArrayLike, error_px: float
) -> tuple[Floats, Floats]:
    """Where people stand (N, 2) of whom a point so high (N,) is seen at pixels (N, 2), and covariances (N, 2, 2): of
    how far it is from above their place, of its height, and of the pixel."""
    seen = _on_plane(camera, np.stack([pixels, pixels + (1, 0), pixels + (0, 1)]), up_cm)
    slopes = np.stack([seen[1] - seen[0], seen[2] - seen[0]], axis=-1)
    away = seen[0] * (up_std_cm / np.maximum(camera.height_cm - up_cm, 1.0))[:, None]
    covariance = slopes @ np.swapaxes(slopes, 1, 2) * error_px**2 + ground_cm**2 * np.eye(2)
    return seen[0], covariance + away[:, :, None] * away[:, None, :]


def _both(
    feet: tuple[Floats, Floats], head: tuple[Floats, Floats], feet_seen: Bools, head_seen: Bools
) -> tuple[Floats, Floats, Bools]:
    """The places (N, 2) and covariances (N, 2, 2) of two measurements by their variances, and where there is any."""
    total, weighed = np.zeros((len(feet_seen), 2, 2)), np.zeros((len(feet_seen), 2))
    sure = np.zeros(len(feet_seen), bool)
    for (places, covariance), seen in ((feet, feet_seen), (head, head_seen)):
        far = _FARTHEST * np.linalg.norm(places, axis=1)
        good = seen & (np.sqrt(np.trace(covariance, axis1=1, axis2=2)) < far)
        inverse = np.linalg.inv(np.where(good[:, None, None], covariance, np.eye(2))) * good[:, None, None]
        total += inverse
        weighed += (inverse @ np.where(good[:, None], places, 0.0)[..., None])[..., 0]
        sure |= good
    covariance = np.linalg.inv(np.where(sure[:, None, None], total, np.eye(2)))
    return (covariance @ weighed[..., None])[..., 0], covariance, sure


def _feet_seen(keypoints: Floats, boxes: Floats, size: tuple[int, int]) -> Bools:
    """Whether both ankles are seen well, in the picture, and not where somebody stands who is nearer."""
    ankles = keypoints[:, ANKLE_PAIR]
    feet = middle(keypoints, ANKLE_PAIR)
    tall = boxes[:, 3] - boxes[:, 1]
    inside = (feet[:, 1] + 0.06 * tall < size[1]) & (feet[:, 0] > 0) & (feet[:, 0] < size[0])
    low = feet[:, 1] + 0.08 * tall
    x, y = feet[:, 0, None], feet[:, 1, None]
    behind = (boxes[:, 0] < x) & (x < boxes[:, 2]) & (boxes[:, 1] < y) & (low[:, None] < boxes[:, 3])
    np.fill_diagonal(behind, False)
    return inside & (ankles[..., 2] >= SURE).all(axis=1) & ~behind.any(axis=1)


def _head_seen(keypoints: Floats, size: tuple[int, int]) -> Bools:
    """Whether a head is seen well, in the picture."""
    heads = middle(keypoints, EAR_PAIR)
    inside = ((heads > 0.01 * min(size)) & (heads < np.array(size))).all(axis=1)
    return inside & (keypoints[:, EAR_PAIR, 2].max(axis=1) >= SURE)
