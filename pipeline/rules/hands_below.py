"""hands_below_desk: somebody who sits has both hands lower than is usual of them: off the desk, in the lap."""

from collections import defaultdict
from collections.abc import Iterable

from pipeline.config.rules import HandsBelowConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule
from pipeline.rules.seated import Seated

_BELOW, _STILL_BELOW = 0.115, 0.07
_RISEN = 0.2
"""Somebody whose head is so much higher stands up, and has their hands elsewhere for that."""
_WALKS_CM_S = 60.0


class HandsBelow(Rule[HandsBelowConfig]):
    """Reads `Person.keypoints`."""

    kinds = ("hands_below_desk",)

    def __init__(self, name: str, config: HandsBelowConfig) -> None:
        super().__init__(name, config)
        self._seated: dict[int, Seated] = defaultdict(Seated)

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            if (somebody.speed_cm_s or 0.0) > _WALKS_CM_S:
                self._seated.pop(somebody.who, None)
                continue
            offset = self._seated[somebody.who].look(moment.now_s, somebody.person)
            if offset is None or offset.head_up > _RISEN:
                continue
            if offset.hands_down >= _STILL_BELOW:
                yield Claim((somebody.who,), weak=offset.hands_down < _BELOW)

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._seated.pop(who, None)
