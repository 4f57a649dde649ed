"""Network cameras by RTSP: fresh frames, with limits on every wait so that a read always returns."""

import time
from collections.abc import Iterator
from typing import ClassVar

import av
import av.error

from pipeline.capture.pixels import picture_of
from pipeline.capture.source import Captured, Source, SourceInfo
from pipeline.errors import SourceError
from pipeline.urls import redact

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 5.0


class RtspSource(Source):
    """An RTSP camera, interleaved over TCP. PTS count from the first frame, by the camera's own clock."""

    schemes: ClassVar[tuple[str, ...]] = ("rtsp", "rtsps")
    live: ClassVar[bool] = True

    def __init__(self, url: str, fps: float | None = None) -> None:
        self._name = redact(url)
        try:
            self._container = av.open(
                url,
                options={"rtsp_transport": "tcp", "fflags": "nobuffer", "flags": "low_delay"},
                timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S),
            )
        except (av.error.FFmpegError, OSError) as error:
            raise SourceError(f"{self._name}: {_reason(error)}") from error
        if not self._container.streams.video:
            self._container.close()
            raise SourceError(f"{self._name}: sends no video")
        self._stream = self._container.streams.video[0]
        # Frame threads hold back a frame each; a live camera wants its newest picture.
        self._stream.thread_type = "SLICE"
        context = self._stream.codec_context
        rate = fps or float(self._stream.average_rate or self._stream.guessed_rate or 25)
        self._info = SourceInfo(context.width, context.height, rate, None, self._stream.codec.name)

    @property
    def info(self) -> SourceInfo:
        return self._info

    def pictures(self) -> Iterator[Captured]:
        start: float | None = None
        try:
            for packet in self._container.demux(self._stream):
                begin = time.perf_counter()
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    continue
                decode_ms = (time.perf_counter() - begin) * 1e3
                for frame in frames:
                    at = time.monotonic() if frame.time is None else frame.time
                    start = at if start is None else start
                    yield Captured(picture_of(frame), (at - start) * 1e3, decode_ms)
        except (av.error.FFmpegError, OSError) as error:
            raise SourceError(f"{self._name}: {_reason(error)}") from error

    def close(self) -> None:
        self._container.close()


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or type(error).__name__).lower()
