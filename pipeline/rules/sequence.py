"""sequence: the same person was the subject of several other rules within a time, such as closing in, then running."""

from collections.abc import Iterable

from pipeline.config.rules import SequenceConfig
from pipeline.data import EventState
from pipeline.rules.moment import Moment, Stamp
from pipeline.rules.rule import Claim, Rule


class Sequence(Rule[SequenceConfig]):
    """Reads what the camera's other rules have raised."""

    kinds = ("sequence",)

    def __init__(self, name: str, config: SequenceConfig) -> None:
        super().__init__(name, config)
        self._raised: dict[int, dict[str, Stamp]] = {}

    def look(self, moment: Moment) -> Iterable[Claim]:
        concerned: set[int] = set()
        for event, who in moment.raised:
            begins = event.state is EventState.START or event.revision == 0
            if begins and event.rule in self.config.of:
                for one in who:
                    self._raised.setdefault(one, {})[event.rule] = moment.stamp
                    concerned.add(one)
        for who in sorted(concerned):
            times = [self._raised[who].get(rule) for rule in self.config.of]
            known = [time for time in times if time is not None]
            if (
                len(known) < len(times)
                or max(t.seconds for t in known) - min(t.seconds for t in known) > self.config.within_s
            ):
                continue
            if self.config.in_order and known != sorted(known, key=lambda time: time.seconds):
                continue
            del self._raised[who]
            first = min(known, key=lambda time: time.seconds)
            yield Claim((who,), since=first, at_once=True, words={"rules": self.config.of})

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._raised.pop(who, None)
