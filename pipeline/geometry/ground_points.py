"""A camera from points on the ground whose places are known: marks that somebody measured, or a floor rectangle.

A plane and its picture are related by a homography, from which the pose follows for every focal length (Zhang 2000,
IEEE TPAMI 22(11), 1330-1334); the best of several is the start of a least-squares fit of what is seen, in pixels, to
where the camera puts it. Where the measurer's origin and axes lie does not matter.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from pipeline.errors import InputError
from pipeline.geometry.lens import FOCAL, HEIGHT, ROLL, SCALES, TILT, UNKNOWNS, Floats, Prior, camera_of

_MARK_PX = 1.0
"""How well a mark is pointed at in a picture."""
_LEAST = 4
_FLAT = 0.004
"""Least share of the weakest direction in which points determine a homography; 0.15 for a square seen from above."""
_WORST_SHARE = 0.03
"""Of the picture's width: points that fit no camera better than this are not of this picture."""


@dataclass(frozen=True, slots=True)
class GroundPoints:
    """Pixels (N, 2), and where on the ground they are, (N, 2) in cm, along any two axes at right angles."""

    pixels: Floats
    ground_cm: Floats


@dataclass(frozen=True, slots=True)
class PointsFit:
    """What was found: unknowns (7,), their covariance (7, 7), and how far points are from where they should be, on
    average of squares, in pixels."""

    unknowns: Floats
    covariance: Floats
    error_px: float


def rectangle(pixels: npt.ArrayLike, first_cm: float, second_cm: float) -> GroundPoints:
    """The points of a rectangle, from its corners (4, 2) in their order around it and the lengths of the side from the
    first corner to the second, and of that from the second to the third."""
    corners = np.array([[0, 0], [first_cm, 0], [first_cm, second_cm], [0, second_cm]], float)
    return GroundPoints(np.asarray(pixels, float), corners)


def calibrate_from_points(points: GroundPoints, size: tuple[int, int], prior: Prior) -> PointsFit:
    """Find the camera of points on the ground.

    Raises:
        InputError: they do not determine a camera, or fit none.
    """
    refuse_degenerate(points)
    points = _right_handed(points)
    starts = [start for focal in _focals(prior) if (start := _start(points, size, prior, focal)) is not None]
    if not starts:
        raise InputError("points: no camera over a ground sees them so; check that pixels and places belong together")
    found = [
        least_squares(_residuals, start, args=(points, size, prior), x_scale=_SCALES, method="lm") for start in starts
    ]
    best = min(found, key=lambda each: each.cost)
    count = len(points.pixels)
    away = np.linalg.norm(best.fun[: 2 * count].reshape(-1, 2), axis=1) * _MARK_PX
    error_px = float(np.sqrt(np.mean(away**2)))
    if error_px > _WORST_SHARE * size[0]:
        raise InputError(
            f"points: fit no camera, they are {error_px:.0f} px off and point {int(away.argmax()) + 1} most of all; "
            "check their order, their pixels and their places"
        )
    jacobian = best.jac.copy()
    # With more points than are needed, their own errors say how well they were pointed at.
    spare = 2 * count - 8
    if spare > 0:
        jacobian[: 2 * count] /= max(1.0, float(np.sqrt(np.sum(best.fun[: 2 * count] ** 2) / spare)))
    covariance = np.linalg.inv(jacobian.T @ jacobian)[:UNKNOWNS, :UNKNOWNS]
    return PointsFit(best.x[:UNKNOWNS], covariance, error_px)


