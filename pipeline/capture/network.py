"""What all live streams that FFmpeg reads have in common: limits on every wait, honest times, figures, clear faults."""

import math
import struct
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import av
import av.error

from pipeline.capture import faults
from pipeline.capture.decoding import open_with
from pipeline.capture.faults import CameraError
from pipeline.capture.meter import StreamMeter
from pipeline.capture.pixels import picture_of
from pipeline.capture.source import AS_IT_IS, Alive, Captured, Source, SourceInfo, SourceOptions, nobody
from pipeline.status import Failure, StreamFigures
from pipeline.urls import redact

_OPTIONS = {
    "fflags": "nobuffer",
    "flags": "low_delay",
    # Microseconds: the picture's size stands in the stream's first moments, and everything else is measured.
    "analyzeduration": "500000",
}
_BURST_TIMES = 4.0
"""How many times the configured timeout a stream may be silent that comes in segments of seconds."""
_BEHIND_S = 0.5
"""A burst that comes this much too late is shown from now on, at its own pace, and not all at once."""
_LEAP_S = 1.0
_MARGIN_S = 3.0
_FINDING_S = 90.0
"""How long name servers that do not answer may take; nothing can interrupt that."""
_UNDECODED_S = 10.0
"""Packets that give no picture for this long are not worth waiting for any more."""


