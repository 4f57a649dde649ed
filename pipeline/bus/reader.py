"""The server's side of the bus: records, states, and live pictures as they come."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import redis
import redis.asyncio

from pipeline.bus import keys
from pipeline.bus.connection import connect_async
from pipeline.clock import utc
from pipeline.data import FrameRecord, from_json
from pipeline.status import CameraState, CameraStatus, SystemStatus

_RETRY_S = 0.5
_OUT_OF_DATE_S = 5.0
_MOVING = (CameraState.CONNECTING, CameraState.LIVE, CameraState.STALLED, CameraState.RECONNECTING)


def statuses(told: dict[bytes, bytes]) -> list[CameraStatus]:
    """What the hash of cameras says, by name; a worker that has not spoken for a while is not believed."""
    cameras = sorted((from_json(CameraStatus, text) for text in told.values()), key=lambda status: status.camera)
    limit = utc(time.time() - _OUT_OF_DATE_S)
    return [_silenced(status) if status.told_at < limit and status.state in _MOVING else status for status in cameras]


def _silenced(status: CameraStatus) -> CameraStatus:
    return replace(
        status, state=CameraState.STALLED, detail="the worker does not answer and is being started again", stream=None
    )


class BusReader:
    """Reads the bus for the server. Its calls raise `redis.RedisError` or `OSError` while the broker is away."""

    def __init__(self, url: str) -> None:
        self.client = connect_async(url)
        self._subscriber = connect_async(url, timeout=None)

    async def cameras(self) -> list[CameraStatus]:
        """All cameras that are known, by name."""
        told: Any = await self.client.hgetall(keys.CAMERAS)  # pyright: ignore[reportGeneralTypeIssues]
        return statuses(told)

    async def system(self) -> SystemStatus | None:
        """What the worker runs on; None before it has said so."""
        text = await self.client.get(keys.SYSTEM)
        return None if text is None else from_json(SystemStatus, text)

    async def records(self, camera: str, limit: int) -> list[FrameRecord]:
        """A camera's newest records, the oldest of them first."""
        entries: Any = await self.client.xrevrange(keys.frames(camera), count=limit)
        return [from_json(FrameRecord, fields[keys.RECORD_FIELD.encode()]) for _, fields in reversed(entries)]

    async def live(self, camera: str) -> AsyncIterator[bytes]:
        """A camera's live messages (see `pipeline.bus.live`), for ever; subscribes again when the broker is back."""
        while True:
            pubsub = self._subscriber.pubsub(ignore_subscribe_messages=True)
            try:
                await pubsub.subscribe(keys.live(camera))
                async for message in pubsub.listen():
                    yield message["data"]
            except (redis.RedisError, OSError):
                await asyncio.sleep(_RETRY_S)
            finally:
                await pubsub.aclose()

    async def close(self) -> None:
        """Close all connections."""
        await self.client.aclose()
        await self._subscriber.aclose()
