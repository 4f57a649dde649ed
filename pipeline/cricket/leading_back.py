"""A flight led back to the hand: the sightings before a path's first ones, where physics says that the ball was.

A path grown in the picture may begin too late, as where the ball comes out from behind somebody or strikes the ground
soon after its release, or with a few sightings that were something else. What follows fixes the flight, and the flight
says where the ball was before.
"""

from collections.abc import Iterable

import numpy as np

from pipeline.cricket.fitting import FlightFit
from pipeline.cricket.glance import Glance
from pipeline.cricket.scanning import Guess
from pipeline.cricket.trajectory import RELEASE_M
from pipeline.cricket.watched import Floats, Watched
from pipeline.geometry.laws import GRAVITY_M_S2

_LONGEST_S = 0.3
_BEYOND_M = 0.8
"""How far behind the place where bowlers let go of the ball a flight is led back."""
_GATE_PX, _GATE_PX_S = 5.0, 60.0
"""How far off a sighting may be, and how much more for each second since the last one."""
_FALLS = np.array([0.0, 0.0, -GRAVITY_M_S2])


def led_back(watched: Watched, fit: FlightFit, glances: Iterable[Glance]) -> tuple[Watched, Guess] | None:
    """A fitted flight's sightings with those before them that it leads back to, and where to begin to fit it again;
    None where there are no others.

    Args:
        watched: what was fitted.
        fit: the flight.
        glances: frames, at least those before the flight, in their order.
    """
    way = fit.trajectory.first
    place, velocity = way.places[0], way.velocities[0]
    rows = zip(watched.sightings, watched.pitches, fit.explained.tolist(), strict=True)
    known = {row[0].frame: row for row in rows}
    others = False
    off, last_s = np.zeros(2), fit.start_s
    for glance in reversed([glance for glance in glances if glance.time_s < fit.start_s]):
        back = glance.time_s - fit.start_s
        where = _flown(place, velocity, back)
        if back < -_LONGEST_S or where[0] > RELEASE_M[0] + _BEYOND_M or glance.pitch is None:
            break
        expected = glance.pitch.view.project(where)[0] + off
        gate = _GATE_PX + _GATE_PX_S * (last_s - glance.time_s)
        near = min(glance.balls, key=lambda ball, at=expected: np.hypot(ball.x - at[0], ball.y - at[1]), default=None)
        if near is None or np.hypot(near.x - expected[0], near.y - expected[1]) > gate:
            continue
        off = off + (near.x, near.y) - expected
        last_s = glance.time_s
        before = known.get(glance.frame)
        others = others or before is None or before[0] is not near
        known[glance.frame] = near, glance.pitch, True
    if not others:
        return None
    rows = [known[frame] for frame in sorted(known)]
    longer = Watched(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
    inside = np.array([row[2] for row in rows])
    back = last_s - fit.start_s
    start = Guess(
        first=int(np.argmax(inside)),
        place_m=_flown(place, velocity, back),
        velocity_m_s=velocity + _FALLS * back,
        bounce_s=fit.trajectory.bounce_s or fit.trajectory.end_s,
        cost=fit.cost,
        explained=inside,
    )
    return longer, start


def _flown(place: Floats, velocity: Floats, seconds: float) -> Floats:
    """Where a ball is that falls and nothing else, some seconds from a place (3,) with a velocity (3,)."""
    return place + velocity * seconds + 0.5 * _FALLS * seconds**2
