"""Suppression on a device keeps the boxes that going through them one by one keeps."""

import numpy as np
import pytest

from pipeline.errors import ModelError
from pipeline.inference.letterbox import Placement, Region
from pipeline.perception.network import network_of

torch = pytest.importorskip("torch", reason="torch is not installed (the extra gpu)", exc_type=ImportError)

PLACE = Placement.fit(Region(0, 0, 640, 640), (640, 640))


def crowd(seed: int, classes: int = 1, keypoints: bool = True) -> np.ndarray:
    """A raw output (1, rows, 2000) of some 30 people, each found at many anchors, and much that is nobody."""
    rng = np.random.default_rng(seed)
    people = rng.uniform((50, 80, 25, 60), (600, 560, 60, 160), (30, 4))
    boxes = people[rng.integers(0, 30, 2000)] + rng.normal(0, 4, (2000, 4))
    scores = rng.random((2000, classes)) ** 8
    points = rng.random((2000, 51 if keypoints else 0)) * 600
    return np.concatenate([boxes, scores, points], axis=1).T[None].astype(np.float32)


@pytest.mark.parametrize("classes", [1, 3])
def test_the_people_are_those_of_the_cpus_decoding(classes):
    from pipeline.inference.device_rows import rows_of

    raws = [crowd(seed, classes) for seed in range(4)]
    rows = rows_of(torch.from_numpy(np.concatenate(raws)), True, 0.7).numpy()
    network = network_of("yolo-pose")
    for raw, row in zip(raws, rows, strict=True):
        expected = network.decode((raw,), PLACE, 0.3)
        found = network.decode((row[None],), PLACE, 0.3)
        assert len(expected) > 20
        np.testing.assert_allclose(found.boxes, expected.boxes, atol=1e-3)
        np.testing.assert_allclose(found.keypoints, expected.keypoints, atol=1e-3)


def test_detection_without_keypoints_is_read_the_same_way():
    from pipeline.inference.device_rows import rows_of

    raw = crowd(9, classes=80, keypoints=False)
    row = rows_of(torch.from_numpy(raw), False, 0.7).numpy()
    network = network_of("yolo-pose")
    expected, found = (network.decode((output,), PLACE, 0.3) for output in (raw, row))
    np.testing.assert_allclose(found.boxes, expected.boxes, atol=1e-3)
    assert (found.keypoints[:, :, 2] == 0).all()  # nobody saw them


def test_an_end_to_end_heads_rows_stay_as_they_are():
    from pipeline.inference.device_rows import rows_of

    raw = torch.rand(2, 300, 57)
    assert rows_of(raw, True, 0.7) is raw


def test_another_networks_output_is_refused():
    from pipeline.inference.device_rows import rows_of

    with pytest.raises(ModelError, match="not one of YOLO's"):
        rows_of(torch.zeros(1, 25, 85), True, 0.7)
