"""Stories: what they are about happens, between the times that are told."""

import itertools
import json
from functools import cache

import numpy as np
import pytest

from pipeline.data import Event, FrameRecord, SceneRecord, from_json, to_json
from pipeline.simulation.marks import Line, Zone
from pipeline.simulation.stories import STORIES, kinds_of
from pipeline.simulation.street import Street

FPS = 10.0


SECONDS = {
    "no_pass": 26, "chase": 12, "fall": 22, "loitering": 36, "watching": 21, "watching_again": 20, "converging": 32,
    "crowding": 40, "running": 14, "line_crossing": 20,
}  # fmt: skip


@cache
def told(story: str, seed: int, seconds: float = 0.0):
    """The street, the events, where everybody was in each frame, and the scene's own record."""
    seconds = seconds or SECONDS.get(story, 14)
    street = Street.of(seed=seed, people=4, fps=FPS, story=story)
    events, frames = [], []
    for _ in range(round(seconds * FPS)):
        street.step()
        events += street.happened()
        frames.append({walker.track: (walker.ground.copy(), walker.state) for walker in street.walkers})
    return street, [event for event in events if isinstance(event, Event)], frames, events[0]


def times(event: Event) -> tuple[int, int]:
    """The frames between which it happened."""

    def at(text: str) -> int:
        return round((60 * int(text[14:16]) + float(text[17:23])) * FPS)

    assert event.ended_at is not None
    return at(event.started_at), at(event.ended_at)


@pytest.mark.parametrize("story", [story for story in STORIES if story != "none"])
def test_what_a_story_is_about_happens(story):
    _, events, _, _ = told(story, 2)
    kinds = {event.kind for event in events}
    assert set(kinds_of(story)) <= kinds
    for event in events:
        begin, end = times(event)
        assert event.state == "end"
        assert event.frame == begin
        assert begin <= end


def test_the_intruder_is_inside_the_polygon_between_the_times_and_outside_just_before_and_after():
    _, events, frames, scene = told("no_pass", 3)
    assert isinstance(scene, SceneRecord)
    zone = Zone("z", np.array(scene.zones[0].ground_cm))
    entered = [event for event in events if event.kind == "zone_entered"]
    assert entered
    for event in entered:
        (begin, end), track = times(event), event.tracks[0]
        inside = [zone.holds(frame[track][0][None])[0] for frame in frames[begin - 1 : end]]
        assert all(inside)
        assert not zone.holds(frames[begin - 2][track][0][None])[0]
        assert not zone.holds(frames[end][track][0][None])[0]
        assert event.rule == scene.zones[0].name


def test_those_who_turn_away_head_for_the_area_and_never_enter_it():
    _, events, _, _ = told("no_pass", 3)
    headed = {event.tracks[0] for event in events if event.kind == "zone_heading"}
    entered = {event.tracks[0] for event in events if event.kind == "zone_entered"}
    assert len(headed - entered) >= 2


def test_a_fall_lasts_from_upright_to_upright():
    _, events, frames, _ = told("fall", 2)
    fall = next(event for event in events if event.kind == "fall")
    (begin, end), track = times(fall), fall.tracks[0]
    assert {frame[track][1] for frame in frames[begin - 1 : end]} == {"falling", "lying"}
    assert frames[begin - 2][track][1] not in ("falling", "lying")
    assert frames[end][track][1] == "standing"


def test_the_zone_in_the_picture_is_the_one_on_the_ground():
    street, _, _, scene = told("no_pass", 4, 0.2)
    assert isinstance(scene, SceneRecord)
    zone = scene.zones[0]
    assert len(zone.polygon) == 6 * len(zone.ground_cm)
    corners, _ = street.camera.project([[*corner, 0.0] for corner in zone.ground_cm])
    assert np.array(zone.polygon)[::6] == pytest.approx(corners, abs=0.3)
    width, height = street.size
    assert all(0 < x < width and 0 < y < height for x, y in zone.polygon)


