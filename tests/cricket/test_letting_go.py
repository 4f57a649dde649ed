"""A ball that was still in the hand is no part of its flight."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.cricket.fitting import FlightFit, chosen_of, fit_flight
from pipeline.cricket.letting_go import let_go_later
from pipeline.cricket.scanning import guesses
from pipeline.cricket.watched import Watched
from tests.cricket.test_deliveries import only


def seen_before(seed: int, share: float) -> tuple[float, Watched, FlightFit]:
    """A delivery's speed in km/h; its sightings with one a frame earlier, from which the ball moved by that share of
    what it flies in a frame; and the flight through all of them."""
    bowled, flight, _ = only("bowler-high", seed)
    flown = chosen_of(flight.watched, flight.fit.explained)
    first, second = flown.sightings[:2]
    back = np.array([first.x - second.x, first.y - second.y]) * share + (0.0, 1.5)
    earlier = replace(
        first, frame=first.frame - 1, time_s=first.time_s - 0.04, x=first.x + back[0], y=first.y + back[1]
    )
    watched = Watched((earlier, *flown.sightings[:14]), (flown.pitches[0], *flown.pitches[:14]))
    fit = fit_flight(watched, guesses(watched), None)
    assert fit is not None
    assert fit.explained[0]
    return bowled.plan.speed_kmh, watched, fit


def speed_kmh(fit: FlightFit) -> float:
    return 3.6 * float(np.linalg.norm(fit.unknowns[3:6]))


@pytest.mark.parametrize(("seed", "share"), [(5004, 0.85), (5010, 0.9), (5011, 0.85)])
def test_a_slower_first_step_was_in_the_hand_and_made_the_flight_slower(seed, share):
    true, watched, fit = seen_before(seed, share)
    later = let_go_later(watched, fit, None)
    assert later is not None
    rest, flight = later
    assert rest.sightings == watched.sightings[1:]
    assert speed_kmh(flight) > speed_kmh(fit)
    assert abs(speed_kmh(flight) - true) < 3 * 3.6 * np.sqrt(flight.covariance[3, 3])


@pytest.mark.parametrize("seed", [5003, 5004, 5010])
def test_a_first_step_as_long_as_the_next_belongs_to_the_flight(seed):
    _, watched, fit = seen_before(seed, 1.0)
    assert let_go_later(watched, fit, None) is None
