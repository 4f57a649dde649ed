"""Labels cover neither each other nor the picture's edge, in files and, placed alike, on the live page."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from pipeline.media.labels import Label, draw_labels, placed
from tests.browser import browser, in_browser

PICTURE = (640, 480)
SIZE = (120.0, 16.0)
SCENES = {
    "side by side": [(100.0, 100.0, 160.0, 300.0), (130.0, 102.0, 190.0, 305.0), (150.0, 99.0, 210.0, 290.0)],
    "one before the other": [(100.0, 100.0, 160.0, 300.0)] * 4,
    "at the edges": [(-20.0, -10.0, 40.0, 200.0), (600.0, 5.0, 660.0, 210.0), (610.0, 400.0, 650.0, 490.0)],
}
LIVE = Path(__file__).parents[2] / "dashboard/components/live/labels.js"
PLACE = """async ([script, scenes, picture]) => {
  const { placed } = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  return scenes.map((labels) => placed(labels, picture));
}"""


def _overlap(one, other):
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(one[1], other[1])


@pytest.mark.parametrize("boxes", SCENES.values(), ids=SCENES)
def test_labels_lie_clear_of_each_other_and_within_the_picture(boxes):
    places = placed(boxes, [SIZE] * len(boxes), PICTURE)
    assert not any(_overlap(one, other) for one, other in itertools.combinations(places, 2))
    for left, top, right, bottom in places:
        assert left >= 0
        assert top >= 0
        assert right <= PICTURE[0]
        assert bottom <= PICTURE[1]


def test_a_label_with_room_lies_over_the_left_of_its_box():
    assert placed([(100.0, 100.0, 160.0, 300.0)], [SIZE], PICTURE) == [(100.0, 84.0, 220.0, 100.0)]


def test_who_is_nearest_chooses_first():
    far, near = (100.0, 100.0, 160.0, 200.0), (110.0, 95.0, 200.0, 400.0)
    assert placed([far, near], [SIZE, SIZE], PICTURE)[1] == (110.0, 79.0, 230.0, 95.0)


def test_words_stand_on_their_colour():
    bgr = np.zeros((480, 640, 3), np.uint8)
    draw_labels(bgr, [Label("7  12.0 m", (100.0, 100.0, 160.0, 300.0), (99, 250, 99))], 1)
    rows, columns = np.nonzero(bgr[..., 1] == 250)
    assert (columns.min(), rows.max()) == (100, 100)
    assert (bgr[rows.min() : 101, 100 : columns.max(), 1] < 100).any()


class TestLivePage:
    """Run by the browser that the page is for."""

    pytestmark = in_browser

    def test_labels_are_placed_alike(self):
        labels = [[{"box": box, "width": SIZE[0], "height": SIZE[1]} for box in boxes] for boxes in SCENES.values()]
        with browser() as chromium:
            answer = chromium.new_page().evaluate(PLACE, [LIVE.read_text(), labels, list(PICTURE)])
        expected = [placed(boxes, [SIZE] * len(boxes), PICTURE) for boxes in SCENES.values()]
        assert [[tuple(place) for place in scene] for scene in answer] == expected
