"""Densities on the circle, and the filter of them."""

import numpy as np
import pytest

from pipeline.attributes.directions import ANGLES, BINS, normal, told, told_deg, turned
from pipeline.attributes.facing import Facing

ROW = np.array([0])


def apart_deg(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)


@pytest.mark.parametrize("direction", [-178.0, -3.0, 0.0, 44.9, 97.3, 180.0])
@pytest.mark.parametrize("deviation", [10.0, 18.0, 35.0])
def test_what_is_told_of_a_normal_law_is_its_mean_and_its_deviation(direction, deviation):
    found, within = told_deg(normal(np.radians([direction]), np.radians([deviation])))
    assert apart_deg(found[0], direction) < 1.5
    assert within[0] == pytest.approx(deviation, abs=2.0)


def test_of_two_answers_the_likelier_is_told_and_the_other_widens_it():
    front, back = normal(np.zeros(1), np.full(1, 0.2)), normal(np.full(1, np.pi), np.full(1, 0.2))
    found, within = told_deg(0.75 * front + 0.25 * back)
    assert found[0] == pytest.approx(0, abs=1)
    assert within[0] < 30
    found, within = told_deg(0.55 * front + 0.45 * back)
    assert found[0] == pytest.approx(0, abs=1)
    assert within[0] > 150


def test_a_density_is_turned():
    found, within = told(turned(normal(np.zeros(2), np.full(2, 0.3)), np.array([1.0, -2.5])))
    assert found == pytest.approx([1.0, -2.5], abs=0.02)
    assert within == pytest.approx(0.3, abs=0.03)


def test_nobody_is_told_of():
    assert told(np.empty((0, BINS)))[0].shape == (0,)
    assert len(ANGLES) == BINS


def seen(kept: Facing, directions: list[float], often: int) -> tuple[float, float]:
    """Measure one person so often a tenth of a second, and tell what is believed."""
    for direction in directions * often:
        kept.predict(ROW, np.array([0.1]))
        kept.measure(ROW, normal(np.array([direction]), np.array([0.25])), np.zeros(1), np.array([0.1]), 0.3)
    direction, within = told(kept.believed(ROW))
    return float(direction[0]), float(within[0])


def test_backs_now_and_then_do_not_turn_somebody_round():
    kept = Facing(1, np.radians(30.0), 0.1)
    direction, within = seen(kept, [0.0, 0.0, 0.0, 0.0, np.pi, np.pi], 5)
    assert abs(direction) < np.radians(8)
    assert within < np.radians(60)


def test_somebody_who_turns_round_is_followed():
    kept = Facing(1, np.radians(30.0), 0.1)
    seen(kept, [0.0], 30)
    direction, _ = seen(kept, [2.5], 25)
    assert abs(direction - 2.5) < np.radians(10)


def test_who_is_forgotten_is_not_known():
    kept = Facing(1, np.radians(30.0), 0.1)
    seen(kept, [0.0], 3)
    kept.forget(ROW)
    assert not kept.known[0]
    assert kept.believed(ROW) == pytest.approx(1 / BINS)


def test_what_is_not_seen_any_more_grows_uncertain():
    kept = Facing(1, np.radians(30.0), 0.1)
    _, before = seen(kept, [1.0], 10)
    kept.predict(ROW, np.array([4.0]))
    direction, after = told(kept.believed(ROW))
    assert after[0] > 2 * before
    assert abs(direction[0] - 1.0) < 0.1
