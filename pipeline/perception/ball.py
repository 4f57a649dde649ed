"""Frames in, places that look like the ball out: the network of five frames in a row (pipeline/weights/ball.onnx).

It sees luma in full detail, and Cr of the middle frame; and once more at half the size, where it finds balls that are
larger than it learned. It tells of the middle one of the five, the second before the newest. A frame that repeats the
one before it (25 frames a second made 30) is passed over.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.inference.running import Runner
from pipeline.perception.sightings import BallSighting
from pipeline.pictures import Picture, PixelFormat, Pixels

WEIGHTS = Path(__file__).parents[1] / "weights" / "ball.onnx"
Floats = npt.NDArray[np.float64]
Peak = tuple[float, float, float, float]
"""x, y and radius in pixels, and the score."""
FRAMES = 5
LATE = FRAMES // 2
"""So many frames after one, repeats not counted, it is told what may be the ball in it: it is then the middle one."""
_STRIDE = 4
_MULTIPLE = 16
_WIDEST = 1280
_SCALES = 1, 2
"""By how much pictures are made smaller, each time they are looked at."""
_MOST = 6
_LEAST = 0.25
"""The least heat that is worth telling; a tracker decides."""
_COARSE, _MARGIN, _LOOSE = 64, 24, 1.6
"""What sizes of a part of the picture are multiples of, what is looked at around the part that is wanted, in pixels,
and by how much a part may be too large."""
_NO_HEAT = 1e-6
_PEAK_WEIGHT = 61.0
"""By how much training weighs a peak more than an empty cell; without that, heat is the probability of a ball."""
_LARGE_PX = 7.0
"""The radius from which on a ball is found better in a smaller picture."""
_REPEATS = 0.1
"""A frame repeats the one before it where no block of 8x8 pixels has changed by more than this share of what the block
that changes most does in the frames before; a ball that flies changes some."""
_COMPARED = 12
"""How many frames before it tell how much changes."""
_VIDEO_TO_FULL = np.clip((np.arange(256) - 16) * 255 / 219, 0, 255).round().astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Planes:
    frame: int
    time_s: float
    repeats: int
    luma: Pixels
    cr: Pixels


class BallNetwork:
    """Follows one camera's frames.

    Args:
        size: width and height of its pictures.
        weights: the network's file.
        widest: pictures are looked at no wider than this.
    """

    def __init__(self, size: tuple[int, int], weights: Path = WEIGHTS, widest: int = _WIDEST) -> None:
        scale = min(1.0, widest / size[0])
        self._size = _round_up(size[0] * scale), _round_up(size[1] * scale)
        self._scale = np.array(size) / self._size
        self._weights = weights
        self._passes: dict[tuple[tuple[int, int], int], _Pass] = {}
        self._part = (0, 0), self._size
        self._seen: deque[_Planes] = deque(maxlen=FRAMES)
        self._changes: deque[float] = deque(maxlen=_COMPARED)
        self._last: _Planes | None = None

    def look(
        self,
        picture: Picture,
        frame: int,
        time_s: float,
        largest_px: float | None = None,
        part_px: tuple[float, float, float, float] | None = None,
    ) -> list[BallSighting]:
        """Take the next frame, and tell what may be the ball in the second one before it, not counting repeats: the
        likeliest first, nothing of a repeat or before there are enough frames.

        Args:
            picture: of the frame.
            frame: its number.
            time_s: its PTS.
            largest_px: the radius of the largest ball to be expected; None where that is not known.
            part_px: the part of the picture that a ball is worth looking for in, (left, top, right, bottom); None for
                all of it.
        """
        planes = self._planes(picture, frame, time_s)
        if planes is None:
            return []
        self._seen.append(planes)
        if len(self._seen) < FRAMES:
            return []
        told = self._seen[LATE]
        right, down = self._scale.tolist()
        small = largest_px is not None and largest_px < _LARGE_PX * right
        (left, top), size = self._part = self._part_of(part_px)
        passes = [self._pass(size, smaller) for smaller in (_SCALES[:1] if small else _SCALES)]
        found = [peak for each in passes for peak in each.peaks(self._seen, (left, top))]
        return [
            BallSighting(
                told.frame, told.time_s, (left + x) * right, (top + y) * down, radius * right, score, told.repeats
            )
            for x, y, radius, score in _apart(sorted(found, key=_likeliest))
        ]

    def _pass(self, size: tuple[int, int], smaller: int) -> "_Pass":
        known = self._passes.get((size, smaller))
        if known is None:
            known = self._passes[size, smaller] = _Pass(self._weights, size, smaller)
        return known

    def _part_of(self, part_px: tuple[float, float, float, float] | None) -> tuple[tuple[int, int], tuple[int, int]]:
        """Left, top, width and height of what the network looks at, in its pixels. A network is made for each size, so
        that sizes are coarse, and a part that holds what is wanted is kept."""
        if part_px is None:
            return (0, 0), self._size
        whole, wanted = np.array(self._size), np.reshape(part_px, (2, 2)) / self._scale
        low, high = np.maximum(wanted[0] - _MARGIN, 0), np.minimum(wanted[1] + _MARGIN, whole)
        before, kept = np.array(self._part)
        if (low >= before).all() and (high <= before + kept).all() and np.prod(kept) <= _LOOSE * np.prod(high - low):
            return self._part
        size = np.minimum(np.ceil((high - low) / _COARSE).astype(int) * _COARSE, whole)
        low = np.minimum(low.astype(int) // _MULTIPLE * _MULTIPLE, whole - size)
        return (int(low[0]), int(low[1])), (int(size[0]), int(size[1]))

    def close(self) -> None:
        """Let go of the engines."""
        for each in self._passes.values():
            each.close()

    def _planes(self, picture: Picture, frame: int, time_s: float) -> _Planes | None:
        """What the network sees of the next frame; None of one that repeats the last."""
        last, repeats = self._last, 0
        # What a camera sends next may be written over this picture.
        luma, cr = (np.array(_sized(plane, self._size)) for plane in _luma_and_cr(picture))
        if last is None or frame != last.frame + 1:
            self._seen.clear()
            self._changes.clear()
        else:
            change, usual = _change(luma, last.luma), np.median(self._changes) if self._changes else 0.0
            repeats = last.repeats
            if change < _REPEATS * usual:
                self._last = replace(last, frame=frame, repeats=repeats + 1)
                return None
            self._changes.append(change)
        self._last = _Planes(frame, time_s, repeats, luma, cr)
        return self._last


class _Pass:
    """The network at one size of the picture."""

    def __init__(self, weights: Path, size: tuple[int, int], smaller: int) -> None:
        self._part = size
        self._size = _round_up(size[0] / smaller), _round_up(size[1] / smaller)
        self._scale = np.array(size) / self._size
        shape = 1, FRAMES + 1, self._size[1], self._size[0]
        self._run = Runner(weights, shape, "auto")
        self._tensor = np.zeros(shape, np.float32)

    def peaks(self, seen: Sequence[_Planes], corner: tuple[int, int]) -> list[Peak]:
        """The highest peaks in a part of the middle one of five frames, in pixels of what they were made of, from the
        part's corner (left, top) on."""
        (left, top), (width, height) = corner, self._part
        part = np.s_[top : top + height, left : left + width]
        for number, planes in enumerate(seen):
            self._tensor[0, number] = _sized(planes.luma[part], self._size)
        self._tensor[0, FRAMES] = _sized(seen[LATE].cr[part], self._size)
        maps = self._run(self._tensor)[0][0]
        right, down = self._scale.tolist()
        return [(x * right, y * down, radius * right, score) for x, y, radius, score in _peaks(*maps)]

    def close(self) -> None:
        """Let go of the engine."""
        self._run.close()


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
        return plane
    shrinks = plane.shape[1] > size[0]
    return np.asarray(
        cv2.resize(np.ascontiguousarray(plane), size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR),
        np.uint8,
    )


