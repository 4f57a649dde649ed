"""Pictures as decoders give them, and frames: pictures of a camera with their times. They never leave the machine."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera


class PixelFormat(StrEnum):
    """How a picture's planes are laid out."""

    I420 = "i420"
    NV12 = "nv12"
    RGB24 = "rgb24"
    GRAY8 = "gray8"


Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoder's own picture, as planes of uint8 whose rows may be padded.

    I420: Y (height, width), U and V (height / 2, width / 2); NV12: Y and UV (height / 2, width / 2, 2), width and
    height even for both; RGB24: (height, width, 3); GRAY8: (height, width). `full_range` says that luma spans
    0..255 and not 16..235.
    """

    format: PixelFormat
    width: int
    height: int
    planes: tuple[Pixels, ...] = field(repr=False)
    full_range: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.width, self.height

    @classmethod
    def packed(
        cls, format: PixelFormat, width: int, height: int, data: npt.ArrayLike, full_range: bool = False
    ) -> "Picture":
        """A picture over `data`, bytes without padding: one plane after another (a view, nothing is copied)."""
        flat = np.asarray(data, np.uint8).reshape(-1)
        planes, start = [], 0
        for shape in plane_shapes(format, width, height):
            length = math.prod(shape)
            planes.append(flat[start : start + length].reshape(shape))
            start += length
        return cls(format, width, height, tuple(planes), full_range)


def plane_shapes(format: PixelFormat, width: int, height: int) -> tuple[tuple[int, ...], ...]:
    """The shapes of a picture's planes."""
    match format:
        case PixelFormat.I420:
            return (height, width), (height // 2, width // 2), (height // 2, width // 2)
        case PixelFormat.NV12:
            return (height, width), (height // 2, width // 2, 2)
        case PixelFormat.RGB24:
            return ((height, width, 3),)
        case PixelFormat.GRAY8:
            return ((height, width),)


def plane_bytes(format: PixelFormat, width: int, height: int) -> int:
    """Of all planes of a picture, without padding."""
    return sum(map(math.prod, plane_shapes(format, width, height)))


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of a camera with its times.

    `index` counts from 0. `captured_at` is the wall clock in Unix seconds and `captured` the monotonic clock in
    seconds, both read after the blocking read returned, less what the frame's PTS says that it was late;
    `decode_ms` is what the decoder took. `view` is the camera that saw it, None where nobody knows that.
    """

    camera: str
    index: int
    pts_ms: float
    captured_at: float
    captured: float
    decode_ms: float
    picture: Picture
    view: Camera | None = None
