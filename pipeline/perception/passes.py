"""Where the network looks in a picture: the whole of it, or tiles of it and a small overview.

A network that finds at most six people a pass finds more, and smaller ones, in tiles. Tiles overlap by the width of a
person, so that nobody is cut by every tile. People who fill the picture are too large for a tile: on a corridor camera
tiles alone found 0.33 of them, an overview of 256x192 found 0.97 for 6 ms.
"""

from functools import cache
from itertools import pairwise

from pipeline.inference.letterbox import Placement, Region

OVERLAP = 0.15
"""The share of the picture's side by which two tiles overlap."""


@cache
def placements(
    picture: tuple[int, int], tiles: tuple[int, int], size: tuple[int, int], overview: tuple[int, int] | None
) -> tuple[Placement, ...]:
    """The passes over a picture.

    Args:
        picture: its width and height.
        tiles: columns and rows; (1, 1) is the whole picture and nothing else.
        size: width and height of the network's input for a tile.
        overview: the same for the overview, which comes first; None leaves it out.
    """
    whole = Region(0, 0, *picture)
    if tiles == (1, 1):
        return (Placement.fit(whole, size),)
    columns, rows = _spans(picture[0], tiles[0]), _spans(picture[1], tiles[1])
    regions = [Region(left, top, right - left, bottom - top) for top, bottom in rows for left, right in columns]
    first = () if overview is None else (Placement.fit(whole, overview),)
    return first + tuple(Placement.fit(region, size) for region in regions)


def _spans(length: int, parts: int) -> list[tuple[int, int]]:
    """`parts` spans over `length` pixels that reach over each other, with even ends."""
    reach = OVERLAP * length / 2 if parts > 1 else 0.0
    edges = [length * part / parts for part in range(parts + 1)]
    return [
        (int(max(0.0, low - reach)) // 2 * 2, int(min(float(length), high + reach)) // 2 * 2)
        for low, high in pairwise(edges)
    ]
