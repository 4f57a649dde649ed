"""The worker process: frames of all live cameras in, records on the bus, events in the store, live pictures out."""

import json
import queue
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from pipeline.attributes.people_networks import networks_for
from pipeline.attributes.relations import Placed
from pipeline.bus.live import pack
from pipeline.bus.publisher import Publisher
from pipeline.camera_events import CameraEvents
from pipeline.capture.intake import Arrival, CaptureLost, Intake, SourceOpened
from pipeline.capture.link import ClipMade, Figures, Recording, State
from pipeline.clock import utc_now
from pipeline.config import Deployment
from pipeline.cricket.crease_cut import CreaseCut
from pipeline.data import Delivery, Event, Foot, FrameRecord, to_json
from pipeline.event_writer import EventWriter
from pipeline.frameloop import FrameLoop
from pipeline.media.convert import to_bgr
from pipeline.perception.detector import Detector
from pipeline.pictures import Picture
from pipeline.processes import beat, die_with_parent
from pipeline.statistics import CameraStatistics
from pipeline.status import CameraState, Failure, SystemStatus
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.outbox import OutboxRelay
from pipeline.witness import Witness

_STATUS_EVERY_S = 1.0
_LOST_AFTER_S = 0.5
"""A capture process that is gone this long was not stopped by the supervisor, which would have said so."""
_STEP_S = 20.0
"""The longest that one step of the loop may take before the supervisor takes it for hanging."""
_SWITCH_S = 0.0005
"""How long a thread that has a frame to hand on may wait for one that reckons: with Python's own 5 ms several of them
let a cricket camera fall behind whenever there is a flight to make out."""
_STALLED_AFTER_S = 3.0
"""A live camera that has shown nothing for this long is said to be stalled."""


@dataclass(frozen=True, slots=True)
class WorkerJob:
    """What the worker is to do; comes as JSON on stdin. `address` is where capture processes connect."""

    run: str
    deployment: Deployment
    bus_url: str
    address: str
    parent: int
    heartbeat: int

    @classmethod
    def read(cls, text: str) -> "WorkerJob":
        fields: dict[str, Any] = json.loads(text)
        return cls(**{**fields, "deployment": Deployment.model_validate(fields["deployment"])})


class LiveEncoder:
    """Makes the live pictures, on a thread of its own: one JPEG a frame for all who watch, none while nobody does."""

    def __init__(self, publisher: Publisher, quality: int) -> None:
        self._publisher = publisher
        self._settings = [cv2.IMWRITE_JPEG_QUALITY, quality]
        self._queue: queue.SimpleQueue[tuple[str, bytes, Arrival, CameraStatistics]] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="live", daemon=True).start()

    def add(self, record: bytes, arrival: Arrival, statistics: CameraStatistics) -> None:
        """Encode and publish a frame, and release it; where the encoder is behind, it is left out."""
        if self._queue.qsize() > 2:
            arrival.release()
        else:
            self._queue.put((arrival.frame.camera, record, arrival, statistics))

    def _run(self) -> None:
        while True:
            camera, record, arrival, statistics = self._queue.get()
            try:
                bgr = to_bgr(arrival.frame.picture)
            finally:
                arrival.release()
            good, jpeg = cv2.imencode(".jpg", bgr, self._settings)
            if good:
                statistics.encoded += 1
                self._publisher.live(camera, pack(record, jpeg.tobytes()))


