"""The camera of a pitch, from points and lines of it whose places the Laws fix.

From points alone a start is found for several focal lengths (SQPnP: Terzakis and Lourakis, ECCV 2020), and the best of
them is the start of a least-squares fit that also takes lines: a sample of a crease says where its line is across, and
nothing along it. A flat pitch in a long lens hardly tells focal length from distance; what is known of cameras
beforehand keeps such a fit in the world, and stumps, which stand up, settle it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from pipeline.geometry.camera import Camera
from pipeline.geometry.lens import k1_of
from pipeline.geometry.pitch_view import PitchView

Floats = npt.NDArray[np.float64]

FOCAL, TILT, ROLL, HEIGHT, BARREL, BEARING, ALONG, LEG = range(8)
UNKNOWNS = 8
_SCALES = np.array([0.1, 1.0, 1.0, 0.1, 0.02, 1.0, 1.0, 0.3])
_PRIOR_MEAN = np.array([np.log(2.2), 12.0, 0.0, np.log(480.0), 0.01, 0.0, 0.0, 0.0])
_PRIOR_STD = np.array([0.9, 25.0, 2.5, 0.9, 0.015, np.inf, np.inf, np.inf])
"""Of cameras at a pitch: phones on tripods to broadcasters' towers, 4 to 90 degrees across, level but for a little."""
_FOCALS = np.geomspace(0.6, 12.0, 6)
_LEAST = 4
_SAMPLE, _SAMPLES = 5, 40
"""Marks that a camera is tried with, and how many such tries."""
_LOOSE = 4.0
"""How far off a mark may be, in its deviations, to count for a camera that only a few marks made."""
_OUTLIER = 4.0
_HUBER = 1.5
_SUSPECT = 2.5
"""How far off a group may be from where all others put it, squared and in its variances."""
_GROUPS_LEFT_OUT = 3
_FAR = 1e4


@dataclass(frozen=True, slots=True)
class PitchPoints:
    """Places (N, 3) in pitch coordinates, their pixels (N, 2) and deviations (N,) in pixels. `normals` (N, 2) is a unit
    vector across the line that a point is a sample of, and zero for a point that says both of its coordinates."""

    places_m: Floats
    pixels: Floats
    std_px: Floats
    normals: Floats

    @classmethod
    def marks(cls, places_m: Floats, pixels: Floats, std_px: Floats) -> "PitchPoints":
        """Points that say both of their coordinates."""
        return cls(places_m, pixels, std_px, np.zeros((len(pixels), 2)))

    def __add__(self, other: "PitchPoints") -> "PitchPoints":
        return PitchPoints(
            np.concatenate([self.places_m, other.places_m]),
            np.concatenate([self.pixels, other.pixels]),
            np.concatenate([self.std_px, other.std_px]),
            np.concatenate([self.normals, other.normals]),
        )

    def __getitem__(self, chosen: npt.NDArray[np.bool_]) -> "PitchPoints":
        return PitchPoints(self.places_m[chosen], self.pixels[chosen], self.std_px[chosen], self.normals[chosen])


@dataclass(frozen=True, slots=True)
class PitchFit:
    """Unknowns (8,) and their covariance (8, 8), how far points are off on average of squares, in pixels, and which of
    the points that were given are believed."""

    unknowns: Floats
    covariance: Floats
    error_px: float
    believed: npt.NDArray[np.bool_]


def deviations_px(fit: PitchFit, places_m: Floats, size: tuple[int, int]) -> Floats:
    """How well it is known where in the picture places (N, 3) are: standard deviations (N,) in pixels, both directions
    together."""
    columns = []
    for number, scale in enumerate(_SCALES):
        step = np.zeros(UNKNOWNS)
        step[number] = 1e-4 * scale
        ahead, behind = (view_of(fit.unknowns + sign * step, size).project(places_m)[0] for sign in (1, -1))
        columns.append((ahead - behind) / (2 * step[number]))
    jacobian = np.stack(columns, axis=-1)
    variances = np.einsum("nij,jk,nik->n", jacobian, fit.covariance, jacobian)
    return np.sqrt(np.maximum(variances, 0))


def view_of(unknowns: Floats, size: tuple[int, int]) -> PitchView:
    """The camera beside a pitch that a vector of unknowns (8,) describes."""
    focal = float(np.exp(unknowns[FOCAL])) * size[0]
    camera = Camera(
        size, focal, focal, size[0] / 2, size[1] / 2, float(np.exp(unknowns[HEIGHT])), float(unknowns[TILT]),
        float(unknowns[ROLL]), (k1_of(float(unknowns[BARREL]), size, focal), 0.0, 0.0, 0.0, 0.0), "creases",
    )  # fmt: skip
    return PitchView(camera, (float(unknowns[ALONG]), float(unknowns[LEG])), float(unknowns[BEARING]))


