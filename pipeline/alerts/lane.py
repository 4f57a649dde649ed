"""One subscription's thread: takes what is due from the store, hands it to the sink, notes what has arrived.

In order per camera: an alert that the sink does not take holds up its own camera's, and others' go on. A sink that is
away is tried again after a pause that doubles; what could not be delivered for too long is a dead letter.
"""

import logging
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError

from pipeline.alerts.sink import NotTakenError, Sink, SinkAwayError
from pipeline.store.alerts import Alert, AlertStore

_LOOK_EVERY_S = 1.0
_UNCONFIRMED_S = 0.05
_STORE_AWAY_S = 0.5


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses after failures, from `first_s` doubling to `most_s`; given up after `give_up_s` seconds."""

    first_s: float = 1.0
    most_s: float = 300.0
    give_up_s: float = 86_400.0

    def pause_s(self, attempts: int) -> float:
        """The pause after so many failures, between half and all of it: not all sinks at the same moment."""
        return min(self.most_s, self.first_s * 2 ** min(attempts, 30)) * random.uniform(0.5, 1.0)


class Lane:
    """Delivers one subscription's alerts until it is closed."""

    def __init__(self, name: str, sink: Sink, store: AlertStore, patience: Patience) -> None:
        self._name = name
        self._sink = sink
        self._store = store
        self._patience = patience
        self._wake = threading.Event()
        self._stopping = False
        self._away = 0
        self._held: dict[str, float] = {}
        """Cameras that wait, and until when."""
        self._unnoted: list[int] = []
        """What has arrived, and the store does not know yet: it is not sent again for that."""
        self._thread = threading.Thread(target=self._run, name=f"alerts {name}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def close(self, timeout: float = 2.0) -> None:
        """End it; what has not arrived waits in the store."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            try:
                pause_s = self._step()
            except OperationalError as error:
                logging.warning("alerts of %s wait for the store: %s", self._name, error.orig)
                pause_s = _STORE_AWAY_S
            if pause_s and not self._stopping:
                # New alerts do not shorten the pause of a sink that is away.
                time.sleep(min(pause_s, 1.0)) if self._away else self._wake.wait(pause_s)
        self._sink.close()

    def _step(self) -> float:
        """Deliver what is due; how long there is nothing to do."""
        if self._away and time.monotonic() < self._held.get("", 0.0):
            return self._held[""] - time.monotonic()
        self._note([])
        now = time.monotonic()
        held = [camera for camera, until in self._held.items() if camera and until > now]
        due = self._store.waiting(self._name, self._sink.batch, held)
        if not due:
            self._sink.idle()
            return _LOOK_EVERY_S
        try:
            arrived = self._sink.deliver(due)
        except SinkAwayError as error:
            self._note(error.confirmed)
            self._failed(next(alert for alert in due if alert.sequence not in error.confirmed), str(error))
            self._away += 1
            self._held[""] = time.monotonic() + self._patience.pause_s(self._away - 1)
            return 0.0
        except NotTakenError as error:
            self._note(error.confirmed)
            alert = next(alert for alert in due if alert.sequence == error.sequence)
            self._failed(alert, str(error), error.for_good)
            self._held[alert.event.camera] = time.monotonic() + (
                0.0 if error.for_good else self._patience.pause_s(alert.attempts)
            )
            self._away = 0
            return 0.0
        self._away = 0
        self._note(arrived)
        return 0.0 if arrived else _UNCONFIRMED_S

    def _note(self, arrived: Sequence[int]) -> None:
        self._unnoted.extend(arrived)
        if self._unnoted:
            self._store.delivered(self._name, self._unnoted)
            self._unnoted.clear()

    def _failed(self, alert: Alert, reason: str, for_good: bool = False) -> None:
        waited_s = time.time() - datetime.fromisoformat(alert.since).timestamp()
        self._store.failed(self._name, alert.sequence, reason, for_good or waited_s > self._patience.give_up_s)