def _round_up(value: float) -> int:
    return max(int(np.ceil(round(value) / _MULTIPLE)) * _MULTIPLE, _MULTIPLE)


def _change(luma: Pixels, before: Pixels) -> float:
    """By how much the block changes that changes most, in gray values."""
    height, width = luma.shape
    blocks = cv2.resize(cv2.absdiff(luma, before), (width // 8, height // 8), interpolation=cv2.INTER_AREA)
    return float(blocks.max())


def _likeliest(peak: Peak) -> float:
    return -peak[3]


def _apart(peaks: Iterable[Peak]) -> list[Peak]:
    """The first peaks of which none lies on another."""
    kept: list[Peak] = []
    for x, y, radius, score in peaks:
        if all(np.hypot(x - other[0], y - other[1]) > max(_STRIDE, radius + other[2]) for other in kept):
            kept.append((x, y, radius, score))
    return kept[:_MOST]


def _peaks(heat: npt.NDArray[np.float32], log_radius: npt.NDArray[np.float32]) -> list[Peak]:
    """x, y and radius in pixels of the network, and the score, of the highest peaks."""
    highest = cv2.dilate(heat, np.ones((5, 5), np.uint8))
    rows, columns = np.nonzero((heat >= highest) & (heat > _LEAST))
    found = []
    for at in np.argsort(-heat[rows, columns])[:_MOST]:
        row, column = int(rows[at]), int(columns[at])
        top, left = max(row - 1, 0), max(column - 1, 0)
        part = heat[top : row + 2, left : column + 2].astype(float)
        x = column + 0.5 + _top(part.sum(axis=0))
        y = row + 0.5 + _top(part.sum(axis=1))
        radius = float(np.exp(np.clip(log_radius[row, column], -1, 5)))
        peak = float(heat[row, column])
        found.append((x * _STRIDE, y * _STRIDE, radius, peak / (peak + _PEAK_WEIGHT * (1 - peak))))
    return found


def _top(heat: Floats) -> float:
    """How far from the middle one of three cells (3,) the Gaussian through them is highest, in cells; 0 at an edge.

    A mean of places would do for a peak within three cells; the network draws wider ones, and their mean is drawn
    towards the middle.
    """
    if len(heat) < 3:
        return 0.0
    before, here, after = np.log(np.maximum(heat, _NO_HEAT)).tolist()
    bend = before - 2 * here + after
    return float(np.clip((before - after) / (2 * bend), -1, 1)) if bend < 0 else 0.0
