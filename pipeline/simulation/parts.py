"""What people are built of: parts of one colour, each of hulls of discs between joints.

A disc in the picture is a sphere in the street, so that a few spheres a limb give the right outline from every side.
"""

from dataclasses import dataclass

from pipeline.simulation.details import Colour


@dataclass(frozen=True, slots=True)
class Disc:
    """A sphere at a joint, or on the way to another one; sizes are shares of stature."""

    joint: str
    radius: float
    to: str | None = None
    share: float = 0.0
    """Of the way to the other joint; beyond 1 for past it."""
    drop: float = 0.0
    """How far it hangs below."""


@dataclass(frozen=True, slots=True)
class Part:
    """Hulls of discs of one colour, shaded as one body."""

    hulls: tuple[tuple[Disc, ...], ...]
    colour: Colour
    nearer: float = 0.0
    """How much nearer to the camera it counts than its discs' middle, as a share of stature."""


def toned(colour: Colour, red: float, others: float) -> Colour:
    """A colour with these shares of its red and of the other two, 255 at most."""
    return min(int(red * colour[0]), 255), min(int(others * colour[1]), 255), min(int(others * colour[2]), 255)
