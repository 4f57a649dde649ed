"""What is marked in a camera's picture, and what a simulated scene is."""

from dataclasses import dataclass
from typing import Literal

from pydantic import with_config

from pipeline.data.wire import WIRE


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class MarkedZone:
    """A zone, as a polygon in the picture and by its corners on the ground."""

    name: str
    polygon: tuple[tuple[float, float], ...]
    """In pixels."""
    ground_cm: tuple[tuple[float, float], ...]
    """None where it is known only in the picture."""
    no_pass: bool = False


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line, in the picture and by its ends on the ground."""

    name: str
    line: tuple[tuple[float, float], ...]
    """In pixels."""
    ground_cm: tuple[tuple[float, float], ...]
    """None where it is known only in the picture."""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class SceneRecord:
    """Truth only: what a simulated scene is, and the zones and lines that its events speak of."""

    run: str
    camera: str
    scene: str
    seed: int
    level: str
    story: str
    zones: tuple[MarkedZone, ...] = ()
    lines: tuple[MarkedLine, ...] = ()
    kinds: tuple[str, ...] = ()
    """Of the events that its truth tells whenever they happen."""
    truth: Literal[True] = True
    schema: Literal["sightline.scene/1"] = "sightline.scene/1"
