"""Raw outputs become people in pixels of the picture."""

import numpy as np
import pytest
from trackers.eval import box_iou

from pipeline.config import ModelConfig
from pipeline.errors import ModelError
from pipeline.inference.letterbox import Placement, Region
from pipeline.perception.detector import Detector
from pipeline.perception.network import network_of
from pipeline.simulation.street import Street
from tests.conftest import SHARED, wait_for

PLACE = Placement.fit(Region(0, 0, 1280, 720), (640, 640))  # half the size, 140 pixels down


def test_movenet_is_undone_to_the_picture():
    raw = np.zeros((1, 6, 56), np.float32)
    raw[0, 0, :3] = (0.5, 0.25, 0.9)  # the nose, as y, x, score
    raw[0, 0, 51:] = (0.4, 0.2, 0.6, 0.3, 0.8)  # top, left, bottom, right, score
    found = network_of("movenet").decode((raw,), PLACE, 0.1)
    assert found.scores == pytest.approx([0.8])
    assert found.boxes[0] == pytest.approx([256, 232, 384, 488])
    assert found.keypoints[0, 0] == pytest.approx([320, 360, 0.9])


def yolo_rows() -> np.ndarray:
    """Two boxes of one person and one of another, as centre x, y, width, height, score and keypoints."""
    rows = np.zeros((3, 56), np.float32)
    rows[:, :5] = [(200, 300, 40, 100, 0.9), (202, 301, 40, 100, 0.6), (400, 300, 40, 100, 0.7)]
    rows[:, 5:8] = [(200, 260, 0.8), (201, 261, 0.7), (400, 260, 0.6)]
    return rows


@pytest.mark.parametrize("other_classes", [0, 3])
def test_raw_yolo_is_suppressed_and_undone(other_classes):
    rows = np.insert(yolo_rows(), [5] * other_classes, 0.99, axis=1)
    found = network_of("yolo-pose").decode((rows.T[np.newaxis],), PLACE, 0.25)
    assert found.boxes.tolist() == pytest.approx(np.array([[360, 220, 440, 420], [760, 220, 840, 420]]))
    assert found.keypoints[0, 0] == pytest.approx([400, 240, 0.8])


def test_yolo_with_suppression_built_in_is_read_too():
    raw = np.zeros((1, 300, 57), np.float32)
    raw[0, 0, :6] = (180, 250, 220, 350, 0.9, 0)
    raw[0, 0, 6:9] = (200, 260, 0.8)
    found = network_of("yolo-pose").decode((raw,), PLACE, 0.25)
    assert found.boxes.tolist() == pytest.approx(np.array([[360, 220, 440, 420]]))
    assert found.keypoints[0, 0] == pytest.approx([400, 240, 0.8])


@pytest.mark.parametrize("box", [(700, 250, 740, 350), (220, 250, 180, 350)])
def test_a_yolo_box_of_which_nothing_is_in_the_picture_is_nobody(box):
    raw = np.zeros((1, 300, 57), np.float32)
    raw[0, 0, :6] = (*box, 0.9, 0)
    assert len(network_of("yolo-pose").decode((raw,), PLACE, 0.25)) == 0


@pytest.mark.parametrize("family", ["movenet", "yolo-pose"])
def test_another_networks_output_is_refused(family):
    with pytest.raises(ModelError, match="output"):
        network_of(family).decode((np.zeros((1, 25, 85), np.float32),), PLACE, 0.25)


def test_an_input_that_movenet_cannot_take_is_said():
    with pytest.raises(ModelError, match="multiples of 32"):
        Detector(ModelConfig(input=(500, 384)), "latency")


def find(config: ModelConfig, seeds: range) -> tuple[int, int, int, int]:
    """How many people of simulated streets are well in view, and how many of these have their joints found; how many
    detections there are, and how many of these are where nobody is."""
    detector = Detector(config, "latency")
    there = hits = found = wrong = 0
    for seed in seeds:
        street = Street.of(seed=seed, width=768, height=576, people=5)
        everybody = street.truth("t", "street", 0).people
        detector.submit("frame", street.picture())
        detections = wait_for(lambda: list(detector.collect()))[0].detections
        sure = detections.select(detections.scores > 0.2)
        whole = np.array([person.whole_box for person in everybody], float)
        found += len(sure)
        wrong += int((np.asarray(box_iou(sure.boxes.astype(float), whole)).max(axis=1) < 0.4).sum())
        for person, box in zip(everybody, whole, strict=True):
            if (person.visible or 0) > 0.8:
                apart = np.linalg.norm(sure.keypoints[:, :, :2] - np.array(person.keypoints)[None, :, :2], axis=2)
                there += 1
                hits += bool((np.median(apart, axis=1) < 0.05 * (box[3] - box[1])).any())
    detector.close()
    return there, hits, found, wrong


@pytest.mark.parametrize(("tiles", "size"), [((1, 1), (640, 480)), (None, None)])
def test_movenet_finds_simulated_people_with_their_joints(movenet, tiles, size):
    there, hits, found, wrong = find(ModelConfig(tiles=tiles, input=size), range(60, 66))
    assert there >= 20
    assert hits >= 0.7 * there  # single frames; tracking fills the rest
    assert wrong <= 0.1 * found


@pytest.mark.skipif(not (SHARED / "models").is_dir(), reason="shared/models is not on this machine")
def test_a_real_yolo_network_finds_real_people(monkeypatch):
    from pipeline.capture.source import kind_of

    monkeypatch.setenv("SIGHTLINE_MODELS", str(SHARED / "models"))
    with kind_of("clip")(str(SHARED / "data" / "cctv" / "one-by-one-person-detection.mp4")) as source:
        picture = next(c.picture for i, c in enumerate(source.pictures()) if i == 400)
        detector = Detector(ModelConfig(name="yolov8n-pose-int8"), "latency")
        detector.submit("frame", picture)
    found = wait_for(lambda: list(detector.collect()))[0].detections
    detector.close()
    best = found.boxes[found.scores.argmax()]
    assert found.scores.max() > 0.7
    assert best == pytest.approx([382, 3, 545, 377], abs=25)
