"""People at desks: how high head and hands are against what is usual of each, in heights of the sitting body."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.data import KEYPOINT_NAMES, Person
from pipeline.rules.moment import Moment
from pipeline.rules.posture import joints_of
from pipeline.rules.rule import C, Rule
from pipeline.rules.usual import Usual

_WALKS_CM_S = 60.0
"""Who is faster does not sit, and what was usual of them is void."""
_WRISTS = tuple(KEYPOINT_NAMES.index(name) for name in ("left_wrist", "right_wrist"))


@dataclass(frozen=True, slots=True)
class Offset:
    """How much higher than usual the head is, and how much lower the middle of the wrists, as shares of the height
    from hips to head that is usual of the person."""

    head_up: float
    hands_down: float


@dataclass(slots=True)
class Seated:
    """One person."""

    head: Usual = field(default_factory=Usual)
    hands: Usual = field(default_factory=Usual)
    height: Usual = field(default_factory=Usual)

    def look(self, now_s: float, person: Person) -> Offset | None:
        """None while nothing is usual yet, or where head or hips are not known."""
        joints = joints_of(person.keypoints, 0.0)
        if joints.head is None or joints.hips is None or person.score <= 0:
            return None
        hands = sum(person.keypoints[wrist][1] for wrist in _WRISTS) / 2
        self.head.add(now_s, joints.head[1])
        self.hands.add(now_s, hands)
        self.height.add(now_s, joints.hips[1] - joints.head[1])
        head, usual_hands, height = self.head.median(), self.hands.median(), self.height.median()
        if head is None or usual_hands is None or height is None or height <= 0:
            return None
        return Offset((head - joints.head[1]) / height, (hands - usual_hands) / height)


class SeatedRule(Rule[C]):
    """A rule about people at desks. Reads `Person.keypoints`."""

    def __init__(self, name: str, config: C) -> None:
        super().__init__(name, config)
        self._seated: dict[int, Seated] = defaultdict(Seated)

    def offsets(self, moment: Moment) -> Iterator[tuple[int, Offset]]:
        """Who sits, and how they hold themselves against what is usual of them, where that is known."""
        for somebody in moment.people:
            if (somebody.speed_cm_s or 0.0) > _WALKS_CM_S:
                self._seated.pop(somebody.who, None)
                continue
            offset = self._seated[somebody.who].look(moment.now_s, somebody.person)
            if offset is not None:
                yield somebody.who, offset

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._seated.pop(who, None)
