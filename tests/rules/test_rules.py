"""Each rule: what it is about is found once, and what is nearly that gives nothing."""

import math
from itertools import pairwise

import pytest

from pipeline.data import EventState, Person, ZoneRelation
from pipeline.rules.moment import CountingLine
from tests.rules.people import events, person

INSIDE, HEADING = ZoneRelation("bay", "inside"), ZoneRelation("bay", "heading")


def still(track: int, place: tuple[float, float] = (0.0, 800.0), **known) -> Person:
    return person(track, ground_cm=place, speed_cm_s=0.0, **known)


def test_entering_a_zone_is_one_event_from_in_to_out():
    found = events(
        {"kind": "zone_entered", "zone": "bay"},
        20,
        lambda now: [person(1, zones=(INSIDE,) if 3 <= now < 9 else ())],
    )
    (event,) = found
    assert (event.state, event.zone, event.tracks) == (EventState.END, "bay", (1,))
    assert event.started_at.endswith("12:00:03.000Z")
    assert event.ended_at is not None
    assert event.ended_at.endswith("12:00:08.900Z")


def test_a_foot_on_the_edge_of_a_zone_is_one_visit_not_many():
    def sways(now: float):
        on = 2 <= now < 10 and int(now * 10) % 7 < 4
        return [person(1, zones=(INSIDE,) if on else ())]

    assert len(events({"kind": "zone_entered", "zone": "bay"}, 15, sways)) == 1


def test_who_is_inside_for_less_than_the_rule_asks_for_gives_nothing():
    config = {"kind": "zone_entered", "zone": "bay", "least_s": 0.5}
    assert not events(config, 10, lambda now: [person(1, zones=(INSIDE,) if now == 4.0 else ())])


def test_who_vanishes_inside_a_zone_has_not_left_it():
    config = {"kind": "zone_left", "zone": "bay"}
    assert not events(config, 12, lambda now: [person(1, zones=(INSIDE,))] if now < 5 else [])
    (event,) = events(config, 12, lambda now: [person(1, zones=(INSIDE,) if now < 5 else ())])
    assert event.started_at.endswith("12:00:05.000Z")


def test_a_zone_is_occupied_by_more_than_allowed():
    config = {"kind": "zone_occupied", "zone": "bay", "more_than": 2}

    def crowd(now: float):
        return [still(n, (100.0 * n, 800.0), zones=(INSIDE,)) for n in range(1, 5 if 4 <= now < 9 else 3)]

    (event,) = events(config, 15, crowd)
    assert event.count == 4
    assert set(event.tracks) == {1, 2, 3, 4}


def test_heading_for_a_zone_is_told_before_it_is_entered():
    def walks(now: float):
        return [person(1, zones=(HEADING,) if 2 <= now < 4 else (INSIDE,) if now >= 4 else ())]

    (event,) = events({"kind": "zone_heading", "zone": "bay"}, 10, walks)
    assert event.started_at.endswith("12:00:02.000Z")
    assert not events(
        {"kind": "zone_heading", "zone": "bay"},
        10,
        lambda now: [person(1, zones=(HEADING,) if now in (2, 2.1) else ())],
    )


LINE = {"door": CountingLine(((-200.0, 800.0), (200.0, 800.0)), on_ground=True)}


def over(places: list[float]):
    """Somebody who walks [0, y] through these y at 1 m/s."""

    def walks(now: float):
        left = 100.0 * now
        for start, end in pairwise(places):
            if left <= abs(end - start):
                return [person(1, ground_cm=(0.0, start + math.copysign(left, end - start)), speed_cm_s=100.0)]
            left -= abs(end - start)
        return [person(1, ground_cm=(0.0, places[-1]), speed_cm_s=0.0)]

    return walks


def test_crossing_a_line_tells_the_side_and_counts():
    config = {"kind": "line_crossed", "line": "door"}
    found = events(config, 16, over([500.0, 1100.0, 600.0]), LINE)
    assert [(event.direction, event.count) for event in found] == [("to_left", 1), ("to_right", 1)]
    assert [event.started_at[-7:] for event in found] == ["03.000Z", "09.000Z"]


def test_one_direction_of_a_line_alone():
    config = {"kind": "line_crossed", "line": "door", "direction": "to_right"}
    (event,) = events(config, 16, over([500.0, 1100.0, 600.0]), LINE)
    assert event.direction == "to_right"


@pytest.mark.parametrize(
    "ways", [[500.0, 790.0, 500.0], [500.0, 812.0, 500.0]], ids=["turns back before it", "steps on it and turns back"]
)
def test_who_turns_back_at_a_line_has_not_crossed_it(ways: list[float]):
    assert not events({"kind": "line_crossed", "line": "door"}, 8, over(ways), LINE)


@pytest.mark.parametrize(("std_cm", "crossings"), [(20.0, 1), (90.0, 0)])
def test_a_place_beyond_a_line_counts_where_it_is_sure(std_cm: float, crossings: int):
    def steps_over(now: float):
        return [person(1, ground_cm=(0.0, 860.0 if now >= 2 else 740.0), distance_std_cm=std_cm)]

    assert len(events({"kind": "line_crossed", "line": "door"}, 4, steps_over, LINE)) == crossings


def test_passing_beside_the_end_of_a_line_is_no_crossing():
    beside = {"door": CountingLine(((100.0, 800.0), (400.0, 800.0)), on_ground=True)}
    assert not events({"kind": "line_crossed", "line": "door"}, 8, over([500.0, 1100.0]), beside)


