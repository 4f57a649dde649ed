"""The front foot's heel, from pictures of the crease: where it stands, when it does, and how surely."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from benchmarks.deliveries import Errors, glances
from pipeline.cricket.crease_cut import crease_cut, cut_wide_px
from pipeline.cricket.foot_faults import judge
from pipeline.cricket.glance import Glance
from pipeline.cricket.heel import standing_heel
from pipeline.data import FootLanding
from pipeline.geometry.laws import BOWLERS_POPPING_M
from pipeline.perception.heels import CUT_PX, MIDDLE, HeelNetwork
from pipeline.pictures import Picture, PixelFormat, Pixels
from pipeline.simulation.cricket.scene import Cricket
from pipeline.simulation.cricket.spell import Bowled
from tests.cricket.test_delivery_files import cut_of

VIEWS = [("bowler-high", 8003), ("bowler-low", 8001), ("keeper", 8004), ("side", 8005)]


@cache
def delivery(view: str, seed: int) -> tuple[Cricket, Bowled, tuple[Glance, ...]]:
    """A delivery and its frames around the release, with what is kept of their pictures."""
    scene = Cricket.of(seed=seed, view=view, level="mild")
    bowled = scene.spell.delivery(0)
    errors = Errors(seed, ball_px=1.0, missed=0.0, false=0.0, mark_px=0.4, ankle=0.01)
    seen = []
    for glance in glances(scene, errors, bowled.release_s - 0.4, bowled.release_s + 0.24):
        scene.seek(glance.time_s)
        assert glance.pitch is not None
        seen.append(replace(glance, kept=crease_cut(scene.picture(), glance.pitch.view)))
    return scene, bowled, tuple(seen)


@cache
def network() -> HeelNetwork:
    return HeelNetwork()


def told_of(frames: tuple[Glance, ...], bowled: Bowled) -> FootLanding:
    pitch = frames[0].pitch
    assert pitch is not None
    heel = standing_heel(frames, bowled.release_s, pitch.view, network())
    foot = judge(frames, bowled.release_s, pitch, heel).front
    assert isinstance(foot, FootLanding)
    return foot


@pytest.mark.parametrize(("view", "seed"), VIEWS)
def test_the_front_foot_is_judged_by_its_heel(view, seed):
    _, bowled, frames = delivery(view, seed)
    foot = told_of(frames, bowled)
    assert foot.std_cm < (8 if view == "keeper" else 4)
    assert foot.margin_cm == pytest.approx(bowled.plan.margin_cm, abs=2.5 * foot.std_cm + 0.5)
    assert foot.verdict in ("too close to call", "legal" if bowled.plan.margin_cm > 0 else "no-ball")
    assert foot.frame == pytest.approx(bowled.lands_s * 25, abs=1.6)


def test_a_bowler_whose_pose_is_not_seen_has_a_heel():
    _, bowled, frames = delivery("bowler-high", 8003)
    alone = tuple(replace(glance, people=()) for glance in frames)
    assert told_of(alone, bowled) == told_of(frames, bowled)


def test_where_no_picture_was_kept_the_ankles_are_taken():
    _, bowled, frames = delivery("bowler-low", 8001)
    by_heel = told_of(frames, bowled)
    by_ankle = told_of(tuple(replace(glance, kept=None) for glance in frames), bowled)
    assert by_heel.margin_cm != by_ankle.margin_cm
    assert by_ankle.std_cm > 2 * by_heel.std_cm
    assert by_ankle.margin_cm == pytest.approx(bowled.plan.margin_cm, abs=2.5 * by_ankle.std_cm)


def test_what_is_kept_is_small_and_shows_what_the_picture_shows():
    scene, bowled, _ = delivery("bowler-low", 8001)
    view = scene.main_view
    pixel, depth = view.project([BOWLERS_POPPING_M, bowled.bowling.heel_m[1], 0.0])
    pixels = np.full((scene.size[1], scene.size[0], 3), 40, np.uint8)
    x, y = map(round, pixel.tolist())
    pixels[y - 4 : y + 4, x - 4 : x + 4] = 250
    kept = crease_cut(Picture(PixelFormat.RGB24, *scene.size, (pixels,)), view)
    assert kept is not None
    for_heels = kept.for_heels()
    assert for_heels.pixels.nbytes < 0.1 * pixels.nbytes
    cut = for_heels.around(np.array([x, y], float), cut_wide_px(view, float(depth))).astype(float)
    assert cut.shape == (CUT_PX[1], CUT_PX[0], 3)
    bright = cut[..., 0] - 40
    down, across = (np.indices(bright.shape) + 0.5 * np.ones((2, 1, 1))).reshape(2, -1) @ bright.ravel() / bright.sum()
    assert (across, down) == pytest.approx((CUT_PX[0] * MIDDLE[0], CUT_PX[1] * MIDDLE[1]), abs=0.3)


def test_a_crease_out_of_the_picture_is_not_kept():
    scene, _, _ = delivery("bowler-low", 8001)
    aside = replace(scene.main_view, bearing_deg=scene.main_view.bearing_deg + 180)
    assert crease_cut(scene.picture(), aside) is None


Spot = tuple[float, float, range]
"""A place on the ground, [along, leg], and in which frames something bright is there."""


def frames_with(count: int, *spots: Spot) -> tuple[Cricket, tuple[Glance, ...]]:
    """Dark frames, half the picture's size, the ninth of them at the release."""
    scene, _, _ = delivery("bowler-high", 8003)
    seen = []
    for number in range(count):
        pixels = np.zeros((scene.size[1] // 2, scene.size[0] // 2, 3), np.uint8)
        for along, leg, when in spots:
            if number in when:
                x, y = (scene.main_view.project([along, leg, 0.0])[0] / 2).tolist()
                cv2.circle(pixels, (round(16 * x) - 8, round(16 * y) - 8), 24, (255, 255, 255), -1, shift=4)
        seen.append(Glance(number, (number - 8) / 25, None, kept=cut_of(pixels, scale=0.5)))
    return scene, tuple(seen)


def bright(cuts: Sequence[Pixels]) -> npt.NDArray[np.float64]:
    """Eyes that take what is bright for a heel."""
    light = np.stack(cuts)[..., 0].astype(float)
    total = light.sum(axis=(1, 2), keepdims=True)
    return np.where(total > 0, 0.95 * light / np.maximum(total, 1e-9), 0.0)


def test_a_heel_is_where_its_pixel_meets_the_ground():
    scene, frames = frames_with(14, (BOWLERS_POPPING_M + 0.15, 0.36, range(6, 14)))
    heel = standing_heel(frames, 0.0, scene.main_view, bright)
    assert heel is not None
    assert heel.place_m == pytest.approx([BOWLERS_POPPING_M + 0.15, 0.36], abs=0.02)
    assert heel.frame == 6


def test_a_foot_that_stood_there_before_is_anothers():
    bowlers, anothers = (BOWLERS_POPPING_M - 0.1, -0.7, range(5, 14)), (BOWLERS_POPPING_M, 0.7, range(14))
    scene, frames = frames_with(14, bowlers, anothers)
    heel = standing_heel(frames, 0.0, scene.main_view, bright)
    assert heel is not None
    assert heel.place_m == pytest.approx(bowlers[:2], abs=0.03)


def test_a_foot_outside_the_return_creases_is_anothers():
    scene, frames = frames_with(14, (BOWLERS_POPPING_M, 1.6, range(5, 14)))
    assert standing_heel(frames, 0.0, scene.main_view, bright) is None


def test_more_frames_of_one_stand_share_their_errors():
    stds = []
    for every_s in (0.04, 0.02):
        scene, frames = frames_with(20, (BOWLERS_POPPING_M, 0.3, range(20)))
        faster = tuple(replace(glance, time_s=glance.time_s * every_s / 0.04) for glance in frames)
        heel = standing_heel(faster, 0.0, scene.main_view, bright)
        assert heel is not None
        stds.append(heel.std_m[0])
    assert 0.5 < stds[1] / stds[0] < 1.0


def test_a_foot_that_stands_in_one_frame_has_no_place():
    scene, frames = frames_with(14, (BOWLERS_POPPING_M, 0.3, range(8, 9)))
    assert standing_heel(frames, 0.0, scene.main_view, bright) is None
