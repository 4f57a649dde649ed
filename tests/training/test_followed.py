"""What cut-outs of people who are followed teach: where joints are, and that nobody is left when all are found."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.perception.followed import JOINTS, SIZE, STRIDE
from pipeline.simulation.dataset import write_tar
from training.followed.drawing import cuts

torch = pytest.importorskip("torch", reason="training needs torch: pip install 'sightline[train]'")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("followed")
    write_tar(path / "0.tar", list(cuts(490_003))[:60])
    return path


def test_cut_outs_are_of_people_and_of_places_where_nobody_is(folder: Path):
    from training.followed.train import stored

    kept = stored([folder])
    assert 0.5 < np.mean([each.wanted is not None for each in kept]) < 1
    for each in kept:
        width, height = each.box[1] - each.box[0]
        assert width > 0
        assert height > 0
        if each.wanted is not None:
            joints = each.people[each.wanted][:, :2]
            inside = (joints > each.box[0] - 3).all(axis=1) & (joints < each.box[1] + 3).all(axis=1)
            assert inside.mean() > 0.9


def test_a_mirrored_cut_out_has_left_where_right_was(folder: Path):
    from training.followed.train import lesson_of, stored

    source = next(each for each in stored([folder]) if each.wanted is not None and each.seen[each.wanted] > 0.9)
    plain, mirrored = (lesson_of(source, [], source.wanted, mirrored=each) for each in (False, True))
    left, right = 5, 6
    for one, other in ((left, right), (right, left)):
        there = np.unravel_index(plain.heat[one].argmax(), plain.heat[one].shape)
        again = np.unravel_index(mirrored.heat[other].argmax(), mirrored.heat[other].shape)
        assert again == pytest.approx((there[0], SIZE[0] // STRIDE - 1 - there[1]), abs=1)
    assert np.abs(plain.cut[:, ::-1, :3].astype(int) - mirrored.cut[:, :, :3]).mean() < 3
    assert plain.box[0] == pytest.approx(1 - mirrored.box[2], abs=0.02)
    assert plain.cut[:, :, 3].max() == 0


def test_nobody_is_there_when_all_have_been_found(folder: Path):
    from training.followed.train import lesson_of, stored

    source = next(each for each in stored([folder]) if each.wanted is not None and each.seen[each.wanted] > 0.9)
    lesson = lesson_of(source, range(len(source.people)), None)
    assert lesson.there == 0
    assert lesson.heat.max() == 0
    assert np.isnan(lesson.box).all()
    assert lesson.cut[:, :, 3].max() == 255


def test_the_network_tells_of_each_cut_out_what_is_read(folder: Path):
    from pipeline.perception.followed import read
    from training.followed.network import FollowedNet
    from training.followed.train import Lessons, loss_of, stored

    given = Lessons(stored([folder]), np.random.default_rng(2)).batch(8)
    network = FollowedNet().eval()
    rows = network(given[0])
    assert torch.isfinite(loss_of(rows, *given[1:]))
    told = read(rows.detach().double().numpy())
    assert told.joints.shape == (8, JOINTS, 3)
    perfect = torch.full_like(rows, 0.0)
    perfect[:, :-5] = torch.logit(given[1].clamp(1e-4, 0.999)).flatten(1)
    told = read(perfect.double().numpy())
    shown = given[1].amax(dim=(2, 3)).numpy() > 0.9
    cells = given[1].flatten(2).argmax(dim=2).numpy()
    true = np.stack([cells % (SIZE[0] // STRIDE), cells // (SIZE[0] // STRIDE)], axis=2) * STRIDE + STRIDE / 2
    off = np.abs(told.joints[:, :, :2] - true)[shown]
    assert off.max() <= STRIDE / 2 + 0.01
