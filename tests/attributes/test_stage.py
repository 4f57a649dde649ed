"""What is said of people who walk, stand, hide and are cut off before a camera that is known, or is not."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from pipeline.attributes.lifting import Lifter
from pipeline.attributes.stage import Attributes
from pipeline.data import Person
from pipeline.geometry.camera import Camera, Deviations
from pipeline.perception.tracking import TrackedPerson
from tests.attributes.walks import CAMERA, Walk, hidden, tracked

FPS = 10.0
Seen = list[tuple[float, TrackedPerson]]


@pytest.fixture(scope="module")
def lifter() -> Lifter:
    return Lifter()


def said(lifter: Lifter, seen: Seen, camera: Camera | None = CAMERA) -> list[Person]:
    stage = Attributes(2.0, lifter)
    return [stage([person], seconds, CAMERA.size, camera)[0] for seconds, person in seen]


def rigid(walk: Walk, seconds: float) -> Seen:
    return [(frame / FPS, walk.rigid(frame / FPS)) for frame in range(round(seconds * FPS))]


def turned(one: float | None, other: float) -> float:
    assert one is not None
    return abs((one - other + 180) % 360 - 180)


DIRECTIONS = [((0, -130), 0.0), ((130, 0), 90.0), ((0, 130), 180.0), ((-130, 0), 270.0)]
"""Velocities of somebody straight ahead of the camera, and the headings that they are."""


@pytest.mark.parametrize(("velocity", "heading"), DIRECTIONS)
def test_joints_without_errors_tell_place_size_and_heading(lifter, velocity, heading):
    truth_s = 2.9
    walk = Walk((-velocity[0] * truth_s, 1200.0 - velocity[1] * truth_s), velocity)
    last = said(lifter, rigid(walk, 3.0))[-1]
    assert turned(last.heading_deg, heading) < 2
    assert last.speed_cm_s == pytest.approx(130, rel=0.05)
    assert last.distance_cm == pytest.approx(walk.distance_cm(truth_s), rel=0.01)
    assert last.ground_cm == pytest.approx(walk.place(truth_s).tolist(), abs=25)
    assert last.height_cm == pytest.approx(walk.height_cm, abs=2.5)


@pytest.mark.parametrize(("velocity", "facing"), DIRECTIONS)
def test_walkers_face_where_they_go(lifter, velocity, facing):
    walk = Walk((0.0 - velocity[0], 1100.0 - velocity[1]), velocity)
    last = said(lifter, list(walk.real(20, FPS, 3)))[-1]
    assert turned(last.facing_deg, facing) < 20


@pytest.mark.parametrize("seed", range(4))
def test_who_stands_still_has_no_heading(lifter, seed):
    standing = Walk((150.0, 1300.0), (0.0, 0.001))
    people = said(lifter, list(standing.real(60, FPS, seed)))
    assert all(person.heading_deg is None and person.heading_std_deg is None for person in people)
    assert (people[-1].speed_cm_s or 0.0) < 25


def test_a_height_gets_surer_while_somebody_is_seen(lifter):
    people = said(lifter, list(Walk((-600.0, 1300.0), (130.0, 0.0), 183.0).real(80, FPS, 5)))
    deviations = [person.height_std_cm for person in people]
    assert deviations[79] < deviations[20] < 0.85 * deviations[0]
    assert people[-1].height_cm == pytest.approx(183, abs=5)


def test_deviations_hold_as_often_as_they_should(lifter):
    within, heights = [], []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        angle, away = rng.uniform(0, 2 * np.pi), rng.uniform(900, 1700)
        walk = Walk(
            (rng.uniform(-0.3, 0.3) * away, away), (110 * np.cos(angle), 110 * np.sin(angle)), rng.normal(170, 8)
        )
        last = said(lifter, list(walk.real(25, FPS, seed, noise=0.03)))[-1]
        within.append(abs(last.distance_cm - walk.distance_cm(2.4)) <= last.distance_std_cm)
        heights.append(abs(last.height_cm - walk.height_cm) <= last.height_std_cm)
    assert 0.5 <= np.mean(within) <= 0.97
    assert 0.5 <= np.mean(heights) <= 0.97


def test_a_slip_of_the_pose_network_bends_nothing(lifter):
    walk = Walk((-400.0, 1200.0), (120.0, 0.0))
    seen = rigid(walk, 4.0)
    slipped = seen[30][1].keypoints.copy()
    slipped[15:17, 1] -= 60  # both ankles on the knees: four metres farther away
    broken = list(seen)
    broken[30] = (seen[30][0], replace(seen[30][1], keypoints=slipped))
    good, bad = said(lifter, seen), said(lifter, broken)
    assert bad[30].distance_cm == pytest.approx(good[30].distance_cm, rel=0.02)
    assert bad[-1].height_cm == pytest.approx(good[-1].height_cm, abs=0.5)


def test_who_walks_behind_something_low_stays_where_they_are(lifter):
    walk = Walk((-400.0, 1200.0), (120.0, 0.0))
    seen = rigid(walk, 5.0)
    for frame in range(20, 50):
        seconds, person = seen[frame]
        points = person.keypoints.copy()
        points[15:17, 1] = 0.7 * points[13:15, 1] + 0.3 * points[15:17, 1]  # ankles put where something hides the shins
        seen[frame] = seconds, replace(person, keypoints=points)
    people = said(lifter, seen)
    for frame in range(20, 50):
        assert people[frame].distance_cm == pytest.approx(walk.distance_cm(frame / FPS), rel=0.03)
    assert people[-1].height_cm == pytest.approx(172, abs=3)


def test_a_track_that_goes_over_to_somebody_else_tells_of_no_run_and_of_the_new_height(lifter):
    first, second = Walk((-200.0, 900.0), (0.0, 130.0)), Walk((-100.0, 1250.0), (0.0, 130.0), height_cm=150.0)
    seen = [(frame / FPS, (first if frame < 40 else second).rigid(frame / FPS)) for frame in range(90)]
    people = said(lifter, seen)
    assert max(person.speed_cm_s or 0.0 for person in people[20:]) < 170
    assert people[39].height_cm == pytest.approx(172, abs=3)
    assert people[-1].height_cm == pytest.approx(150, abs=4)
    assert people[-1].ground_cm == pytest.approx(second.place(8.9).tolist(), abs=30)


def test_who_is_cut_off_by_the_edge_is_less_sure_and_not_elsewhere(lifter):
    walk = Walk((0.0, 900.0), (0.0, -60.0))
    seen = list(walk.real(80, FPS, 2))
    people = said(lifter, seen)
    cut = [index for index, (_, person) in enumerate(seen) if person.keypoints[15:17, 1].min() > 720]
    whole = [index for index, (_, person) in enumerate(seen) if person.keypoints[15:17, 1].max() < 690]
    assert cut
    assert whole
    known, lost = people[whole[-1]], people[cut[-1]]
    assert lost.distance_std_cm / lost.distance_cm > known.distance_std_cm / known.distance_cm
    assert lost.distance_cm == pytest.approx(walk.distance_cm(seen[cut[-1]][0]), rel=0.06)
    # Whose feet were never seen is not known to be tall or near.
    never = said(lifter, seen[cut[0] : cut[0] + 1])[0]
    assert never.distance_std_cm / never.distance_cm > 0.03


def test_who_is_hidden_goes_on_less_and_less_surely(lifter):
    walk = Walk((-500.0, 1200.0), (130.0, 0.0))
    seen = rigid(walk, 3.0)
    gone = [(seconds + 3.0, hidden(person)) for seconds, person in rigid(walk, 0.6)]
    people = said(lifter, seen + gone)
    deviations = [person.distance_std_cm for person in people[29:]]
    assert all(later > earlier for earlier, later in pairwise(deviations))
    assert people[-1].ground_cm is not None
    assert people[-1].ground_cm[0] == pytest.approx(float(walk.place(3.5)[0]), abs=40)


def test_what_is_not_known_of_the_camera_widens_what_is_said(lifter):
    seen = rigid(Walk((-300.0, 1300.0), (100.0, 0.0)), 2.0)
    exact = said(lifter, seen)[-1]
    rough = said(lifter, seen, replace(CAMERA, std=Deviations(6.0, 25.0, 1.0)))[-1]
    assert rough.distance_cm == exact.distance_cm
    assert rough.distance_std_cm > 2 * exact.distance_std_cm
    assert rough.height_std_cm > exact.height_std_cm


def test_without_a_camera_there_is_no_ground_and_little_is_sure(lifter):
    people = said(lifter, list(Walk((-300.0, 1200.0), (120.0, 0.0)).real(30, FPS, 1)), None)
    last = people[-1]
    assert last.ground_cm is None
    assert last.distance_std_cm > 0.3 * last.distance_cm
    assert last.height_std_cm > 8
    assert turned(last.facing_deg, 90) < 35


def test_two_people_do_not_disturb_each_other(lifter):
    walks = Walk((-500.0, 1100.0), (120.0, 0.0), 180.0, 1), Walk((300.0, 1600.0), (-90.0, 20.0), 160.0, 2)
    stage, alone = Attributes(2.0, lifter), []
    for frame in range(25):
        together = stage([walk.rigid(frame / FPS) for walk in walks], frame / FPS, CAMERA.size, CAMERA)
    for walk in walks:
        alone.append(said(lifter, rigid(walk, 2.5))[-1])
    for one, other in zip(together, alone, strict=True):
        assert one.height_cm == pytest.approx(other.height_cm, abs=0.2)
        assert one.heading_deg == pytest.approx(other.heading_deg, abs=0.5)


def test_another_camera_is_another_ground(lifter):
    walk, stage = Walk((-300.0, 1200.0), (130.0, 0.0), 185.0), Attributes(2.0, lifter)
    for seconds, person in rigid(walk, 2.0):
        before = stage([person], seconds, CAMERA.size, CAMERA)[0]
    other = replace(CAMERA, height_cm=700.0, tilt_deg=25.0)
    cut = Walk(walk.start, walk.velocity, walk.height_cm, camera=other)
    after = stage([cut.rigid(2.0)], 2.0, other.size, other)[0]
    assert before.heading_deg is not None
    assert after.heading_deg is None
    assert after.height_cm == pytest.approx(before.height_cm, abs=4)
    assert after.distance_cm == pytest.approx(cut.distance_cm(2.0), rel=0.03)


def test_nobody_is_nobody(lifter):
    assert Attributes(2.0, lifter)([], 0.0, CAMERA.size, CAMERA) == ()


def test_joints_at_the_horizon_and_above_say_nothing_of_the_ground(lifter):
    floating = tracked(np.column_stack([np.full(17, 640.0) + np.arange(17), np.linspace(5, 20, 17)]), 1)
    person = Attributes(2.0, lifter)([floating], 0.0, CAMERA.size, CAMERA)[0]
    assert person.heading_deg is None
    assert person.height_std_cm is None or person.height_std_cm > 8
