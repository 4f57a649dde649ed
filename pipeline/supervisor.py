"""`sightline run`: starts, watches and restarts the processes of a deployment, and does what operators ask for.

Every process asks the kernel to end it with the supervisor, so that nothing is left whatever is killed. One that dies
alone is started again, at once if it had run steadily and after a growing pause if not, so that a fault that comes
back does not burn the machine.
"""

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import redis

from pipeline.bus import keys
from pipeline.bus.commands import Command, CommandReader
from pipeline.bus.connection import check_url, connect
from pipeline.bus.embedded import EmbeddedBroker
from pipeline.capture.clips import ClipSettings
from pipeline.capture.link import Removed, State, new_address
from pipeline.capture.process import CaptureJob
from pipeline.capture.recorder import RecorderJob
from pipeline.capture.source import kind_of
from pipeline.child import Child
from pipeline.config import CameraConfig, Deployment, EvidenceConfig
from pipeline.config.alerts import with_secrets
from pipeline.errors import ConfigError, InputError
from pipeline.ids import new_id
from pipeline.processes import Watchdog
from pipeline.reloading import ConfigFile
from pipeline.status import CameraState, Failure
from pipeline.store.cameras import CameraStore
from pipeline.store.database import Database
from pipeline.store.jobs import JobStore
from pipeline.store.subscriptions import SubscriptionStore
from pipeline.urls import redact
from pipeline.workerline import WorkerLine

_TICK_S = 0.1
_START_S = 30.0
"""How long a capture process may take to start."""
_COMPILE_S = 300.0
"""How long the worker may take to start: it compiles its network."""
_HUNG = "a read did not return, so its process was ended and is started again"


