"""Rules on the truth of simulated scenes, as if attributes had been found without a fault."""

from typing import Any

import numpy as np
import pytest

from benchmarks.rules import watched
from pipeline.evaluation.rules import Evaluation, score
from pipeline.pictures import Picture, PixelFormat
from pipeline.rules.view import ViewMeter
from pipeline.simulation.scene import scene_of


def scored(name: str, seconds: float, **given: Any):
    scene = scene_of(name, {"fps": 10, "level": "plain", "width": 640, "height": 360, **given})
    return score([watched(scene, seconds)])


@pytest.fixture(scope="module")
def no_pass() -> Evaluation:
    return scored("street", 26, story="no_pass", seed=400)


def test_entering_a_zone_is_found_each_time(no_pass: Evaluation):
    scores = no_pass.kinds["zone_entered"]
    assert scores.happened > 0
    assert (scores.found, scores.false) == (scores.happened, 0)


def test_entries_are_foreseen_by_more_than_a_second(no_pass: Evaluation):
    headings = no_pass.headings
    assert headings is not None
    assert headings.foreseen >= 0.9 * headings.entries > 0
    assert headings.median_lead_s is not None
    assert headings.median_lead_s > 1
    assert headings.precision == 1


@pytest.mark.parametrize(
    ("story", "seed", "kind", "least"), [("line_crossing", 401, "line_crossed", 0.8), ("fall", 405, "fall", 1.0)]
)
def test_what_a_story_is_about_is_found(story: str, seed: int, kind: str, least: float):
    scores = scored("street", 20, story=story, seed=seed).kinds[kind]
    assert scores.happened > 0
    assert scores.recall is not None
    assert scores.recall >= least
    assert scores.false == 0


def noisy(shift: int, rng: np.random.Generator, blur: int = 1) -> Picture:
    """A wall of bricks before a camera with a sensor's noise."""
    y, x = np.mgrid[:180, :320]
    bricks = 60 + 120 * (((x + shift) // 20 + (y + shift // 2) // 10) % 2) + 0.1 * x
    if blur > 1:
        kernel = np.ones(blur) / blur
        bricks = np.apply_along_axis(np.convolve, 1, bricks, kernel, "same")
        bricks = np.apply_along_axis(np.convolve, 0, bricks, kernel, "same")
    grain = rng.normal(0, 2, bricks.shape)
    return Picture.packed(PixelFormat.GRAY8, 320, 180, np.clip(bricks + grain, 0, 255).astype(np.uint8))


def test_a_view_is_covered_moved_frozen_and_blurred_and_none_of_it_while_all_is_well():
    rng, meter = np.random.default_rng(1), ViewMeter()
    for look in range(40):
        assert meter.look(look / 4, noisy(0, rng)).good
    dark = Picture.packed(PixelFormat.GRAY8, 320, 180, rng.normal(20, 2, (180, 320)).clip(0, 255).astype(np.uint8))
    assert meter.look(10.0, dark).covered
    assert meter.look(10.25, noisy(9, rng)).moved
    assert meter.look(10.5, noisy(0, rng)).good
    same = noisy(0, rng)
    meter.look(10.75, same)
    assert meter.look(11.0, same).frozen
    assert not meter.look(11.25, noisy(0, rng)).frozen
