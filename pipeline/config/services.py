"""What a deployment runs beside its cameras: bus, store, live pictures, limits, jobs and server."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from pipeline.config.section import Section


class BusConfig(Section):
    """Where records and events are published."""

    url: str | None = Field(
        default=None,
        description="redis://, rediss:// or unix:// of a Redis 7+ or Valkey; none starts an embedded broker.",
    )
    frames: int = Field(default=1000, ge=10, le=1_000_000, description="Frame records kept on the bus for each camera.")
    events: int = Field(default=10_000, ge=10, le=1_000_000, description="Events kept on the bus.")


class StoreConfig(Section):
    """Where what must not be lost is kept."""

    path: Path = Field(
        default=Path("~/.local/share/sightline"), description="Folder of the database, uploads and their results."
    )


class RecordingsConfig(Section):
    """What is kept of cameras that say `record`, in the store's `recordings` folder."""

    segment_s: float = Field(default=60.0, ge=5, le=3600, description="Seconds of one file.")
    days: float = Field(default=7.0, gt=0, le=3650, description="How long a file is kept.")
    gigabytes: float = Field(default=20.0, gt=0, le=1e6, description="How much all may take; the oldest go first.")


class LiveConfig(Section):
    """How live cameras are served."""

    goal: Literal["throughput", "latency"] = Field(
        default="throughput",
        description="throughput: the network works at several frames side by side and keeps up with more of them; "
        "latency: all cores at one frame, sooner while the machine has little else to do.",
    )
    max_age_ms: float = Field(
        default=250.0, gt=0, description="A live frame older than this when its turn comes is dropped."
    )
    jpeg_quality: int = Field(default=80, ge=30, le=95, description="Quality of the pictures sent to the dashboard.")


class LimitsConfig(Section):
    """What the machine can carry; more is refused with a sentence."""

    cameras: int = Field(default=32, ge=1, le=1000, description="Cameras of this deployment.")
    ring_mb: int = Field(default=512, ge=1, le=100_000, description="Megabytes that one camera's pictures may take.")


class JobsConfig(Section):
    """Uploads: each is decoded in a process of its own, with limits."""

    memory_mb: int = Field(default=3000, ge=500, le=1_000_000, description="Address space of the decoding process.")
    cpu_minutes: int = Field(default=240, ge=1, le=100_000, description="Processor time of the decoding process.")
    silence_s: float = Field(
        default=60.0, ge=5, le=3600, description="Seconds without a new frame after which a job is given up."
    )


class ServerConfig(Section):
    """The HTTP API and the dashboard."""

    enabled: bool = Field(default=True, description="Start the server with the deployment.")
    host: str = Field(
        default="127.0.0.1", description="Address to listen on; only this machine until you say otherwise."
    )
    port: int = Field(default=8501, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    upload_mb: int = Field(default=200, ge=1, le=100_000, description="Largest upload in megabytes.")
