"""Asks for what shows an event while it still can be had: the picture, the clip, and what was observed."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.capture.link import ClipEnd, ClipWanted
from pipeline.config.evidence import EvidenceConfig
from pipeline.data import Event
from pipeline.event_writer import EventWriter
from pipeline.media.convert import to_bgr
from pipeline.pictures import Picture
from pipeline.store.evidence import path_of

Tell = Callable[[str, ClipWanted | ClipEnd], bool]


@dataclass(slots=True)
class _Watched:
    """An event that observations are kept of, from `begin` to `end` on the monotonic clock."""

    event: Event
    begin: float
    end: float
    over: bool = False


@dataclass(slots=True)
class _Camera:
    records: deque[tuple[float, bytes]] = field(default_factory=deque)
    watched: dict[str, _Watched] = field(default_factory=dict)


class Witness:
    """Where a worker's events go; called on its main thread, and waits for nothing.

    Args:
        settings: what is kept of which events.
        writer: what commits events.
        root: the store's folder.
        tell: says something to the process that reads a camera (`Intake.tell`).
    """

    def __init__(self, settings: EvidenceConfig, writer: EventWriter, root: Path, tell: Tell) -> None:
        self._settings = settings
        self._writer = writer
        self._root = root
        self._tell = tell
        self._cameras: dict[str, _Camera] = {}

    def happened(self, event: Event, picture: Picture | None = None) -> None:
        """A revision of an event. With the first comes the picture of its frame, which is not needed any more later.

        An event without a picture, as a camera's state is, gets no snapshot and no clip.
        """
        bgr = None
        if event.revision == 0 and picture is not None:
            if event.severity in self._settings.snapshots:
                bgr = to_bgr(picture)
            if event.severity in self._settings.clips:
                self._begin(event)
        self._writer.accept(event, bgr)
        if event.ended_at is not None:
            self._end(event)

    def record(self, camera: str, captured: float, record: bytes) -> None:
        """A frame record (JSON), captured at that time of the monotonic clock."""
        known = self._cameras.setdefault(camera, _Camera())
        known.records.append((captured, record))
        needed = captured - self._settings.ring_s
        for watched in known.watched.values():
            needed = min(needed, max(watched.begin, captured - self._settings.most_s - self._settings.ring_s))
        while known.records[0][0] < needed:
            known.records.popleft()

    def removed(self, camera: str) -> None:
        """A camera is gone: what was observed of events that still go on is handed over as it is."""
        known = self._cameras.pop(camera, _Camera())
        for watched in known.watched.values():
            self._hand_over(known, watched)

    def idle(self, now: float) -> None:
        """Hand over the observations of events that are over; `now` on the monotonic clock."""
        for camera in self._cameras.values():
            for watched in list(camera.watched.values()):
                if now > watched.end:
                    self._hand_over(camera, watched)
                    del camera.watched[watched.event.id]

    def _hand_over(self, camera: _Camera, watched: _Watched) -> None:
        records = [text for at, text in camera.records if watched.begin <= at <= watched.end]
        self._writer.observations(watched.event, records)

    def _begin(self, event: Event) -> None:
        settings = self._settings
        begin = _monotonic(event.started_at) - settings.before_s
        camera = self._cameras.setdefault(event.camera, _Camera())
        camera.watched[event.id] = _Watched(event, begin, begin + settings.most_s)
        path = str(self._root / path_of(event, "clip"))
        self._tell(event.camera, ClipWanted(event.id, path, begin, settings.most_s))

    def _end(self, event: Event) -> None:
        camera = self._cameras.get(event.camera)
        watched = None if camera is None else camera.watched.get(event.id)
        if watched is not None and not watched.over:
            watched.over = True
            watched.end = min(watched.end, time.monotonic() + self._settings.after_s)
            self._tell(event.camera, ClipEnd(event.id, watched.end))


def _monotonic(stamp: str) -> float:
    """A moment of the wall clock on the monotonic one."""
    return time.monotonic() - (time.time() - datetime.fromisoformat(stamp).timestamp())
