"""The pitch as the Laws of Cricket (MCC, 2017 Code, 3rd edition) lay it out, and the coordinates that all of it is in.

Pitch coordinates are [along, leg, up] in metres, right-handed, with the origin on the ground at the striker's middle
stump: along the pitch towards the bowler's stumps, towards the leg side of a right-hander, up. A delivery's truth
says [along, to the off side, up] instead, which depends on the batter's hand: see `off_side`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
End = Literal["striker", "bowler"]
Hand = Literal["right", "left"]
CreaseName = Literal["bowling", "popping", "return"]

PITCH_M = 20.12
"""Law 6.1: 22 yards between the bowling creases."""
PITCH_WIDTH_M = 3.05
BOWLING_CREASE_M = 2.64
"""Law 7.2: its length; its back edge is the end of the pitch."""
POPPING_M = 1.22
"""Law 7.3: from the bowling crease to the back edge of the popping crease."""
BOWLERS_POPPING_M = PITCH_M - POPPING_M
"""Where the popping crease of the bowler's end is, along the pitch."""
POPPING_HALF_M = 1.83
"""Law 7.3: marked at least this far on either side of the middle; its length is unlimited."""
RETURN_M = 1.32
"""Law 7.4: from the middle to the inside edge of a return crease."""
RETURN_LENGTH_M = 2.44
"""Law 7.4: marked at least this far behind the popping crease."""
STUMPS_WIDTH_M = 0.2286
STUMP_HEIGHT_M = 0.7112
"""Law 8.2: three stumps, 9 inches over all, 28 inches high."""
STUMP_RADIUS_M = 0.0183
BAIL_ABOVE_M = 0.0127
"""Law 8.3: a bail's length, and the most that it stands above the stumps."""
BALL_MASS_KG = 0.1595
BALL_RADIUS_M = 0.0359
"""Law 4.1: 155.9 to 163 g and 22.4 to 22.9 cm round for men."""
BAT_LENGTH_M = 0.965
"""Law 5.7: at most."""

GRAVITY_M_S2 = 9.80665


@dataclass(frozen=True, slots=True)
class Marking:
    """A painted crease. The crease of the Laws is the edge from `start` to `end` ([along, leg] in metres): the back
    edge of a bowling or popping crease, the inside edge of a return crease. Paint lies on the side `paint` of it."""

    crease: CreaseName
    end: End
    start_m: tuple[float, float]
    end_m: tuple[float, float]
    paint: tuple[float, float]
    """A unit vector on the ground, from the edge into the paint."""


def markings(
    popping_half_m: float = POPPING_HALF_M,
    return_length_m: float = RETURN_LENGTH_M,
    bowling_half_m: float = BOWLING_CREASE_M / 2,
) -> list[Marking]:
    """The creases at either end: bowling, popping and, where they have a length, two return creases."""
    found = []
    ends: tuple[tuple[End, float, float], ...] = (("striker", 0.0, 1.0), ("bowler", PITCH_M, -1.0))
    for end, stumps, ahead in ends:
        popping = stumps + ahead * POPPING_M
        back = popping - ahead * return_length_m
        found += [
            Marking("bowling", end, (stumps, -bowling_half_m), (stumps, bowling_half_m), (ahead, 0.0)),
            Marking("popping", end, (popping, -popping_half_m), (popping, popping_half_m), (ahead, 0.0)),
        ]
        if return_length_m > 0:
            found += [
                Marking("return", end, (popping, -RETURN_M), (back, -RETURN_M), (0.0, -1.0)),
                Marking("return", end, (popping, RETURN_M), (back, RETURN_M), (0.0, 1.0)),
            ]
    return found


def stump_places() -> dict[End, Floats]:
    """Where the three stumps of either end stand, (3, 2) as [along, leg]."""
    aside = STUMPS_WIDTH_M / 2 - STUMP_RADIUS_M
    across = np.array([[0.0, -aside], [0.0, 0.0], [0.0, aside]])
    return {"striker": across, "bowler": across + (PITCH_M, 0.0)}


def off_side(points: npt.ArrayLike, batter: Hand) -> Floats:
    """Points (..., 2 or 3) as [along, to the off side(, up)] of a batter; its own inverse."""
    turned = np.array(points, float)
    if batter == "right":
        turned[..., 1] *= -1
    return turned
