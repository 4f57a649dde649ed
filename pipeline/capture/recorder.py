"""The recorder process: keeps a camera's stream as it is sent, in segments, without decoding it.

One a recorded camera, so that the small stream can be analysed while the large one is kept. Segments are Matroska files
that begin with a keyframe: one that was cut off by a crash or a full disk can still be played up to there.
"""

import errno
import json
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import av.error

from pipeline.capture.backoff import Backoff, naps
from pipeline.capture.faults import CameraError
from pipeline.capture.link import Link, Recording
from pipeline.capture.network import StreamSource
from pipeline.capture.source import OPENING_S, SourceOptions, Transport, kind_of
from pipeline.errors import SourceError
from pipeline.processes import beat, die_with_parent, without_secrets
from pipeline.status import Failure

_GAP_S = 2.0
"""Timestamps that leap further than this begin a new segment."""
_SAY_EVERY_S = 2.0
_PRUNE_EVERY_S = 20.0
RESERVE_BYTES = 1_000_000_000
"""Of the disk that recordings leave to others."""


@dataclass(frozen=True, slots=True)
class RecorderJob:
    """What one recorder is to do; comes as JSON on stdin, as it may hold a password.

    Segments of `segment_s` seconds go to `folder`/camera/day/time.mkv. Of all cameras' segments those older than `days`
    are deleted, and the oldest where there are more than `gigabytes`.
    """

    camera: str
    url: str
    folder: str
    address: str
    parent: int
    segment_s: float
    days: float
    gigabytes: float
    transport: Transport = "tcp"
    timeout_s: float = 4.0
    heartbeat: int | None = None


