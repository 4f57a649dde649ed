"""Portraits: what is cut out, who is looked at and when, and what the network makes of simulated people."""

import numpy as np
import pytest

from pipeline.attributes.crops import PORTRAIT_PX, Square, portrait_square, square_crop, stature_px
from pipeline.attributes.directions import normal, told_deg
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.portraits import PortraitReader, Portraits, Portrayed
from pipeline.attributes.stage import Attributes
from pipeline.attributes.turns import Turns
from pipeline.perception.tracking import TrackedPerson
from pipeline.pictures import Picture, PixelFormat
from pipeline.simulation.scene import scene_of
from tests.attributes.walks import CAMERA, Walk

GRAY = Picture.packed(PixelFormat.GRAY8, 1280, 720, np.full((720, 1280), 90, np.uint8))


class Counting(PortraitReader):
    """Says the same of everybody, and how many it was asked about."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, portraits):
        self.asked.append(len(portraits))
        return np.full((len(portraits), 2, 36), 1 / 36)


@pytest.fixture(scope="module")
def reader() -> PortraitReader:
    return PortraitReader()


def people(count: int, tall_cm: float = 172.0) -> list[TrackedPerson]:
    return [Walk((-300.0 + 60 * n, 900.0), (0.0, 0.0), tall_cm, n + 1).rigid(0.0) for n in range(count)]


def test_a_square_that_lies_partly_outside_is_gray_there():
    pixels = np.zeros((100, 100), np.uint8)
    pixels[:50, :50] = 200
    picture = Picture.packed(PixelFormat.GRAY8, 100, 100, pixels)
    crop = square_crop(picture, Square(np.array([0.0, 50.0]), 40.0), 40)
    assert crop.shape == (40, 40, 3)
    assert (crop[:, :20] == 128).all()
    assert (crop[:20, 20:] == 200).all()
    assert (crop[20:, 20:] == 0).all()


def test_a_portrait_holds_the_head_and_the_shoulders():
    for person in people(5):
        square = portrait_square(person.keypoints)
        off = np.abs(person.keypoints[:7, :2] - square.middle)
        assert (off < square.side / 2).all()
        # From ankles to ears.
        tall = np.ptp(person.keypoints[:, 1]) / 0.9
        assert stature_px(person.keypoints) == pytest.approx(tall, rel=0.3)


def test_six_people_a_frame_are_looked_at_those_first_who_were_not_for_longest():
    counting = Counting()
    portraits = Portraits(counting)
    first = portraits(people(9), 0.0, GRAY)
    second = portraits(people(9), 0.04, GRAY)
    assert first.places.tolist() == [0, 1, 2, 3, 4, 5]
    assert np.isinf(first.since_s).all()
    assert second.places.tolist() == [6, 7, 8]
    assert portraits(people(9), 0.08, GRAY).places.tolist() == []
    again = portraits(people(9), 0.24, GRAY)
    assert again.places.tolist() == [0, 1, 2, 3, 4, 5]
    assert again.since_s == pytest.approx(np.full(6, 0.24))


def test_nobody_who_is_hidden_too_small_or_outside_is_looked_at():
    counting = Counting()
    hidden = TrackedPerson(1, np.array([10, 10, 60, 200], np.float32), 0.0, np.empty((0, 3), np.float32))
    small = Walk((0.0, 9000.0), (0.0, 0.0), 172.0, 2).rigid(0.0)
    [outside] = people(1)
    outside.keypoints[:, 0] -= 700
    found = Portraits(counting)([hidden, small, outside], 0.0, GRAY)
    assert counting.asked == [0]
    assert len(found.places) == 0


def test_the_network_sees_where_simulated_people_are_turned(reader):
    """Streets that it has not learned from; a pose network tells facings of such people to 40 degrees on average."""
    off: dict[str, list[float]] = {"trunk": [], "head": []}
    for seed in (61, 62, 63):
        scene = scene_of("street", {"seed": seed, "level": "mild", "fps": 2, "people": 8})
        for _ in range(4):
            picture, record = scene.picture(), scene.truth("", "", 0)
            for person in record.people:
                points = np.array(person.keypoints)
                if (person.visible or 0) < 0.7 or stature_px(points) < 60 or person.head_facing_deg is None:
                    continue
                densities = reader([square_crop(picture, portrait_square(points))])[0]
                assert densities.sum(axis=1) == pytest.approx([1, 1], abs=1e-3)
                told, _ = told_deg(densities)
                for name, said, true in zip(off, told, (person.facing_deg, person.head_facing_deg), strict=True):
                    assert true is not None
                    off[name].append(abs((said - true + 180) % 360 - 180))
            scene.step()
    assert len(off["trunk"]) > 40
    assert np.mean(off["trunk"]) < 30
    assert np.mean(off["head"]) < 30


def test_portraits_turn_trunks_and_heads_of_those_they_are_of():
    turns, rows = Turns(), np.array([4, 9])
    towards = np.array([[0.0, 1.0], [0.0, 1.0]])
    away, right = normal(np.radians([180.0]), np.radians([12.0])), normal(np.radians([90.0]), np.radians([12.0]))
    for number in range(5):
        turns.predict(rows, np.full(2, 0.2))
        since = np.array([0.2 if number else np.inf])
        turns.portray(rows, towards, Portrayed(np.array([1]), away, right, since))
    (trunks, _), (heads, within) = turns.told(rows)
    # Who is seen straight ahead and turned away looks along [0, 1]; to the image's right along [1, 0].
    assert np.degrees([trunks[1], heads[1]]) == pytest.approx([90, 0], abs=5)
    assert np.degrees(within[1]) < 30
    assert np.isnan([trunks[0], heads[0]]).all()


def test_the_stage_takes_what_portraits_say():
    lifter, walk = Lifter(), Walk((100.0, 900.0), (0.0, 0.0))
    plain, shown = Attributes(2.0, lifter), Attributes(2.0, lifter)
    aside = normal(np.radians([50.0]), np.radians([10.0]))
    for frame in range(25):
        person, seconds = walk.rigid(frame / 25), frame / 25
        [alone] = plain([person], seconds, CAMERA.size, CAMERA)
        seen = Portrayed(np.array([0]), aside, aside, np.array([0.04 if frame else np.inf]))
        [found] = shown([person], seconds, CAMERA.size, CAMERA, portraits=seen)
    assert alone.head_facing_deg is not None
    assert found.head_facing_deg is not None
    assert abs((alone.head_facing_deg + 180) % 360 - 180) < 25
    assert (found.head_facing_deg - alone.head_facing_deg) % 360 == pytest.approx(20, abs=12)


def test_a_portrait_is_as_large_as_the_network_takes_it():
    [person] = people(1)
    assert square_crop(GRAY, portrait_square(person.keypoints)).shape == (PORTRAIT_PX, PORTRAIT_PX, 3)
