"""A flight fitted to where the ball was seen, with a covariance that says what the camera cannot tell.

Least squares in the picture over the unknowns of `trajectory`, each with its prior (maximum a posteriori), by
Levenberg and Marquardt's method as MINPACK has it. Sightings have Student's t for an error law, by reweighting (Lange
et al. 1989, JASA 84, 881-896). The camera's errors are unknowns, too, to first order: they move all sightings together,
so that no number of these averages them away, and what they can explain says nothing of the flight. What is known of a
hand that lets go (how high, and when, if its arm was seen) is one more thing to agree with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares

from pipeline.cricket.scanning import LEAST, Guess
from pipeline.cricket.sightings import PARAMETERS, FoundPitch
from pipeline.cricket.trajectory import RELEASE_UP_M, STYLES, Style, Trajectory, placed, since_hand_s
from pipeline.cricket.watched import Bools, Floats, Watched
from pipeline.geometry.laws import GRAVITY_M_S2
from pipeline.geometry.pitch_view import PitchView

Moment = tuple[float, float]
"""Mean and deviation, in seconds."""

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
_HARDLY = 3.0
"""A flight is hardly likelier than another one whose cost is greater by less."""
_IN_HAND_S = 0.13
"""A ball that was seen so shortly before it flew was seen in the hand."""
_REFITS = 2
"""Rounds in which a flight is fitted to another one's sightings: these stay, only their weights change."""
_SAME_M_S = 1.0
"""Fits of one style are the same whose speeds differ by less."""
_LIT_PX = 0.3
"""A ball that is lit from one side is seen on that side, in all frames: as if the camera were turned by that."""
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
    speed_std_m_s: float
    """Along the pitch, if its style is the right one."""

    @property
    def trajectory(self) -> Trajectory:
        """The flight itself."""
        return Trajectory.of(self.unknowns, self.start_s)


def fit_flight(
    watched: Watched,
    starts: Sequence[Guess],
    let_go: Moment | None,
    least: int = LEAST,
    bowled: Callable[[FlightFit], bool] = lambda _: True,
) -> FlightFit | None:
    """The likeliest flight, of the likelier style, with what the others would have it be in its deviations; None where
    no style's physics explain `least` sightings.

    Args:
        watched: the sightings.
        starts: where to begin.
        let_go: when the bowler's arm let go, mean and deviation, None where that was not seen.
        least: how many sightings it must explain.
        bowled: whether a flight may be a delivery; one that may goes before one that may not, but is hardly likelier.
    """
    ways = [(start, style) for start in starts for style in STYLES]
    fits = [found for start, style in ways if (found := _fit(watched, start, style, let_go, least)) is not None]
    best = min(fits, key=lambda fit: fit.cost + (0.0 if bowled(fit) else _HARDLY), default=None)
    return best if best is None else _either(watched, best, fits, let_go)


def _either(watched: Watched, best: FlightFit, fits: list[FlightFit], let_go: Moment | None) -> FlightFit:
    """The best fit with the covariance of them all about it, each by its probability: as they explain the sightings
    that the best one does, and as they explain their own."""
    same = [best]
    for fit in fits:
        for other in (_refitted(watched, fit, best, let_go), fit):
            if all(_apart(other, known) for known in same):
                same.append(replace(other, unknowns=_moved(other.unknowns, other.start_s, best.start_s)))
    odds = np.exp([min((best.cost - fit.cost) / 2, 0.0) for fit in same])
    apart = [fit.unknowns - best.unknowns for fit in same]
    about = [fit.covariance + np.outer(off, off) for fit, off in zip(same, apart, strict=True)]
    return replace(best, covariance=np.average(about, axis=0, weights=odds))


def _apart(one: FlightFit, other: FlightFit) -> bool:
    """Whether two fits are not the same one."""
    return one.style.name != other.style.name or abs(one.unknowns[3] - other.unknowns[3]) > _SAME_M_S


def _refitted(watched: Watched, fit: FlightFit, best: FlightFit, let_go: Moment | None) -> FlightFit:
    """A flight fitted, in its style, to the sightings that another one explains."""
    problem = _Problem.of(watched, placed(fit.style, best.gap_s), best.start_s, let_go)
    solution = problem.start(_moved(fit.unknowns, fit.start_s, best.start_s), np.zeros(len(PARAMETERS)))
    for _ in range(_REFITS):
        problem = replace(problem, camera=problem.camera_effects(solution))
        weights = _weights(problem.misses(solution))
        solution = problem.solved(solution, best.explained, weights, 4)
    return problem.fit(solution, best.explained)


