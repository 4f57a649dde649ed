"""What the API and the dashboard work with; they run in one process and share it."""

import re
from dataclasses import dataclass
from pathlib import Path

import redis
from redis import Redis

from pipeline.bus import keys
from pipeline.bus.commands import Command, command_fields
from pipeline.bus.connection import connect
from pipeline.bus.reader import statuses
from pipeline.capture.source import kind_of
from pipeline.config import CAMERA_NAME, CameraConfig, Deployment, camera_json
from pipeline.data import from_json
from pipeline.errors import InputError
from pipeline.ids import new_id
from pipeline.server.subscribers import Subscribers
from pipeline.status import CameraStatus, SystemStatus
from pipeline.store.alerts import AlertStore
from pipeline.store.cameras import CameraStore
from pipeline.store.database import Database
from pipeline.store.deliveries import DeliveryStore
from pipeline.store.events import EventStore
from pipeline.store.evidence import EvidenceStore
from pipeline.store.jobs import JobStore
from pipeline.store.reviews import ReviewStore
from pipeline.store.subscriptions import SubscriptionStore
from pipeline.urls import redact

RESULTS = ("overlay.mp4", "frames.jsonl", "events.jsonl", "summary.json", "deliveries.json")


@dataclass(frozen=True, slots=True)
class Services:
    """The stores and the bus of a deployment."""

    deployment: Deployment
    bus_url: str
    jobs: JobStore
    events: EventStore
    stored: CameraStore
    client: Redis
    database: Database
    evidence: EvidenceStore
    reviews: ReviewStore
    deliveries: DeliveryStore
    alerts: AlertStore
    subscribers: Subscribers

    @classmethod
    def of(cls, deployment: Deployment, bus_url: str) -> "Services":
        database = Database(Path(deployment.store.path))
        alerts = AlertStore(database)
        return cls(
            deployment=deployment,
            bus_url=bus_url,
            jobs=JobStore(database),
            events=EventStore(database),
            stored=CameraStore(database),
            client=connect(bus_url),
            database=database,
            evidence=EvidenceStore(database),
            reviews=ReviewStore(database),
            deliveries=DeliveryStore(database),
            alerts=alerts,
            subscribers=Subscribers(SubscriptionStore(database), alerts, deployment.alerts),
        )

    def cameras(self) -> list[CameraStatus]:
        """All cameras that are known, by name.

        Raises:
            redis.RedisError: the broker is away.
        """
        return statuses(self.client.hgetall(keys.CAMERAS))  # pyright: ignore[reportArgumentType]

    def system(self) -> SystemStatus | None:
        """What the worker runs on; None before it has said so.

        Raises:
            redis.RedisError: the broker is away.
        """
        text = self.client.get(keys.SYSTEM)
        return None if text is None else from_json(SystemStatus, text)  # pyright: ignore[reportArgumentType]

    def add_camera(self, name: str | None, camera: CameraConfig) -> str:
        """Add a camera, or change one that was added before, and answer its name.

        Raises:
            InputError: the name or the source cannot be, or there are as many cameras as are allowed.
            redis.RedisError: the broker is away.
        """
        if not kind_of(camera.source).live and not Path(camera.source.removeprefix("file://")).exists():
            raise InputError(f"{redact(camera.source)}: no such file or folder on the machine that Sightline runs on")
        camera.url()
        camera.recorded_url()
        if camera.camera is not None:
            raise InputError("camera: a camera file is named in the deployment's configuration file only")
        if camera.zones or camera.lines:
            raise InputError("zones and lines are drawn in the deployment's configuration file only")
        name = name or f"camera-{new_id()[-6:].lower()}"
        if not re.fullmatch(CAMERA_NAME, name):
            raise InputError(f"{name}: not a name for a camera; use lower-case letters, digits, - and _, at most 63")
        if name in self.deployment.cameras:
            raise InputError(f"{name}: is in the deployment's configuration file; change it there")
        known = {*self.stored.all(), *self.deployment.cameras}
        most = self.deployment.limits.cameras
        if name not in known and len(known) >= most:
            raise InputError(f"{name}: there are {most} cameras, which limits.cameras allows; remove one first")
        before = self.stored.all().get(name)
        self.stored.put(name, camera_json(camera))
        try:
            self._send(Command("add", name))
        except redis.RedisError:
            if before is None:
                self.stored.remove(name)
            else:
                self.stored.put(name, before)
            raise
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
        if do == "remove":
            self.stored.remove(camera)

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
