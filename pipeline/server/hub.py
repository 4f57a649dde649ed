"""Live pictures from the bus to the pages: one subscription a camera however many watch, and none while nobody does."""

import asyncio
import contextlib

from pipeline.bus.reader import BusReader


class Viewer:
    """One page. Of each camera only the newest frame waits for it, so a slow page sees fewer, and delays nobody."""

    def __init__(self) -> None:
        self._waiting: dict[str, bytes] = {}
        self._something = asyncio.Event()
        self.cameras: frozenset[str] = frozenset()

    def offer(self, camera: str, message: bytes) -> None:
        """A new frame of a camera; takes the place of one that still waits."""
        self._waiting[camera] = message
        self._something.set()

    async def next(self) -> bytes:
        """The newest frame of the camera whose frame has waited longest, as soon as there is one."""
        await self._something.wait()
        camera = next(iter(self._waiting))
        message = self._waiting.pop(camera)
        if not self._waiting:
            self._something.clear()
        return message


class Hub:
    """All pages of a server."""

    def __init__(self, bus: BusReader) -> None:
        self._bus = bus
        self._viewers: set[Viewer] = set()
        self._subscriptions: dict[str, asyncio.Task[None]] = {}
        # Subscribing waits for the broker. Without the lock, a page that comes meanwhile could join a subscription
        # that another page's leaving is about to end.
        self._changing = asyncio.Lock()

    def join(self, viewer: Viewer) -> None:
        """A page has come; it sees nothing until it says what."""
        self._viewers.add(viewer)

    async def show(self, viewer: Viewer, cameras: frozenset[str]) -> None:
        """What a page shows from now on."""
        viewer.cameras = cameras
        await self._subscribe()

    async def leave(self, viewer: Viewer) -> None:
        """A page has gone."""
        self._viewers.discard(viewer)
        await self._subscribe()

    async def close(self) -> None:
        """End all subscriptions."""
        self._viewers.clear()
        await self._subscribe()

    async def _subscribe(self) -> None:
        async with self._changing:
            wanted = frozenset().union(*(viewer.cameras for viewer in self._viewers))
            for camera in wanted - self._subscriptions.keys():
                self._subscriptions[camera] = asyncio.create_task(self._forward(camera))
            ended = [self._subscriptions.pop(camera) for camera in self._subscriptions.keys() - wanted]
            for task in ended:
                task.cancel()
            for task in ended:
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _forward(self, camera: str) -> None:
        async for message in self._bus.live(camera):
            for viewer in self._viewers:
                if camera in viewer.cameras:
                    viewer.offer(camera, message)
