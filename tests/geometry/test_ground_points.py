"""A camera found from known points on the ground."""

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.geometry.calibration import from_points
from pipeline.geometry.camera import Camera
from pipeline.geometry.ground_points import GroundPoints, rectangle
from pipeline.geometry.lens import Known

SIZE = (1280, 720)
LENS = (-0.02, 0.0, 0.0, 0.0, 0.0)
GATE = Camera(SIZE, 1050, 1050, 640, 360, height_cm=420, tilt_deg=20, roll_deg=1, distortion=LENS)
STEEP = Camera(SIZE, 800, 800, 640, 360, height_cm=600, tilt_deg=65, roll_deg=-4, distortion=LENS)
SPREAD = np.array([[150, 200], [1100, 220], [1200, 650], [90, 600], [640, 400], [400, 300], [900, 500.0]])


def measured(camera: Camera, pixels: np.ndarray, turned_deg: float = 0.0, mirrored: bool = False) -> np.ndarray:
    """The places (N, 2) in cm that somebody measures for pixels, from an origin and along axes of their own."""
    sine, cosine = np.sin(np.radians(turned_deg)), np.cos(np.radians(turned_deg))
    ground = camera.ground_from_image(pixels) @ np.array([[cosine, sine], [-sine, cosine]]) + (130, -700)
    return ground * (1, -1) if mirrored else ground


def same(found: Camera, camera: Camera, share: float, degrees: float) -> None:
    assert found.fx == pytest.approx(camera.fx, rel=share)
    assert found.height_cm == pytest.approx(camera.height_cm, rel=share)
    assert found.tilt_deg == pytest.approx(camera.tilt_deg, abs=degrees)
    assert found.roll_deg == pytest.approx(camera.roll_deg, abs=degrees)


@pytest.mark.parametrize("camera", [GATE, STEEP], ids=["gate", "steep"])
@pytest.mark.parametrize(
    ("turned_deg", "mirrored"),
    [
        pytest.param(0, False, id="axes of the camera"),
        pytest.param(130, False, id="other axes"),
        pytest.param(-60, True, id="left-handed axes"),
    ],
)
def test_points_give_the_camera_whatever_the_axes_of_who_measured(camera, turned_deg, mirrored):
    found = from_points(GroundPoints(SPREAD, measured(camera, SPREAD, turned_deg, mirrored)), SIZE, Known())
    same(found.camera, camera, 0.01, 0.3)
    assert found.quality == "good"
    assert found.camera.origin == "points"


def test_intervals_hold_what_they_promise():
    inside = []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        pixels = SPREAD + rng.normal(0, 1, SPREAD.shape)
        found = from_points(GroundPoints(pixels, measured(GATE, SPREAD, 40)), SIZE, Known()).camera
        assert found.std is not None
        inside += [
            abs(found.fx / GATE.fx - 1) * 100 < found.std.focal_percent,
            abs(found.height_cm - GATE.height_cm) < found.std.height_cm,
            abs(found.tilt_deg - GATE.tilt_deg) < found.std.tilt_deg,
        ]
    assert 0.5 < np.mean(inside) <= 0.95


@pytest.mark.parametrize("clockwise", [True, False])
def test_a_rectangle_is_enough(clockwise):
    camera = Camera(SIZE, 1050, 1050, 640, 360, height_cm=420, tilt_deg=20)
    corners = np.array([[-150, 900], [150, 900], [150, 1400], [-150, 1400], [-150, 900.0]])
    places = corners[:4] if clockwise else corners[[1, 0, 3, 2]]
    pixels, _ = camera.project(np.column_stack([places, np.zeros(4)]))
    same(from_points(rectangle(pixels, 300, 500), SIZE, Known()).camera, camera, 0.03, 0.6)


def test_what_is_known_is_kept():
    found = from_points(GroundPoints(SPREAD, measured(GATE, SPREAD)), SIZE, Known(focal_px=1050, height_cm=420)).camera
    assert (found.fx, found.height_cm) == (pytest.approx(1050, rel=1e-3), pytest.approx(420, rel=1e-3))


def test_straight_down_the_lens_cannot_be_told_and_that_is_said():
    down = Camera(SIZE, 900, 900, 640, 360, height_cm=500, tilt_deg=89.9)
    points = GroundPoints(SPREAD, measured(down, SPREAD))
    found = from_points(points, SIZE, Known())
    assert found.quality == "poor"
    assert "--fov" in found.reason
    given = from_points(points, SIZE, Known(focal_px=900))
    assert given.quality == "good"
    assert given.camera.height_cm == pytest.approx(500, rel=0.02)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        pytest.param([0, 1, 2], "3 are given; at least 4", id="three"),
        pytest.param([0, 1, 2, 2], "on a line", id="three and one of them again"),
        pytest.param([0, 0, 1, 1], "on a line", id="two"),
    ],
)
def test_too_few_points_are_refused(chosen, says):
    pixels = SPREAD[chosen]
    with pytest.raises(InputError, match=says):
        from_points(GroundPoints(pixels, measured(GATE, pixels)), SIZE, Known())


def test_points_on_a_line_are_refused():
    ground = np.array([[0, 900], [100, 1000], [200, 1100], [300, 1200], [400, 1300.0]])
    pixels, _ = GATE.project(np.column_stack([ground, np.zeros(5)]))
    with pytest.raises(InputError, match="span an area"):
        from_points(GroundPoints(pixels, ground), SIZE, Known())


def test_points_that_fit_no_camera_are_refused():
    ground = measured(GATE, SPREAD)
    with pytest.raises(InputError, match="fit no camera"):
        from_points(GroundPoints(SPREAD, ground[[3, 0, 1, 2, 5, 6, 4]]), SIZE, Known())
