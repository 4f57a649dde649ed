"""Where the network looks in a picture: the whole of it, tiles of it, or both.

A network that finds at most six people a pass, or was made for larger ones, finds more in tiles; every tile costs as
much as the whole picture. Tiles overlap by the width of a person, so that nobody is cut by every tile.
"""

from functools import cache
from itertools import pairwise

from pipeline.inference.letterbox import Placement, Region

OVERLAP = 0.15
"""The share of the picture's side by which a tile reaches over the line between two."""


@cache
def placements(
    picture: tuple[int, int], size: tuple[int, int], tiles: tuple[int, int], whole: bool
) -> tuple[Placement, ...]:
    """The passes for a picture of (width, height) through an input of `size`, the whole picture first."""
    regions = [Region(0, 0, *picture)] if whole or tiles == (1, 1) else []
    if tiles != (1, 1):
        columns = _spans(picture[0], tiles[0])
        regions += [
            Region(left, top, right - left, bottom - top)
            for top, bottom in _spans(picture[1], tiles[1])
            for left, right in columns
        ]
    return tuple(Placement.fit(region, size) for region in regions)


def _spans(length: int, parts: int) -> list[tuple[int, int]]:
    """`parts` spans over `length` pixels that reach over each other, with even ends."""
    reach = OVERLAP * length / 2 if parts > 1 else 0.0
    edges = [length * part / parts for part in range(parts + 1)]
    return [
        (int(max(0.0, low - reach)) // 2 * 2, int(min(float(length), high + reach)) // 2 * 2)
        for low, high in pairwise(edges)
    ]
