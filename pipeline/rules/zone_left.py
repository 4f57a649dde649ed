"""zone_left: somebody who was inside a zone is seen outside. Who vanishes inside has not left."""

from collections.abc import Iterable

from pipeline.config.rules import ZoneLeftConfig
from pipeline.rules.moment import Moment, Stamp
from pipeline.rules.rule import Claim, Rule


class ZoneLeft(Rule[ZoneLeftConfig]):
    """Remembers who was inside, and since when they are out."""

    kinds = ("zone_left",)

    def __init__(self, name: str, config: ZoneLeftConfig) -> None:
        super().__init__(name, config.model_copy(update={"least_s": 0.0}))
        self._least_s = config.least_s
        self._inside: dict[int, Stamp | None] = {}
        """Who was inside; since when they are out, None for those who are in."""

    @property
    def place(self) -> str:
        return self.config.zone

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            if somebody.relation(self.config.zone) == "inside":
                self._inside[somebody.who] = None
            elif somebody.who in self._inside and somebody.person.score > 0:
                out = self._inside[somebody.who] or moment.stamp
                self._inside[somebody.who] = out
                if moment.now_s - out.seconds >= self._least_s:
                    del self._inside[somebody.who]
                    yield Claim((somebody.who,), since=out, at_once=True)

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._inside.pop(who, None)