def test_truth_says_who_is_in_the_zone_in_every_frame():
    street = Street.of(seed=3, people=4, fps=FPS, story="no_pass")
    zone = street.happened()[0].zones[0]
    polygon, relations = Zone("z", np.array(zone.ground_cm)), set()
    for frame in range(230):
        street.step()
        if frame % 10:
            continue
        for person in street.truth("r", "s", frame).people:
            relations |= {relation.relation for relation in person.zones}
            inside = any(relation.relation == "inside" for relation in person.zones)
            assert inside == bool(polygon.holds(np.array([person.ground_cm]))[0])
    assert relations == {"inside", "heading"}


@pytest.mark.parametrize(
    ("story", "changed"),
    [("camera_covered", True), ("camera_moved", True), ("camera_defocused", True), ("camera_frozen", False)],
)
def test_the_camera_is_disturbed_between_the_times_told(story, changed):
    street = Street.of(seed=2, people=3, fps=FPS, width=320, height=180, story=story)
    luma, cameras, events = [], [], []
    for _ in range(150):
        luma.append(street.picture().planes[0].astype(int))
        cameras.append(street.camera)
        events += street.happened()
        street.step()
    begin, end = times(next(event for event in events if isinstance(event, Event)))
    differs = [np.abs(now - before).mean() for before, now in itertools.pairwise(luma)]
    calm = max(differs[:40])
    if changed:
        assert np.abs(luma[begin + 8] - luma[begin - 3]).mean() > 1.5 * calm
        assert np.abs(luma[end + 8] - luma[end - 8]).mean() > 1.5 * calm
    else:
        assert max(differs[begin + 1 : end - 3]) == 0
        assert min(differs[:40]) > 0
    assert (cameras[begin + 3] != cameras[0]) == (story == "camera_moved")
    assert cameras[-1] == cameras[0]


def test_nobody_is_seen_by_a_covered_lens_and_a_frozen_picture_shows_who_was_there():
    covered = Street.of(seed=2, people=3, fps=FPS, story="camera_covered")
    frozen = Street.of(seed=2, people=3, fps=FPS, story="camera_frozen")
    for _ in range(70):
        covered.step()
        frozen.step()
    assert covered.truth("r", "s", 70).people == ()
    first = frozen.truth("r", "s", 70).people
    frozen.step()
    assert frozen.truth("r", "s", 71).people == first
    assert len(first) > 0


def test_the_same_seed_tells_the_same_story():
    assert told("chase", 5)[1] == told.__wrapped__("chase", 5)[1]


def test_lines_are_crossed_to_either_side_and_only_between_their_ends():
    line = Line("l", np.array([[0.0, 0.0], [100.0, 0.0]]))
    assert line.crossed(np.array([50.0, -5.0]), np.array([50.0, 5.0])) == 1
    assert line.crossed(np.array([50.0, 5.0]), np.array([52.0, -5.0])) == -1
    assert line.crossed(np.array([150.0, -5.0]), np.array([150.0, 5.0])) == 0
    assert line.crossed(np.array([50.0, 5.0]), np.array([60.0, 5.0])) == 0


def test_what_a_scene_is_and_what_happened_go_over_the_wire():
    _, events, _, scene = told("line_crossing", 2)
    for item in (scene, *events):
        assert from_json(type(item), to_json(item)) == item
    assert json.loads(to_json(scene))["schema"] == "sightline.scene/1"
    record = Street.of(seed=1, people=2).truth("r", "s", 50)
    assert record.captured_at == "1970-01-01T00:00:02.000Z"
    assert from_json(FrameRecord, to_json(record)) == record


def test_what_still_goes_on_at_the_end_is_told_without_an_end():
    street = Street.of(seed=2, people=4, fps=FPS, story="crowding")
    for _ in range(300):
        street.step()
    crowded = [event for event in street.going_on() if event.kind == "crowding"]
    assert len(crowded) == 1
    assert crowded[0].state == "start"
    assert crowded[0].ended_at is None
    assert len(crowded[0].tracks) >= 6
