"""Cameras by HTTP: motion JPEG (multipart), HLS playlists, and whatever else FFmpeg reads from a web server."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from pipeline.capture.network import StreamSource
from pipeline.capture.source import AS_IT_IS, SourceOptions
from pipeline.urls import with_encoded_credentials


class HttpSource(StreamSource):
    """A stream from a web server; HLS is shown at its own pace, a segment after the other."""

    schemes: ClassVar[tuple[str, ...]] = ("http", "https")

    def __init__(self, url: str, options: SourceOptions = AS_IT_IS, *rest: Any) -> None:
        if urlsplit(url).path.lower().endswith(".m3u8"):
            # A playlist's server is silent for a segment at a time, which is seconds, and then sends all of it.
            self.patience, self.paced = 4.0, True  # pyright: ignore[reportAttributeAccessIssue]
        super().__init__(url, options, *rest)
        # Motion JPEG has no PTS; FFmpeg invents 25 a second.
        self.stamped = self._container.format.name != "mpjpeg"  # pyright: ignore[reportAttributeAccessIssue]

    def _place(self, url: str, options: SourceOptions) -> tuple[str, dict[str, str], str | None]:
        return with_encoded_credentials(url), {"user_agent": "Sightline"}, None
