"""standing_up: somebody who sat stands, until they sit again: the head is much higher than is usual of them."""

from collections.abc import Iterable

from pipeline.config.rules import StandingUpConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim
from pipeline.rules.seated import SeatedRule

_STANDS, _STILL_STANDS = 0.45, 0.25


class StandingUp(SeatedRule[StandingUpConfig]):
    """Compares the head with where it mostly is."""

    kinds = ("standing_up",)

    def look(self, moment: Moment) -> Iterable[Claim]:
        for who, offset in self.offsets(moment):
            if offset.head_up >= _STILL_STANDS:
                yield Claim((who,), weak=offset.head_up < _STANDS)