def _weights(misses: Floats) -> Floats:
    """Of sightings (N,) that are so far from a flight (N, 2)."""
    return (_FREEDOM + 2) / (_FREEDOM + (misses**2).sum(axis=1))


def _fit(watched: Watched, start: Guess, kind: Style, let_go: Moment | None, least: int) -> FlightFit | None:
    times = watched.times_s
    inside = start.explained.copy()
    first, state = start.first, np.array([*start.place_m, *start.velocity_m_s])
    unknowns = np.array([*state, *kind.mean[6:]])
    weights = np.ones(len(watched))
    errors = np.zeros(len(PARAMETERS))
    problem = _Problem.of(watched, kind, float(times[first]), let_go)
    solution = problem.start(unknowns, errors)
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
        problem = replace(problem, style=style, start_s=float(times[first]))
        solution = problem.solved(problem.start(unknowns, errors), inside, weights, 5 if number == 0 else 3)
        unknowns, errors = problem.unknowns(solution), solution[len(style.mean) :]
        misses = problem.misses(solution)
        weights = _weights(misses)
        inside = _belonging(np.linalg.norm(misses, axis=1), first, stray)
        if number >= len(_STRAY) - 1 and int(np.argmax(inside)) == first:
            break
        problem = replace(problem, camera=problem.camera_effects(solution))
    if np.count_nonzero(inside) < least or not inside[first]:
        return None
    told = problem.fit(solution, inside)
    if told.gap_s is None:
        return told
    # What was taken for the ball in the hand may have been something else: then the ball flew before it was seen.
    problem = replace(problem, style=placed(kind, None))
    solution = problem.solved(problem.start(unknowns, errors), inside, weights, 4)
    other = problem.fit(solution, inside)
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


def chosen_of(watched: Watched, inside: Bools) -> Watched:
    """The sightings that are chosen."""
    index = np.flatnonzero(inside).tolist()
    return Watched(tuple(watched.sightings[i] for i in index), tuple(watched.pitches[i] for i in index))


