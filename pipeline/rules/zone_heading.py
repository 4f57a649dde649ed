"""zone_heading: somebody outside is on the way into a zone. It is over when they are inside, or turn away."""

from collections.abc import Iterable

from pipeline.config.rules import ZoneHeadingConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule


class ZoneHeading(Rule[ZoneHeadingConfig]):
    """Reads `Person.zones`, where the prediction is made."""

    kinds = ("zone_heading",)

    @property
    def place(self) -> str:
        return self.config.zone

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            if somebody.relation(self.config.zone) == "heading":
                yield Claim((somebody.who,))
