"""Where people are turned by how they look: a network that is shown their heads and chests.

A pose takes fronts for backs and hardly tells where a head is turned. Hair and skin, the outline of shoulders, a collar
do, also where a head is 12 pixels high. The network learned from simulated people alone
(pipeline/weights/portraits.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.attributes.crops import Square, portrait_square, square_crop, stature_px
from pipeline.inference.small import look, small_network
from pipeline.perception.tracking import TrackedPerson
from pipeline.pictures import Picture, Pixels

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
WEIGHTS = Path(__file__).parents[1] / "weights" / "portraits.onnx"

_EVERY_S = 0.19
"""Between two looks at one person."""
_MOST_A_FRAME = 6
"""People; those come first who were looked at longest ago."""
_LEAST_PX = 40.0
"""Of stature: the network has seen nobody smaller."""
_FORGET_S = 10.0


@dataclass(frozen=True, slots=True)
class Portrayed:
    """What portraits of M of the people of a frame say."""

    places: Ints
    """Which of the people they are, (M,)."""
    trunk: Floats
    """Densities (M, BINS) of where trunks are turned (`directions`): 0 towards the camera, 90° to the image's right."""
    head: Floats
    """Of heads, in the same way."""
    since_s: Floats
    """Seconds since the portrait before, (M,), infinite for a first one."""


class PortraitReader:
    """The network of portraits.

    Raises:
        EngineError: the network cannot be run here.
    """

    def __init__(self) -> None:
        self._request = small_network(WEIGHTS)

    def __call__(self, portraits: Sequence[Pixels]) -> Floats:
        """Densities (N, 2, BINS) of trunks and heads of portraits in RGB."""
        return look(self._request, portraits)


class Portraits:
    """The portraits of the people before one camera.

    Args:
        reader: the network, which cameras share.
    """

    def __init__(self, reader: PortraitReader) -> None:
        self._reader = reader
        self._looked_at: dict[int, float] = {}
        """When each track was looked at last."""

    def __call__(self, tracked: Sequence[TrackedPerson], seconds: float, picture: Picture) -> Portrayed:
        """Look at those of a frame's people whose turn it is."""
        for track in [track for track, at in self._looked_at.items() if not 0 <= seconds - at <= _FORGET_S]:
            del self._looked_at[track]
        before = [self._looked_at.get(person.track, -np.inf) for person in tracked]
        squares = {
            place: square
            for place, person in enumerate(tracked)
            if seconds - before[place] >= _EVERY_S and (square := _seen(person, picture)) is not None
        }
        due = sorted(sorted(squares, key=before.__getitem__)[:_MOST_A_FRAME])
        for place in due:
            self._looked_at[tracked[place].track] = seconds
        found = self._reader([square_crop(picture, squares[place]) for place in due])
        since = seconds - np.array([before[place] for place in due])
        return Portrayed(np.array(due, np.intp), found[:, 0], found[:, 1], since)


def _seen(person: TrackedPerson, picture: Picture) -> Square | None:
    """Where the portrait of somebody is who is large enough, with the head in the picture; None of another."""
    if not len(person.keypoints) or stature_px(person.keypoints) < _LEAST_PX:
        return None
    square = portrait_square(person.keypoints)
    return square if (square.middle > 0).all() and (square.middle < picture.size).all() else None
