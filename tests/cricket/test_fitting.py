"""What is known of a release besides the ball makes a flight surer, and two flights that may both be it less sure."""

import numpy as np
import pytest

from pipeline.cricket.fitting import FlightFit, Moment, chosen_of, fit_flight
from pipeline.cricket.scanning import guesses
from pipeline.cricket.trajectory import RELEASE_M, RELEASE_UP_M
from tests.cricket.test_deliveries import only


def fitted(view: str, seed: int, seen: slice, let_go: Moment | None = None) -> FlightFit:
    """The flight through some of the sightings of a delivery."""
    _, flight, _ = only(view, seed)
    watched = chosen_of(flight.watched, flight.fit.explained).part(seen)
    fit = fit_flight(watched, guesses(watched, least=4), let_go, least=4)
    assert fit is not None
    return fit


@pytest.mark.parametrize("seed", [5005, 5009])
def test_when_the_arm_let_go_says_where_a_ball_is_that_is_first_seen_later(seed):
    bowled, _, _ = only("keeper", seed)
    alone = fitted("keeper", seed, slice(4, 12))
    told = fitted("keeper", seed, slice(4, 12), (bowled.release_s, 0.04))
    true = bowled.course.at(told.start_s - bowled.release_s)[0]
    assert told.covariance[0, 0] < alone.covariance[0, 0]
    assert abs(told.unknowns[0] - true) < 3 * np.sqrt(told.covariance[0, 0])


@pytest.mark.parametrize("seed", [5003, 5005, 5008])
def test_a_flight_comes_from_where_hands_let_go(seed):
    fit = fitted("bowler-high", seed, slice(3, 12))
    back_s = (RELEASE_M[0] - fit.unknowns[0]) / -fit.unknowns[3]
    up_m = fit.unknowns[2] - fit.unknowns[5] * back_s - 4.9 * back_s**2
    assert abs(up_m - RELEASE_UP_M[0]) < 2.5 * RELEASE_UP_M[1]


def test_a_flight_that_may_be_of_either_style_is_known_less_well_than_of_one():
    fits = [fitted("bowler-high", seed, slice(0, 4)) for seed in (5003, 5004, 5005, 5008)]
    unsure = [np.sqrt(fit.covariance[3, 3]) / fit.speed_std_m_s for fit in fits]
    assert min(unsure) >= 0.99
    assert max(unsure) > 1.15