class LiveSink:
    """Where a live deployment's results go: the bus, and the store for what must not be lost."""

    def __init__(
        self, publisher: Publisher, witness: Witness, writer: EventWriter, system: SystemStatus, quality: int
    ) -> None:
        self._publisher = publisher
        self._witness = witness
        self._writer = writer
        self._events = CameraEvents(system.run, witness.happened)
        self._system = system
        self._encoder = LiveEncoder(publisher, quality)
        self._cameras: dict[str, CameraStatistics] = {}
        self._seen: dict[str, float] = {}
        self._lost: dict[str, float] = {}
        self._told = 0.0

    def opened(self, event: SourceOpened) -> None:
        camera = self._camera(event.camera, event.source)
        camera.size = event.size
        self._lost.pop(event.camera, None)
        self._seen[event.camera] = time.monotonic()
        self._enter(camera, CameraState.LIVE, "")

    def changed(self, event: State) -> None:
        camera = self._camera(event.camera, event.source)
        self._lost.pop(event.camera, None)
        self._enter(camera, event.state, event.detail, event.failure, event.tries)

    def figures(self, event: Figures) -> None:
        camera = self._cameras.get(event.camera)
        if camera is not None:
            camera.stream = event.stream
            for cause, count in event.drops.items():
                self.dropped(event.camera, cause, count)

    def recording(self, event: Recording) -> None:
        camera = self._cameras.get(event.camera)
        if camera is not None and camera.state is not CameraState.STOPPED:
            camera.record(event.going, event.detail, time.monotonic())

    def clip(self, event: ClipMade) -> None:
        self._writer.clip(event)

    def lost(self, event: CaptureLost) -> None:
        camera = self._cameras.get(event.camera)
        if camera is not None and camera.state in (CameraState.CONNECTING, CameraState.LIVE, CameraState.STALLED):
            self._lost[event.camera] = time.monotonic()

    def removed(self, camera: str) -> None:
        self._cameras.pop(camera, None)
        self._witness.removed(camera)
        self._publisher.forget(camera)

    def placed(self, camera: str, marks: Placed) -> None:
        known = self._cameras.get(camera)
        if known is None:
            return
        known.zones = tuple(area.marked() for area in marks.marks.areas)
        known.lines = tuple(border.marked() for border in marks.marks.borders)
        if marks.fault and marks.fault != known.marks_fault:
            for line in marks.fault.splitlines():
                print(f"sightline: {camera}: its zones and lines are not used: {line}", file=sys.stderr, flush=True)
        known.marks_fault = marks.fault

    def dropped(self, camera: str, cause: str, count: int = 1) -> None:
        known = self._cameras.get(camera)
        if known is not None and count:
            known.drop(cause, count)
            # Pictures do come; it is this machine that cannot keep up.
            self._seen[camera] = time.monotonic()

    def frame(self, record: FrameRecord, arrival: Arrival) -> None:
        camera = self._cameras[record.camera]
        text = to_json(record)
        self._publisher.record(record.camera, text)
        self._witness.record(record.camera, arrival.frame.captured, text)
        now = time.monotonic()
        self._seen[record.camera] = now
        camera.last_frame = arrival.frame.captured
        camera.frame({**record.stages_ms, "age": (now - arrival.frame.captured) * 1e3}, now)
        if record.camera in self._publisher.watched(self._cameras):
            self._encoder.add(text, arrival, camera)
        else:
            arrival.release()

    def delivered(self, delivery: Delivery, cuts: Mapping[Foot, CreaseCut]) -> None:
        self._writer.delivery(delivery)
        self._publisher.delivery(to_json(delivery))

    def happened(self, event: Event, picture: Picture | None) -> None:
        self._witness.happened(event, picture)

    def idle(self, now: float) -> None:
        for name, camera in self._cameras.items():
            self._look_after(name, camera, now)
        if now - self._told < _STATUS_EVERY_S:
            return
        self._told = now
        self._witness.idle(now)
        self._publisher.system(self._system)
        for camera in self._cameras.values():
            self._publisher.status(camera.status(now))

    def _look_after(self, name: str, camera: CameraStatistics, now: float) -> None:
        """Say what nobody else will: that a capture process is gone, or that no picture comes."""
        if now - self._lost.get(name, now) > _LOST_AFTER_S:
            del self._lost[name]
            reason = "its capture process ended and is started again"
            self._enter(camera, CameraState.RECONNECTING, reason, Failure.DECODER, 1)
        silent = now - self._seen.get(name, now)
        if camera.state is CameraState.LIVE and silent > _STALLED_AFTER_S:
            self._enter(camera, CameraState.STALLED, "no picture arrives")
        elif camera.state is CameraState.STALLED and silent <= _STALLED_AFTER_S:
            self._enter(camera, CameraState.LIVE, "")

    def _camera(self, name: str, source: str) -> CameraStatistics:
        """A camera of the deployment; only who says its source makes it known."""
        camera = self._cameras.setdefault(name, CameraStatistics(name, source, utc_now()))
        camera.source = source
        return camera

    def _enter(
        self,
        camera: CameraStatistics,
        state: CameraState,
        detail: str,
        failure: Failure | None = None,
        tries: int = 0,
    ) -> None:
        changed = state is not camera.state
        camera.enter(state, detail, utc_now(), failure, tries)
        if changed:
            self._events.entered(camera.camera, state, detail)
        self._publisher.status(camera.status(time.monotonic()))


def work(job: WorkerJob) -> None:
    """Analyse what arrives until the parent ends this process."""
    deployment = job.deployment
    intake = Intake(job.address)
    publisher = Publisher(job.bus_url, deployment.bus.frames)
    database = Database(Path(deployment.store.path))
    relay = OutboxRelay(EventStore(database), job.bus_url, deployment.bus.events)
    writer = EventWriter(job.run, database, relay, deployment.retention)
    witness = Witness(deployment.evidence, writer, database.folder, intake.tell)
    detector = Detector(deployment.model, deployment.live.goal, deployment.live.max_age_ms)
    networks = networks_for(deployment.attributes)
    notes = detector.notes + networks.notes
    for note in notes:
        print(f"sightline: {note}", file=sys.stderr, flush=True)
    system = SystemStatus(job.run, detector.engine, detector.device, detector.model.name, detector.size, notes)
    sink = LiveSink(publisher, witness, writer, system, deployment.live.jpeg_quality)

    def going() -> bool:
        beat(job.heartbeat, _STEP_S)
        return True

    FrameLoop(job.run, deployment, intake, detector, sink, networks).run(going)


def main() -> None:
    """Read the job from stdin and do it."""
    sys.setswitchinterval(_SWITCH_S)
    job = WorkerJob.read(sys.stdin.read())
    die_with_parent(job.parent)
    work(job)


if __name__ == "__main__":
    main()
