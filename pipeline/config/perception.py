"""The network, and how what it finds becomes tracks."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.config.section import Section

TileCount = Annotated[int, Field(ge=1, le=8)]


class ModelConfig(Section):
    """The network that finds people, and what runs it."""

    name: str = Field(default="movenet-multipose", description="A name of the model catalogue (sightline models list).")
    input: tuple[int, int] | None = Field(
        default=None, description="Width and height of one pass in pixels; none is what the network does best at."
    )
    tiles: tuple[TileCount, TileCount] | None = Field(
        default=None,
        description="Columns and rows of overlapping tiles; [1, 1] is the whole picture at once, none is as many as "
        "the network needs for a picture of that shape.",
    )
    overview: bool = Field(
        default=True, description="With tiles: also a small pass over the whole picture, for people who fill it."
    )
    look_again: int = Field(
        default=3,
        ge=0,
        le=8,
        description="The most nearer looks at a picture, where people are expected whom the network has not found at "
        "first; 0 is none. Only networks with small passes have them (movenet-multipose), and live frames only "
        "while the network keeps up.",
    )
    engine: str = Field(
        default="auto",
        description="What runs the network: openvino, onnxruntime, torch or tensorrt; auto takes the fastest that "
        "reads its file here (sightline doctor says which, and why).",
    )
    precision: Literal["auto", "f32", "f16", "bf16"] = Field(
        default="auto", description="Arithmetic; auto is the engine's choice."
    )
    batch: int | None = Field(
        default=None,
        ge=1,
        le=32,
        description="The most pictures that torch and tensorrt look at together; none is what the GPU can within the "
        "age that live frames may have.",
    )
    min_score: float = Field(default=0.1, gt=0, lt=1, description="Detections below this score are not looked at.")


class TrackingConfig(Section):
    """How detections become tracks."""

    algorithm: Literal["bytetrack", "ocsort", "botsort"] = Field(default="bytetrack", description="The tracker.")
    appearance: Literal["clothing", "reid"] = Field(
        default="clothing",
        description="What tells people apart who cross, with bytetrack: the colours that they wear, or a network "
        "(osnet-x0-25), which takes its time for each person.",
    )
    look_for: int = Field(
        default=0,
        ge=0,
        le=20,
        description="The most people a frame who are followed, whom the network has not found, and who are looked for "
        "one by one where they are expected, by a small network that knows who else was found there; 0 is none. It "
        "finds more people of simulated crowds, and on real CCTV it mixes people up (docs/accuracy.md): try it on your "
        "own footage before you rely on it.",
    )
    lost_s: float = Field(default=2.0, gt=0, le=60, description="Seconds that a track survives without a detection.")
