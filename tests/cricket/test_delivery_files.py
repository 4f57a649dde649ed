"""What is written of deliveries can be read again, looked at and scored."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from pipeline.cricket.crease_cut import CreaseCut
from pipeline.data import Delivery, DeliveryFrames, FootLanding, FrameRecord, PathPoint, to_json
from pipeline.delivery_files import DeliveryFiles
from pipeline.errors import InputError
from pipeline.evaluation.deliveries import read_deliveries, run
from pipeline.inference.letterbox import Placement, Region
from pipeline.media.convert import from_bgr
from pipeline.media.delivery_pictures import pitch_map
from pipeline.media.foot_picture import foot_picture
from pipeline.media.video import VideoWriter

FPS = 25.0
SHOWN = np.array([30, 90, 60], np.uint8)
"""What cuts of tests show, as BGR."""


def brightness(frame: int) -> int:
    """Of a frame of the overlay, unlike that of its neighbours."""
    return 40 + 37 * frame % 180


def delivery(name: str, release: int, **fields) -> Delivery:
    path = tuple(PathPoint(release + n, (100.0 + n, 50.0), (18.0 - n, 0.2, 2.0 - 0.1 * n)) for n in range(10))
    values = {
        "release_speed_kmh": 130.0, "release_speed_std_kmh": 3.0, "bounce_m": (6.0, 0.2), "bounce_std_m": (0.1, 0.02),
        "length": "good", "line": "off", "hand": "right", "path": path,
        "front_foot": FootLanding("legal", 5.0, 1.0, release - 3, (32.0, 24.0), (20.0, 26.0, 44.0, 26.0)),
        "back_foot": FootLanding("legal", 30.0, 2.0, release - 6, (30.0, 20.0), (40.0, 10.0, 40.0, 30.0)), **fields,
    }  # fmt: skip
    frames = DeliveryFrames(release, release + 9, None, release + 14)
    return Delivery(name, values.pop("camera", "pitch"), frames, **values)


def cut_of(bgr: np.ndarray, corner: tuple[float, float] = (0.0, 0.0), scale: float = 1.0) -> CreaseCut:
    """A part of a picture from a corner on."""
    height, width = bgr.shape[:2]
    whole = Placement.fit(Region(0, 0, width, height), (width, height))
    return CreaseCut(from_bgr(bgr), np.array(corner), np.full(2, scale), whole)


def written(out: Path, deliveries: Sequence[Delivery], overlay: Path | None = None) -> None:
    """What an analysis writes, whose cuts show one colour."""
    files = DeliveryFiles(out)
    for each in deliveries:
        files.add(each, {foot: cut_of(np.tile(SHOWN, (48, 64, 1))) for foot in each.feet})
    files.finish(overlay)


@pytest.fixture
def overlay(tmp_path):
    video = VideoWriter(tmp_path / "overlay.mp4", (64, 48), FPS)
    for frame in range(100):
        video.write(np.full((48, 64, 3), brightness(frame), np.uint8), frame * 1e3 / FPS)
    video.finish()
    return tmp_path / "overlay.mp4"


def test_a_delivery_gets_its_pictures_and_its_clip(tmp_path, overlay):
    written(tmp_path, [delivery("a", 40)], overlay)
    folder = tmp_path / "deliveries" / "001"
    assert {file.name for file in folder.iterdir()} == {
        "clip.mp4", "flight.png", "front_foot.png", "back_foot.png", "pitch_map.png"
    }  # fmt: skip
    for name in ("front_foot", "back_foot"):
        foot = cv2.imread(str(folder / f"{name}.png"))
        assert foot is not None
        assert foot[:100, :100].reshape(-1, 3) == pytest.approx(np.tile(SHOWN, (10000, 1)), abs=1)
    with av.open(str(folder / "clip.mp4")) as clip:
        frames = [frame.to_ndarray(format="bgr24") for frame in clip.decode(video=0)]
    assert len(frames) == 25 + 14 + 15 + 1
    assert float(frames[25].mean()) == pytest.approx(brightness(40), abs=6)


def test_a_foot_is_shown_large_against_the_edge_that_it_is_judged_by():
    # Half the detail of the picture, from (400, 300) on: the crease's paint begins at y 400, the foot is before it.
    part = np.full((100, 200, 3), 90, np.uint8)
    part[50:52] = 250
    landing = FootLanding("no-ball", -12.0, 2.0, 37, (600.0, 390.0), (520.0, 400.0, 680.0, 400.0))
    picture = foot_picture(cut_of(part, (400, 300), 0.5), landing, "front foot")
    assert picture is not None
    picture = picture.astype(int)
    zoom = 0.45 * 720 / 80
    painted = np.flatnonzero(picture[:480, 20].mean(axis=1) > 170)
    assert len(painted) == pytest.approx(2 * zoom, abs=2)
    edge = np.argwhere((picture[..., 2] - picture[..., 0] > 120) & (picture[..., 1] > 150))
    assert edge[:, 0].mean() == pytest.approx(painted[0], abs=2.5)
    assert np.ptp(edge[:, 1]) == pytest.approx(80 * zoom, abs=6)
    point = np.argwhere(picture[:480, :, 2] - picture[:480, :, 1] > 120)
    assert point.mean(axis=0) == pytest.approx((painted[0] - 5 * zoom, 360), abs=2)


def test_a_foot_outside_what_was_kept_is_not_shown():
    landing = FootLanding("legal", 12.0, 2.0, 37, (600.0, 390.0), (520.0, 400.0, 680.0, 400.0))
    assert foot_picture(cut_of(np.full((50, 50, 3), 90, np.uint8)), landing, "front foot") is None


def test_what_was_not_completed_leaves_nothing(tmp_path):
    files = DeliveryFiles(tmp_path)
    files.add(delivery("a", 40), {})
    files.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_delivery_whose_ball_nobody_followed_has_its_clip_and_no_drawing_of_nothing(tmp_path, overlay):
    unseen = replace(delivery("a", 40, bounce_m=None, path=()), frames=DeliveryFrames(40))
    written(tmp_path, [unseen], overlay)
    folder = tmp_path / "deliveries" / "001"
    assert {file.name for file in folder.iterdir()} == {"clip.mp4", "front_foot.png", "back_foot.png"}
    with av.open(str(folder / "clip.mp4")) as clip:
        assert len(list(clip.decode(video=0))) == 25 + 25 + 15 + 1


def test_a_clip_without_deliveries_has_an_empty_list(tmp_path):
    written(tmp_path, [])
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
    written(tmp_path, told)
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
