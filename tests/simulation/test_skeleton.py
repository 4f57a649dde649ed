"""Joints from angles, and angles from where hands and feet should be."""

from dataclasses import fields, replace

import numpy as np
import pytest

from pipeline.simulation.actions import crouching, falling, holding, looking, lying, seated
from pipeline.simulation.gait import duty, runs, step_cm, stride
from pipeline.simulation.reaching import arms_to
from pipeline.simulation.skeleton import CONTACT, JOINT, LIMITS_DEG, Pose, Segments, both_sides, joints_of

BODY = Segments.typical(172.0)
LIMBS = ("shoulder", "elbow", "hip", "knee", "ankle")


def at(joints, name):
    return joints[:, JOINT[name]]


def test_somebody_who_stands_is_as_tall_as_their_segments():
    joints = joints_of(BODY, Pose(), (10.0, 20.0), np.pi / 2)
    top = at(joints, "crown")[0, 2] + 0.046 * 172
    assert BODY.stature_cm == pytest.approx(172)
    assert top == pytest.approx(172, rel=0.002)
    assert at(joints, "left_heel")[0, 2] == pytest.approx(CONTACT["left_heel"] * 172)
    assert at(joints, "left_hip")[0, 0] < 10 < at(joints, "right_hip")[0, 0]
    assert at(joints, "nose")[0, 1] > 20


@pytest.fixture(scope="module")
def anything() -> Pose:
    rng = np.random.default_rng(1)
    return Pose(
        pelvis_pitch_deg=rng.uniform(-180, 180, 500),
        **{name: rng.uniform(*span, (500, 2) if name.startswith(LIMBS) else 500) for name, span in LIMITS_DEG.items()},
    )


@pytest.mark.parametrize(
    ("first", "second", "length"),
    [
        ("left_hip", "left_knee", "thigh_cm"), ("right_knee", "right_ankle", "shank_cm"),
        ("left_hip", "right_hip", "hips_cm"), ("left_shoulder", "right_shoulder", "shoulders_cm"),
        ("left_shoulder", "left_elbow", "upper_arm_cm"), ("right_elbow", "right_wrist", "forearm_cm"),
    ],
)  # fmt: skip
def test_segments_keep_their_length_in_every_pose(anything, first, second, length):
    joints = joints_of(BODY, anything, (0.0, 0.0), np.linspace(0, 6, 500))
    apart = np.linalg.norm(at(joints, first) - at(joints, second), axis=1)
    assert apart == pytest.approx(getattr(BODY, length), rel=1e-9)


def test_nobody_sinks_into_the_ground(anything):
    joints = joints_of(BODY, anything, (0.0, 0.0), 0.0)
    lowest = min((at(joints, name)[:, 2] - share * 172).min() for name, share in CONTACT.items())
    assert lowest == pytest.approx(0.0, abs=1e-9)


def test_many_people_are_as_each_of_them_alone():
    poses = [Pose(), stride(Segments.stacked([BODY]), 1.0, 130.0), lying("back")]
    bodies = [BODY, Segments.typical(120.0), Segments.typical(185.0)]
    places = np.array([[0.0, 100], [50, 200], [-40, 300]])
    together = joints_of(Segments.stacked(bodies), Pose.stacked(poses), places, np.arange(3.0))
    for number in range(3):
        alone = joints_of(bodies[number], poses[number], places[number], float(number))
        assert together[number] == pytest.approx(alone[0])


def test_wrists_go_where_they_are_sent():
    pose = replace(Pose(), trunk_flexion_deg=20.0, pelvis_height_cm=90.0)
    wrists = np.array([[[30.0, 12.0, 20.0], [38.0, -30.0, 45.0]]])
    joints = joints_of(BODY, arms_to(BODY, pose, wrists), (0.0, 0.0), 0.0)
    found = np.stack([at(joints, "left_wrist")[0], at(joints, "right_wrist")[0]]) - (0, 0, 90)
    assert found == pytest.approx(wrists[0], abs=0.05)


def everything_people_do() -> Pose:
    body = Segments.typical(np.full(64, 172.0))
    one = Segments.typical(np.array([172.0]))
    phase = np.linspace(0, 2 * np.pi, 64)
    still = stride(one, 0.0, 0.0)
    steps = [stride(body, phase, speed) for speed in (60.0, 135.0, 180.0, 260.0, 350.0, 500.0)]
    shares = np.linspace(0, 1, 64)
    held = [holding(one, still, [hands]) for hands in ("phone", "call", "crossed", "pockets", "behind", "folder")]
    falls = [falling(one, still, kind, share) for kind in ("back", "belly", "left", "right") for share in shares]
    many = [*steps, seated(body, shares), crouching(body, shares), looking(still, np.full(1, 80.0), 20.0)]
    alone = Pose.stacked([*held, *falls])

    def all_of(name: str):
        widen = both_sides if name.startswith(LIMBS) else lambda values: np.atleast_1d(np.asarray(values, float))
        return np.concatenate([widen(getattr(pose, name)) for pose in (*many, alone)])

    return Pose(**{part.name: all_of(part.name) for part in fields(Pose)})


def test_joints_stay_within_what_anatomy_allows():
    pose = everything_people_do()
    for name, (least, most) in LIMITS_DEG.items():
        angles = np.asarray(getattr(pose, name))
        assert angles.min() >= least - 0.5, name
        assert angles.max() <= most + 0.5, name


@pytest.mark.parametrize("speed", [40.0, 90.0, 135.0, 180.0, 300.0, 450.0])
@pytest.mark.parametrize("stature", [115.0, 172.0])
def test_feet_on_the_ground_do_not_slide(speed, stature):
    body = Segments.typical(np.full(240, stature))
    phase = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    length = step_cm(body, speed)[0]
    places = np.stack([np.zeros(240), phase / np.pi * length], axis=1)
    joints = joints_of(body, stride(body, phase, speed), places, np.pi / 2)
    seconds = 2 * length / speed / 240
    stands = (phase / 2 / np.pi < duty(body, speed)[0])[1:]
    moved = [np.linalg.norm(np.diff(at(joints, f"left_{end}"), axis=0), axis=1) / seconds for end in ("heel", "toe")]
    assert np.minimum(*moved)[stands].max() < 0.06 * speed
    lowest = np.minimum(at(joints, "left_heel")[:, 2], at(joints, "left_toe")[:, 2])
    assert lowest.min() > (CONTACT["left_toe"] - 0.006) * stature


def test_paces_turn_into_runs_and_children_take_more_steps():
    adult, child = Segments.typical(175.0), Segments.typical(115.0)
    assert [bool(runs(adult, speed)) for speed in (140, 190, 230, 400)] == [False, False, True, True]
    assert runs(child, 190)
    assert 120 / step_cm(child, 120) > 1.2 * 120 / step_cm(adult, 120)
    assert 60 * 135 / step_cm(adult, 135) == pytest.approx(112, abs=6)
    assert 60 * 350 / step_cm(adult, 350) == pytest.approx(163, abs=12)


def test_somebody_who_sits_has_their_hips_at_the_seat_and_their_feet_on_the_ground():
    body = Segments.typical(np.array([172.0]))
    joints = joints_of(body, seated(body, 1.0, 45.0), (0.0, 0.0), 0.0)
    assert at(joints, "left_hip")[0, 2] == pytest.approx(45 + 0.05 * 172, abs=1.5)
    assert at(joints, "left_ankle")[0, 2] == pytest.approx(0.039 * 172, abs=0.5)
    assert at(joints, "left_ankle")[0, 0] == pytest.approx(0, abs=0.5)
