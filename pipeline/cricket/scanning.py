"""A first idea of a flight: where in a row of sightings a ball was released and when it struck the ground.

With the moment of the bounce given, a ball that only falls and slows down evenly is linear in its unknowns: where it
strikes the ground and its velocities before and after. So all moments are tried, and all first sightings, since the
ball is also seen in the bowler's hand; what explains most of the sightings starts the fit. Rays instead of pixels make
the picture's equations linear too (as in triangulation, Hartley and Zisserman 2004, ch. 12).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.cricket.trajectory import SLOWS_1_M
from pipeline.cricket.watched import Watched
from pipeline.geometry.laws import BALL_RADIUS_M, GRAVITY_M_S2

Floats = npt.NDArray[np.float64]

LEAST = 6
"""Sightings that a flight must explain, where a camera sees the whole of it."""
_LONGEST_S = 0.95
_EARLIEST_S, _LATEST_S = 0.04, 0.95
"""When a ball strikes the ground, from its release; later than it reaches the stumps stands for a full toss."""
_STEP_S = 0.03
_BLUR_M = 0.06
"""How far half a step moves a ball that has bounced: its velocity changes by 9 m/s."""
_WINDOWS = (8, 11, 14, 18, 24)
"""So many sightings are taken for those of the flight: nobody knows when a bat will meet the ball."""
_CAP = 9.0
"""What a sighting that is not explained costs, in squares of its expected error."""
_MEAN = np.array([5.5, 0.0, -30.0, 0.0, -6.2])
_STD = np.array([4.5, 0.7, 9.0, 1.6, 1.8])
"""Of [along, leg] where it strikes the ground, and its velocity then."""
_KEEPS = np.array([[0.86, 0.0, 0.0], [0.0, 0.95, 0.0], [0.0, 0.0, -0.52]])
_KEEPS_STD = np.array([2.5, 1.3, 0.9])
"""What a bounce leaves of a velocity, and how exactly."""
_RELEASE = np.array([18.4, 0.0, 1.95])
"""Where bowlers let go of the ball."""
_SPEEDS_KMH = 58.0, 170.0
_NO_BALL = 1e4
"""The cost of what nobody bowls."""
_DIPS_M_S2 = np.array([0.0, 0.0, -2.5])
"""A ball that has bounced rolls in the air, and its topspin pulls it down."""
_NEARLY = 15.0
"""A flight does nearly as well as another one whose cost is less by no more than this."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A flight in outline. `first` is the first sighting in flight; place and velocity (3,) are of its moment; `cost`
    as told above; `explained` (N,) says which sightings the flight explains."""

    first: int
    place_m: Floats
    velocity_m_s: Floats
    bounce_s: float
    cost: float
    explained: npt.NDArray[np.bool_]


def guesses(watched: Watched, least: int = LEAST) -> list[Guess]:
    """The flight that explains most of the sightings, and one that does nearly as well with the ball striking the
    ground on the other side of the last of them, the better one first; none where too few can be explained.

    A full ball's few sightings before the bounce, with a stray one, are explained as well by a slow one that has
    bounced, and no small steps lead from the one to the other.

    Args:
        watched: the sightings.
        least: how many of them a flight must explain.
    """
    times = watched.times_s
    rays = watched.rays()
    sigma = watched.sigma_px
    best: dict[bool, Guess] = {}
    for first in range(len(times) - least + 1):
        longest = int(np.searchsorted(times, times[first] + _LONGEST_S, side="right")) - first
        windows = {min(window, longest) for window in _WINDOWS if window <= longest or window == _WINDOWS[0]}
        for window in sorted(windows) if longest >= least else ():
            for late, found in _from(slice(first, first + window), times, rays, sigma, least):
                if late not in best or found.cost < best[late].cost:
                    best[late] = found
    found = sorted(best.values(), key=lambda found: found.cost)
    return [each for each in found if each.cost <= found[0].cost + _NEARLY]


def _from(
    part: slice, times: Floats, rays: tuple[Floats, Floats, Floats], sigma: Floats, least: int
) -> Iterator[tuple[bool, Guess]]:
    """The best flights through a part of the sightings, whether the ball strikes the ground after them or before."""
    first, last = part.start, part.stop
    centres, ways, focal = rays[0][part], rays[1][part], rays[2][part]
    instants = times[first] + np.arange(_EARLIEST_S, _LATEST_S, _STEP_S)
    since = times[None, part] - instants[:, None]
    before, after = np.where(since < 0, since, 0.0), np.where(since >= 0, since, 0.0)
    velocity = np.tile(_MEAN[2:], (len(instants), 1))
    later = velocity @ _KEEPS
    depth = np.maximum((np.array([10.0, 0.0, 1.0]) - centres) @ ways.T, 3.0).diagonal()[None]
    weight = np.ones_like(since)
    across = _across(ways)
    solution = np.zeros((len(instants), 8))
    cost = np.zeros_like(since)
    for _ in range(3):
        falls = 0.5 * before[..., None] ** 2 * _acceleration(velocity)[:, None]
        falls = falls + 0.5 * after[..., None] ** 2 * (_acceleration(later) + _DIPS_M_S2)[:, None]
        known = falls + (0.0, 0.0, BALL_RADIUS_M) - centres
        scale = _scale(focal / np.maximum(depth, 1.0), sigma[part], since)
        rows, values = _equations(across, before, after, known, scale * np.sqrt(weight))
        normal = np.einsum("kij,kil->kjl", rows, rows) + _PRIOR
        right = np.einsum("kij,ki->kj", rows, values) + _PRIOR_RIGHT
        solution = np.linalg.solve(normal, right[..., None])[..., 0]
        velocity, later = solution[:, 2:5], solution[:, 5:]
        places = _places(solution, before, after) + falls
        depth = np.einsum("kni,ni->kn", places - centres, ways)
        scale = _scale(focal / np.maximum(depth, 1.0), sigma[part], since)
        misses = np.einsum("ani,kni->kna", across, places - centres) * scale[..., None]
        cost = (misses**2).sum(axis=-1)
        weight = 1 / (1 + cost / _CAP) ** 2
    start = (times[first] - instants)[:, None]
    slows = _acceleration(velocity)
    hit = np.column_stack([solution[:, :2], np.full(len(instants), BALL_RADIUS_M)])
    place = hit + velocity * start + 0.5 * slows * start**2
    leaves = velocity + slows * start
    totals = np.minimum(cost, _CAP).sum(axis=1) + _strangeness(solution) + _release_strangeness(place, leaves)
    left_out = _CAP * (len(times) - (last - first))
    lately = instants > times[last - 1] - _STEP_S
    for late in (False, True):
        if not (lately == late).any():
            continue
        best = int(np.where(lately == late, totals, np.inf).argmin())
        explained = np.zeros(len(times), bool)
        explained[part] = cost[best] < _CAP
        total = float(totals[best]) + left_out
        if np.count_nonzero(explained) >= least and total < _NO_BALL:
            yield late, Guess(first, place[best], leaves[best], float(instants[best]), total, explained)


def _scale(pixels_a_metre: Floats, sigma: Floats, since: Floats) -> Floats:
    """What a metre across the line of sight weighs, (K, N), in expected errors: after the bounce those of a moment that
    is only tried in steps, too."""
    blur = pixels_a_metre * np.where(since >= 0, _BLUR_M, 0.0)
    return pixels_a_metre / np.hypot(sigma, blur)


def _across(ways: Floats) -> Floats:
    """Two unit vectors across each direction (N, 3), as (2, N, 3)."""
    up = np.array([0.0, 0.0, 1.0])
    right = np.cross(ways, up)
    right /= np.maximum(np.linalg.norm(right, axis=-1, keepdims=True), 1e-9)
    return np.stack([right, np.cross(right, ways)])


def _acceleration(velocity: Floats) -> Floats:
    """Gravity and drag on balls of velocities (K, 3)."""
    speed = np.linalg.norm(velocity, axis=-1, keepdims=True)
    return -SLOWS_1_M * np.minimum(speed, 50.0) * velocity - (0.0, 0.0, GRAVITY_M_S2)


def _equations(across: Floats, before: Floats, after: Floats, known: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Rows (K, 2N, 8) and values (K, 2N) of the least squares for each moment of the bounce."""
    moments, count = before.shape
    rows = np.empty((moments, 2, count, 8))
    values = np.empty((moments, 2, count))
    for side in range(2):
        rows[:, side, :, :2] = across[side, None, :, :2]
        rows[:, side, :, 2:5] = before[..., None] * across[side]
        rows[:, side, :, 5:] = after[..., None] * across[side]
        values[:, side] = -(known * across[side]).sum(axis=-1)
        rows[:, side] *= scale[..., None]
        values[:, side] *= scale
    return rows.reshape(moments, 2 * count, 8), values.reshape(moments, 2 * count)


