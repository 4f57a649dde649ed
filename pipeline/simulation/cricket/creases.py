"""The creases in the picture: the edges that the Laws mean, cut to what the camera has in view."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import CreaseName, End, markings
from pipeline.simulation.cricket.cameras import PitchView
from pipeline.simulation.cricket.look import Look

Floats = npt.NDArray[np.float64]
_SAMPLES = 241


@dataclass(frozen=True, slots=True)
class Edge:
    """A crease in the picture: samples of its edge (N, 2) in pixels, of the middle of its paint (N, 2), and which of
    them are inside the picture (N,)."""

    crease: CreaseName
    end: End
    edge: Floats
    paint: Floats
    inside: npt.NDArray[np.bool_]


@lru_cache(maxsize=64)
def edges(view: PitchView, look: Look) -> tuple[Edge, ...]:
    """The creases of which something is in the picture."""
    width, height = view.camera.size
    found = []
    share = np.linspace(0, 1, _SAMPLES)[:, None]
    for mark in markings(look.popping_half_m, look.return_length_m, look.bowling_half_m):
        start, end = np.array(mark.start_m), np.array(mark.end_m)
        line = start + share * (end - start)
        middle = line + 0.5 * look.paint_width_m * np.array(mark.paint)
        places = np.insert(np.stack([line, middle]), 2, 0.0, axis=-1)
        (edge, paint), _ = view.project(places)
        inside = view.faces(places).all(axis=0)
        inside &= ((edge >= 0) & (edge <= (width, height))).all(axis=1)
        if np.count_nonzero(inside) > 1:
            found.append(Edge(mark.crease, mark.end, edge, paint, inside))
    return tuple(found)


def runs(chosen: npt.NDArray[np.bool_], shortest: int = 3) -> list[tuple[int, int]]:
    """The first and last index of each run of true values that is not shorter than `shortest`."""
    padded = np.concatenate([[False], chosen, [False]]).astype(np.int8)
    changes = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b) - 1) for a, b in zip(changes[::2], changes[1::2], strict=True) if b - a >= shortest]
