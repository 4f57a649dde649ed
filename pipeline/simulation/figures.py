"""Draws people: limbs as shaded capsules, in the order of their depth, in a picture and in a mask of who is where."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Pixels
from pipeline.geometry.camera import Camera
from pipeline.simulation.bodies import Body

Floats = npt.NDArray[np.float64]
Colour = tuple[int, int, int]

_SHIFT = 4
"""Bits of a pixel's fraction in OpenCV's drawing."""
_LAYERS = ((1.0, 0.66), (0.76, 0.9), (0.42, 1.08))
"""Volume: narrower and brighter layers, each pushed towards the light (share of the width, brightness)."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A capsule, or the hull of several discs, between joints; radii as shares of stature."""

    joints: tuple[int, ...]
    radii: tuple[float, ...]
    colour: Colour


@dataclass(frozen=True, slots=True)
class Figure:
    """A person as drawn: discs' centres (N, 2) and radii (N,) in pixels, part by part, the farthest first."""

    parts: list[tuple[Floats, Floats, Colour]]
    box: tuple[float, float, float, float]
    """Around the whole figure, also what is hidden or out of the picture."""
    depth: float
    light: Floats


def figure_of(body: Body, joints: Floats, camera: Camera, light: Floats) -> Figure:
    """A person with these joints (23, 3), as the camera sees them. `light` is the direction towards the sun."""
    pixels, depths = camera.project(joints)
    scale = camera.fx / np.maximum(depths, 30.0) * body.stature_cm
    towards_camera = np.array([0, 0, camera.height_cm]) - joints[21]
    parts = []
    for part in _parts(body, joints, towards_camera):
        index = list(part.joints)
        parts.append((depths[index].mean(), pixels[index], np.array(part.radii) * scale[index], part.colour))
    parts.sort(key=lambda item: -item[0])
    centres = np.concatenate([part[1] for part in parts])
    radii = np.concatenate([part[2] for part in parts])[:, None]
    low, high = (centres - radii).min(axis=0), (centres + radii).max(axis=0)
    seen_light = camera.rotation @ light
    return Figure(
        [(centres, radii, colour) for _, centres, radii, colour in parts],
        (float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        float(depths[:17].mean()),
        seen_light[:2],
    )


def _parts(body: Body, joints: Floats, towards_camera: Floats) -> Iterator[_Part]:
    g = body.girth
    sleeve = body.top if body.long_sleeves else body.skin
    hips, knees, ankles, toes = (11, 12), (13, 14), (15, 16), (17, 18)
    shoulders, elbows, wrists, hands = (5, 6), (7, 8), (9, 10), (19, 20)
    for side in (0, 1):
        yield _Part((hips[side], knees[side]), (0.052 * g, 0.033 * g), body.legs)
        yield _Part((knees[side], ankles[side]), (0.034 * g, 0.021), body.legs)
        yield _Part((ankles[side], toes[side]), (0.021, 0.017), body.shoes)
        yield _Part((shoulders[side], elbows[side]), (0.029 * g, 0.023 * g), body.top)
        yield _Part((elbows[side], wrists[side]), (0.023 * g, 0.016), sleeve)
        yield _Part((wrists[side], hands[side]), (0.015, 0.017), body.skin)
    yield _Part((*shoulders, *hips), (0.034, 0.034, 0.052 * g, 0.052 * g), body.top)
    yield _Part(hips, (0.056 * g, 0.056 * g), body.legs)
    yield _Part((22, 21), (0.028, 0.030), body.skin)
    yield from _head(body, joints, towards_camera)


def _head(body: Body, joints: Floats, towards_camera: Floats) -> Iterator[_Part]:
    """Hair all around, and a face on the side where the nose is: seen from behind, the hair covers it."""
    forward = joints[0] - joints[21]
    facing = float(forward @ towards_camera) / float(np.linalg.norm(forward) * np.linalg.norm(towards_camera))
    skull = _Part((21,), (0.063,), body.hair)
    face = _Part((21, 0), (0.053, 0.022), body.skin)
    # Drawn one over the other whatever their depths are: the renderer sorts parts, so only the visible one is given.
    yield skull
    if body.long_hair:
        yield _Part((21, 22), (0.058, 0.046), body.hair)
    if facing > -0.35:
        yield face
        if facing > 0.1:
            for eye in (1, 2):
                yield _Part((eye,), (0.007,), (36, 28, 26))


def paint(figure: Figure, rgb: Pixels) -> None:
    """Draw a figure into a picture (height, width, 3)."""
    height, width = rgb.shape[:2]
    left, top = max(0, int(figure.box[0]) - 2), max(0, int(figure.box[1]) - 2)
    right, bottom = min(width, int(figure.box[2]) + 3), min(height, int(figure.box[3]) + 3)
    if left >= right or top >= bottom:
        return
    region = rgb[top:bottom, left:right]
    for centres, radii, colour in figure.parts:
        local = centres - (left, top)
        widest = radii.max()
        layers = _LAYERS if widest > 5 else _LAYERS[:2] if widest > 1.5 else _LAYERS[1:2]
        for share, brightness in layers:
            shifted = local + (1 - share) * 0.7 * radii[:, None] * figure.light
            shade = tuple(min(255, int(brightness * channel)) for channel in colour)
            _hull(region, shifted, share * radii, shade, cv2.LINE_AA)


def mask(figure: Figure, target: Pixels, value: int) -> None:
    """Fill a figure's outline in a mask (height, width) with a value."""
    for centres, radii, _ in figure.parts:
        _hull(target, centres, radii, value, cv2.LINE_8)


def _hull(target: Pixels, centres: Floats, radii: Floats, colour: int | tuple[int, ...], line: int) -> None:
    """Fill the hull of discs."""
    if len(centres) == 1:
        centre = np.round(centres[0] * (1 << _SHIFT)).astype(int).tolist()
        radius = max(1, round(float(radii[0]) * (1 << _SHIFT)))
        cv2.circle(target, centre, radius, colour, -1, line, _SHIFT)
        return
    rim = centres[:, None, :] + radii[:, None, None] * _CIRCLE
    points = (rim.reshape(-1, 2) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillConvexPoly(target, cv2.convexHull(points), colour, line, _SHIFT)


_ANGLES = np.linspace(0, 2 * np.pi, 12, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
