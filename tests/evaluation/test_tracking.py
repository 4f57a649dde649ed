"""The figures of small cases that can be counted by hand."""

import pytest

from pipeline.errors import InputError
from pipeline.evaluation.boxes import read_people, to_coco, to_mot
from pipeline.evaluation.tracking import run
from tests.conftest import SHARED

TRUTH = """\
1,1,100,100,50,100,1,1,1
1,2,300,100,50,100,1,1,1
2,1,110,100,50,100,1,1,1
2,2,310,100,50,100,1,1,1
3,1,120,100,50,100,1,1,1
3,2,320,100,50,100,0,1,0.2
"""


def rows(*people: tuple[int, int, float]) -> str:
    """MOT text of (frame, id, left)."""
    return "".join(f"{frame},{track},{left},100,50,100,0.9\n" for frame, track, left in people)


@pytest.fixture
def evaluate(tmp_path):
    def scores(pred: str, truth: str = TRUTH):
        (tmp_path / "gt.txt").write_text(truth)
        (tmp_path / "pred.txt").write_text(pred)
        return run(tmp_path / "gt.txt", tmp_path / "pred.txt")

    return scores


def test_perfect_predictions(evaluate):
    found = evaluate(rows((1, 7, 100), (1, 8, 300), (2, 7, 110), (2, 8, 310), (3, 7, 120)))
    assert (found.recall, found.precision, found.mota, found.idf1, found.hota) == (1, 1, 1, 1, 1)
    assert (found.id_switches, found.truth_boxes, found.predicted_boxes, found.frames) == (0, 5, 5, 3)


def test_finding_somebody_who_is_ignored_is_no_fault(evaluate):
    found = evaluate(rows((1, 7, 100), (1, 8, 300), (2, 7, 110), (2, 8, 310), (3, 7, 120), (3, 8, 320)))
    assert found.precision == 1


def test_a_miss_a_false_one_and_a_switch(evaluate):
    found = evaluate(rows((1, 7, 100), (1, 8, 300), (2, 9, 110), (2, 5, 500), (3, 9, 120)))
    assert found.recall == pytest.approx(4 / 5)
    assert found.precision == pytest.approx(4 / 5)
    assert found.id_switches == 1
    assert found.mota == pytest.approx((4 - 1 - 1) / 5)
    assert found.idf1 == pytest.approx(2 * 3 / 10)  # 9 is 1 twice, 8 is 2 once, of 5 true and 5 predicted


def test_frames_without_labels_do_not_count(evaluate):
    found = evaluate(rows((1, 7, 100), (1, 8, 300), (2, 7, 110), (2, 8, 310), (3, 7, 120), (9, 7, 1)))
    assert found.precision == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("1,2,3\n", r"pred\.txt:1: not a MOT line"),
        ("1,1,1,1,1,1\nx,1,1,1,1,1\n", r"pred\.txt:2: not a MOT line"),
        ('{"frame": 1}\n', r"pred\.txt:1: not a frame record"),
        (rows((77, 1, 5)), "no frame is in both"),
    ],
)
def test_a_bad_file_is_named_with_its_line(evaluate, text, says):
    with pytest.raises(InputError, match=says):
        evaluate(text)


def test_records_become_mot_and_coco(tmp_path):
    from pipeline.data import FrameRecord, Person, to_json

    person = Person(track=3, box=(10.0, 20.0, 40.0, 90.0), score=0.8, keypoints=((1.0, 2.0, 0.5),) * 17)
    record = FrameRecord("r", "c", 4, 160.0, "2026-01-01T00:00:00.000Z", (100, 100), {}, (person,))
    (tmp_path / "frames.jsonl").write_bytes(to_json(record) + b"\n")
    to_mot(tmp_path / "frames.jsonl", tmp_path / "t.txt")
    to_coco(tmp_path / "frames.jsonl", tmp_path / "c.json")
    assert (tmp_path / "t.txt").read_text() == "5,3,10,20,30,70,0.8,-1,-1,-1\n"
    assert '"image_id": 4' in (tmp_path / "c.json").read_text()
    assert read_people(tmp_path / "t.txt")[4].boxes.tolist() == [[10, 20, 40, 90]]


def test_the_hand_labels_can_be_read():
    from pathlib import Path

    labels = read_people(Path(__file__).parents[1] / "data" / "vtest" / "gt.txt")
    assert len(labels) == 20
    assert sum(int((~frame.ignored).sum()) for frame in labels.values()) == 118


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="shared/data is not on this machine")
def test_real_people_are_found_and_followed(tmp_path, movenet):
    """The hand-labelled clip, up to its fourth labelled frame; docs/accuracy.md has the whole."""
    from pathlib import Path

    from pipeline.analyze import Analysis, analyze
    from pipeline.config import Deployment

    clip = str(SHARED / "data" / "cctv" / "vtest.avi")
    analyze(Analysis(clip, tmp_path, "vtest", "r", Deployment(), overlay=False, limit=150), lambda step: None)
    labels = (Path(__file__).parents[1] / "data" / "vtest" / "gt.txt").read_text().splitlines()
    (tmp_path / "gt.txt").write_text("\n".join(line for line in labels if int(line.split(",")[0]) <= 150))
    found = run(tmp_path / "gt.txt", tmp_path)
    assert found.recall > 0.85
    assert found.precision > 0.93


def test_what_happened_is_passed_over_among_the_simulators_records(tmp_path):
    frame = (
        '{"run":"r","camera":"c","frame":0,"pts_ms":0,"captured_at":"","size":[8,8],"stages_ms":{},'
        '"people":[{"track":1,"box":[0,0,4,4],"score":1}],"truth":true,"schema":"sightline.frame/1"}\n'
    )
    truth = tmp_path / "truth.jsonl"
    truth.write_text(frame + '{"schema": "sightline.delivery/1", "id": "x"}\n')
    assert list(read_people(truth)) == [0]
