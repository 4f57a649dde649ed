"""What people look like: hulls of discs between joints, in the order of their depth.

A disc in the picture is a sphere in the street, so that a few spheres a limb give the right outline from every side.
Parts of a body are ordered by their distance over the ground, not by depth: seen from above, depth grows downwards, and
hair that falls down a back would come out in front of a chest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.data import Box
from pipeline.geometry.camera import Camera
from pipeline.simulation.bodies import JOINT, Body

Floats = npt.NDArray[np.float64]
Colour = tuple[int, int, int]
Disc = tuple[str, float]
"""A joint's name and a radius as a share of stature."""
_UNDER = -0.11
"""Legs count as farther than they are, so that a shirt hangs over a thigh that swings forward."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Hulls of discs of one colour, shaded as one body."""

    hulls: tuple[tuple[Disc, ...], ...]
    colour: Colour
    nearer: float = 0.0
    """How much nearer to the camera it counts than its discs' middle, as a share of stature."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Somebody's parts as arrays, made once: `joints`, `radii` (cm) and `firsts` of each part for all discs."""

    joints: npt.NDArray[np.intp]
    radii: Floats
    firsts: npt.NDArray[np.intp]
    nearer: Floats
    hulls: tuple[tuple[tuple[int, int], ...], ...]
    """For each part its hulls, as ranges of discs."""
    colours: tuple[Colour, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """Somebody as the camera sees them: discs as centres (N, 2) and radii (N,) in pixels."""

    shape: Shape
    order: list[int]
    """The parts, the farthest first."""
    centres: Floats
    radii: Floats
    box: Box
    """Around the whole figure, also what is hidden or out of the picture."""
    depth: float
    keypoints: Floats
    """COCO's (17, 2) in pixels."""


def shape_of(body: Body) -> Shape:
    """Somebody's parts."""
    parts = list(_parts(body))
    discs: list[Disc] = []
    firsts, hulls = [], []
    for part in parts:
        firsts.append(len(discs))
        ranges = []
        for hull in part.hulls:
            ranges.append((len(discs), len(discs) + len(hull)))
            discs.extend(hull)
        hulls.append(tuple(ranges))
    return Shape(
        joints=np.array([JOINT[name] for name, _ in discs]),
        radii=np.array([radius for _, radius in discs]) * body.stature_cm,
        firsts=np.array(firsts),
        nearer=np.array([part.nearer for part in parts]) * body.stature_cm,
        hulls=tuple(hulls),
        colours=tuple(part.colour for part in parts),
    )


def figures_of(shapes: list[Shape], joints: Floats, camera: Camera) -> list[Figure]:
    """People with these joints (people, joints, 3), as the camera sees them."""
    pixels, depths = camera.project(joints)
    scales = camera.fx / np.maximum(depths, 30.0)
    ranges = np.linalg.norm(joints[..., :2], axis=-1)
    return [_figure(*person) for person in zip(shapes, pixels, depths, scales, ranges, strict=True)]


def _figure(shape: Shape, pixels: Floats, depths: Floats, scales: Floats, ranges: Floats) -> Figure:
    centres, radii = pixels[shape.joints], shape.radii * scales[shape.joints]
    sizes = np.diff(shape.firsts, append=len(shape.joints))
    part_ranges = np.add.reduceat(ranges[shape.joints], shape.firsts) / sizes - shape.nearer
    low, high = (centres - radii[:, None]).min(axis=0), (centres + radii[:, None]).max(axis=0)
    return Figure(
        shape,
        np.argsort(-part_ranges, kind="stable").tolist(),
        centres,
        radii,
        (float(low[0]), float(low[1]), float(high[0]), float(high[1])),
        float(depths[:17].mean()),
        pixels[:17],
    )


def _parts(body: Body) -> Iterator[_Part]:
    g = body.girth
    for side in ("left", "right"):
        hip, knee, ankle = (f"{side}_{name}" for name in ("hip", "knee", "ankle"))
        shoulder, elbow, wrist = (f"{side}_{name}" for name in ("shoulder", "elbow", "wrist"))
        thigh = ((hip, 0.050 * g), (knee, 0.033 * g))
        shank = ((knee, 0.033 * g), (ankle, 0.024))
        yield _Part((thigh, shank), body.legs, nearer=_UNDER)
        yield _Part((((f"{side}_heel", 0.018), (ankle, 0.020), (f"{side}_toe", 0.014)),), body.shoes, nearer=_UNDER)
        upper = ((shoulder, 0.027 * g), (elbow, 0.023 * g))
        lower = ((elbow, 0.022 * g), (wrist, 0.017))
        if body.long_sleeves:
            yield _Part((upper, lower), body.top)
        else:
            yield _Part((upper,), body.top, nearer=0.002)
            yield _Part((lower,), body.skin)
        yield _Part((((wrist, 0.014), (f"{side}_hand", 0.018)),), body.skin)
    yield from _trunk(body)
    yield from _head(body)


def _trunk(body: Body) -> Iterator[_Part]:
    g = body.girth
    narrow = 0.047 if body.sex == "female" else 0.053

    def both(name: str, radius: float) -> tuple[Disc, Disc]:
        return (f"left_{name}", radius), (f"right_{name}", radius)

    collar: Disc = ("neck", 0.026)
    shoulders, yoke = both("shoulder", 0.024 * g), both("yoke", 0.036 * g)
    chest, waist, hips = both("chest", 0.058 * g), both("waist", narrow * g), both("hip", 0.050 * g)
    yield _Part(((*shoulders, *yoke, collar), (*yoke, *chest), (*chest, *waist), (*waist, *hips)), body.top)
    yield _Part((both("hip", 0.051 * g),), body.legs, nearer=_UNDER)


def _head(body: Body) -> Iterator[_Part]:
    """Hair lies behind and above the face: the depths say which of them is seen, and how much."""
    yield _Part(((("neck", 0.029), ("throat", 0.024)),), body.skin)
    yield _Part(((("brow", 0.041), ("chin", 0.026)),), body.skin)
    yield _Part(((("crown", 0.046), ("nape", 0.041)),), body.hair)
    if body.long_hair:
        yield _Part(((("nape", 0.043), ("hair_end", 0.036)),), body.hair)
    red, green, blue = body.skin
    yield _Part(((("nose", 0.009),),), (red, green, blue))
    yield _Part(((("mouth", 0.008),),), (int(0.75 * red), int(0.55 * green), int(0.55 * blue)))
    for side in ("left", "right"):
        yield _Part((((f"{side}_eye", 0.006),),), (int(0.4 * red), int(0.35 * green), int(0.35 * blue)))
        yield _Part((((f"{side}_ear", 0.012),),), body.skin)
