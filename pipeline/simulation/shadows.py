"""The shadows of people on the ground: sharp in the sun, long from lamps, and a soft darkness underfoot under clouds.

Every sphere of a body is projected from the light onto the ground, so that a shadow walks as its owner does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Pixels
from pipeline.geometry.camera import Camera
from pipeline.simulation.environment import Environment, Lamp
from pipeline.simulation.figures import Figure

Floats = npt.NDArray[np.float64]
Region = tuple[int, int, int, int]

_ANGLES = np.arange(6) * np.pi / 3
_RING = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_LEAST_PART = 0.016
"""Discs smaller than this share of stature, such as eyes, throw no shadow of their own."""
_LONGEST_CM = 900.0
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
    strength = 1.0 if environment.direct >= 0.1 else 0.75
    if environment.direct >= 0.1 or not environment.lamps:
        casts = [_from_sun(figure, environment) for figure in figures]
        found += _drawn(camera, figures, casts, strength, soft=0.06 if environment.direct > 0.3 else 0.5)
    for number in range(min(2, len(environment.lamps))):
        lamps = [_strongest(environment.lamps, figure)[number] for figure in figures]
        casts = [_from_lamp(figure, lamp) for figure, (lamp, _) in zip(figures, lamps, strict=True)]
        # A second lamp's shadow is seen where it is nearly as bright as the first.
        shares = [0.85 * share if number == 0 or share > 0.3 else 0.0 for _, share in lamps]
        found += _drawn(camera, figures, casts, shares, soft=0.12)
    return found


def cast(rgb: Pixels, shaded: Pixels, fallen: Sequence[Shadow]) -> None:
    """Darken a picture (height, width, 3) towards its shaded self, in place."""
    for shadow in fallen:
        left, top, right, bottom = shadow.region
        region = rgb[top:bottom, left:right]
        share = shadow.share
        cv2.blendLinear(
            shaded[top:bottom, left:right],
            region,
            share.astype(np.float32),
            (255 - share).astype(np.float32),
            dst=region,
        )


def _from_sun(figure: Figure, environment: Environment) -> tuple[Floats, Floats]:
    """Places on the ground (N, 2) and radii (N,) of a body's spheres; straight under it where no light has a side."""
    sun = np.asarray(environment.sun if environment.direct > 0.3 else (0.0, 0.0, 1.0))
    spheres, radii = figure.spheres, figure.shape.radii
    if environment.direct <= 0.3:
        low = spheres[:, 2] < 60
        return spheres[low, :2], radii[low] * 1.9
    return spheres[:, :2] - spheres[:, 2:] * sun[:2] / sun[2], radii


def _from_lamp(figure: Figure, lamp: Lamp) -> tuple[Floats, Floats]:
    head = np.asarray(lamp.position)
    spheres = figure.spheres
    stretch = head[2] / np.maximum(head[2] - spheres[:, 2], 40.0)
    ground = head[:2] + (spheres[:, :2] - head[:2]) * stretch[:, None]
    away = ground - spheres[:, :2]
    length = np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-6)
    return spheres[:, :2] + away * np.minimum(1, _LONGEST_CM / length), figure.shape.radii * np.minimum(stretch, 3)


def _strongest(lamps: Sequence[Lamp], figure: Figure) -> list[tuple[Lamp, float]]:
    """Lamps by the light that they give somebody, each with its share of it."""
    foot = figure.spheres[:, :2].mean(axis=0)
    light = np.array([
        lamp.strength * lamp.position[2] ** 3 / (np.sum((foot - lamp.position[:2]) ** 2) + lamp.position[2] ** 2) ** 1.5
        for lamp in lamps
    ])  # fmt: skip
    shares = light / (light.sum() + 0.1)
    return [(lamps[index], float(shares[index])) for index in np.argsort(-light)]


def _drawn(
    camera: Camera,
    figures: Sequence[Figure],
    casts: Sequence[tuple[Floats, Floats]],
    strength: float | Sequence[float],
    soft: float,
) -> list[Shadow]:
    strengths = [strength] * len(figures) if isinstance(strength, int | float) else list(strength)
    if max(strengths) < _FAINT:
        return []
    rings = [ground[:, None] + radii[:, None, None] * _RING for ground, radii in casts]
    flat = np.concatenate([ring.reshape(-1, 2) for ring in rings])
    pixels, depths = camera.project(np.column_stack([flat, np.zeros(len(flat))]))
    found, start = [], 0
    for figure, (ground, _), share in zip(figures, casts, strengths, strict=True):
        end = start + len(ground) * len(_RING)
        own, depth = pixels[start:end].astype(np.float32), depths[start:end]
        start = end
        if share < _FAINT or not len(own) or (depth < 60).any():
            continue
        whole = len(ground) == len(figure.spheres)
        hulls = _hulls(figure) if whole else [(0, len(ground))]
        shadow = _one(own, hulls, share, soft * figure.size_px, camera.size)
        if shadow is not None:
            found.append(shadow)
    return found


def _hulls(figure: Figure) -> list[tuple[int, int]]:
    shape = figure.shape
    least = _LEAST_PART * shape.stature_cm
    return [hull for hulls in shape.hulls for hull in hulls if shape.radii[hull[0] : hull[1]].max() >= least]


def _one(
    points: npt.NDArray[np.float32], hulls: list[tuple[int, int]], share: float, blur_px: float, size: tuple[int, int]
) -> Shadow | None:
    width = int(np.clip(blur_px * 0.25, 1, 24)) * 2 + 1
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
