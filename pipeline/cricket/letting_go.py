"""Whether the first sighting of a flight was one of the ball in the hand.

Just before it is let go the ball moves nearly as it will fly, only more slowly: taken for a part of the flight it makes
this slower than it was, and a fit surer of that than it should be.
"""

import numpy as np

from pipeline.cricket.fitting import WORTH, FlightFit, Moment, chosen_of, fit_flight
from pipeline.cricket.scanning import LEAST, Guess, guesses
from pipeline.cricket.watched import Watched

_HELD = 8.0
"""By how much better all others must be explained without the first to believe that it was held, in twice the logarithm
of the odds."""
_FASTER = 5.0
"""By how many deviations of its speed the flight may change: what changes more is another explanation of it all."""


def let_go_later(watched: Watched, fit: FlightFit, let_go: Moment | None) -> tuple[Watched, FlightFit] | None:
    """The sightings after a flight's first one and the flight through them, None where that one belongs to it."""
    first = int(np.argmax(fit.explained))
    if np.count_nonzero(fit.explained) < LEAST + 2:
        return None
    after = np.arange(len(watched)) > first
    rest = chosen_of(watched, after)
    explained = fit.explained[after]
    begins = int(np.argmax(explained))
    at_s = float(rest.times_s[begins])
    place, velocity = fit.trajectory.state(at_s)
    start = Guess(begins, place, velocity, fit.trajectory.bounce_s or at_s, 0.0, explained)
    found = fit_flight(rest, [start, *guesses(rest)[:1]], let_go)
    if found is None:
        return None
    gained = fit.cost + WORTH * (np.count_nonzero(fit.explained) - np.count_nonzero(found.explained)) - found.cost
    before, then = (float(np.linalg.norm(each.unknowns[3:6])) for each in (fit, found))
    std = float(np.sqrt(fit.covariance[3, 3]))
    return (rest, found) if gained > _HELD and abs(then - before) <= _FASTER * std else None
