"""The record of a frame."""

from dataclasses import dataclass
from typing import Literal

from pydantic import with_config

from pipeline.data.cricket import Ball, Crease, Shot, Stumps
from pipeline.data.person import Person
from pipeline.data.wire import WIRE


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class FrameRecord:
    """Everything that was seen in one frame, and what each stage of it took."""

    run: str
    camera: str
    frame: int
    pts_ms: float
    captured_at: str
    size: tuple[int, int]
    stages_ms: dict[str, float]
    people: tuple[Person, ...] = ()
    ball: Ball | None = None
    creases: tuple[Crease, ...] = ()
    stumps: tuple[Stumps, ...] = ()
    truth: bool = False
    shot: Shot | None = None
    schema: Literal["sightline.frame/1"] = "sightline.frame/1"