def test_walking_up_and_down_is_loitering_and_crossing_the_square_slowly_is_not():
    config = {"kind": "loitering", "after_s": 10, "radius_cm": 250}
    up_and_down = lambda now: [person(1, ground_cm=(200 * math.sin(now), 800.0), speed_cm_s=100.0)]  # noqa: E731
    (event,) = events(config, 20, up_and_down)
    assert event.started_at.endswith("12:00:00.000Z")
    crosses = lambda now: [person(1, ground_cm=(-500 + 40 * now, 800.0), speed_cm_s=40.0)]  # noqa: E731
    assert not events(config, 25, crosses)


@pytest.mark.parametrize(("away_s", "found"), [(0.2, 1), (1.5, 1), (3.0, 0)])
def test_wild_places_do_not_end_loitering_and_going_away_does(away_s: float, found: int):
    def jumps(now: float):
        return [still(1, (900.0, 900.0) if 7 <= now < 7 + away_s else (0.0, 800.0))]

    assert len(events({"kind": "loitering", "after_s": 10}, 15, jumps)) == found


@pytest.mark.parametrize(("height_cm", "speed_cm_s", "runs"), [(180, 250, True), (180, 190, False), (110, 200, True)])
def test_running_depends_on_the_length_of_the_legs(height_cm: float, speed_cm_s: float, runs: bool):
    def goes(now: float):
        place = (-500 + speed_cm_s * now, 800.0)
        return [person(1, ground_cm=place, speed_cm_s=speed_cm_s, heading_deg=90.0, height_cm=height_cm)]

    assert len(events({"kind": "running"}, 4, goes)) == int(runs)


@pytest.mark.parametrize(
    ("facing_deg", "speed_cm_s", "seconds", "found"),
    [(5, 0, 5, 1), (352, 0, 5, 1), (30, 0, 5, 0), (5, 120, 5, 0), (5, 0, 2, 0)],
    ids=["stands and looks", "from the other side", "looks past it", "walks towards it", "glances"],
)
def test_watching_the_camera(facing_deg: float, speed_cm_s: float, seconds: float, found: int):
    def looks(now: float):
        facing = facing_deg if 1 <= now < 1 + seconds else 120.0
        return [person(1, ground_cm=(0.0, 800.0), facing_deg=facing, speed_cm_s=float(speed_cm_s))]

    assert len(events({"kind": "watching"}, 10, looks)) == found


def test_looking_again_and_again():
    def glances(now: float):
        return [still(1, facing_deg=0.0 if now % 8 < 2 else 100.0)]

    config = {"kind": "watching_again", "times": 3}
    assert len(events(config, 18, glances)) == 1
    assert not events(config, 14, glances)


def test_a_crowd_is_one_event_however_it_changes():
    def crowd(now: float):
        return [still(n, (60.0 * n, 800.0)) for n in range(1, 8 if 2 <= now < 9 else 4)]

    (event,) = events({"kind": "crowding", "people": 6}, 14, crowd)
    assert event.tracks == (1, 2, 3, 4, 5, 6, 7)
    apart = lambda now: [still(n, (400.0 * n, 800.0)) for n in range(1, 8)]  # noqa: E731
    assert not events({"kind": "crowding", "people": 6}, 14, apart)


def test_two_who_run_at_each_other_converge_and_two_who_run_side_by_side_do_not():
    def towards(now: float):
        off = max(600 - 200 * now, 40.0)
        speed = 200.0 if off > 40 else 0.0
        return [
            person(1, ground_cm=(-off, 800.0), speed_cm_s=speed, heading_deg=_seen((-off, 800.0), (1.0, 0.0))),
            person(2, ground_cm=(off, 800.0), speed_cm_s=speed, heading_deg=_seen((off, 800.0), (-1.0, 0.0))),
        ]

    (event,) = events({"kind": "converging"}, 6, towards)
    assert event.tracks == (1, 2)

    def beside(now: float):
        x = -600 + 200 * now
        return [
            person(n, ground_cm=(x, y), speed_cm_s=200.0, heading_deg=_seen((x, y), (1.0, 0.0)))
            for n, y in ((1, 800.0), (2, 900.0))
        ]

    assert not events({"kind": "converging"}, 6, beside)


def _seen(place: tuple[float, float], direction: tuple[float, float]) -> float:
    from pipeline.geometry.angles import seen_angle_deg

    return float(seen_angle_deg(place, direction))


def test_closing_in_and_then_running_is_a_sequence_in_that_order_only():
    from pipeline.rules.watch import RuleSet, RuleWatch
    from tests.rules.people import record, rules

    def told(first: str, second: str) -> list[str]:
        watching = RuleWatch(
            "gate",
            "run",
            RuleSet(
                rules(
                    looks={"kind": "watching", "least_s": 1},
                    runs={"kind": "running"},
                    away={"kind": "sequence", "of": [first, second], "within_s": 20},
                )
            ),
        )
        found = []
        for frame in range(100):
            fast = frame > 50
            known = {"facing_deg": 90.0, "speed_cm_s": 300.0} if fast else {"facing_deg": 0.0, "speed_cm_s": 0.0}
            place = (-200.0 + max(0, frame - 50) * 30, 800.0)
            found += watching.step(record(frame, [person(1, ground_cm=place, **known)]))
        return [event.kind for event in found if event.rule == "away"]

    assert told("looks", "runs") == ["sequence"]
    assert told("runs", "looks") == []
