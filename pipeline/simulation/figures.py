"""People as a camera sees them: discs in the picture, and their parts in the order of their depth.

Parts of a body are ordered by their distance over the ground, not by depth: seen from above, depth grows downwards, and
hair that falls down a back would come out in front of a chest.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.data import Box
from pipeline.geometry.camera import Camera
from pipeline.simulation.shapes import Shape
from pipeline.simulation.skeleton import JOINT

Floats = npt.NDArray[np.float64]


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
    spheres: Floats
    """The discs' centres in the world (N, 3) in cm."""
    size_px: float
    """How large a stature is in the picture."""


def figures_of(shapes: list[Shape], joints: Floats, camera: Camera) -> list[Figure]:
    """People with these joints (people, joints, 3), as the camera sees them."""
    counts = np.array([len(shape.radii) for shape in shapes])
    ends = np.cumsum(counts)
    firsts = ends - counts
    spheres = np.concatenate([_spheres(*person) for person in zip(shapes, joints, strict=True)])
    centres, depths = camera.project(spheres)
    scales = camera.fx / np.maximum(depths, 30.0)
    radii = np.concatenate([shape.radii for shape in shapes]) * scales
    low = np.minimum.reduceat(centres - radii[:, None], firsts)
    high = np.maximum.reduceat(centres + radii[:, None], firsts)
    sizes = np.array([shape.stature_cm for shape in shapes]) * np.add.reduceat(scales, firsts) / counts
    middles = camera.to_camera(joints[:, :17].mean(axis=1))[:, 2].tolist()
    keypoints, _ = camera.project(joints[:, :17])
    orders = _orders(shapes, spheres, firsts, counts, _uprights(joints))
    boxes = [(left, top, right, bottom) for left, top, right, bottom in np.hstack([low, high]).tolist()]
    return [
        Figure(
            shape, orders[n], centres[start:end], radii[start:end], boxes[n], middles[n], keypoints[n],
            spheres[start:end], float(sizes[n]),
        )
        for n, (shape, start, end) in enumerate(zip(shapes, firsts.tolist(), ends.tolist(), strict=True))
    ]  # fmt: skip


def arms_of(figure: Figure) -> Figure:
    """Only the arms that are seen before the trunk, to be drawn again over what they lie on."""
    before = figure.order[figure.order.index(figure.shape.trunk) + 1 :]
    return _only(figure, [part for part in before if part in figure.shape.arms])


def upper_of(figure: Figure) -> Figure:
    """Only what is above the legs, to be drawn again over what the legs are under."""
    return _only(figure, [part for part in figure.order if part not in figure.shape.legs])


def _only(figure: Figure, kept: list[int]) -> Figure:
    hulls = tuple(hulls if part in kept else () for part, hulls in enumerate(figure.shape.hulls))
    return replace(figure, shape=replace(figure.shape, hulls=hulls), order=kept)


def _spheres(shape: Shape, joints: Floats) -> Floats:
    """Where the discs are in the world, (discs, 3)."""
    first = joints[shape.joints]
    points = first + shape.shares[:, None] * (joints[shape.others] - first)
    points[:, 2] -= shape.drops
    return points


def _uprights(joints: Floats) -> Floats:
    """How upright trunks are: 1 for somebody who stands, 0 for somebody who lies."""
    trunk = joints[:, JOINT["neck"]] - joints[:, [JOINT["left_hip"], JOINT["right_hip"]]].mean(axis=1)
    return np.abs(trunk[:, 2]) / np.maximum(np.linalg.norm(trunk, axis=1), 1e-6)


def _orders(
    shapes: list[Shape], spheres: Floats, firsts: npt.NDArray[np.intp], counts: npt.NDArray[np.intp], uprights: Floats
) -> list[list[int]]:
    """Everybody's parts, the farthest first; `firsts` and `counts` say which of the spheres are whose."""
    # Of somebody who lies, what is higher is nearer to a camera above.
    ranges = np.sqrt((spheres[:, :2] ** 2).sum(axis=1)) - np.repeat(1 - uprights, counts) * spheres[:, 2]
    parts = np.concatenate([shape.firsts + first for shape, first in zip(shapes, firsts, strict=True)])
    means = np.add.reduceat(ranges, parts) / np.diff(parts, append=len(spheres))
    found, end = [], 0
    for shape, upright in zip(shapes, uprights.tolist(), strict=True):
        start, end = end, end + len(shape.firsts)
        found.append(np.argsort(shape.nearer * upright - means[start:end], kind="stable").tolist())
    return found
