"""Who stands before whom: people and things in the order in which they are drawn.

People are ordered by depth. A thing goes before everybody whose line of sight it cuts: whether it does follows from its
footprint, as a long bench may stand before one person and behind another at the same time.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.data import Box
from pipeline.simulation.background import Standing

Floats = npt.NDArray[np.float64]
Overlaps = npt.NDArray[np.bool_]


def ordered(people: Sequence[tuple[Floats, Box]], things: Sequence[Standing], always: Overlaps) -> list[int | Standing]:
    """Indices of people and things in the order of drawing.

    Args:
        people: where they stand on the ground (2,) and their boxes in the picture, the farthest first.
        things: the farthest first; they are already in the background.
        always: (things,) which must be drawn again in any case, as a shadow fell on them.

    Returns:
        All people, and those things that hide somebody or must be drawn again.
    """
    after = np.full(len(things), -2)
    if people:
        places = np.stack([place for place, _ in people])
        boxes = np.array([box for _, box in people])
        for number, thing in enumerate(things):
            left, top, right, bottom = thing.box
            meets = (boxes[:, 0] < right) & (boxes[:, 2] > left) & (boxes[:, 1] < bottom) & (boxes[:, 3] > top)
            hidden = np.flatnonzero(meets & before(thing.item.footprint, places)) if meets.any() else []
            if len(hidden):
                after[number] = hidden[-1]
    after[always & (after == -2)] = -1
    for number, thing in enumerate(things):
        # A nearer thing that overlaps one which is drawn late must be drawn later still.
        for farther in range(number):
            if after[farther] > after[number] and overlap(thing.box, things[farther].box):
                after[number] = after[farther]
    found: list[int | Standing] = [thing for number, thing in enumerate(things) if after[number] == -1]
    for index in range(len(people)):
        found.append(index)
        found += [thing for number, thing in enumerate(things) if after[number] == index]
    return found


def before(footprint: Floats, places: Floats) -> Overlaps:
    """Whether a thing on a footprint (E, 2) stands between the camera and places (N, 2)."""
    starts, ends = footprint, np.roll(footprint, -1, axis=0)
    edge = ends - starts
    # The line of sight s * place meets an edge start + t * edge where both s and t lie within 0..1.
    crossed = places[:, None, 0] * edge[None, :, 1] - places[:, None, 1] * edge[None, :, 0]
    crossed = np.where(np.abs(crossed) < 1e-9, 1e-9, crossed)
    along_sight = (starts[:, 0] * edge[:, 1] - starts[:, 1] * edge[:, 0]) / crossed
    along_edge = (starts[None, :, 0] * places[:, None, 1] - starts[None, :, 1] * places[:, None, 0]) / crossed
    meets = (along_edge >= 0) & (along_edge <= 1) & (along_sight > 0)
    cut = (meets & (along_sight < 1)).any(axis=1)
    farther = np.linalg.norm(places, axis=1) > np.linalg.norm(footprint.mean(axis=0))
    return np.where(meets.any(axis=1), cut, farther)


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have something in common, if only a part of a pixel."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
