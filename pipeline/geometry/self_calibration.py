"""A camera from the people who walk in front of it: their feet are on the ground, their heads straight above, and
adults are about 169 cm tall.

Heads above feet at several places give the vertical and how fast people shrink with distance, and so tilt, roll and
focal length (Lv, Zhao and Nevatia 2006, IEEE TPAMI 28(9), 1513-1518); stature gives the scale, and so the height of
the camera. Here all of it is one least-squares fit in the picture: a foot is laid on the ground, a head of the person's
height is put above it, and the distance from where the head is seen is what is made small (bundle adjustment as in
Brouwers et al. 2016, ECCV Workshops, LNCS 9914, and Tang et al. 2019, IEEE Access 7 "ESTHER"; the feet's and heads'
joints from a pose network as in Fei et al. 2021, ICCV, "Single View Physical Distance Estimation Using Human Pose").

Each track has a height of its own, drawn from the population's (a random effect): a tall person seen a thousand times
counts as one person. Whoever is more likely a child than an adult says nothing of the scale (a mixture, by expectation
and maximisation), and sightings have Student's t for an error law, by reweighting (Lange et al. 1989, JASA 84,
881-896), so that bad poses pull little.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from pipeline.geometry.camera import Camera
from pipeline.geometry.lens import FOCAL, HEIGHT, SCALES, TILT, UNKNOWNS, Floats, Prior, camera_of
from pipeline.geometry.sightings import Sightings
from pipeline.geometry.stature import ANKLES, DEVIATION, EARS, MEAN_CM, NO_ADULTS, OTHERS, POPULATION_DEVIATION

_BODY_CM = 5.0
"""How far a walking person's head is from straight above the middle of the feet at the mean height: steps and lean."""
_PIXELS = 1.0
"""What a pose network errs by, however small the person."""
_UPRIGHT, _UPRIGHT_STD = 0.10, 0.07
"""By which share a pose network makes people who lean in the picture more upright than they are, and its deviation:
MoveNet by 0.08 on clean simulated pictures, 0.14 to 0.20 on noisy ones. Focal lengths would come out longer by that."""
_FREEDOM = 4.0
"""Of Student's t."""
_ROUNDS = 6
_REPEATED = 2.0
"""Sightings of one track repeat each other's errors (a stoop, a way of walking): so many count as one."""
_SHARED = UNKNOWNS + 1
"""Unknowns before the statures: the camera's, and how upright the network makes people."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What was found: unknowns (7,), their covariance (7, 7), and how far heads are from where they should be,
    in multiples of what is expected (1 is as expected)."""

    unknowns: Floats
    covariance: Floats
    misfit: float


def implied_cm(
    camera: Camera,
    feet: npt.ArrayLike,
    heads: npt.ArrayLike,
    ears: npt.ArrayLike = EARS,
    ankles: npt.ArrayLike = ANKLES,
) -> Floats:
    """The statures (N,) of people from the pixels (N, 2) of their feet and heads, whose ears and ankles are at those
    shares of it; by default they walk."""
    return stature_cm(camera.height_cm, camera.rays(feet), camera.rays(heads), ears, ankles)


