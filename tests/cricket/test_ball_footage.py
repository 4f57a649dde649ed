"""The ball on real footage, by labels made by hand: nothing of it was learned from."""

from pathlib import Path

import pytest

from benchmarks.bounces import measured
from pipeline.evaluation.ball_labels import read_csv
from tests.conftest import SHARED

CLIPS = SHARED / "data" / "cricket" / "clips"
LABELS = Path(__file__).parent / "data"
pytestmark = pytest.mark.skipif(not CLIPS.is_dir(), reason="shared/data is not on this machine")


@pytest.mark.parametrize(
    ("clip", "labels", "share", "bounces"),
    [
        ("nets_test2.mp4", "nets/nets_test2.csv", 0.7, 0),
        ("bounce_outside1.webm", "bounces/bounce_outside1.csv", 0.6, 1),
        ("bounce_outside2.webm", "bounces/bounce_outside2.csv", 0.6, 1),
    ],
)
def test_the_balls_path_goes_through_most_of_its_places(clip: str, labels: str, share: float, bounces: int) -> None:
    figures = measured(CLIPS / clip, read_csv(LABELS / labels), widest=1280, within=12)
    assert figures["in_a_path"] / figures["labelled"] >= share
    assert figures["bounces_found"] >= bounces
