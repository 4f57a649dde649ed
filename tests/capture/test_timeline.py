"""What a camera's timestamps are worth."""

import math
from itertools import pairwise

import numpy as np
import pytest

from pipeline.capture.timeline import Timeline

FPS = 25.0


def placed(stamps: list[float], arrivals: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds and lateness (s) of frames with these PTS, in seconds, that arrive at these times."""
    timeline = Timeline()
    results = np.array([timeline.place(pts, now) for pts, now in zip(stamps, arrivals, strict=True)])
    return results[:, 0], results[:, 1]


def steady(count: int) -> list[float]:
    return [100.0 + n / FPS for n in range(count)]


@pytest.mark.parametrize(
    "stamps",
    [
        [n / FPS for n in range(100)],
        [n / FPS + (3600.0 if n > 50 else 0.0) for n in range(100)],
        [(n / FPS + 95_441.0) % 95_443.0 for n in range(100)],
        [0.0] * 100,
        [-n / FPS for n in range(100)],
        [math.nan] * 100,
        [n / 60.0 for n in range(100)],
        [n / 10.0 for n in range(100)],
    ],
    ids=["good", "jump", "wrap", "still", "backwards", "none", "too slow", "too fast"],
)
def test_whatever_the_camera_says_time_goes_on_at_its_pace(stamps):
    times, late = placed(stamps, steady(100))
    assert all(b > a for a, b in pairwise(times))
    assert times[-1] - times[0] == pytest.approx(99 / FPS * 1e3, rel=0.25)
    assert late.max() < 1.3


def test_jitter_of_the_network_is_taken_out():
    jitter = np.random.default_rng(1).uniform(0, 0.03, 200)
    times, late = placed([n / FPS for n in range(200)], [100 + n / FPS + jitter[n] for n in range(200)])
    # Once the least delay has been seen, frames stand where the camera took them.
    assert np.diff(times[100:]) == pytest.approx(np.full(99, 40.0), abs=4)
    assert late[100:] == pytest.approx(jitter[100:], abs=0.01)


def test_a_burst_after_a_silence_is_late_and_not_fresh():
    arrivals = [100 + n / FPS for n in range(50)] + [104.0 + n * 0.001 for n in range(50)]
    stamps = [n / FPS for n in range(100)]
    times, late = placed(stamps, arrivals)
    assert late[50] == pytest.approx(2.0, abs=0.05)
    assert late[99] == pytest.approx(0.09, abs=0.05)
    assert np.diff(times) == pytest.approx(np.full(99, 40.0), abs=3)


def test_a_connection_begins_anew_without_running_back():
    timeline = Timeline()
    before = [timeline.place(n / FPS, 100 + n / FPS)[0] for n in range(20)]
    timeline.restart()
    after = [timeline.place(n / FPS, 110 + n / FPS)[0] for n in range(20)]
    assert after[0] - before[-1] == pytest.approx((10 - 19 / FPS) * 1e3, abs=1)
    assert np.diff(after) == pytest.approx(np.full(19, 40.0), abs=0.1)


def test_hiccups_of_an_hour_do_not_add_up_to_a_clock_that_is_not_believed():
    timeline, now = Timeline(), 100.0
    for frame in range(25 * 200):
        now = 100 + frame / FPS + (0.15 if frame % 1500 < 40 else 0.0)
        timeline.place(frame / FPS, now)
    _, late = timeline.place(5000 / FPS, now + 5)
    assert late == pytest.approx(5 - 1 / FPS, abs=0.1)
