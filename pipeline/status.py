"""How cameras and the worker are doing, as it goes over the wire."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pydantic import with_config

from pipeline.data import WIRE, MarkedLine, MarkedZone


class CameraState(StrEnum):
    CONNECTING = "connecting"
    LIVE = "live"
    STALLED = "stalled"
    RECONNECTING = "reconnecting"
    FAILED = "failed"
    ENDED = "ended"
    STOPPED = "stopped"


AT_REST = (CameraState.FAILED, CameraState.ENDED, CameraState.STOPPED)
"""A camera in these states brings no more frames by itself."""


class Failure(StrEnum):
    """The class of what last went wrong with a camera."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNAUTHORISED = "unauthorised"
    NOT_FOUND = "not_found"
    TIMED_OUT = "timed_out"
    NOT_VIDEO = "not_video"
    DECODER = "decoder"
    ENDED = "ended"


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class StreamFigures:
    """What a source has sent lately. `clock_offset_ms` is the camera's clock less this machine's, null if unknown."""

    codec: str
    decoder: str
    """What decodes it, and why it is not what was asked for."""
    fps: float
    kbps: float
    gop: int | None = None
    """Frames from one keyframe to the next; null before the second one."""
    clock_offset_ms: float | None = None


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Recorded:
    """Whether a camera's stream is being kept at the moment, and why not."""

    going: bool
    detail: str = ""


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Percentiles:
    """A stage's time over the last frames, in milliseconds."""

    p50: float
    p95: float
    p99: float


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class CameraStatus:
    """What a camera is doing now. `drops` counts frames that were not analysed, by cause."""

    camera: str
    state: CameraState
    source: str
    """The source's URL without credentials, or the file's name."""
    since: str
    told_at: str
    """When this was said: once a second while the worker is well."""
    detail: str = ""
    failure: Failure | None = None
    """What last went wrong; null if nothing has."""
    tries: int = 0
    """Attempts since it was last live."""
    size: tuple[int, int] | None = None
    stream: StreamFigures | None = None
    recording: Recorded | None = None
    """Null where its stream is not to be kept."""
    age_ms: float | None = None
    """How old the last frame was when this was said."""
    fps: float = 0.0
    frames: int = 0
    drops: dict[str, int] = field(default_factory=dict)
    latency_ms: dict[str, Percentiles] = field(default_factory=dict)
    encoded: int = 0
    """Live pictures encoded so far: one a frame however many people watch, none while nobody does."""
    zones: tuple[MarkedZone, ...] = ()
    """As they lie in its pictures now."""
    lines: tuple[MarkedLine, ...] = ()
    marks_fault: str = ""
    """Why its zones and lines are not used, empty where they are."""
    schema: Literal["sightline.camera/1"] = "sightline.camera/1"


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class SystemStatus:
    """What the worker runs on."""

    run: str
    engine: str
    device: str
    """"CPU" or "GPU (name)"."""
    model: str
    input_size: tuple[int, int]
    """Width and height of one pass of the network, in pixels; a frame may need several."""
    notes: tuple[str, ...] = ()
    """What was asked for and cannot be had here."""
    schema: Literal["sightline.system/1"] = "sightline.system/1"
