"""What a video source is: something that opens, says what it is, and then gives pictures one after another.

A new kind of source is one new file in pipeline/capture/sources/ with one class that names its URL schemes; it is
registered when the class is made.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from pipeline.data import Picture
from pipeline.errors import SourceError


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
    """A picture as it came from its source. `data` of the picture is valid until the next one is asked for."""

    picture: Picture
    pts_ms: float
    decode_ms: float


class Source(ABC):
    """A video source. Opened by its constructor; a context manager that closes it.

    Args:
        url: what to read, as the user wrote it.
        fps: frames per second to assume where the source's own rate is wrong.

    Raises:
        SourceError: it cannot be read, or holds no video.
    """

    schemes: ClassVar[tuple[str, ...]]
    live: ClassVar[bool]
    """Live sources serve fresh frames and are reopened when they fail; files serve all frames, once."""

    _kinds: ClassVar[dict[str, type["Source"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for scheme in cls.schemes:
            Source._kinds[scheme] = cls

    @abstractmethod
    def __init__(self, url: str, fps: float | None = None) -> None: ...

    @property
    @abstractmethod
    def info(self) -> SourceInfo:
        """What the source says of itself."""

    @abstractmethod
    def pictures(self) -> Iterator[Captured]:
        """The pictures, in the order of their PTS, until the source ends.

        Raises:
            SourceError: reading or decoding failed in a way that cannot be passed over.
        """

    def close(self) -> None:
        """Let go of files and connections; does nothing the second time."""
        return

    def __enter__(self) -> "Source":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def kind_of(url: str) -> type[Source]:
    """The class that reads `url`; a path without a scheme is a file or a folder of images.

    Raises:
        SourceError: nothing reads that scheme.
    """
    import pipeline.capture.sources  # noqa: F401  (registers the kinds)

    scheme = urlsplit(url).scheme if "://" in url else "file"
    try:
        return Source._kinds[scheme]
    except KeyError:
        known = ", ".join(f"{name}://" for name in sorted(Source._kinds))
        raise SourceError(f"{scheme}://: no such kind of source; known are {known} and paths of files") from None
