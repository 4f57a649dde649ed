"""Zones and lines of a camera, and when somebody counts as looking at it.

A zone or a line is drawn in one of three ways: in pixels of the camera's picture, in shares of it (which outlive a
change of the stream's size), or by places on the ground, which needs a camera file.
"""

import itertools
from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator, Field, field_validator, model_validator

from pipeline.config.section import Section
from pipeline.geometry.polygons import area, crossing_edges

Point = tuple[float, float]
Drawn = Literal["pixels", "shares", "ground_cm"]
_LEAST_AREA = {"pixels": 16.0, "shares": 1e-5, "ground_cm": 400.0}
"""Of a zone, in the square of its unit: less is a slip of the hand."""


class Drawing(Section):
    """What is drawn, in one of three ways."""

    name: str = Field(
        min_length=1,
        max_length=80,
        description="What it is called in sentences, events and pictures; each name once a camera, without quotes.",
    )
    pixels: tuple[Point, ...] | None = Field(
        default=None, description="Its corners as [x, y] in pixels of the picture that the camera sends."
    )
    shares: tuple[Point, ...] | None = Field(
        default=None, description="Or its corners as shares of the picture's width and height, from 0 to 1."
    )
    ground_cm: tuple[Point, ...] | None = Field(
        default=None,
        description="Or its corners on the ground as [right, forward] in cm of the point under the camera; needs a "
        "camera file, or a simulated camera, which knows itself.",
    )

    @property
    def drawn(self) -> Drawn:
        """How it is given."""
        return "pixels" if self.pixels is not None else "shares" if self.shares is not None else "ground_cm"

    @property
    def corners(self) -> tuple[Point, ...]:
        """Its corners, however they are given."""
        return self.pixels or self.shares or self.ground_cm or ()

    @field_validator("name")
    @classmethod
    def _can_be_quoted(cls, name: str) -> str:
        if '"' in name or name != " ".join(name.split()):
            raise ValueError(f"{name!r}: leave out quotes, line breaks and needless spaces; sentences put it in quotes")
        return name

    @model_validator(mode="after")
    def _one_way(self) -> "Drawing":
        ways = [way for way in ("pixels", "shares", "ground_cm") if getattr(self, way) is not None]
        if len(ways) != 1:
            said = " and ".join(ways) or "none"
            raise ValueError(f'"{self.name}": give one of pixels, shares and ground_cm, not {said}')
        if not np.isfinite(self.corners).all():
            raise ValueError(f'"{self.name}": a corner is not a number')
        low = min((min(corner) for corner in self.corners), default=0.0)
        high = max((max(corner) for corner in self.corners), default=0.0)
        if self.drawn == "shares" and (low < 0 or high > 1):
            raise ValueError(f'"{self.name}": reaches outside of the picture; shares go from 0 to 1')
        if self.drawn == "pixels" and low < 0:
            raise ValueError(f'"{self.name}": reaches outside of the picture; pixels count from 0')
        return self


class ZoneConfig(Drawing):
    """An area that people are inside of or head for."""

    no_pass: bool = Field(
        default=False, description="Nobody is to enter it: it is drawn in red, and sentences call it a no-pass area."
    )
    within_s: float = Field(
        default=3.0, ge=0.5, le=15, description="Somebody heads for it who will probably be in it within so long."
    )
    probability: float = Field(
        default=0.6, ge=0.3, le=0.99, description="How probable that must be; more warns later and less often in vain."
    )

    @model_validator(mode="after")
    def _is_a_polygon(self) -> "ZoneConfig":
        corners = np.array(self.corners, float).reshape(-1, 2)
        if len(corners) < 3:
            raise ValueError(f'"{self.name}": has {len(corners)} corners; a zone needs three or more')
        if len(corners) > 100:
            raise ValueError(f'"{self.name}": has {len(corners)} corners; a zone may have 100')
        crossing = crossing_edges(corners)
        if crossing is not None:
            first, second = (f"{edge + 1} to {(edge + 1) % len(corners) + 1}" for edge in crossing)
            raise ValueError(
                f'"{self.name}": crosses itself, between corners {first} and {second}; '
                "give the corners in order around the zone"
            )
        if area(corners) < _LEAST_AREA[self.drawn]:
            raise ValueError(f'"{self.name}": encloses next to nothing; give corners that are farther apart')
        return self


class LineConfig(Drawing):
    """A line that people cross; its left side is left of somebody who walks along it, first point to last."""

    @model_validator(mode="after")
    def _is_a_line(self) -> "LineConfig":
        if len(self.corners) < 2:
            raise ValueError(f'"{self.name}": has {len(self.corners)} ends; a line needs two points or more')
        if len(self.corners) > 100:
            raise ValueError(f'"{self.name}": has {len(self.corners)} points; a line may have 100')
        if any(first == second for first, second in itertools.pairwise(self.corners)):
            raise ValueError(f'"{self.name}": two points that follow each other are the same; leave one out')
        return self


class LooksConfig(Section):
    """When somebody counts as looking at the camera."""

    angle_deg: float = Field(
        default=20.0, ge=5, le=60, description="Facing the camera to within this angle is looking at it."
    )
    seconds: float = Field(default=1.0, ge=0, le=60, description="For so long, before it is said.")


def _named_once(drawings: tuple[Drawing, ...]) -> tuple[Drawing, ...]:
    seen: dict[str, int] = {}
    for number, drawing in enumerate(drawings):
        if drawing.name.casefold() in seen:
            first = seen[drawing.name.casefold()]
            raise ValueError(
                f'"{drawing.name}": numbers {first + 1} and {number + 1} have this name; give each its own'
            )
        seen[drawing.name.casefold()] = number
    return drawings


Zones = Annotated[tuple[ZoneConfig, ...], AfterValidator(_named_once)]
Lines = Annotated[tuple[LineConfig, ...], AfterValidator(_named_once)]
