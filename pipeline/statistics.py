"""How a camera has been doing: counts, frame rate and the time of each stage."""

from collections import deque
from collections.abc import Iterable

import numpy as np

from pipeline.clock import utc_now
from pipeline.data import MarkedLine, MarkedZone
from pipeline.status import CameraState, CameraStatus, Failure, Percentiles, Recorded, StreamFigures


def percentiles(values: Iterable[float]) -> Percentiles:
    """p50, p95 and p99 of at least one value, rounded to microseconds."""
    p50, p95, p99 = np.percentile(np.fromiter(values, float), (50, 95, 99))
    return Percentiles(round(float(p50), 3), round(float(p95), 3), round(float(p99), 3))


class StageTimes:
    """The time that frames took in each stage, over a window of frames.

    Args:
        window: how many frames are looked back on; None is all of them.
    """

    def __init__(self, window: int | None) -> None:
        self._window = window
        self._values: dict[str, deque[float]] = {}

    def add(self, stages_ms: dict[str, float]) -> None:
        """A frame is done."""
        for stage, value in stages_ms.items():
            self._values.setdefault(stage, deque(maxlen=self._window)).append(value)

    def percentiles(self) -> dict[str, Percentiles]:
        """By stage."""
        return {stage: percentiles(values) for stage, values in self._values.items()}


class CameraStatistics:
    """What is told of one camera."""

    _WINDOW = 500
    _RATE_WINDOW_S = 2.0
    _RECORDER_SILENT_S = 6.0

    def __init__(self, camera: str, source: str, since: str) -> None:
        self.camera = camera
        self.source = source
        self.since = since
        self.state = CameraState.CONNECTING
        self.detail = ""
        self.failure: Failure | None = None
        self.tries = 0
        self.stream: StreamFigures | None = None
        self.last_frame: float | None = None
        self.size: tuple[int, int] | None = None
        self.zones: tuple[MarkedZone, ...] = ()
        self.lines: tuple[MarkedLine, ...] = ()
        self.marks_fault = ""
        self.frames = 0
        self.encoded = 0
        self.drops: dict[str, int] = {}
        self._stages = StageTimes(self._WINDOW)
        self._recorded: tuple[float, Recorded | None] = (0.0, None)
        self._finished: deque[float] = deque(maxlen=self._WINDOW)

    def enter(
        self, state: CameraState, detail: str, since: str, failure: Failure | None = None, tries: int = 0
    ) -> None:
        """The camera is in a state, from now on if it was not before."""
        if state is not self.state:
            self.since = since
        self.state, self.detail, self.tries = state, detail, tries
        self.failure = failure or self.failure
        if state not in (CameraState.LIVE, CameraState.STALLED):
            self.stream = None
        if state is CameraState.STOPPED:
            self._recorded = (0.0, None)

    def record(self, going: bool, detail: str, now: float) -> None:
        """Its recorder has spoken, at `now` seconds of the monotonic clock."""
        self._recorded = (now, Recorded(going, detail))

    def recording(self, now: float) -> Recorded | None:
        """Whether it is recorded; None where no recorder has ever spoken."""
        at, recorded = self._recorded
        if recorded is not None and recorded.going and now - at > self._RECORDER_SILENT_S:
            return Recorded(False, "its recorder is being started")
        return recorded

    def drop(self, cause: str, count: int = 1) -> None:
        """Frames were not analysed."""
        if count:
            self.drops[cause] = self.drops.get(cause, 0) + count

    def frame(self, stages_ms: dict[str, float], finished: float) -> None:
        """A frame was analysed, at `finished` seconds of the monotonic clock."""
        self.frames += 1
        self._stages.add(stages_ms)
        self._finished.append(finished)

    def fps(self, now: float) -> float:
        """Frames a second over the last two seconds."""
        recent = [at for at in self._finished if now - at <= self._RATE_WINDOW_S]
        return (len(recent) - 1) / (recent[-1] - recent[0]) if len(recent) > 1 and recent[-1] > recent[0] else 0.0

    def status(self, now: float) -> CameraStatus:
        """All of it, as it goes over the wire."""
        return CameraStatus(
            camera=self.camera,
            told_at=utc_now(),
            state=self.state,
            source=self.source,
            since=self.since,
            detail=self.detail,
            failure=self.failure,
            tries=self.tries,
            size=self.size,
            stream=self.stream,
            recording=self.recording(now),
            age_ms=None if self.last_frame is None else round((now - self.last_frame) * 1e3, 1),
            fps=round(self.fps(now), 2),
            frames=self.frames,
            drops=dict(self.drops),
            latency_ms=self._stages.percentiles(),
            encoded=self.encoded,
            zones=self.zones,
            lines=self.lines,
            marks_fault=self.marks_fault,
        )
