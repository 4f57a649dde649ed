"""The forecast against many simulated ways."""

import itertools

import numpy as np
import pytest

from pipeline.attributes.entering import TURN_RAD, Motion, entry_probability
from pipeline.geometry.polygons import ahead

ZONE = np.array([[-150.0, 300], [150, 300], [150, 500], [-150, 500]])


def walk(place=(0.0, 0.0), direction=(0.0, 1.0), speed=130.0, **stds) -> Motion:
    known = {"direction_stds_rad": 0.1, "speed_stds": 20.0, "along_stds": 15.0, "across_stds": 15.0, **stds}
    arrays = {name: np.array([float(value)]) for name, value in known.items()}
    return Motion(np.array([place], float), np.array([direction], float), speeds=np.array([float(speed)]), **arrays)


def simulated(motion: Motion, within_s: float, count: int = 20000) -> float:
    """The share of drawn ways that lead into the zone in time."""
    rng = np.random.default_rng(1)
    turn = rng.normal(0, np.hypot(motion.direction_stds_rad[0], TURN_RAD), count)
    (x, y), aside = motion.directions[0], rng.normal(0, motion.across_stds[0], count)
    along = rng.normal(0, motion.along_stds[0], count)
    to = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=1)
    starts = motion.places[0] + aside[:, None] * (-y, x)
    reach = rng.normal(motion.speeds[0], motion.speed_stds[0], count) * within_s + along
    return float(np.mean(ahead(ZONE, starts, to) <= reach))


CASES = [
    walk(), walk(speed=90), walk(speed=100), walk(place=(170, 0)), walk(place=(170, 0), direction_stds_rad=0.5),
    walk(place=(-400, 0), direction=(0.6, 0.8), speed=200), walk(direction_stds_rad=2.0),
    walk(place=(0, 280), speed=40, across_stds=60), walk(direction=(0, -1)),
]  # fmt: skip


@pytest.mark.parametrize("motion", CASES)
def test_the_probability_is_the_share_of_possible_ways(motion):
    assert entry_probability(ZONE, motion, 3.0)[0] == pytest.approx(simulated(motion, 3.0), abs=0.05)


def test_it_falls_with_what_is_not_known_and_rises_as_somebody_comes_near():
    sure, unsure = (entry_probability(ZONE, walk(direction_stds_rad=std), 3.0)[0] for std in (0.1, 1.0))
    assert sure > 0.9 > 0.6 > unsure
    nearer = [entry_probability(ZONE, walk(place=(0, y)), 2.0)[0] for y in range(0, 300, 20)]
    assert all(first <= second + 1e-9 for first, second in itertools.pairwise(nearer))


def test_nobody_who_walks_away_or_past_enters():
    assert entry_probability(ZONE, walk(direction=(0, -1)), 3.0)[0] < 0.01
    assert entry_probability(ZONE, walk(place=(-600, 400), direction=(0, 1)), 3.0)[0] < 0.01
