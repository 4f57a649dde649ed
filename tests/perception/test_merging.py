"""One person found by several passes is one detection; two people stay two."""

from itertools import pairwise

import numpy as np
import pytest

from pipeline.perception.detections import Detections
from pipeline.perception.merging import merged
from pipeline.perception.passes import placements

PICTURE = (768, 576)
PLACES = placements(PICTURE, (2, 1), (384, 480), (256, 192))  # overview, left tile to 441, right tile from 326


def people(*rows: tuple[float, float, float, float, float]) -> Detections:
    """Boxes with scores; their joints lie evenly down the middle of the box."""
    table = np.array(rows, np.float32).reshape(-1, 5)
    middle = (table[:, 0] + table[:, 2]) / 2
    down = table[:, 1, None] + np.linspace(0, 1, 17, dtype=np.float32) * (table[:, 3] - table[:, 1])[:, None]
    across = np.repeat(middle[:, None], 17, axis=1)
    return Detections(table[:, :4], table[:, 4], np.stack([across, down, np.full_like(down, 0.9)], axis=2))


NOBODY = people()


@pytest.mark.parametrize(
    ("overview", "left", "right", "expected"),
    [
        pytest.param(
            [],
            [(350, 100, 390, 200, 0.6)],
            [(351, 101, 391, 199, 0.8)],
            [(351, 101, 391, 199)],
            id="seen by both tiles",
        ),
        pytest.param(
            [], [(410, 100, 441, 200, 0.9)], [(412, 98, 460, 205, 0.5)], [(412, 98, 460, 205)], id="cut by one tile"
        ),
        pytest.param(
            [],
            [(350, 100, 390, 200, 0.6), (360, 102, 400, 205, 0.5)],
            [],
            [(350, 100, 390, 200), (360, 102, 400, 205)],
            id="two who stand close",
        ),
        pytest.param([(100, 100, 140, 200, 0.9)], [], [], [], id="small ones are the tiles' affair"),
        pytest.param(
            [(300, 50, 480, 550, 0.7)],
            [(310, 250, 441, 540, 0.8)],
            [],
            [(300, 50, 480, 550)],
            id="too large for a tile",
        ),
        pytest.param(
            [(300, 50, 480, 550, 0.7)],
            [(20, 200, 60, 300, 0.5)],
            [],
            [(300, 50, 480, 550), (20, 200, 60, 300)],
            id="a large and a small one",
        ),
    ],
)
def test_merging(overview, left, right, expected):
    found = merged([people(*overview), people(*left), people(*right)], PLACES, PICTURE)
    assert [tuple(box) for box in found.boxes.tolist()] == expected


def test_joints_in_the_same_places_are_the_same_person():
    whole, wrong = people((380, 100, 420, 200, 0.8)), people((370, 150, 432, 240, 0.6))
    same = Detections(wrong.boxes, wrong.scores, whole.keypoints + 1)
    assert len(merged([NOBODY, whole, same], PLACES, PICTURE)) == 1
    assert len(merged([NOBODY, whole, wrong], PLACES, PICTURE)) == 2


def test_tiles_cover_the_picture_and_overlap():
    regions = [place.region for place in placements((1280, 720), (3, 1), (384, 480), None)]
    assert regions[0].left == 0
    assert regions[-1].left + regions[-1].width == 1280
    for one, next_one in pairwise(regions):
        assert one.left + one.width - next_one.left >= 0.14 * 1280