def starts_from_marks(points: PitchPoints, size: tuple[int, int], count: int = 3) -> list[Floats]:
    """Unknowns (8,) of cameras that see many of the marks about where they are, the likeliest first.

    Marks may be far off, as where left is taken for right: cameras of a few marks at a time are judged by how many of
    all they explain (RANSAC: Fischler and Bolles, Commun. ACM 24(6), 1981), the same few for the same marks. The surer
    a mark, the more often it is among them.
    """
    number = len(points.pixels)
    if number < _LEAST:
        return []
    rng = np.random.default_rng(number)
    weight = 1 / points.std_px**2
    chosen = [np.arange(number)]
    if number > _LEAST:
        some = min(_SAMPLE, number - 1)
        chosen += [rng.choice(number, some, replace=False, p=weight / weight.sum()) for _ in range(_SAMPLES)]
    judged: list[tuple[float, Floats]] = []
    for index in chosen:
        picked = PitchPoints(*(part[index] for part in (points.places_m, points.pixels, points.std_px, points.normals)))
        for focal in _FOCALS:
            posed = _posed(picked, size, float(focal))
            if posed is not None:
                residuals = _residuals(posed, points, size)
                off = (residuals[: 2 * number].reshape(-1, 2) ** 2).sum(axis=1) / _LOOSE**2
                judged.append((float(np.minimum(off, 1).sum() + 0.02 * (residuals[2 * number :] ** 2).sum()), posed))
    found: list[Floats] = []
    for _, posed in sorted(judged, key=lambda pair: pair[0]):
        if all(np.any(np.abs(posed - other) > 0.5 * _SCALES) for other in found):
            found.append(posed)
        if len(found) == count:
            break
    return found


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
    solution = _solved(points, start, size, "soft_l1")
    for _ in range(_GROUPS_LEFT_OUT if groups is not None else 0):
        assert groups is not None
        suspect = _suspect(points[believed], groups[believed], solution, size)
        if suspect is None:
            break
        believed &= groups != suspect
        solution = _solved(points[believed], solution, size, "soft_l1")
    away = _away(solution, points, size)
    good = believed & (away < _OUTLIER)
    believed = good if np.count_nonzero(good) >= _LEAST else away <= np.sort(away)[min(_LEAST, len(away)) - 1]
    solution = _solved(points[believed], solution, size, "linear")
    chosen = points[believed]
    residuals = _residuals(solution, chosen, size)
    jacobian = _jacobian(solution, chosen, size)
    data = 2 * len(chosen.pixels)
    spare = np.count_nonzero(residuals[:data]) - UNKNOWNS
    spread = max(1.0, float(np.sum(residuals[:data] ** 2) / spare)) if spare > 0 else 1.0
    jacobian[:data] /= np.sqrt(spread)
    covariance = np.asarray(np.linalg.pinv(jacobian.T @ jacobian, hermitian=True), float)
    error = float(np.sqrt(np.mean((_away(solution, chosen, size) * chosen.std_px) ** 2)))
    return PitchFit(solution, covariance, error, believed)


def _solved(points: PitchPoints, start: Floats, size: tuple[int, int], loss: str) -> Floats:
    solved = least_squares(
        _residuals, start, args=(points, size), x_scale=_SCALES, loss=loss, f_scale=_HUBER, max_nfev=40
    )
    return solved.x


def _suspect(points: PitchPoints, groups: npt.NDArray[np.int64], solution: Floats, size: tuple[int, int]) -> int | None:
    """The group that lies farthest from where all the others put it, if that is too far: each is left out in turn, in
    the linear approximation of the fit (leave-one-out by its normal equations)."""
    residuals, jacobian = _residuals(solution, points, size), _jacobian(solution, points, size)
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
    residuals = _residuals(unknowns, points, size)[: 2 * len(points.pixels)]
    return np.linalg.norm(residuals.reshape(-1, 2), axis=1)


def _residuals(unknowns: Floats, points: PitchPoints, size: tuple[int, int]) -> Floats:
    view = view_of(unknowns, size)
    pixels, depths = view.project(points.places_m)
    off = pixels - points.pixels
    lines = np.any(points.normals != 0, axis=1)
    across = np.column_stack([(off * points.normals).sum(axis=1), np.zeros(len(off))])
    off = np.where(lines[:, None], across, off) / points.std_px[:, None]
    off = np.where((depths > 20)[:, None], np.clip(off, -_FAR, _FAR), _FAR)
    known = np.isfinite(_PRIOR_STD)
    return np.concatenate([off.reshape(-1), ((unknowns - _PRIOR_MEAN) / _PRIOR_STD)[known]])


def _jacobian(unknowns: Floats, points: PitchPoints, size: tuple[int, int]) -> Floats:
    columns = []
    for number, scale in enumerate(_SCALES):
        step = np.zeros(UNKNOWNS)
        step[number] = 1e-4 * scale
        ahead, behind = (_residuals(unknowns + sign * step, points, size) for sign in (1, -1))
        columns.append((ahead - behind) / (2 * step[number]))
    return np.stack(columns, axis=1)


def _posed(points: PitchPoints, size: tuple[int, int], focal: float) -> Floats | None:
    matrix = np.array([[focal * size[0], 0, size[0] / 2], [0, focal * size[0], size[1] / 2], [0, 0, 1]])
    try:
        found, turn, shift = cv2.solvePnP(points.places_m, points.pixels, matrix, np.zeros(5), flags=cv2.SOLVEPNP_SQPNP)
    except cv2.error:  # marks that lie on one another
        return None
    if not found:
        return None
    rotation = cv2.Rodrigues(turn)[0]
    place = -rotation.T @ shift[:, 0]
    if place[2] <= 0.1 or not np.isfinite(place).all():
        return None
    ahead = rotation[2]
    unknowns = _PRIOR_MEAN.copy()
    unknowns[FOCAL] = np.log(focal)
    unknowns[TILT] = np.degrees(np.arcsin(np.clip(-ahead[2], -1, 1)))
    unknowns[ROLL] = np.degrees(np.arctan2(-rotation[0, 2], -rotation[1, 2]))
    unknowns[HEIGHT] = np.log(100 * place[2])
    unknowns[BEARING] = np.degrees(np.arctan2(ahead[1], ahead[0]))
    unknowns[ALONG], unknowns[LEG] = place[0], place[1]
    return unknowns