class Supervisor:
    """All processes of a deployment.

    Args:
        deployment: what to run.
        config: the file that says so, whose changes are taken while it runs; None for none.
        say: tells the operator.

    Raises:
        BusError: the embedded broker cannot be started.
        ConfigError, InputError: the bus, the store or the server's address cannot be used.
    """

    def __init__(
        self, deployment: Deployment, config: Path | None = None, say: Callable[[str], None] = lambda _: None
    ) -> None:
        self._deployment = deployment
        self._file = None if config is None else ConfigFile(config, deployment)
        self._say = say
        self._address = new_address()
        self._parent = os.getpid()
        database = Database(Path(deployment.store.path))
        JobStore(database).requeue_abandoned(died=False)
        self._added = CameraStore(database)
        self._cameras = {**_stored(self._added), **deployment.cameras}
        if len(self._cameras) > deployment.limits.cameras:
            raise InputError(
                f"cameras: {len(self._cameras)} with those that were added, limits.cameras allows "
                f"{deployment.limits.cameras}; raise it, or remove some"
            )
        self._server_socket = _reserve(deployment) if deployment.server.enabled else None
        self._broker: EmbeddedBroker | None = None
        if deployment.bus.url is None:
            self._broker = EmbeddedBroker()
            self._broker.start()
            self._bus_url = self._broker.url
        else:
            check_url(deployment.bus.url)
            self._bus_url = deployment.bus.url
        self._worker_line = WorkerLine(self._address)
        client = connect(self._bus_url)
        with contextlib.suppress(redis.RedisError, OSError):
            client.delete(keys.CAMERAS, keys.SYSTEM)  # an earlier run's
        self._commands = CommandReader(client)
        watchdog = Watchdog(_COMPILE_S)
        self._heartbeat = watchdog.writer
        worker = Child("pipeline.worker", self._worker_job, descriptors=(watchdog.writer,), watchdog=watchdog)
        self._children: dict[str, Child] = {"worker": worker}
        SubscriptionStore(database).enter_file(
            {name: json.dumps(with_secrets(each)) for name, each in deployment.alerts.subscriptions.items()}
        )
        dog = Watchdog(_START_S)
        alerts = lambda: self._alerts_job(dog.writer)  # noqa: E731
        self._children["alerts"] = Child("pipeline.alerts", alerts, descriptors=(dog.writer,), watchdog=dog)
        if deployment.server.enabled:
            descriptors = (self._server_socket.fileno(),) if self._server_socket else ()
            self._children["server"] = Child("pipeline.server", self._server_job, descriptors=descriptors)
            self._children["jobs"] = Child("pipeline.jobs", self._jobs_job, niceness=19)
        for name in self._cameras:
            self._begin_camera(name)

    @property
    def url(self) -> str | None:
        """Where the dashboard is."""
        if self._server_socket is None:
            return None
        host, port = self._server_socket.getsockname()[:2]
        return f"http://{host}:{port}"

    def step(self) -> None:
        """Look after every process, and do what was asked for in the meantime; takes a moment."""
        if self._broker is not None and not self._broker.alive():
            self._broker.start()
        self._worker_line.flush()
        now = time.monotonic()
        self._reload(now)
        worker = self._children["worker"].process
        for child in list(self._children.values()):
            child.keep_running(now)
        if self._children["worker"].process is not worker:
            self._say_again()
        try:
            for command in self._commands.read(_TICK_S):
                self._obey(command)
        except (redis.RedisError, OSError):
            time.sleep(_TICK_S)

    def close(self) -> None:
        """End every process and leave nothing behind."""
        for child in self._children.values():
            child.end()
        self._worker_line.close()
        if self._broker is not None:
            self._broker.stop()
        if self._server_socket is not None:
            self._server_socket.close()

    def _reload(self, now: float) -> None:
        """Take what has changed in the deployment's file and needs no restart."""
        if self._file is None:
            return
        try:
            reloaded = self._file.poll(now)
        except ConfigError as error:
            for line in str(error).splitlines():
                self._say(f"refused, and what was before goes on: {line}")
            return
        if reloaded is None:
            return
        before, self._deployment = self._deployment, reloaded.deployment
        for name, camera in reloaded.deployment.cameras.items():
            self._cameras[name] = camera
            if camera.masks.privacy != before.cameras[name].masks.privacy and f"capture {name}" in self._children:
                self._stop_camera(name)
                self._start_camera(name)
        self._worker_line.configure(json.dumps(self._common_job()["deployment"]).encode())
        self._say("the changed configuration is taken")
        if reloaded.waiting:
            self._say(f"these wait for the next start: {', '.join(reloaded.waiting)}")

    def _say_again(self) -> None:
        """Another worker has been started: cameras whose processes have ended have to say why once more."""
        for name in self._cameras:
            child = self._children.get(f"capture {name}")
            if child is not None and child.ended_with == 0:
                self._tell(name, CameraState.ENDED, "")
            elif child is not None:
                child.ended_with = None

    def _obey(self, command: Command) -> None:
        if command.do == "add":
            self._add_camera(command)
        elif command.camera in self._cameras:
            self._stop_camera(command.camera)
            if command.do == "start":
                self._start_camera(command.camera)
            elif command.do == "remove":
                del self._cameras[command.camera]
                self._worker_line.say(Removed(command.camera))

    def _add_camera(self, command: Command) -> None:
        camera = _stored(self._added).get(command.camera)
        if camera is None:
            return  # removed again in the meantime
        self._stop_camera(command.camera)
        self._cameras[command.camera] = camera
        self._begin_camera(command.camera)

    def _begin_camera(self, name: str) -> None:
        """Start a camera that is to run from the beginning; of another, say that it does not."""
        if self._cameras[name].enabled:
            self._start_camera(name)
        else:
            self._tell(name, CameraState.STOPPED, "")

    def _start_camera(self, name: str) -> None:
        camera = self._cameras[name]
        try:
            kind_of(camera.source)
            url, recorded = camera.url(), camera.recorded_url()
        except InputError as error:
            self._tell(name, CameraState.FAILED, str(error))
            return
        self._worker_line.runs(name)
        watchdog = Watchdog(_START_S)
        job = lambda: self._capture_job(name, url, watchdog.writer)  # noqa: E731
        self._children[f"capture {name}"] = Child(
            "pipeline.capture.process",
            job,
            descriptors=(watchdog.writer,),
            once=True,
            watchdog=watchdog,
            on_hang=lambda: self._tell(name, CameraState.RECONNECTING, _HUNG, Failure.TIMED_OUT, 1),
        )
        if recorded is not None:
            self._start_recorder(name, camera, recorded)

    def _start_recorder(self, name: str, camera: CameraConfig, url: str) -> None:
        watchdog = Watchdog(_START_S)
        kept = self._deployment.recordings
        job = RecorderJob(
            camera=name,
            url=url,
            folder=str(self._deployment.store.path.expanduser() / "recordings"),
            address=self._address,
            parent=self._parent,
            segment_s=kept.segment_s,
            days=kept.days,
            gigabytes=kept.gigabytes,
            transport=camera.transport,
            timeout_s=camera.timeout_s,
            heartbeat=watchdog.writer,
        )
        self._children[f"record {name}"] = Child(
            "pipeline.capture.recorder",
            lambda: asdict(job),
            niceness=5,
            descriptors=(watchdog.writer,),
            once=True,
            watchdog=watchdog,
        )

    def _stop_camera(self, name: str) -> None:
        recorder = self._children.pop(f"record {name}", None)
        if recorder is not None:
            recorder.end()
        child = self._children.pop(f"capture {name}", None)
        if child is not None:
            self._tell(name, CameraState.STOPPED, "")
            child.end()

    def _tell(
        self, camera: str, state: CameraState, detail: str, failure: Failure | None = None, tries: int = 0
    ) -> None:
        self._worker_line.say(State(camera, redact(self._cameras[camera].source), state, detail, failure, tries))

    def _capture_job(self, name: str, url: str, heartbeat: int) -> dict[str, Any]:
        camera = self._cameras[name]
        job = CaptureJob(
            camera=name,
            url=url,
            address=self._address,
            parent=self._parent,
            slots=camera.slots + camera.more_slots,
            ring_mb=self._deployment.limits.ring_mb,
            fps=camera.fps,
            transport=camera.transport,
            decoder=camera.decoder,
            timeout_s=camera.timeout_s,
            paced=True,
            loop=camera.loop,
            camera_file=camera.camera,
            heartbeat=heartbeat,
            privacy=tuple(mask.model_dump(mode="json") for mask in camera.masks.privacy),
            clips=clip_settings(self._deployment.evidence, masked=bool(camera.masks.privacy)),
        )
        return asdict(job)

    def _worker_job(self) -> dict[str, Any]:
        # A run each: another worker's tracks are numbered from 1 again.
        return {**self._common_job(), "run": new_id(), "address": self._address, "heartbeat": self._heartbeat}

    def _server_job(self) -> dict[str, Any]:
        assert self._server_socket is not None
        return {**self._common_job(), "socket": self._server_socket.fileno()}

    def _jobs_job(self) -> dict[str, Any]:
        return self._common_job()

    def _alerts_job(self, heartbeat: int) -> dict[str, Any]:
        """Subscriptions stand in the store; the servers' passwords no other process needs."""
        alerts = self._deployment.alerts.model_copy(update={"subscriptions": {}})
        store = str(self._deployment.store.path)
        return {
            "alerts": with_secrets(alerts), "store": store, "bus_url": self._bus_url, "parent": self._parent,
            "heartbeat": heartbeat,
        }  # fmt: skip

    def _common_job(self) -> dict[str, Any]:
        # No other process needs the cameras' passwords.
        deployment = self._deployment.model_dump(mode="json")
        for camera in deployment["cameras"].values():
            camera.update(source=redact(camera["source"]), user=None, password=None, record=None)
        deployment["alerts"]["subscriptions"] = {}
        for server in ("mqtt", "email"):
            if deployment["alerts"][server] is not None:
                deployment["alerts"][server].update(user=None, password=None)
        return {"deployment": deployment, "bus_url": self._bus_url, "parent": self._parent}


