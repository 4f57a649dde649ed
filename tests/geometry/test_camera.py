"""The camera model: what is known of it by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import ConfigError
from pipeline.geometry.angles import seen_angle_deg
from pipeline.geometry.camera import Camera, Deviations

CAMERA = Camera((1280, 720), 1000, 1000, 640, 360, height_cm=400, tilt_deg=20)


def test_a_point_on_the_axis_is_seen_in_the_middle():
    ahead = 400 / np.tan(np.radians(20))
    pixels, depth = CAMERA.project([0, ahead, 0])
    assert pixels == pytest.approx([640, 360])
    assert depth == pytest.approx(np.hypot(400, ahead))


def test_somebody_of_known_stature_at_a_known_distance_is_as_tall_as_the_pinhole_says():
    level = Camera((1280, 720), 1000, 1000, 640, 360, height_cm=100, tilt_deg=0)
    (feet, head), _ = level.project([[0, 1000, 0], [0, 1000, 180]])
    assert feet[1] - head[1] == pytest.approx(180)
    assert feet[1] == pytest.approx(460)


def test_right_is_right_and_roll_turns_the_picture():
    right, _ = CAMERA.project([100, 1100, 0])
    assert right[0] > 640
    rolled = Camera((1280, 720), 1000, 1000, 640, 360, 400, 20, roll_deg=5)
    turned, _ = rolled.project([100, 1100, 0])
    assert turned[1] < right[1]


@pytest.mark.parametrize("distortion", [(0.0,) * 5, (-0.1, 0.02, 0.001, -0.001, 0.0)])
def test_the_ground_is_found_again_from_the_picture(distortion):
    camera = Camera((1280, 720), 900, 910, 650, 350, 450, 25, 2, distortion)
    ground = np.array([[0, 800], [-200, 1500], [300, 1000.0]])
    pixels, _ = camera.project(np.column_stack([ground, np.zeros(3)]))
    np.testing.assert_allclose(camera.ground_from_image(pixels), ground, atol=0.5)


def test_above_the_horizon_there_is_no_ground():
    assert np.isnan(CAMERA.ground_from_image([640, -100])).all()


@pytest.mark.parametrize(
    ("direction", "angle"),
    [
        pytest.param((0, -1), 0, id="towards"),
        pytest.param((1, 0), 90, id="right"),
        pytest.param((0, 1), 180, id="away"),
        pytest.param((-1, 0), 270, id="left"),
    ],
)
def test_angles_are_as_the_camera_sees_them(direction, angle):
    assert seen_angle_deg([0, 1000], direction) == pytest.approx(angle)


def test_angles_are_relative_to_the_line_of_sight():
    assert seen_angle_deg([1000, 1000], [-1, -1]) == pytest.approx(0)


@pytest.mark.parametrize(
    "camera",
    [
        pytest.param(CAMERA, id="by hand"),
        pytest.param(
            replace(CAMERA, distortion=(-0.1, 0.02, 1e-3, -1e-3, 0.003), origin="people", std=Deviations(2.1, 8, 0.4)),
            id="with deviations",
        ),
        pytest.param(replace(CAMERA, std=Deviations(focal_percent=1 / 3)), id="with one deviation"),
    ],
)
def test_a_camera_file_is_read_as_it_was_written(tmp_path, camera):
    path = tmp_path / "camera.yaml"
    camera.save(path)
    assert Camera.load(path) == camera


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("size: [1, 2]\nfrom: hand\n", "intrinsics: field required"),
        (
            "size: [1, 2]\nintrinsics: {fx: -1, fy: 1, cx: 1, cy: 1}\npose: {height_cm: 1, tilt_deg: 0}\n",
            "intrinsics.fx",
        ),
        (
            "size: [1, 2]\nintrinsics: {fx: 1, fy: 1, cx: 1, cy: 1}\npose: {height_cm: 1, tilt_deg: 0}\n"
            "std: {height_cm: -1}\n",
            "std.height_cm",
        ),
        (": no yaml", "cannot be read"),
    ],
)
def test_a_faulty_camera_file_is_explained(tmp_path, text, says):
    path: Path = tmp_path / "camera.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says):
        Camera.load(path)
