"""How probable it is that somebody who walks on will be in a zone within a time.

Everybody is taken to go on straight at the present speed, with the deviations that position, direction and speed were
measured with and one more for people's ways not being straight. The probability is the share of possible ways that
lead into the zone in time: over a fixed set of directions and sideways places, with the speed's part in closed form.
The set is the R2 sequence (M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018), which covers
the plane evenly, so that the answer moves smoothly with its inputs.
"""

from dataclasses import dataclass, fields
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from pipeline.geometry.polygons import ahead

Floats = npt.NDArray[np.float64]

_WAYS = 48
_PLASTIC = 1.32471795724474602596
TURN_RAD = np.radians(8.0)
"""Standard deviation of the direction to where somebody will be some seconds later, besides what was measured."""


@dataclass(frozen=True)
class Motion:
    """How N people move in a plane, in its unit and seconds: places (N, 2), directions (N, 2) of length 1, speeds (N,)
    with their deviations, and deviations of the place (N,) along the direction and across it."""

    places: Floats
    directions: Floats
    direction_stds_rad: Floats
    speeds: Floats
    speed_stds: Floats
    along_stds: Floats
    across_stds: Floats

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Motion":
        """The motion of some of them, as a mask (N,)."""
        return Motion(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def farthest(self, within_s: float) -> Floats:
        """How far (N,) each can come in a time, but for one in a thousand."""
        return (self.speeds + 3 * self.speed_stds) * within_s + 3 * (self.along_stds + self.across_stds)


def entry_probability(polygon: Floats, motion: Motion, within_s: float) -> Floats:
    """The probability (N,) of each to be in the polygon (M, 2) at some time within so many seconds."""
    count = len(motion.places)
    turn, aside = _ways()
    angles = turn * np.hypot(motion.direction_stds_rad, TURN_RAD)[:, None]
    sine, cosine = np.sin(angles), np.cos(angles)
    x, y = motion.directions[:, :1], motion.directions[:, 1:]
    directions = np.stack([x * cosine - y * sine, x * sine + y * cosine], axis=2)
    offsets = (aside * motion.across_stds[:, None])[..., None] * np.stack([-y, x], axis=2)
    places = motion.places[:, None] + offsets
    distances = ahead(polygon, places.reshape(-1, 2), directions.reshape(-1, 2)).reshape(count, _WAYS)
    reach, spread = motion.speeds * within_s, np.hypot(motion.speed_stds * within_s, motion.along_stds)
    there = ndtr((reach[:, None] - distances) / np.maximum(spread, 1e-6)[:, None])
    return np.where(distances == 0, 1.0, there).mean(axis=1)


@cache
def _ways() -> tuple[Floats, Floats]:
    """Standard normal deviates of the direction and of the place, (_WAYS,) each."""
    steps = np.arange(1, _WAYS + 1)[:, None] / np.array([_PLASTIC, _PLASTIC**2])
    both = ndtri((0.5 + steps) % 1.0)
    return both[:, 0], both[:, 1]
