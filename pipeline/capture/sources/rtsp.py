"""Network cameras by RTSP, over TCP (interleaved) or UDP."""

from typing import ClassVar

from pipeline.capture.network import StreamSource
from pipeline.capture.source import SourceOptions
from pipeline.errors import SourceError
from pipeline.urls import redact, with_encoded_credentials

_MOST_CREDENTIALS = 127
"""Bytes that FFmpeg keeps of them; of more it would silently send a part."""


class RtspSource(StreamSource):
    """An RTSP camera; user and password in the address, in any characters. FFmpeg does basic and digest."""

    schemes: ClassVar[tuple[str, ...]] = ("rtsp", "rtsps")

    def _place(self, url: str, options: SourceOptions) -> tuple[str, dict[str, str], str | None]:
        address = with_encoded_credentials(self._address(url, options))
        if len(address.partition("://")[2].rpartition("@")[0]) > _MOST_CREDENTIALS:
            raise SourceError(f"{redact(url)}: user and password together must be shorter than {_MOST_CREDENTIALS}")
        return address, {"rtsp_transport": options.transport}, None

    def _address(self, url: str, options: SourceOptions) -> str:
        """The rtsp:// address; kinds of camera that are known by less override it."""
        return url
