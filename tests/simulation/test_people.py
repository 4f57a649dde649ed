"""People on the street: what is said of them is what they do, and they leave each other room."""

import dataclasses

import numpy as np
import pytest

from pipeline.geometry.angles import seen_angle_deg
from pipeline.geometry.camera import Camera
from pipeline.simulation.bodies import Body
from pipeline.simulation.crowd import Crowd
from pipeline.simulation.deeds import Crouch, FallDown, Go, Seat, Sit, Stay
from pipeline.simulation.figures import figures_of
from pipeline.simulation.gait import cycles, duty, stride
from pipeline.simulation.ground import Ground
from pipeline.simulation.occlusion import Occlusion
from pipeline.simulation.persons import persons
from pipeline.simulation.shapes import shape_of
from pipeline.simulation.skeleton import JOINT, Segments, joints_of
from pipeline.simulation.street import Street
from pipeline.simulation.walkers import Walker

CAMERA = Camera((1280, 720), 1150, 1150, 640, 360, 420, 14.0, origin="simulated")
FPS = 25.0


def somebody(*deeds, place=(0.0, 1200.0), seed=1) -> Walker:
    rng = np.random.default_rng(seed)
    body = Body.drawn(rng, 30.0).wearing(hat="none", bag="none")
    walker = Walker(1, body, rng, np.array(place), 0.3, 130.0)
    walker.deeds.extend(deeds)
    return walker


def crowd_of(*walkers: Walker) -> Crowd:
    crowd = Crowd(Ground(CAMERA, 700, 2600), lambda walker: walker.deeds.append(Stay(100.0)))
    crowd.walkers = list(walkers)
    return crowd


def person_of(walker: Walker):
    figures = [(walker, *figures_of([shape_of(walker.body)], walker.joints[None], CAMERA))]
    return persons(CAMERA, figures, Occlusion(CAMERA.size, [(1, figures[0][1])]))[0]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("distance", [900.0, 1700.0])
def test_a_height_is_found_again_from_the_box_and_the_camera(seed, distance):
    walker = somebody(Stay(9.0, towards=(0.0, 0.0)), place=(60.0, distance), seed=seed)
    upright = dataclasses.replace(walker.body, stoop_deg=0.0)
    one = Segments.stacked([upright.segments])
    walker.body = upright
    walker.joints = joints_of(one, stride(one, 0.0, 0.0), walker.position, -np.pi / 2)[0]
    person = person_of(walker)
    # The height at which the line of sight to the top of the box passes over the place where they stand.
    head = walker.joints[JOINT["crown"]]
    ray = CAMERA.rays([CAMERA.project(head)[0][0], person.whole_box[1]])
    height = CAMERA.height_cm + ray[2] / ray[1] * head[1]
    assert height == pytest.approx(person.height_cm, rel=0.005)


def test_the_way_over_time_is_the_speed_told_and_the_heading_is_where_it_leads():
    street = Street.of(seed=9, people=10)
    for _ in range(20):
        before = {walker.track: walker.ground.copy() for walker in street.walkers}
        street.step()
        for person in street.truth("r", "s", 0).people:
            if person.state not in ("walking", "running") or person.track not in before:
                continue
            step = np.array(person.ground_cm) - before[person.track]
            assert np.linalg.norm(step) * street.fps == pytest.approx(person.speed_cm_s, abs=0.8)
            if person.heading_deg is not None and person.speed_cm_s > 40:
                off = float(seen_angle_deg(person.ground_cm, step)) - person.heading_deg
                assert abs((off + 180) % 360 - 180) < 2.0


def test_nobody_stands_in_anybodys_place_and_only_those_who_move_have_a_heading():
    street = Street.of(seed=3, people=14, fps=10)
    nearest, told = np.inf, set()
    for _ in range(200):
        street.step()
        places = np.stack([walker.ground for walker in street.walkers])
        apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * np.eye(len(places))
        nearest = min(nearest, apart.min())
        told |= {walker.state for walker in street.walkers}
    assert nearest > 38
    assert {"walking", "standing"} <= told
    for person in street.truth("r", "s", 0).people:
        assert (person.heading_deg is None) == (person.state not in ("walking", "running"))


