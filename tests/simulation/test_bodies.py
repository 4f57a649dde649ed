"""Bodies as populations have them."""

import time

import numpy as np
import pytest

from pipeline.simulation.anthropometry import age_group, measures
from pipeline.simulation.bodies import Body
from pipeline.simulation.skeleton import Segments

MANY = 4000


def people(age: float, male: bool):
    return measures(np.random.default_rng(1), np.full(MANY, age), np.full(MANY, male))


@pytest.mark.parametrize(
    ("age", "male", "mean", "deviation"),
    [
        (30, True, 175.6, 6.9), (30, False, 162.9, 6.4), (7, True, 121.9, 4.9), (13, False, 157.1, 7.9),
        (72, True, 172.9, 6.8), (85, False, 155.5, 6.1),
    ],
)  # fmt: skip
def test_statures_are_as_published_by_sex_and_age(age, male, mean, deviation):
    stature = np.asarray(people(age, male).segments.stature_cm)
    assert stature.mean() == pytest.approx(mean, abs=0.5)
    assert stature.std() == pytest.approx(deviation, rel=0.06)


@pytest.mark.parametrize(("male", "mean", "deviation"), [(True, 41.6, 1.65), (False, 36.5, 1.56)])
def test_shoulders_are_as_published_and_go_with_stature(male, mean, deviation):
    segments = people(30, male).segments
    breadth = np.asarray(segments.shoulders_cm)
    assert breadth.mean() == pytest.approx(mean, abs=0.3)
    assert breadth.std() == pytest.approx(deviation, rel=0.1)
    assert np.corrcoef(breadth, np.asarray(segments.stature_cm))[0, 1] == pytest.approx(0.5, abs=0.06)


def test_segments_vary_beyond_stature():
    segments = people(30, True).segments
    stature = np.asarray(segments.stature_cm)
    for part, share, spread in (("thigh_cm", 0.245, 0.008), ("upper_arm_cm", 0.185, 0.004), ("head_cm", 0.133, 0.003)):
        ratio = np.asarray(getattr(segments, part)) / stature
        assert ratio.mean() == pytest.approx(share, rel=0.03), part
        assert ratio.std() == pytest.approx(spread, rel=0.35), part


def test_children_have_large_heads_and_short_legs():
    child, adult = people(6, True).segments, people(30, True).segments

    def share(of: Segments, part: str) -> float:
        return float(np.mean(np.asarray(getattr(of, part)) / np.asarray(of.stature_cm)))

    assert share(child, "head_cm") > 1.2 * share(adult, "head_cm")
    assert share(child, "hip_cm") < 0.95 * share(adult, "hip_cm")


def test_streets_have_all_ages_and_the_same_seed_the_same_people():
    drawn = [Body.drawn(np.random.default_rng(seed)) for seed in range(300)]
    groups = {body.age_group for body in drawn}
    assert groups == {"child", "teenager", "adult", "elderly"}
    assert drawn[7] == Body.drawn(np.random.default_rng(7))
    assert 0.4 < np.mean([body.sex == "male" for body in drawn]) < 0.6
    assert {body.outfit.lower for body in drawn} == {"trousers", "shorts", "skirt", "long skirt"}
    assert all(0.7 < body.girth < 1.5 for body in drawn)


@pytest.mark.parametrize(("age", "word"), [(8, "child"), (15, "teenager"), (40, "adult"), (80, "elderly")])
def test_ages_have_words(age, word):
    assert age_group(age) == word


def test_a_million_bodies_are_drawn_in_seconds():
    begin = time.process_time()
    measures(np.random.default_rng(1), np.full(50_000, 30.0), np.arange(50_000) % 2 == 0)
    assert time.process_time() - begin < 0.5
