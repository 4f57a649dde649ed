"""Who is seen where: a mask into which everything is drawn from far to near, and the shares of bodies left in it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.data import Box
from pipeline.pictures import Pixels
from pipeline.simulation.background import MASK_SCALE, Standing
from pipeline.simulation.figures import Figure
from pipeline.simulation.painting import outline

_SCALE = MASK_SCALE
"""The mask is drawn larger than the picture, so that shares of small people are exact."""
_THING = 255


@dataclass(frozen=True, slots=True)
class Seen:
    """What is left of somebody: the box around it in pixels, and its share of the whole body."""

    box: Box
    share: float


class Occlusion:
    """The mask of one moment.

    Args:
        size: of the picture (width, height).
        layers: people by number (1 to 250), and things, in the order in which they are drawn; a number that comes
            again is a part of somebody that lies over a thing.
    """

    def __init__(self, size: tuple[int, int], layers: Iterable[tuple[int, Figure] | Standing]) -> None:
        self._who = np.zeros((size[1] * _SCALE, size[0] * _SCALE), np.uint8)
        self._seen: dict[int, Seen] = {}
        drawn: list[tuple[int, Figure]] = []
        for layer in layers:
            if isinstance(layer, Standing):
                left, top = layer.origin
                tall, wide = layer.mask.shape
                self._who[top : top + tall, left : left + wide][layer.mask > 0] = _THING
                continue
            outline(layer[1], self._who, layer[0], _SCALE)
            if all(layer[0] != number for number, _ in drawn):
                drawn.append(layer)
        for track, figure in drawn:
            seen = left_of(self._who, figure.box, track, whole_of(figure))
            if seen is not None:
                self._seen[track] = seen

    def seen(self, track: int) -> Seen | None:
        """What is left of somebody; None for nothing."""
        return self._seen.get(track)

    def shows(self, x: float, y: float, track: int) -> bool:
        """Whether the picture shows that person at a place in pixels."""
        return shows(self._who, x, y, track)


def shows(who: Pixels, x: float, y: float, number: int) -> bool:
    """Whether a mask has that number at a place in the picture's pixels."""
    row, column = int(y * _SCALE), int(x * _SCALE)
    inside = 0 <= row < who.shape[0] and 0 <= column < who.shape[1]
    return bool(inside and who[row, column] == number)


def left_of(who: Pixels, box: Box, number: int, whole: int) -> Seen | None:
    """What is left in a mask of a number that was drawn within `box`, and whole takes `whole` of the mask's pixels."""
    low = [max(0, int(side * _SCALE) - 2) for side in box[:2]]
    high = [max(0, int(side * _SCALE) + 3) for side in box[2:]]
    region = who[low[1] : high[1], low[0] : high[0]] == number
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not len(rows) or not whole:
        return None
    edges = (low[0] + columns[0], low[1] + rows[0], low[0] + columns[-1] + 1, low[1] + rows[-1] + 1)
    left, top, right, bottom = (round(float(edge) / _SCALE, 2) for edge in edges)
    return Seen((left, top, right, bottom), min(1.0, int(np.count_nonzero(region)) / whole))


def whole_of(figure: Figure) -> int:
    """How many pixels of a mask the whole body takes, out of the picture too."""
    left, top, right, bottom = (int(side) for side in figure.box)
    alone = np.zeros(((bottom - top + 3) * _SCALE, (right - left + 3) * _SCALE), np.uint8)
    outline(figure, alone, 1, _SCALE, (left - 1, top - 1))
    return int(np.count_nonzero(alone))
