"""Figures of ball and creases from frames whose figures are known."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.data import Ball, Crease, FrameRecord, Stumps, to_json
from pipeline.errors import InputError
from pipeline.evaluation import bounces
from pipeline.evaluation.ball import run, score_ball
from pipeline.evaluation.ball_labels import read_csv, read_yolo
from pipeline.evaluation.bounces import BounceScores, score_bounces
from pipeline.evaluation.creases import box_iou, score_creases

FRAME = FrameRecord("r", "c", 0, 0.0, "2026-01-01T00:00:00.000Z", (1280, 720), {})


def ball(x: float, y: float, visible: float = 1.0, state: str = "flight") -> Ball:
    return Ball(x, y, 4.0, 1.0, visible=visible, state=state)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("true", "told", "precision", "recall"),
    [
        (ball(100, 100), ball(104, 100), 1.0, 1.0),
        (ball(100, 100), ball(106, 100), 0.0, 0.0),
        (ball(100, 100), None, 0.0, 0.0),
        (None, ball(100, 100), 0.0, 0.0),
    ],
)
def test_a_ball_is_right_within_five_pixels(
    true: Ball | None, told: Ball | None, precision: float, recall: float
) -> None:
    scores = score_ball([(replace(FRAME, ball=true), replace(FRAME, ball=told))])
    assert (scores.precision, scores.recall) == (precision, recall)


@pytest.mark.parametrize(
    "hidden", [ball(100, 100, visible=0.2), ball(100, 100, state="held"), ball(100, 100, state="dead")]
)
def test_a_ball_that_need_not_be_found_counts_neither_way(hidden: Ball) -> None:
    good = (replace(FRAME, ball=ball(5, 5)), replace(FRAME, ball=ball(5, 5)))
    found, missed = (
        (replace(FRAME, ball=hidden), replace(FRAME, ball=ball(101, 100))),
        (replace(FRAME, ball=hidden), None),
    )
    scores = score_ball([good, found, missed])
    assert (scores.precision, scores.recall, scores.visible) == (1.0, 1.0, 1)


def crease(name: str, end: str, *line: float, seen: tuple[tuple[float, ...], ...] | None = None) -> Crease:
    return Crease(name, end, line, 1.0, seen)  # pyright: ignore[reportArgumentType]


def test_a_crease_is_found_within_three_pixels_of_what_is_seen_of_it() -> None:
    true = crease("popping", "striker", 0, 100, 400, 100, seen=((0, 100, 100, 100),))
    near = crease("popping", "striker", 0, 102, 150, 102)
    far = crease("popping", "striker", 0, 105, 150, 105)
    short = crease("popping", "striker", 0, 100, 60, 100)
    found = [
        score_creases([(replace(FRAME, creases=(true,)), replace(FRAME, creases=(told,)))]).recall
        for told in (near, far, short)
    ]
    assert found == [1.0, 0.0, 0.0]


def test_a_line_of_the_wrong_end_or_of_nothing_is_false() -> None:
    true = replace(FRAME, creases=(crease("popping", "striker", 0, 100, 400, 100),))
    wrong_end = score_creases([(true, replace(FRAME, creases=(crease("popping", "bowler", 0, 100, 400, 100),)))])
    assert (wrong_end.recall, wrong_end.either_end_recall, wrong_end.false_share) == (0.0, 1.0, 1.0)
    hidden = crease("popping", "striker", 0, 100, 400, 100, seen=())
    behind = score_creases([(replace(FRAME, creases=(hidden,)), replace(FRAME, creases=(hidden,)))])
    assert (behind.visible, behind.false_share) == (0, 0.0)


def test_stumps_are_found_as_boxes_are() -> None:
    true = replace(FRAME, stumps=(Stumps("striker", (10, 10, 20, 40), 1.0, 1.0),))
    told = replace(FRAME, stumps=(Stumps("bowler", (11, 12, 21, 42), 0.9), Stumps("striker", (90, 90, 95, 99), 0.9)))
    scores = score_creases([(true, told)])
    assert (scores.stumps_recall, scores.stumps_precision) == (1.0, 0.5)
    assert box_iou((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)


def test_labels_are_read_from_csv_and_yolo(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Frame,Visibility,X,Y\n0,0,0,0\n3,1,12.5,7\n", encoding="utf-8")
    labels = read_csv(path)
    assert labels[0] is None
    assert labels[3] is not None
    assert (labels[3].x, labels[3].y) == (12.5, 7.0)
    (tmp_path / "a.txt").write_text("1 0.1 0.1 0.1 0.1\n0 0.5 0.25 0.02 0.04\n", encoding="utf-8")
    label = read_yolo(tmp_path / "a.txt", (1000, 400))
    assert label is not None
    assert (label.x, label.y, label.radius) == (500.0, 100.0, 8.0)
    path.write_text("Frame,Visibility,X,Y\n0,1,left,0\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.csv:2: not a label"):
        read_csv(path)


def test_files_of_other_clips_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="holds no frame records"):
        run(tmp_path / "t.jsonl", tmp_path / "t.jsonl")


def test_a_bounce_is_found_once_and_near_its_frame() -> None:
    assert score_bounces([10, 50], [10.8, 11.2, 70.0]) == BounceScores(2, 1, 2)
    assert score_bounces([], []) == BounceScores(0, 0, 0)


def test_balls_and_bounces_are_scored_against_labels(tmp_path: Path) -> None:
    heights = [100.0 + 8 * abs(n - 10) for n in range(21)]
    rows = [f"{n},1,{3.0 * n},{300 - y},{2 if n == 10 else 0}" for n, y in enumerate(heights)]
    (tmp_path / "truth.csv").write_text("\n".join(["Frame,Visibility,X,Y,Status", *rows]), encoding="utf-8")
    told = [replace(FRAME, frame=n, ball=Ball(3.0 * n, 301 - y, 4.0, 0.9)) for n, y in enumerate(heights)]
    (tmp_path / "told.jsonl").write_bytes(b"\n".join(to_json(each) for each in told))
    assert run(tmp_path / "truth.csv", tmp_path / "told.jsonl").f1 == 1.0
    assert bounces.run(tmp_path / "truth.csv", tmp_path / "told.jsonl") == BounceScores(1, 1, 0)
