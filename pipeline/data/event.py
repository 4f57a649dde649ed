"""Events: what happened, each step of it a revision."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import with_config

from pipeline.data.wire import WIRE


class EventState(StrEnum):
    START = "start"
    UPDATE = "update"
    END = "end"


@with_config(WIRE)
@dataclass(frozen=True, slots=True)
class Event:
    """One revision of something that happened. Everything downstream is idempotent by (id, revision).

    It has ended when `ended_at` is set; an update may follow, which says where the clip is. `snapshot` and `clip` are
    files below the store's folder, which the API gives as events/ID/snapshot and events/ID/clip.
    """

    id: str
    revision: int
    state: EventState
    camera: str
    rule: str
    kind: str
    severity: Literal["info", "alert", "critical"]
    started_at: str
    run: str
    sentence: str
    ended_at: str | None = None
    tracks: tuple[int, ...] = ()
    frame: int | None = None
    """The one at which this revision was told; it began at `started_at`."""
    snapshot: str | None = None
    clip: str | None = None
    zone: str | None = None
    """The zone or line that it is about."""
    direction: Literal["to_left", "to_right"] | None = None
    """Of a line that was crossed: to which side, seen from its first to its last point."""
    count: int | None = None
    """How many people it is about, or who have crossed the line in that direction."""
    schema: Literal["sightline.event/1"] = "sightline.event/1"