class Segments:
    """Writes packets into one file after another.

    Args:
        folder: the camera's own.
        seconds: how long a segment is; it ends with the next keyframe.
        now: the wall clock in Unix seconds, which names the files.
    """

    def __init__(self, folder: Path, seconds: float, now: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._seconds = seconds
        self._now = now
        self._file: Any = None
        self._stream: Any = None
        self._first = self._last = 0

    def add(self, packet: av.Packet, template: Any) -> bool:
        """Write a packet of the stream `template`; False where it is left out, as all before the first keyframe are.

        Raises:
            OSError: it cannot be written.
        """
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is None:
            return False
        scale = float(packet.time_base)
        leaps = self._file is not None and not 0 < (stamp - self._last) * scale <= _GAP_S
        full = self._file is not None and (stamp - self._first) * scale >= self._seconds
        if leaps or (full and packet.is_keyframe):
            self.close()
        if self._file is None:
            if not packet.is_keyframe:
                return False
            self._file, self._stream = self._opened(template)
            self._first = stamp
        self._last = stamp
        packet.dts = stamp - self._first
        packet.pts = packet.dts if packet.pts is None else packet.pts - self._first
        packet.stream = self._stream
        self._file.mux_one(packet)
        return True

    def _opened(self, template: Any) -> tuple[Any, Any]:
        begin = datetime.fromtimestamp(self._now(), UTC)
        path = self._folder / f"{begin:%Y-%m-%d}" / f"{begin:%H-%M-%S.%f}"[:-3]
        path.parent.mkdir(parents=True, exist_ok=True)
        # Milliseconds: Matroska is written a cluster at a time, and a kill loses the one that is not full.
        how = {"cluster_time_limit": "1000", "flush_packets": "1"}
        file = av.open(f"{path}.mkv", "w", format="matroska", options=how)
        try:
            stream = file.add_stream_from_template(template)
            file.start_encoding()
        except (av.error.FFmpegError, OSError):
            path.with_name(f"{path.name}.mkv").unlink(missing_ok=True)
            raise
        return file, stream

    def close(self) -> None:
        """End the segment, so that it says how long it is."""
        if self._file is not None:
            with suppress(av.error.FFmpegError, OSError):
                self._file.close()
            self._file = None


def prune(folder: Path, days: float, gigabytes: float, now: float) -> int:
    """Delete segments that are too old, and the oldest where all take too much or the disk is nearly full.

    Args:
        folder: with all cameras' segments.
        days: how long one is kept.
        gigabytes: how much all may take.
        now: Unix seconds.

    Returns:
        How many went.
    """
    found = []
    for path in folder.glob("*/*/*.mkv"):
        with suppress(FileNotFoundError):
            stat = path.stat()
            found.append((stat.st_mtime, stat.st_size, path))
    found.sort(reverse=True)
    # What others need, the database first of all, is never taken.
    spare = sum(length for _, length, _ in found) + shutil.disk_usage(folder).free - RESERVE_BYTES
    most = min(gigabytes * 1e9, max(0, spare))
    gone = size = 0
    for written, length, path in found:
        size += length
        if now - written > days * 86400 or size > most:
            path.unlink(missing_ok=True)
            gone += 1
            with suppress(OSError):
                path.parent.rmdir()  # the day, if nothing else is left of it
    return gone


class Recorder:
    """The loop of a recorder process: connect, write; again after a fault."""

    def __init__(self, job: RecorderJob) -> None:
        self._job = job
        self._folder = Path(job.folder)
        self._segments = Segments(self._folder / job.camera, job.segment_s)
        self._backoff = Backoff()
        self._link: Link | None = None
        self._said_at = self._pruned_at = 0.0

    def run(self) -> None:
        """Record for ever.

        Raises:
            SourceError: what was asked for can never be recorded.
        """
        while True:
            began = time.monotonic()
            self._alive(OPENING_S)
            fault = self._record()
            self._segments.close()
            self._pause(self._backoff.failed(fault.failure, time.monotonic() - began), fault.reason)

    def _record(self) -> CameraError:
        """Read and write until something fails; answers what did."""
        job = self._job
        options = SourceOptions(transport=job.transport, timeout_s=job.timeout_s)
        try:
            with kind_of(job.url)(job.url, options, self._alive) as source:
                if not isinstance(source, StreamSource):
                    raise SourceError(f"{job.camera}: only a camera's stream can be recorded")
                for packet in source.packets():
                    self._tidy()
                    if self._segments.add(packet, source.stream):
                        self._backoff.succeeded()
                        self._say(True, "")
            return CameraError(job.camera, Failure.ENDED, "the camera ended the stream")
        except CameraError as fault:
            return fault
        except (av.error.FFmpegError, OSError) as error:
            words = (getattr(error, "strerror", None) or str(error)).lower()
            return CameraError(job.camera, Failure.REFUSED, f"{self._folder} cannot be written: {words}")

    def _tidy(self) -> None:
        """Make room, now and then.

        Raises:
            OSError: there is none, even so.
        """
        now = time.monotonic()
        if now - self._pruned_at < _PRUNE_EVERY_S:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        prune(self._folder, self._job.days, self._job.gigabytes, time.time())
        if shutil.disk_usage(self._folder).free < RESERVE_BYTES:
            raise OSError(errno.ENOSPC, "less than 1 GB is left on the disk")
        self._pruned_at = now

    def _pause(self, seconds: float, reason: str) -> None:
        for nap_s in naps(seconds):
            self._alive()
            self._say(False, reason)
            time.sleep(nap_s)

    def _say(self, going: bool, detail: str) -> None:
        """Tell the worker, now and then: it may be a new one."""
        now = time.monotonic()
        if now - self._said_at > _SAY_EVERY_S:
            self._said_at = now
            self.say(going, detail)

    def say(self, going: bool, detail: str) -> None:
        """Tell the worker at once."""
        try:
            if self._link is None:
                self._link = Link.connect(self._job.address)
            self._link.send(Recording(self._job.camera, going, detail))
        except OSError:
            if self._link is not None:
                self._link.close()
            self._link = None

    def _alive(self, within_s: float = 5.0) -> None:
        beat(self._job.heartbeat, within_s)


def main() -> int:
    """Read the job from stdin and do it; 2 when what was asked for cannot be."""
    job = RecorderJob(**json.load(sys.stdin))
    die_with_parent(job.parent)
    without_secrets()
    recorder = Recorder(job)
    try:
        recorder.run()
    except SourceError as error:
        recorder.say(False, str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
