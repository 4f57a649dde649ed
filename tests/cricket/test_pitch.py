"""The shipped network on simulated pictures: a pitch where there is one, and none where there is none."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.cricket.pitch import PitchFinder
from pipeline.evaluation.creases import score_creases
from pipeline.perception.pitch import PitchNetwork
from pipeline.perception.pitch_ends import EndsNetwork
from pipeline.simulation.cricket.scene import Cricket
from pipeline.simulation.street import Street


@pytest.fixture(scope="module")
def finder() -> PitchFinder:
    return PitchFinder(PitchNetwork(), EndsNetwork())


def test_the_creases_of_clean_pitches_are_found_where_they_are(finder: PitchFinder) -> None:
    pairs = []
    for seed in (2, 3, 4, 5):
        scene = Cricket.of(seed=seed, level="plain", view="bowler-high", setting="stadium", light="day")
        found, true = finder.find(scene.picture()), scene.truth("", "", seed)
        pairs.append((true, replace(true, creases=found.creases, stumps=found.stumps)))
        if found.pitch is not None:
            assert np.isfinite(found.pitch.covariance).all()
            assert (np.diag(found.pitch.covariance) > 0).all()
    scores = score_creases(pairs)
    assert scores.recall >= 0.8
    assert scores.false_share <= 0.05
    assert scores.error_px is not None
    assert scores.error_px < 1.5


def test_stumps_from_square_are_no_narrower_than_one_is_thick(finder: PitchFinder) -> None:
    told = 0
    for seed in (2, 3, 4, 5):
        scene = Cricket.of(seed=seed, level="plain", view="square", setting="stadium", light="day")
        true = [stumps.box for stumps in scene.truth("", "", seed).stumps]
        for stumps in finder.find(scene.picture()).stumps:
            told += 1
            left, _, right, _ = stumps.box
            here = min(true, key=lambda box: abs(box[0] + box[2] - left - right))
            assert right - left > 0.7 * (here[2] - here[0])
    assert told


def test_a_street_has_no_pitch_no_creases_and_no_stumps(finder: PitchFinder) -> None:
    for seed in (41, 42, 43):
        street = Street.of(seed=seed, level="middle", people=6, width=1280, height=720)
        found = finder.find(street.picture())
        assert (found.pitch, found.creases, found.stumps) == (None, (), ())
