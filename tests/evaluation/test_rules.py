"""How rules are scored: what is told where nothing of the kind happened is false."""

from dataclasses import replace

from pipeline.clock import utc
from pipeline.data import Event, EventState, FrameRecord, SceneRecord
from pipeline.evaluation.observed import Observed
from pipeline.evaluation.rules import score
from tests.rules.people import person

RECORDS = [
    FrameRecord("r", "street", frame, 100.0 * frame, utc(frame / 10), (640, 360), {}, people=(person(1),))
    for frame in range(50)
]
SCENE = SceneRecord("r", "street", "street", 1, "plain", "none", kinds=("fall", "running"))


def event(name: str, kind: str, begin_s: float, end_s: float) -> Event:
    said = Event(name, 0, EventState.END, "street", kind, kind, "alert", utc(begin_s), "r", "s", tracks=(1,))
    return replace(said, ended_at=utc(end_s), frame=round(begin_s * 10))


def test_an_event_in_a_quiet_scene_is_false():
    truth = Observed(RECORDS, [], SCENE)
    found = Observed(RECORDS, [event("a", "fall", 1, 2), event("b", "zone_left", 1, 2)], None, {"fall", "zone_left"})
    kinds = score([(truth, found)]).kinds
    assert (kinds["fall"].events, kinds["fall"].false) == (1, 1)
    assert "zone_left" not in kinds  # of which that truth says nothing


def test_a_second_event_of_one_happening_is_false():
    truth = Observed(RECORDS, [event("t", "running", 1, 4)], SCENE)
    found = Observed(RECORDS, [event("a", "running", 1, 2), event("b", "running", 3, 4)], None, {"running", "fall"})
    scores = score([(truth, found)]).kinds
    assert (scores["running"].found, scores["running"].events, scores["running"].false) == (1, 2, 1)
    assert scores["fall"].events == scores["fall"].happened == 0
