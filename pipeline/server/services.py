"""What the API and the dashboard work with; they run in one process and share it."""

import re
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
from pipeline.store.jobs import JobStore

RESULTS = ("overlay.mp4", "frames.jsonl", "events.jsonl", "summary.json")


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

    def _send(self, command: Command) -> None:
        self.client.xadd(keys.COMMANDS, command_fields(command), maxlen=1000, approximate=True)


_current: Services | None = None


def use(services: Services) -> None:
    """Make these the services of this process, before its first request."""
    global _current
    _current = services


def current() -> Services:
    """The services of this process."""
    assert _current is not None, "pipeline.server.services.use comes first"
    return _current