def stature_cm(
    camera_cm: float, below: Floats, above: Floats, ears: npt.ArrayLike = EARS, ankles: npt.ArrayLike = ANKLES
) -> Floats:
    """The same from a camera's height and its rays (N, 3) to feet and heads."""
    along = below[..., :2] / -below[..., 2:]
    ahead = along / np.maximum(np.linalg.norm(along, axis=-1, keepdims=True), 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = np.sum(along * ahead, axis=-1) * above[..., 2] / np.sum(above[..., :2] * ahead, axis=-1)
        return camera_cm * (1 + rise) / (np.asarray(ears) + np.asarray(ankles) * rise)


def calibrate_from_people(seen: Sightings, size: tuple[int, int], prior: Prior) -> Fit:
    """Find the camera of sightings."""
    problem = _Problem(seen, size, prior)
    weights = _Weights(np.ones(len(seen)), np.ones(seen.people))
    solution = problem.start()
    for _ in range(_ROUNDS):
        scale_px = problem.scale_px(solution)
        solution = problem.solve(solution, weights, scale_px)
        weights = problem.weights(solution, scale_px)
    return problem.result(solution, weights, problem.scale_px(solution))


@dataclass(frozen=True, slots=True)
class _Weights:
    """Square roots of the weights of sightings (N,) and of people (T,)."""

    sightings: Floats
    people: Floats


class _Problem:
    """Residuals and their derivatives. A solution is the camera's unknowns, how upright people are made, and then the
    logarithm of each person's stature over the mean."""

    def __init__(self, seen: Sightings, size: tuple[int, int], prior: Prior) -> None:
        self._seen = seen
        self._size = size
        self._prior = prior
        self._mean = np.append(prior.mean, _UPRIGHT)
        self._std = np.append(prior.std, _UPRIGHT_STD)

    def start(self) -> Floats:
        """The best of a grid of lenses and tilts, each with the height that makes people as tall as they should be."""
        lenses = self._prior.mean[FOCAL] + self._prior.std[FOCAL] * np.array([-1.5, -0.5, 0.5, 1.5])
        guesses = [self._guess(focal, tilt) for focal in lenses for tilt in (2.0, 8.0, 15.0, 25.0, 35.0, 45.0, 60.0)]
        return min(guesses, key=self._strangeness)

    def _guess(self, focal: float, tilt: float) -> Floats:
        """A solution with that logarithm of the focal length and that tilt."""
        unknowns = self._prior.mean.copy()
        unknowns[[FOCAL, TILT]] = focal, tilt
        if not self._prior.knows(HEIGHT):
            statures = implied_cm(self._camera(unknowns), self._seen.feet, self._seen.heads)
            possible = statures[np.isfinite(statures) & (statures > 0)]
            unknowns[HEIGHT] += np.log(MEAN_CM / np.median(possible)) if len(possible) else 0.0
        return np.concatenate([unknowns, self._mean[UNKNOWNS:], np.zeros(self._seen.people)])

    def _strangeness(self, solution: Floats) -> float:
        """How far heads are from where they should be, as a share of people's heights, and a little of how unusual the
        camera is, so that a lens is chosen where people say nothing of it."""
        away = np.abs(self._heads(solution) - self._seen.heads) / self._seen.heights_px[:, None]
        unusual = np.sum(((solution[:_SHARED] - self._mean) / self._std) ** 2)
        return float(np.median(away, axis=0).sum() + 1e-3 * unusual)

    def solve(self, solution: Floats, weights: _Weights, scale_px: Floats) -> Floats:
        """The solution at given weights and errors in pixels (N,)."""
        found = least_squares(
            lambda x: self._residuals(x, weights, scale_px),
            solution,
            jac=lambda x: self._jacobian(x, weights, scale_px),  # pyright: ignore[reportArgumentType]
            x_scale=np.concatenate([SCALES, [0.1], np.full(self._seen.people, 0.05)]),
            max_nfev=50,
            method="lm",  # MINPACK's, one thread: on a busy machine those of a BLAS wait for each other for minutes
        )
        return found.x

    def weights(self, solution: Floats, scale_px: Floats) -> _Weights:
        """Of sightings those of Student's t; of people the probability that they are adults: those tell the scale."""
        far = np.sum(((self._heads(solution) - self._seen.heads) / scale_px[:, None]) ** 2, axis=1)
        adult = (1 - NO_ADULTS) * np.exp(-((solution[_SHARED:] / DEVIATION) ** 2) / 2) / np.sqrt(2 * np.pi)
        return _Weights(np.sqrt((_FREEDOM + 2) / (_FREEDOM + far)), np.sqrt(adult / (adult + NO_ADULTS / OTHERS)))

    def scale_px(self, solution: Floats) -> Floats:
        """What heads (N,) are expected to err by, in pixels."""
        camera = self._camera(solution[:UNKNOWNS])
        feet = self._feet(camera, np.exp(solution[_SHARED:]) * MEAN_CM)
        depth = np.maximum(camera.to_camera(feet)[:, 2], 50.0)
        return np.hypot(_BODY_CM * camera.fx / depth, _PIXELS)

    def result(self, solution: Floats, weights: _Weights, scale_px: Floats) -> Fit:
        """The fit with its covariance: errors as large as they turned out to be, those of one track taken as repeating
        each other in part, and the mean stature of the people of this place not quite known."""
        residuals = self._residuals(solution, weights, scale_px)
        jacobian = self._jacobian(solution, weights, scale_px)
        data = 2 * len(self._seen)
        misfit = float(np.sum(residuals[:data] ** 2) / max(data - _SHARED - self._seen.people, 1))
        jacobian[:data] /= np.sqrt(max(misfit, 1e-2) * _REPEATED)
        covariance = np.asarray(np.linalg.inv(jacobian.T @ jacobian)[:UNKNOWNS, :UNKNOWNS], float)
        covariance[HEIGHT, HEIGHT] += POPULATION_DEVIATION**2 * (not self._prior.knows(HEIGHT))
        return Fit(solution[:UNKNOWNS], covariance, float(np.sqrt(misfit)))

    def _camera(self, unknowns: Floats) -> Camera:
        return camera_of(unknowns, self._size, "people")

    def _feet(self, camera: Camera, statures: Floats) -> Floats:
        """Where the feet's joints (N, 3) are, of people of those statures (T,)."""
        up = ANKLES * statures[self._seen.tracks]
        ray = camera.rays(self._seen.feet)
        # A foot at or above the horizon is taken to be far away, so that the fit is pushed back instead of breaking.
        down = np.minimum(ray[:, 2], -1e-3 * np.linalg.norm(ray, axis=1))
        return np.column_stack([(up - camera.height_cm)[:, None] / down[:, None] * ray[:, :2], up])

    def _heads(self, solution: Floats) -> Floats:
        """Where heads (N, 2) should be seen."""
        camera, statures = self._camera(solution[:UNKNOWNS]), np.exp(solution[_SHARED:]) * MEAN_CM
        heads = self._feet(camera, statures)
        heads[:, 2] = EARS * statures[self._seen.tracks]
        pixels = camera.project(heads)[0]
        pixels[:, 0] += solution[UNKNOWNS] * (self._seen.feet[:, 0] - pixels[:, 0])
        return pixels

    def _residuals(self, solution: Floats, weights: _Weights, scale_px: Floats) -> Floats:
        away = (self._heads(solution) - self._seen.heads) / scale_px[:, None] * weights.sightings[:, None]
        return np.concatenate([
            np.clip(away, -1e3, 1e3).reshape(-1),
            solution[_SHARED:] / DEVIATION * weights.people,
            (solution[:_SHARED] - self._mean) / self._std,
        ])  # fmt: skip

    def _jacobian(self, solution: Floats, weights: _Weights, scale_px: Floats) -> Floats:
        """By differences: one for each of the shared unknowns and one for all statures: a sighting has one."""
        data, people = 2 * len(self._seen), self._seen.people
        full = np.zeros((data + people + _SHARED, _SHARED + people))
        steps = np.append(1e-4 * SCALES, 1e-5)

        def slope(step: Floats) -> Floats:
            difference = self._residuals(solution + step, weights, scale_px) - self._residuals(
                solution - step, weights, scale_px
            )
            return difference[:data] / 2

        for place, step in enumerate(steps):
            change = np.zeros_like(solution)
            change[place] = step
            full[:data, place] = slope(change) / step
        change = np.concatenate([np.zeros(_SHARED), np.full(people, 1e-5)])
        full[np.arange(data), _SHARED + np.repeat(self._seen.tracks, 2)] = slope(change) / 1e-5
        full[np.arange(data, data + people), _SHARED + np.arange(people)] = weights.people / DEVIATION
        full[np.arange(data + people, data + people + _SHARED), np.arange(_SHARED)] = 1 / self._std
        return full
