"""walked_in: somebody who was not there before comes in on their feet, until they stand still."""

from collections.abc import Iterable

from pipeline.config.rules import WalkedInConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule

_WALKS_CM_S, _STILL_CM_S = 40.0, 20.0
_NEW_S = 2.0
"""Who walks only later than this after they were first seen has not walked in."""


class WalkedIn(Rule[WalkedInConfig]):
    """Reads when people were first seen, `Person.speed_cm_s` and, with a door, `Person.zones`."""

    kinds = ("walked_in",)

    def __init__(self, name: str, config: WalkedInConfig) -> None:
        super().__init__(name, config)
        self._begun_s: float | None = None
        self._at_door: dict[int, bool] = {}
        self._settled: set[int] = set()

    @property
    def place(self) -> str | None:
        return self.config.zone

    def look(self, moment: Moment) -> Iterable[Claim]:
        self._begun_s = moment.now_s if self._begun_s is None else self._begun_s
        for somebody in moment.people:
            who, age_s = somebody.who, moment.now_s - somebody.since.seconds
            if who not in self._at_door:
                door = self.config.zone is None or somebody.relation(self.config.zone) == "inside"
                late = somebody.since.seconds - self._begun_s >= self.config.settle_s
                self._at_door[who] = door and somebody.came_in and late
            if not self._at_door[who] or who in self._settled or somebody.speed_cm_s is None:
                continue
            if somebody.speed_cm_s < _STILL_CM_S and age_s > _NEW_S:
                self._settled.add(who)
            elif somebody.speed_cm_s >= _WALKS_CM_S:
                yield Claim((who,), weak=age_s > _NEW_S)

    def forget(self, gone: set[int]) -> None:
        self._settled -= gone
        for who in gone:
            self._at_door.pop(who, None)
