"""Cameras to start a fit from, made of a few marks of a pitch at a time (SQPnP: Terzakis and Lourakis, ECCV 2020)."""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.geometry.pitch_points import PRIOR_MEAN, PitchPoints, misses
from pipeline.geometry.pitch_unknowns import ALONG, BEARING, FOCAL, HEIGHT, LEG, ROLL, SCALES, TILT

Floats = npt.NDArray[np.float64]
_FOCALS = np.geomspace(0.6, 12.0, 6)
_LEAST = 4
_SAMPLE, _SAMPLES = 5, 48
"""Marks that a camera is tried with, and how many such tries, each with one of the focal lengths."""
_LOOSE = 4.0
"""How far off a mark may be, in its deviations, to count for a camera that only a few marks made."""
_PLAIN = 0.15
"""The share of marks that may be off a camera of all marks for it to need no tries."""


def starts_from_marks(points: PitchPoints, size: tuple[int, int], count: int = 3) -> list[Floats]:
    """Unknowns (8,) of cameras that see many of the marks about where they are, the likeliest first.

    Marks may be far off, as where left is taken for right: cameras of a few marks at a time are judged by how many of
    all they explain (RANSAC: Fischler and Bolles, Commun. ACM 24(6), 1981), the same few for the same marks. The surer
    a mark, the more often it is among them.
    """
    number = len(points.pixels)
    if number < _LEAST:
        return []
    judged = _judged(points, [(np.arange(number), focal) for focal in _FOCALS], size)
    if number > _LEAST and (not judged or judged[0][0] > _PLAIN * number):
        rng = np.random.default_rng(number)
        weight = 1 / points.std_px**2
        some = min(_SAMPLE, number - 1)
        tried = [
            (rng.choice(number, some, replace=False, p=weight / weight.sum()), _FOCALS[which % len(_FOCALS)])
            for which in range(_SAMPLES)
        ]
        judged = sorted(judged + _judged(points, tried, size), key=lambda pair: pair[0])
    found: list[Floats] = []
    for _, posed in judged:
        if all(np.any(np.abs(posed - other) > 0.5 * SCALES) for other in found):
            found.append(posed)
        if len(found) == count:
            break
    return found


def _judged(
    points: PitchPoints, tried: list[tuple[npt.NDArray[np.int64], float]], size: tuple[int, int]
) -> list[tuple[float, Floats]]:
    """Cameras of some points and a focal length each, with about how many of all do not fit, the likeliest first."""
    posed = [
        camera
        for index, focal in tried
        if (camera := _posed(points.places_m[index], points.pixels[index], size, float(focal))) is not None
    ]
    if not posed:
        return []
    missed = misses(np.array(posed), points, size)
    data = 2 * len(points.pixels)
    off = (missed[:, :data].reshape(len(posed), -1, 2) ** 2).sum(axis=2) / _LOOSE**2
    costs = np.minimum(off, 1).sum(axis=1) + 0.02 * (missed[:, data:] ** 2).sum(axis=1)
    return sorted(zip(costs.tolist(), posed, strict=True), key=lambda pair: pair[0])


def _posed(places_m: Floats, pixels: Floats, size: tuple[int, int], focal: float) -> Floats | None:
    matrix = np.array([[focal * size[0], 0, size[0] / 2], [0, focal * size[0], size[1] / 2], [0, 0, 1]])
    try:
        found, turn, shift = cv2.solvePnP(places_m, pixels, matrix, np.zeros(5), flags=cv2.SOLVEPNP_SQPNP)
    except cv2.error:  # marks that lie on one another
        return None
    if not found:
        return None
    rotation = cv2.Rodrigues(turn)[0]
    place = -rotation.T @ shift[:, 0]
    if place[2] <= 0.1 or not np.isfinite(place).all():
        return None
    ahead = rotation[2]
    unknowns = PRIOR_MEAN.copy()
    unknowns[FOCAL] = np.log(focal)
    unknowns[TILT] = np.degrees(np.arcsin(np.clip(-ahead[2], -1, 1)))
    unknowns[ROLL] = np.degrees(np.arctan2(-rotation[0, 2], -rotation[1, 2]))
    unknowns[HEIGHT] = np.log(100 * place[2])
    unknowns[BEARING] = np.degrees(np.arctan2(ahead[1], ahead[0]))
    unknowns[ALONG], unknowns[LEG] = place[0], place[1]
    return unknowns
