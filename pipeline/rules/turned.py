"""turned_to_neighbour: somebody who sits turns the head to a side, against how that person usually holds it.

From the nose and the ears, which say how the head is turned whatever the camera's place; where the desk faces need not
be known, since most of the time pupils face it. Who has just walked does not sit.
"""

from collections import defaultdict
from collections.abc import Iterable

from pipeline.config.rules import TurnedConfig
from pipeline.rules.moment import Moment
from pipeline.rules.posture import head_turn_deg
from pipeline.rules.rule import Claim, Rule
from pipeline.rules.usual import UsualAngle

_STILL_TURNED = 0.75
_WALKS_CM_S = 40.0


class Turned(Rule[TurnedConfig]):
    """Reads `Person.keypoints`."""

    kinds = ("turned_to_neighbour",)

    def __init__(self, name: str, config: TurnedConfig) -> None:
        super().__init__(name, config)
        self._usual: dict[int, UsualAngle] = defaultdict(UsualAngle)

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            turn = head_turn_deg(somebody.person)
            if (somebody.speed_cm_s or 0.0) > _WALKS_CM_S:
                self._usual.pop(somebody.who, None)
                continue
            if turn is None:
                continue
            usual = self._usual[somebody.who]
            usual.add(moment.now_s, turn)
            off = usual.off(turn)
            if off is not None and off >= _STILL_TURNED * self.config.turn_deg:
                yield Claim((somebody.who,), weak=off < self.config.turn_deg)

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._usual.pop(who, None)
