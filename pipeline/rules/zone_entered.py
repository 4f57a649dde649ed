"""zone_entered: somebody is inside a zone. The event lasts from entering to leaving it."""

from collections.abc import Iterable

from pipeline.config.rules import ZoneEnteredConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule


class ZoneEntered(Rule[ZoneEnteredConfig]):
    """Reads `Person.zones`."""

    kinds = ("zone_entered",)

    @property
    def place(self) -> str:
        return self.config.zone

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            if somebody.relation(self.config.zone) == "inside":
                yield Claim((somebody.who,))