def _places(solution: Floats, before: Floats, after: Floats) -> Floats:
    """Places (K, N, 3) without what gravity and drag add."""
    places = before[..., None] * solution[:, None, 2:5] + after[..., None] * solution[:, None, 5:]
    places[..., :2] += solution[:, None, :2]
    places[..., 2] += BALL_RADIUS_M
    return places


def _prior_rows() -> tuple[Floats, Floats]:
    rows = np.zeros((8, 8))
    rows[:5, :5] = np.diag(1 / _STD)
    values = np.zeros(8)
    values[:5] = _MEAN / _STD
    rows[5:, 5:] = np.diag(1 / _KEEPS_STD)
    rows[5:, 2:5] = -_KEEPS / _KEEPS_STD[:, None]
    return rows, values


_ROWS, _VALUES = _prior_rows()
_PRIOR, _PRIOR_RIGHT = _ROWS.T @ _ROWS, _ROWS.T @ _VALUES


def _release_strangeness(place: Floats, velocity: Floats) -> Floats:
    """How unlike a bowler's release places and velocities (K, 3) are, in squares of deviations (K,)."""
    speed = 3.6 * np.linalg.norm(velocity, axis=-1)
    # Whoever stands before the bowler may hide the first metres.
    along = np.minimum(((place[:, 0] - _RELEASE[0]) / np.where(place[:, 0] > _RELEASE[0], 0.7, 1.5)) ** 2, 12.0)
    rest = ((place[:, 1:] - _RELEASE[1:]) / (0.8, 0.3)) ** 2
    possible = (speed > _SPEEDS_KMH[0]) & (speed < _SPEEDS_KMH[1]) & (place[:, 0] > 8.0) & (place[:, 0] < 21.0)
    return along + rest.sum(axis=-1) + np.where(possible, 0.0, _NO_BALL)


def _strangeness(solution: Floats) -> Floats:
    """How far solutions (K, 8) are from what is expected, in squares of deviations (K,)."""
    return ((solution @ _ROWS.T - _VALUES) ** 2).sum(axis=-1)
