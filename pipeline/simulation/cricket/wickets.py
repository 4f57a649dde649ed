"""The stumps with their bails: where they are in the picture, and how they are drawn."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.data import Box
from pipeline.geometry.laws import (
    BAIL_ABOVE_M,
    STUMP_HEIGHT_M,
    STUMP_RADIUS_M,
    End,
    stump_places,
)
from pipeline.simulation.cricket.cameras import PitchView
from pipeline.simulation.cricket.drawing import Cover, cover, ribbon
from pipeline.simulation.cricket.look import Look

Floats = npt.NDArray[np.float64]
_BAIL_RADIUS_M = 0.009


@dataclass(frozen=True, slots=True)
class Wicket:
    """The stumps of one end in the picture: bands (4, 2) in pixels, the nearest last, and the box around them."""

    end: End
    stumps: list[Floats]
    bails: list[Floats]
    box: Box
    depth_cm: float


@lru_cache(maxsize=64)
def cover_of(view: PitchView, end: End, look: Look, bails: bool = True) -> Cover | None:
    """The stumps of an end as a camera sees them, in the light of the day."""
    found = wicket(view, end, bails)
    if found is None:
        return None
    lit = float((view.camera.rotation @ view.direction(look.sun))[0]) > 0
    layers: list[tuple[list[Floats], npt.ArrayLike]] = []
    for stump in found.stumps:
        for low, high, colour in ((0.0, 1.0, look.stumps), *look.bands):
            layers += _round(_part(stump, low, high), np.array(colour) * look.tint, lit)
    if found.bails:
        layers.append((found.bails, np.clip(0.8 * np.array(look.bails) * look.tint, 0, 255)))
    return cover(layers, view.camera.size)


def _part(stump: Floats, low: float, high: float) -> Floats:
    """The part (4, 2) of a stump between two shares of its height."""
    foot, top = stump[[0, 3]], stump[[1, 2]]
    (a, d), (b, c) = foot + low * (top - foot), foot + high * (top - foot)
    return np.stack([a, b, c, d])


def _round(band: Floats, colour: Floats, lit: bool) -> list[tuple[list[Floats], npt.ArrayLike]]:
    """A band, and its narrow bright side, which makes it round."""
    first, second = band[[0, 1]], band[[3, 2]]
    near, far = (first, second) if (first[0, 0] > second[0, 0]) == lit else (second, first)
    bright = np.concatenate([near, (near + 0.45 * (far - near))[::-1]])
    return [([band], np.clip(colour * 0.9, 0, 255)), ([bright], np.clip(colour * 1.1, 0, 255))]


@lru_cache(maxsize=64)
def wicket(view: PitchView, end: End, bails: bool = True) -> Wicket | None:
    """The stumps of an end, as a camera sees them; None if they are behind it."""
    feet = stump_places()[end]
    high = STUMP_HEIGHT_M
    low3, top3 = np.insert(feet, 2, 0.0, axis=1), np.insert(feet, 2, high, axis=1)
    if not view.faces(np.stack([low3, top3])).all():
        return None
    (low, top), depths = view.project(np.stack([low3, top3]))
    radii = 100 * STUMP_RADIUS_M * view.camera.fx / depths
    order = np.argsort(-depths[0])
    bands = [ribbon(low[i], top[i], float(radii[0, i]), float(radii[1, i])) for i in order]
    upper: list[Floats] = []
    if bails:
        above = high + BAIL_ABOVE_M - _BAIL_RADIUS_M
        ends, far = view.project(np.insert(feet, 2, above, axis=1))
        thick = 100 * _BAIL_RADIUS_M * view.camera.fx / far
        upper = [ribbon(ends[i], ends[i + 1], float(thick[i]), float(thick[i + 1])) for i in (0, 1)]
    everything = np.concatenate(bands + upper)
    left, top_px = everything.min(axis=0)
    right, bottom = everything.max(axis=0)
    box = (float(left), float(top_px), float(right), float(bottom))
    return Wicket(end, bands, upper, box, float(depths.mean()))
