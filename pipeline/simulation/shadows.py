"""The shadows of people on the ground: sharp in the sun, long from lamps, and a soft darkness underfoot under clouds.

Every sphere of a body is projected from the light onto the ground, so that a shadow walks as its owner does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.pictures import Pixels
from pipeline.simulation.background import Background
from pipeline.simulation.environment import Environment, Lamp
from pipeline.simulation.figures import Figure

Floats = npt.NDArray[np.float64]
Region = tuple[int, int, int, int]

_ANGLES = np.arange(6) * np.pi / 3
_RING = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_LEAST_PART = 0.016
"""Discs smaller than this share of stature, such as eyes, throw no shadow of their own."""
_LEAST_PX, _HANDS = 4.0, 0.0185
"""Nor do those that are smaller in the picture, up to the size of hands."""
_LONGEST_CM = 900.0
_LOW_CM = 60.0
_NEAREST_CM = 60.0
_FAINT = 0.08
"""Shadows that take a smaller share of light are not drawn."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """How dark it is, 0..255, in a region [left, top, right, bottom] of the picture."""

    region: Region
    share: Pixels


def shadows(camera: Camera, environment: Environment, figures: Sequence[Figure]) -> list[Shadow]:
    """The shadows of people, one for each light that throws one."""
    if not figures:
        return []
    found: list[Shadow] = []
    spheres = np.concatenate([figure.spheres for figure in figures])
    radii = np.concatenate([figure.shape.radii for figure in figures])
    counts = np.array([len(figure.spheres) for figure in figures])
    if environment.direct >= 0.1 or not environment.lamps:
        strengths = [1.0 if environment.direct >= 0.1 else 0.75] * len(figures)
        if environment.direct > 0.3:
            sun = np.asarray(environment.sun)
            ground = spheres[:, :2] - spheres[:, 2:] * sun[:2] / sun[2]
            found += _drawn(camera, figures, _Cast(ground, radii, counts), strengths, soft=0.06)
        else:
            # Where no light has a side, a shadow is straight under what is near the ground.
            low = spheres[:, 2] < _LOW_CM
            few = np.add.reduceat(low, _firsts(counts), dtype=int)
            found += _drawn(camera, figures, _Cast(spheres[low, :2], radii[low] * 1.9, few), strengths, soft=0.5)
    if environment.lamps:
        feet = np.add.reduceat(spheres[:, :2], _firsts(counts)) / counts[:, None]
        order, shares = _strongest(environment.lamps, feet)
        heads = np.array([lamp.position for lamp in environment.lamps])
        for number in range(min(2, len(environment.lamps))):
            lamps = order[:, number]
            thrown = _from_lamps(spheres, radii, counts, heads[lamps])
            own = np.take_along_axis(shares, lamps[:, None], 1)[:, 0]
            # A second lamp's shadow is seen where it is nearly as bright as the first.
            strengths = np.where((number == 0) | (own > 0.3), 0.85 * own, 0.0).tolist()
            found += _drawn(camera, figures, thrown, strengths, soft=0.12)
    return found


def cast(rgb: Pixels, background: Background, fallen: Sequence[Shadow]) -> None:
    """Take the light that the shade takes from a picture (height, width, 3) of a background, in place."""
    for shadow in fallen:
        left, top, right, bottom = shadow.region
        region = slice(top, bottom), slice(left, right)
        taken = cv2.multiply(background.lost[region], cv2.merge([shadow.share] * 3), scale=1 / 255)
        cv2.subtract(rgb[region], taken, dst=rgb[region])
        # Where shadows of several people lie over each other, nothing is darker than the shade.
        cv2.max(rgb[region], background.shaded[region], dst=rgb[region])


@dataclass(frozen=True, slots=True)
class _Cast:
    """Spheres thrown onto the ground: places (N, 2), radii (N,), and how many of them are each person's."""

    ground: Floats
    radii: Floats
    counts: npt.NDArray[np.intp]


