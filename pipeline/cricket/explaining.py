"""Whether a path in the picture is the flight of a ball that was bowled: let go near the bowler's end, at a bowler's
speed, under gravity, towards the other end.

In slow motion gravity is a fraction of itself, and a throw comes from somewhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.cricket.fitting import FlightFit, Moment, fit_flight
from pipeline.cricket.glance import Glance
from pipeline.cricket.leading_back import led_back
from pipeline.cricket.letting_go import let_go_later
from pipeline.cricket.scanning import LEAST, Guess, guesses
from pipeline.cricket.watched import Watched
from pipeline.geometry.laws import PITCH_M
from pipeline.perception.sightings import BallSighting

_STRANGE = 45.0
_SPEEDS_KMH = 55.0, 168.0
_FIRST_SEEN_M = 13.0
"""How far from the striker's stumps a ball is first seen at least: five metres from the hand, four frames."""
_WIDEST_M, _HIGHEST_M = 2.5, 2.6
"""How far from the middle stump and over the ground nobody's ball passes the striker's stumps."""


@dataclass(frozen=True, slots=True)
class Way:
    """In which a ball is seen, and what its path must be like then."""

    least: int
    """Sightings."""
    travels_m: float
    """How far it is followed."""
    speed_std_m_s: float
    """A flight whose speed is known worse than this could be anything."""
    share: float
    """Of the sightings while it flies, those that its flight must explain."""
    misfit: float = 3.0
    """How well it must explain them: `FlightFit.misfit`."""
    from_hand: bool = False
    """Whether it must be seen in the hand before."""
    stands_cm: float | None = None
    """A path that says little by itself is a delivery only if a bowler's arm came over as it began, or the bowler's
    front foot stands at the crease, at a place that is known so well: 0 where only an arm will do."""


WHOLE = Way(LEAST, 5.0, 3.5, 0.7)
PASSING = Way(2, 1.2, 3.5, 0.7, from_hand=True, stands_cm=0.0)
"""Through the picture of a camera beside the bowler."""
HIDDEN = Way(4, 3.0, 3.6, 0.6, misfit=2.2, stands_cm=15.0)
"""Soon behind the bowler, before a camera that stands low."""


@dataclass(frozen=True, slots=True)
class Flight:
    """The sightings of a ball's path, and the flight that explains them."""

    watched: Watched
    fit: FlightFit

    @property
    def last_s(self) -> float:
        """When the flight's last sighting was."""
        return float(self.watched.times_s[self.fit.explained][-1])


def flight_of(
    path: tuple[BallSighting, ...],
    way: Way,
    glances: Sequence[Glance],
    after_s: float,
    let_go: Moment | None,
) -> Flight | None:
    """The flight that explains a path, None where nobody bowled that.

    Args:
        path: sightings of what may be one ball.
        way: in which a ball is seen.
        glances: the frames around it.
        after_s: before which nothing was let go.
        let_go: when the bowler's arm let go, mean and deviation, None where that was not seen.
    """
    pitches = {glance.frame: glance.pitch for glance in glances}
    pairs = [(each, pitch) for each in path if each.score > 0 and (pitch := pitches.get(each.frame)) is not None]
    watched = Watched(tuple(each for each, _ in pairs), tuple(pitch for _, pitch in pairs))
    best = _started(watched, way.least) if len(watched) >= way.least and _moves(watched) else None
    if best is None:
        return None
    watched, starts = best
    if watched.times_s[starts[0].first] < after_s:
        return None
    fit = fit_flight(watched, starts, let_go, way.least, lambda fit: _is_delivery(watched, fit, way))
    if fit is None or fit.start_s < after_s:
        return None
    ways = [(watched, fit)]
    longer = led_back(watched, fit, glances) if way is WHOLE else None
    refit = None if longer is None else fit_flight(longer[0], [longer[1], *guesses(longer[0])[:1]], let_go)
    if longer is not None and refit is not None:
        ways.insert(0, (longer[0], refit))
    ways = [each for one in ways for each in (let_go_later(*one, let_go), one) if each is not None]
    return next((Flight(*each) for each in ways if _is_delivery(*each, way)), None)


def _moves(watched: Watched) -> bool:
    """Whether a path gets anywhere at more than a crawl: a delivery crosses many of its radii in a frame."""
    radius = float(np.median([each.radius_px for each in watched.sightings]))
    return float(np.linalg.norm(np.ptp(watched.pixels, axis=0))) > 8 * radius


def _started(watched: Watched, least: int) -> tuple[Watched, list[Guess]] | None:
    """Where to begin, with the better explained of both ends being the striker's, where that is not known."""
    ways = [watched]
    if not all(pitch.ends_known for pitch in watched.pitches):
        turned = {id(pitch): pitch.from_other_end() for pitch in watched.pitches}
        ways.append(Watched(watched.sightings, tuple(turned[id(pitch)] for pitch in watched.pitches)))
    starts = [(way, found) for way in ways if (found := guesses(way, least))]
    return min(starts, key=lambda pair: pair[1][0].cost, default=None)


def _is_delivery(watched: Watched, fit: FlightFit, way: Way) -> bool:
    times = watched.times_s
    flown = times[fit.explained]
    between = (times >= flown[0]) & (times <= flown[-1])
    place, velocity = fit.unknowns[:3], fit.unknowns[3:6]
    ball = fit.trajectory
    passes = ball.at(ball.crossing_s(0.0) or ball.end_s)
    return bool(
        fit.misfit <= way.misfit
        and fit.strangeness <= _STRANGE
        and fit.speed_std_m_s <= way.speed_std_m_s
        and np.count_nonzero(fit.explained) >= way.share * np.count_nonzero(between)
        and _SPEEDS_KMH[0] <= 3.6 * np.linalg.norm(velocity) <= _SPEEDS_KMH[1]
        and _FIRST_SEEN_M < place[0] < PITCH_M + 0.5
        and abs(place[1]) < 2.0
        and 0.9 < place[2] < 2.9
        and place[0] - ball.at(flown[-1])[0] >= way.travels_m
        and (fit.gap_s is not None or not way.from_hand)
        and abs(passes[1]) < _WIDEST_M
        and passes[2] < _HIGHEST_M
    )
