"""A path that begins too late is led back to the hand by its flight."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.cricket.fitting import fit_flight
from pipeline.cricket.leading_back import led_back
from pipeline.cricket.scanning import Guess
from pipeline.cricket.watched import Watched
from tests.cricket.test_deliveries import only, watched


@pytest.fixture(scope="module")
def late():
    """A flight fitted without its first four frames, those frames, and all frames around it."""
    _, flight, _ = only("keeper", 5005)
    seen = [
        (each, pitch)
        for each, pitch, inside in zip(
            flight.watched.sightings, flight.watched.pitches, flight.fit.explained.tolist(), strict=True
        )
        if inside
    ]
    path = Watched(tuple(each for each, _ in seen[4:]), tuple(pitch for _, pitch in seen[4:]))
    way = flight.fit.trajectory
    begin = path.sightings[0].time_s
    velocity = (way.at(begin + 0.005) - way.at(begin - 0.005)) / 0.01
    _, frames = watched("keeper", 5005)
    start = Guess(0, way.at(begin), velocity, way.bounce_s or way.end_s, 0.0, np.ones(len(path), bool))
    fit = fit_flight(path, [start], None)
    assert fit is not None
    return path, fit, [each for each, _ in seen[:4]], frames


def test_the_frames_before_it_are_found_and_no_others(late):
    path, fit, missing, frames = late
    longer, start = led_back(path, fit, frames)
    assert [each for each in longer.sightings if each.time_s < fit.start_s][-4:] == missing
    assert start.place_m[0] > fit.unknowns[0] + 3
    assert longer.sightings[-1] is path.sightings[-1]


def test_where_nothing_was_seen_before_there_is_no_other_path(late):
    path, fit, _, frames = late
    blind = [glance if glance.time_s >= fit.start_s else replace(glance, balls=()) for glance in frames]
    assert led_back(path, fit, blind) is None
