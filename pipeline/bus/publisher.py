"""The worker's side of the bus. Never waits for the broker: what to say goes into a bounded queue, and a thread of its
own says it; while the broker is away the oldest records are dropped and counted. Events do not pass through here:
they come from the store's outbox, which keeps them.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import redis

from pipeline.bus import keys
from pipeline.bus.connection import connect
from pipeline.data import to_json
from pipeline.status import CameraStatus, SystemStatus

_QUEUE = 2000
_TOGETHER = 100
"""Commands that go to the broker in one round trip at most."""
_MAX_BACKOFF_S = 2.0
_WATCHED_EVERY_S = 0.25

Command = Callable[[Any], object]


class Publisher:
    """Publishes records, states and live pictures.

    Args:
        url: the broker.
        frames: records kept on the bus for each camera.
    """

    def __init__(self, url: str, frames: int) -> None:
        self._client = connect(url)
        self._frames = frames
        self._queue: deque[Command] = deque()
        self._state: dict[str, Command] = {}
        self._something = threading.Condition()
        self._cameras: frozenset[str] = frozenset()
        self._watched: frozenset[str] = frozenset()
        self._stopping = False
        self.dropped = 0
        """Messages that the broker was away for."""
        self.connected = False
        """Whether the last round trip went well."""
        self.published_at = 0.0
        """When the last round trip was done, in seconds of the monotonic clock."""
        self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
        self._thread.start()

    def record(self, camera: str, record: bytes) -> None:
        """Publish a frame record (its JSON)."""
        key, limit = keys.frames(camera), self._frames
        self._add(lambda p: p.xadd(key, {keys.RECORD_FIELD: record}, maxlen=limit, approximate=True))

    def delivery(self, delivery: bytes) -> None:
        """Publish a delivery (its JSON)."""
        limit = self._frames
        self._add(lambda p: p.xadd(keys.DELIVERIES, {keys.DELIVERY_FIELD: delivery}, maxlen=limit, approximate=True))

    def live(self, camera: str, message: bytes) -> None:
        """Publish a live picture, as `pipeline.bus.live.pack` makes it."""
        channel = keys.live(camera)
        self._add(lambda p: p.publish(channel, message))

    def status(self, status: CameraStatus) -> None:
        """Publish what a camera is doing; only the newest is kept while the broker is away."""
        value = to_json(status)
        self._replace(f"camera {status.camera}", lambda p: p.hset(keys.CAMERAS, status.camera, value))

    def system(self, status: SystemStatus) -> None:
        """Publish what the worker runs on."""
        value = to_json(status)
        self._replace("system", lambda p: p.set(keys.SYSTEM, value))

    def forget(self, camera: str) -> None:
        """A camera was removed: nothing of it stays on the bus."""
        self._replace(f"camera {camera}", lambda p: (p.hdel(keys.CAMERAS, camera), p.delete(keys.frames(camera))))

    def watched(self, cameras: Iterable[str]) -> frozenset[str]:
        """Those of the cameras whose live pictures somebody subscribed to, as of a quarter of a second ago."""
        self._cameras = frozenset(cameras)
        return self._watched

    def close(self, timeout: float = 1.0) -> None:
        """Publish what waits, if the broker takes it in time."""
        with self._something:
            self._stopping = True
            self._something.notify()
        self._thread.join(timeout)

    def _add(self, command: Command) -> None:
        with self._something:
            if len(self._queue) >= _QUEUE:
                self._queue.popleft()
                self.dropped += 1
            self._queue.append(command)
            self._something.notify()

    def _replace(self, name: str, command: Command) -> None:
        with self._something:
            self._state[name] = command
            self._something.notify()

    def _run(self) -> None:
        backoff_s = 0.1
        asked = 0.0
        while True:
            with self._something:
                if not self._queue and not self._state and not self._stopping:
                    self._something.wait(_WATCHED_EVERY_S)
                if self._stopping and not self._queue and not self._state:
                    return
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), _TOGETHER))]
                state, self._state = self._state, {}
            try:
                self._send(batch, state)
                if time.monotonic() - asked > _WATCHED_EVERY_S:
                    asked = time.monotonic()
                    self._watched = self._ask_watched()
                self.connected, backoff_s = True, 0.1
                self.published_at = time.monotonic()
            except (redis.RedisError, OSError):
                self._failed(batch, state)
                if self._stopping:
                    return
                time.sleep(backoff_s)
                backoff_s = min(2 * backoff_s, _MAX_BACKOFF_S)

    def _send(self, batch: list[Command], state: dict[str, Command]) -> None:
        if not batch and not state:
            return
        with self._client.pipeline(transaction=False) as pipeline:
            for command in [*state.values(), *batch]:
                command(pipeline)
            pipeline.execute()

    def _failed(self, batch: list[Command], state: dict[str, Command]) -> None:
        self.connected, self._watched = False, frozenset()
        self._client.connection_pool.disconnect()
        with self._something:
            # The newest state is worth saying later; records of that time are not, and may have arrived already.
            self._state = {**state, **self._state}
            self.dropped += len(batch)

    def _ask_watched(self) -> frozenset[str]:
        cameras = self._cameras
        if not cameras:
            return frozenset()
        answer: Any = self._client.pubsub_numsub(*map(keys.live, cameras))
        listening = {channel.decode() for channel, count in answer if count}
        return frozenset(camera for camera in cameras if keys.live(camera) in listening)
