"""A decoder's frame as a `Picture`, touching pixels only where its format is not one that the ring holds.

Planar and semi-planar 4:2:0, RGB and gray are taken as they are (views of the decoder's buffers). Everything else is
converted once by libswscale to the nearest of these: more than 8 bits to 8, 4:2:2 and 4:4:4 to 4:2:0, palettes and
alpha to RGB, and 4:2:0 with an odd side, whose chroma planes do not divide, to RGB.
"""

import av
import numpy as np
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange

from pipeline.pictures import Picture, PixelFormat, Pixels, plane_shapes

_DIRECT = {
    "yuv420p": PixelFormat.I420,
    "yuvj420p": PixelFormat.I420,
    "nv12": PixelFormat.NV12,
    "rgb24": PixelFormat.RGB24,
    "gray": PixelFormat.GRAY8,
}
_AV_NAME = {
    PixelFormat.I420: "yuv420p",
    PixelFormat.NV12: "nv12",
    PixelFormat.RGB24: "rgb24",
    PixelFormat.GRAY8: "gray",
}
_SUBSAMPLED = (PixelFormat.I420, PixelFormat.NV12)


def picture_of(frame: av.VideoFrame) -> Picture:
    """The frame as a picture, upright: the rotation of its metadata is carried out."""
    target = _target(frame)
    full_range = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    if _DIRECT.get(frame.format.name) is not target:
        frame = _converted(frame, target, full_range)
    shapes = plane_shapes(target, frame.width, frame.height)
    planes = tuple(_plane(plane, shape) for plane, shape in zip(frame.planes, shapes, strict=True))
    picture = Picture(target, frame.width, frame.height, planes, full_range)
    return _turned(picture, frame.rotation) if frame.rotation % 360 else picture


def frame_of(picture: Picture) -> av.VideoFrame:
    """The picture as a frame for an encoder, in video range."""
    if picture.format in _SUBSAMPLED:
        packed = np.concatenate([plane.reshape(-1) for plane in picture.planes])
        pixels = packed.reshape(picture.height * 3 // 2, picture.width)
    else:
        pixels = np.ascontiguousarray(picture.planes[0])
    frame = av.VideoFrame.from_ndarray(pixels, format=_AV_NAME[picture.format])
    if picture.full_range and picture.format in _SUBSAMPLED:
        frame = frame.reformat(src_color_range=ColorRange.JPEG, dst_color_range=ColorRange.MPEG)
    return frame


def _target(frame: av.VideoFrame) -> PixelFormat:
    name = frame.format.name
    direct = _DIRECT.get(name)
    odd = frame.width % 2 or frame.height % 2
    if direct and not (odd and direct in _SUBSAMPLED):
        return direct
    if name.startswith(("gray", "mono", "ya")):
        return PixelFormat.GRAY8
    if odd or frame.format.is_rgb or name == "pal8":
        return PixelFormat.RGB24
    return PixelFormat.I420


def _converted(frame: av.VideoFrame, target: PixelFormat, full_range: bool) -> av.VideoFrame:
    keep = ColorRange.JPEG if full_range else ColorRange.MPEG
    rotation = frame.rotation
    if target is PixelFormat.RGB24 or target is PixelFormat.GRAY8:
        converted = frame.reformat(format=_AV_NAME[target])
    else:
        converted = frame.reformat(format=_AV_NAME[target], src_color_range=keep, dst_color_range=keep)
    assert converted.rotation == rotation
    return converted


def _plane(plane: VideoPlane, shape: tuple[int, ...]) -> Pixels:
    rows, width = shape[0], int(np.prod(shape[1:]))
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return lines[:rows, :width].reshape(shape) if len(shape) == 2 else _split(lines[:rows, :width], shape)


def _split(lines: Pixels, shape: tuple[int, ...]) -> Pixels:
    """Padded rows as (height, width, channels), still a view."""
    rows, columns, channels = shape
    return np.lib.stride_tricks.as_strided(lines, (rows, columns, channels), (lines.strides[0], channels, 1))


def _turned(picture: Picture, degrees: float) -> Picture:
    """The picture turned counter-clockwise by a multiple of 90°, as players do with a phone's clip."""
    quarters = round(degrees / 90) % 4
    planes = tuple(np.rot90(plane, quarters) for plane in picture.planes)
    width, height = picture.size if quarters % 2 == 0 else picture.size[::-1]
    return Picture(picture.format, width, height, planes, picture.full_range)
