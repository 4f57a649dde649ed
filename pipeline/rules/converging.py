"""converging: two people close in on each other fast and would meet in a moment."""

import math
from collections.abc import Iterable
from itertools import combinations

from pipeline.config.rules import ConvergingConfig
from pipeline.rules.moment import Moment, Place
from pipeline.rules.rule import Claim, Rule

_STILL_CLOSES = 0.85
"""Of the speed at which it begins."""
_SAME_CM = 50.0
"""Two who are nearer to each other than this, and as fast, are mostly one person found twice."""


class Converging(Rule[ConvergingConfig]):
    """Reads where people are on the ground, and their velocities there."""

    kinds = ("converging",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        moving = [(each.who, each.place_cm, each.velocity_cm_s) for each in moment.people]
        known = [
            (who, place, velocity) for who, place, velocity in moving if place is not None and velocity is not None
        ]
        for (first, here, own), (second, there, other) in combinations(known, 2):
            closing = self._closing_cm_s(here, own, there, other)
            if closing is not None and closing >= _STILL_CLOSES * self.config.closing_cm_s:
                yield Claim((min(first, second), max(first, second)), weak=closing < self.config.closing_cm_s)

    def _closing_cm_s(self, here: Place, own: Place, there: Place, other: Place) -> float | None:
        """How fast two close in who would meet, from their places and velocities; None for others."""
        dx, dy = there[0] - here[0], there[1] - here[1]
        vx, vy = other[0] - own[0], other[1] - own[1]
        far, speed = math.hypot(dx, dy), math.hypot(vx, vy)
        if far < _SAME_CM or speed < 1.0:
            return None
        closing = -(dx * vx + dy * vy) / far
        until_s = closing * far / speed**2
        miss = math.hypot(dx + until_s * vx, dy + until_s * vy)
        meets = 0 < until_s < self.config.meet_s and miss < self.config.miss_cm
        return closing if meets else None
