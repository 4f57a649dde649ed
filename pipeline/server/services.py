"""What the API and the dashboard work with; they run in one process and share it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from pipeline.bus import keys
from pipeline.bus.commands import Command, command_fields
from pipeline.bus.connection import connect
from pipeline.capture.source import kind_of
from pipeline.config import Deployment
from pipeline.data import CameraStatus, SystemStatus, from_json
from pipeline.errors import InputError
from pipeline.ids import new_id
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.jobs import Job, JobStore

UPLOAD_SUFFIXES = (".mp4", ".avi", ".mov", ".mpeg4", ".mpeg", ".mpg", ".mkv", ".webm", ".gif")
RESULTS = ("overlay.mp4", "frames.jsonl", "events.jsonl", "summary.json")
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Services:
    """The stores and the bus of a deployment."""

    deployment: Deployment
    bus_url: str
    jobs: JobStore
    events: EventStore
    client: Redis

    @classmethod
    def of(cls, deployment: Deployment, bus_url: str) -> "Services":
        database = Database(Path(deployment.store.path))
        return cls(deployment, bus_url, JobStore(database), EventStore(database), connect(bus_url))

    def cameras(self) -> list[CameraStatus]:
        """All cameras that are known, by name.

        Raises:
            redis.RedisError: the broker is away.
        """
        statuses = self.client.hgetall(keys.CAMERAS)
        return sorted((from_json(CameraStatus, text) for text in statuses.values()), key=lambda s: s.camera)  # pyright: ignore[reportAttributeAccessIssue]

    def system(self) -> SystemStatus | None:
        """What the worker runs on; None before it has said so.

        Raises:
            redis.RedisError: the broker is away.
        """
        text = self.client.get(keys.SYSTEM)
        return None if text is None else from_json(SystemStatus, text)  # pyright: ignore[reportArgumentType]

    def add_camera(self, name: str | None, source: str, loop: bool = False) -> str:
        """Ask the supervisor for a camera, and answer its name.

        Raises:
            InputError: the name or the source cannot be.
            redis.RedisError: the broker is away.
        """
        if not kind_of(source).live and not Path(source.removeprefix("file://")).exists():
            raise InputError(f"{source}: no such file or folder on the machine that Sightline runs on")
        name = name or f"camera-{new_id()[-6:].lower()}"
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,62}", name):
            raise InputError(f"{name}: not a name for a camera; use lower-case letters, digits, - and _")
        self._send(Command("add", name, source, loop))
        return name

    def command(self, do: str, camera: str) -> None:
        """Start, stop or remove a camera.

        Raises:
            InputError: there is no such camera.
            redis.RedisError: the broker is away.
        """
        if camera not in {status.camera for status in self.cameras()}:
            raise InputError(f"{camera}: no such camera")
        self._send(Command(do, camera))  # pyright: ignore[reportArgumentType]

    def receive(self, name: str, pieces: Iterable[bytes]) -> Job:
        """Take in an upload, and queue it.

        Raises:
            InputError: it is not a kind of video, or larger than is allowed; nothing of it is kept then.
        """
        upload = Upload(self, name)
        try:
            for piece in pieces:
                upload.write(piece)
            return upload.finish()
        except BaseException:
            upload.discard()
            raise

    def _send(self, command: Command) -> None:
        self.client.xadd(keys.COMMANDS, command_fields(command), maxlen=1000, approximate=True)


class Upload:
    """A file on its way in: written as it comes, never held in memory, and gone again if it cannot be taken.

    Raises:
        InputError: it is not a kind of video.
    """

    def __init__(self, services: Services, name: str) -> None:
        self.name = Path(name.replace("\\", "/")).name
        suffix = Path(self.name).suffix.lower()
        if suffix not in UPLOAD_SUFFIXES:
            known = ", ".join(known.removeprefix(".") for known in UPLOAD_SUFFIXES)
            raise InputError(f"{self.name or 'the upload'}: not a kind of video; known are {known}")
        self._services = services
        self._limit = services.deployment.server.upload_mb * _MB
        self._id = new_id()
        self._folder = services.jobs.folder(self._id)
        self._folder.mkdir(parents=True)
        self._path = self._folder / f"clip{suffix}"
        self._file = self._path.open("wb")
        self._size = 0

    def write(self, piece: bytes) -> None:
        """Add bytes.

        Raises:
            InputError: it has grown too large.
        """
        self._size += len(piece)
        if self._size > self._limit:
            raise InputError(f"{self.name}: is larger than {self._limit // _MB} MB, which server.upload_mb allows")
        self._file.write(piece)

    def finish(self) -> Job:
        """The file is complete: queue it."""
        self._file.close()
        return self._services.jobs.add(self.name, self._path, self._id)

    def discard(self) -> None:
        """Keep nothing of it."""
        self._file.close()
        self._path.unlink(missing_ok=True)
        self._folder.rmdir()


_current: Services | None = None


def use(services: Services) -> None:
    """Make these the services of this process, before its first request."""
    global _current
    _current = services


def current() -> Services:
    """The services of this process."""
    assert _current is not None, "pipeline.server.services.use comes first"
    return _current
