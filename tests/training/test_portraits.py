"""How portraits are drawn and learned from: every direction, true labels, and cut again as they are cut when used."""

import json
from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np
import pytest

from pipeline.attributes.crops import PORTRAIT_PX, Square, square_crop
from pipeline.geometry.angles import turn_rad
from pipeline.pictures import Picture, PixelFormat
from pipeline.simulation.dataset import write_tar
from pipeline.simulation.scene import scene_of, stream
from training.portraits.drawing import STORED, STORED_PX, portraits, turned_about


@cache
def drawn() -> tuple[Mapping[str, bytes], ...]:
    return tuple(portraits(77))


def test_people_are_turned_anywhere_and_labels_say_where():
    labels = [json.loads(each["json"]) for each in drawn()]
    assert len(labels) > 30
    for part in ("trunk_deg", "head_deg"):
        angles = np.array([label[part] for label in labels if label[part] is not None])
        assert np.histogram(angles, 4, (0, 360))[0].min() > 0.08 * len(angles)
    whole = [label for label in labels if label["head_deg"] is not None]
    apart = [abs((label["head_deg"] - label["trunk_deg"] + 180) % 360 - 180) for label in whole]
    assert max(apart) > 45
    assert np.median(apart) < 45


def test_pictures_are_of_the_stored_size():
    for each in drawn():
        assert cv2.imdecode(np.frombuffer(each["jpg"], np.uint8), cv2.IMREAD_COLOR).shape == (STORED_PX, STORED_PX, 3)


def test_who_is_turned_about_keeps_the_pose_and_turns_the_head():
    rng = stream(3, "turned")
    walker = scene_of("street", {"seed": 3, "people": 3, "fps": 10}).walkers[0]
    turned = turned_about(walker, rng)
    before, after = walker.joints[5:17], turned.joints[5:17]
    for one, other in ((0, 6), (1, 7), (0, 11)):
        assert np.linalg.norm(after[one] - after[other]) == pytest.approx(np.linalg.norm(before[one] - before[other]))
    assert after[:, 2] == pytest.approx(before[:, 2])
    assert turned.faces is not None
    assert turned.looks is not None
    off = turn_rad(np.arctan2(*turned.faces[::-1]), np.arctan2(*turned.looks[::-1]))
    assert abs(np.degrees(off)) < 95


def test_what_is_learned_from_is_cut_as_what_is_looked_at():
    torch = pytest.importorskip("torch", reason="training needs torch: pip install 'sightline[train]'")
    assert torch is not None
    from training.portraits.train import middle_square

    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 256, (24, 32, 3)).astype(np.uint8)
    pixels = cv2.resize(blocks, (640, 480), interpolation=cv2.INTER_CUBIC)
    picture = Picture.packed(PixelFormat.RGB24, 640, 480, pixels)
    square = Square(np.array([320.0, 240.0]), 130.0)
    direct = square_crop(picture, square).astype(float)
    again = middle_square(square_crop(picture, square.grown(STORED), STORED_PX)).astype(float)
    assert direct.shape == again.shape == (PORTRAIT_PX, PORTRAIT_PX, 3)
    assert np.abs(direct - again).mean() < 6


@pytest.mark.timeout(120)
def test_a_tiny_training_writes_a_network(tmp_path):
    pytest.importorskip("torch", reason="training needs torch: pip install 'sightline[train]'")
    import onnxruntime

    from training.portraits.train import main

    write_tar(tmp_path / "some.tar", drawn()[:40])
    out = tmp_path / "tiny.onnx"
    with pytest.MonkeyPatch.context() as patch:
        given = f"train --data {tmp_path} --held-out {tmp_path} --out {out} --steps 2 --batch 8 --threads 1"
        patch.setattr("sys.argv", given.split())
        main()
    session = onnxruntime.InferenceSession(out)
    [densities] = session.run(None, {"input": np.zeros((3, 3, PORTRAIT_PX, PORTRAIT_PX), np.float32)})
    assert densities.shape == (3, 2, 36)
    assert densities.sum(axis=2) == pytest.approx(np.ones((3, 2)), abs=1e-3)
