"""People's parts as arrays, made once and placed anew at every moment.

What somebody has on over their body, such as a cricketer's pads, are more parts, and may have joints of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.simulation.bags import bag_of
from pipeline.simulation.bodies import Body
from pipeline.simulation.heads import head_of
from pipeline.simulation.limbs import limbs_of
from pipeline.simulation.outfits import Colour
from pipeline.simulation.parts import Disc, Part
from pipeline.simulation.skeleton import JOINT

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shape:
    """Somebody's parts as arrays: for all discs the joints that they lie between, the share of the way from the first
    to the second, how far they hang below and their radii (both in cm); `firsts` are each part's first."""

    joints: npt.NDArray[np.intp]
    others: npt.NDArray[np.intp]
    shares: Floats
    drops: Floats
    radii: Floats
    firsts: npt.NDArray[np.intp]
    nearer: Floats
    hulls: tuple[tuple[tuple[int, int], ...], ...]
    """For each part its hulls, as ranges of discs."""
    colours: tuple[Colour, ...]
    stature_cm: float
    arms: tuple[int, ...]
    """The parts with forearms and hands."""
    legs: tuple[int, ...]
    trunk: int
    """The part with the chest."""


def shape_of(body: Body, gear: Sequence[Part] = (), joints: Mapping[str, int] = JOINT) -> Shape:
    """Somebody's parts.

    Args:
        body: whose.
        gear: what they have on besides.
        joints: where each joint is found, those of the gear too.
    """
    parts = [*_parts(body), *gear]
    discs: list[Disc] = []
    firsts, hulls = [], []
    for part in parts:
        firsts.append(len(discs))
        ranges = []
        for hull in part.hulls:
            ranges.append((len(discs), len(discs) + len(hull)))
            discs.extend(hull)
        hulls.append(tuple(ranges))
    stature = body.stature_cm
    return Shape(
        joints=np.array([joints[disc.joint] for disc in discs]),
        others=np.array([joints[disc.to or disc.joint] for disc in discs]),
        shares=np.array([disc.share for disc in discs]),
        drops=np.array([disc.drop for disc in discs]) * stature,
        radii=np.array([disc.radius for disc in discs]) * stature,
        firsts=np.array(firsts),
        nearer=np.array([part.nearer for part in parts]) * stature,
        hulls=tuple(hulls),
        colours=tuple(part.colour for part in parts),
        stature_cm=stature,
        arms=tuple(number for number, part in enumerate(parts) if _has(part, "wrist")),
        legs=tuple(number for number, part in enumerate(parts) if part.nearer < 0 and not _has(part, "yoke")),
        trunk=next(number for number, part in enumerate(parts) if _has(part, "chest")),
    )


def _parts(body: Body) -> Iterator[Part]:
    yield from limbs_of(body)
    yield from head_of(body)
    yield from bag_of(body.outfit)


def _has(part: Part, joint: str) -> bool:
    return any(disc.joint.endswith(joint) for hull in part.hulls for disc in hull)
