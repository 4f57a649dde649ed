"""Clips of events, written by the process that reads the camera: it alone has the stream as it was sent.

A clip begins with what the ring holds and grows with the stream until its event is over, so that a long event needs no
more memory than a short one. The file is playable up to its last fragment should the process be killed
(`hybrid_fragmented`), and gets its name when it is complete. Packets are copied as they are where a player of MP4 can
do with their codec; of other sources (simulated cameras, images, motion JPEG, raw video), and of cameras that have
privacy masks, which the camera's own packets know nothing of, the pictures are encoded.
"""

import io
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast

import av
import av.error
from av.video.codeccontext import VideoCodecContext

from pipeline.capture.link import ClipEnd, ClipMade, ClipWanted
from pipeline.capture.packets import Encoded, PacketRing
from pipeline.capture.pixels import frame_of
from pipeline.capture.source import Source
from pipeline.media.video import TIME_BASE
from pipeline.pictures import Picture

COPIED = ("h264", "hevc", "av1", "vp9", "mpeg4")
"""Codecs whose packets an MP4 takes as they are."""
RESERVE_BYTES = 500_000_000
"""Of the disk that clips leave to others: to the database first of all."""
_LEAP_S = 5.0
"""Stamps that leap further end a clip."""
MOST_CLIPS = 8
"""Clips of one camera that are written side by side; what happens meanwhile is in them anyway."""


@dataclass(frozen=True, slots=True)
class ClipSettings:
    """How a camera's clips are made. `masked`: its packets must not be kept, because they show what is hidden."""

    ring_s: float = 20.0
    ring_mb: int = 32
    masked: bool = False
    reserve_bytes: int = RESERVE_BYTES