def _firsts(counts: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    return np.cumsum(counts) - counts


def _from_lamps(spheres: Floats, radii: Floats, counts: npt.NDArray[np.intp], lamps: Floats) -> _Cast:
    """Everybody's shadow from their own lamp, of places (people, 3)."""
    heads = np.repeat(lamps, counts, axis=0)
    stretch = heads[:, 2] / np.maximum(heads[:, 2] - spheres[:, 2], 40.0)
    away = (spheres[:, :2] - heads[:, :2]) * (stretch - 1)[:, None]
    length = np.maximum(np.hypot(away[:, 0], away[:, 1]), 1e-6)
    ground = spheres[:, :2] + away * np.minimum(1, _LONGEST_CM / length)[:, None]
    return _Cast(ground, radii * np.minimum(stretch, 3), counts)


def _strongest(lamps: Sequence[Lamp], feet: Floats) -> tuple[npt.NDArray[np.intp], Floats]:
    """Of people at (N, 2): lamps (N, lamps) by the light that they give them, and each lamp's share of it."""
    heads = np.array([lamp.position for lamp in lamps])
    strengths = np.array([lamp.strength for lamp in lamps])
    square = np.sum((feet[:, None] - heads[:, :2]) ** 2, axis=2) + heads[:, 2] ** 2
    light = strengths * heads[:, 2] ** 3 / square**1.5
    return np.argsort(-light, axis=1), light / (light.sum(axis=1, keepdims=True) + 0.1)


def _drawn(
    camera: Camera, figures: Sequence[Figure], thrown: _Cast, strengths: Sequence[float], soft: float
) -> list[Shadow]:
    if max(strengths) < _FAINT or not len(thrown.ground):
        return []
    rings = np.zeros((len(thrown.ground), len(_RING), 3))
    rings[..., :2] = thrown.ground[:, None] + thrown.radii[:, None, None] * _RING
    pixels, depths = camera.project(rings)
    nearest = depths.min(axis=1)
    found, end = [], 0
    for figure, count, share in zip(figures, thrown.counts.tolist(), strengths, strict=True):
        start, end = end, end + count
        if share < _FAINT or not count or nearest[start:end].min() < _NEAREST_CM:
            continue
        hulls = _hulls(figure) if count == len(figure.spheres) else [(0, count)]
        shadow = _one(pixels[start:end], hulls, share, soft * figure.size_px, camera.size)
        if shadow is not None:
            found.append(shadow)
    return found


def _hulls(figure: Figure) -> list[tuple[int, int]]:
    """The parts whose shadows can be told apart at the figure's size."""
    shape = figure.shape
    least = min(max(_LEAST_PART, _LEAST_PX / max(figure.size_px, 1.0)), _HANDS) * shape.stature_cm
    radii = shape.radii.tolist()
    return [(first, end) for hulls in shape.hulls for first, end in hulls if max(radii[first:end]) >= least]


def _one(
    rings: Floats, hulls: list[tuple[int, int]], share: float, blur_px: float, size: tuple[int, int]
) -> Shadow | None:
    """Somebody's shadow from the rings (discs, 6, 2) around their spheres' shadows in the picture."""
    width = int(np.clip(blur_px * 0.25, 1, 24)) * 2 + 1
    points = rings.reshape(-1, 2)
    left, top = np.maximum(points.min(axis=0).astype(int) - width, 0).tolist()
    right, bottom = np.minimum(points.max(axis=0).astype(int) + width, size).tolist()
    if right - left < 2 or bottom - top < 2 or right - left > size[0] or bottom - top > size[1]:
        return None
    mask = np.zeros((bottom - top, right - left), np.uint8)
    moved = np.round((points - (left, top)) * 16).astype(np.int32)
    ring = len(_RING)
    for first, end in hulls:
        cv2.fillConvexPoly(mask, cv2.convexHull(moved[first * ring : end * ring]), 255 * share, cv2.LINE_8, 4)
    return Shadow((left, top, right, bottom), np.asarray(cv2.blur(mask, (width, width)), np.uint8))
