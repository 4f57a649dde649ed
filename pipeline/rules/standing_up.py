"""standing_up: somebody who sat stands, until they sit again: the head is much higher than is usual of them."""

from collections import defaultdict
from collections.abc import Iterable

from pipeline.config.rules import StandingUpConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule
from pipeline.rules.seated import Seated

_STANDS, _STILL_STANDS = 0.45, 0.25
_WALKS_CM_S = 60.0


class StandingUp(Rule[StandingUpConfig]):
    """Reads `Person.keypoints`."""

    kinds = ("standing_up",)

    def __init__(self, name: str, config: StandingUpConfig) -> None:
        super().__init__(name, config)
        self._seated: dict[int, Seated] = defaultdict(Seated)

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            if (somebody.speed_cm_s or 0.0) > _WALKS_CM_S:
                self._seated.pop(somebody.who, None)
                continue
            offset = self._seated[somebody.who].look(moment.now_s, somebody.person)
            if offset is not None and offset.head_up >= _STILL_STANDS:
                yield Claim((somebody.who,), weak=offset.head_up < _STANDS)

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._seated.pop(who, None)
