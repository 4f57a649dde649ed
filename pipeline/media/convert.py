"""A picture in full size for people to see. Networks never need this."""

import cv2
import numpy as np

from pipeline.colour import to_video_range
from pipeline.pictures import Picture, PixelFormat, Pixels


def to_bgr(picture: Picture) -> Pixels:
    """The picture as BGR of shape (height, width, 3), a new array."""
    match picture.format:
        case PixelFormat.RGB24:
            bgr = cv2.cvtColor(picture.planes[0], cv2.COLOR_RGB2BGR)
        case PixelFormat.GRAY8:
            bgr = cv2.cvtColor(picture.planes[0], cv2.COLOR_GRAY2BGR)
        case PixelFormat.I420:
            bgr = cv2.cvtColor(_packed(picture), cv2.COLOR_YUV2BGR_I420)
        case PixelFormat.NV12:
            bgr = cv2.cvtColor(_packed(picture), cv2.COLOR_YUV2BGR_NV12)
    return np.asarray(bgr, np.uint8)


def from_bgr(bgr: Pixels) -> Picture:
    """The picture of pixels (height, width, 3)."""
    rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
    return Picture(PixelFormat.RGB24, bgr.shape[1], bgr.shape[0], (rgb,))


def _packed(picture: Picture) -> Pixels:
    """The planes one after another (height * 3 / 2, width), in video range."""
    planes = picture.planes
    if picture.full_range:
        planes = tuple(to_video_range(plane, chroma=number > 0) for number, plane in enumerate(planes))
    return np.concatenate([plane.reshape(-1) for plane in planes]).reshape(picture.height * 3 // 2, picture.width)
