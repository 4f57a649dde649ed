"""`sightline analyze`: every frame of a clip, none dropped, into a folder of results.

The same capture process, ring, network and tracker as a live deployment; only the sink is another: files, written
under other names and renamed when they are complete, so that nothing half-written is ever taken for a result.
"""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.attributes.crop_networks import CropNetworks
from pipeline.attributes.people_networks import networks_for
from pipeline.attributes.relations import Placed
from pipeline.capture.intake import Arrival, CaptureLost, Intake, SourceOpened
from pipeline.capture.link import ClipMade, Figures, Recording, State, new_address
from pipeline.capture.process import CaptureJob
from pipeline.capture.source import kind_of
from pipeline.capture.sources.file import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from pipeline.config import Deployment, JobsConfig
from pipeline.cricket.crease_cut import CreaseCut
from pipeline.data import Delivery, Event, Foot, FrameRecord, to_json
from pipeline.delivery_files import DeliveryFiles
from pipeline.errors import ConfigError, InputError, SightlineError, SourceError
from pipeline.frameloop import FrameLoop
from pipeline.inference.engine import nvidia_gpu
from pipeline.media.writing import OverlayWriter
from pipeline.perception.detector import Detector
from pipeline.pictures import Picture
from pipeline.processes import spawn
from pipeline.statistics import StageTimes
from pipeline.status import CameraState

