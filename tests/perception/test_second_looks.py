"""The network looks again where people are expected whom it has not found."""

import numpy as np
import pytest
from trackers.eval import box_iou

from pipeline.config import ModelConfig
from pipeline.inference.letterbox import Region
from pipeline.perception.detections import Detections
from pipeline.perception.detector import Detector
from pipeline.perception.second_looks import second_looks
from pipeline.simulation.street import Street
from tests.conftest import wait_for

PICTURE, SHAPE = (1280, 720), (256, 192)


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows, np.float32).reshape(-1, 4)


def found(*rows: tuple[float, float, float, float]) -> Detections:
    none = np.zeros((len(rows), 17, 3), np.float32)
    return Detections(boxes(*rows), np.full(len(rows), 0.5, np.float32), none)


def test_who_is_found_is_not_looked_for():
    assert second_looks(boxes((100, 100, 140, 220)), found((104, 101, 146, 222)), PICTURE, SHAPE, 3) == ()
    assert second_looks(boxes(), found((104, 101, 146, 222)), PICTURE, SHAPE, 3) == ()


def test_who_is_missed_is_looked_at_with_room_about_them():
    (look,) = second_looks(boxes((600, 300, 640, 400)), found(), PICTURE, SHAPE, 3)
    assert look == Region(512, 270, 212, 160)


def test_of_two_who_cross_the_one_who_is_hidden_is_looked_for():
    front, behind = (600, 300, 640, 400), (612, 296, 650, 396)
    looks = second_looks(boxes(front, behind), found(front), PICTURE, SHAPE, 3)
    assert len(looks) == 1
    assert looks[0].left + looks[0].width / 2 == pytest.approx(631, abs=2)


@pytest.mark.parametrize(
    "box",
    [
        pytest.param((-30, 300, 10, 400), id="has left"),
        pytest.param((600, 300, 608, 320), id="too small"),
        pytest.param((400, 100, 700, 700), id="fills the picture"),
    ],
)
def test_some_are_not_worth_a_look(box):
    assert second_looks(boxes(box), found(), PICTURE, SHAPE, 3) == ()


def test_looks_stay_in_the_picture_and_are_not_too_many():
    corners = boxes((0, 0, 40, 100), (1240, 620, 1280, 720), (600, 300, 640, 400), (200, 500, 240, 600))
    looks = second_looks(corners, found(), PICTURE, SHAPE, 3)
    assert len(looks) == 3
    assert (looks[0].left, looks[0].top) == (0, 0)
    ends = looks[1].left + looks[1].width, looks[1].top + looks[1].height
    assert ends == pytest.approx(PICTURE, abs=2)
    assert (np.array(ends) <= PICTURE).all()
    assert all(value % 2 == 0 for look in looks for value in (look.left, look.top, look.width, look.height))


def test_one_look_serves_neighbours():
    assert len(second_looks(boxes((600, 300, 640, 400), (650, 305, 690, 398)), found(), PICTURE, SHAPE, 3)) == 1
    assert len(second_looks(boxes((600, 300, 640, 400), (900, 305, 940, 398)), found(), PICTURE, SHAPE, 3)) == 2


def test_movenet_finds_more_people_at_a_second_look_and_loses_none(movenet):
    detector = Detector(ModelConfig(), "latency")
    assert detector.small_size is not None
    missed = again = 0
    for seed in range(60, 66):
        street = Street.of(seed=seed, width=1280, height=720, people=16, level="middle")
        seen = [p for p in street.truth("t", "street", 0).people if (p.visible or 0) > 0.6]
        true = np.array([person.box for person in seen], np.float32).reshape(-1, 4)
        detector.submit(seed, street.picture())
        (first,) = wait_for(lambda: list(detector.collect()))
        regions = second_looks(true, first.detections, street.picture().size, detector.small_size, 8)
        if not regions:
            continue
        detector.look_again(first, street.picture(), regions)
        (second,) = wait_for(lambda: list(detector.collect()))
        assert second.token == seed
        before, after = (np.asarray(box_iou(true.astype(float), each.detections.boxes.astype(float))).max(axis=1) > 0.4
                         for each in (first, second))  # fmt: skip
        missed += int((~before).sum())
        again += int((after & ~before).sum())
        assert not (before & ~after).any()
    detector.close()
    assert missed >= 5
    assert again >= 0.5 * missed
