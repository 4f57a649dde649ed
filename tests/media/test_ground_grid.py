"""The picture of the ground grid agrees with the camera that it is of."""

import numpy as np
import pytest

from pipeline.geometry.camera import Camera
from pipeline.media.ground_grid import draw_grid

BLANK = np.full((720, 1280, 3), 90, np.uint8)


def changed(drawn: np.ndarray, pixel) -> bool:
    """Whether something is drawn within two pixels of there."""
    x, y = (round(value) for value in pixel)
    return bool((drawn[y - 2 : y + 3, x - 2 : x + 3] != 90).any())


@pytest.mark.parametrize("k1", [0.0, -0.08])
def test_lines_lie_where_the_camera_sees_whole_metres(k1):
    camera = Camera((1280, 720), 900, 900, 640, 360, 420, 25, 1, (k1, 0, 0, 0, 0))
    drawn = draw_grid(BLANK, camera)
    on, _ = camera.project([[x, y, 0] for x in (-200, 150, 300) for y in (700, 900, 1000)])
    # Posts stand between the lines too, at places of the picture's own.
    between, _ = camera.project([[x, y, 0] for x in (-250, 150, 350) for y in (750, 850)])
    assert all(changed(drawn, pixel) for pixel in on)
    assert sum(changed(drawn, pixel) for pixel in between) <= 2


def test_above_the_horizon_nothing_is_drawn_and_the_picture_given_is_left_alone():
    camera = Camera((1280, 720), 900, 900, 640, 360, 300, 5)
    drawn = draw_grid(BLANK, camera)
    assert (drawn[:120] == 90).all()
    assert (drawn[500:] != 90).any()
    assert (BLANK == 90).all()


def test_a_narrow_lens_that_bends_has_lines_every_metre_too():
    """Far out its polynomial turns back into the picture, which must not end the lines."""
    camera = Camera((768, 576), 1260, 1260, 384, 288, 670, 16, 0, (-0.24, 0, 0, 0, 0))
    drawn = draw_grid(BLANK[:576, :768], camera)
    pixels, _ = camera.project([[0, 100 * forward, 0] for forward in (16, 17, 18, 19)])
    assert all(changed(drawn, pixel + (40, 0)) for pixel in pixels)


@pytest.mark.parametrize("tilt_deg", [-30.0, 0.0, 89.0])
def test_any_camera_can_be_drawn(tilt_deg):
    draw_grid(BLANK, Camera((1280, 720), 900, 900, 640, 360, 300, tilt_deg))
