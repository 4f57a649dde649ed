"""Which side of a line somebody is on, and when they cross it: on the ground or in the picture alike.

A line is a chain of points, seen from its first to its last. Left is left of somebody who walks along it so, on the
ground ([right, forward]) and in the picture ([right, down]) alike.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Point = tuple[float, float]


def signed_distance(line: npt.ArrayLike, place: Point, downwards: bool) -> float:
    """How far a place is from the nearest part of a line (N, 2), positive to its left.

    Args:
        line: its points.
        place: in the same units.
        downwards: whether the second axis points down, as in a picture.
    """
    points = np.asarray(line, float)
    starts, along = points[:-1], np.diff(points, axis=0)
    to = np.asarray(place) - starts
    share = np.clip((to * along).sum(1) / np.maximum((along**2).sum(1), 1e-9), 0, 1)
    off = np.linalg.norm(to - share[:, None] * along, axis=1)
    nearest = int(off.argmin())
    side = along[nearest, 0] * to[nearest, 1] - along[nearest, 1] * to[nearest, 0]
    return float(off[nearest]) * (1 if (side > 0) != downwards else -1)


def meets(line: npt.ArrayLike, before: Point, after: Point) -> bool:
    """Whether a step from one place to another comes upon a line (N, 2); one that begins on it does not."""
    points = np.asarray(line, float)
    starts, along = points[:-1], np.diff(points, axis=0)
    step = np.asarray(after) - before
    across = step[0] * along[:, 1] - step[1] * along[:, 0]
    to = starts - before
    with np.errstate(divide="ignore", invalid="ignore"):
        of_step = (to[:, 0] * along[:, 1] - to[:, 1] * along[:, 0]) / across
        of_line = (to[:, 0] * step[1] - to[:, 1] * step[0]) / across
    return bool(((of_step > 0) & (of_step <= 1) & (of_line >= 0) & (of_line <= 1)).any())
