"""Falls, by where joints are: who lies is down, also where the network loses them, and who bends is not."""

import numpy as np
import pytest

from pipeline.data import Person
from tests.rules.people import events, person

FALL = {"kind": "fall"}
UPRIGHT = {
    "head": (0, -160), "shoulders": (0, -138), "hips": (0, -88), "knees": (0, -45), "ankles": (0, -8)
}  # fmt: skip
LYING = {"head": (150, -14), "shoulders": (130, -10), "hips": (80, -8), "knees": (40, -8), "ankles": (0, -8)}
BENT = {"head": (60, -70), "shoulders": (50, -85), "hips": (-10, -84), "knees": (0, -45), "ankles": (0, -8)}
BEHIND = {
    "head": (0, -160), "shoulders": (0, -138), "hips": (0, -125), "knees": (0, -118), "ankles": (0, -110)
}  # fmt: skip
"""Upright behind a wall: a network puts the legs just above it."""
_PLACES = ["head"] * 5 + ["shoulders"] * 2 + ["hips"] * 4 + ["hips"] * 2 + ["knees"] * 2 + ["ankles"] * 2


def held(posture: dict[str, tuple[int, int]], share: float = 1.0, speed_cm_s: float = 0.0) -> Person:
    """Somebody 8 m away who holds themselves so; `share` of their size."""
    points = [(640 + share * posture[name][0], 500 + share * posture[name][1], 0.8) for name in _PLACES]
    x, y, _ = np.array(points).T
    box = (float(x.min()) - 12, float(y.min()) - 12, float(x.max()) + 12, float(y.max()) + 12)
    return person(1, box=box, keypoints=tuple(points), ground_cm=(0.0, 800.0), distance_cm=806.0, speed_cm_s=speed_cm_s)


def falls(now: float, at_s: float) -> Person:
    """Somebody who is down from a moment on, and takes 0.4 s for it."""
    return held(UPRIGHT if now < at_s - 0.4 else BENT if now < at_s else LYING)


def test_who_lies_has_fallen_once():
    (event,) = events(FALL, 12, lambda now: [falls(now, 4.0) if now < 9 else held(UPRIGHT)])
    assert event.started_at.endswith("12:00:04.000Z")


def test_who_is_lost_while_lying_has_fallen():
    assert len(events(FALL, 12, lambda now: [falls(now, 4.0)] if now < 4.3 else [])) == 1
    assert not events(FALL, 12, lambda now: [held(UPRIGHT)] if now < 4 else [])


@pytest.mark.parametrize("seconds", [1.0, 5.0])
def test_who_bends_down_has_not_fallen(seconds: float):
    assert not events(FALL, 12, lambda now: [held(BENT if 4 <= now < 4 + seconds else UPRIGHT)])


@pytest.mark.parametrize(("head_px", "fallen"), [(-20, 1), (-150, 0)], ids=["towards the camera", "upside down"])
def test_heads_below_feet_lie_and_skeletons_upside_down_do_not(head_px: int, fallen: int):
    posture = {name: (x, round(head_px * y / -160)) for name, (x, y) in UPRIGHT.items()}
    assert len(events(FALL, 12, lambda now: [held(posture if 4 <= now < 9 else UPRIGHT)])) == fallen


def test_nobody_falls_in_no_time():
    at_once = lambda now: [held(UPRIGHT if now < 4 else LYING)] if now < 4.2 else []  # noqa: E731
    assert not events(FALL, 12, at_once)


@pytest.mark.parametrize(("speed_cm_s", "fallen"), [(120.0, 0), (20.0, 1)])
def test_who_walks_on_behind_a_wall_has_not_fallen(speed_cm_s: float, fallen: int):
    goes = lambda now: [held(UPRIGHT if now < 4 else BEHIND, speed_cm_s=speed_cm_s)]  # noqa: E731
    assert len(events(FALL, 12, goes)) == fallen


@pytest.mark.parametrize(("speed_cm_s", "fallen"), [(120.0, 0), (20.0, 1)])
def test_who_is_small_of_a_sudden_and_walks_is_somebody_else(speed_cm_s: float, fallen: int):
    small = lambda now: [held(UPRIGHT, 1.0 if now < 4 else 0.3, speed_cm_s)]  # noqa: E731
    assert len(events(FALL, 12, small)) == fallen


def test_who_came_into_view_while_getting_up_is_known_upright_and_falls_later():
    def rises(now: float):
        if now < 3:
            return [held(UPRIGHT, 0.75)]
        return [falls(now, 8.0)]

    (event,) = events(FALL, 14, rises)
    assert event.started_at.endswith("12:00:08.000Z")
