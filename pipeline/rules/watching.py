"""watching: somebody who stands faces the camera for a time. Sightline reports the look, and judges nobody by it."""

from collections.abc import Iterable

from pipeline.config.rules import WatchingConfig
from pipeline.rules.moment import Moment, Somebody
from pipeline.rules.rule import Claim, Rule

_STILL_WATCHES = 1.3
"""Of the angle at which a look begins; beyond that it is over."""
_STILL_STANDS = 1.5


def off_camera_deg(somebody: Somebody) -> float | None:
    """How far from the camera somebody looks, 0 to 180; None where that is not known."""
    looks, _ = somebody.person.regard
    return None if looks is None else min(looks % 360, 360 - looks % 360)


class Watching(Rule[WatchingConfig]):
    """Reads `Person.regard` and `speed_cm_s`."""

    kinds = ("watching",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        angle, pace = self.config.within_deg, self.config.slower_cm_s
        for somebody in moment.people:
            off, speed = off_camera_deg(somebody), somebody.speed_cm_s or 0.0
            if off is not None and off <= _STILL_WATCHES * angle and speed < _STILL_STANDS * pace:
                yield Claim((somebody.who,), weak=off > angle or speed >= pace)
