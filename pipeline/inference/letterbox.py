"""A picture, or a region of it, as a network's input: scaled with its proportions kept, the rest filled.

Planes are resized first and converted to RGB at the network's size, which at 768x576 costs a third of converting the
whole picture and then resizing it; full-size RGB is never made for a network.
"""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.colour import to_video_range
from pipeline.pictures import Picture, PixelFormat, Pixels, plane_bytes

AREA_FROM = 2.0
"""Shrinking by more than this, bilinear would skip pixels and small people flicker; areas are averaged instead."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of a picture in pixels; even numbers, so that chroma planes divide."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def whole(cls, picture: Picture) -> "Region":
        return cls(0, 0, picture.width, picture.height)

    @classmethod
    def about(cls, middle: npt.ArrayLike, extent: npt.ArrayLike, picture: tuple[int, int]) -> "Region":
        """The region of an extent about a point, both (2,) in pixels, moved into a picture that is no smaller."""
        extent = np.asarray(extent, float)
        corner = np.clip(np.asarray(middle, float) - extent / 2, 0, np.array(picture) - extent)
        left, top, width, height = (2 * np.floor(np.concatenate([corner, extent]) / 2)).astype(int).tolist()
        return cls(left, top, width, height)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a region lies in a network's input. Positions are continuous: a pixel's centre is at its index + 0.5."""

    region: Region
    size: tuple[int, int]
    """Width and height of the input."""
    offset: tuple[int, int]
    """Left and top of the region in the input."""
    scaled: tuple[int, int]
    """Width and height of the region in the input."""

    @classmethod
    def fit(cls, region: Region, size: tuple[int, int]) -> "Placement":
        """The region as large as it fits into an input of `size`, in the middle; all numbers even."""
        scale = min(size[0] / region.width, size[1] / region.height)
        scaled = (_even(region.width * scale, size[0]), _even(region.height * scale, size[1]))
        offset = ((size[0] - scaled[0]) // 4 * 2, (size[1] - scaled[1]) // 4 * 2)
        return cls(region, size, offset, scaled)

    @classmethod
    def cut(cls, low: npt.ArrayLike, extent: npt.ArrayLike, picture: tuple[int, int], size: tuple[int, int]) -> Self:
        """A rectangle that may lie partly outside of a picture, and fills an input of `size`; all numbers even.

        Args:
            low: its left and top, (2,) in pixels.
            extent: its width and height, in the proportions of the input.
            picture: the width and height of the picture, some of which it must reach.
            size: the width and height of the input.
        """
        corner, span, whole, inputs = (np.asarray(pair, float) for pair in (low, extent, picture, size))
        scale = inputs / span
        first = 2 * np.floor(np.clip(corner, 0, whole - 2) / 2)
        last = np.maximum(2 * np.floor(np.clip(corner + span, 0, whole) / 2), first + 2)
        scaled = np.clip(np.rint((last - first) * scale / 2) * 2, 2, inputs)
        offset = np.clip(np.rint((first - corner) * scale / 2) * 2, 0, inputs - scaled)
        left, top, wide, high, x, y, across, down = map(int, np.concatenate([first, last - first, offset, scaled]))
        return cls(Region(left, top, wide, high), size, (x, y), (across, down))

    def to_picture(self, points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Points (..., 2) in pixels of the input, in pixels of the picture: the exact inverse of the letterbox."""
        scale = np.array((self.region.width / self.scaled[0], self.region.height / self.scaled[1]), np.float32)
        origin = np.array((self.region.left, self.region.top), np.float32)
        return (points - np.array(self.offset, np.float32)) * scale + origin

    def to_input(self, points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Points (..., 2) in pixels of the picture, in pixels of the input."""
        scale = np.array((self.scaled[0] / self.region.width, self.scaled[1] / self.region.height), np.float32)
        origin = np.array((self.region.left, self.region.top), np.float32)
        return (points - origin) * scale + np.array(self.offset, np.float32)


def letterbox(picture: Picture, placement: Placement, fill: int = 0) -> Pixels:
    """The placed region as RGB of shape (height, width, 3), surrounded by the gray value `fill`."""
    match picture.format:
        case PixelFormat.I420 | PixelFormat.NV12:
            return _from_yuv(picture, placement, fill)
        case PixelFormat.RGB24:
            canvas = _canvas(placement, fill, 3)
            _scale(picture.planes[0], placement, 1, canvas)
            return canvas
        case PixelFormat.GRAY8:
            canvas = _canvas(placement, fill, 1)
            _scale(picture.planes[0], placement, 1, canvas)
            return cv2.cvtColor(canvas, cv2.COLOR_GRAY2RGB)  # pyright: ignore[reportReturnType]


def part(picture: Picture, region: Region, scaled: tuple[int, int]) -> Picture:
    """A copy of a region of a picture in its own format, scaled to an even width and height."""
    placement = Placement(region, scaled, (0, 0), scaled)
    data = np.empty(plane_bytes(picture.format, *scaled), np.uint8)
    copy = Picture.packed(picture.format, *scaled, data, picture.full_range)
    for number, (plane, target) in enumerate(zip(picture.planes, copy.planes, strict=True)):
        _scale(plane, placement, 2 if number else 1, target)
    return copy


def _from_yuv(picture: Picture, placement: Placement, fill: int) -> Pixels:
    width, height = placement.size
    canvas = np.empty((height * 3 // 2, width), np.uint8)
    canvas[:height] = 16 + round(fill * 219 / 255)
    canvas[height:] = 128
    targets = Picture.packed(picture.format, width, height, canvas).planes
    for plane, target, step in zip(picture.planes, targets, (1, 2, 2), strict=False):
        inside = _scale(plane, placement, step, target)
        if picture.full_range:
            to_video_range(inside, chroma=step == 2, out=inside)
    code = cv2.COLOR_YUV2RGB_I420 if picture.format is PixelFormat.I420 else cv2.COLOR_YUV2RGB_NV12
    return cv2.cvtColor(canvas, code)  # pyright: ignore[reportReturnType]


def _scale(plane: Pixels, placement: Placement, step: int, canvas: Pixels) -> Pixels:
    """Scale a plane's region straight into its place on the canvas; `step` is 2 for subsampled planes."""
    region = placement.region
    source = plane[
        region.top // step : (region.top + region.height) // step,
        region.left // step : (region.left + region.width) // step,
    ]
    left, top = placement.offset[0] // step, placement.offset[1] // step
    width, height = placement.scaled[0] // step, placement.scaled[1] // step
    target = canvas[top : top + height, left : left + width]
    shrinks = max(source.shape[0] / height, source.shape[1] / width)
    method = cv2.INTER_AREA if shrinks > AREA_FROM else cv2.INTER_LINEAR
    cv2.resize(source, (width, height), dst=target, interpolation=method)
    return target


def _canvas(placement: Placement, fill: int, channels: int) -> Pixels:
    width, height = placement.size
    shape = (height, width, channels) if channels > 1 else (height, width)
    return np.full(shape, fill, np.uint8)


def _even(value: float, largest: int) -> int:
    return max(2, min(round(value / 2) * 2, largest))
