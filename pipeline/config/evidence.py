"""What is kept beside an event, so that a person can see what happened; and for how long."""

from typing import Literal

from pydantic import Field

from pipeline.config.camera import CameraName
from pipeline.config.section import Section

Severity = Literal["info", "alert", "critical"]


class EvidenceConfig(Section):
    """Snapshots, clips and observations of events."""

    snapshots: tuple[Severity, ...] = Field(
        default=("info", "alert", "critical"),
        description="Severities of events that get the picture of their frame; a no-ball, that of its foot.",
    )
    clips: tuple[Severity, ...] = Field(
        default=("alert", "critical"), description="Severities of events that get a clip and their observations."
    )
    before_s: float = Field(default=5.0, ge=0, le=60, description="Seconds of a clip before the event began.")
    after_s: float = Field(default=5.0, ge=0, le=60, description="Seconds of a clip after it ended.")
    most_s: float = Field(default=60.0, ge=5, le=600, description="The longest clip; a longer event's is cut off.")
    ring_s: float = Field(
        default=20.0, ge=5, le=300, description="Seconds of every camera's stream that are held for clips to come."
    )
    ring_mb: int = Field(default=32, ge=1, le=10_000, description="The most memory that they may take, per camera.")


class DaysConfig(Section):
    """Days that events and what belongs to them are kept, by severity."""

    info: float = Field(default=7.0, gt=0, le=3650, description="Days that info events are kept.")
    alert: float = Field(default=30.0, gt=0, le=3650, description="Days that alerts are kept.")
    critical: float = Field(default=90.0, gt=0, le=3650, description="Days that critical events are kept.")


class CameraRetentionConfig(Section):
    """How long one camera's events are kept."""

    days: DaysConfig | None = Field(default=None, description="Instead of the deployment's.")
    gigabytes: float | None = Field(
        default=None, gt=0, le=1e6, description="How much the snapshots and clips of this camera may take."
    )


class RetentionConfig(Section):
    """How long events are kept, and how much their snapshots and clips may take."""

    days: DaysConfig = Field(
        default_factory=DaysConfig, description="`info`, `alert` and `critical`: days that such events are kept."
    )
    gigabytes: float = Field(
        default=10.0,
        gt=0,
        le=1e6,
        description="How much all snapshots and clips may take; those of the least severe events go first, the oldest "
        "of them first.",
    )
    deliveries_days: float = Field(default=365.0, gt=0, le=3650, description="Days that cricket deliveries are kept.")
    audit_days: float = Field(default=365.0, gt=0, le=3650, description="Days that audit entries are kept.")
    cameras: dict[CameraName, CameraRetentionConfig] = Field(
        default_factory=dict, description="By camera, where one differs: `days` and `gigabytes` of its own."
    )
