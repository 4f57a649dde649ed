"""Samples for training: what their labels say is in their pictures."""

import json

import cv2
import numpy as np
import pytest

from pipeline.data import FrameRecord, from_json
from pipeline.simulation.cricket.bowler import FRONT_FOOT_S, LIFTS_S
from pipeline.simulation.cricket.heels import STORED_PX
from pipeline.simulation.dataset import kind_of
from pipeline.simulation.scene import stream


def samples(name: str, count: int, **values):
    made = kind_of(name, values).samples(stream(1, "test"))
    return [next(made) for _ in range(count)]


def test_ball_clips_show_the_ball_where_their_labels_say():
    values = {"level": "plain", "without": "0", "clips": "6", "view": "bowler-high", "quality": "98"}
    contrasts = []
    for sample in samples("ball", 6, **values):
        strip = cv2.imdecode(np.frombuffer(sample["jpg"], np.uint8), cv2.IMREAD_COLOR).astype(float)
        label = json.loads(sample["json"])
        assert strip.shape == (5 * 192, 320, 3)
        frames = strip.reshape(5, 192, 320, 3)
        still = np.median(frames, axis=0)
        for frame, ball in zip(frames, label["balls"], strict=True):
            if ball is None or ball["state"] != "flight" or ball["visible"] < 0.99 or ball["radius"] < 1:
                continue
            x, y = int(ball["x"]), int(ball["y"])
            moved = np.abs(frame - still).sum(axis=2)
            near = moved[max(y - 2, 0) : y + 3, max(x - 2, 0) : x + 3]
            if near.size:
                contrasts.append(near.max() > 40)
    assert len(contrasts) >= 8
    assert np.mean(contrasts) > 0.8


def test_some_ball_clips_have_no_ball():
    label = [json.loads(sample["json"]) for sample in samples("ball", 4, without="1", level="plain")]
    assert all(ball is None or ball["state"] == "dead" for one in label for ball in one["balls"])


def test_crease_frames_have_their_record_and_camera():
    for sample in samples("creases", 3, level="mild", width="320", height="192"):
        record = from_json(FrameRecord, sample["json"])
        picture = cv2.imdecode(np.frombuffer(sample["jpg"], np.uint8), cv2.IMREAD_COLOR)
        assert picture.shape == (192, 320, 3)
        assert record.creases
        assert record.stumps
        assert record.shot is not None


def test_heels_stand_where_their_labels_say():
    labels = []
    for sample in samples("heels", 24, level="plain"):
        picture = cv2.imdecode(np.frombuffer(sample["jpg"], np.uint8), cv2.IMREAD_COLOR).astype(float)
        assert picture.shape == (STORED_PX[1], STORED_PX[0], 3)
        labels.append(json.loads(sample["json"]))
        heel = labels[-1]["heel"]
        if heel is None:
            continue
        assert heel == labels[-1]["middle"]
        # A shoe and a shin are over the heel, and the ground goes on below it.
        x, y = map(int, heel)
        patches = (picture[y + low : y + low + 5, x - 2 : x + 3].mean(axis=(0, 1)) for low in (-8, 4))
        shoe, ground = patches
        labels[-1]["differs"] = float(np.abs(shoe - ground).sum())
    stands = [label for label in labels if label["heel"] is not None]
    assert len(labels) > len(stands) > 12
    assert all(FRONT_FOOT_S <= label["time_s"] <= LIFTS_S for label in stands)
    assert np.median([label["differs"] for label in stands]) > 40


@pytest.mark.parametrize("name", ["ball", "creases", "heels"])
def test_samples_follow_from_the_seed(name):
    assert samples(name, 2, level="plain") == samples(name, 2, level="plain")
