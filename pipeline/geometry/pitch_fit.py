"""The camera of a pitch, from points and lines of it whose places the Laws fix, by least squares from a start.

Stumps, which stand up, settle what a flat pitch in a long lens leaves open.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.pitch_points import PitchPoints, linear, misses
from pipeline.geometry.pitch_unknowns import UNKNOWNS, around, derivatives, seen_by

Floats = npt.NDArray[np.float64]

_LEAST = 4
_OUTLIER = 4.0
_HUBER = 1.5
_SUSPECT = 2.5
"""How far off a group may be from where all others put it, squared and in its variances."""
_GROUPS_LEFT_OUT = 3
_ROUNDS = 30
"""Steps of a fit at most."""
_DAMPING = 1e-3, 1e6
_SETTLED = 3e-4
"""A step of this part of the cost is the last one."""


@dataclass(frozen=True, slots=True)
class PitchFit:
    """Unknowns (8,) and their covariance (8, 8), how far points are off on average of squares, in pixels, and which of
    the points that were given are believed."""

    unknowns: Floats
    covariance: Floats
    error_px: float
    believed: npt.NDArray[np.bool_]


def deviations_px(fit: PitchFit, places_m: Floats, normals: Floats, size: tuple[int, int]) -> Floats:
    """How well it is known where in the picture places (N, 3) are, in the directions of unit vectors (N, 2): standard
    deviations (N,) in pixels."""
    jacobian = derivatives(seen_by(around(fit.unknowns), places_m, size)[0])
    across = np.einsum("nij,ni->nj", jacobian, normals)
    return np.sqrt(np.maximum(np.einsum("nj,jk,nk->n", across, fit.covariance, across), 0))


def fit_pitch(
    points: PitchPoints, start: Floats, size: tuple[int, int], groups: npt.NDArray[np.int64] | None = None
) -> PitchFit:
    """The camera that sees points and lines where they are, from a start; those that fit nothing are left out.

    Args:
        points: what was seen.
        start: unknowns (8,).
        size: of the picture.
        groups: (N,) numbers from 0 of points that err together, as those of one line do: a group is left out as a whole
            where all the others say that it lies elsewhere; -1 for points on their own.
    """
    believed = np.ones(len(points.pixels), bool)
    solution = _solved(points, start, size, robust=True)
    for _ in range(_GROUPS_LEFT_OUT if groups is not None else 0):
        assert groups is not None
        suspect = _suspect(points[believed], groups[believed], solution, size)
        if suspect is None:
            break
        believed &= groups != suspect
        solution = _solved(points[believed], solution, size, robust=True)
    away = _away(solution, points, size)
    good = believed & (away < _OUTLIER)
    believed = good if np.count_nonzero(good) >= _LEAST else away <= np.sort(away)[min(_LEAST, len(away)) - 1]
    solution = _solved(points[believed], solution, size, robust=False)
    chosen = points[believed]
    residuals, jacobian = linear(solution, chosen, size)
    data = 2 * len(chosen.pixels)
    spare = np.count_nonzero(residuals[:data]) - UNKNOWNS
    spread = max(1.0, float(np.sum(residuals[:data] ** 2) / spare)) if spare > 0 else 1.0
    jacobian[:data] /= np.sqrt(spread)
    covariance = np.asarray(np.linalg.pinv(jacobian.T @ jacobian, hermitian=True), float)
    error = float(np.sqrt(np.mean((_away(solution, chosen, size) * chosen.std_px) ** 2)))
    return PitchFit(solution, covariance, error, believed)


def _solved(points: PitchPoints, start: Floats, size: tuple[int, int], robust: bool) -> Floats:
    """Unknowns (8,) of the least squares from a start (Levenberg and Marquardt). Robust ones count what is far off by
    how much it is and not by its square (soft L1), with weights that follow the residuals."""
    at, damping = start, _DAMPING[0]
    residuals, jacobian = linear(at, points, size)
    cost, weights = _cost(residuals, robust)
    for _ in range(_ROUNDS):
        normal = (jacobian.T * weights) @ jacobian
        damped = normal + damping * np.diag(np.maximum(np.diag(normal), 1e-9))
        tried = at - np.linalg.solve(damped, jacobian.T @ (weights * residuals))
        there = linear(tried, points, size)
        cost_there, weights_there = _cost(there[0], robust)
        if cost_there < cost:
            settled = cost - cost_there < _SETTLED * cost
            at, (residuals, jacobian), cost, weights = tried, there, cost_there, weights_there
            damping /= 5
            if settled:
                break
        elif (damping := 8 * damping) > _DAMPING[1]:
            break
    return at


def _cost(residuals: Floats, robust: bool) -> tuple[float, Floats]:
    """What residuals cost, and the weights (N,) with which squares of them would have the same slope."""
    if not robust:
        return float(residuals @ residuals), np.ones(len(residuals))
    root = np.sqrt(1 + (residuals / _HUBER) ** 2)
    return float(2 * _HUBER**2 * (root - 1).sum()), 1 / root


def _suspect(points: PitchPoints, groups: npt.NDArray[np.int64], solution: Floats, size: tuple[int, int]) -> int | None:
    """The group that lies farthest from where all the others put it, if that is too far: each is left out in turn, in
    the linear approximation of the fit (leave-one-out by its normal equations)."""
    residuals, jacobian = linear(solution, points, size)
    rows = np.concatenate([np.repeat(groups, 2), np.full(len(residuals) - 2 * len(groups), -1)])
    worst, most = None, _SUSPECT
    for group in np.unique(groups[groups >= 0]):
        own = (rows == group) & np.any(jacobian != 0, axis=1)
        others = rows != group
        rest = jacobian[others]
        covariance = np.asarray(np.linalg.pinv(rest.T @ rest, hermitian=True), float)
        moved = _step(covariance, rest, residuals[others])
        expected = residuals[own] + jacobian[own] @ moved
        spread = np.eye(len(expected)) + jacobian[own] @ covariance @ jacobian[own].T
        off = float(expected @ np.linalg.solve(spread, expected)) / max(np.count_nonzero(own), 1)
        if off > most:
            worst, most = int(group), off
    return worst


def _step(covariance: Floats, jacobian: Floats, residuals: Floats) -> Floats:
    """The step (8,) of Gauss and Newton."""
    return -covariance @ (jacobian.T @ residuals)


def _away(unknowns: Floats, points: PitchPoints, size: tuple[int, int]) -> Floats:
    """How far each point is off, in its own deviations (N,)."""
    residuals = misses(unknowns[None], points, size)[0, : 2 * len(points.pixels)]
    return np.linalg.norm(residuals.reshape(-1, 2), axis=1)
