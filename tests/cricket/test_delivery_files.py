"""What is written of deliveries can be read again, looked at and scored."""

import json
from dataclasses import replace

import av
import cv2
import numpy as np
import pytest

from pipeline.data import Delivery, DeliveryFrames, FootLanding, FrameRecord, PathPoint, to_json
from pipeline.delivery_files import write_deliveries
from pipeline.errors import InputError
from pipeline.evaluation.deliveries import read_deliveries, run
from pipeline.media.delivery_pictures import pitch_map
from pipeline.media.video import VideoWriter

FPS = 25.0


def brightness(frame: int) -> int:
    """Of a frame of the overlay, unlike that of its neighbours."""
    return 40 + 37 * frame % 180


def delivery(name: str, release: int, **fields) -> Delivery:
    path = tuple(PathPoint(release + n, (100.0 + n, 50.0), (18.0 - n, 0.2, 2.0 - 0.1 * n)) for n in range(10))
    values = {
        "release_speed_kmh": 130.0, "release_speed_std_kmh": 3.0, "bounce_m": (6.0, 0.2), "bounce_std_m": (0.1, 0.02),
        "length": "good", "line": "off", "hand": "right", "path": path,
        "front_foot": FootLanding("legal", 5.0, 1.0, release - 3),
        "back_foot": FootLanding("legal", 30.0, 2.0, release - 6), **fields,
    }  # fmt: skip
    frames = DeliveryFrames(release, release + 9, None, release + 14)
    return Delivery(name, values.pop("camera", "pitch"), frames, **values)


@pytest.fixture
def overlay(tmp_path):
    video = VideoWriter(tmp_path / "overlay.mp4", (64, 48), FPS)
    for frame in range(100):
        video.write(np.full((48, 64, 3), brightness(frame), np.uint8), frame * 1e3 / FPS)
    video.finish()
    return tmp_path / "overlay.mp4"


def test_a_delivery_gets_its_pictures_and_its_clip(tmp_path, overlay):
    write_deliveries(tmp_path, [delivery("a", 40)], overlay)
    folder = tmp_path / "deliveries" / "001"
    assert {file.name for file in folder.iterdir()} == {
        "clip.mp4", "flight.png", "front_foot.png", "back_foot.png", "pitch_map.png"
    }  # fmt: skip
    for name, frame in (("front_foot", 37), ("back_foot", 34)):
        foot = cv2.imread(str(folder / f"{name}.png"))
        assert foot is not None
        assert float(foot.mean()) == pytest.approx(brightness(frame), abs=6)
    with av.open(str(folder / "clip.mp4")) as clip:
        frames = [frame.to_ndarray(format="bgr24") for frame in clip.decode(video=0)]
    assert len(frames) == 25 + 14 + 15 + 1
    assert float(frames[25].mean()) == pytest.approx(brightness(40), abs=6)


def test_a_delivery_whose_ball_nobody_followed_has_its_clip_and_no_drawing_of_nothing(tmp_path, overlay):
    unseen = replace(delivery("a", 40, bounce_m=None, path=()), frames=DeliveryFrames(40))
    write_deliveries(tmp_path, [unseen], overlay)
    folder = tmp_path / "deliveries" / "001"
    assert {file.name for file in folder.iterdir()} == {"clip.mp4", "front_foot.png", "back_foot.png"}
    with av.open(str(folder / "clip.mp4")) as clip:
        assert len(list(clip.decode(video=0))) == 25 + 25 + 15 + 1


def test_a_clip_without_deliveries_has_an_empty_list(tmp_path):
    write_deliveries(tmp_path, [], None)
    assert json.loads((tmp_path / "deliveries.json").read_text()) == []
    assert not (tmp_path / "deliveries").exists()


def test_a_ball_to_the_off_side_is_drawn_on_the_off_side():
    picture = pitch_map([delivery("a", 40, bounce_m=(6.0, 1.0))]).astype(int)
    red = np.argwhere((picture[..., 2] - picture[..., 0] > 140) & (picture[..., 2] - picture[..., 1] > 140))
    assert red[:, 1].mean() < picture.shape[1] / 2 - 40


def test_scores_are_of_the_deliveries_that_belong_together(tmp_path):
    records = [
        FrameRecord("r", "c", n, n * 1e3 / FPS, "2026-01-01T00:00:00Z", (64, 48), {}, truth=True) for n in range(1500)
    ]
    true = [delivery("t1", 100), delivery("t2", 500, hand="left"), delivery("t3", 900)]
    lines = [to_json(record) for record in records] + [to_json(each) for each in true]
    (tmp_path / "truth.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    told = [
        delivery("a", 102, release_speed_kmh=133.0, bounce_m=(6.2, 0.25)),
        delivery(
            "b",
            500,
            hand=None,
            bounce_m=(6.0, -0.2),
            front_foot=FootLanding("no-ball", -4.0, 1.0, 497),
            back_foot=FootLanding("too close to call", 2.0, 3.0, 494),
        ),
        delivery("c", 700),
    ]
    write_deliveries(tmp_path, told, None)
    scores = run(tmp_path / "truth.jsonl", tmp_path)
    assert (scores.bowled, scores.found) == (3, 2)
    assert scores.false_per_minute == pytest.approx(1.0)
    assert scores.speed_kmh == pytest.approx(1.5)
    assert scores.speed_within == 1.0
    assert scores.bounce_along_cm == pytest.approx(10.0)
    # Without the batter's hand, sides are a right-hander's: the second one pitched where it was.
    assert scores.bounce_across_cm == pytest.approx(2.5)
    assert scores.front_foot_accuracy == pytest.approx(0.5)
    assert scores.too_close_share == 0.0
    assert (scores.back_foot_accuracy, scores.back_foot_n, scores.back_foot_too_close_share) == (1.0, 2, 0.5)
    assert scores.back_foot_cm == pytest.approx(14.0)


def test_what_is_no_result_is_refused_in_one_line(tmp_path):
    with pytest.raises(InputError, match="--profile cricket"):
        read_deliveries(tmp_path)
