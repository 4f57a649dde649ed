"""A camera found from the people who walk in front of it."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.geometry.calibration import from_people
from pipeline.geometry.camera import Camera
from pipeline.geometry.lens import Known, focal_px, prior_of
from pipeline.geometry.self_calibration import calibrate_from_people, implied_cm
from pipeline.geometry.sightings import Sightings
from pipeline.geometry.stature import MEAN_CM
from tests.geometry.passers_by import anywhere, statures, watched

SIZE = (1280, 720)
GATE = Camera(SIZE, 1050, 1050, 640, 360, height_cm=420, tilt_deg=20, roll_deg=1)
HIGH = Camera(SIZE, 800, 800, 640, 360, height_cm=700, tilt_deg=32, roll_deg=-2)
LOW = Camera(SIZE, 1300, 1300, 640, 360, height_cm=260, tilt_deg=9)


@pytest.mark.parametrize("camera", [GATE, HIGH, LOW], ids=["gate", "high", "low"])
def test_people_of_mean_stature_without_errors_give_the_camera(camera):
    rng = np.random.default_rng(1)
    seen = watched(camera, anywhere(camera, rng, 10), [MEAN_CM] * 10, rng, noise=0)
    found = from_people(seen, SIZE, Known()).camera
    assert found.fx == pytest.approx(camera.fx, rel=0.01)
    assert found.height_cm == pytest.approx(camera.height_cm, rel=0.01)
    assert found.tilt_deg == pytest.approx(camera.tilt_deg, abs=0.3)
    assert found.roll_deg == pytest.approx(camera.roll_deg, abs=0.1)


def test_intervals_hold_what_they_promise():
    """Of focal length, tilt, roll and height, 68 % intervals hold the truth in about 68 % of cases."""
    inside = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        focal = float(rng.uniform(750, 1400))
        camera = Camera(SIZE, focal, focal, 640, 360, rng.uniform(300, 700), rng.uniform(10, 35), rng.uniform(-3, 3))
        fit = calibrate_from_people(
            watched(camera, anywhere(camera, rng, 12), statures(rng, 12), rng), SIZE, prior_of(SIZE, Known())
        )
        truth = [np.log(focal / 1280), camera.tilt_deg, camera.roll_deg, np.log(camera.height_cm)]
        away = np.abs(fit.unknowns[:4] - truth) / np.sqrt(np.diag(fit.covariance))[:4]
        assert away.max() < 4
        inside.append(away < 1)
    assert 0.55 < np.mean(inside) <= 0.95


def test_the_heights_of_people_come_out_of_the_camera_found():
    rng = np.random.default_rng(4)
    tall = statures(rng, 20)
    seen = watched(GATE, anywhere(GATE, rng, 20), tall, rng)
    heights = implied_cm(from_people(seen, SIZE, Known()).camera, seen.feet, seen.heads)
    found = np.array([np.median(heights[seen.tracks == track]) for track in range(20)])
    assert np.abs(found - tall).mean() < 5


def test_somebody_very_tall_who_is_seen_most_of_the_time_counts_as_one_person():
    rng = np.random.default_rng(2)
    walks = anywhere(GATE, rng, 12)
    others = watched(GATE, walks[1:], [MEAN_CM] * 11, rng, noise=0.01)
    giant = watched(GATE, walks[:1], [195.0], rng, noise=0.01, each=300)
    seen = Sightings.of(
        np.append(others.tracks, giant.tracks + 11),
        np.vstack([others.feet, giant.feet]),
        np.vstack([others.heads, giant.heads]),
    )
    assert from_people(seen, SIZE, Known()).camera.height_cm == pytest.approx(420, rel=0.02)


def test_children_do_not_make_the_camera_higher():
    rng = np.random.default_rng(3)
    walks = anywhere(GATE, rng, 12)
    seen = watched(GATE, walks, [MEAN_CM] * 9 + [110.0, 120.0, 130.0], rng, noise=0.01)
    assert from_people(seen, SIZE, Known()).camera.height_cm == pytest.approx(420, rel=0.02)


def test_bad_poses_pull_little():
    rng = np.random.default_rng(5)
    seen = watched(GATE, anywhere(GATE, rng, 12), [MEAN_CM] * 12, rng, noise=0.01)
    heads = seen.heads.copy()
    wrong = rng.random(len(heads)) < 0.1
    heads[wrong] += rng.uniform(-60, 60, (wrong.sum(), 2))
    found = from_people(replace(seen, heads=heads), SIZE, Known()).camera
    assert found.tilt_deg == pytest.approx(20, abs=1)
    assert found.fx == pytest.approx(1050, rel=0.05)


def test_what_is_known_is_kept_and_helps():
    rng = np.random.default_rng(6)
    seen = watched(GATE, anywhere(GATE, rng, 8), statures(rng, 8), rng)
    free = from_people(seen, SIZE, Known()).camera
    found = from_people(seen, SIZE, Known(focal_px=1050, height_cm=420)).camera
    assert (found.fx, found.height_cm) == (pytest.approx(1050, rel=1e-3), pytest.approx(420, rel=1e-3))
    assert found.std is not None
    assert free.std is not None
    assert found.std.focal_percent < 0.1
    assert found.std.height_cm < 1
    assert found.std.tilt_deg < free.std.tilt_deg
    assert found.origin == "people"


@pytest.mark.parametrize(
    ("walks", "says"),
    [
        pytest.param([((-300, 1500 + 5 * n), (300, 1500 - 5 * n)) for n in range(8)], "as far away", id="across"),
        pytest.param([((10 * n - 40, 800), (10 * n - 40, 2600)) for n in range(8)], "in one line", id="towards"),
    ],
)
def test_people_who_walk_in_one_line_leave_it_poor_or_usable_and_that_is_said(walks, says):
    rng = np.random.default_rng(7)
    found = from_people(watched(GATE, walks, statures(rng, 8), rng), SIZE, Known())
    assert found.quality in ("poor", "usable")
    assert says in found.reason


def test_few_people_are_never_good_and_none_are_refused():
    rng = np.random.default_rng(8)
    seen = watched(GATE, anywhere(GATE, rng, 3), statures(rng, 3), rng, each=40)
    found = from_people(seen, SIZE, Known())
    assert found.quality != "good"
    assert "record for longer" in found.reason
    nobody = Sightings.of(np.empty(0), np.empty((0, 2)), np.empty((0, 2)))
    with pytest.raises(InputError, match="nobody walks through the picture"):
        from_people(nobody, SIZE, Known())


def test_a_field_of_view_is_a_focal_length():
    assert focal_px(90, 1280) == pytest.approx(640)
    with pytest.raises(InputError, match="from 1 to 150"):
        focal_px(180, 1280)