class StreamSource(Source):
    """A live stream. Kinds say where it is and how FFmpeg is to open it."""

    live: ClassVar[bool] = True
    drifts: ClassVar[bool] = True

    def __init__(self, url: str, options: SourceOptions = AS_IT_IS, alive: Alive = nobody) -> None:
        self._name = redact(url)
        self._alive = alive
        self._bursts = self._in_bursts(url)
        self._timeout_s = options.timeout_s * (_BURST_TIMES if self._bursts else 1)
        self._corrupt = 0
        self._offset_ms: float | None = None
        self._earliest_s = self._sent = self._arrived = -math.inf
        self._meter = StreamMeter()
        self._shown_from: float | None = None
        self._take: Callable[[Any], None] | None = None
        address, settings, container_format = self._place(url, options)
        alive(_FINDING_S)
        faults.find(self._name, address)
        # Connecting and looking into the stream may each take the whole timeout; finding out why not takes a second.
        alive(2 * self._timeout_s + _MARGIN_S)
        begin = time.monotonic()
        try:
            self._container, decoder = open_with(
                address,
                options.decoder,
                format=container_format,
                options={**_OPTIONS, **settings},
                timeout=(self._timeout_s, self._timeout_s),
            )
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise faults.opening(self._name, address, error, self._waited(begin)) from error
        if decoder is None:
            self._container.close()
            raise CameraError(self._name, Failure.NOT_VIDEO, "sends no video")
        self._decoder = decoder
        self._stream = self._container.streams.video[0]
        context = self._stream.codec_context
        # Motion JPEG has no PTS; FFmpeg invents 25 a second.
        self._stamped = self._container.format.name != "mpjpeg"
        rate = options.fps or float(self._stream.average_rate or self._stream.guessed_rate or 25)
        self._info = SourceInfo(context.width, context.height, rate, None, self._stream.codec.name)

    @abstractmethod
    def _place(self, url: str, options: SourceOptions) -> tuple[str, dict[str, str], str | None]:
        """The address for FFmpeg, its options, and its input format where that cannot be found out.

        Raises:
            SourceError: the address cannot be.
        """

    @classmethod
    def _in_bursts(cls, _url: str) -> bool:
        """Whether frames come a segment of seconds at a time, to be shown when their PTS says."""
        return False

    @property
    def info(self) -> SourceInfo:
        return self._info

    @property
    def figures(self) -> StreamFigures:
        meter = self._meter
        return StreamFigures(
            self._info.codec, self._decoder.words, round(meter.fps, 2), round(meter.kbps, 1), meter.gop, self._offset_ms
        )

    def corrupt(self) -> int:
        count, self._corrupt = self._corrupt, 0
        return count

    def pictures(self) -> Iterator[Captured]:
        undecoded: float | None = None
        for packet in self.packets():
            arrived = time.monotonic()
            undecoded = undecoded or arrived
            begin = time.perf_counter()
            for frame in self._decoded(packet):
                decode_ms = (time.perf_counter() - begin) * 1e3
                if self._bursts:
                    self._wait_for(frame.time)
                pts_ms = frame.time * 1e3 if self._stamped and frame.time is not None else math.nan
                yield Captured(picture_of(frame), pts_ms, decode_ms)
                undecoded = None
                begin = time.perf_counter()
            if undecoded is not None and arrived - undecoded > _UNDECODED_S:
                reason = f"sends data, but no picture could be decoded for {_UNDECODED_S:g} s"
                raise CameraError(self._name, Failure.DECODER, reason)

    @property
    def stream(self) -> Any:
        """The stream as FFmpeg describes it, for whoever writes its packets."""
        return self._stream

    def packets_to(self, take: Callable[[Any], None]) -> Any:
        self._take = take
        return self._stream

    def packets(self) -> Iterator[av.Packet]:
        """The packets as they come, for ever.

        Raises:
            CameraError: reading stopped.
        """
        packets = self._container.demux(self._stream)
        while True:
            self._alive(self._timeout_s + _MARGIN_S)
            begin = time.monotonic()
            try:
                packet = next(packets, None)
            except (av.error.FFmpegError, OSError) as error:
                raise faults.reading(self._name, error, self._waited(begin), self._timeout_s) from error
            # A read that is given up still hands over what the parser held back: that is no sign of life.
            if packet is None or packet.size == 0 or self._waited(begin):
                raise faults.reading(self._name, None, self._waited(begin), self._timeout_s)
            self._meter.add(packet.size, packet.is_keyframe, time.monotonic())
            self._compare_clocks(packet)
            if self._take is not None:
                self._take(packet)
            yield packet

    def _decoded(self, packet: Any) -> Iterator[av.VideoFrame]:
        if packet.is_corrupt:
            self._corrupt += 1
            return
        try:
            for frame in self._decoder.decode(packet):
                if frame.is_corrupt:
                    self._corrupt += 1
                else:
                    yield frame
        except av.error.FFmpegError:
            # Damage shows as invalid data, and now and then as something that the decoder does not know.
            self._corrupt += 1

    def _compare_clocks(self, packet: Any) -> None:
        """A camera that sends its wall clock beside the pictures (RTCP's sender reports) says how far off it is."""
        if packet.has_sidedata("prft"):
            microseconds, _ = struct.unpack("=qi", bytes(packet.get_sidedata("prft"))[:12])
            self._offset_ms = round(microseconds / 1e3 - time.time() * 1e3, 1)
            # By the monotonic clock: this machine's own clock may be set. What a network holds up still comes in order;
            # stamps that leap or run backwards are the camera's.
            sent, now = microseconds / 1e6, time.monotonic()
            leaps = not 0 < sent - self._sent <= now - self._arrived + _LEAP_S
            self._sent, self._arrived = sent, now
            early_s = sent - now
            self._earliest_s = early_s if leaps else max(early_s, self._earliest_s)
            if self._earliest_s - early_s > self._timeout_s:
                reason = f"its pictures arrive more than {self._timeout_s:g} s late; connected anew to catch up"
                raise CameraError(self._name, Failure.TIMED_OUT, reason)

    def _wait_for(self, pts_s: float | None) -> None:
        """Sleep until a frame of a burst is due, by the first frame of the connection."""
        now = time.monotonic()
        if pts_s is None:
            return
        ahead = 0.0 if self._shown_from is None else self._shown_from + pts_s - now
        if self._shown_from is None or not -_BEHIND_S < ahead < self._timeout_s:
            self._shown_from = now - pts_s
        elif ahead > 0:
            self._alive(ahead + _MARGIN_S)
            time.sleep(ahead)

    def _waited(self, begin: float) -> bool:
        return time.monotonic() - begin > 0.95 * self._timeout_s

    def close(self) -> None:
        self._container.close()
