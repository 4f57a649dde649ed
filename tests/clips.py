"""Clips that tests make themselves, of every container and pixel format."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def pattern(index: int, width: int, height: int) -> np.ndarray:
    """An RGB picture with a gradient, a bright square that moves, and nothing else."""
    y, x = np.mgrid[:height, :width]
    picture = np.stack([x * 255 // width, y * 255 // height, np.full_like(x, 80)], axis=2).astype(np.uint8)
    left = (index * 7) % max(1, width - 24)
    picture[height // 4 : height // 4 + 24, left : left + 24] = (250, 250, 250)
    return picture


def write_clip(
    path: Path,
    frames: int = 12,
    size: tuple[int, int] = (160, 120),
    fps: float = 10,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    **options: str,
) -> Path:
    """A clip of `pattern` frames, in the container that the suffix names."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1000), options=options)
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(pattern(index, *size), format="rgb24").reformat(format=pixel_format)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """An MP4 with sound only."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
