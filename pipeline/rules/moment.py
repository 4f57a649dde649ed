"""What rules see of one frame of a camera."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.data import Delivery, Event, Person
from pipeline.geometry.angles import seen_direction
from pipeline.rules.view import ViewState

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A frame's times: seconds of the stream (its PTS), its number, and the wall clock as it is written down."""

    seconds: float
    frame: int
    at: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of a frame. `who` stays the same when occlusion gives them another track."""

    who: int
    person: Person
    since: Stamp
    """When they were first seen."""
    came_in: bool
    """Whether they came into the picture while the camera was watched, and not by turning up again."""

    @property
    def track(self) -> int:
        return self.person.track

    @property
    def place_cm(self) -> Place | None:
        """On the ground, [right, forward]; None where it cannot be known."""
        return self.person.ground_cm

    @property
    def speed_cm_s(self) -> float | None:
        return self.person.speed_cm_s

    @property
    def velocity_cm_s(self) -> Place | None:
        """On the ground, [right, forward]; (0, 0) for somebody who stands still."""
        person = self.person
        if person.ground_cm is None or person.speed_cm_s is None:
            return None
        if person.heading_deg is None:
            return 0.0, 0.0
        right, forward = person.speed_cm_s * seen_direction(person.ground_cm, math.radians(person.heading_deg))
        return float(right), float(forward)

    def relation(self, zone: str) -> str | None:
        """`inside`, `heading` or None."""
        return next((known.relation for known in self.person.zones if known.name == zone), None)


@dataclass(frozen=True, slots=True)
class CountingLine:
    """A line as a chain of points: on the ground in cm, or in the picture in pixels."""

    points: tuple[Place, ...]
    on_ground: bool

    def place_of(self, person: Person) -> Place | None:
        """Where somebody is, in the line's units; None where that is not known."""
        left, _, right, bottom = person.box
        return person.ground_cm if self.on_ground else ((left + right) / 2, bottom)


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame: its times, the people in it, the camera's lines by name, the state of the view where a rule asks for
    it, the delivery that ended, and the revisions that other rules have just raised, with the people whom each is
    about."""

    stamp: Stamp
    size: tuple[int, int]
    people: tuple[Somebody, ...]
    lines: Mapping[str, CountingLine] = field(default_factory=dict)
    view: ViewState | None = None
    delivery: Delivery | None = None
    """That has ended with this frame."""
    raised: tuple[tuple[Event, tuple[int, ...]], ...] = ()

    @property
    def now_s(self) -> float:
        return self.stamp.seconds
