"""Who is who: people keep their number when occlusion or a missed detection gives them another track.

A track that begins where another one has just ended, not at the edge of the picture, and looks as tall there, is the
same person: somebody who passes behind a tree for two seconds is not two people who loitered for ten seconds each.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.data import Person
from pipeline.rules.episodes import HIDDEN_S
from pipeline.rules.moment import Somebody, Stamp

_NEAR_CM, _NEAR_CM_S = 70.0, 130.0
"""How far somebody may be from where they are expected: at once, and more for each second out of sight."""
_NEAR_HEIGHTS, _NEAR_HEIGHTS_S = 0.35, 0.6
"""The same in the picture, in heights of their box, where the ground is not known."""
_TALLER = 1.45
_EDGE = 0.01
"""Of the picture's sides: a box that ends nearer to them is cut off, and may have left."""
_SETTLED_S = 0.5
_TALLEST_CM = 220.0
"""What is taller is a post or a sign, and no person: one man in a million reaches it."""


@dataclass(slots=True)
class _Known:
    who: int
    person: Person
    first: Stamp
    last: Stamp
    drift: tuple[float, float] = (0.0, 0.0)
    """Of the foot point in the picture, in pixels a second."""
    came_in: bool = False


class Identities:
    """Gives each person of a camera a number that outlives tracks."""

    def __init__(self) -> None:
        self._count = 0
        self._by_track: dict[int, _Known] = {}
        self._begun: float | None = None

    def step(self, now: Stamp, people: Sequence[Person], size: tuple[int, int]) -> tuple[Somebody, ...]:
        """Everybody in a frame, under their numbers."""
        self._begun = now.seconds if self._begun is None else self._begun
        people = [person for person in people if not _too_tall(person)]
        here = {person.track for person in people}
        free = [known for track, known in self._by_track.items() if track not in here]
        found = []
        for person in people:
            known = self._by_track.get(person.track)
            if known is None:
                known = self._again(now, person, free, size)
            if known is None:
                self._count += 1
                late = now.seconds - self._begun > _SETTLED_S
                known = _Known(self._count, person, now, now, came_in=late)
            elif known in free:
                free.remove(known)
                self._by_track = {track: other for track, other in self._by_track.items() if other is not known}
            self._by_track[person.track] = known
            self._note(known, person, now)
            found.append(Somebody(known.who, person, known.first, known.came_in))
        return tuple(found)

    def forgotten(self, now: Stamp) -> set[int]:
        """Who has been away for too long to come back as themselves."""
        gone = {t: known for t, known in self._by_track.items() if now.seconds - known.last.seconds > 2 * HIDDEN_S}
        for track in gone:
            del self._by_track[track]
        return {known.who for known in gone.values()}

    def _note(self, known: _Known, person: Person, now: Stamp) -> None:
        if person.score <= 0:
            return  # the box is the motion model's
        passed = now.seconds - known.last.seconds
        if 0 < passed < HIDDEN_S:
            (x0, y0), (x1, y1) = _foot(known.person), _foot(person)
            share = min(1.0, 4 * passed)
            known.drift = (
                (1 - share) * known.drift[0] + share * (x1 - x0) / passed,
                (1 - share) * known.drift[1] + share * (y1 - y0) / passed,
            )
        known.person, known.last = person, now

    def _again(self, now: Stamp, person: Person, free: list[_Known], size: tuple[int, int]) -> _Known | None:
        """Who, of those who are out of sight, has turned up again under a new track."""
        scored = [(_off(known, person, now), known) for known in free if not _left(known.person, size)]
        near = [(off, known) for off, known in scored if off is not None and off < 1]
        return min(near, key=lambda each: each[0])[1] if near else None


def _too_tall(person: Person) -> bool:
    return person.height_cm is not None and person.height_cm - (person.height_std_cm or 0.0) > _TALLEST_CM


def _off(known: _Known, person: Person, now: Stamp) -> float | None:
    """How far somebody is from where a known person is expected: 1 is as far as may be, None for too long ago."""
    away = now.seconds - known.last.seconds
    if not 0 < away <= HIDDEN_S:
        return None
    before = known.person
    tall, taller = sorted((_height(before), _height(person)))
    if taller > _TALLER * tall and not before.ground_cm:
        return None
    if before.ground_cm is not None and person.ground_cm is not None:
        (x0, y0), (x1, y1) = before.ground_cm, person.ground_cm
        # Who is hidden has mostly gone on; half of the way from where they were is the best guess without knowing.
        return math.hypot(x1 - x0, y1 - y0) / (_NEAR_CM + _NEAR_CM_S * away)
    (x0, y0), (x1, y1) = _foot(before), _foot(person)
    dx, dy = x1 - x0 - 0.5 * away * known.drift[0], y1 - y0 - 0.5 * away * known.drift[1]
    return math.hypot(dx, dy) / ((_NEAR_HEIGHTS + _NEAR_HEIGHTS_S * away) * taller)


def _left(person: Person, size: tuple[int, int]) -> bool:
    """Whether somebody was last seen cut off by a side of the picture."""
    left, _, right, bottom = person.box
    margin = _EDGE * size[0]
    return left <= margin or right >= size[0] - margin or bottom >= size[1] - margin


def _height(person: Person) -> float:
    return max(person.box[3] - person.box[1], 1.0)


def _foot(person: Person) -> tuple[float, float]:
    left, _, right, bottom = person.box
    return (left + right) / 2, bottom