@dataclass(frozen=True, slots=True)
class _Problem:
    """The least squares of a flight from `start_s` on. Its solutions (21,) are the flight's unknowns, in deviations
    from their prior, and the camera's independent errors, in deviations; `camera` (N, 2, 8) is what one deviation of
    each of these does to the misses."""

    watched: Watched
    style: Style
    start_s: float
    let_go: Moment | None
    camera: Floats

    @classmethod
    def of(cls, watched: Watched, style: Style, start_s: float, let_go: Moment | None) -> "_Problem":
        """The same with a camera that has no errors."""
        return cls(watched, style, start_s, let_go, np.zeros((len(watched), 2, len(PARAMETERS))))

    def start(self, unknowns: Floats, errors: Floats) -> Floats:
        """Where to begin."""
        return np.concatenate([np.clip((unknowns - self.style.mean) / self.style.std, -5, 5), errors])

    def unknowns(self, solution: Floats) -> Floats:
        """The flight's unknowns (13,)."""
        return self.style.mean + self.style.std * solution[: len(self.style.mean)]

    def trajectory(self, solution: Floats) -> Trajectory:
        """The flight, as far as it was watched."""
        return Trajectory.of(self.unknowns(solution), self.start_s, self.watched.times_s[-1])

    def misses(self, solution: Floats) -> Floats:
        """How far sightings are from the flight, (N, 2), in expected errors."""
        places = self.trajectory(solution).at(self.watched.times_s)
        misses = (self.watched.project(places) - self.watched.pixels) / self.watched.sigma_px[:, None]
        moved = np.clip(np.nan_to_num(misses, nan=1e3), -1e3, 1e3)
        return moved + self.camera @ solution[len(self.style.mean) :]

    def part(self, inside: Bools) -> "_Problem":
        """The same of some of the sightings."""
        return replace(self, watched=chosen_of(self.watched, inside), camera=self.camera[inside])

    def solved(self, start: Floats, inside: Bools, weights: Floats, most: int) -> Floats:
        """The solution, from a start, with sightings weighted (N,), after so many steps at most."""
        chosen, roots = self.part(inside), np.sqrt(weights[inside])[:, None]

        def residuals(solution: Floats) -> Floats:
            return np.concatenate([(chosen.misses(solution) * roots).ravel(), solution, chosen.off_hand(solution)])

        def slopes(solution: Floats) -> Floats:
            misses, hand = chosen.slopes(solution)
            return np.concatenate([(misses * roots[..., None]).reshape(-1, len(solution)), np.eye(len(solution)), hand])

        found = least_squares(
            residuals,
            start,
            jac=slopes,  # pyright: ignore[reportArgumentType]
            method="lm",
            max_nfev=most + 1,
        )
        return np.asarray(found.x, float)

    def slopes(self, solution: Floats) -> tuple[Floats, Floats]:
        """How `misses` and `off_hand` change with each of the unknowns, (N, 2, 21) and (2, 21)."""
        misses, hand = self.misses(solution), self.off_hand(solution)
        moved, turned = [], np.zeros((len(hand), len(solution)))
        for index in range(len(self.style.mean)):
            nudged = solution.copy()
            nudged[index] += _NUDGE
            moved.append((self.misses(nudged) - misses) / _NUDGE)
            turned[:, index] = (self.off_hand(nudged) - hand) / _NUDGE
        return np.concatenate([np.stack(moved, axis=-1), self.camera], axis=-1), turned

    def off_hand(self, solution: Floats) -> Floats:
        """How high over, and how long after, where and when a hand lets go the flight comes from there, (2,), in
        deviations."""
        unknowns = self.unknowns(solution)
        back_s, up, up_m_s = since_hand_s(unknowns), unknowns[2], unknowns[5]
        over_m = up - up_m_s * back_s - 0.5 * GRAVITY_M_S2 * back_s**2 - RELEASE_UP_M[0]
        at_s, std_s = self.let_go or (self.start_s - back_s, 1.0)
        return np.array([over_m / RELEASE_UP_M[1], (self.start_s - back_s - at_s) / std_s])

    def camera_effects(self, solution: Floats) -> Floats:
        """`camera`, near a solution."""
        places = self.trajectory(solution).at(self.watched.times_s)
        pitch = self.watched.pitches[len(self.watched) // 2]
        lit = np.isin(PARAMETERS, ("tilt_deg", "bearing_deg")) * np.degrees(_LIT_PX / pitch.view.camera.fx)
        values, vectors = np.linalg.eigh(pitch.covariance + np.diag(lit**2))
        errors = vectors * np.sqrt(np.maximum(values, 0.0))
        base = pitch.view.project(places)[0]
        effects = [(nudged_view(pitch, 0.1 * error).project(places)[0] - base) / 0.1 for error in errors.T]
        return np.nan_to_num(np.stack(effects, axis=-1)) / self.watched.sigma_px[:, None, None]

    def fit(self, solution: Floats, inside: Bools) -> FlightFit:
        """A solution with its deviations."""
        chosen, style = self.part(inside), self.style
        misses = chosen.misses(solution)
        count, free = len(misses), max(2 * len(misses) - 8, 1)
        square = float((misses**2).sum())
        variance = (square * 2 * count / free + _TRUSTED * 2 * _EXPECTED) / (2 * count + 2 * _TRUSTED)
        seen, hand = chosen.slopes(solution)
        jacobian = seen.reshape(2 * count, -1)
        known = np.eye(len(solution)) + hand.T @ hand
        covariance = np.linalg.inv(jacobian.T @ jacobian / variance + known)
        cost = square / variance + 2 * count * np.log(variance)
        cost += float(solution @ solution) + float((self.off_hand(solution) ** 2).sum())
        cost += 2 * float(np.log(style.std).sum()) - float(np.linalg.slogdet(covariance)[1])
        flight = slice(0, len(style.mean))
        return FlightFit(
            style=style,
            unknowns=self.unknowns(solution),
            covariance=style.std[:, None] * covariance[flight, flight] * style.std,
            start_s=self.start_s,
            gap_s=_gap_s(self.watched.times_s, int(np.argmax(inside))),
            explained=inside,
            misfit=float(np.sqrt(square / free)),
            strangeness=float(solution[flight] @ solution[flight]),
            cost=cost - WORTH * count,
            speed_std_m_s=float(style.std[3] * np.sqrt(covariance[3, 3])),
        )


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
