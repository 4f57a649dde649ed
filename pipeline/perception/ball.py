"""Frames in, places that look like the ball out: the network of three frames in a row (pipeline/weights/ball.onnx).

It sees luma in full detail, and Cr of the middle frame. What it says of a frame is best when it has seen the one after
it; live, where a frame later is too late, it is asked of the newest.
"""

from collections import deque
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.inference.running import Runner
from pipeline.perception.sightings import BallSighting
from pipeline.pictures import Picture, PixelFormat, Pixels

WEIGHTS = Path(__file__).parents[1] / "weights" / "ball.onnx"
FRAMES = 3
_STRIDE = 4
_MULTIPLE = 16
_WIDEST = 1280
_MOST = 6
_LEAST = 0.5
"""The least heat that is worth telling; a tracker decides."""
_PEAK_WEIGHT = 201.0
"""By how much training weighs a peak more than an empty cell; without that, heat is the probability of a ball."""
_VIDEO_TO_FULL = np.clip((np.arange(256) - 16) * 255 / 219, 0, 255).round().astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Planes:
    frame: int
    time_s: float
    luma: Pixels
    cr: Pixels


class BallNetwork:
    """Follows one camera's frames.

    Args:
        size: width and height of its pictures.
        weights: the network's file.
        newest: tell of the newest frame at once, instead of the one before it.
        widest: pictures are looked at no wider than this; balls larger than it learned are found in smaller pictures.
    """

    def __init__(
        self, size: tuple[int, int], weights: Path = WEIGHTS, newest: bool = False, widest: int = _WIDEST
    ) -> None:
        scale = min(1.0, widest / size[0])
        self._size = _round_up(size[0] * scale), _round_up(size[1] * scale)
        self._scale = np.array(size) / self._size
        self._run = Runner(weights, (1, FRAMES + 1, self._size[1], self._size[0]), "auto")
        self._tensor = np.zeros((1, FRAMES + 1, self._size[1], self._size[0]), np.float32)
        self._seen: deque[_Planes] = deque(maxlen=FRAMES)
        self._newest = newest

    def look(self, picture: Picture, frame: int, time_s: float) -> list[BallSighting]:
        """Take the next frame, and tell what may be the ball in the one before it (with `newest`, in it): the likeliest
        first, nothing before there are enough frames."""
        if self._seen and frame != self._seen[-1].frame + 1:
            self._seen.clear()
        self._seen.append(self._planes(picture, frame, time_s))
        if len(self._seen) < FRAMES:
            return []
        for number, planes in enumerate(self._seen):
            self._tensor[0, number] = planes.luma
        self._tensor[0, FRAMES] = self._seen[1].cr
        maps = self._run(self._tensor)[0][0]
        which = FRAMES - 1 if self._newest else 1
        told = self._seen[which]
        right, down = self._scale.tolist()
        return [
            BallSighting(told.frame, told.time_s, x * right, y * down, radius * right, score)
            for x, y, radius, score in _peaks(maps[which], maps[FRAMES])
        ]

    def close(self) -> None:
        """Let go of the engine."""
        self._run.close()

    def _planes(self, picture: Picture, frame: int, time_s: float) -> _Planes:
        luma, cr = _luma_and_cr(picture)
        return _Planes(frame, time_s, _sized(luma, self._size), _sized(cr, self._size))


def _luma_and_cr(picture: Picture) -> tuple[Pixels, Pixels]:
    planes = picture.planes
    match picture.format:
        case PixelFormat.RGB24:
            ycc = cv2.cvtColor(planes[0], cv2.COLOR_RGB2YCrCb)
            return ycc[..., 0], ycc[..., 1]  # pyright: ignore[reportReturnType]
        case PixelFormat.GRAY8:
            return planes[0], np.full((2, 2), 128, np.uint8)
        case PixelFormat.I420:
            luma, cr = planes[0], planes[2]
        case PixelFormat.NV12:
            luma, cr = planes[0], planes[1][..., 1]
    if not picture.full_range:
        luma = cv2.LUT(luma, _VIDEO_TO_FULL)
    return luma, cr  # pyright: ignore[reportReturnType]


def _sized(plane: Pixels, size: tuple[int, int]) -> Pixels:
    if (plane.shape[1], plane.shape[0]) == size:
        return np.array(plane)
    shrinks = plane.shape[1] > size[0]
    return np.asarray(
        cv2.resize(np.ascontiguousarray(plane), size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR),
        np.uint8,
    )


def _round_up(value: float) -> int:
    return max(int(np.ceil(round(value) / _MULTIPLE)) * _MULTIPLE, _MULTIPLE)


def _peaks(
    heat: npt.NDArray[np.float32], log_radius: npt.NDArray[np.float32]
) -> list[tuple[float, float, float, float]]:
    """x, y and radius in pixels of the network, and the score, of the highest peaks."""
    highest = cv2.dilate(heat, np.ones((5, 5), np.uint8))
    rows, columns = np.nonzero((heat >= highest) & (heat > _LEAST))
    found = []
    for at in np.argsort(-heat[rows, columns])[:_MOST]:
        row, column = int(rows[at]), int(columns[at])
        top, left = max(row - 1, 0), max(column - 1, 0)
        part = heat[top : row + 2, left : column + 2].astype(float)
        total = float(part.sum())
        x = float((part.sum(axis=0) * (left + np.arange(part.shape[1]) + 0.5)).sum()) / total
        y = float((part.sum(axis=1) * (top + np.arange(part.shape[0]) + 0.5)).sum()) / total
        radius = float(np.exp(np.clip(log_radius[row, column], -1, 5)))
        peak = float(heat[row, column])
        found.append((x * _STRIDE, y * _STRIDE, radius, peak / (peak + _PEAK_WEIGHT * (1 - peak))))
    return found