def run(deployment: Deployment, seconds: float | None, say: Callable[[str], None], config: Path | None = None) -> None:
    """Run a deployment until SIGINT or SIGTERM, or for some seconds; changes of its file `config` are taken meanwhile.

    Raises:
        SightlineError: it could not be started.
    """
    ends: list[int] = []
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda number, _frame: ends.append(number))
    supervisor = Supervisor(deployment, config, say)
    try:
        say(f"Sightline is running{f': open {supervisor.url}' if supervisor.url else ''} (Ctrl-C ends it)")
        limit = None if seconds is None else time.monotonic() + seconds
        while not ends and (limit is None or time.monotonic() < limit):
            supervisor.step()
    finally:
        supervisor.close()
    say("Sightline has ended; nothing is left running")


def clip_settings(evidence: EvidenceConfig, masked: bool) -> ClipSettings | None:
    """How a camera's process keeps what clips are cut from, None where nobody wants any. The packets of a `masked`
    camera show what is hidden.
    """
    if not evidence.clips:
        return None
    return ClipSettings(evidence.ring_s, evidence.ring_mb, masked)


def _stored(store: CameraStore) -> dict[str, CameraConfig]:
    return {name: CameraConfig.model_validate_json(body) for name, body in store.all().items()}


def _reserve(deployment: Deployment) -> socket.socket:
    """The server's socket, listening: it stays open while the server restarts, and a taken port is found at once."""
    server = deployment.server
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((server.host, server.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise InputError(
            f"server.port: {server.host}:{server.port} cannot be used ({error.strerror}); choose another, or 0"
        ) from error
    return listening
