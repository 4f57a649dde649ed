"""Hikvision cameras and recorders (and what is sold under other names with the same firmware)."""

from typing import ClassVar

from pipeline.capture.channel import device
from pipeline.capture.source import SourceOptions
from pipeline.capture.sources.rtsp import RtspSource


class HikvisionSource(RtspSource):
    """`hikvision://user:password@address/?channel=1&stream=sub`."""

    schemes: ClassVar[tuple[str, ...]] = ("hikvision",)

    def _address(self, url: str, options: SourceOptions) -> str:
        parts, which = device(url)
        stream = 1 if which.stream == "main" else 2
        return f"rtsp://{parts.netloc}/Streaming/Channels/{which.channel}{stream:02d}"