def refuse_degenerate(points: GroundPoints) -> None:
    """Raise InputError for fewer than four points, and where all or all but one lie on a line."""
    count = len(points.pixels)
    if count < _LEAST:
        raise InputError(f"points: {count} are given; at least {_LEAST} are needed, no three of them on a line")
    pixels, ground = _normalised(points.pixels), _normalised(points.ground_cm)
    zero, one = np.zeros((count, 3)), np.ones((count, 1))
    place = np.hstack([ground, one])
    rows = np.vstack([
        np.hstack([place, zero, -pixels[:, :1] * place]),
        np.hstack([zero, place, -pixels[:, 1:] * place]),
    ])  # fmt: skip
    strengths = np.linalg.svd(rows, compute_uv=False)
    if strengths[7] < _FLAT * strengths[0]:
        raise InputError(
            "points: they lie on a line, or all but one do, in the picture or on the ground; "
            "give four or more that span an area"
        )


_SCALES = np.append(SCALES, [0.1, 50.0, 50.0])


def _normalised(points: Floats) -> Floats:
    """Points around the origin at a mean distance of the root of 2 (Hartley 1997, IEEE TPAMI 19(6), 580-593)."""
    centred = points - points.mean(axis=0)
    return centred * np.sqrt(2) / max(float(np.linalg.norm(centred, axis=1).mean()), 1e-9)


def _focals(prior: Prior) -> Floats:
    return prior.mean[FOCAL] + prior.std[FOCAL] * np.linspace(-2.5, 2.5, 7)


def _right_handed(points: GroundPoints) -> GroundPoints:
    """The same points with axes as seen from above: where somebody measured to the right and towards the camera, the
    second axis is turned round."""
    homography, _ = cv2.findHomography(points.ground_cm, points.pixels)
    depth = float(homography[2] @ [*points.ground_cm.mean(axis=0), 1])
    # Pixels count downwards, so that a plane seen from above is turned over.
    mirrored = np.linalg.det(homography) / depth**3 > 0
    return GroundPoints(points.pixels, points.ground_cm * (1.0, -1.0)) if mirrored else points


def _start(points: GroundPoints, size: tuple[int, int], prior: Prior, focal: float) -> Floats | None:
    """A vector (10,) of the camera's unknowns, the bearing in radians of its forward direction, and where on the ground
    it is, in the measurer's axes; None where it would be under the ground."""
    unknowns = prior.mean.copy()
    unknowns[FOCAL] = focal
    homography, _ = cv2.findHomography(points.ground_cm, points.pixels)
    axes = np.linalg.inv(camera_of(unknowns, size, "points").matrix) @ homography
    axes *= np.sign(axes[2] @ [*points.ground_cm.mean(axis=0), 1]) / np.linalg.norm(axes[:, :2], axis=0).mean()
    left, _, right = np.linalg.svd(np.column_stack([axes[:, :2], np.cross(axes[:, 0], axes[:, 1])]))
    rotation = left @ right
    place = -rotation.T @ axes[:, 2]
    if place[2] <= 0:
        return None
    ahead = rotation[2, :2] if np.hypot(*rotation[2, :2]) > 0.1 else -rotation[1, :2]
    unknowns[TILT] = np.degrees(np.arcsin(np.clip(-rotation[2, 2], -1, 1)))
    unknowns[ROLL] = np.degrees(np.arctan2(-rotation[0, 2], -rotation[1, 2]))
    unknowns[HEIGHT] = np.log(place[2])
    return np.array([*unknowns, np.arctan2(*ahead), *place[:2]])


def _residuals(solution: Floats, points: GroundPoints, size: tuple[int, int], prior: Prior) -> Floats:
    camera = camera_of(solution[:UNKNOWNS], size, "points")
    sine, cosine = np.sin(solution[UNKNOWNS]), np.cos(solution[UNKNOWNS])
    ground = (points.ground_cm - solution[UNKNOWNS + 1 :]) @ np.array([[cosine, sine], [-sine, cosine]])
    pixels, depth = camera.project(np.column_stack([ground, np.zeros(len(ground))]))
    away = np.where(depth[:, None] > 1, (pixels - points.pixels) / _MARK_PX, 1e4)
    return np.concatenate([np.clip(away, -1e4, 1e4).reshape(-1), (solution[:UNKNOWNS] - prior.mean) / prior.std])
