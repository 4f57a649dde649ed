"""What one frame says of its people by the ground plane: where they stand, and how tall they are over it.

A foot is where its ray meets the ground, and so is a head where its ray comes down to the height of the person. On
simulated streets heads were the better half: 7 cm against 9 along the line of sight, 1.6 against 6 across it, from one
frame to the next, and their errors have nothing to do with those of the feet.

Feet and heads are the ankles' and the ears' middles, as for calibration (`pipeline.geometry.sightings`,
`pipeline.geometry.stature`): the same points of the same network, so that its habits cancel. A reading that rests on
joints which are not seen well, or on feet beyond the picture's edge or behind something, is not taken at all.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.geometry.planar import inverse
from pipeline.geometry.self_calibration import stature_cm
from pipeline.geometry.sightings import ANKLE_PAIR, EAR_PAIR, HIP_PAIR, KNEE_PAIR, SURE, middle, well_seen
from pipeline.geometry.stature import MEAN_CM, shares_at
from pipeline.geometry.view import View

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_ERRORS_CM, _ERRORS_PX = np.reshape([6.0, 2.0], (2, 1, 1, 1)), np.reshape([0.7, 0.6], (2, 1, 1, 1))
"""What the middles of ankles and ears err by as the place of a body: on the ground, by steps, and in the picture."""
_BOB_CM = 2.0
"""What ears err by up and down."""
_STEPS = np.reshape([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)], (3, 1, 1, 2))
"""To a pixel itself, to the one on its right and to the one below."""
_FARTHEST = 0.3
"""Where errors move a place by more than this share of its distance, the ground plane says nothing."""
_WALKS_CM_S = 40.0
"""Somebody faster is upright, even where only the head is seen."""
_TALLEST, _SMALLEST = 1.5, 0.4
"""Statures beyond these shares of the mean are slips."""
_TRUNK = (5, 6, 11, 12)
_SHORTEST_SHIN = 0.5
"""As a share of the thigh, both down the picture and of both legs on average: where something hides the feet, a network
puts ankles just above it."""


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
    trunk = keypoints[:, _TRUNK, :2].mean(axis=1)
    if not view.posed:
        towards, level = _directions(view.camera.rays(trunk))
        nothing, never = np.zeros((people, 2)), np.zeros(people, bool)
        nowhere = np.broadcast_to(np.eye(2), (people, 2, 2))
        return Readings(nothing, nowhere, never, nothing[:, 0], never, towards, level)
    camera = view.camera
    ears, ankles = shares_at(known.speeds_cm_s)
    feet, heads = middle(keypoints, ANKLE_PAIR), middle(keypoints, EAR_PAIR)
    rays = camera.rays(np.stack([feet, heads, trunk]) + _STEPS)
    towards, level = _directions(rays[0, 2])
    stature = stature_cm(camera.height_cm, rays[0, 0], rays[0, 1], ears, ankles)
    stands = well_seen(keypoints, camera.size) & (stature > _SMALLEST * MEAN_CM) & (stature < _TALLEST * MEAN_CM)
    feet_seen = _feet_seen(keypoints, feet, boxes, camera.size)
    head_seen = stands | (~feet_seen & (known.speeds_cm_s > _WALKS_CM_S) & _head_seen(keypoints, heads, camera.size))
    unsure_cm = np.hypot(_BOB_CM, ears * known.heights_cm * known.heights_std_log)
    places, covariances = _places(
        camera.height_cm,
        rays[:, :2],
        np.stack([ankles, ears]) * known.heights_cm,
        np.stack([np.zeros(people), unsure_cm]),
    )
    place, covariance, sure = _both(places, covariances, np.stack([feet_seen, head_seen]))
    stature_log = np.log(np.where(stands, stature, MEAN_CM))
    return Readings(place, covariance, sure, stature_log, stands & feet_seen, towards, level)


def camera_doubt(keypoints: Floats, known: Known, view: View) -> Floats:
    """By how much what is not known of a camera may change the logarithms of distances and statures, (N, 2)."""
    if not view.posed:
        return np.tile([view.focal_std_log, 0.0], (len(keypoints), 1))
    ears, ankles = shares_at(known.speeds_cm_s)
    points = np.stack([middle(keypoints, ANKLE_PAIR), middle(keypoints, EAR_PAIR)])

    def measured(camera: Camera) -> Floats:
        feet, heads = camera.rays(points)
        places = _on_plane(camera.height_cm, feet, ankles * known.heights_cm)
        statures = stature_cm(camera.height_cm, feet, heads, ears, ankles)
        return np.column_stack([np.linalg.norm(places, axis=1), statures])

    with np.errstate(divide="ignore", invalid="ignore"):
        here = measured(view.camera)
        squares = np.sum([np.log(measured(other) / here) ** 2 for other in view.changed], axis=0)
    return np.sqrt(np.where(np.isfinite(squares), squares, 1.0)) * np.ones((len(keypoints), 2))


def _directions(rays: Floats) -> tuple[Floats, Floats]:
    """On the ground (N, 2), of length 1, and the cosines (N,) of how far below or above the level rays (N, 3) lie."""
    along = np.maximum(np.hypot(rays[:, 0], rays[:, 1]), 1e-9)
    return rays[:, :2] / along[:, None], np.maximum(along / np.hypot(along, rays[:, 2]), 0.05)


def _on_plane(camera_cm: float, rays: Floats, up_cm: Floats) -> Floats:
    """Where rays (..., 3) meet planes so high above the ground (...), as [right, forward] in cm."""
    # Only from above, and from not too near: elsewhere a pixel's error is no small one.
    down_cm, down = camera_cm - up_cm, -rays[..., 2]
    meets = (down > 1e-9) & (down_cm > 0.05 * camera_cm)
    return rays[..., :2] * (np.where(meets, down_cm, np.nan) / np.where(meets, down, 1.0))[..., None]


def _places(camera_cm: float, rays: Floats, up_cm: Floats, up_std_cm: Floats) -> tuple[Floats, Floats]:
    """Where people stand (2, N, 2) by their feet and by their heads, and covariances (2, N, 2, 2).

    Args:
        camera_cm: how high the camera hangs.
        rays: to a point, and to the pixels right of it and below it, (3, 2, N, 3).
        up_cm: how high the point is (2, N).
        up_std_cm: and its deviation.
    """
    seen = _on_plane(camera_cm, rays, up_cm)
    slopes = np.moveaxis(seen[1:] - seen[0], 0, -1)
    away = seen[0] * (up_std_cm / np.maximum(camera_cm - up_cm, 1.0))[..., None]
    covariance = slopes @ np.swapaxes(slopes, -1, -2) * _ERRORS_PX**2 + _ERRORS_CM**2 * np.eye(2)
    return seen[0], covariance + away[..., :, None] * away[..., None, :]


def _both(places: Floats, covariances: Floats, seen: Bools) -> tuple[Floats, Floats, Bools]:
    """The places (N, 2) and covariances (N, 2, 2) of two measurements (2, N, ...) by their variances, and where there
    is any."""
    spread = covariances[..., 0, 0] + covariances[..., 1, 1]
    good = seen & (spread < _FARTHEST**2 * (places[..., 0] ** 2 + places[..., 1] ** 2))
    weights = inverse(np.where(good[..., None, None], covariances, np.eye(2))) * good[..., None, None]
    weighed = (weights @ np.where(good[..., None], places, 0.0)[..., None])[..., 0]
    sure = good[0] | good[1]
    covariance = inverse(np.where(sure[:, None, None], weights[0] + weights[1], np.eye(2)))
    return (covariance @ (weighed[0] + weighed[1])[..., None])[..., 0], covariance, sure


def _feet_seen(keypoints: Floats, feet: Floats, boxes: Floats, size: tuple[int, int]) -> Bools:
    """Whether both ankles are seen well, in the picture, and not where somebody or something stands that is nearer."""
    ankles = keypoints[:, ANKLE_PAIR]
    tall = boxes[:, 3] - boxes[:, 1]
    inside = (feet[:, 1] + 0.06 * tall < size[1]) & (feet[:, 0] > 0) & (feet[:, 0] < size[0])
    low = feet[:, 1] + 0.08 * tall
    x, y = feet[:, 0, None], feet[:, 1, None]
    behind = (boxes[:, 0] < x) & (x < boxes[:, 2]) & (boxes[:, 1] < y) & (low[:, None] < boxes[:, 3])
    np.fill_diagonal(behind, False)
    return inside & (ankles[..., 2] >= SURE).all(axis=1) & ~behind.any(axis=1) & ~_cut_short(keypoints, feet)


def _cut_short(keypoints: Floats, feet: Floats) -> Bools:
    """Whether shins are too short to be seen whole, of thighs that are."""
    hips, knees = middle(keypoints, HIP_PAIR), middle(keypoints, KNEE_PAIR)
    thigh, shin = knees[:, 1] - hips[:, 1], feet[:, 1] - knees[:, 1]
    sure = (keypoints[:, [*HIP_PAIR, *KNEE_PAIR], 2] >= SURE).all(axis=1)
    return sure & (thigh > 0) & (shin < _SHORTEST_SHIN * thigh)


def _head_seen(keypoints: Floats, heads: Floats, size: tuple[int, int]) -> Bools:
    """Whether a head is seen well, in the picture."""
    inside = ((heads > 0.01 * min(size)) & (heads < np.array(size))).all(axis=1)
    return inside & (keypoints[:, EAR_PAIR, 2].max(axis=1) >= SURE)
