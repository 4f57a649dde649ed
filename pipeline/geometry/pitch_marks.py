"""The marks of a pitch that a network learns to point at, in an order that does not depend on who bowls from where.

From a single picture the two ends of a pitch look alike: turned by half a circle it is the same pitch. So marks belong
to the end that is nearer to the camera, or farther, and to a side; which end is the striker's is another question.
Coordinates of a turned pitch are [from the near stumps to the far ones, to the left of who looks that way, up].
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import (
    PITCH_M,
    POPPING_M,
    RETURN_M,
    STUMP_HEIGHT_M,
    STUMPS_WIDTH_M,
    CreaseName,
    End,
)

Floats = npt.NDArray[np.float64]
Nearness = Literal["near", "far"]
NEARNESS: tuple[Nearness, Nearness] = ("near", "far")
CREASES: tuple[CreaseName, ...] = ("bowling", "popping", "return")
_HALF = STUMPS_WIDTH_M / 2

_OF_AN_END = np.array(
    [
        (POPPING_M, RETURN_M, 0), (POPPING_M, -RETURN_M, 0),  # where a return crease meets the popping crease
        (0, RETURN_M, 0), (0, -RETURN_M, 0),  # and the bowling crease
        (0, _HALF, 0), (0, -_HALF, 0), (0, _HALF, STUMP_HEIGHT_M), (0, -_HALF, STUMP_HEIGHT_M),  # the stumps' corners
    ]
)  # fmt: skip
PER_END = len(_OF_AN_END)
STUMP_MARKS = slice(4, 8), slice(PER_END + 4, PER_END + 8)
"""Of all marks those of the near and of the far end's stumps."""


def turned(points_m: npt.ArrayLike) -> Floats:
    """Points (..., 2 or 3) of a pitch seen from its other end; its own inverse."""
    points = np.array(points_m, float)
    points[..., 0] = PITCH_M - points[..., 0]
    points[..., 1] = -points[..., 1]
    return points


MARKS_M: Floats = np.concatenate([_OF_AN_END, turned(_OF_AN_END)[[1, 0, 3, 2, 5, 4, 7, 6]]])
"""All marks (16, 3): the near end's and the far end's, each left and right as seen from the near end."""
MIRRORED = np.arange(2 * PER_END).reshape(-1, 2)[:, ::-1].reshape(-1)
"""The order of marks in a picture that is mirrored."""


END_PLACES_M: Floats = np.array([(0, 0, STUMP_HEIGHT_M / 2), (PITCH_M, 0, STUMP_HEIGHT_M / 2)])
"""The middles of the stumps of the near and of the far end (2, 3)."""


def near_end(along_m: float) -> End:
    """The end that is nearer to a camera over `along_m`."""
    return "striker" if along_m < PITCH_M / 2 else "bowler"


def end_of(nearness: Nearness, near: End) -> End:
    """Which end is near, or far, where `near` is the near one."""
    if nearness == "near":
        return near
    return "bowler" if near == "striker" else "striker"
