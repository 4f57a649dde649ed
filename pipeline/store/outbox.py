"""Moves committed events to the bus, in their order, until the broker has each of them.

An event leaves the outbox after the broker took it; a crash in between publishes it twice, which everything
downstream expects (events are idempotent by id and revision), and never not at all.
"""

import threading

import redis

from pipeline.bus import keys
from pipeline.bus.connection import connect
from pipeline.store.events import EventStore

_POLL_S = 1.0
_MAX_BACKOFF_S = 2.0


class OutboxRelay:
    """A thread that empties the outbox.

    Args:
        store: whose events.
        url: the broker.
        limit: events kept on the bus.
    """

    def __init__(self, store: EventStore, url: str, limit: int) -> None:
        self._store = store
        self._client = connect(url)
        self._limit = limit
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something new; without this it is found within a second."""
        self._wake.set()

    def close(self, timeout: float = 1.0) -> None:
        """Publish what waits if the broker takes it in time; what does not go out now does at the next start."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        backoff_s = 0.1
        while True:
            self._wake.clear()
            try:
                while self._publish():
                    pass
                backoff_s, wait_s = 0.1, _POLL_S
            except (redis.RedisError, OSError):
                self._client.connection_pool.disconnect()
                wait_s, backoff_s = backoff_s, min(2 * backoff_s, _MAX_BACKOFF_S)
            if self._stopping:
                return
            self._wake.wait(wait_s)

    def _publish(self) -> int:
        waiting = self._store.pending()
        if waiting:
            with self._client.pipeline(transaction=False) as pipeline:
                for _, body in waiting:
                    pipeline.xadd(keys.EVENTS, {keys.EVENT_FIELD: body}, maxlen=self._limit, approximate=True)
                pipeline.execute()
            self._store.published([sequence for sequence, _ in waiting])
        return len(waiting)
