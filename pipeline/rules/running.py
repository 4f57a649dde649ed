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
_STILL_RUNS = 0.88
"""Of the speed at which somebody begins to run; below that they no longer do."""


class Running(Rule[RunningConfig]):
    """Reads `Person.speed_cm_s` and `height_cm`."""

    kinds = ("running",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            speed, limit = somebody.speed_cm_s, self._limit_cm_s(somebody)
            if speed is not None and speed >= _STILL_RUNS * limit:
                yield Claim((somebody.who,), weak=speed < limit)

    def _limit_cm_s(self, somebody: Somebody) -> float:
        if self.config.speed_cm_s is not None:
            return self.config.speed_cm_s
        height = somebody.person.height_cm or _USUAL_CM
        return math.sqrt(_FROUDE * _GRAVITY_CM_S2 * _LEG * height)
