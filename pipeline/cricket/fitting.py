"""A flight fitted to where the ball was seen, with a covariance that says what the camera cannot tell.

Least squares in the picture over the unknowns of `trajectory`, each with its prior (maximum a posteriori), by
Levenberg and Marquardt's method as MINPACK has it. Sightings have Student's t for an error law, by reweighting (Lange
et al. 1989, JASA 84, 881-896). What is not known of the camera is added to the covariance to first order: the camera's
errors move all sightings together, so no number of them averages it away.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from pipeline.cricket.scanning import LEAST, Guess
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.trajectory import STYLES, Style, Trajectory, placed
from pipeline.cricket.watched import Bools, Floats, Watched
from pipeline.geometry.pitch_view import PitchView

_FREEDOM = 4.0
"""Of Student's t."""
_STRAY = (12.0, 5.0, 3.5, 3.5)
"""Sightings that are farther from the flight than this, in expected errors, are none of it, in one round after another:
a start that bounces a hundredth of a second too late is far off where a ball is near."""
_MOST_ROUNDS = 8
"""Rounds until the first sighting in flight stays the same: what is known of releases holds for that one."""
_EXPECTED, _TRUSTED = 1.0, 6.0
"""The error expected before a flight is seen, in multiples of `Watched.sigma_px`, and how many sightings that is
worth beside those of the flight."""
WORTH = 12.0
"""What explaining one more sighting is worth when styles are compared, in twice the logarithm of their odds."""
_NO_HAND = 3.5
"""Of a ball that seemed to be seen in the hand and was not: one in seven, in twice the logarithm of the odds."""
_IN_HAND_S = 0.13
"""A ball that was seen so shortly before it flew was seen in the hand."""
_NUDGE = 1e-3


@dataclass(frozen=True, slots=True)
class FlightFit:
    """A fitted flight.

    `unknowns` (13,) and `covariance` (13, 13), that of the camera's errors included, are those of `UNKNOWNS`, at
    `start_s`; `explained` (N,) tells which sightings the flight explains; `misfit` is their error in multiples of what
    was expected; `cost` twice the negative logarithm of the posterior density, but for a constant.
    """

    style: Style
    unknowns: Floats
    covariance: Floats
    start_s: float
    gap_s: float | None
    """How long before that the ball was seen in the hand, None where it was not."""
    explained: Bools
    misfit: float
    strangeness: float
    """How far the unknowns are from their prior, in squares of deviations; 13 is as expected."""
    cost: float

    @property
    def trajectory(self) -> Trajectory:
        """The flight itself."""
        return Trajectory.of(self.unknowns, self.start_s)


def fit_flight(watched: Watched, start: Guess, least: int = LEAST) -> FlightFit | None:
    """The likeliest flight, of the likelier style; None where no style's physics explain `least` sightings."""
    fits = [found for style in STYLES if (found := _fit(watched, start, style, least)) is not None]
    return min(fits, key=lambda fit: fit.cost, default=None)


def _fit(watched: Watched, start: Guess, kind: Style, least: int) -> FlightFit | None:
    times = watched.times_s
    inside = start.explained.copy()
    first, state = start.first, np.array([*start.place_m, *start.velocity_m_s])
    unknowns = np.array([*state, *kind.mean[6:]])
    weights = np.ones(len(watched))
    style, solution = kind, np.zeros(len(unknowns))
    for number in range(_MOST_ROUNDS):
        stray = _STRAY[min(number, len(_STRAY) - 1)]
        if np.count_nonzero(inside) < least:
            return None
        # The fit begins with the first sighting in flight, whichever that has turned out to be.
        begins = int(np.argmax(inside))
        unknowns = _moved(unknowns, float(times[first]), float(times[begins]))
        # Where it began is asked of the sightings alone at first: what is known of releases would bend the answer.
        loose = number < len(_STRAY) - 2
        first, style = begins, placed(kind, None if loose else _gap_s(times, begins))
        solution = np.clip((unknowns - style.mean) / style.std, -5, 5)
        solution = _solved(watched, style, float(times[first]), solution, inside, weights, 5 if number == 0 else 3)
        unknowns = style.mean + style.std * solution
        square = (_misses(watched, style, float(times[first]), solution) ** 2).sum(axis=1)
        weights = (_FREEDOM + 2) / (_FREEDOM + square)
        inside = _belonging(np.sqrt(square), first, stray)
        if number >= len(_STRAY) - 1 and int(np.argmax(inside)) == first:
            break
    if np.count_nonzero(inside) < least or not inside[first]:
        return None
    start_s = float(times[first])
    told = _result(watched, style, start_s, solution, inside)
    if told.gap_s is None:
        return told
    # What was taken for the ball in the hand may have been something else: then the ball flew before it was seen.
    style = placed(kind, None)
    solution = np.clip((unknowns - style.mean) / style.std, -5, 5)
    solution = _solved(watched, style, start_s, solution, inside, weights, 4)
    other = _result(watched, style, start_s, solution, inside)
    return replace(other, gap_s=None) if other.cost + _NO_HAND < told.cost else told


def _gap_s(times: Floats, first: int) -> float | None:
    """How long before the first sighting in flight the ball was seen in the hand."""
    if first == 0 or times[first] - times[first - 1] > _IN_HAND_S:
        return None
    return float(times[first] - times[first - 1])


