"""The recipe of the lifting network: bodies and cameras that agree with the rest of Sightline, and a tiny training."""

import json

import numpy as np
import pytest

from pipeline.attributes.features import MIRRORED, features_of, mirrored
from pipeline.geometry.camera import Camera
from tests.test_cli import refused, sightline
from training.lifting.bodies import SHARES, drawn_bodies
from training.lifting.errors import Errors, keypoints_of
from training.lifting.views import drawn_views, rotations


@pytest.fixture(scope="module")
def views():
    rng = np.random.default_rng(5)
    return drawn_views(rng, drawn_bodies(rng, 3000))


def test_bodies_stand_on_the_ground_and_are_as_tall_as_people():
    bodies = drawn_bodies(np.random.default_rng(1), 4000)
    assert len(bodies) == 4000
    assert sum(SHARES.values()) == pytest.approx(1)
    assert bodies.joints[..., 2].min() > -1
    assert 160 < np.median(bodies.height_cm) < 178
    assert np.all(bodies.joints[..., 2].max(axis=1) < bodies.height_cm + 50)
    assert np.isnan(bodies.facing_rad).mean() < 0.02


def test_the_same_seed_gives_the_same_bodies():
    one, two = (drawn_bodies(np.random.default_rng(2), 200) for _ in range(2))
    assert np.array_equal(one.joints, two.joints)


def test_rotations_are_the_camera_s():
    camera = Camera((640, 480), 500, 500, 320, 240, 300.0, 21.0, 4.0)
    assert rotations(np.radians([21.0]), np.radians([4.0]))[0] == pytest.approx(camera.rotation)


def test_joints_lie_on_their_rays_at_the_distance_that_is_told(views):
    """The ray through a body's hips, as long as the distance, ends about half the height over the feet."""
    good = views.ahead & views.tilt_known
    rays = views.rays(views.joints_px)[good]
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    down = -np.arcsin(rays[:, 11:13].mean(axis=1)[:, 2])
    assert np.median(np.abs(down - views.down_rad[good])) < np.radians(3)


def test_those_who_face_the_camera_have_their_left_on_the_right(views):
    towards = views.ahead & (np.cos(views.facing_rad) > 0.9)
    assert np.mean(views.joints_px[towards, 5, 0] > views.joints_px[towards, 6, 0]) > 0.97


def test_features_do_not_change_where_in_the_picture_somebody_is(views):
    """A turn of all rays about the vertical changes nothing."""
    rays, nobody = views.rays(views.joints_px), np.zeros((len(views.size_px), 17), bool)
    scores, angle = np.ones_like(nobody, float), 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    one, two = (features_of(r, scores, nobody, views.focal_px, True) for r in (rays, rays @ turn))
    assert one.inputs == pytest.approx(two.inputs, abs=1e-4)


def test_a_mirror_of_a_mirror_is_the_person(views):
    rng = np.random.default_rng(4)
    scores, edge = rng.random((len(views.size_px), 17)), rng.random((len(views.size_px), 17)) < 0.5
    inputs = features_of(views.rays(views.joints_px), scores, edge, 900, True).inputs
    assert np.array_equal(mirrored(mirrored(inputs)), inputs)
    assert not np.array_equal(mirrored(inputs), inputs)
    assert all(MIRRORED[other] == joint for joint, other in enumerate(MIRRORED))


def test_small_people_s_joints_err_more_and_hidden_joints_most(views):
    keypoints, shown = keypoints_of(np.random.default_rng(3), views, Errors.load())
    off = np.linalg.norm(keypoints[..., :2] - views.joints_px, axis=-1) / views.size_px[:, None]
    small, large = views.size_px < 30, views.size_px > 150
    inside = ((views.joints_px > 0) & (views.joints_px < views.picture[:, None])).all(axis=-1)
    assert np.median(off[small][shown[small]]) > 1.3 * np.median(off[large][shown[large]])
    hidden = ~shown & inside
    assert np.median(off[large][hidden[large]]) > 1.5 * np.median(off[large][shown[large]])
    assert keypoints[hidden, 2].mean() < keypoints[shown, 2].mean()
    assert np.all((keypoints[..., 2] >= 0) & (keypoints[..., 2] <= 1))


@pytest.mark.timeout(120)
def test_a_tiny_training_writes_a_network_and_its_figures(tmp_path):
    pytest.importorskip("torch", reason="training needs torch: pip install 'sightline[train]'")
    out = tmp_path / "tiny.onnx"
    done = sightline("train", "lifting", "--steps", 3, "--bodies", 2000, "--out", out)
    assert done.returncode == 0, done.stderr
    figures = json.loads(out.with_suffix(".json").read_text())
    assert figures["schedule"]["steps"] == 3
    assert 0 < figures["held_out"]["distance_coverage_68"] < 1
    import onnxruntime

    session = onnxruntime.InferenceSession(out)
    assert session.run(None, {"inputs": np.zeros((3, 72), np.float32)})[0].shape == (3, 81)


def test_what_is_missing_is_said_in_one_line(tmp_path):
    (tmp_path / "torch.py").write_text("raise ImportError('none here', name='torch')")
    done = sightline("train", "lifting", "--out", tmp_path / "x.onnx", PYTHONPATH=str(tmp_path))
    refused(done, 'training needs torch, which is not installed here; pip install "sightline[train]"')
    assert not (tmp_path / "x.onnx").exists()
