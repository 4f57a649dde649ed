"""The capture process: reads one source and fills the ring. One a camera, so that a read that never returns can be
ended by ending the process, and a decoder that crashes takes nobody with it.

A file waits for a free slot, and loses nothing; a live source never waits: where no slot is free its newest frame is
dropped and counted, so that what is analysed next is fresh.
"""

import errno
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.capture.backoff import NAP_S, Backoff, naps
from pipeline.capture.bounds import limit, memory_reached
from pipeline.capture.clips import Clips, ClipSettings
from pipeline.capture.faults import CameraError
from pipeline.capture.link import ClipEnd, ClipMade, ClipWanted, Figures, Filled, Free, Link, Opened, State, Viewed
from pipeline.capture.masking import Masking
from pipeline.capture.ring import Layout, RingWriter
from pipeline.capture.source import OPENING_S, Captured, DecoderName, Source, SourceOptions, Transport, kind_of
from pipeline.capture.timeline import Timeline
from pipeline.errors import ConfigError, SourceError
from pipeline.geometry.camera import Camera
from pipeline.processes import beat, die_with_parent, without_secrets
from pipeline.status import CameraState, Failure
from pipeline.urls import redact

LAST_WORD_S = 30.0
"""How long a source that has ended waits for a worker to tell it to."""
_FIGURES_EVERY_S = 1.0
_BEAT_S = 5.0
"""How long anything but reading may take."""


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """What one capture process is to do; comes as JSON on stdin, as it may hold a password.

    `paced` serves a file no faster than its own frame rate, as a camera would; `loop` begins it again at its end.
    `ring_mb` is the most memory that its pictures may take. `memory_mb` and `cpu_s` bound the process itself, for
    files that nobody knows. `camera_file` says through what camera the source sees. On `heartbeat`, a file descriptor,
    it shows that its reads return. `clips` says how clips of events are cut, if any; `privacy` are its `PrivacyMask`s.
    """

    camera: str
    url: str
    address: str
    parent: int
    slots: int = 6
    ring_mb: int = 1024
    fps: float | None = None
    transport: Transport = "tcp"
    decoder: DecoderName = "cpu"
    timeout_s: float = 4.0
    paced: bool = False
    loop: bool = False
    memory_mb: int | None = None
    cpu_s: int | None = None
    camera_file: str | None = None
    privacy: tuple[dict[str, Any], ...] = ()
    heartbeat: int | None = None
    clips: ClipSettings | None = None

    @classmethod
    def read(cls, fields: dict[str, Any]) -> "CaptureJob":
        """A job from its JSON."""
        clips = fields.get("clips")
        return cls(**{**fields, "clips": None if clips is None else ClipSettings(**clips)})

    @property
    def name(self) -> str:
        """The source without credentials."""
        return redact(self.url)

    @property
    def options(self) -> SourceOptions:
        return SourceOptions(self.fps, self.transport, self.decoder, self.timeout_s)


