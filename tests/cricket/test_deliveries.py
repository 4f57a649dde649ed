"""Deliveries of the simulator, seen with noise, misses and false sightings, are found and read as they were bowled."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.deliveries import Errors, glances
from pipeline.cricket.events import events_of
from pipeline.cricket.finder import DeliveryFinder, Flight, Found
from pipeline.cricket.glance import Glance
from pipeline.cricket.telling import tell
from pipeline.data import KEYPOINT_NAMES, Delivery, EventState, Person
from pipeline.geometry.laws import off_side
from pipeline.simulation.cricket.scene import Cricket
from pipeline.simulation.cricket.spell import Bowled


@cache
def watched(view: str, seed: int) -> tuple[Bowled, tuple[Glance, ...]]:
    """A delivery of a scene, and its frames as perception would tell of them."""
    scene = Cricket.of(seed=seed, view=view)
    bowled = scene.spell.delivery(0)
    errors = Errors(seed, ball_px=0.65, missed=0.05, false=0.5, mark_px=0.5, ankle=0.008)
    return bowled, tuple(glances(scene, errors, bowled.release_s - 0.8, bowled.end_s + 0.7))


def found_in(frames: tuple[Glance, ...]) -> list[Found]:
    finder = DeliveryFinder()
    return [each for glance in frames for each in finder.see(glance)] + finder.finish()


@cache
def only(view: str, seed: int) -> tuple[Bowled, Flight, Delivery]:
    bowled, frames = watched(view, seed)
    (found,) = found_in(frames)
    assert found.flight is not None
    return bowled, found.flight, tell(found, "one", "pitch")


@pytest.mark.parametrize("view", ["bowler-high", "bowler-low", "keeper"])
def test_a_delivery_is_found_with_its_speed_and_where_it_pitched(view):
    bowled, _, told = only(view, 5005)
    true = bowled.course
    assert told.frames.release == pytest.approx(bowled.release_s * 25, abs=2)
    assert told.release_speed_kmh is not None
    assert told.release_speed_std_kmh is not None
    assert abs(told.release_speed_kmh - bowled.plan.speed_kmh) < 3 * told.release_speed_std_kmh
    assert told.bounce_m is not None
    assert true.bounce_m is not None
    assert told.hand == bowled.plan.batter
    along, off = off_side(np.array(true.bounce_m), bowled.plan.batter)
    assert told.bounce_std_m is not None
    assert abs(told.bounce_m[0] - along) < 3 * told.bounce_std_m[0] + 0.05
    assert abs(told.bounce_m[1] - off) < 3 * told.bounce_std_m[1] + 0.03


def test_every_frame_of_the_path_is_where_the_ball_was():
    bowled, flight, told = only("bowler-high", 5005)
    view = flight.watched.pitches[0].view
    rate = 25
    for point in told.path:
        time = point.frame / rate - bowled.release_s
        if point.metres is not None and 0 < time < min(bowled.course.end_s, bowled.course.contact_s or 9):
            seen = view.project(off_side(point.metres, bowled.plan.batter))[0]
            real = view.project(bowled.course.at(time))[0]
            assert np.linalg.norm(seen - real) < 6


def test_what_was_not_seen_is_null_with_its_reason():
    bowled, frames = watched("bowler-low", 5005)
    assert bowled.course.bounce_s is not None
    cut = bowled.release_s + 0.6 * bowled.course.bounce_s
    blind = tuple(glance if glance.time_s < cut else replace(glance, balls=()) for glance in frames)
    for found in found_in(blind):
        told = tell(found, "one", "pitch")
        assert told.bounce_m is None
        assert told.seam_deg is None
        assert {"bounce_m", "seam_deg"} <= told.unknown.keys()


def test_a_replay_in_slow_motion_is_no_delivery():
    _, frames = watched("bowler-high", 5005)
    first = frames[0].frame
    slow = []
    for number, glance in enumerate(frames):
        frame = first + 3 * number
        balls = tuple(replace(ball, frame=frame, time_s=frame / 25) for ball in glance.balls)
        slow.append(replace(glance, frame=frame, time_s=frame / 25, balls=balls))
    assert found_in(tuple(slow)) == []


def test_where_no_pitch_is_seen_nothing_is_bowled():
    _, frames = watched("bowler-high", 5005)
    street = tuple(replace(glance, pitch=None) for glance in frames)
    assert found_in(street) == []


def test_false_sightings_alone_are_no_delivery():
    _, frames = watched("bowler-high", 5005)
    rng = np.random.default_rng(3)
    noise = tuple(
        Glance(
            glance.frame,
            glance.time_s,
            glance.pitch,
            tuple(
                type(ball)(
                    glance.frame, glance.time_s, float(rng.uniform(0, 1280)), float(rng.uniform(0, 720)), 3.0, 0.5
                )
                for ball in glance.balls * 2
            ),
        )
        for glance in frames
    )
    assert found_in(noise) == []


def test_a_camera_beside_the_bowler_sees_the_front_foot():
    bowled, _, told = only("side", 5001)
    assert told.front_foot is not None
    assert told.front_foot.margin_cm == pytest.approx(bowled.plan.margin_cm, abs=3.5 * told.front_foot.std_cm)
    assert told.front_foot.std_cm < 5
    assert told.front_foot.frame == pytest.approx(bowled.lands_s * 25, abs=2)
    assert told.bounce_m is None


def test_a_ball_that_is_soon_hidden_is_a_delivery_if_a_bowler_stands_at_the_crease():
    """Five frames of it from the hand: as a low camera behind the bowler sees it."""
    bowled, frames = watched("bowler-low", 5005)
    hidden_s = bowled.release_s + 0.2
    short = tuple(
        replace(glance, balls=tuple(ball for ball in glance.balls if ball.time_s < hidden_s)) for glance in frames
    )
    (found,) = found_in(short)
    told = tell(found, "one", "pitch")
    assert told.frames.release == pytest.approx(bowled.release_s * 25, abs=3)
    assert told.front_foot is not None
    assert told.bounce_m is None
    assert "bounce_m" in told.unknown
    assert found_in(tuple(replace(glance, people=()) for glance in short)) == []


def unseen(view: str, seed: int) -> tuple[Bowled, tuple[Glance, ...]]:
    """A delivery of which nobody sees the ball."""
    bowled, frames = watched(view, seed)
    return bowled, tuple(replace(glance, balls=()) for glance in frames)


@pytest.mark.parametrize("view", ["bowler-high", "bowler-low", "keeper"])
def test_an_arm_that_comes_over_at_the_crease_is_a_delivery_though_nobody_sees_the_ball(view):
    bowled, frames = unseen(view, 5005)
    (found,) = found_in(frames)
    told = tell(found, "one", "pitch")
    assert told.frames.release == pytest.approx(bowled.release_s * 25, abs=2)
    assert told.frames.end is None
    assert told.path == ()
    assert told.front_foot is not None
    assert told.release_speed_kmh is None
    assert {"release_speed_kmh", "bounce_m", "line", "hitting_stumps"} <= told.unknown.keys()
    events = events_of(told, "run", str)
    assert [event.state for event in events] == [EventState.START, EventState.END]
    assert events[-1].sentence.startswith("Delivery: front foot")


def test_who_runs_through_the_crease_with_arms_down_bowls_nothing():
    _, frames = unseen("bowler-high", 5005)
    assert found_in(tuple(replace(glance, people=tuple(map(arms_down, glance.people))) for glance in frames)) == []


def test_an_arm_that_comes_over_where_nobody_bowls_from_is_none():
    _, frames = unseen("bowler-high", 5005)
    aside = tuple(replace(glance, people=tuple(moved(person, 300) for person in glance.people)) for glance in frames)
    assert found_in(aside) == []


def test_a_ball_that_is_let_go_at_another_time_than_the_arm_came_over_is_none():
    bowled, frames = watched("bowler-high", 5005)
    later = 20
    balls = {glance.frame + later: glance.balls for glance in frames}
    apart = tuple(
        replace(
            glance,
            balls=tuple(
                replace(ball, frame=glance.frame, time_s=glance.time_s) for ball in balls.get(glance.frame, ())
            ),
        )
        for glance in frames
    )
    (found,) = found_in(apart)
    assert found.flight is None
    assert found.release_s == pytest.approx(bowled.release_s, abs=0.1)
    alone = tuple(replace(glance, people=()) for glance in apart)
    assert all(abs(each.release_s - bowled.release_s) > 0.5 for each in found_in(alone))


def test_somebody_who_raises_an_arm_at_the_crease_just_after_a_delivery_does_not_bowl_another():
    bowled, frames = watched("bowler-high", 5005)
    later, up = 17, round(bowled.release_s * 25) - 1
    people = {glance.frame + later: glance.people for glance in frames}
    twice = []
    for glance in frames:
        others = people.get(glance.frame, ())
        shown = others if glance.frame == up + later else tuple(map(arms_down, others))
        another = tuple(replace(person, track=person.track + 100) for person in shown)
        twice.append(replace(glance, people=(*map(arms_down, glance.people), *another)))
    (found,) = found_in(tuple(twice))
    assert found.flight is not None
    assert found.release_s == pytest.approx(bowled.release_s, abs=0.1)


def arms_down(person: Person) -> Person:
    points = list(person.keypoints)
    for side in ("left", "right"):
        points[KEYPOINT_NAMES.index(f"{side}_wrist")] = points[KEYPOINT_NAMES.index(f"{side}_hip")]
    return replace(person, keypoints=tuple(points))


def moved(person: Person, right_px: float) -> Person:
    return replace(person, keypoints=tuple((x + right_px, y, score) for x, y, score in person.keypoints))


def test_a_delivery_is_one_event_that_begins_goes_on_and_ends():
    _, _, told = only("bowler-high", 5005)
    events = events_of(told, "run", lambda frame: f"frame {frame}")
    assert [event.revision for event in events] == list(range(len(events)))
    assert {event.id for event in events} == {told.id}
    assert events[0].state is EventState.START
    assert events[-1].state is EventState.END
    assert all(event.state is EventState.UPDATE for event in events[1:-1])
    assert [event.frame for event in events] == sorted(event.frame for event in events)
