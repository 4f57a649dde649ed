"""People who are followed and were not found are looked for one by one."""

import numpy as np
import pytest
from trackers.eval import box_iou

from pipeline.analyze import Analysis, analyze
from pipeline.config import Deployment
from pipeline.evaluation.records import read_records
from pipeline.inference.letterbox import letterbox
from pipeline.perception.detections import Detections
from pipeline.perception.followed import SIZE, FollowedNetwork, drawn, looked_for, placed
from pipeline.perception.tracking import SURE_SCORE
from pipeline.pictures import Picture, PixelFormat
from pipeline.simulation.clip import write_clip
from pipeline.simulation.scene import scene_of


@pytest.fixture(scope="module")
def network() -> FollowedNetwork:
    return FollowedNetwork()


def true_of(people) -> Detections:
    boxes = np.array([person.whole_box for person in people], np.float32).reshape(-1, 4)
    joints = np.array([person.keypoints for person in people], np.float32).reshape(-1, 17, 3)
    return Detections(boxes, np.full(len(boxes), 0.9, np.float32), joints)


def crowd(seed: int):
    """Pictures of a crowded street, with those of whom something is seen."""
    street = scene_of("street", {"seed": seed, "level": "middle", "fps": 10, "people": 16, "story": "crowding"})
    for _ in range(6):
        for _ in range(10):
            street.step()
        yield street.picture(), street.truth("", "", 0).people


def test_a_cut_out_may_reach_out_of_the_picture():
    rgb = np.full((200, 300, 3), 255, np.uint8)
    place = placed((-10, 150, 30, 250), (300, 200))
    cut = letterbox(Picture.packed(PixelFormat.RGB24, 300, 200, rgb), place, 128)
    assert cut.shape == (SIZE[1], SIZE[0], 3)
    assert (cut[-10:] == 128).all()
    assert (cut[: SIZE[1] // 4, -10:] == 255).all()
    corners = np.array([[0, 150], [30, 199]], np.float32)
    assert place.to_picture(place.to_input(corners)) == pytest.approx(corners, abs=1e-3)
    assert place.to_input(np.array([10, 200], np.float32)) == pytest.approx(np.array(SIZE) / 2, abs=3)


def test_those_who_have_been_found_are_drawn_where_they_are():
    joints = np.tile(np.array([[30.0, 60.0]]), (17, 1)) + np.linspace(0, 20, 17)[:, None]
    canvas = drawn([joints, joints + 1000])
    assert canvas[62, 32] > 200
    assert canvas[:, 60:].max() == 0
    assert drawn([]).max() == 0


def test_of_a_crowd_those_who_were_missed_are_found_where_they_are_and_nobody_else(network: FollowedNetwork):
    looked, near, told, left = 0, 0, 0, 0
    for picture, people in crowd(811):
        true = true_of(people)
        sizes = true.boxes[:, 3] - true.boxes[:, 1]
        for number, person in enumerate(people):
            if (person.visible or 0) < 0.5 or sizes[number] < 60:
                continue
            others = true.select(np.arange(len(people)) != number)
            expected = true.boxes[[number]] + np.float32(0.04 * sizes[number])
            (box,), (score,), (joints,) = (lambda d: (d.boxes, d.scores, d.keypoints))(
                network(picture, expected, others)
            )
            looked += 1
            told += score > 0.5
            seen = true.keypoints[number, :, 2] > 0
            off = np.linalg.norm(joints[seen, :2] - true.keypoints[number, seen, :2], axis=1)
            near += (
                score > 0.5
                and np.median(off) < 0.08 * sizes[number]
                and box_iou(box[None], true.boxes[[number]])[0, 0] > 0.4
            )
            left += network(picture, expected, true).scores[0] > 0.5
    assert looked > 25
    assert near > 0.8 * looked
    assert left < 0.15 * looked


def test_what_is_found_so_carries_on_tracks_and_begins_none(network: FollowedNetwork):
    picture, people = next(crowd(812))
    true = true_of(people)
    most = int(np.argmax([(person.visible or 0) * (person.box[3] - person.box[1]) for person in people]))
    others = true.select(np.arange(len(people)) != most)
    completed = looked_for(network, picture, true.boxes, others, 6)
    assert len(completed) == len(others) + 1
    assert 0 < completed.scores[-1] < SURE_SCORE
    assert np.array_equal(completed.boxes[:-1], others.boxes)
    assert looked_for(network, picture, true.boxes, true, 6) is true
    assert looked_for(network, picture, true.boxes[:0], others, 6) is others


def test_nobody_is_added_who_has_been_found_elsewhere(network: FollowedNetwork):
    picture, people = next(crowd(812))
    true = true_of(people)
    most = int(np.argmax([(person.visible or 0) * (person.box[3] - person.box[1]) for person in people]))
    width = true.boxes[most, 2] - true.boxes[most, 0]
    beside = true.boxes[[most]] + np.array([width, 0, width, 0], np.float32)
    completed = looked_for(network, picture, beside, true, 6)
    assert len(completed) == len(true)


def test_a_deployment_that_looks_for_people_one_by_one_finds_more_of_a_crowd(tmp_path):
    video, truth, camera = (tmp_path / f"s.{end}" for end in ("mp4", "jsonl", "yaml"))
    given = {"seed": 815, "level": "middle", "fps": 10, "people": 16, "story": "crowding"}
    write_clip(scene_of("street", given), 8.0, video, truth, camera, lambda _done, _total: None)
    seen = {}
    for look_for in (0, 6):
        out = tmp_path / str(look_for)
        deployment = Deployment.model_validate({"tracking": {"look_for": look_for}})
        analyze(Analysis(str(video), out, "street", "r", deployment, overlay=False), lambda _step: None)
        seen[look_for] = sum(bool(p.keypoints) for record in read_records(out).values() for p in record.people)
    assert seen[6] > seen[0] + 5, seen
