"""Cameras by HTTP: motion JPEG (multipart), HLS playlists, and whatever else FFmpeg reads from a web server."""

from typing import ClassVar
from urllib.parse import urlsplit

from pipeline.capture.network import StreamSource
from pipeline.capture.source import SourceOptions
from pipeline.urls import with_encoded_credentials


class HttpSource(StreamSource):
    """A stream from a web server; HLS is shown at its own pace, a segment after the other."""

    schemes: ClassVar[tuple[str, ...]] = ("http", "https")

    @classmethod
    def _in_bursts(cls, url: str) -> bool:
        # A playlist's server is silent for a segment at a time, which is seconds, and then sends all of it.
        return urlsplit(url).path.lower().endswith(".m3u8")

    def _place(self, url: str, options: SourceOptions) -> tuple[str, dict[str, str], str | None]:
        return with_encoded_credentials(url), {"user_agent": "Sightline"}, None
