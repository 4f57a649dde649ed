"""How a capture process and the worker talk: small messages over a Unix socket, pixels beside it in the ring.

The address is abstract (Linux: a name that no file stands for), so that nothing is left behind whatever is killed;
as such a name has no permissions, each side checks that the other runs as the same user. A sequenced-packet socket
keeps the messages apart. When either side dies the other reads the end of the connection at once.
"""

import json
import os
import secrets
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from pipeline.capture.ring import Layout
from pipeline.geometry.camera import Camera, Deviations
from pipeline.pictures import PixelFormat
from pipeline.status import CameraState, Failure, StreamFigures

_MAX_MESSAGE = 8192


@dataclass(frozen=True, slots=True)
class Opened:
    """Capture → worker: a source is open, and this is its ring; slots of an earlier ring are void."""

    camera: str
    source: str
    live: bool
    fps: float
    frames: int | None
    layout: Layout


@dataclass(frozen=True, slots=True)
class Filled:
    """Capture → worker: a slot of the newest ring holds a frame."""

    slot: int
    index: int
    pts_ms: float
    captured_at: float
    captured: float
    decode_ms: float


@dataclass(frozen=True, slots=True)
class Viewed:
    """Capture → worker: through what camera the frames from here on are seen, None where nobody knows; said where it
    changes, and not with every frame."""

    view: Camera | None


@dataclass(frozen=True, slots=True)
class State:
    """Capture → worker: how the source is doing; `tries` counts the attempts since it was last live."""

    camera: str
    source: str
    state: CameraState
    detail: str = ""
    failure: Failure | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Capture → worker: what came lately, and the frames that were dropped since the last message, by cause."""

    camera: str
    stream: StreamFigures | None
    drops: dict[str, int]


@dataclass(frozen=True, slots=True)
class Free:
    """Worker → capture: a slot of ring number `ring` (from 1) may be filled again."""

    ring: int
    slot: int


@dataclass(frozen=True, slots=True)
class Recording:
    """Recorder → worker: whether the camera's stream is being kept, and why not; said again and again."""

    camera: str
    going: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ClipWanted:
    """Worker → capture: write a clip to `path`, from `since` (monotonic clock, s) on, of at most `most_s` seconds."""

    event: str
    path: str
    since: float
    most_s: float


@dataclass(frozen=True, slots=True)
class ClipEnd:
    """Worker → capture: the event's clip ends at `until` (monotonic clock, s)."""

    event: str
    until: float


@dataclass(frozen=True, slots=True)
class ClipMade:
    """Capture → worker: a clip is complete, made of the camera's own packets or of pictures; or why there is none."""

    camera: str
    event: str
    path: str
    made_from: Literal["packets", "pictures"]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Configured:
    """Supervisor → worker: the deployment was changed; it stands, as JSON, in the file whose descriptor is beside."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Supervisor → worker: the camera is no longer a part of the deployment."""

    camera: str


_FromCapture = Opened | Filled | Viewed | State | Figures | Recording | ClipMade
Message = _FromCapture | Free | ClipWanted | ClipEnd | Configured | Removed
_KINDS: dict[str, type[Message]] = {kind.__name__: kind for kind in get_args(Message)}


def new_address() -> str:
    """An abstract address that nobody else uses."""
    return f"\0sightline-{os.getpid()}-{secrets.token_hex(8)}"


def listen(address: str) -> socket.socket:
    """The worker's listening socket.

    Raises:
        OSError: the address is taken.
    """
    server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server.bind(address)
    server.listen(64)
    server.setblocking(False)
    return server


class Link:
    """One connection. Not blocking when `blocking` is false: then `receive` answers None where nothing has come."""

    def __init__(self, connection: socket.socket, blocking: bool) -> None:
        self._socket = connection
        self._socket.setblocking(blocking)
        if peer_user(connection) != os.getuid():
            connection.close()
            raise ConnectionError("the other end belongs to another user")

    @classmethod
    def connect(cls, address: str) -> "Link":
        """A blocking connection to a listening worker.

        Raises:
            OSError: nobody listens there.
        """
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return cls(connection, blocking=True)

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: Message, descriptor: int | None = None) -> None:
        """Send a message, with a file descriptor beside it if given.

        Raises:
            OSError: the other end is gone.
        """
        data = json.dumps([type(message).__name__, asdict(message)], separators=(",", ":")).encode()
        if descriptor is None:
            self._socket.sendall(data)
        else:
            socket.send_fds(self._socket, [data], [descriptor])

    def receive(self, timeout: float | None = None) -> tuple[Message, int | None] | None:
        """The next message and the descriptor beside it; None where none has come (in time).

        Raises:
            ConnectionError: the other end is gone.
        """
        if timeout is not None:
            self._socket.settimeout(timeout)
        try:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, _MAX_MESSAGE, 1)
            except ConnectionResetError:
                # The other end has gone with messages of ours unread. The kernel says so once, and before it hands
                # over what the other end had sent.
                data, descriptors, _, _ = socket.recv_fds(self._socket, _MAX_MESSAGE, 1)
        except (BlockingIOError, TimeoutError):
            return None
        finally:
            if timeout is not None:
                self._socket.settimeout(None)
        if not data:
            raise ConnectionError("the other end closed the connection")
        return _decoded(data), descriptors[0] if descriptors else None

    def hung_up(self) -> bool:
        """Whether the other end has gone; for ends that are only spoken to."""
        try:
            return not self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        self._socket.close()


def peer_user(connection: socket.socket) -> int:
    """The user id of the process at the other end, from the kernel."""
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", credentials)[1]


def _decoded(data: bytes) -> Message:
    name, fields = json.loads(data)
    kind: Any = _KINDS[name]
    if kind is Opened:
        layout = fields["layout"]
        fields["layout"] = Layout(**{**layout, "format": PixelFormat(layout["format"])})
    elif kind is Viewed and fields["view"]:
        fields["view"] = _camera(fields["view"])
    elif kind is State:
        fields["state"] = CameraState(fields["state"])
        fields["failure"] = Failure(fields["failure"]) if fields["failure"] else None
    elif kind is Figures and fields["stream"]:
        fields["stream"] = StreamFigures(**fields["stream"])
    return kind(**fields)


def _camera(fields: dict[str, Any]) -> Camera:
    std = fields["std"] and Deviations(**fields["std"])
    size, distortion = tuple(fields["size"]), tuple(fields["distortion"])
    return Camera(**{**fields, "size": size, "distortion": distortion, "std": std})
