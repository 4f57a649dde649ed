"""The shipped network of the ball: what it takes, and what it tells of simulated frames."""

import numpy as np
import pytest

from pipeline.perception.ball import BallNetwork
from pipeline.pictures import Picture, PixelFormat
from pipeline.simulation.cricket.scene import Cricket


def frames(count: int = 12) -> list[tuple[Picture, tuple[float, float] | None]]:
    """A delivery from behind the bowler on a clean ground, with where its ball flies."""
    scene = Cricket.of(seed=4, level="plain", view="bowler-high", setting="stadium", light="day")
    scene.seek(scene.spell.delivery(0).release_s + 0.04)
    told = []
    for number in range(count):
        ball = scene.truth("", "", number).ball
        told.append((scene.picture(), (ball.x, ball.y) if ball and ball.state == "flight" else None))
        scene.step()
    return told


def test_the_ball_is_among_what_is_told_of_the_middle_frame_of_five() -> None:
    network = BallNetwork((1280, 720))
    found = seen = 0
    made = frames()
    for number, (picture, _) in enumerate(made):
        sightings = network.look(picture, number, number / 25)
        if number < 4:
            assert sightings == []
            continue
        assert all(each.frame == number - 2 for each in sightings)
        true = made[number - 2][1]
        if true is not None:
            seen += 1
            found += any(np.hypot(each.x - true[0], each.y - true[1]) < 5 for each in sightings)
    assert seen >= 8
    assert found / seen > 0.6


def test_a_frame_that_repeats_the_one_before_it_is_passed_over() -> None:
    network = BallNetwork((1280, 720))
    steps, number = [], 0
    for index, (picture, _) in enumerate(frames()):
        for repeat in range(2 if index in (4, 8) else 1):
            sightings = network.look(picture, number, number / 25)
            assert not (sightings and repeat)
            steps += [{each.step for each in sightings}] if sightings else []
            number += 1
    assert number == 14
    assert steps == [{step} for step in range(2, 10)]


@pytest.mark.parametrize("view", ["bowler-high", "keeper", "side"])
def test_a_camera_tells_how_large_a_ball_may_be(view: str) -> None:
    scene = Cricket.of(seed=7, level="plain", view=view)
    bowled = scene.spell.delivery(0)
    scene.seek(bowled.release_s)
    radii = []
    for number in range(round(bowled.course.end_s * scene.fps)):
        ball = scene.truth("", "", number).ball
        radii += [ball.radius] if ball and ball.state == "flight" else []
        scene.step()
    assert max(radii) == pytest.approx(scene.main_view.largest_ball_px, rel=0.35)


def test_in_a_part_of_the_picture_the_same_is_seen_as_in_all_of_it() -> None:
    made = frames(9)
    (x, y), _ = next((place, number) for number, (_, place) in enumerate(made) if place is not None)
    part = x - 200, y - 150, x + 200, y + 250
    whole, partly = BallNetwork((1280, 720)), BallNetwork((1280, 720))
    compared = 0
    for number, (picture, _) in enumerate(made):
        everywhere = whole.look(picture, number, number / 25, 3.0)
        inside = partly.look(picture, number, number / 25, 3.0, part)
        assert all(part[0] - 100 <= each.x <= part[2] + 100 for each in inside)
        for each in everywhere:
            if each.score > 0.1 and part[0] < each.x < part[2] and part[1] < each.y < part[3]:
                assert min(np.hypot(each.x - other.x, each.y - other.y) for other in inside) < 0.5
                compared += 1
    assert compared >= 3
    whole.close()
    partly.close()


def test_a_missing_frame_starts_anew() -> None:
    network = BallNetwork((640, 360))
    blank = Picture(PixelFormat.GRAY8, 640, 360, (np.full((360, 640), 90, np.uint8),))
    for number in (0, 1, 2):
        network.look(blank, number, 0.0)
    assert network.look(blank, 7, 0.0) == []


@pytest.mark.parametrize("layout", [PixelFormat.I420, PixelFormat.NV12, PixelFormat.RGB24, PixelFormat.GRAY8])
def test_pictures_of_every_layout_and_of_an_upright_size_are_taken(layout: PixelFormat) -> None:
    network = BallNetwork((360, 640))
    size = {PixelFormat.RGB24: 3, PixelFormat.GRAY8: 1}.get(layout, 1.5)
    picture = Picture.packed(layout, 360, 640, np.full(round(360 * 640 * size), 100, np.uint8))
    for number in range(4):
        network.look(picture, number, number / 25)
