"""Who looks at the camera: filled into `Person.looking`.

Looking is facing the camera to within an angle for a time. A facing is known with a deviation: what counts is the
probability that it is within the angle. Where a facing is known so badly that one straight at the camera would not
count, nobody can say whether it is a look, unless it is clearly none. Sightline reports looks and judges nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import erf, sqrt

from pipeline.config import LooksConfig
from pipeline.data import Person

_BEGINS, _ENDS = 0.6, 0.4
"""Probabilities at which a look begins and ends."""
_CLEARLY_NOT = 0.1
"""A probability below which it is no look, however badly the facing is known."""
_PAUSE_S = 0.4
"""An interruption that is no longer does not end a look, nor its counting."""
_FORGET_S = 5.0


@dataclass(slots=True)
class _Look:
    """Since when somebody has faced the camera (None where they do not), when they last did and were last known."""

    since: float | None = None
    last: float = 0.0
    known_at: float | None = None
    seen_at: float = 0.0


@dataclass(slots=True)
class Looks:
    """The looks of the people before one camera, over time."""

    _looks: dict[int, _Look] = field(default_factory=dict)

    def update(self, config: LooksConfig, people: Sequence[Person], seconds: float) -> list[bool | None]:
        """Whether each of the people of a frame looks at the camera; `seconds` is its PTS."""
        answers = [self._look(config, person, seconds) for person in people]
        for track in [track for track, look in self._looks.items() if seconds - look.seen_at > _FORGET_S]:
            del self._looks[track]
        return answers

    def _look(self, config: LooksConfig, person: Person, now: float) -> bool | None:
        look = self._looks.setdefault(person.track, _Look())
        look.seen_at = now
        chance = facing_probability(*person.regard, config.angle_deg)
        if chance is not None:
            look.known_at = now
            if chance >= (_BEGINS if look.since is None else _ENDS):
                look.since = now if look.since is None else look.since
                look.last = now
        if look.since is not None and now - look.last > _PAUSE_S:
            look.since = None
        if look.known_at is None or now - look.known_at > _PAUSE_S:
            return None
        return look.since is not None and look.last - look.since >= config.seconds


def facing_probability(facing_deg: float | None, std_deg: float | None, angle_deg: float) -> float | None:
    """The probability that somebody faces the camera to within an angle; None where it cannot be told."""
    if facing_deg is None:
        return None
    off = (facing_deg + 180) % 360 - 180
    if not std_deg:
        return float(abs(off) <= angle_deg)
    chance = _within(off, std_deg, angle_deg)
    could_be_told = _within(0.0, std_deg, angle_deg) >= _BEGINS or chance < _CLEARLY_NOT
    return chance if could_be_told else None


def _within(off: float, std: float, angle: float) -> float:
    """The share of a normal distribution around `off` that lies from -angle to angle."""
    scale = sqrt(2) * std
    return (erf((angle - off) / scale) + erf((angle + off) / scale)) / 2
