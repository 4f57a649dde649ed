"""How heels are learned: from cuts that show the foot where it will be looked for, with labels that move with it."""

from itertools import islice

import numpy as np
import pytest

from pipeline.perception.heels import CUT_PX, MIDDLE
from pipeline.simulation.cricket.heels import Heels
from pipeline.simulation.dataset import kind_of, write_tar
from pipeline.simulation.scene import stream

torch = pytest.importorskip("torch", reason="training needs torch: pip install 'sightline[train]'")


def test_a_cut_has_its_heel_where_it_is_aimed():
    from training.cricket.heels import Stored

    picture = np.full((144, 192, 3), 30, np.uint8)
    picture[70:74, 90:94] = 240
    stored = Stored(picture, np.array([92.0, 72.0]), np.array([92.0, 72.0]), np.array([0.0, 20.0]))
    for middle, scale, angle in ((stored.middle, 1.0, 0.0), (np.array([80.0, 66.0]), 1.2, 10.0)):
        cut, heel = stored.cut(middle, scale, angle)
        bright = cut[..., 0].astype(float) - 30
        down, across = (np.indices(bright.shape) + 0.5).reshape(2, -1) @ bright.ravel() / bright.sum()
        assert heel == pytest.approx([across, down], abs=0.3)
    assert stored.cut(stored.middle)[1] == pytest.approx(np.array(CUT_PX) * MIDDLE)


def test_who_is_sure_of_the_right_place_is_surprised_least():
    from training.cricket.heels import surprise

    densities = torch.full((3, CUT_PX[1], CUT_PX[0]), 1e-6)
    densities[0, 40, 60] = 0.9
    densities[1, 10, 10] = 0.9
    heels = torch.tensor([[60.5, 40.5], [60.5, 40.5], [float("nan"), float("nan")]])
    right, wrong, none = surprise(densities, heels).tolist()
    assert right == pytest.approx(-np.log(0.9), abs=0.01)
    assert wrong > 5
    assert none < 0.05


@pytest.mark.timeout(180)
def test_a_tiny_training_writes_a_network(tmp_path):
    import onnxruntime

    from training.cricket.heels import main

    kind = kind_of(Heels.name, {"level": "plain"})
    write_tar(tmp_path / "some.tar", islice(kind.samples(stream(1, "heels")), 24))
    out = tmp_path / "tiny.onnx"
    with pytest.MonkeyPatch.context() as patch:
        given = f"heels --data {tmp_path} --held-out {tmp_path} --out {out} --steps 2 --batch 4 --threads 1"
        patch.setattr("sys.argv", given.split())
        main()
    session = onnxruntime.InferenceSession(out)
    [densities] = session.run(None, {"input": np.zeros((3, 3, CUT_PX[1], CUT_PX[0]), np.float32)})
    assert densities.shape == (3, CUT_PX[1], CUT_PX[0])
    assert (densities.sum(axis=(1, 2)) < 1).all()
