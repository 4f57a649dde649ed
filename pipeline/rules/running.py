"""running: somebody moves faster than people of their height walk.

Walking turns into running at a Froude number v² / (g · leg) of about 0.5, whatever the length of the leg (Alexander,
"Optimization and gaits in the locomotion of vertebrates", Physiol. Rev. 69, 1989); a leg, from hip joint to ground, is
0.53 of the height (Drillis and Contini 1966).
"""

import math
from collections.abc import Iterable

from pipeline.config.rules import RunningConfig
from pipeline.rules.moment import Moment, Somebody
from pipeline.rules.rule import Claim, Rule

_FROUDE, _GRAVITY_CM_S2, _LEG = 0.5, 981.0, 0.53
_USUAL_CM = 168.0
_BEGINS, _STILL_RUNS = 1.15, 0.95
"""Of that speed, from which on somebody runs, and below which they no longer do. At the beginning it is more, as
places of people far away jump along the line of sight, which makes walkers fast for a moment."""
_MEMORY_S = 0.3
"""A speed is a mean over about so long: a stride is uneven, and so are the places of feet."""


class Running(Rule[RunningConfig]):
    """Reads `Person.speed_cm_s` and `height_cm`."""

    kinds = ("running",)

    def __init__(self, name: str, config: RunningConfig) -> None:
        super().__init__(name, config)
        self._means: dict[int, tuple[float, float]] = {}
        """Mean speeds, and when they were."""

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            if somebody.speed_cm_s is None:
                continue
            speed, limit = self._mean_cm_s(somebody.who, somebody.speed_cm_s, moment.now_s), self._limit_cm_s(somebody)
            if speed >= _STILL_RUNS * limit:
                yield Claim((somebody.who,), weak=speed < _BEGINS * limit)

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._means.pop(who, None)

    def _mean_cm_s(self, who: int, speed_cm_s: float, now_s: float) -> float:
        mean, at_s = self._means.get(who, (speed_cm_s, now_s))
        mean += (speed_cm_s - mean) * (1 - math.exp((at_s - now_s) / _MEMORY_S))
        self._means[who] = mean, now_s
        return mean

    def _limit_cm_s(self, somebody: Somebody) -> float:
        if self.config.speed_cm_s is not None:
            return self.config.speed_cm_s
        height = somebody.person.height_cm or _USUAL_CM
        return math.sqrt(_FROUDE * _GRAVITY_CM_S2 * _LEG * height)
