"""crowding: several people are within some metres of one of them."""

from collections.abc import Iterable

import numpy as np

from pipeline.config.rules import CrowdingConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule

_STILL_CROWDED = 1.15
"""Of the radius: a crowd that sways is one."""


class Crowding(Rule[CrowdingConfig]):
    """Reads `Person.ground_cm`."""

    kinds = ("crowding",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        known = [somebody for somebody in moment.people if somebody.place_cm is not None]
        if len(known) < self.config.people:
            return
        places = np.array([somebody.place_cm for somebody in known])
        far = np.linalg.norm(places[:, None] - places[None], axis=2)
        close, closer = far < _STILL_CROWDED * self.config.radius_cm, far < self.config.radius_cm
        if close.sum(axis=1).max() < self.config.people:
            return
        crowd = close[close.sum(axis=1) >= self.config.people].any(axis=0)
        who = tuple(somebody.who for somebody, inside in zip(known, crowd, strict=True) if inside)
        weak = bool(closer.sum(axis=1).max() < self.config.people)
        yield Claim(who, key=(), weak=weak, count=len(who))
