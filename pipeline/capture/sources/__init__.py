"""The kinds of source: importing this package registers them."""

from pipeline.capture.sources import file, rtsp, simulated

__all__ = ["file", "rtsp", "simulated"]
