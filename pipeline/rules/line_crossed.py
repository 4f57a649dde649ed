"""line_crossed: somebody crosses a line, told at once, with its direction and how many have done so.

Somebody who stands on a line sways over it again and again, and a place that is not known well jumps over it. A
crossing counts when they have gone on from it by a margin, and one that is taken back before that does not.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.config.rules import LineCrossedConfig
from pipeline.data import Person
from pipeline.geometry.lines import meets, signed_distance
from pipeline.rules.moment import CountingLine, Moment, Place, Stamp
from pipeline.rules.rule import Claim, Direction, Rule

_MARGIN_CM, _MARGIN_HEIGHTS = 12.0, 0.06
"""How far beyond it somebody must be, at least: on the ground, or in heights of their box in the picture."""


@dataclass(slots=True)
class _Walk:
    """Where somebody was last, and a crossing that does not count yet."""

    place: Place
    crossed: Stamp | None = None
    from_side: float = 0.0


class LineCrossed(Rule[LineCrossedConfig]):
    """Reads `Person.ground_cm` for lines on the ground, and the foot of the box for lines in the picture."""

    kinds = ("line_crossed",)

    def __init__(self, name: str, config: LineCrossedConfig) -> None:
        super().__init__(name, config)
        self._walks: dict[int, _Walk] = {}
        self._counts: dict[Direction, int] = {"to_left": 0, "to_right": 0}

    @property
    def place(self) -> str:
        return self.config.line

    def look(self, moment: Moment) -> Iterable[Claim]:
        line = moment.lines.get(self.config.line)
        if line is None:
            return  # it lies nowhere in this view
        for somebody in moment.people:
            place = line.place_of(somebody.person)
            if place is None or somebody.person.score <= 0:
                continue
            walk = self._walks.setdefault(somebody.who, _Walk(place))
            crossed = self._crossed(walk, line, place, somebody.person, moment.stamp)
            if crossed is None:
                continue
            since, direction = crossed
            self._counts[direction] += 1
            if self.config.direction in ("any", direction):
                count = self._counts[direction]
                yield Claim((somebody.who,), since=since, at_once=True, direction=direction, count=count)

    def forget(self, gone: set[int]) -> None:
        for who in gone:
            self._walks.pop(who, None)

    def _crossed(
        self, walk: _Walk, line: CountingLine, place: Place, person: Person, now: Stamp
    ) -> tuple[Stamp, Direction] | None:
        """When and to which side somebody has crossed, once that counts."""
        before, walk.place = walk.place, place
        off = signed_distance(line.points, place, downwards=not line.on_ground)
        if meets(line.points, before, place):
            if walk.crossed is None:
                walk.crossed = now
                walk.from_side = signed_distance(line.points, before, downwards=not line.on_ground)
            elif off * walk.from_side > 0:
                walk.crossed = None
        if walk.crossed is None or abs(off) < _margin(line, person, place, off):
            return None
        since, walk.crossed = walk.crossed, None
        if off * walk.from_side > 0:
            return None
        return since, "to_left" if off > 0 else "to_right"


def _margin(line: CountingLine, person: Person, place: Place, off: float) -> float:
    """How far off a line somebody at a place must be to be surely beyond it; `off` is how far they are."""
    if not line.on_ground:
        return _MARGIN_HEIGHTS * (person.box[3] - person.box[1])
    # What is not known of a place is how far away it is.
    farther = 1 + (person.distance_std_cm or 0.0) / max(math.hypot(*place), 1.0)
    there = signed_distance(line.points, (place[0] * farther, place[1] * farther), downwards=False)
    return max(_MARGIN_CM, abs(there - off))