class Capture:
    """The loop of a capture process: open, read, hand over; again after a fault of a live source."""

    def __init__(self, job: CaptureJob) -> None:
        self._job = job
        self._live = kind_of(job.url).live
        self._link: Link | None = None
        self._ring: RingWriter | None = None
        self._rings = 0
        self._view: Camera | None = None
        self._told: Camera | None = None
        self._index = 0
        self._loop_ms = 0.0
        self._drops: Counter[str] = Counter()
        self._said = State(job.camera, job.name, CameraState.CONNECTING)
        self._timeline = Timeline()
        self._backoff = Backoff()
        self._figures_at = 0.0
        self._masking = Masking.of(job.privacy)
        self._clips = None if job.clips is None else Clips(job.camera, job.clips)

    def run(self) -> None:
        """Read until a file ends; a live source is read for ever.

        Raises:
            SourceError: a file cannot be read, or what was asked for can never be.
            ConnectionError: the worker of a file that is read as fast as it goes is gone.
        """
        self._state(CameraState.CONNECTING)
        while True:
            began = time.monotonic()
            self._alive(OPENING_S)
            try:
                with kind_of(self._job.url)(self._job.url, self._job.options, self._alive) as source:
                    if self._clips is not None:
                        self._clips.stream(source)
                    self._read(source)
                if self._live:
                    raise CameraError(self._job.name, Failure.ENDED, "the camera ended the stream")
                self._stream_ended()
                if not self._job.loop:
                    self._last_word(CameraState.ENDED, "")
                    return
            except CameraError as fault:
                self._stream_ended()
                self._wait(self._backoff.failed(fault.failure, time.monotonic() - began), fault)
            except (SourceError, MemoryError) as error:
                self._stream_ended()
                fault = self._explained(error)
                self._last_word(CameraState.FAILED, str(fault))
                raise fault from error

    def _stream_ended(self) -> None:
        if self._clips is not None:
            self._clips.stream_ended()
            self._tell_clips()

    def _explained(self, error: Exception) -> SourceError:
        """What a file's fault is. Decoders that get no memory call it many things, or the pictures damaged."""
        job, code = self._job, getattr(error.__cause__, "errno", None)
        short = isinstance(error, MemoryError) or code in (errno.ENOMEM, errno.EAGAIN)
        if job.memory_mb is not None and (short or memory_reached(job.memory_mb)):
            return SourceError(
                f"{job.name}: needs more memory to decode than jobs.memory_mb allows ({job.memory_mb} MB)"
            )
        if isinstance(error, SourceError):
            return error
        return SourceError(f"{job.name}: no memory is left to read it")

    def _wait(self, pause_s: float, fault: CameraError) -> None:
        """Tell of a fault, to a worker that comes meanwhile too, and let some time pass."""
        reason = fault.reason + (f"; next try in {pause_s:.0f} s" if pause_s > 2 * NAP_S + 2 else "")
        self._state(CameraState.RECONNECTING, reason, fault.failure, self._backoff.tries)
        for nap_s in naps(pause_s):
            self._alive()
            self._listen()
            if self._link is None and self._connected():
                self._say()
            time.sleep(nap_s)

    def _listen(self) -> None:
        """Take what the worker says while nothing is sent to it, and notice that it has gone."""
        try:
            if self._ring is not None:
                self._collect(wait=False)
            elif self._link is not None and self._link.hung_up():
                self._disconnected()
        except OSError:
            self._disconnected()

    def _read(self, source: Source) -> None:
        last_ms = 0.0
        self._timeline.restart()
        for captured in self._paced(source.pictures(), source.info.fps):
            self._alive()
            self._hand_over(source, self._masking.masked(captured))
            self._alive(self._job.timeout_s + _BEAT_S)
            self._backoff.succeeded()
            last_ms = captured.pts_ms
        self._loop_ms += last_ms + 1e3 / source.info.fps

    def _alive(self, within_s: float = _BEAT_S) -> None:
        beat(self._job.heartbeat, within_s)

    def _paced(self, pictures: Iterator[Captured], fps: float) -> Iterator[Captured]:
        if self._live or not self._job.paced:
            yield from pictures
            return
        start: float | None = None
        for captured in pictures:
            now = time.monotonic()
            start = now - captured.pts_ms / 1e3 if start is None else start
            ahead_s = start + captured.pts_ms / 1e3 - now
            if ahead_s > 0:
                self._alive(ahead_s + _BEAT_S)
                time.sleep(ahead_s)
            elif ahead_s < -1 / fps:
                start -= ahead_s  # a worker that held us up does not make us hurry afterwards
            yield captured

    def _hand_over(self, source: Source, captured: Captured) -> None:
        now, wall = time.monotonic(), time.time()
        pts_ms = captured.pts_ms + self._loop_ms
        if source.drifts:
            pts_ms, late_s = self._timeline.place(captured.pts_ms / 1e3, now)
            now, wall = now - late_s, wall - late_s
        if self._clips is not None:
            self._clips.picture(captured.picture, pts_ms, now)
        if not self._room_for(source, captured):
            self._index += 1
            self._tell_figures(source)
            return
        assert self._ring is not None
        if not self._live:
            # A file's frame counts as captured when there was room for it: it did not age while it waited.
            now, wall = time.monotonic(), time.time()
        try:
            if self._said.state is not CameraState.LIVE:
                self._state(CameraState.LIVE)
            slot = self._ring.write(captured.picture)
            view = captured.camera if self._view is None else self._view
            if view != self._told:
                self._send(Viewed(view))
                self._told = view
            self._send(Filled(slot, self._index, round(pts_ms, 3), wall, now, round(captured.decode_ms, 3)))
        except OSError:
            self._disconnected()
        self._index += 1
        self._tell_figures(source)
        self._tell_clips()

    def _room_for(self, source: Source, captured: Captured) -> bool:
        """Whether there is a slot for a picture; a file waits until there is one."""
        while True:
            if not self._connected():
                if self._live:
                    self._drops["no worker"] += 1
                    return False
                self._alive()
                time.sleep(0.02)
                continue
            try:
                layout = Layout.of(captured.picture, self._job.slots)
                if self._ring is None or self._ring.layout != layout:
                    self._open_ring(source, layout)
                assert self._ring is not None
                self._collect(wait=not self._live and not self._ring.free)
                if self._ring.free:
                    return True
                if self._live:
                    self._drops["no slot"] += 1
                    return False
                self._alive()
            except OSError:
                self._disconnected()

    def _tell_clips(self) -> None:
        """Tell the worker of clips that are done; while it is away they wait for the next."""
        made = [] if self._clips is None or self._link is None else self._clips.made
        try:
            while made:
                self._send(made[0])
                del made[0]
        except OSError:
            self._disconnected()

    def _tell_figures(self, source: Source) -> None:
        corrupt = source.corrupt()
        if corrupt:
            self._drops["corrupt"] += corrupt
        now = time.monotonic()
        if self._link is None or now - self._figures_at < _FIGURES_EVERY_S:
            return
        self._figures_at = now
        try:
            self._send(Figures(self._job.camera, source.figures, dict(self._drops)))
            self._drops.clear()
        except OSError:
            self._disconnected()

    def _open_ring(self, source: Source, layout: Layout) -> None:
        if layout.slots * layout.picture_bytes > self._job.ring_mb * 1_000_000:
            raise SourceError(
                f"{self._job.name}: {layout.slots} pictures of {layout.width}x{layout.height} take "
                f"{layout.slots * layout.picture_bytes / 1e6:.0f} MB, limits.ring_mb allows {self._job.ring_mb}; "
                "use the camera's sub stream, or fewer slots"
            )
        if self._ring is not None:
            self._ring.close()
        self._ring = RingWriter(layout)
        self._rings += 1
        self._view = self._camera_of((layout.width, layout.height))
        info = source.info
        opened = Opened(self._job.camera, self._job.name, self._live, info.fps, info.frames, layout)
        assert self._link is not None
        self._link.send(opened, self._ring.descriptor)

    def _camera_of(self, size: tuple[int, int]) -> Camera | None:
        """What the camera file says, for pictures of that size.

        Raises:
            SourceError: it cannot be read, or is for pictures of another shape.
        """
        file = self._job.camera_file
        if file is None:
            return None
        try:
            return Camera.load(Path(file)).seen_at(size)
        except ConfigError as error:
            raise SourceError(f"{self._job.name}: {'; '.join(str(error).splitlines())}") from error

    def _collect(self, wait: bool) -> None:
        """Take the slots that the worker has handed out; wait for one if asked."""
        assert self._link is not None
        assert self._ring is not None
        timeout = 1.0 if wait else 0.0
        while (received := self._link.receive(timeout)) is not None:
            message, _ = received
            if isinstance(message, Free) and message.ring == self._rings:
                self._ring.give(message.slot)
                timeout = 0.0
            elif isinstance(message, ClipWanted) and self._clips is not None:
                self._clips.wanted(message)
            elif isinstance(message, ClipEnd) and self._clips is not None:
                self._clips.ended(message)

    def _connected(self) -> bool:
        if self._link is None:
            try:
                self._link = Link.connect(self._job.address)
            except OSError:
                return False
        return True

    def _disconnected(self) -> None:
        """The worker is gone: its slots are void, and the next one gets a new ring."""
        if self._link is not None:
            self._link.close()
        if self._ring is not None:
            self._ring.close()
        self._link, self._ring, self._rings, self._told = None, None, 0, None

    def _state(self, state: CameraState, detail: str = "", failure: Failure | None = None, tries: int = 0) -> None:
        self._said = State(self._job.camera, self._job.name, state, detail, failure, tries)
        if self._connected():
            self._say()

    def _say(self) -> None:
        try:
            self._send(self._said)
        except OSError:
            self._disconnected()

    def _last_word(self, state: CameraState, detail: str) -> None:
        """Say how it ended to a worker that may still be starting."""
        limit = time.monotonic() + LAST_WORD_S
        while not self._connected() and time.monotonic() < limit:
            self._alive()
            time.sleep(0.05)
        if self._link is None:
            return
        try:
            self._send(Figures(self._job.camera, None, dict(self._drops)))
        except OSError:
            self._disconnected()
        self._state(state, detail)

    def _send(self, message: State | Figures | Viewed | Filled | ClipMade) -> None:
        assert self._link is not None
        self._link.send(message)


def main() -> int:
    """Read the job from stdin and do it; 2 when the source is at fault, which the worker has then been told."""
    job = CaptureJob.read(json.load(sys.stdin))
    die_with_parent(job.parent)
    without_secrets()
    limit(job.memory_mb, job.ring_mb, job.cpu_s)
    try:
        Capture(job).run()
    except SourceError:
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
