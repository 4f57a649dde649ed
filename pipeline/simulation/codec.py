"""A camera's encoder: pictures go through a real one and come back with its blocks, smears and pulsing key frames."""

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import cast

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext

from pipeline.pictures import Pixels
from pipeline.simulation.sensor_settings import SensorSettings

_FPS = 25.0
"""The frame rate at which bits a pixel are meant."""


class Codec(ABC):
    """Encodes and decodes one picture after another."""

    @abstractmethod
    def sent(self, yuv: Pixels) -> Pixels:
        """A packed I420 picture (height * 3 / 2, width) as the other side sees it."""


def codec_of(settings: SensorSettings, size: tuple[int, int], fps: float) -> Codec | None:
    """The camera's encoder, None for none."""
    match settings.codec:
        case "none":
            return None
        case "jpeg":
            return _Jpeg(round(np.interp(settings.bits_per_pixel, (0.02, 0.16), (22, 75))), size)
        case "h264":
            return _Stream("libx264", "h264", settings, size, fps)
        case "hevc":
            return _Stream("libx265", "hevc", settings, size, fps)


class _Jpeg(Codec):
    """Motion JPEG: blocks of 8 pixels that know nothing of the picture before."""

    def __init__(self, quality: int, size: tuple[int, int]) -> None:
        self._options = [cv2.IMWRITE_JPEG_QUALITY, quality]
        self._height = size[1]

    def sent(self, yuv: Pixels) -> Pixels:
        _, luma = cv2.imencode(".jpg", yuv[: self._height], self._options)
        _, chroma = cv2.imencode(".jpg", yuv[self._height :], self._options)
        planes = (cv2.imdecode(luma, cv2.IMREAD_GRAYSCALE), cv2.imdecode(chroma, cv2.IMREAD_GRAYSCALE))
        return np.concatenate([np.asarray(plane, np.uint8) for plane in planes])


class _Stream(Codec):
    """H.264 or HEVC at a bit rate, without delay: every picture comes back at once."""

    def __init__(self, encoder: str, decoder: str, settings: SensorSettings, size: tuple[int, int], fps: float) -> None:
        width, height = size
        self._encoder = cast(VideoCodecContext, av.CodecContext.create(encoder, "w"))
        self._encoder.width, self._encoder.height = size
        self._encoder.pix_fmt = "yuv420p"
        self._encoder.framerate = Fraction(fps).limit_denominator(1001)
        self._encoder.time_base = 1 / self._encoder.framerate
        # Fewer frames a second differ more from each other: the bits of a frame grow with the root of their distance.
        self._encoder.bit_rate = round(settings.bits_per_pixel * width * height * fps * max(1.0, _FPS / fps) ** 0.5)
        self._encoder.gop_size = settings.group
        self._encoder.thread_count = 1
        # The fastest preset leaves out what every camera's encoder does: smoothing the edges of blocks.
        own = (
            {"x265-params": "log-level=none:pools=none:frame-threads=1"}
            if encoder == "libx265"
            else {"x264-params": "deblock=0,0"}
        )
        self._encoder.options = {"preset": "ultrafast", "tune": "zerolatency"} | own
        self._decoder = cast(VideoCodecContext, av.CodecContext.create(decoder, "r"))
        self._decoder.thread_count = 1
        self._count = 0
        self._last: Pixels | None = None

    def sent(self, yuv: Pixels) -> Pixels:
        frame = av.VideoFrame.from_numpy_buffer(yuv, format="yuv420p")
        frame.pts = self._count
        self._count += 1
        for packet in self._encoder.encode(frame):
            for decoded in self._decoder.decode(packet):
                self._last = np.asarray(decoded.to_ndarray(format="yuv420p"), np.uint8)
        return yuv if self._last is None else self._last
