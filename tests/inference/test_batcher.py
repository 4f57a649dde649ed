"""Which frame goes next: fresh, fair, and nothing of a file lost."""

import numpy as np
import pytest

from pipeline.capture.intake import Arrival
from pipeline.inference.batcher import Batcher
from pipeline.pictures import Frame, Picture, PixelFormat

PICTURE = Picture.packed(PixelFormat.GRAY8, 2, 2, np.zeros(4, np.uint8))


def arrival(camera: str, index: int, captured: float = 0.0, live: bool = True) -> Arrival:
    return Arrival(Frame(camera, index, 0.0, 0.0, captured, 0.0, PICTURE), live, lambda: None)


def taken(batcher: Batcher, most: int) -> list[tuple[str, int]]:
    items = iter(batcher.take, None)
    return [(item.frame.camera, item.frame.index) for item, _ in zip(items, range(most), strict=False)]


@pytest.fixture
def batcher() -> Batcher:
    return Batcher(max_age_s=0.25)


def add(batcher: Batcher, *items: Arrival) -> list[tuple[str, int, str]]:
    pushed = [dropped for item in items for dropped in batcher.add(item)]
    return [(d.arrival.frame.camera, d.arrival.frame.index, d.cause) for d in pushed]


def test_cameras_take_turns_so_that_a_fast_one_starves_nobody(batcher):
    add(batcher, *(arrival("fast", i, live=False) for i in range(4)), arrival("slow", 0, live=False))
    assert taken(batcher, 3) == [("fast", 0), ("slow", 0), ("fast", 1)]


def test_a_live_backlog_is_cut_from_its_oldest_end(batcher):
    assert add(batcher, *(arrival("gate", i) for i in range(4))) == [("gate", 0, "overrun"), ("gate", 1, "overrun")]
    assert taken(batcher, 9) == [("gate", 2), ("gate", 3)]


def test_a_file_loses_nothing(batcher):
    assert add(batcher, *(arrival("clip", i, live=False) for i in range(50))) == []
    assert list(batcher.late(now=99.0)) == []
    assert len(taken(batcher, 100)) == 50


def test_a_live_frame_that_has_grown_too_old_is_late(batcher):
    add(batcher, arrival("gate", 0, captured=0.0), arrival("gate", 1, captured=0.2))
    late = [(d.arrival.frame.index, d.cause) for d in batcher.late(now=0.3)]
    assert late == [(0, "late")]
    assert taken(batcher, 1) == [("gate", 1)]
