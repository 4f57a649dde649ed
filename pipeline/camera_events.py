"""A camera's states as events: each begins when the camera enters it and ends when it leaves it."""

import logging
from collections import deque
from dataclasses import replace
from typing import Literal

from sqlalchemy.exc import OperationalError

from pipeline.clock import utc_now
from pipeline.data import Event, EventState
from pipeline.ids import new_id
from pipeline.status import CameraState
from pipeline.store.events import EventStore
from pipeline.store.outbox import OutboxRelay

Severity = Literal["info", "alert", "critical"]

_MOST_WAITING = 10_000
_WORDS: dict[CameraState, tuple[Severity, str]] = {
    CameraState.CONNECTING: ("info", "is being connected"),
    CameraState.LIVE: ("info", "is live"),
    CameraState.STALLED: ("alert", "is connected but shows nothing new"),
    CameraState.RECONNECTING: ("alert", "is away and being reconnected"),
    CameraState.FAILED: ("alert", "cannot be read"),
    CameraState.ENDED: ("info", "has come to its end"),
    CameraState.STOPPED: ("info", "was stopped"),
}


class CameraEvents:
    """Accepts an event for every state that a camera enters and leaves.

    Args:
        run: the run's id.
        store: where events are committed.
        relay: what publishes them.
    """

    def __init__(self, run: str, store: EventStore, relay: OutboxRelay) -> None:
        self._run = run
        self._store = store
        self._relay = relay
        self._open: dict[str, Event] = {}
        self._unaccepted: deque[Event] = deque(maxlen=_MOST_WAITING)

    def entered(self, camera: str, state: CameraState, detail: str) -> None:
        """The camera has left its state and entered this one."""
        now = utc_now()
        before = self._open.get(camera)
        if before is not None:
            self._unaccepted.append(replace(before, revision=1, state=EventState.END, ended_at=now))
        severity, words = _WORDS[state]
        sentence = f'Camera "{camera}" {words}' + (f": {detail}." if detail else ".")
        event = Event(
            id=new_id(),
            revision=0,
            state=EventState.START,
            camera=camera,
            rule="camera",
            kind=f"camera_{state.value}",
            severity=severity,
            started_at=now,
            run=self._run,
            sentence=sentence,
        )
        self._unaccepted.append(event)
        self._open[camera] = event
        self.accept()

    def tell(self, event: Event) -> None:
        """Something else has happened before a camera."""
        self._unaccepted.append(event)
        self.accept()

    def accept(self) -> None:
        """Commit what has happened; where the disk is full or the database locked, again when this is next called."""
        try:
            while self._unaccepted:
                self._store.accept(self._unaccepted[0])
                self._unaccepted.popleft()
                self._relay.wake()
        except OperationalError as error:
            logging.warning("%d events wait to be stored: %s", len(self._unaccepted), error.orig)
