"""Webcams and capture cards of this machine, by V4L2."""

from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pipeline.capture.faults import CameraError
from pipeline.capture.network import StreamSource
from pipeline.capture.source import SourceOptions
from pipeline.status import Failure


class WebcamSource(StreamSource):
    """`/dev/video0`, or `v4l2:///dev/video0`; its largest rate at its own picture size."""

    schemes: ClassVar[tuple[str, ...]] = ("v4l2",)

    def _place(self, url: str, options: SourceOptions) -> tuple[str, dict[str, str], str | None]:
        device = urlsplit(url).path if "://" in url else url
        if not Path(device).exists():
            raise CameraError(device, Failure.NOT_FOUND, "no such device; is it plugged in?")
        settings = {"framerate": f"{options.fps:g}"} if options.fps else {}
        return device, settings, "v4l2"
