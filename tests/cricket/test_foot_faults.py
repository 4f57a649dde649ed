"""The bowler's feet are judged as they landed, from poses with noise, or it is said why they cannot be."""

from dataclasses import replace
from functools import cache

import pytest

from benchmarks.deliveries import Errors, glances
from pipeline.cricket.foot_faults import judge
from pipeline.cricket.glance import Glance
from pipeline.data import FootLanding
from pipeline.simulation.cricket.scene import Cricket
from pipeline.simulation.cricket.spell import Bowled


@cache
def stride(view: str, seed: int, back_margin_cm: float | None = 15.0) -> tuple[Bowled, tuple[Glance, ...]]:
    """A delivery, and its frames around the release."""
    scene = Cricket.of(seed=seed, view=view, back_margin_cm=back_margin_cm)
    bowled = scene.spell.delivery(0)
    errors = Errors(seed, ball_px=1.0, missed=0.0, false=0.0, mark_px=0.5, ankle=0.008)
    return bowled, tuple(glances(scene, errors, bowled.release_s - 0.46, bowled.release_s + 0.2))


def back_foot_of(bowled: Bowled, frames: tuple[Glance, ...]) -> FootLanding | str:
    pitch = frames[0].pitch
    assert pitch is not None
    return judge(frames, bowled.release_s, pitch).back


@pytest.mark.parametrize(("view", "seed"), [("bowler-high", 8002), ("bowler-high", 8003), ("keeper", 8004)])
def test_the_back_foot_is_as_far_inside_the_return_crease_as_it_landed(view, seed):
    bowled, frames = stride(view, seed)
    foot = back_foot_of(bowled, frames)
    true = bowled.bowling.back_margin_cm
    assert isinstance(foot, FootLanding)
    assert foot.std_cm < 6
    assert foot.margin_cm == pytest.approx(true, abs=2.5 * foot.std_cm)
    assert foot.verdict in ("too close to call", "legal" if true > 0 else "no-ball")
    assert foot.frame == pytest.approx(bowled.back_lands_s * 25, abs=2)


def test_a_bowler_who_keeps_well_inside_is_legal():
    bowled, frames = stride("bowler-high", 8003, None)
    foot = back_foot_of(bowled, frames)
    assert isinstance(foot, FootLanding)
    assert foot.verdict == "legal"
    assert foot.margin_cm > 50


def test_without_a_return_crease_there_is_no_verdict_on_the_back_foot():
    bowled, frames = stride("bowler-high", 8003)
    unpainted = [
        replace(glance, creases=[each for each in glance.creases if each.crease != "return"]) for glance in frames
    ]
    assert back_foot_of(bowled, tuple(unpainted)) == "the return crease is not seen"


def test_a_back_foot_that_nobody_sees_land_is_not_judged_and_the_front_foot_is():
    bowled, frames = stride("bowler-high", 8003)
    late = [glance if glance.time_s > bowled.lands_s - 0.02 else replace(glance, people=()) for glance in frames]
    pitch = frames[0].pitch
    assert pitch is not None
    feet = judge(tuple(late), bowled.release_s, pitch)
    assert feet.back == "the back foot is not seen as it lands"
    assert isinstance(feet.front, FootLanding)
