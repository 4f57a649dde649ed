"""Draws figures: shaded into a picture, or as outlines into a mask of who is where.

OpenCV's pixel i lies at i, a picture's at i + 0.5 (a box from 0 to 1 holds one pixel): the difference is taken off here
and nowhere else. Nearly all hulls are of two discs, whose tangents are known in closed form: all of everybody's are
computed at once, which is twice as fast as OpenCV's hull of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.pictures import Pixels
from pipeline.simulation.figures import Figure

Floats = npt.NDArray[np.float64]
Points = npt.NDArray[np.int32]
Hulls = tuple[tuple[tuple[int, int], ...], ...]

_SHIFT = 4
"""Bits of a pixel's fraction in OpenCV's drawing."""
_SHARES = np.array([1.0, 0.80, 0.48])
_BRIGHTNESS = (0.72, 0.92, 1.06)
"""Volume: narrower and brighter layers, each pushed towards the light."""
_EDGES = (cv2.LINE_AA, cv2.LINE_AA, cv2.LINE_8)
"""Smooth ones cost twice as much; the brightest layer's hardly differs from what it lies on."""
_PUSH = 0.7
_ANGLES = np.linspace(0, 2 * np.pi, 10, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_ARC = np.linspace(0, 1, 7)


@dataclass(frozen=True, slots=True)
class Tint:
    """The light on somebody: the direction towards it in the picture, its gains on a display, the share of it that
    comes through the air, and the colour of the air."""

    light: tuple[float, float]
    gains: tuple[float, float, float] = (1.0, 1.0, 1.0)
    clear: float = 1.0
    air: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Painting:
    """A figure ready to be drawn: polygons with their colours (RGB) and OpenCV's kind of edge, from behind to the
    front."""

    strokes: list[tuple[Points, list[float], int]]

    def paint(self, rgb: Pixels) -> None:
        """Draw it into a picture (height, width, 3)."""
        for polygon, colour, edge in self.strokes:
            cv2.fillConvexPoly(rgb, polygon, colour, edge, _SHIFT)


def paintings(figures: Sequence[Figure], tints: Sequence[Tint]) -> list[Painting]:
    """Figures in their light, ready to be drawn."""
    if not figures:
        return []
    lights = [
        np.broadcast_to(np.array(tint.light), figure.centres.shape) for figure, tint in zip(figures, tints, strict=True)
    ]
    centres, radii = np.concatenate([figure.centres for figure in figures]), np.concatenate([f.radii for f in figures])
    shares = _SHARES[:, None]
    pushed = centres + ((1 - shares) * _PUSH * radii)[..., None] * np.concatenate(lights)
    widest = [np.maximum.reduceat(figure.radii, figure.shape.firsts).tolist() for figure in figures]
    layers = [[_layers(radius) for radius in own] for own in widest]
    polygons = _polygons(figures, pushed, shares * radii, layers)
    found = []
    for own, figure, tint, many in zip(polygons, figures, tints, layers, strict=True):
        shades = np.array(_BRIGHTNESS)[:, None, None] * np.array(figure.shape.colours) * tint.gains
        colours = np.clip(shades * tint.clear + np.array(tint.air) * (1 - tint.clear), 0, 255).tolist()
        strokes = [
            (polygon, colours[layer][part], _EDGES[layer] if len(many[part]) > 1 else cv2.LINE_AA)
            for part in figure.order
            for layer, row in zip(many[part], own[part], strict=True)
            for polygon in row
        ]
        found.append(Painting(strokes))
    return found


def outline(figure: Figure, mask: Pixels, value: int, scale: int, origin: tuple[int, int] = (0, 0)) -> None:
    """Fill a figure's outline in a mask that is `scale` times as large as the picture and begins at its `origin`."""
    flat = [[(0,)] * len(figure.shape.hulls)]
    parts = _polygons([figure], ((figure.centres - origin) * scale)[None], figure.radii[None] * scale, flat)[0]
    for (row,) in parts:
        for polygon in row:
            cv2.fillConvexPoly(mask, polygon, value, cv2.LINE_8, _SHIFT)


def _polygons(
    figures: Sequence[Figure], centres: Floats, radii: Floats, layers: Sequence[Sequence[tuple[int, ...]]]
) -> list[list[list[list[Points]]]]:
    """Hulls as polygons by figure, part, wanted layer of the part, and hull; of all figures' discs (layers, discs, 2)
    one after another."""
    starts = np.cumsum([0] + [len(figure.radii) for figure in figures]).tolist()
    plans = [_plan(figure.shape.hulls) for figure in figures]
    pairs = np.concatenate([plan.pairs + start for plan, start in zip(plans, starts, strict=False)])
    capsules = [list(layer) for layer in _fixed(_capsules(centres, radii, pairs))]
    rims = _fixed(centres[:, :, None] + radii[:, :, None, None] * _CIRCLE)
    found, first = [], 0
    for plan, start, wanted in zip(plans, starts, layers, strict=False):
        found.append([
            [
                [
                    capsules[layer][first + pair]
                    if pair >= 0
                    else cv2.convexHull(rims[layer, start + begin : start + end].reshape(-1, 2))
                    for pair, (begin, end) in hulls
                ]
                for layer in which
            ]
            for hulls, which in zip(plan.parts, wanted, strict=True)
        ])  # fmt: skip
        first += len(plan.pairs)
    return found


@dataclass(frozen=True, slots=True)
class _Plan:
    """Of a shape's hulls: `pairs` (K, 2) of discs, and for each part its hulls as (pair or -1, range of discs)."""

    pairs: npt.NDArray[np.intp]
    parts: list[list[tuple[int, tuple[int, int]]]]


@lru_cache(maxsize=512)
def _plan(hulls: Hulls) -> _Plan:
    pairs: list[tuple[int, int]] = []
    parts = []
    for part in hulls:
        row = []
        for begin, end in part:
            if end - begin <= 2:
                row.append((len(pairs), (begin, end)))
                pairs.append((begin, end - 1))
            else:
                row.append((-1, (begin, end)))
        parts.append(row)
    return _Plan(np.array(pairs, np.intp).reshape(-1, 2), parts)


def _capsules(centres: Floats, radii: Floats, pairs: npt.NDArray[np.intp]) -> Floats:
    """The hulls (layers, pairs, 14, 2) of two discs each: an arc around either, joined by the outer tangents."""
    one, other = centres[:, pairs[:, 0]], centres[:, pairs[:, 1]]
    near, far = radii[:, pairs[:, 0]], radii[:, pairs[:, 1]]
    way = other - one
    distance = np.sqrt(way[..., 0] ** 2 + way[..., 1] ** 2)
    angle = np.arctan2(way[..., 1], way[..., 0])
    # Where a disc lies within the other, both arcs are the larger disc's.
    within = distance <= np.abs(near - far) + 1e-6
    larger = near >= far
    one = np.where((within & ~larger)[..., None], other, one)
    other = np.where((within & larger)[..., None], one, other)
    near, far = np.where(within & ~larger, far, near), np.where(within & larger, near, far)
    opening = np.arccos(np.where(within, 0.0, (near - far) / np.maximum(distance, 1e-6)))
    start = angle + opening
    first = start[..., None] + (2 * (np.pi - opening))[..., None] * _ARC
    second = (angle - opening)[..., None] + (2 * opening)[..., None] * _ARC
    around = np.concatenate([first, second], axis=-1)
    middles = np.concatenate([one[..., None, :].repeat(7, -2), other[..., None, :].repeat(7, -2)], axis=-2)
    reach = np.concatenate([near[..., None].repeat(7, -1), far[..., None].repeat(7, -1)], axis=-1)
    return middles + reach[..., None] * np.stack([np.cos(around), np.sin(around)], axis=-1)


def _fixed(points: Floats) -> Points:
    """Points in OpenCV's coordinates with fractions."""
    return np.round((points - 0.5) * (1 << _SHIFT)).astype(np.int32)


def _layers(radius: float) -> tuple[int, ...]:
    """As many as can be told apart at a radius in pixels."""
    if radius > 8:
        return 0, 1, 2
    if radius > 3.5:
        return 0, 1
    return (1,) if radius > 0.6 else ()
