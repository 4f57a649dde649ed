"""Attributes that were said of people, against the truth of a simulated street."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.data import FrameRecord, Person, to_json
from pipeline.errors import InputError
from pipeline.evaluation.people_streets import figures, follow, run

TRUE = Person(
    track=7, box=(100.0, 100.0, 150.0, 250.0), score=1.0, heading_deg=350.0, speed_cm_s=120.0, facing_deg=10.0,
    distance_cm=1000.0, height_cm=170.0, width_cm=38.0, visible=1.0, state="walking",
)  # fmt: skip
SAID = replace(
    TRUE, track=1, box=(102.0, 101.0, 151.0, 249.0), heading_deg=5.0, heading_std_deg=10.0, facing_deg=350.0,
    facing_std_deg=25.0, distance_cm=1020.0, distance_std_cm=15.0, height_cm=173.0, height_std_cm=4.0, width_cm=36.0,
    width_std_cm=1.0, visible=None, state=None,
)  # fmt: skip


def frames(person: Person, count: int = 30, truth: bool = False) -> dict[int, FrameRecord]:
    return {
        frame: FrameRecord("r", "c", frame, frame * 100.0, "", (1280, 720), {}, (person,), truth=truth)
        for frame in range(count)
    }


def test_figures_are_those_of_the_people_who_are_in_both():
    found = figures(list(follow(frames(TRUE, truth=True), frames(SAID))))
    assert found["n"] == 30
    assert found["distance_percent"]["mean"] == pytest.approx(2.0)
    assert found["distance_coverage_68"] == 0.0
    assert found["heading_deg"]["mean"] == pytest.approx(15.0)
    assert found["heading_deg"]["coverage_68"] == 0.0
    assert found["facing_deg"]["mean"] == pytest.approx(20.0)
    assert found["height_cm"] == {"n": 10, "mean": 3.0, "median": 3.0, "coverage_68": 1.0, "known": 1.0}
    assert found["width_cm"]["coverage_68"] == 0.0


def test_sizes_count_anew_when_a_track_goes_over_to_somebody_else():
    truth, said = frames(TRUE, truth=True), frames(SAID)
    truth |= {frame: replace(truth[frame], people=(replace(TRUE, track=8),)) for frame in range(25, 30)}
    found = list(follow(truth, said))
    assert found[24].seconds == pytest.approx(2.4)
    assert found[25].seconds == 0.0
    assert figures(found)["height_cm"]["n"] == 5


@pytest.mark.parametrize("change", [{"visible": 0.3}, {"box": (300.0, 100.0, 350.0, 250.0)}])
def test_who_is_hardly_seen_or_elsewhere_does_not_count(change):
    assert list(follow(frames(replace(TRUE, **change), truth=True), frames(SAID))) == []


def test_what_is_not_said_is_no_error_and_counted_as_unknown():
    found = figures(list(follow(frames(TRUE, truth=True), frames(replace(SAID, heading_deg=None)))))
    assert found["heading_deg"] == {"n": 0, "mean": None, "median": None, "coverage_68": None, "known": 0.0}


def test_faulty_input_is_said_in_one_line(tmp_path: Path):
    truth, empty = tmp_path / "t.jsonl", tmp_path / "e.jsonl"
    truth.write_bytes(b"".join(to_json(record) + b"\n" for record in frames(TRUE, truth=True).values()))
    empty.write_text("")
    nothing = tmp_path / "n.jsonl"
    nothing.write_bytes(b"".join(to_json(replace(r, people=())) + b"\n" for r in frames(SAID).values()))
    for truths, preds, fault in (
        ([truth], [], "one of each"),
        ([truth], [tmp_path / "none"], "cannot be read"),
        ([truth], [empty], "holds no frame records"),
        ([truth], [nothing], "nobody is in both"),
    ):
        with pytest.raises(InputError, match=fault) as caught:
            run(truths, preds)
        assert "\n" not in str(caught.value)