def test_feet_stay_where_they_are_through_turns_and_stops():
    walker = somebody(
        Go((0.0, 1500.0), 130.0), Go((350.0, 1500.0), 130.0), Stay(1.0), Go((0.0, 1000.0), 90.0), place=(0.0, 1100.0)
    )
    crowd = crowd_of(walker)
    body = Segments.stacked([walker.body.segments])
    slides = []
    for _ in range(round(11 * FPS)):
        crowd.step(1 / FPS)
        done = cycles(walker.phase)[0]
        stands = (done > 0.10) & (done < duty(body, walker.speed_cm_s)[0] - 0.06)
        for side, still in zip(("left", "right"), stands, strict=True):
            ends = [np.linalg.norm(walker.joint_speeds[JOINT[f"{side}_{end}"]]) for end in ("heel", "toe")]
            if still and walker.state == "walking":
                slides.append(min(ends))
    assert np.percentile(slides, 50) < 4
    assert np.percentile(slides, 95) < 32


def test_hands_and_hips_never_jump():
    street = Street.of(seed=3, people=10, level="hard")
    hips, hands = [JOINT["left_hip"], JOINT["right_hip"]], [JOINT["left_hand"], JOINT["right_hand"]]
    for _ in range(150):
        street.step()
        for walker in street.walkers:
            moved = np.linalg.norm(walker.joint_speeds, axis=1) / street.fps
            assert moved[hands].max() < 5 + 2.6 * walker.speed_cm_s / street.fps + 8
            if walker.state in ("walking", "running", "standing"):
                assert walker.joints[hips, 2].mean() > 0.78 * float(walker.body.segments.hip_cm)


def test_a_head_turns_apart_from_the_body():
    walker = somebody(Stay(9.0, "camera", towards=(600.0, 1400.0)))
    crowd = crowd_of(walker)
    for _ in range(60):
        crowd.step(1 / FPS)
    person = person_of(walker)
    assert min(person.head_facing_deg, 360 - person.head_facing_deg) < 40
    assert 60 < person.facing_deg < 140
    assert person.heading_deg is None


@pytest.mark.parametrize(
    ("deed", "during", "highest"),
    [
        (Sit(3.0, Seat((0.0, 1200.0), -1.2)), {"sitting"}, 0.80),
        (Crouch(2.0), {"crouching"}, 0.72),
        (FallDown("left", 2.0), {"falling", "lying"}, 0.35),
    ],
)
def test_people_go_down_and_stand_up_again_with_the_same_height(deed, during, highest):
    walker = somebody(deed)
    crowd = crowd_of(walker)
    states, tops, heights, jumps = [], [], set(), []
    for _ in range(round(9 * FPS)):
        before = walker.joints.copy()
        crowd.step(1 / FPS)
        states.append(walker.state)
        tops.append(walker.joints[:, 2].max() / walker.body.stature_cm)
        heights.add(person_of(walker).height_cm)
        if before.any():
            jumps.append(np.linalg.norm(walker.joints - before, axis=1).max())
    assert during <= set(states)
    assert states[-1] == "standing"
    assert min(tops) < highest
    assert len(heights) == 1
    assert max(jumps) < 32


def test_somebody_who_lies_faces_nowhere():
    walker = somebody(FallDown("back", 20.0))
    crowd = crowd_of(walker)
    for _ in range(80):
        crowd.step(1 / FPS)
    assert person_of(walker).state == "lying"
    assert person_of(walker).facing_deg is None


def test_people_come_and_go_with_new_tracks():
    street = Street.of(seed=5, people=6, fps=5, level="middle")
    first = {walker.track for walker in street.walkers}
    for _ in range(350):
        street.step()
    now = {walker.track for walker in street.walkers}
    assert now - first
    assert len(now) == 6
