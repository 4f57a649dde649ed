"""Arrows, wedges and words that an overlay draws of a person's attributes."""

import numpy as np
import pytest

from pipeline.data import Person
from pipeline.media.directions import OnGround, draw_directions, sizes_of

PERSON = Person(
    track=1, box=(600.0, 200.0, 660.0, 400.0), score=0.9, heading_deg=90.0, heading_std_deg=4.0, speed_cm_s=100.0,
    distance_cm=1200.0, distance_std_cm=20.0, ground_cm=(0.0, 1150.0), height_cm=170.0, height_std_cm=4.0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("angle", "right", "down"), [(0.0, 0, 1), (90.0, 1, 0), (180.0, 0, -1), (270.0, -1, 0)]
)  # fmt: skip
def test_directions_on_the_ground_are_directions_in_the_picture(angle, right, down):
    x, y = OnGround.of(PERSON).pixels([angle], 100)[0] - (630, 400)
    assert (round(np.sign(round(x, 6))), round(np.sign(round(y, 6)))) == (right, down)


def test_the_ground_lies_flatter_the_lower_the_camera():
    low = Person(track=1, box=PERSON.box, score=0.9, distance_cm=1200.0, ground_cm=(0.0, 1195.0))
    assert OnGround.of(low).flat < OnGround.of(PERSON).flat


def test_an_arrow_goes_where_somebody_is_heading():
    bgr = np.zeros((720, 1280, 3), np.uint8)
    draw_directions(bgr, PERSON, (0, 255, 0), 2)
    _, columns = np.nonzero(bgr[..., 1] > 200)
    assert columns.min() > 620
    assert columns.max() == pytest.approx(630 + 100 * 200 / 170, abs=6)


def test_nothing_is_drawn_of_what_is_not_known_or_beyond_the_picture():
    bgr = np.zeros((720, 1280, 3), np.uint8)
    draw_directions(bgr, Person(track=1, box=PERSON.box, score=0.9), (0, 255, 0), 2)
    assert not bgr.any()
    draw_directions(bgr, Person(track=1, box=(2000.0, 800.0, 2060.0, 1000.0), score=0.0, facing_deg=0.0), (0, 9, 0), 2)
    assert not bgr.any()


def test_sizes_are_said_with_the_digits_that_mean_something():
    assert sizes_of(PERSON) == "12.0 m  170 cm"
    rough = Person(track=1, box=PERSON.box, score=0.9, distance_cm=1234.0, distance_std_cm=400.0)
    assert sizes_of(rough) == "~12.3 m"
    assert sizes_of(Person(track=1, box=PERSON.box, score=0.9)) == ""