def _moved(unknowns: Floats, from_s: float, to_s: float) -> Floats:
    """Unknowns of another moment of the same flight."""
    if to_s == from_s:
        return unknowns
    return np.array([*np.concatenate(Trajectory.of(unknowns, from_s).state(to_s)), *unknowns[6:]])


def _belonging(misses: Floats, first: int, stray: float) -> Bools:
    """Which sightings are of the flight: near it, and before it leaves the flight for good."""
    inside = misses < stray
    inside[: max(first - 1, 0)] = False
    # Two strays in a row after the flight was followed: bat, pad or gloves have changed its way.
    seen = np.cumsum(inside)
    strays = ~inside[:-1] & ~inside[1:] & (seen[:-1] >= LEAST)
    if strays.any() and stray == _STRAY[-1]:
        inside[int(np.argmax(strays)) :] = False
    return inside


def _solved(
    watched: Watched, style: Style, start_s: float, start: Floats, inside: Bools, weights: Floats, most: int
) -> Floats:
    chosen = chosen_of(watched, inside)
    roots = np.sqrt(weights[inside])[:, None]

    def residuals(solution: Floats) -> Floats:
        misses = _misses(chosen, style, start_s, solution) * roots
        return np.concatenate([misses.ravel(), solution])

    evaluations = most * (len(start) + 1)
    found = least_squares(residuals, start, method="lm", diff_step=1e-5, max_nfev=evaluations)
    return np.asarray(found.x, float)


def chosen_of(watched: Watched, inside: Bools) -> Watched:
    """The sightings that are chosen."""
    index = np.flatnonzero(inside).tolist()
    return Watched(tuple(watched.sightings[i] for i in index), tuple(watched.pitches[i] for i in index))


def _misses(watched: Watched, style: Style, start_s: float, solution: Floats) -> Floats:
    """How far sightings are from a flight, (N, 2), in expected errors."""
    times = watched.times_s
    way = Trajectory.of(style.mean + style.std * solution, start_s, times[-1])
    misses = (watched.project(way.at(times)) - watched.pixels) / watched.sigma_px[:, None]
    return np.clip(np.nan_to_num(misses, nan=1e3), -1e3, 1e3)


def _result(watched: Watched, style: Style, start_s: float, solution: Floats, inside: Bools) -> FlightFit:
    chosen = chosen_of(watched, inside)
    misses = _misses(chosen, style, start_s, solution)
    count, free = len(chosen), max(2 * len(chosen) - 8, 1)
    square = float((misses**2).sum())
    variance = (square * 2 * count / free + _TRUSTED * 2 * _EXPECTED) / (2 * count + 2 * _TRUSTED)
    jacobian = np.empty((2 * count, len(solution)))
    for index in range(len(solution)):
        nudged = solution.copy()
        nudged[index] += _NUDGE
        jacobian[:, index] = ((_misses(chosen, style, start_s, nudged) - misses) / _NUDGE).ravel()
    covariance = np.linalg.inv(jacobian.T @ jacobian / variance + np.eye(len(solution)))
    moved = covariance @ jacobian.T / variance @ _camera_effects(chosen, style, start_s, solution)
    whole = covariance + moved @ moved.T
    cost = square / variance + 2 * count * np.log(variance) + float(solution @ solution)
    cost += 2 * float(np.log(style.std).sum()) - float(np.linalg.slogdet(covariance)[1])
    return FlightFit(
        style=style,
        unknowns=style.mean + style.std * solution,
        covariance=style.std[:, None] * whole * style.std,
        start_s=start_s,
        gap_s=_gap_s(watched.times_s, int(np.argmax(inside))),
        explained=inside,
        misfit=float(np.sqrt(square / free)),
        strangeness=float(solution @ solution),
        cost=cost - WORTH * count,
    )


def _camera_effects(watched: Watched, style: Style, start_s: float, solution: Floats) -> Floats:
    """What one deviation along each independent error of the camera does to the misses, (2N, 8)."""
    places = Trajectory.of(style.mean + style.std * solution, start_s).at(watched.times_s)
    pitch = watched.pitches[len(watched) // 2]
    values, vectors = np.linalg.eigh(pitch.covariance)
    errors = vectors * np.sqrt(np.maximum(values, 0.0))
    base = pitch.view.project(places)[0]
    effects = np.empty((2 * len(watched), errors.shape[1]))
    for index, error in enumerate(errors.T):
        moved = nudged_view(pitch, 0.1 * error).project(places)[0]
        effects[:, index] = ((moved - base) / 0.1 / watched.sigma_px[:, None]).ravel()
    return effects


def nudged_view(pitch: FoundPitch, error: Floats) -> PitchView:
    """The camera with its `PARAMETERS` moved by (8,)."""
    view, camera = pitch.view, pitch.view.camera
    log_focal, tilt, roll, log_height, barrel, bearing, along, leg = error.tolist()
    corner = (camera.size[0] ** 2 + camera.size[1] ** 2) / 4 / camera.fx**2
    bend = (camera.distortion[0] - barrel / corner, *camera.distortion[1:])
    moved = replace(
        camera, fx=camera.fx * np.exp(log_focal), fy=camera.fy * np.exp(log_focal), tilt_deg=camera.tilt_deg + tilt,
        roll_deg=camera.roll_deg + roll, height_cm=camera.height_cm * np.exp(log_height), distortion=bend,
    )  # fmt: skip
    place = (view.place_m[0] + along, view.place_m[1] + leg)
    return PitchView(moved, place, view.bearing_deg + bearing)
