"""The kinds of source: importing this package registers them."""

from pipeline.capture.sources import dahua, file, hikvision, http, onvif, rtsp, simulated, webcam

__all__ = ["dahua", "file", "hikvision", "http", "onvif", "rtsp", "simulated", "webcam"]
