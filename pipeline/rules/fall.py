"""fall: somebody who was upright is down.

Posture, not a box's shape: the height of the head over the ankles and of the shoulders over the hips in the picture, as
shares of the same person's own upright size there. On simulated people, 99 % of those who walk, run, sit or crouch are
above 0.44 and 0.11, and those who lie are below 0.22 and 0.06, from every side (docs/rules.md).
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.config.rules import FallConfig
from pipeline.data import Person
from pipeline.rules.moment import Moment
from pipeline.rules.posture import joints_of
from pipeline.rules.rule import Claim, Rule

_DOWN, _TRUNK_DOWN = 0.36, 0.16
_STILL_DOWN, _TRUNK_STILL_DOWN = 0.55, 0.26
_UPRIGHT_TRUNK = 0.25
"""Of the height from head to ankles: somebody with less trunk in it is not upright, and tells nothing of their size."""
_LEARNS, _LEAST = 40, 5
"""Upright sizes that are remembered, and needed."""


@dataclass(slots=True)
class _Upright:
    """Somebody's height from head to ankles when upright: in pixels, or times the distance where that is known."""

    sizes: deque[float] = field(default_factory=lambda: deque(maxlen=_LEARNS))
    by_distance: bool = False

    def usual(self) -> float | None:
        if len(self.sizes) < _LEAST:
            return None
        return sorted(self.sizes)[len(self.sizes) // 2]


class Fall(Rule[FallConfig]):
    """Reads `Person.keypoints`, and `distance_cm` where it is known."""

    kinds = ("fall",)

    def __init__(self, name: str, config: FallConfig) -> None:
        super().__init__(name, config)
        self._upright: dict[int, _Upright] = {}

    def look(self, moment: Moment) -> Iterable[Claim]:
        for somebody in moment.people:
            shares = self._shares(somebody.who, somebody.person)
            if shares is None:
                continue
            height, trunk = shares
            if height < _STILL_DOWN and trunk < _TRUNK_STILL_DOWN:
                yield Claim((somebody.who,), weak=height >= _DOWN or trunk >= _TRUNK_DOWN)

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._upright.pop(who, None)

    def _shares(self, who: int, person: Person) -> tuple[float, float] | None:
        """How high head over ankles and shoulders over hips are, as shares of the upright height."""
        joints = joints_of(person.keypoints)
        if joints.head is None or joints.shoulders is None or joints.hips is None or joints.ankles is None:
            return None
        height, trunk = joints.ankles[1] - joints.head[1], joints.hips[1] - joints.shoulders[1]
        known = self._upright.setdefault(who, _Upright())
        by_distance = person.distance_cm is not None
        if by_distance != known.by_distance:
            known.sizes.clear()
            known.by_distance = by_distance
        scale = person.distance_cm or 1.0
        usual = known.usual()
        if trunk > _UPRIGHT_TRUNK * height > 0 and (usual is None or height * scale > 0.8 * usual):
            known.sizes.append(height * scale)
        return None if usual is None else (height * scale / usual, trunk * scale / usual)
