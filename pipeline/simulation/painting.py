"""Draws figures: shaded into a picture, or as outlines into a mask of who is where.

OpenCV's pixel i lies at i, a picture's at i + 0.5 (a box from 0 to 1 holds one pixel): the difference is taken off here
and nowhere else.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Pixels
from pipeline.simulation.figures import Figure

Floats = npt.NDArray[np.float64]
Points = npt.NDArray[np.int32]

_SHIFT = 4
"""Bits of a pixel's fraction in OpenCV's drawing."""
_SHARES = np.array([1.0, 0.80, 0.48])
_BRIGHTNESS = (0.72, 0.92, 1.06)
"""Volume: narrower and brighter layers, each pushed towards the light."""
_PUSH = 0.7
_ANGLES = np.linspace(0, 2 * np.pi, 12, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)


@dataclass(frozen=True, slots=True)
class Tint:
    """The light on somebody: the direction towards it in the picture, its gains on a display, the share of it that
    comes through the air, and the colour of the air."""

    light: tuple[float, float]
    gains: tuple[float, float, float] = (1.0, 1.0, 1.0)
    clear: float = 1.0
    air: tuple[float, float, float] = (0.0, 0.0, 0.0)


def paint(figure: Figure, rgb: Pixels, tint: Tint) -> None:
    """Draw a figure into a picture (height, width, 3)."""
    height, width = rgb.shape[:2]
    left, top = max(0, int(figure.box[0]) - 2), max(0, int(figure.box[1]) - 2)
    right, bottom = min(width, int(figure.box[2]) + 3), min(height, int(figure.box[3]) + 3)
    if left >= right or top >= bottom:
        return
    region = rgb[top:bottom, left:right]
    shares, radii = _SHARES[:, None, None], figure.radii[:, None]
    centres = figure.centres - (left, top) + (1 - shares) * _PUSH * radii * np.array(tint.light)
    rims = _rims(centres, shares[..., 0] * figure.radii)
    widest = np.maximum.reduceat(figure.radii, figure.shape.firsts).tolist()
    colours = _colours(figure, tint)
    for part in figure.order:
        for layer in _layers(widest[part]):
            shade = colours[layer][part]
            for first, end in figure.shape.hulls[part]:
                hull = cv2.convexHull(rims[layer, first:end].reshape(-1, 2))
                cv2.fillConvexPoly(region, hull, shade, cv2.LINE_AA, _SHIFT)


def outline(figure: Figure, mask: Pixels, value: int, scale: int, origin: tuple[int, int] = (0, 0)) -> None:
    """Fill a figure's outline in a mask that is `scale` times as large as the picture and begins at its `origin`."""
    rims = _rims((figure.centres - origin) * scale, figure.radii * scale)
    for hulls in figure.shape.hulls:
        for first, end in hulls:
            hull = cv2.convexHull(rims[first:end].reshape(-1, 2))
            cv2.fillConvexPoly(mask, hull, value, cv2.LINE_8, _SHIFT)


def _rims(centres: Floats, radii: Floats) -> Points:
    """Points (..., 12, 2) around discs, in OpenCV's coordinates with fractions."""
    rims = centres[..., None, :] - 0.5 + radii[..., None, None] * _CIRCLE
    return np.round(rims * (1 << _SHIFT)).astype(np.int32)


def _layers(radius: float) -> tuple[int, ...]:
    """As many as can be told apart at a radius in pixels."""
    if radius > 4:
        return 0, 1, 2
    return (0, 1) if radius > 1.3 else (1,)


def _colours(figure: Figure, tint: Tint) -> list[list[list[float]]]:
    """RGB of each layer of each part."""
    shades = np.array(_BRIGHTNESS)[:, None, None] * np.array(figure.shape.colours) * tint.gains
    return np.clip(shades * tint.clear + np.array(tint.air) * (1 - tint.clear), 0, 255).tolist()
