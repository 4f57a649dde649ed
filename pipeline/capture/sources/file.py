"""Files and folders of images: every frame, once, in the order of its PTS.

What a file claims is checked before the first frame is given: that it holds video, is large enough to see somebody
in, and was copied whole (an index that points beyond the end of the file is a truncated one).
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import av
import av.container
import av.error
from av.stream import Disposition

from pipeline.capture.pixels import picture_of
from pipeline.capture.source import AS_IT_IS, Alive, Captured, Source, SourceInfo, SourceOptions, nobody
from pipeline.errors import SourceError
from pipeline.pictures import Picture

IMAGE_SUFFIXES = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
VIDEO_SUFFIXES = (".avi", ".gif", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpeg4", ".mpg", ".ts", ".webm")
MIN_SIDE = 32
"""The smallest width and height in which anything could be seen, in pixels."""
_DEFAULT_IMAGE_FPS = 10.0


class FileSource(Source):
    """A video file, or a folder of images in the natural order of their names (img2 before img10)."""

    schemes: ClassVar[tuple[str, ...]] = ("file",)
    live: ClassVar[bool] = False

    def __init__(self, url: str, options: SourceOptions = AS_IT_IS, alive: Alive = nobody) -> None:
        path = Path(unquote(urlsplit(url).path) if url.startswith("file://") else url)
        if not path.exists():
            raise SourceError(f"{path}: no such file or folder")
        self._reader = _ImageFolder(path, options.fps) if path.is_dir() else _VideoFile(path, options.fps)

    @property
    def info(self) -> SourceInfo:
        return self._reader.info

    def pictures(self) -> Iterator[Captured]:
        last_ms = -1.0
        decoded = self._reader.decoded()
        while True:
            begin = time.perf_counter()
            item = next(decoded, None)
            if item is None:
                return
            picture, pts_ms = item
            # A clip may repeat a PTS or step back; a track needs time to go forwards.
            pts_ms = max(pts_ms, last_ms + 0.001)
            last_ms = pts_ms
            yield Captured(picture, pts_ms, (time.perf_counter() - begin) * 1e3)

    def packets_to(self, take: Callable[[Any], None]) -> Any:
        return self._reader.packets_to(take)

    def close(self) -> None:
        self._reader.close()


class _VideoFile:
    def __init__(self, path: Path, fps: float | None) -> None:
        self._path = path
        self._early: list[av.Packet] = []
        self._take: Callable[[Any], None] = self._early.append
        self._container = _opened(path)
        try:
            self._stream = _video_stream(path, self._container)
            _refuse_truncated(path, self._container, self._stream)
            # Slices would leave a core idle on most clips: no encoder makes several by default.
            self._stream.thread_type = "AUTO"
            self._frames = self._decoded_frames()
            # The first frame says what the container cannot: rotation, and that anything decodes at all.
            self._first: av.VideoFrame | None = next(self._frames, None)
            if self._first is None:
                raise SourceError(f"{path}: not one frame of it can be decoded; play it to see whether it is damaged")
            width, height = picture_of(self._first).size
            if min(width, height) < MIN_SIDE:
                raise SourceError(
                    f"{path}: is {width}x{height} pixels; at least {MIN_SIDE}x{MIN_SIDE} are needed to see anything"
                )
        except BaseException:
            self._container.close()
            raise
        rate = self._stream.average_rate or self._stream.guessed_rate
        self._fps = fps
        self._start = self._first.time or 0.0
        self.info = SourceInfo(
            width, height, fps or (float(rate) if rate else 25.0), self._stream.frames or None, self._stream.codec.name
        )

    def decoded(self) -> Iterator[tuple[Picture, float]]:
        if self._early:
            self.packets_to(None)  # nobody has asked for them
        index = 0
        frame = self._first
        self._first = None
        while frame is not None:
            yield picture_of(frame), self._pts_ms(frame, index)
            index += 1
            frame = next(self._frames, None)

    def _pts_ms(self, frame: av.VideoFrame, index: int) -> float:
        if self._fps or frame.time is None:
            return index * 1e3 / self.info.fps
        return (frame.time - self._start) * 1e3

    def _decoded_frames(self) -> Iterator[av.VideoFrame]:
        """Frames in order of presentation; a damaged packet costs its own frames only."""
        try:
            for packet in self._container.demux(self._stream):
                self._take(packet)
                try:
                    yield from packet.decode()
                except av.error.InvalidDataError:
                    continue
        except av.error.FFmpegError as error:
            raise SourceError(f"{self._path}: reading it failed ({error.strerror})") from error

    def packets_to(self, take: Callable[[Any], None] | None) -> Any:
        """Hand packets over, those before the first frame too, or, with None, no more."""
        if take is not None:
            for packet in self._early:
                take(packet)
        self._early.clear()
        self._take = take or (lambda _packet: None)
        return self._stream

    def close(self) -> None:
        self._container.close()


class _ImageFolder:
    def __init__(self, path: Path, fps: float | None) -> None:
        self._files = sorted((p for p in path.iterdir() if p.suffix.lower() in IMAGE_SUFFIXES), key=_natural)
        if not self._files:
            raise SourceError(f"{path}: holds no images; known are {', '.join(IMAGE_SUFFIXES)}")
        self._first = _VideoFile(self._files[0], None)
        self._fps = fps or _DEFAULT_IMAGE_FPS
        first = self._first.info
        self.info = SourceInfo(first.width, first.height, self._fps, len(self._files), first.codec)

    def decoded(self) -> Iterator[tuple[Picture, float]]:
        for index, path in enumerate(self._files):
            image = self._first if index == 0 else _VideoFile(path, None)
            try:
                picture, _ = next(image.decoded())
                if picture.size != (self.info.width, self.info.height):
                    raise SourceError(
                        f"{path}: is {picture.width}x{picture.height}, the first image of the folder "
                        f"{self.info.width}x{self.info.height}; a folder's images must be of one size"
                    )
                yield picture, index * 1e3 / self._fps
            finally:
                image.close()

    def packets_to(self, _take: Callable[[Any], None]) -> Any:
        return None  # a picture each, and no stream

    def close(self) -> None:
        self._first.close()


def _opened(path: Path) -> av.container.InputContainer:
    if not path.is_file():
        raise SourceError(f"{path}: is neither a file nor a folder")
    if path.stat().st_size == 0:
        raise SourceError(f"{path}: is empty (0 bytes); copy or record it again")
    try:
        return av.open(str(path), metadata_errors="ignore")
    except PermissionError as error:
        raise SourceError(f"{path}: may not be read by this user; change its permissions") from error
    except (av.error.FFmpegError, OSError) as error:
        raise SourceError(f"{path}: is not a video, or a part of it is missing ({error.strerror})") from error


def _video_stream(path: Path, container: av.container.InputContainer) -> av.VideoStream:
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        others = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
        raise SourceError(f"{path}: holds no video, only {others}; give a file with a picture")
    return streams[0]


def _refuse_truncated(path: Path, container: av.container.InputContainer, stream: av.VideoStream) -> None:
    """MP4 and MOV files list where each frame lies; AVI and MKV may list none, and then nothing is known."""
    if "mp4" not in container.format.name or not len(stream.index_entries):
        return
    size = path.stat().st_size
    entries = stream.index_entries
    whole = sum(entry.pos + entry.size <= size for entry in entries)
    if whole < len(entries):
        raise SourceError(f"{path}: is truncated, {whole} of its {len(entries)} frames are there; copy it again whole")


def _natural(path: Path) -> list[tuple[int, int | str]]:
    parts = re.split(r"(\d+)", path.name)
    return [(0, int(part)) if part.isdigit() else (1, part) for part in parts]
