"""watching_again: somebody faces the camera again and again, with looks elsewhere between."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.config.rules import WatchingAgainConfig
from pipeline.rules.moment import Moment, Stamp
from pipeline.rules.rule import Claim, Rule
from pipeline.rules.watching import off_camera_deg


@dataclass(slots=True)
class _Looks:
    """Somebody's looks: when each began, and since when the present one or the present turning away lasts."""

    begun: deque[Stamp] = field(default_factory=deque)
    since: Stamp | None = None
    away: Stamp | None = None
    counted: bool = False


class WatchingAgain(Rule[WatchingAgainConfig]):
    """Reads `Person.regard`."""

    kinds = ("watching_again",)

    def __init__(self, name: str, config: WatchingAgainConfig) -> None:
        super().__init__(name, config)
        self._looks: dict[int, _Looks] = {}

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            off = off_camera_deg(somebody)
            if off is None:
                continue
            looks = self._looks.setdefault(somebody.who, _Looks())
            self._note(looks, off <= self.config.within_deg, moment.stamp)
            while looks.begun and moment.now_s - looks.begun[0].seconds > self.config.during_s:
                looks.begun.popleft()
            if len(looks.begun) >= self.config.times and looks.counted:
                first = looks.begun[-self.config.times]
                yield Claim((somebody.who,), since=first, words={"times": len(looks.begun)})

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._looks.pop(who, None)

    def _note(self, looks: _Looks, faces: bool, now: Stamp) -> None:
        if faces:
            looks.away = None
            looks.since = looks.since or now
            if not looks.counted and now.seconds - looks.since.seconds >= self.config.look_s:
                looks.begun.append(looks.since)
                looks.counted = True
        elif looks.since is not None:
            looks.away = looks.away or now
            if now.seconds - looks.away.seconds >= self.config.away_s or not looks.counted:
                looks.since, looks.away, looks.counted = None, None, False
