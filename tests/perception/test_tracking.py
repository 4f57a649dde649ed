"""The same person keeps the same number, from 1, camera by camera."""

import numpy as np
import pytest

from pipeline.perception.clothing import clothing
from pipeline.perception.detections import Detections
from pipeline.perception.tracking import HIDDEN_S, Tracker
from pipeline.pictures import Picture, PixelFormat

FPS = 10.0
PICTURE = Picture.packed(PixelFormat.GRAY8, 640, 480, np.full(640 * 480, 90, np.uint8))


def detections(*people: tuple[float, float], score: float = 0.8) -> Detections:
    """People of 40 x 120 px whose feet are there; the first joint tells who they are."""
    boxes = np.array([(x - 20, y - 120, x + 20, y) for x, y in people], np.float32).reshape(-1, 4)
    keypoints = np.zeros((len(people), 17, 3), np.float32)
    keypoints[:, 0, 0] = boxes[:, 0]
    return Detections(boxes, np.full(len(people), score, np.float32), keypoints)


def walk(tracker: Tracker, frames: list[Detections]) -> list[list]:
    return [tracker.update(found, index / FPS, PICTURE) for index, found in enumerate(frames)]


@pytest.mark.parametrize("algorithm", ["bytetrack", "ocsort", "botsort"])
def test_two_people_keep_their_numbers_and_their_joints(algorithm):
    frames = [detections((100 + 8 * i, 200), (500 - 8 * i, 400)) for i in range(20)]
    tracked = walk(Tracker(algorithm, FPS, 2.0), frames)
    assert [person.track for person in tracked[-1]] == [1, 2]
    for people in tracked[5:]:
        for person in people:
            assert person.keypoints[0, 0] == pytest.approx(person.box[0], abs=1e-3)
    assert {tuple(p.track for p in people) for people in tracked[5:]} == {(1, 2)}


def test_two_cameras_count_each_from_one():
    frames = [detections((100 + 5 * i, 200)) for i in range(6)]
    for _ in range(2):
        assert walk(Tracker("bytetrack", FPS, 2.0), frames)[-1][0].track == 1


def test_weak_detections_begin_nothing_but_carry_on():
    weak = [detections((100, 200), score=0.15) for _ in range(5)]
    assert walk(Tracker("bytetrack", FPS, 2.0), weak)[-1] == []
    strong_then_weak = [detections((100, 200)) for _ in range(5)] + weak
    assert walk(Tracker("bytetrack", FPS, 2.0), strong_then_weak)[-1][0].score == pytest.approx(0.15)


def test_somebody_hidden_is_reported_for_a_moment_as_not_seen_and_comes_back_as_the_same():
    seen = [detections((100 + 10 * i, 200)) for i in range(10)]
    gone = [detections() for _ in range(8)]
    back = [detections((100 + 10 * i, 200)) for i in range(18, 22)]
    tracked = walk(Tracker("bytetrack", FPS, 2.0), seen + gone + back)
    hidden = tracked[11][0]
    assert (hidden.track, hidden.score, len(hidden.keypoints)) == (1, 0.0, 0)
    assert hidden.box[0] == pytest.approx(80 + 10 * 11, abs=8)
    assert tracked[10 + int(HIDDEN_S * FPS)] == []
    assert tracked[-1][0].track == 1


def test_one_false_frame_makes_no_track():
    frames = [detections((100, 200)), *[detections() for _ in range(5)]]
    assert all(people == [] for people in walk(Tracker("bytetrack", FPS, 2.0), frames))


def upright(x: float, colour: int, canvas: np.ndarray) -> tuple[tuple[float, ...], np.ndarray]:
    """Somebody of 40 x 120 px whose feet are at (x, 300), painted in one colour, with joints down the middle."""
    canvas[180:300, round(x) - 20 : round(x) + 20] = colour
    joints = np.array([(x, 185.0 + 7 * joint, 0.9) for joint in range(17)], np.float32)
    return (x - 20, 180, x + 20, 300), joints


def meeting(step: int) -> tuple[Detections, Picture]:
    """A bright and a dark person who walk up to each other, stop while the bright one is hidden, and walk back."""
    canvas = np.full((480, 640, 3), 100, np.uint8)
    back = 10 * max(0, step - 16)
    people = [
        upright(min(300, 200 + 10 * step) - back, 230, canvas),
        upright(max(340, 440 - 10 * step) + back, 20, canvas),
    ]
    people = people[1:] if 10 <= step < 16 else people
    boxes = np.array([box for box, _ in people], np.float32)
    keypoints = np.stack([joints for _, joints in people])
    found = Detections(boxes, np.full(len(people), 0.8, np.float32), keypoints)
    return found, Picture.packed(PixelFormat.RGB24, 640, 480, canvas)


def test_two_who_meet_and_walk_back_are_told_apart_by_what_they_wear():
    tracker = Tracker("bytetrack", FPS, 2.0)
    sides = []
    for step in range(25):
        found, picture = meeting(step)
        tracked = tracker.update(found, step / FPS, picture)
        sides.append({person.track: round(float(person.box[0])) for person in tracked if person.score > 0})
    assert sides[5][1] < sides[5][2]
    assert sides[-1][1] < sides[-1][2]


@pytest.mark.parametrize("format", list(PixelFormat))
def test_looks_are_read_from_the_decoders_own_planes(format):
    shape = {PixelFormat.RGB24: 640 * 480 * 3, PixelFormat.GRAY8: 640 * 480}.get(format, 640 * 480 * 3 // 2)
    picture = Picture.packed(format, 640, 480, np.full(shape, 77, np.uint8))
    assert clothing(picture, detections((100, 200), (639, 479))) == pytest.approx(np.full((2, 6), 77))


@pytest.mark.parametrize("algorithm", ["bytetrack", "ocsort", "botsort"])
def test_people_are_expected_where_they_walk_to_and_asking_changes_nothing(algorithm):
    frames = [detections((100 + 10 * i, 200), (500, 400)) for i in range(10)] + [detections((500, 400))] * 3
    asked, left_alone = Tracker(algorithm, FPS, 2.0), Tracker(algorithm, FPS, 2.0)
    assert asked.expected(0.0) == {}
    for index, found in enumerate(frames):
        expected = asked.expected(index / FPS)
        told, same = (tracker.update(found, index / FPS, PICTURE) for tracker in (asked, left_alone))
        assert [(p.track, p.box.tolist()) for p in told] == [(p.track, p.box.tolist()) for p in same]
    assert list(expected) == [2, 1]  # who is seen comes first
    assert expected[2] == pytest.approx([480, 280, 520, 400], abs=2)
    assert expected[1] == pytest.approx([200, 80, 240, 200], abs=10)
