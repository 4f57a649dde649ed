"""One happening is one event: interruptions, occlusion, tracks that change, schedules, and rules that are changed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from pipeline.config.schedules import Schedule
from pipeline.data import EventState, ZoneRelation
from pipeline.rules.schedule import is_on
from pipeline.rules.watch import RuleSet, RuleWatch
from tests.rules.people import events, person, record, rules, watch

SCHEDULE: TypeAdapter[Schedule] = TypeAdapter(Schedule)
INSIDE = ZoneRelation("bay", "inside")
ENTERED = {"kind": "zone_entered", "zone": "bay"}


def test_somebody_who_comes_out_from_behind_a_tree_under_another_track_is_the_same():
    def hidden(now: float):
        place = (-300.0 + 100 * now, 800.0)
        if 3 <= now < 4.5:
            return []
        return [person(1 if now < 3 else 7, ground_cm=place, speed_cm_s=100.0, heading_deg=90.0, zones=(INSIDE,))]

    (event,) = events(ENTERED, 8, hidden)
    assert event.tracks == (1, 7)


def test_loitering_goes_on_under_another_track():
    def hidden(now: float):
        return [] if 8 <= now < 9 else [person(1 if now < 8 else 2, ground_cm=(0.0, 800.0), speed_cm_s=0.0)]

    (event,) = events({"kind": "loitering", "after_s": 15}, 20, hidden)
    assert event.tracks == (2,)
    assert event.started_at.endswith("12:00:00.000Z")


def test_what_is_taller_than_people_is_nobody():
    def post(now: float):
        return [person(1, speed_cm_s=0.0, height_cm=245.0, height_std_cm=6.0)]

    assert not events({"kind": "loitering", "after_s": 15}, 20, post)


def test_somebody_else_who_turns_up_elsewhere_is_somebody_else():
    def two(now: float):
        if now < 3:
            return [person(1, ground_cm=(-400.0, 800.0), zones=(INSIDE,))]
        return [] if now < 4 else [person(2, ground_cm=(400.0, 800.0), zones=(INSIDE,))]

    assert [event.tracks for event in events(ENTERED, 8, two)] == [(1,), (2,)]


def test_who_left_at_the_edge_of_the_picture_is_not_who_comes_in_there():
    def at_the_edge(now: float):
        left = {"box": (0.0, 300.0, 50.0, 500.0), "zones": (INSIDE,)}
        return [] if 3 <= now < 4 else [person(1 if now < 3 else 2, **left)]

    assert [event.tracks for event in events(ENTERED, 8, at_the_edge)] == [(1,), (2,)]


def test_a_hidden_person_does_not_end_an_event_before_they_may_be_seen_again():
    def hidden(now: float):
        out = 3 <= now < 5
        return [person(1, score=0.0 if out else 0.9, zones=() if out else (INSIDE,))]

    assert len(events(ENTERED, 8, hidden)) == 1


def test_revisions_count_up_and_end_once():
    watching = watch(ENTERED)
    told = [
        event
        for frame in range(80)
        for event in watching.step(record(frame, [person(1, zones=(INSIDE,) if 20 <= frame < 50 else ())]))
    ]
    told += watching.close()
    assert [(event.revision, event.state) for event in told] == [(0, EventState.START), (1, EventState.END)]
    assert len({event.id for event in told}) == 1


BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = SCHEDULE.validate_python([{"from": "22:00", "to": "06:00", "days": ["sat"]}])


@pytest.mark.parametrize(
    ("local", "on"),
    [
        (datetime(2026, 3, 28, 21, 59, tzinfo=BERLIN), False),
        (datetime(2026, 3, 28, 22, 0, tzinfo=BERLIN), True),
        (datetime(2026, 3, 29, 5, 59, tzinfo=BERLIN), True),  # the night in which clocks go forward
        (datetime(2026, 3, 29, 6, 0, tzinfo=BERLIN), False),
        (datetime(2026, 3, 29, 23, 0, tzinfo=BERLIN), False),  # a Sunday
        (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), True),  # an hour that comes twice
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), True),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(local: datetime, on: bool):
    assert is_on(NIGHT, local) is on


def test_times_of_day_as_yaml_reads_them_and_as_it_does_not():
    (span,) = SCHEDULE.validate_python([{"from": 1320, "to": "24:00"}])  # YAML's 22:00 without quotes
    assert (span.begin, span.end) == (22 * 60, 24 * 60)
    for wrong in ("25:00", "7", "07:60", "seven", 1441, True):
        with pytest.raises(ValidationError):
            SCHEDULE.validate_python([{"from": wrong}])


def test_a_rule_is_on_by_the_local_time_of_the_frame():
    schedules = {"night": SCHEDULE.validate_python([{"from": "02:00", "to": "03:30"}])}
    at_night = rules(rule={**ENTERED, "schedule": "night"})
    watching = RuleWatch("gate", "run", RuleSet(at_night, schedules, "Europe/Berlin"))
    begin = datetime(2026, 3, 29, 0, 59, 58, tzinfo=ZoneInfo("UTC"))  # 01:59:58 there; 2 s later it is 03:00
    told = []
    for frame in range(60):
        told += [
            (frame, event.state) for event in watching.step(record(frame, [person(1, zones=(INSIDE,))], begin=begin))
        ]
    assert told == [(20, EventState.START)]
    later = begin + timedelta(minutes=31)
    told += [
        event.state
        for frame in range(60, 100)
        for event in watching.step(record(frame, [person(1, zones=(INSIDE,))], begin=later))
    ]
    assert told[1:] == [EventState.END]


def test_rules_that_stay_as_they_are_go_on_when_others_are_changed():
    watching = RuleWatch("gate", "run", RuleSet(rules(a=ENTERED, b={"kind": "running"})))
    told = []
    for frame in range(10):
        told += watching.step(record(frame, [person(1, zones=(INSIDE,), speed_cm_s=400.0)]))
    assert {event.rule for event in told} == {"a", "b"}
    ended = watching.change(RuleSet(rules(a=ENTERED, b={"kind": "running", "severity": "info"})))
    assert [(event.rule, event.state) for event in ended] == [("b", EventState.END)]
    told = [e for frame in range(10, 30) for e in watching.step(record(frame, [person(1, zones=(INSIDE,))]))]
    assert not told