_SLOTS = 80 if nvidia_gpu() else 8
"""Pictures between decoder and worker: a few more than are under way, so that neither waits for the other. A GPU has
two batches of up to 32 under way."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an analysis is. `total` is None where the clip does not say how many frames it has."""

    done: int
    total: int | None
    fps: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is to be analysed, how, and into which folder.

    `camera` names the clip in its records; `limit` ends after that many frames; `fps` is for files whose own rate is
    wrong.
    """

    clip: str
    out: Path
    camera: str
    run: str
    deployment: Deployment
    overlay: bool = True
    limit: int | None = None
    fps: float | None = None
    bounds: JobsConfig | None = None
    """Limits of the decoding process, for clips that nobody knows."""
    camera_file: Path | None = None
    """Through what camera the clip was seen."""


def clips_of(clip: str) -> list[str]:
    """The clips that a path means: itself, or the video files of a folder that holds no images.

    Raises:
        SourceError: nothing is there.
    """
    path = Path(clip)
    if "://" in clip or not path.is_dir():
        return [clip]
    if any(file.suffix.lower() in IMAGE_SUFFIXES for file in path.iterdir()):
        return [clip]
    clips = sorted(str(file) for file in path.iterdir() if file.suffix.lower() in VIDEO_SUFFIXES)
    if not clips:
        raise SourceError(f"{path}: holds neither images nor videos; known are {', '.join(VIDEO_SUFFIXES)}")
    return clips


def analyze(
    analysis: Analysis,
    on_progress: Callable[[Progress], None],
    on_frame: Callable[[FrameRecord, Picture], None] | None = None,
) -> dict[str, Any]:
    """Analyse a clip and answer its summary, which `summary.json` holds too.

    Args:
        analysis: what to do.
        on_progress: told after every frame; an exception that it raises ends the analysis and leaves no files.
        on_frame: given every record with its picture, which is valid during the call.

    Raises:
        SourceError: the clip cannot be read.
        InputError: the folder cannot be written.
        ModelError, EngineError: the network cannot be had or run.
    """
    kind_of(analysis.clip)
    address = new_address()
    intake = Intake(address)
    bounds = analysis.bounds
    shown = analysis.deployment.cameras.get(analysis.camera)
    job = CaptureJob(
        camera=analysis.camera,
        url=analysis.clip,
        address=address,
        parent=os.getpid(),
        slots=_SLOTS + (shown.more_slots if shown else 0),
        ring_mb=analysis.deployment.limits.ring_mb,
        fps=analysis.fps,
        privacy=tuple(mask.model_dump(mode="json") for mask in shown.masks.privacy) if shown else (),
        camera_file=str(analysis.camera_file) if analysis.camera_file else None,
        memory_mb=bounds.memory_mb if bounds else None,
        cpu_s=round(bounds.cpu_minutes * 60) if bounds else None,
    )
    capture = spawn("pipeline.capture.process", json.dumps(asdict(job)).encode())
    detector: Detector | None = None
    networks: CropNetworks | None = None
    sink = _Files(analysis, on_progress, on_frame)
    try:
        # The network is compiled while the capture process starts.
        detector = Detector(analysis.deployment.model, "throughput")
        networks = networks_for(analysis.deployment.attributes)
        loop = FrameLoop(analysis.run, analysis.deployment, intake, detector, sink, networks)
        sink.listen()
        loop.run(lambda: not sink.full and (not sink.ended or loop.busy) and not sink.silent(loop.busy))
        loop.close()
        return sink.finish(detector, detector.notes + networks.notes)
    except CaptureDiedError as error:
        sink.discard()
        raise _why(analysis, capture.wait()) from error
    except BaseException:
        sink.discard()
        raise
    finally:
        _end(capture)
        if networks is not None:
            networks.close()
        if detector is not None:
            detector.close()
        intake.close()


class CaptureDiedError(SightlineError):
    """The process that read the clip is gone, and did not say why."""


def _why(analysis: Analysis, status: int) -> SightlineError:
    """Why the process that read a clip died, from its exit status."""
    if status == -signal.SIGXCPU and analysis.bounds is not None:
        minutes = analysis.bounds.cpu_minutes
        return SourceError(
            f"{analysis.camera}: takes more than {minutes} minutes to decode, which jobs.cpu_minutes allows"
        )
    return SightlineError(f"{analysis.camera}: the process that read it died ({_ended(status)}); its decoder crashed")


def _ended(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


class _Files:
    """The sink that writes a clip's results."""

    def __init__(
        self,
        analysis: Analysis,
        on_progress: Callable[[Progress], None],
        on_frame: Callable[[FrameRecord, Picture], None] | None,
    ) -> None:
        self.ended = False
        self._analysis = analysis
        self._on_progress = on_progress
        self._on_frame = on_frame
        self._records: Any = None
        self._overlay: OverlayWriter | None = None
        self._total: int | None = None
        self._frames = 0
        self._drops = 0
        self._tracks: set[int] = set()
        self._events: list[Event] = []
        self._deliveries = DeliveryFiles(analysis.out)
        self._stages = StageTimes(window=None)
        self._begin = self._end = time.monotonic()
        self._heard = time.monotonic()
        self._last_pts_ms = 0.0
        self._size = (0, 0)

    def opened(self, event: SourceOpened) -> None:
        out = self._analysis.out
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._records = self._partial("frames.jsonl").open("wb")
        except OSError as error:
            raise InputError(f"{out}: cannot be written ({error.strerror}); give another folder with --out") from error
        if self._analysis.overlay:
            self._overlay = OverlayWriter(out / "overlay.mp4", event.fps)
        limit = self._analysis.limit
        self._total = event.frames if limit is None else min(limit, event.frames or limit)
        self._size = event.size
        self._begin = time.monotonic()

    def figures(self, event: Figures) -> None:
        self._drops += sum(event.drops.values())

    def recording(self, event: Recording) -> None:
        return

    def clip(self, event: ClipMade) -> None:
        return

    def changed(self, event: State) -> None:
        if event.state is CameraState.FAILED:
            raise SourceError(event.detail)
        if event.state is CameraState.RECONNECTING:
            raise SourceError(f"{event.source}: {event.detail}")
        if event.state is CameraState.ENDED:
            self.ended = True

    def lost(self, event: CaptureLost) -> None:
        if event.state is not CameraState.ENDED:
            raise CaptureDiedError

    def removed(self, camera: str) -> None:
        return

    def placed(self, camera: str, marks: Placed) -> None:
        if marks.fault:
            raise ConfigError("\n".join(f"{camera}: {line}" for line in marks.fault.splitlines()))
        if self._overlay is not None:
            self._overlay.marks = marks.marks

    def dropped(self, camera: str, cause: str) -> None:
        self._drops += 1

    def frame(self, record: FrameRecord, arrival: Arrival) -> None:
        if self.full:
            arrival.release()
            return
        self._records.write(to_json(record) + b"\n")
        self._frames += 1
        self._tracks.update(person.track for person in record.people)
        self._stages.add(record.stages_ms)
        self._end = self._heard = time.monotonic()
        self._last_pts_ms = record.pts_ms
        if self._on_frame is not None:
            self._on_frame(record, arrival.frame.picture)
        if self._overlay is None:
            arrival.release()
        else:
            self._overlay.add(record, arrival)
        self._on_progress(Progress(self._frames, self._total, self._frames / max(self._end - self._begin, 1e-9)))

    def listen(self) -> None:
        """From now on silence counts: what came before was the network's compiling."""
        self._heard = time.monotonic()

    def silent(self, busy: bool) -> bool:
        """Nothing, or SourceError where the decoder has brought nothing for longer than is allowed."""
        bounds = self._analysis.bounds
        if bounds is not None and not busy and time.monotonic() - self._heard > bounds.silence_s:
            raise SourceError(f"{self._analysis.camera}: no frame could be decoded for {bounds.silence_s:g} s")
        return False

    @property
    def full(self) -> bool:
        """Whether there are as many frames as were asked for."""
        return self._frames == self._analysis.limit

    def delivered(self, delivery: Delivery, cuts: Mapping[Foot, CreaseCut]) -> None:
        if not self.full:
            self._deliveries.add(delivery, cuts)

    def happened(self, event: Event, picture: Picture | None) -> None:
        if not self.full:
            self._events.append(event)

    def idle(self, now: float) -> None:
        return

    def finish(self, detector: Detector, notes: tuple[str, ...]) -> dict[str, Any]:
        """Complete all files, and answer the summary; `notes` says what was asked for and could not be had."""
        if self._records is None:
            raise SourceError(f"{self._analysis.clip}: not one frame of it could be read")
        if self._overlay is not None:
            self._overlay.finish()
            self._end = time.monotonic()
        self._records.close()
        seconds = self._end - self._begin
        summary = {
            "clip": self._analysis.clip,
            "run": self._analysis.run,
            "frames": self._frames,
            "seconds": round(seconds, 3),
            "fps": round(self._frames / seconds, 2),
            "clip_seconds": round(self._last_pts_ms / 1e3, 3),
            "dropped": self._drops,
            "engine": detector.engine,
            "device": detector.device,
            "model": detector.model.name,
            "input": list(detector.size),
            "passes": len(detector.passes(self._size)),
            "latency_ms": {stage: asdict(values) for stage, values in self._stages.percentiles().items()},
            "tracks": len(self._tracks),
            "events": len({event.id for event in self._events}),
            "rules": self._counts(),
            **({"deliveries": len(self._deliveries)} if self._is_cricket else {}),
            "notes": list(notes),
        }
        self._partial("events.jsonl").write_bytes(b"".join(to_json(event) + b"\n" for event in self._events))
        self._partial("summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
        if self._is_cricket:
            self._deliveries.finish(self._analysis.out / "overlay.mp4" if self._overlay is not None else None)
        for name in ("frames.jsonl", "events.jsonl", "summary.json"):
            self._partial(name).replace(self._analysis.out / name)
        return summary

    @property
    def _is_cricket(self) -> bool:
        camera = self._analysis.deployment.cameras.get(self._analysis.camera)
        return camera is not None and camera.cricket

    def _counts(self) -> dict[str, dict[str, object]]:
        """The kind and the number of events of each rule."""
        camera = self._analysis.deployment.cameras.get(self._analysis.camera)
        begun = Counter(event.rule for event in self._events if event.revision == 0)
        rules = {} if camera is None else camera.rules
        return {name: {"kind": rule.kind, "events": begun[name]} for name, rule in rules.items()}

    def discard(self) -> None:
        """Leave nothing half-written."""
        if self._overlay is not None:
            self._overlay.discard()
        if self._records is not None:
            self._records.close()
        self._deliveries.discard()
        for name in ("frames.jsonl", "events.jsonl", "summary.json"):
            self._partial(name).unlink(missing_ok=True)

    def _partial(self, name: str) -> Path:
        return self._analysis.out / f".{name}.partial"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
