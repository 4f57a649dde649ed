"""The lifting network that ships, on simulated people whom it has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.attributes.directions import told_deg
from pipeline.attributes.features import MIRRORED
from pipeline.attributes.lifting import WEIGHTS, Lifted, Lifter
from tests.attributes.people import CAMERA, bent, walkers


@pytest.fixture(scope="module")
def lifter() -> Lifter:
    return Lifter()


def distances_cm(people: Lifted) -> np.ndarray:
    return np.exp(people.log_cm[:, 0])


def deviations(people: Lifted) -> np.ndarray:
    """Of the logarithm of distance."""
    return np.sqrt(people.covariance[:, 0, 0])


def turned(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.abs((one - other + 180) % 360 - 180)


def test_the_weights_are_small():
    assert WEIGHTS.stat().st_size < 600_000


def test_nobody_is_lifted_to_nothing(lifter):
    assert len(lifter(np.empty((0, 17, 3)), CAMERA)) == 0


@pytest.mark.parametrize("tilt_known", [True, False])
def test_walkers_are_as_far_and_face_as_they_do(lifter, tilt_known):
    people = walkers(11, 400)
    found = lifter(people.keypoints, CAMERA, tilt_known)
    off = np.abs(distances_cm(found) / people.distance_cm - 1)
    assert np.median(off) < 0.055
    assert np.mean(turned(told_deg(found.facing)[0], people.facing_deg) < 30) > 0.85


def test_a_turned_head_is_told_from_the_trunk(lifter):
    people = walkers(16, 600, turns_deg=35.0)
    found = lifter(people.keypoints, CAMERA)
    head, within = told_deg(found.head)
    off = turned(head, people.head_deg)
    assert np.median(off) < 12
    assert np.median(off) < 0.7 * np.median(turned(told_deg(found.facing)[0], people.head_deg))
    assert 0.55 < np.mean(off < within) < 0.9


def test_what_is_said_to_be_sure_is(lifter):
    people = walkers(12, 600)
    found = lifter(people.keypoints, CAMERA)
    off = np.abs(np.log(distances_cm(found) / people.distance_cm))
    assert 0.55 < np.mean(off < deviations(found)) < 0.88


def test_distance_and_height_are_nearly_one_unknown(lifter):
    covariance = lifter(walkers(13, 50).keypoints, CAMERA).covariance
    assert np.all(np.linalg.eigvalsh(covariance) > 0)
    assert np.all(covariance[:, 0, 1] / np.sqrt(covariance[:, 0, 0] * covariance[:, 1, 1]) > 0.6)


def test_a_mirror_changes_only_the_side_that_is_faced(lifter):
    people = walkers(14, 60)
    other = people.keypoints[:, list(MIRRORED)]
    other[..., 0] = CAMERA.size[0] - other[..., 0]
    one, two = lifter(people.keypoints, CAMERA), lifter(other, CAMERA)
    assert one.log_cm == pytest.approx(two.log_cm, abs=1e-3)
    assert one.covariance == pytest.approx(two.covariance, abs=1e-3)
    assert np.all(turned(told_deg(one.facing)[0], -told_deg(two.facing)[0]) < 0.5)


def test_the_lens_is_undone(lifter):
    straight, barrel = walkers(15, 80), walkers(15, 80, bent(CAMERA, -0.25))
    apart = np.abs(straight.keypoints[..., :2] - barrel.keypoints[..., :2]).max()
    assert apart > 5
    one = lifter(straight.keypoints, CAMERA)
    two = lifter(barrel.keypoints, bent(CAMERA, -0.25))
    assert np.median(np.abs(distances_cm(one) / distances_cm(two) - 1)) < 0.01


def test_a_longer_lens_means_farther_off(lifter):
    people = walkers(16, 80)
    longer = replace(CAMERA, fx=2 * CAMERA.fx, fy=2 * CAMERA.fy)
    zoomed = people.keypoints.copy()
    zoomed[..., :2] = (zoomed[..., :2] - [640, 360]) * 2 + [640, 360]
    wide = replace(longer, size=(2560, 1440), cx=1280.0, cy=720.0)
    zoomed[..., :2] += [640, 360]
    # The same rays from a sensor of twice the pixels: nothing but the pixels' number has changed.
    same = distances_cm(lifter(zoomed, wide)) / distances_cm(lifter(people.keypoints, CAMERA))
    assert np.median(np.abs(same - 1)) < 0.02
    # The same pixels behind a lens twice as long: about twice as far.
    far = distances_cm(lifter(people.keypoints, longer, False)) / distances_cm(lifter(people.keypoints, CAMERA, False))
    assert np.median(far) == pytest.approx(2, rel=0.06)


def test_joints_that_are_not_seen_widen_the_deviations(lifter):
    people = walkers(17, 200)
    hidden = people.keypoints.copy()
    below = hidden[:, 11:]
    below[..., 2] = 0.05
    below[..., :2] += np.random.default_rng(0).normal(0, 25, below[..., :2].shape)
    whole, part = lifter(people.keypoints, CAMERA), lifter(hidden, CAMERA)
    assert np.median(deviations(part) / deviations(whole)) > 1.3


def test_somebody_cut_off_by_the_edge_is_known_less_surely_and_still_as_well_as_is_said(lifter):
    """The same people in a picture that ends at their hips: what is below is put on its edge."""
    people = walkers(18, 150)
    whole = deviations(lifter(people.keypoints, CAMERA))
    sure, distances = [], []
    for keypoints in people.keypoints:
        edge = int(keypoints[11:13, 1].mean())
        cut = keypoints.copy()
        cut[:, 1] = np.minimum(cut[:, 1], edge - 1.0)
        cut[keypoints[:, 1] > edge, 2] = 0.15
        found = lifter(cut[None], replace(CAMERA, size=(CAMERA.size[0], edge)))
        sure.append(deviations(found)[0])
        distances.append(distances_cm(found)[0])
    off = np.abs(np.log(np.array(distances) / people.distance_cm))
    assert np.median(np.array(sure) / whole) > 1.05
    assert np.mean(off < sure) > 0.55


def test_nonsense_is_not_sure(lifter):
    rng = np.random.default_rng(19)
    nonsense = np.concatenate([rng.uniform(300, 600, (100, 17, 2)), rng.uniform(0, 1, (100, 17, 1))], axis=-1)
    people = walkers(19, 100)
    assert np.median(deviations(lifter(nonsense, CAMERA))) > 2 * np.median(deviations(lifter(people.keypoints, CAMERA)))
