"""fall: somebody who was upright is down.

Posture, not a box's shape: the height of the head over the ankles and of the shoulders over the hips in the picture, as
shares of the same person's own upright size there. On simulated people, 99 % of those who walk, run, sit or crouch are
above 0.44 and 0.11, and those who lie are below 0.22 and 0.06, from every side (docs/rules.md). Who lies with the head
towards the camera has it as far below the feet as above them who lies away from it; farther down is a network's slip.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.config.rules import FallConfig
from pipeline.data import Person
from pipeline.rules.moment import Moment
from pipeline.rules.posture import joints_of
from pipeline.rules.rule import Claim, Rule

_DOWN, _TRUNK_DOWN = 0.36, 0.16
_MOST_DOWN, _MOST_TRUNK_DOWN = 0.62, 0.24
_STILL, _TRUNK_STILL = 0.19, 0.10
"""So much more is still down, for somebody who was."""
_STRAIGHT = 0.26
"""Of the height between head and ankles, the trunk of a straight body that lies away from the camera is a third; of one
that crouches and bends forward less than this."""
_UNKNOWN_S = 10.0
"""Somebody who was down and of whom too little is seen is down for so long."""
_FALLS_S = 0.25
"""Nobody is down sooner after they were upright: a rod of their length that topples takes as long from 0.85 of its
height to 0.36, a body whose legs give way as well. What goes faster is a slip, or a track that went over to another."""
_WALKS_CM_S = 60.0
"""Nobody who lies goes over the ground as fast. People do whose legs are hidden as they go, and whose feet a network
puts just above what hides them; so does somebody small to whom a track has gone over."""
_LOST_S = 2.0
"""Pose networks often lose those who lie: who was down and is gone lies there for so long."""
_UPRIGHT_TRUNK = 0.25
"""Of the height from head to ankles: somebody with less trunk in it is not upright, and tells nothing of their size."""
_LEARNS, _LEAST = 40, 5
"""Upright sizes that are remembered, and needed."""
_LEAST_UPRIGHT = 0.85
"""Of the size known so far: who is seen lower than that is not upright. Who is seen higher was not upright before:
somebody may come into view while getting up."""


@dataclass(slots=True)
class _Upright:
    """Somebody's height from head to ankles when upright: in pixels, or where the place is known as it would be at a
    distance of 1 cm, seen level."""

    sizes: deque[float] = field(default_factory=lambda: deque(maxlen=_LEARNS))
    by_distance: bool = False
    last_s: float = -math.inf
    """When they were last upright."""

    def usual(self) -> float | None:
        if len(self.sizes) < _LEAST:
            return None
        return sorted(self.sizes)[len(self.sizes) // 2]


class Fall(Rule[FallConfig]):
    """Reads `Person.keypoints`, and `distance_cm` and `speed_cm_s` where they are known."""

    kinds = ("fall",)

    def __init__(self, name: str, config: FallConfig) -> None:
        super().__init__(name, config)
        self._upright: dict[int, _Upright] = {}
        self._down: dict[int, float] = {}
        """When people were last seen down."""

    def look(self, moment: Moment) -> Iterable[Claim]:
        here = {somebody.who for somebody in moment.people}
        for who, seen_s in self._down.items():
            if who not in here and moment.now_s - seen_s <= _LOST_S:
                yield Claim((who,))
        for somebody in moment.people:
            who = somebody.who
            shares = self._shares(who, somebody.person, moment.now_s)
            if shares is None:
                # Who lies is often hidden in part; they are down until they are seen upright.
                if moment.now_s - self._down.get(who, -math.inf) <= _UNKNOWN_S:
                    yield Claim((who,), weak=True)
                continue
            height, trunk = shares
            down, trunk_down = _limits(somebody.person)
            if height < down + _STILL and trunk < trunk_down + _TRUNK_STILL:
                low = height < down and trunk < trunk_down and (height < _DOWN or trunk > _STRAIGHT * height)
                goes = (somebody.speed_cm_s or 0.0) > _WALKS_CM_S
                sure = low and not goes and moment.now_s - self._upright[who].last_s > _FALLS_S
                if sure:
                    self._down[who] = moment.now_s
                yield Claim((who,), weak=not sure)
            else:
                self._down.pop(who, None)

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._upright.pop(who, None)
            self._down.pop(who, None)

    def _shares(self, who: int, person: Person, now_s: float) -> tuple[float, float] | None:
        """How far head and ankles, and shoulders and hips, are apart in height, as shares of the upright height."""
        joints = joints_of(person.keypoints)
        if joints.head is None or joints.shoulders is None or joints.hips is None or joints.ankles is None:
            return None
        height, trunk = joints.ankles[1] - joints.head[1], joints.hips[1] - joints.shoulders[1]
        known = self._upright.setdefault(who, _Upright())
        scale = _scale(person)
        if (scale is not None) != known.by_distance:
            known.sizes.clear()
            known.by_distance = scale is not None
        scale = scale or 1.0
        usual = known.usual()
        if trunk > _UPRIGHT_TRUNK * height > 0 and (usual is None or height * scale / usual > _LEAST_UPRIGHT):
            known.sizes.append(height * scale)
            known.last_s = now_s
        return None if usual is None else (abs(height) * scale / usual, abs(trunk) * scale / usual)


def _limits(person: Person) -> tuple[float, float]:
    """Below which shares of the upright height somebody is down.

    Seen from above, of a body that lies away from the camera the tangent of the camera's slope is left, of a trunk a
    third of that.
    """
    if person.distance_cm is None or person.ground_cm is None:
        return _DOWN, _TRUNK_DOWN
    level = math.hypot(*person.ground_cm)
    slope = math.sqrt(max(person.distance_cm**2 - level**2, 0.0)) / max(level, 1.0)
    return min(max(_DOWN, 1.1 * slope), _MOST_DOWN), min(max(_TRUNK_DOWN, 0.36 * slope), _MOST_TRUNK_DOWN)


def _scale(person: Person) -> float | None:
    """What makes an upright height in pixels the same wherever it is seen; None where the place is not known.

    The line of sight to the middle of the body and the ground under it say how steeply the camera looks down on it: of
    what stands upright the cosine of that is seen.
    """
    if person.distance_cm is None or person.ground_cm is None or person.distance_cm <= 0:
        return None
    level = min(math.hypot(*person.ground_cm) / person.distance_cm, 1.0)
    return person.distance_cm / max(level, 0.3)
