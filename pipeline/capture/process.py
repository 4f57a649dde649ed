"""The capture process: reads one source and fills the ring. One a camera, so that a read that never returns can be
ended by ending the process, and a decoder that crashes takes nobody with it.

A file waits for a free slot, and loses nothing; a live source never waits: where no slot is free its newest frame is
dropped and counted, so that what is analysed next is fresh.
"""

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.capture.link import Filled, Free, Link, Opened, State
from pipeline.capture.ring import Layout, RingWriter
from pipeline.capture.source import Captured, Source, kind_of
from pipeline.data import CameraState
from pipeline.errors import SourceError
from pipeline.processes import die_with_parent
from pipeline.urls import redact

FIRST_BACKOFF_S = 0.25
MAX_BACKOFF_S = 2.0
LAST_WORD_S = 30.0
"""How long a source that has ended waits for a worker to tell it to."""


@dataclass(frozen=True, slots=True)
class CaptureJob:
    """What one capture process is to do; comes as JSON on stdin, as it may hold a password.

    `paced` serves a file no faster than its own frame rate, as a camera would; `loop` begins it again at its end.
    """

    camera: str
    url: str
    address: str
    parent: int
    slots: int = 6
    fps: float | None = None
    paced: bool = False
    loop: bool = False

    @property
    def name(self) -> str:
        """The source without credentials."""
        return redact(self.url)


class Capture:
    """The loop of a capture process: open, read, hand over; again after a fault of a live source."""

    def __init__(self, job: CaptureJob) -> None:
        self._job = job
        self._live = kind_of(job.url).live
        self._link: Link | None = None
        self._ring: RingWriter | None = None
        self._rings = 0
        self._opened: Opened | None = None
        self._index = 0
        self._loop_ms = 0.0
        self._drops = 0
        self._said = CameraState.CONNECTING

    def run(self) -> None:
        """Read until a file ends; a live source is read for ever.

        Raises:
            SourceError: a file cannot be read.
            ConnectionError: the worker of a file that is read as fast as it goes is gone.
        """
        backoff_s = FIRST_BACKOFF_S
        tries = 0
        self._state(CameraState.CONNECTING)
        while True:
            before = self._index
            try:
                with kind_of(self._job.url)(self._job.url, self._job.fps) as source:
                    self._read(source)
                if self._live:
                    raise SourceError(f"{self._job.name}: the camera ended the stream")
                if not self._job.loop:
                    self._last_word(CameraState.ENDED, "")
                    return
            except SourceError as error:
                if not self._live:
                    self._last_word(CameraState.FAILED, str(error))
                    raise
                if self._index > before:
                    backoff_s, tries = FIRST_BACKOFF_S, 0
                tries += 1
                reason = str(error).removeprefix(f"{self._job.name}: ")
                self._state(CameraState.RECONNECTING, f"try {tries}: {reason}")
                time.sleep(backoff_s)
                backoff_s = min(2 * backoff_s, MAX_BACKOFF_S)

    def _read(self, source: Source) -> None:
        last_ms = 0.0
        for captured in self._paced(source.pictures(), source.info.fps):
            self._hand_over(source, captured)
            last_ms = captured.pts_ms
        self._loop_ms += last_ms + 1e3 / source.info.fps

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
                time.sleep(ahead_s)
            elif ahead_s < -1 / fps:
                start -= ahead_s  # a worker that held us up does not make us hurry afterwards
            yield captured

    def _hand_over(self, source: Source, captured: Captured) -> None:
        now, wall = time.monotonic(), time.time()
        picture = captured.picture
        while True:
            if not self._connected():
                if self._live:
                    self._drops += 1
                    self._index += 1
                    return
                time.sleep(0.02)
                continue
            try:
                layout = Layout.of(picture, self._job.slots)
                if self._ring is None or self._ring.layout != layout:
                    self._open_ring(source, layout)
                assert self._ring is not None
                self._collect(wait=not self._live and not self._ring.free)
                if self._ring.free:
                    break
                if self._live:
                    self._drops += 1
                    self._index += 1
                    return
            except OSError:
                self._disconnected()
        if self._live is False:
            # A file's frame counts as captured when there was room for it: it did not age while it waited.
            now, wall = time.monotonic(), time.time()
        try:
            if self._drops or self._said is not CameraState.LIVE:
                self._state(CameraState.LIVE)
            slot = self._ring.write(picture)
            pts_ms = round(captured.pts_ms + self._loop_ms, 3)
            self._send(Filled(slot, self._index, pts_ms, wall, now, round(captured.decode_ms, 3)))
        except OSError:
            self._disconnected()
        self._index += 1

    def _open_ring(self, source: Source, layout: Layout) -> None:
        if self._ring is not None:
            self._ring.close()
        self._ring = RingWriter(layout)
        self._rings += 1
        info = source.info
        opened = Opened(self._job.camera, self._job.name, self._live, info.fps, info.frames, layout)
        assert self._link is not None
        self._link.send(opened, self._ring.descriptor)

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
        self._link, self._ring, self._rings = None, None, 0

    def _state(self, state: CameraState, detail: str = "") -> None:
        self._said = state
        if self._connected():
            try:
                self._send(State(self._job.camera, self._job.name, state, detail, self._drops))
                self._drops = 0
            except OSError:
                self._disconnected()

    def _last_word(self, state: CameraState, detail: str) -> None:
        """Say how it ended to a worker that may still be starting."""
        limit = time.monotonic() + LAST_WORD_S
        while not self._connected() and time.monotonic() < limit:
            time.sleep(0.05)
        self._state(state, detail)

    def _send(self, message: State | Filled) -> None:
        assert self._link is not None
        self._link.send(message)


def main() -> int:
    """Read the job from stdin and do it; 2 when the source is at fault, which the worker has then been told."""
    job = CaptureJob(**json.load(sys.stdin))
    die_with_parent(job.parent)
    try:
        Capture(job).run()
    except SourceError:
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
