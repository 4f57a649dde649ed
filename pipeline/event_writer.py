"""Commits what happened, on a thread of its own: neither a slow disk nor a full one holds up the pictures.

Events wait here, in their order, until the store has taken them; only then are they accepted. A snapshot is written
before its event, so that whoever hears of the event can look at it; where it cannot be written, the event goes without.
"""

import gzip
import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
from sqlalchemy.exc import OperationalError

from pipeline.capture.link import ClipMade
from pipeline.clock import utc_now
from pipeline.config.evidence import RetentionConfig
from pipeline.data import Delivery, Event
from pipeline.pictures import Pixels
from pipeline.store.attaching import attach_clip, end_open
from pipeline.store.database import Database
from pipeline.store.deliveries import DeliveryStore
from pipeline.store.events import EventStore
from pipeline.store.evidence import Evidence, EvidenceStore, evidence_of, path_of
from pipeline.store.outbox import OutboxRelay
from pipeline.store.retention import look_after_orphans, sweep

_MOST_WAITING = 100_000
_MOST_PICTURES = 32
"""Snapshots that wait; while the disk is away for longer, events go without."""
_TOGETHER = 100
_AGAIN_S = 0.5
_SWEEP_EVERY_S = 60.0
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 90]


@dataclass(frozen=True, slots=True)
class _Observations:
    event: Event
    records: Sequence[bytes]


class EventWriter:
    """The only writer of a worker's events.

    Args:
        run: the run's id; what earlier runs left open is ended.
        database: where events are committed.
        relay: what publishes them.
        kept: how long they are kept; None leaves that to others.
    """

    def __init__(self, run: str, database: Database, relay: OutboxRelay, kept: RetentionConfig | None = None) -> None:
        self._run = run
        self._database = database
        self._store = EventStore(database)
        self._deliveries = DeliveryStore(database)
        self._evidence = EvidenceStore(database)
        self._relay = relay
        self._kept = kept
        self._something = threading.Condition()
        self._waiting: deque[tuple[Event, Pixels | None]] = deque()
        self._pictures = 0
        self._later: deque[ClipMade | _Observations | Delivery] = deque()
        self._snapshots: dict[str, str] = {}
        self._unattached: dict[str, ClipMade] = {}
        self._stopping = False
        self._swept = 0.0
        self.lost = 0
        """Events that were given up because too many waited."""
        self._thread = threading.Thread(target=self._go, name="events", daemon=True)
        self._thread.start()

    def accept(self, event: Event, bgr: Pixels | None = None) -> None:
        """Commit a revision, with its snapshot if it comes with a picture (height, width, 3); returns at once."""
        with self._something:
            if len(self._waiting) >= _MOST_WAITING:
                self._waiting.popleft()
                self.lost += 1
            if self._pictures >= _MOST_PICTURES:
                bgr = None
            self._pictures += bgr is not None
            self._waiting.append((event, bgr))
            self._something.notify()

    def clip(self, made: ClipMade) -> None:
        """A clip is complete, or could not be made."""
        self._add(made)

    def observations(self, event: Event, records: Sequence[bytes]) -> None:
        """Keep the frame records (JSON) that an event was seen in."""
        self._add(_Observations(event, records))

    def delivery(self, delivery: Delivery) -> None:
        """Commit a delivery of cricket; returns at once."""
        self._add(delivery)

    @property
    def waiting(self) -> int:
        """Revisions that are not accepted yet."""
        return len(self._waiting)

    def close(self, timeout: float = 5.0) -> None:
        """Commit what waits, if the store takes it in time."""
        with self._something:
            self._stopping = True
            self._something.notify()
        self._thread.join(timeout)

    def _add(self, item: "ClipMade | _Observations | Delivery") -> None:
        with self._something:
            self._later.append(item)
            self._something.notify()

    def _go(self) -> None:
        begun = False
        while True:
            with self._something:
                if not self._waiting and not self._later and not self._stopping:
                    self._something.wait(1.0)
                if self._stopping and not self._waiting and not self._later:
                    return
                batch = [self._waiting[n] for n in range(min(len(self._waiting), _TOGETHER))]
                later = self._later[0] if self._later and not batch else None
            try:
                if not begun:
                    end_open(self._database, self._run, utc_now())
                    begun = True
                if batch:
                    self._accept(batch)
                elif later is not None:
                    self._keep(later)
                    self._later.popleft()
                elif self._kept is not None and time.monotonic() - self._swept > _SWEEP_EVERY_S:
                    self._swept = time.monotonic()
                    sweep(self._database, self._kept, time.time())
                    look_after_orphans(self._database)
            except OperationalError as error:
                logging.warning("%d events wait to be stored: %s", len(self._waiting), error.orig)
                if self._stopping:
                    return
                time.sleep(_AGAIN_S)

    def _accept(self, batch: list[tuple[Event, Pixels | None]]) -> None:
        shown: list[Evidence] = []
        events: list[Event] = []
        for event, bgr in batch:
            piece = None if bgr is None else self._snapshot(event, bgr)
            if piece is not None:
                shown.append(piece)
                self._snapshots[event.id] = piece.path
            # Who watches an event tells of its first revision's picture only.
            events.append(replace(event, snapshot=self._snapshots.get(event.id)))
        self._store.accept_all(events, shown)
        self._relay.wake()
        with self._something:
            for _ in batch:
                _, bgr = self._waiting.popleft()
                self._pictures -= bgr is not None
        for event in events:
            if event.ended_at is not None:
                self._snapshots.pop(event.id, None)
            made = self._unattached.pop(event.id, None) if event.ended_at is not None else None
            if made is not None:
                self.clip(made)

    def _snapshot(self, event: Event, bgr: Pixels) -> Evidence | None:
        path = self._evidence.root / path_of(event, "snapshot")
        good, jpeg = cv2.imencode(".jpg", bgr, _QUALITY)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(jpeg.tobytes() if good else b"")
            return evidence_of(self._evidence.root, event, "snapshot", "pictures")
        except OSError as error:
            with suppress(OSError):
                path.unlink()
            logging.warning("%s: no snapshot of event %s: %s", event.camera, event.id, error.strerror)
            return None

    def _keep(self, item: "ClipMade | _Observations | Delivery") -> None:
        try:
            if isinstance(item, _Observations):
                self._keep_observations(item)
            elif isinstance(item, Delivery):
                self._deliveries.accept(item)
            elif item.fault:
                logging.warning("%s: no clip of event %s: %s", item.camera, item.event, item.fault)
            elif attach_clip(self._database, item.event, item.made_from):
                self._relay.wake()
            else:
                self._unattached[item.event] = item
        except OSError as error:
            logging.warning("%s: cannot be kept: %s", type(item).__name__, error)

    def _keep_observations(self, item: _Observations) -> None:
        path: Path = self._evidence.root / path_of(item.event, "observations")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(b"".join(record + b"\n" for record in item.records), 6, mtime=0))
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
        self._evidence.add(evidence_of(self._evidence.root, item.event, "observations", "records"))
