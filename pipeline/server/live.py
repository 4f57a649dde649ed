"""WS /api/live: the page says which cameras it shows; it gets their frames, and all states once a second."""

import asyncio
import json
import time
from typing import Any

import redis
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.bus.reader import BusReader
from pipeline.data import to_json
from pipeline.server.hub import Hub, Viewer

router = APIRouter()

_STATUS_EVERY_S = 1.0
_MOST_CAMERAS = 64
_POLICY_VIOLATION = 1008


class _Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cameras: list[str] = Field(max_length=_MOST_CAMERAS)


@router.websocket("/live")
async def live(socket: WebSocket) -> None:
    """Serve one page."""
    await socket.accept()
    hub: Hub = socket.app.state.hub
    viewer = Viewer()
    hub.join(viewer)
    lock = asyncio.Lock()
    tasks = [
        asyncio.create_task(task)
        for task in (_wishes(socket, hub, viewer), _frames(socket, viewer, lock), _states(socket, lock))
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await hub.leave(viewer)
    for result in results:
        # A page that goes away shows in any of the three; anything else is an error of ours.
        if isinstance(result, Exception) and not isinstance(result, (WebSocketDisconnect, RuntimeError)):
            raise result


async def _wishes(socket: WebSocket, hub: Hub, viewer: Viewer) -> None:
    while True:
        text = await socket.receive_text()
        try:
            wish = _Wish.model_validate_json(text)
        except ValidationError:
            await socket.close(_POLICY_VIOLATION, 'send {"cameras": ["name", …]}')
            return
        await hub.show(viewer, frozenset(wish.cameras))


async def _frames(socket: WebSocket, viewer: Viewer, lock: asyncio.Lock) -> None:
    while True:
        message = await viewer.next()
        async with lock:
            await socket.send_bytes(message)


async def _states(socket: WebSocket, lock: asyncio.Lock) -> None:
    while True:
        message = await _status(socket.app.state.bus)
        async with lock:
            await socket.send_text(json.dumps(message))
        await asyncio.sleep(_STATUS_EVERY_S)


async def _status(bus: BusReader) -> dict[str, Any]:
    """All states; `now_ms` is this machine's clock, by which the page tells how old a picture is."""
    told: dict[str, Any] = {"type": "status", "now_ms": round(time.time() * 1e3)}
    try:
        cameras, system = await bus.cameras(), await bus.system()
    except (redis.RedisError, OSError):
        return {**told, "detail": "the broker is away"}
    told["cameras"] = [json.loads(to_json(status)) for status in cameras]
    told["system"] = None if system is None else json.loads(to_json(system))
    return told
