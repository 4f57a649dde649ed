"""The ball on real footage, by labels made by hand: nothing of it was learned from."""

from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.capture.pixels import picture_of
from pipeline.cricket.ball_track import ball_tracks
from pipeline.cricket.watching import balls_of
from pipeline.evaluation.ball_labels import read_csv
from pipeline.perception.ball import BallNetwork
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
    balls = {frame: ball for frame, ball in read_csv(LABELS / labels).items() if ball is not None}
    wanted = range(min(balls) - 8, max(balls) + 9)
    network, seen = None, []
    with av.open(str(CLIPS / clip)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in wanted:
                picture = picture_of(frame)
                network = network or BallNetwork(picture.size)
                seen.append(network.look(picture, number, float(frame.time or 0)))
    tracks = ball_tracks(seen)
    found = balls_of(tracks)
    right = [
        frame in found and np.hypot(found[frame].x - ball.x, found[frame].y - ball.y) <= 12
        for frame, ball in balls.items()
    ]
    assert np.mean(right) >= share
    true = [frame for frame, ball in balls.items() if ball.bounces]
    assert (
        sum(any(abs(kink.frame - frame) <= 1.5 for track in tracks for kink in track.bounces) for frame in true)
        >= bounces
    )
