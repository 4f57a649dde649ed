"""zone_occupied: more people than allowed are inside a zone."""

from collections.abc import Iterable

from pipeline.config.rules import ZoneOccupiedConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule


class ZoneOccupied(Rule[ZoneOccupiedConfig]):
    """Counts those inside."""

    kinds = ("zone_occupied",)

    @property
    def place(self) -> str:
        return self.config.zone

    def look(self, moment: Moment) -> Iterable[Claim]:
        inside = tuple(s.who for s in moment.people if s.relation(self.config.zone) == "inside")
        if len(inside) > self.config.more_than:
            yield Claim(inside, key=(), count=len(inside), words={"allowed": self.config.more_than})
