"""What people set out to do, one thing after another; `crowd` lets them do it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from pipeline.simulation.actions import Fall, Hands

if TYPE_CHECKING:
    from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]
Gaze = Literal["ahead", "camera", "around", "down"]


@dataclass(frozen=True, slots=True)
class Seat:
    """A place to sit: where the feet stand, [right, forward] in cm, and where the sitter faces."""

    feet: tuple[float, float]
    facing_rad: float
    height_cm: float = 45.0


@dataclass(frozen=True, slots=True)
class Go:
    """Walk or run somewhere."""

    place: tuple[float, float]
    pace_cm_s: float
    near_cm: float = 45.0
    """How near is there."""
    gaze: Gaze = "ahead"
    hands: Hands | None = None
    straight: bool = False
    """Without making way for anybody."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Stand for some time."""

    seconds: float
    gaze: Gaze = "ahead"
    towards: tuple[float, float] | None = None
    """What the body turns to."""
    hands: Hands | None = None


@dataclass(frozen=True, slots=True)
class Sit:
    """Sit down, stay and stand up again; the sitter is before the seat."""

    seconds: float
    seat: Seat
    gaze: Gaze = "around"


@dataclass(frozen=True, slots=True)
class Crouch:
    """Go down on the knees for some time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class FallDown:
    """Fall, lie, and get up again, unless that takes `inf` seconds."""

    kind: Fall
    lies_s: float
    falls_s: float = 1.1
    rises_s: float = 2.6


@dataclass(frozen=True, slots=True)
class Accompany:
    """Keep beside somebody as long as they are there."""

    leader: "Walker"
    aside_cm: float
    """To the left of the leader."""
    behind_cm: float


@dataclass(frozen=True, slots=True)
class Chase:
    """Run after somebody for some time."""

    prey: "Walker"
    pace_cm_s: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Leave:
    """Be gone."""


Deed = Go | Stay | Sit | Crouch | FallDown | Accompany | Chase | Leave
