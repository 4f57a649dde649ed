"""A delivery in the words of the wire, from what was found."""

from dataclasses import replace

import numpy as np

from pipeline.cricket.finder import Flight, Found
from pipeline.cricket.glance import Glance, batter_hand
from pipeline.cricket.reading import read
from pipeline.data import Delivery, DeliveryFrames, PathPoint
from pipeline.geometry.laws import POPPING_M, Hand, off_side

_STRUCK_S = 0.25
"""A ball that was hit is seen again this soon."""
_DEAD_AFTER_S = 1.0
"""A ball that was struck counts as dead this long after."""
_NO_HAND = "the striker's stance is not seen; sides are those of a right-hander"
_FIGURES = (
    "release_speed_kmh", "bounce_m", "length", "line", "swing_deg", "seam_deg", "height_at_stumps_cm", "hitting_stumps",
)  # fmt: skip
_NO_BALL_SEEN = "the bowler's arm came over, but the ball was not followed"


def tell(found: Found, delivery_id: str, camera: str) -> Delivery:
    """The wire's delivery.

    Args:
        found: what was found.
        delivery_id, camera: what it is called and where it was seen.
    """
    stance = [glance for glance in found.glances if glance.time_s <= found.release_s + 0.1]
    hand = batter_hand(stance, found.pitch.view)
    unknown = {} if hand is not None else {"hand": _NO_HAND}
    feet = found.feet
    unknown |= {
        f"{name}_foot": foot for name, foot in (("front", feet.front), ("back", feet.back)) if isinstance(foot, str)
    }
    release = _frame_at(found.glances, found.release_s)
    told = Delivery(
        id=delivery_id,
        camera=camera,
        frames=DeliveryFrames(release=release),
        hand=hand,
        front_foot=None if isinstance(feet.front, str) else feet.front,
        back_foot=None if isinstance(feet.back, str) else feet.back,
        unknown=unknown,
    )
    if found.flight is None:
        return replace(told, unknown=dict.fromkeys(_FIGURES, _NO_BALL_SEEN) | unknown)
    return _with_flight(told, release, found.flight, found.glances)


def _with_flight(told: Delivery, release: int, flight: Flight, glances: tuple[Glance, ...]) -> Delivery:
    explained, times = flight.fit.explained, flight.watched.times_s
    bounce_s = flight.fit.trajectory.bounce_s
    after = 0 if bounce_s is None else int(np.count_nonzero(times[explained] > bounce_s))
    contact_s = _contact_s(flight)
    reading = read(flight.fit, flight.last_s, after, contact_s is not None)
    sides: Hand = told.hand or "right"
    to_off = -1.0 if sides == "right" else 1.0
    # Turns are counter-clockwise from above; a ball that flies down the pitch turns to a right-hander's off side so.
    turns = -to_off
    at_stumps = reading.at_stumps_m
    return replace(
        told,
        frames=DeliveryFrames(
            release=release,
            bounce=None if reading.bounce_s is None else _frame_at(glances, reading.bounce_s),
            contact=None if contact_s is None else _frame_at(glances, contact_s),
            end=_frame_at(glances, _end_s(flight, contact_s)),
        ),
        release_speed_kmh=_rounded(reading.speed_kmh, 1),
        release_speed_std_kmh=_rounded(reading.speed_std_kmh, 1),
        bounce_m=None if reading.bounce_m is None else _pair((reading.bounce_m[0], to_off * reading.bounce_m[1])),
        bounce_std_m=None if reading.bounce_std_m is None else _pair(reading.bounce_std_m),
        length=reading.length,
        line=reading.line(sides),
        swing_deg=_rounded(None if reading.swing_deg is None else turns * reading.swing_deg, 2),
        seam_deg=_rounded(None if reading.seam_deg is None else turns * reading.seam_deg, 2),
        height_at_stumps_cm=None if at_stumps is None else round(100 * at_stumps[1], 1),
        hitting_stumps=_rounded(reading.hitting, 3),
        path=_path(flight, release, sides),
        unknown=reading.unknown | told.unknown,
    )


def _contact_s(flight: Flight) -> float | None:
    """When bat or pad met the ball: it left its flight before the stumps and was seen elsewhere after that."""
    later = flight.watched.times_s[flight.watched.times_s > flight.last_s]
    way = flight.fit.trajectory
    before_stumps = way.at(flight.last_s)[0] > -0.3
    if not before_stumps or not len(later) or later[0] - flight.last_s > _STRUCK_S:
        return None
    reaches = way.crossing_s(POPPING_M - 2.5)
    if reaches is None or way.crossing_s(POPPING_M + 2.5) is None:
        return None
    return float((flight.last_s + later[0]) / 2)


def _end_s(flight: Flight, contact_s: float | None) -> float:
    """When the ball was dead."""
    if contact_s is not None:
        return contact_s + _DEAD_AFTER_S
    passes = flight.fit.trajectory.crossing_s(0.0)
    return max(flight.last_s, passes if passes is not None else flight.last_s)


def _frame_at(glances: tuple[Glance, ...], time_s: float) -> int:
    """The frame nearest to a moment; beyond what was seen, at the same rate."""
    first, last = glances[0], glances[-1]
    rate = (last.frame - first.frame) / (last.time_s - first.time_s)
    if time_s <= first.time_s:
        return round(first.frame + (time_s - first.time_s) * rate)
    if time_s >= last.time_s:
        return round(last.frame + (time_s - last.time_s) * rate)
    return min(glances, key=lambda glance: abs(glance.time_s - time_s)).frame


def _path(flight: Flight, first: int, batter: Hand) -> tuple[PathPoint, ...]:
    """The ball in each frame from release, its `first`, to the last in which the flight was followed."""
    way = flight.fit.trajectory
    frames, times = flight.watched.frames, flight.watched.times_s
    seen = {
        each.frame: (each.x, each.y)
        for each, good in zip(flight.watched.sightings, flight.fit.explained, strict=True)
        if good
    }
    points = []
    for frame in range(first, max(seen) + 1):
        time_s = float(np.interp(frame, frames, times)) if frame >= frames[0] else flight.fit.start_s
        along, off, up = off_side(way.at(time_s), batter).tolist()
        image = seen.get(frame)
        points.append(
            PathPoint(
                frame,
                None if image is None else (round(image[0], 2), round(image[1], 2)),
                (round(along, 3), round(off, 3), round(up, 3)),
            )
        )
    return tuple(points)


def _pair(values: tuple[float, float]) -> tuple[float, float]:
    return round(values[0], 3), round(values[1], 3)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
