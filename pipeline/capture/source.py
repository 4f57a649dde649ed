"""What a video source is: something that opens, says what it is, and then gives pictures one after another.

A new kind of source is one new file in pipeline/capture/sources/ with one class that names its URL schemes; it is
registered when the class is made.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from pipeline.errors import SourceError
from pipeline.geometry.camera import Camera
from pipeline.pictures import Picture
from pipeline.status import StreamFigures

Transport = Literal["tcp", "udp"]
DecoderName = Literal["cpu", "cuda", "vaapi", "v4l2m2m"]


OPENING_S = 30.0
"""How long any source may take to open, if it does not say that it gives up earlier."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How to read a source, whatever it is.

    `fps` is for sources whose own rate is wrong, `transport` and `timeout_s` (silence after which a read gives up) for
    network cameras, `decoder` for compressed video.
    """

    fps: float | None = None
    transport: Transport = "tcp"
    decoder: DecoderName = "cpu"
    timeout_s: float = 4.0


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What an opened source says of itself. `frames` is the expected number of frames, None if it cannot be known."""

    width: int
    height: int
    fps: float
    frames: int | None = None
    codec: str = ""


@dataclass(frozen=True, slots=True)
class Captured:
    """A picture as it came from its source; its pixels are valid until the next one is asked for.

    `pts_ms` is the source's own, NaN where it has none. `camera` is for sources that know through what it was seen.
    """

    picture: Picture
    pts_ms: float
    decode_ms: float
    camera: Camera | None = None


AS_IT_IS = SourceOptions()


Alive = Callable[[float], None]
"""Tells a watchdog that reads return, and within how many seconds it will be told again."""


def nobody(_within_s: float) -> None:
    """For sources that no watchdog looks after."""


class Source(ABC):
    """A video source. Opened by its constructor; a context manager that closes it.

    Args:
        url: what to read, as the user wrote it.
        options: how to read it.
        alive: called whenever something arrived, and before anything that takes longer than is usual.

    Raises:
        SourceError: it cannot be read, or holds no video.
    """

    schemes: ClassVar[tuple[str, ...]]
    live: ClassVar[bool]
    """Live sources serve fresh frames and are reopened when they fail; files serve all frames, once."""

    drifts: ClassVar[bool] = False
    """Whether its PTS come from a clock of its own, which may jump and drift."""

    _kinds: ClassVar[dict[str, type["Source"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for scheme in getattr(cls, "schemes", ()):
            Source._kinds[scheme] = cls

    @abstractmethod
    def __init__(self, url: str, options: SourceOptions = AS_IT_IS, alive: Alive = nobody) -> None: ...

    @property
    @abstractmethod
    def info(self) -> SourceInfo:
        """What the source says of itself."""

    @property
    def figures(self) -> StreamFigures | None:
        """What it has sent lately; None where that means nothing."""
        return None

    @abstractmethod
    def pictures(self) -> Iterator[Captured]:
        """The pictures, in the order of their PTS, until the source ends.

        Raises:
            SourceError: reading or decoding failed in a way that cannot be passed over.
        """

    def packets_to(self, take: Callable[[Any], None]) -> Any:
        """Also hand every packet over as it is read; answers FFmpeg's description of their stream, None of a source
        that has no packets.
        """
        return None

    def corrupt(self) -> int:
        """Frames that were damaged and left out since this was last asked."""
        return 0

    def close(self) -> None:
        """Let go of files and connections; does nothing the second time."""
        return

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def kind_of(url: str) -> type[Source]:
    """The class that reads `url`; a path without a scheme is a file or a folder of images, /dev/video0 a webcam.

    Raises:
        SourceError: nothing reads that scheme.
    """
    import pipeline.capture.sources  # noqa: F401  (registers the kinds)

    path = "v4l2" if url.startswith("/dev/video") else "file"
    scheme = url.partition("://")[0].lower() if "://" in url else path
    try:
        return Source._kinds[scheme]
    except KeyError:
        known = ", ".join(f"{name}://" for name in sorted(Source._kinds))
        raise SourceError(f"{scheme}://: no such kind of source; known are {known} and paths of files") from None
