"""What is usual of one person: a running median over a minute, for rules about people who stay at a place."""

import math
from collections import deque
from dataclasses import dataclass, field

_EVERY_S = 0.5
_REMEMBERED = 120


@dataclass(slots=True)
class Usual:
    """The median of a number, sampled twice a second over the last minute."""

    values: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    next_s: float = -math.inf

    def add(self, now_s: float, value: float) -> None:
        if now_s >= self.next_s:
            self.values.append(value)
            self.next_s = now_s + _EVERY_S

    def median(self, least: int = 20) -> float | None:
        """None until there are `least` samples."""
        return None if len(self.values) < least else sorted(self.values)[len(self.values) // 2]


@dataclass(slots=True)
class UsualAngle:
    """The same of an angle in degrees."""

    cosine: Usual = field(default_factory=Usual)
    sine: Usual = field(default_factory=Usual)

    def add(self, now_s: float, degrees: float) -> None:
        self.cosine.add(now_s, math.cos(math.radians(degrees)))
        self.sine.add(now_s, math.sin(math.radians(degrees)))

    def off(self, degrees: float) -> float | None:
        """How far an angle is from the usual one, 0 to 180; None while nothing is usual."""
        cosine, sine = self.cosine.median(), self.sine.median()
        if cosine is None or sine is None:
            return None
        return abs((degrees - math.degrees(math.atan2(sine, cosine)) + 180) % 360 - 180)
