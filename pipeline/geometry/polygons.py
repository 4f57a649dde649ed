"""Polygons and lines of a plane, for many points at once: inside or not, how far from the edge, how far ahead.

A polygon is its corners (M, 2) in order, closed by itself; points are (N, 2). Which plane and which unit is the
caller's affair. Inside is counted by crossings of a ray (even-odd).
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def contains(polygon: Floats, points: npt.ArrayLike) -> Bools:
    """Which points (N, 2) are inside (N,)."""
    x, y = np.moveaxis(np.asarray(points, float).reshape(-1, 2), 1, 0)[..., None]
    (ax, ay), (bx, by) = polygon.T, np.roll(polygon, -1, axis=0).T
    spans = (ay > y) != (by > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        meets = ax + (y - ay) / (by - ay) * (bx - ax)
    return (spans & (x < meets)).sum(axis=1) % 2 == 1


def edge_distance(polygon: Floats, points: npt.ArrayLike) -> Floats:
    """How far points (N, 2) are from the polygon's edge (N,): positive inside, negative outside."""
    where = np.asarray(points, float).reshape(-1, 2)
    starts, ends = polygon, np.roll(polygon, -1, axis=0)
    away = segment_distance(starts, ends, where).min(axis=1)
    return np.where(contains(polygon, where), away, -away)


def segment_distance(starts: Floats, ends: Floats, points: Floats) -> Floats:
    """How far points (N, 2) are from segments (M, 2) to (M, 2), as (N, M)."""
    along = ends - starts
    square = np.maximum(np.sum(along * along, axis=1), 1e-12)
    share = np.clip(np.sum((points[:, None] - starts) * along, axis=2) / square, 0, 1)
    nearest = starts + share[..., None] * along
    return np.linalg.norm(points[:, None] - nearest, axis=2)


def ahead(polygon: Floats, points: Floats, directions: Floats) -> Floats:
    """How far it is from points (N, 2), straight on in directions (N, 2) of length 1, to the polygon (N,): 0 from
    inside, inf where that leads past it."""
    edges = np.roll(polygon, -1, axis=0) - polygon
    starts = polygon - points[:, None]
    dx, dy = directions[:, :1], directions[:, 1:]
    across = dx * edges[:, 1] - dy * edges[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        far = (starts[..., 0] * edges[:, 1] - starts[..., 1] * edges[:, 0]) / across
        share = (starts[..., 0] * dy - starts[..., 1] * dx) / across
    meets = (share >= 0) & (share < 1) & (far >= 0)
    # From inside a way leads over the edge an odd number of times.
    inside = meets.sum(axis=1) % 2 == 1
    return np.where(inside, 0.0, np.where(meets, far, np.inf).min(axis=1))


def area(polygon: Floats) -> float:
    """What a polygon that does not cross itself encloses, in the square of its unit."""
    (x, y), (u, v) = polygon.T, np.roll(polygon, -1, axis=0).T
    return float(abs(np.sum(x * v - u * y))) / 2


def crossing_edges(polygon: Floats) -> tuple[int, int] | None:
    """The first two edges that cross or touch though they are no neighbours, numbered by their first corner from 0;
    None for a polygon that does not cross itself."""
    count = len(polygon)
    ends = np.roll(polygon, -1, axis=0)
    for first in range(count):
        for second in range(first + 2, count):
            neighbours = first == 0 and second == count - 1
            if not neighbours and segments_meet(polygon[first], ends[first], polygon[second], ends[second]):
                return first, second
    return None


def segments_meet(a: Floats, b: Floats, c: Floats, d: Floats) -> bool:
    """Whether the segments from a to b and from c to d, all (2,), meet."""
    if side(a, b, c) * side(a, b, d) > 0 or side(c, d, a) * side(c, d, b) > 0:
        return False
    # All on one straight line: they meet where their extents do.
    return bool(
        np.all(np.maximum(np.minimum(a, b), np.minimum(c, d)) <= np.minimum(np.maximum(a, b), np.maximum(c, d)))
    )


def side(start: Floats, end: Floats, point: Floats) -> float:
    """Twice the area of the triangle of three points (2,): positive where a turn from the first two to the third is
    counter-clockwise in a plane whose second axis points up."""
    along, to = end - start, point - start
    return float(along[0] * to[1] - along[1] * to[0])
