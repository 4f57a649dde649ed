"""The server's side of the bus: records, states, and live pictures as they come."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import redis
import redis.asyncio

from pipeline.bus import keys
from pipeline.bus.connection import connect_async
from pipeline.data import CameraStatus, FrameRecord, SystemStatus, from_json

_RETRY_S = 0.5


class BusReader:
    """Reads the bus for the server. Its calls raise `redis.RedisError` or `OSError` while the broker is away."""

    def __init__(self, url: str) -> None:
        self.client = connect_async(url)
        self._subscriber = connect_async(url, timeout=None)

    async def cameras(self) -> list[CameraStatus]:
        """All cameras that are known, by name."""
        statuses: Any = await self.client.hgetall(keys.CAMERAS)  # pyright: ignore[reportGeneralTypeIssues]
        return sorted((from_json(CameraStatus, text) for text in statuses.values()), key=lambda s: s.camera)

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
