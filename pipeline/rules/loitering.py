"""loitering: somebody stays within some metres of a place for a time.

The place is where they were when they last went farther than that from the one before, so that somebody who walks up
and down before a door loiters, and somebody who crosses a square slowly does not. To be farther away is an interruption
like any other, and ends nothing before `gap_s`: the ground under somebody whose feet are hidden jumps for that long.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.config.rules import LoiteringConfig
from pipeline.rules.moment import Moment, Place, Stamp
from pipeline.rules.rule import Claim, Rule


@dataclass(slots=True)
class _Anchor:
    place: Place
    since: Stamp
    away: tuple[Stamp, Place] | None = None
    """Since when they seem to be farther away, and where they were then."""


class Loitering(Rule[LoiteringConfig]):
    """Reads `Person.ground_cm`."""

    kinds = ("loitering",)

    def __init__(self, name: str, config: LoiteringConfig) -> None:
        super().__init__(name, config)
        self._anchors: dict[int, _Anchor] = {}

    @property
    def place(self) -> str | None:
        return self.config.zone

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            place = somebody.place_cm
            if place is None:
                continue
            if self.config.zone is not None and somebody.relation(self.config.zone) != "inside":
                self._anchors.pop(somebody.who, None)
                continue
            anchor = self._anchored(somebody.who, place, moment.stamp)
            seconds = moment.now_s - anchor.since.seconds
            if anchor.away is None and seconds >= self.config.after_s:
                yield Claim((somebody.who,), since=anchor.since, words={"seconds": round(seconds)})

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._anchors.pop(who, None)

    def _anchored(self, who: int, place: Place, now: Stamp) -> _Anchor:
        anchor = self._anchors.get(who)
        if anchor is None:
            anchor = self._anchors[who] = _Anchor(place, now)
        elif math.dist(place, anchor.place) <= self.config.radius_cm:
            anchor.away = None
        elif anchor.away is None:
            anchor.away = (now, place)
        elif now.seconds - anchor.away[0].seconds > self.config.gap_s:
            anchor = self._anchors[who] = _Anchor(anchor.away[1], anchor.away[0])
        return anchor