class Clips:
    """The ring of one camera, and its clips under way."""

    def __init__(self, camera: str, settings: ClipSettings) -> None:
        self._camera = camera
        self._settings = settings
        self._ring = PacketRing(settings.ring_s, settings.ring_mb * 1_000_000)
        self._writing: dict[str, _Clip] = {}
        self._template: Any = None
        self._encoder: PictureEncoder | None = None
        self._fps = 25.0
        self._copies = False
        self.made: list[ClipMade] = []
        """Clips that are done, or could not be made; whoever tells the worker takes them out."""

    def stream(self, source: Source, clock: Callable[[], float] = time.monotonic) -> None:
        """A source was opened: its packets come here from now on, if they can be kept as they are.

        Args:
            source: what is read.
            clock: the monotonic one, in seconds.
        """
        self.stream_ended()
        self._fps = source.info.fps
        self._copies = source.info.codec in COPIED and not self._settings.masked
        if self._copies:
            # Packets that were read to look into the source are handed over at once.
            self._template = source.packets_to(lambda packet: self.packet(packet, clock()))
            self._copies = self._template is not None

    def stream_ended(self) -> None:
        """No more of it comes: clips end with what there is."""
        for event in list(self._writing):
            self._finish(event)
        self._ring.clear()
        self._template = self._encoder = None

    def packet(self, packet: av.Packet, now: float) -> None:
        """The source has read a packet."""
        if self._copies and (encoded := Encoded.of(packet, now)) is not None:
            self._add(encoded)

    def picture(self, picture: Picture, pts_ms: float, now: float) -> None:
        """The source has given a picture, which has its masks."""
        if self._copies:
            return
        if self._encoder is None or self._encoder.size != picture.size:
            self.stream_ended()
            self._encoder = PictureEncoder(picture.size, self._fps)
        for encoded in self._encoder.encode(picture, pts_ms, now):
            if self._template is None:
                self._template = template_of(encoded.data)
            self._add(encoded)

    def wanted(self, wanted: ClipWanted) -> None:
        """Begin a clip with what the ring holds."""
        if wanted.event in self._writing:
            return
        if len(self._writing) >= MOST_CLIPS:
            self._tell(wanted, fault=f"{MOST_CLIPS} clips of this camera are being written already")
            return
        packets = list(self._ring.since(wanted.since))
        if self._template is None or not packets:
            self._tell(wanted, fault="no pictures came")
            return
        path = Path(wanted.path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(path.parent).free < self._settings.reserve_bytes:
                self._tell(wanted, fault="the disk is nearly full")
                return
            self._writing[wanted.event] = clip = _Clip(wanted, self._template, packets[0])
        except (av.error.FFmpegError, OSError, ValueError) as error:
            self._tell(wanted, fault=_reason(error))
            return
        for encoded in packets:
            self._write(wanted.event, clip, encoded)

    def ended(self, ended: ClipEnd) -> None:
        """An event is over: its clip ends a little later."""
        clip = self._writing.get(ended.event)
        if clip is not None:
            clip.until = min(clip.until, ended.until)

    def _add(self, encoded: Encoded) -> None:
        self._ring.add(encoded)
        for event, clip in list(self._writing.items()):
            self._write(event, clip, encoded)

    def _write(self, event: str, clip: "_Clip", encoded: Encoded) -> None:
        if event not in self._writing:
            return
        if encoded.at > clip.until:
            self._finish(event)
            return
        try:
            if not clip.add(encoded):
                self._finish(event)
        except (av.error.FFmpegError, OSError) as error:
            del self._writing[event]
            clip.discard()
            self._tell(clip.wanted, fault=_reason(error))

    def _finish(self, event: str) -> None:
        clip = self._writing.pop(event)
        try:
            clip.finish()
        except (av.error.FFmpegError, OSError) as error:
            clip.discard()
            self._tell(clip.wanted, fault=_reason(error))
        else:
            self._tell(clip.wanted)

    def _tell(self, wanted: ClipWanted, fault: str = "") -> None:
        source: Literal["packets", "pictures"] = "packets" if self._copies else "pictures"
        self.made.append(ClipMade(self._camera, wanted.event, wanted.path, source, fault))


class _Clip:
    """One file that is being written."""

    def __init__(self, wanted: ClipWanted, template: Any, first: Encoded) -> None:
        self.wanted = wanted
        self.until = first.at + wanted.most_s
        self._path = Path(wanted.path)
        self._partial = partial(self._path)
        self._base = self._last = first.dts
        options = {"movflags": "hybrid_fragmented+frag_keyframe+default_base_moof", "flush_packets": "1"}
        self._file: Any = av.open(str(self._partial), "w", format="mp4", options=options)
        try:
            self._stream = self._file.add_stream_from_template(template)
            self._file.start_encoding()
        except BaseException:
            self.discard()
            raise

    def add(self, encoded: Encoded) -> bool:
        """Write a packet; False where it does not go on from the last."""
        if encoded.dts != self._base and not 0 < (encoded.dts - self._last) * encoded.time_base <= _LEAP_S:
            return False
        self._last = encoded.dts
        self._file.mux_one(encoded.packet(self._stream, self._base))
        return True

    def finish(self) -> None:
        self._file.close()
        self._partial.replace(self._path)

    def discard(self) -> None:
        with suppress(av.error.FFmpegError, OSError):
            self._file.close()
        self._partial.unlink(missing_ok=True)


class PictureEncoder:
    """H.264 of pictures, a keyframe a second: the fastest setting, as it runs for as long as the camera does."""

    def __init__(self, size: tuple[int, int], fps: float) -> None:
        self.size = size
        self._context = cast(VideoCodecContext, av.CodecContext.create("libx264", "w"))
        self._context.width, self._context.height = size[0] // 2 * 2, size[1] // 2 * 2
        self._context.pix_fmt = "yuv420p"
        self._context.framerate = Fraction(fps).limit_denominator(1001)
        self._context.time_base = TIME_BASE
        self._context.gop_size = max(1, round(fps))
        self._context.thread_count = 1
        self._context.options = {"preset": "ultrafast", "tune": "zerolatency", "crf": "25"}
        self._last = -1

    def encode(self, picture: Picture, pts_ms: float, now: float) -> list[Encoded]:
        """Its packets: mostly one."""
        frame = frame_of(picture)
        if (frame.format.name, frame.width, frame.height) != ("yuv420p", self._context.width, self._context.height):
            frame = frame.reformat(self._context.width, self._context.height, "yuv420p")
        frame.pts = self._last = max(round(pts_ms * 90), self._last + 1)
        frame.time_base = TIME_BASE
        made = (Encoded.of(packet, now) for packet in self._context.encode(frame))
        return [encoded for encoded in made if encoded is not None]


def template_of(keyframe: bytes) -> Any:
    """The description of an H.264 stream that begins with this."""
    return av.open(io.BytesIO(keyframe), format="h264").streams.video[0]


def partial(path: Path) -> Path:
    """What a clip is called until it is complete."""
    return path.with_name(f".{path.name}.partial")


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
