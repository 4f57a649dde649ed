"""What a labelled picture teaches of stumps, whoever labelled it."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs torch: pip install 'sightline[train]'")

CORNERS = {"base left": (200, 300), "base right": (230, 302), "top left": (202, 210), "top right": (232, 212)}


def test_a_users_stumps_with_all_their_corners_are_taught_as_three_lines(tmp_path: Path):
    from training.cricket.creases import STUMPS, Lessons
    from training.cricket.labels import crease_pictures

    cv2.imwrite(str(tmp_path / "a.png"), np.full((480, 800, 3), 90, np.uint8))
    rows = [f"a.png,near stumps {corner},{x},{y}" for corner, (x, y) in CORNERS.items()]
    (tmp_path / "marks.csv").write_text("\n".join(["image,mark,x,y", *rows, "a.png,far stumps base left,400,100"]))
    (picture,) = crease_pictures(tmp_path)
    assert picture.taught[STUMPS]
    assert not picture.taught[STUMPS + 1]
    assert picture.lines[:, 0].tolist() == [STUMPS] * 3
    lessons = Lessons([picture], np.random.default_rng(1), (800, 480))
    near, far = lessons.heat(picture, np.eye(2, 3), mirrored=False)[STUMPS:]
    assert far.max() == 0
    hot = np.argwhere(near > 0.6) * 4 + 2
    assert hot.min(axis=0) == pytest.approx((211, 201), abs=4)
    assert hot.max(axis=0) == pytest.approx((301, 231), abs=4)


def test_simulated_stumps_are_taught_where_they_are_drawn(tmp_path: Path):
    from pipeline.simulation.dataset import kind_of, write_tar
    from pipeline.simulation.scene import stream
    from training.cricket.creases import STUMPS, labelled
    from training.shards import samples

    kind = kind_of("creases", {"seed": 5})
    found = []
    write_tar(tmp_path / "0.tar", islice(kind.samples(stream(5, "creases")), 6))
    for bgr, label in samples([tmp_path]):
        boxes = [stumps["box"] for stumps in label["stumps"] if stumps["visible"] > 0.5]
        lines = labelled(bgr, label).lines
        middles = lines[lines[:, 0] >= STUMPS][:, 1:].reshape(-1, 2, 2).mean(axis=1)
        for left, top, right, bottom in boxes:
            inside = [(left <= x <= right) and (top <= y <= bottom) for x, y in middles]
            found.append(sum(inside))
    assert len(found) > 3
    assert set(found) == {3}
