"""converging: two people close in on each other fast and would meet in a moment."""

import math
from collections.abc import Iterable
from itertools import combinations

from pipeline.config.rules import ConvergingConfig
from pipeline.rules.moment import Moment, Somebody
from pipeline.rules.rule import Claim, Rule

_STILL_CLOSES = 0.85
"""Of the speed at which it begins."""
_SAME_CM = 50.0
"""Two who are nearer to each other than this, and as fast, are mostly one person found twice."""


class Converging(Rule[ConvergingConfig]):
    """Reads where people are on the ground, and their velocities there."""

    kinds = ("converging",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        for first, second in combinations(moment.people, 2):
            closing = self._closing_cm_s(first, second)
            if closing is not None and closing >= _STILL_CLOSES * self.config.closing_cm_s:
                pair = (min(first.who, second.who), max(first.who, second.who))
                yield Claim(pair, weak=closing < self.config.closing_cm_s)

    def _closing_cm_s(self, first: Somebody, second: Somebody) -> float | None:
        """How fast two close in who would meet; None for others."""
        here, there = first.place_cm, second.place_cm
        own, other = first.velocity_cm_s, second.velocity_cm_s
        if here is None or there is None or own is None or other is None:
            return None
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
