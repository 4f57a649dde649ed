"""The worker's side of capture: accepts capture processes, hands out their slots, and turns messages into frames."""

import os
import selectors
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.capture.link import (
    ClipEnd,
    ClipMade,
    ClipWanted,
    Configured,
    Figures,
    Filled,
    Free,
    Link,
    Opened,
    Recording,
    Removed,
    State,
    Viewed,
    listen,
)
from pipeline.capture.ring import RingReader
from pipeline.config import Deployment
from pipeline.geometry.camera import Camera
from pipeline.pictures import Frame
from pipeline.status import CameraState


@dataclass(frozen=True, slots=True)
class Arrival:
    """A frame whose pixels stay as they are until `release` is called, once."""

    frame: Frame
    live: bool
    release: Callable[[], None]


@dataclass(frozen=True, slots=True)
class SourceOpened:
    """A camera's source was opened, or opened anew with another picture size."""

    camera: str
    source: str
    live: bool
    fps: float
    frames: int | None
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class CameraRemoved:
    """The camera is no longer a part of the deployment."""

    camera: str


@dataclass(frozen=True, slots=True)
class CaptureLost:
    """A capture process is gone; its last word was `state`."""

    camera: str
    state: CameraState


@dataclass(frozen=True, slots=True)
class Reconfigured:
    """The deployment was changed."""

    deployment: Deployment


Happening = Arrival | Reconfigured | SourceOpened | State | Figures | Recording | ClipMade | CameraRemoved | CaptureLost


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a camera's life a frame stands: its number, its PTS and the monotonic clock of its capture."""

    index: int = -1
    pts_ms: float = 0.0
    captured: float = 0.0


@dataclass(slots=True)
class _Connection:
    link: Link
    camera: str = ""
    state: CameraState = CameraState.CONNECTING
    opened: Opened | None = None
    ring: RingReader | None = None
    view: Camera | None = None
    rings: int = 0
    shift: tuple[int, float] | None = None
    """What its frames' numbers and PTS (ms) are moved by; None before the first frame."""
    closed: bool = field(default=False)


class Intake:
    """All capture processes of a worker.

    Args:
        address: where they connect; `pipeline.capture.link.new_address` makes one.
    """

    def __init__(self, address: str) -> None:
        self._server = listen(address)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ, None)
        self._last: dict[str, _Place] = {}

    def wake_on(self, descriptor: int) -> None:
        """Let `poll` return when this descriptor can be read; reading it is its owner's affair."""
        self._selector.register(descriptor, selectors.EVENT_READ, None)

    def poll(self, timeout: float) -> Iterator[Happening]:
        """What has happened, after waiting at most `timeout` seconds for something to."""
        for key, _ in self._selector.select(timeout):
            if key.fileobj is self._server:
                self._accept()
            elif isinstance(key.data, _Connection):
                yield from self._receive(key.data)

    def tell(self, camera: str, message: ClipWanted | ClipEnd) -> bool:
        """Say something to the process that reads a camera; False where there is none."""
        for key in list(self._selector.get_map().values()):
            connection = key.data
            if isinstance(connection, _Connection) and connection.camera == camera and connection.opened is not None:
                try:
                    connection.link.send(message)
                    return True
                except OSError:
                    return False
        return False

    def _accept(self) -> None:
        connection, _ = self._server.accept()
        try:
            link = Link(connection, blocking=False)
        except ConnectionError:
            return
        self._selector.register(link, selectors.EVENT_READ, _Connection(link))

    def _receive(self, connection: _Connection) -> Iterator[Happening]:
        while True:
            try:
                if connection.closed:
                    return
                received = connection.link.receive()
            except OSError:
                self._lost(connection)
                if connection.camera:
                    yield CaptureLost(connection.camera, connection.state)
                return
            if received is None:
                return
            message, descriptor = received
            match message:
                case Opened() if descriptor is not None:
                    yield self._opened(connection, message, descriptor)
                case Viewed():
                    connection.view = message.view
                case Filled():
                    yield self._filled(connection, message)
                case Configured() if descriptor is not None:
                    with os.fdopen(descriptor, "rb") as text:
                        yield Reconfigured(Deployment.model_validate_json(text.read()))
                case Removed():
                    self._hang_up(message.camera, connection)
                    self._last.pop(message.camera, None)
                    yield CameraRemoved(message.camera)
                case State() if message.state is CameraState.STOPPED:
                    self._hang_up(message.camera, connection)
                    yield message
                case State():
                    connection.state = message.state
                    connection.camera = message.camera
                    yield message
                case Figures() | Recording() | ClipMade():
                    yield message

    def _opened(self, connection: _Connection, message: Opened, descriptor: int) -> SourceOpened:
        connection.camera = message.camera
        connection.state = CameraState.LIVE
        connection.opened = message
        connection.ring = RingReader(message.layout, descriptor)
        connection.rings += 1
        for slot in range(message.layout.slots):
            self._free(connection, connection.rings, slot)
        layout = message.layout
        size = (layout.width, layout.height)
        return SourceOpened(message.camera, message.source, message.live, message.fps, message.frames, size)

    def _filled(self, connection: _Connection, message: Filled) -> Arrival:
        opened, ring, number = connection.opened, connection.ring, connection.rings
        assert opened is not None
        assert ring is not None
        place = self._placed(connection, message)
        frame = Frame(
            camera=connection.camera,
            index=place.index,
            pts_ms=place.pts_ms,
            captured_at=message.captured_at,
            captured=message.captured,
            decode_ms=message.decode_ms,
            picture=ring.picture(message.slot),
            view=connection.view,
        )
        return Arrival(frame, opened.live, lambda: self._free(connection, number, message.slot))

    def _placed(self, connection: _Connection, message: Filled) -> _Place:
        """A camera's frames go on counting where they were when its process is started again."""
        if connection.shift is None:
            last = self._last.get(connection.camera)
            connection.shift = (0, 0.0)
            if last is not None:
                away_ms = max(1.0, (message.captured - last.captured) * 1e3)
                connection.shift = (last.index + 1 - message.index, last.pts_ms + away_ms - message.pts_ms)
        index, pts_ms = connection.shift
        place = _Place(message.index + index, round(message.pts_ms + pts_ms, 3), message.captured)
        self._last[connection.camera] = place
        return place

    def _free(self, connection: _Connection, ring: int, slot: int) -> None:
        if connection.closed:
            return
        try:
            connection.link.send(Free(ring, slot))
        except OSError:
            # The capture process is gone; its end of the connection is read, and told, in poll.
            return

    def _hang_up(self, camera: str, supervisor: _Connection) -> None:
        """What processes of a camera that was stopped still had to say is not read: it would bring it back."""
        for key in list(self._selector.get_map().values()):
            other = key.data
            if isinstance(other, _Connection) and other is not supervisor and other.camera == camera:
                self._lost(other)

    def _lost(self, connection: _Connection) -> None:
        connection.closed = True
        self._selector.unregister(connection.link)
        connection.link.close()

    def close(self) -> None:
        """Stop listening and let go of all capture processes."""
        for key in list(self._selector.get_map().values()):
            if isinstance(key.data, _Connection):
                self._lost(key.data)
        self._selector.close()
        self._server.close()
