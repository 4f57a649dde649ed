"""What analysts call a delivery: its length by where it pitched, its line by where it passes the stumps.

Lengths in metres from the stumps, after the broadcasters' pitch maps: yorker up to 2 m, full to 6 m, good to 8 m (6 to
8 m is what is called a good length for pace bowlers), short beyond. A bouncer is a short ball that passes over the
shoulder of a striker who stands upright at the popping crease (ICC playing conditions, 41.6). One that touches a stump
is not outside it.
"""

import math
from typing import Literal

from pipeline.geometry.laws import BAIL_ABOVE_M, BALL_RADIUS_M, PITCH_M, STUMP_HEIGHT_M, STUMPS_WIDTH_M

Length = Literal["yorker", "full", "good", "short", "bouncer"]
Line = Literal["outside off", "off", "middle", "leg", "outside leg"]

LENGTHS_M: dict[Length, tuple[float, float]] = {
    "yorker": (0.0, 2.0), "full": (2.0, 6.0), "good": (6.0, 8.0), "short": (8.0, PITCH_M), "bouncer": (8.0, PITCH_M),
}  # fmt: skip
SHOULDER_M = 1.45
HITS_ASIDE_M = STUMPS_WIDTH_M / 2 + BALL_RADIUS_M
"""How far from the middle stump a ball's centre may pass that touches the stumps."""
HITS_UNDER_M = STUMP_HEIGHT_M + BAIL_ABOVE_M + BALL_RADIUS_M
"""How high a ball's centre may pass that touches stumps or bails."""


def length_of(bounce_along_m: float | None, at_batter_m: float) -> Length:
    """By where it pitched, None for a full toss, which counts as full; `at_batter_m` is its height over the popping
    crease."""
    if bounce_along_m is None:
        return "full"
    length: Length = next(name for name, (_, to) in LENGTHS_M.items() if bounce_along_m <= to)
    return "bouncer" if length == "short" and at_batter_m > SHOULDER_M else length


def line_of(to_off_m: float) -> Line:
    """By where its centre passes the stumps, or would, in metres to the off side of the middle one."""
    third = STUMPS_WIDTH_M / 6
    edges: tuple[tuple[float, Line], ...] = (
        (-HITS_ASIDE_M, "outside leg"),
        (-third, "leg"),
        (third, "middle"),
        (HITS_ASIDE_M, "off"),
        (math.inf, "outside off"),
    )
    return next(name for edge, name in edges if to_off_m < edge)


def hits_stumps(aside_m: float, up_m: float) -> bool:
    """Whether a ball whose centre passes there touches stumps or bails."""
    return abs(aside_m) <= HITS_ASIDE_M and up_m <= HITS_UNDER_M
