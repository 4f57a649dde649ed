"""Looks at the camera: an angle, a time, and how well the facing is known."""

import pytest

from pipeline.attributes.looks import Looks, facing_probability
from pipeline.config import LooksConfig
from pipeline.data import Person

CONFIG = LooksConfig(angle_deg=20, seconds=1.0)


def looks(facings, std=6.0, config=CONFIG, fps=10):
    """What is told of one person whose facing is that, frame by frame."""
    memory = Looks()
    people = [Person(1, (0, 0, 9, 9), 0.9, facing_deg=facing, facing_std_deg=std) for facing in facings]
    return [memory.update(config, [person], n / fps)[0] for n, person in enumerate(people)]


def test_facing_the_camera_for_long_enough_is_a_look():
    assert looks([5.0] * 15) == [False] * 10 + [True] * 5
    assert looks([355.0] * 15)[-1] is True


def test_a_glance_or_another_direction_is_none():
    assert True not in looks([5.0] * 8 + [90.0] * 20)
    assert True not in looks([180.0] * 30)


def test_a_short_interruption_does_not_end_a_look():
    told = looks([5.0] * 15 + [60.0] * 3 + [5.0] * 5 + [60.0] * 10)
    assert all(told[10:23])
    assert told[-1] is False


def test_at_the_angle_itself_it_does_not_flicker():
    told = looks([17.0] * 12 + [22.0, 18.0] * 20)
    assert set(told[10:]) == {True}


def test_what_cannot_be_told_is_null():
    assert looks([None] * 5) == [None] * 5
    assert looks([5.0] * 5, std=40.0) == [None] * 5
    assert looks([180.0] * 5, std=40.0) == [False] * 5


@pytest.mark.parametrize(("facing", "std", "chance"), [(0, 20, 0.683), (20, 10, 0.5), (20, None, 1.0), (21, None, 0.0)])
def test_the_probability_is_that_of_a_normal_deviation(facing, std, chance):
    assert facing_probability(facing, std, 20) == pytest.approx(chance, abs=2e-3)
