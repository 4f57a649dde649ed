"""hands_below_desk: somebody who sits has both hands lower than is usual of them: off the desk, in the lap."""

from collections.abc import Iterable

from pipeline.config.rules import HandsBelowConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim
from pipeline.rules.seated import SeatedRule

_BELOW, _STILL_BELOW = 0.115, 0.07
_RISEN = 0.2
"""Somebody whose head is so much higher stands up, and has their hands elsewhere for that."""


class HandsBelow(SeatedRule[HandsBelowConfig]):
    """Compares the wrists with where they mostly are."""

    kinds = ("hands_below_desk",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        for who, offset in self.offsets(moment):
            if offset.head_up <= _RISEN and offset.hands_down >= _STILL_BELOW:
                yield Claim((who,), weak=offset.hands_down < _BELOW)
