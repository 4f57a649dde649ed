"""The simulated street: the same by seed, and true in what it says."""

import time

import numpy as np
import pytest

from pipeline.capture.source import kind_of
from pipeline.data import FrameRecord, from_json, schema_name
from pipeline.errors import InputError, SourceError
from pipeline.geometry.camera import Camera
from pipeline.media.convert import to_bgr
from pipeline.simulation.clip import write_clip
from pipeline.simulation.scene import scene_of
from pipeline.simulation.street import Street


def pictures(seed: int, frames: int = 3) -> list[bytes]:
    street = Street.of(seed=seed, width=320, height=240)
    made = []
    for _ in range(frames):
        made.append(to_bgr(street.picture()).tobytes())
        street.step()
    return made


def test_a_seed_gives_the_same_pixels_and_another_gives_others():
    assert pictures(3) == pictures(3)
    assert pictures(3) != pictures(4)


def test_what_is_true_does_not_depend_on_whether_pictures_are_made():
    drawn, dark = Street.of(seed=5), Street.of(seed=5)
    for _ in range(5):
        drawn.picture()
        drawn.step()
        dark.step()
    assert drawn.truth("r", "c", 5) == dark.truth("r", "c", 5)


@pytest.fixture(scope="module")
def records() -> list[FrameRecord]:
    found = []
    for seed in (11, 12):
        street = Street.of(seed=seed)
        for index in range(30):
            found.append(street.truth("r", "street", index))
            for _ in range(5):
                street.step()
    return found


def test_everybody_is_in_view_between_60_and_300_pixels_tall(records):
    heights = [p.whole_box[3] - p.whole_box[1] for record in records for p in record.people]
    assert np.mean([len(record.people) for record in records]) > 7
    assert np.percentile(heights, [1, 99]) == pytest.approx([130, 215], abs=90)
    assert 55 <= min(heights) <= max(heights) <= 310


def test_some_are_hidden_and_the_share_agrees_with_the_boxes(records):
    people = [person for record in records for person in record.people]
    assert any(person.visible < 0.6 for person in people)
    assert np.mean([person.visible > 0.5 for person in people]) > 0.9
    for person in people:
        left, top, right, bottom = person.whole_box
        assert left - 1 <= person.box[0] <= person.box[2] <= right + 1
        assert top - 1 <= person.box[1] <= person.box[3] <= bottom + 1
        if person.visible > 0.995:
            assert person.box == pytest.approx(person.whole_box, abs=2.5)


def test_visible_joints_lie_in_the_visible_box(records):
    for record in records:
        for person in record.people:
            for x, y, seen in person.keypoints:
                assert not seen or (
                    person.box[0] - 1 <= x <= person.box[2] + 1 and person.box[1] - 1 <= y <= person.box[3] + 1
                )


def test_distance_and_stature_agree_with_the_camera():
    street = Street.of(seed=7)
    record = street.truth("r", "street", 0)
    for person in record.people:
        middle = [*person.ground_cm, person.height_cm / 2]
        expected = np.linalg.norm(np.array(middle) - (0, 0, street.camera.height_cm))
        assert person.distance_cm == pytest.approx(expected, abs=0.1)
        (feet, crown), _ = street.camera.project([[*person.ground_cm, 0], [*person.ground_cm, person.height_cm]])
        drawn = person.whole_box[3] - person.whole_box[1]
        assert drawn == pytest.approx(feet[1] - crown[1], rel=0.16)


def test_headings_are_where_people_go():
    street = Street.of(seed=9)
    before = {p.track: p for p in street.truth("r", "s", 0).people}
    for _ in range(3):
        street.step()
    for person in street.truth("r", "s", 3).people:
        if person.track in before and person.speed_cm_s > 60:
            from pipeline.geometry.angles import seen_angle_deg

            moved = np.subtract(person.ground_cm, before[person.track].ground_cm)
            turn = (float(seen_angle_deg(person.ground_cm, moved)) - person.heading_deg + 180) % 360 - 180
            assert abs(turn) < 15


def test_a_clip_has_its_truth_and_its_camera_beside_it(tmp_path):
    clip, truth, camera = tmp_path / "s.mp4", tmp_path / "s.jsonl", tmp_path / "s.yaml"
    steps: list[tuple[int, int]] = []
    scene = Street.of(seed=3, width=320, height=240, fps=10, people=4)
    write_clip(scene, 0.6, clip, truth, camera, lambda *step: steps.append(step))
    lines = truth.read_text().splitlines()
    records = [from_json(FrameRecord, line) for line in lines if schema_name(line) == "sightline.frame/1"]
    with kind_of(str(clip))(str(clip)) as source:
        shown = [captured.pts_ms for captured in source.pictures()]
    assert [record.pts_ms for record in records] == pytest.approx(shown, abs=0.1)
    assert all(record.truth for record in records)
    assert Camera.load(camera).origin == "simulated"
    assert steps[-1] == (6, 6)


def test_nothing_half_written_stays(tmp_path):
    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    scene = Street.of(seed=3, width=320, height=240, fps=10, people=2)
    with pytest.raises(KeyboardInterrupt):
        write_clip(scene, 1, tmp_path / "s.mp4", tmp_path / "s.jsonl", None, stop)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_scene_is_explained():
    with pytest.raises(InputError, match=r"no such scene; known are .*street"):
        scene_of("moon", {})


def source(url: str):
    return kind_of(url)(url)


def test_a_free_source_gives_every_frame_and_one_by_the_clock_keeps_time():
    with source("sim://street?seed=2&width=320&height=240&fps=20&seconds=1&pace=free") as free:
        assert [round(c.pts_ms) for c in free.pictures()] == [50 * i for i in range(20)]
    begin = time.monotonic()
    with source("sim://street?seed=2&width=320&height=240&fps=20&seconds=1&people=2") as timed:
        assert len(list(timed.pictures())) >= 15
    assert time.monotonic() - begin == pytest.approx(1.0, abs=0.5)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sim://moon", "known are .*sim://street"),
        ("sim://street?sead=1", "sead.*known are seed, level, .*people"),
        ("sim://street?people=many", "people"),
        ("sim://street?width=321", "width"),
    ],
)
def test_a_faulty_address_is_explained_in_one_line(url, says):
    with pytest.raises(SourceError, match=says) as caught:
        source(url)
    assert "\n" not in str(caught.value)
