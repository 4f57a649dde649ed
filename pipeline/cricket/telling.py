"""A delivery in the words of the wire, from what was found."""

import numpy as np

from pipeline.cricket.finder import Found
from pipeline.cricket.foot_faults import Feet
from pipeline.cricket.glance import batter_hand
from pipeline.cricket.reading import Reading, read
from pipeline.data import Delivery, DeliveryFrames, PathPoint
from pipeline.geometry.laws import POPPING_M, Hand, off_side

_STRUCK_S = 0.25
"""A ball that was hit is seen again this soon."""
_DEAD_AFTER_S = 1.0
"""A ball that was struck counts as dead this long after."""
_NO_HAND = "the striker's stance is not seen; sides are those of a right-hander"


def tell(found: Found, delivery_id: str, camera: str, feet: Feet) -> Delivery:
    """The wire's delivery.

    Args:
        found: what was found.
        delivery_id, camera: what it is called and where it was seen.
        feet: the verdicts on the bowler's feet.
    """
    explained = found.fit.explained
    times = found.watched.times_s
    way = found.fit.trajectory
    bounce_s = way.bounce_s
    after = 0 if bounce_s is None else int(np.count_nonzero(times[explained] > bounce_s))
    contact_s = _contact_s(found)
    reading = read(found.fit, found.last_s, after, contact_s is not None)
    view = found.watched.pitches[0].view
    hand = batter_hand([glance for glance in found.glances if glance.time_s <= found.fit.start_s + 0.1], view)
    unknown = dict(reading.unknown)
    if hand is None:
        unknown["hand"] = _NO_HAND
    sides: Hand = hand or "right"
    unknown |= {
        f"{name}_foot": foot for name, foot in (("front", feet.front), ("back", feet.back)) if isinstance(foot, str)
    }
    to_off = -1.0 if sides == "right" else 1.0
    # Turns are counter-clockwise from above; a ball that flies down the pitch turns to a right-hander's off side so.
    turns = -to_off
    at_stumps = reading.at_stumps_m
    return Delivery(
        id=delivery_id,
        camera=camera,
        frames=_frames(found, reading, contact_s),
        release_speed_kmh=_rounded(reading.speed_kmh, 1),
        release_speed_std_kmh=_rounded(reading.speed_std_kmh, 1),
        bounce_m=None if reading.bounce_m is None else _pair((reading.bounce_m[0], to_off * reading.bounce_m[1])),
        bounce_std_m=None if reading.bounce_std_m is None else _pair(reading.bounce_std_m),
        length=reading.length,
        line=reading.line(sides),
        hand=hand,
        swing_deg=_rounded(None if reading.swing_deg is None else turns * reading.swing_deg, 2),
        seam_deg=_rounded(None if reading.seam_deg is None else turns * reading.seam_deg, 2),
        height_at_stumps_cm=None if at_stumps is None else round(100 * at_stumps[1], 1),
        hitting_stumps=_rounded(reading.hitting, 3),
        front_foot=None if isinstance(feet.front, str) else feet.front,
        back_foot=None if isinstance(feet.back, str) else feet.back,
        path=_path(found, reading.release_s, sides),
        unknown=unknown,
    )


def _contact_s(found: Found) -> float | None:
    """When bat or pad met the ball: it left its flight before the stumps and was seen elsewhere after that."""
    later = found.watched.times_s[found.watched.times_s > found.last_s]
    way = found.fit.trajectory
    before_stumps = way.at(found.last_s)[0] > -0.3
    if not before_stumps or not len(later) or later[0] - found.last_s > _STRUCK_S:
        return None
    reaches = way.crossing_s(POPPING_M - 2.5)
    if reaches is None or way.crossing_s(POPPING_M + 2.5) is None:
        return None
    return float((found.last_s + later[0]) / 2)


def _frames(found: Found, reading: Reading, contact_s: float | None) -> DeliveryFrames:
    way = found.fit.trajectory
    passes = way.crossing_s(0.0)
    if contact_s is not None:
        end_s = contact_s + _DEAD_AFTER_S
    else:
        end_s = max(found.last_s, passes if passes is not None else found.last_s)
    return DeliveryFrames(
        release=_frame_at(found, reading.release_s),
        bounce=None if reading.bounce_s is None else _frame_at(found, reading.bounce_s),
        contact=None if contact_s is None else _frame_at(found, contact_s),
        end=_frame_at(found, end_s),
    )


def _frame_at(found: Found, time_s: float) -> int:
    """The frame nearest to a moment; beyond what was seen, at the same rate."""
    times, frames = found.watched.times_s, found.watched.frames
    rate = (frames[-1] - frames[0]) / (times[-1] - times[0])
    if time_s <= times[0]:
        return round(float(frames[0] + (time_s - times[0]) * rate))
    if time_s >= times[-1]:
        return round(float(frames[-1] + (time_s - times[-1]) * rate))
    return round(float(np.interp(time_s, times, frames)))


def _path(found: Found, release_s: float, batter: Hand) -> tuple[PathPoint, ...]:
    """The ball in each frame from release to the last in which the flight was followed."""
    way = found.fit.trajectory
    frames, times = found.watched.frames, found.watched.times_s
    seen = {
        each.frame: (each.x, each.y)
        for each, good in zip(found.watched.sightings, found.fit.explained, strict=True)
        if good
    }
    first = int(np.ceil(_frame_at(found, release_s)))
    points = []
    for frame in range(first, max(seen) + 1):
        time_s = float(np.interp(frame, frames, times)) if frame >= frames[0] else found.fit.start_s
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
