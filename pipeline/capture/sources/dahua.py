"""Dahua cameras and recorders (and what is sold under other names with the same firmware)."""

from typing import ClassVar

from pipeline.capture.channel import device
from pipeline.capture.source import SourceOptions
from pipeline.capture.sources.rtsp import RtspSource


class DahuaSource(RtspSource):
    """`dahua://user:password@address/?channel=1&stream=sub`."""

    schemes: ClassVar[tuple[str, ...]] = ("dahua",)

    def _address(self, url: str, options: SourceOptions) -> str:
        parts, which = device(url)
        subtype = 0 if which.stream == "main" else 1
        return f"rtsp://{parts.netloc}/cam/realmonitor?channel={which.channel}&subtype={subtype}"
