"""Where a crease lies across, to a fraction of a pixel: the band of paint beside where it is expected to be.

Across a line the picture is sampled; paint is a bright band on darker ground. Its two sides are where it has half of
its height, which blur does not move as long as the band is wider than it; of a narrower one the middle is believed.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.pictures import Pixels

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_STEP_PX = 0.25
_CONTRAST = 3.0
"""How many times the noise of its surroundings a band must be bright."""
_LEAST_GRAY = 6.0


@dataclass(frozen=True, slots=True)
class Bands:
    """For each sample (N,): how far the band's middle is from where it was expected, along the normal, and how wide it
    is, both in pixels; and whether there is one."""

    middle: Floats
    width: Floats
    found: npt.NDArray[np.bool_]


def bands(luma: Pixels, points: Floats, normals: Floats, width_px: Floats, reach_px: Floats) -> Bands:
    """Look for paint across a line.

    Args:
        luma: (height, width).
        points: (N, 2) in pixels, where the middle of the paint is expected; pixel i spans i to i + 1.
        normals: (N, 2), unit vectors across the line.
        width_px: (N,) how wide the paint is expected to be.
        reach_px: (N,) how far from the expected place to look.
    """
    count = len(points)
    none = np.zeros(count)
    if not count:
        return Bands(none, none, none.astype(bool))
    around = float(np.max(reach_px + 1.5 * width_px + 3))
    steps = np.arange(-around, around + _STEP_PX, _STEP_PX)
    at = points[:, None] + steps[None, :, None] * normals[:, None] - 0.5
    profile = cv2.remap(
        luma, at[..., 0].astype(np.float32), at[..., 1].astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(float)  # fmt: skip
    near = np.abs(steps) <= (reach_px + 1.5 * width_px + 3)[:, None]
    return _bands(steps, profile, near, width_px, reach_px)


def _bands(steps: Floats, values: Floats, near: Flags, expected: Floats, reach: Floats) -> Bands:
    """In each profile (N, S) the band that a box of the expected width fits best, among the samples that are near."""
    rows = np.arange(len(values))
    box = np.maximum(np.rint(np.maximum(expected, 1.0) / _STEP_PX), 3).astype(int)[:, None]
    total = np.insert(np.cumsum(values, axis=1), 0, 0.0, axis=1)
    first = np.arange(len(steps))
    last = np.minimum(first + box, len(steps))
    sums = (np.take_along_axis(total, last, axis=1) - total[:, :-1]) / box
    whole = near & np.take_along_axis(near, last - 1, axis=1) & (first + box <= len(steps))
    centres = steps + (box - 1) / 2 * _STEP_PX
    # Brighter than what lies beside it on both sides, as the edge of a light strip of soil is not.
    aside = box / 2 + np.maximum(box, round(1.5 / _STEP_PX)) / 2 + 0.5 / _STEP_PX
    ahead, behind = (_beside(sums, whole, sign * aside) for sign in (1, -1))
    rise = sums - np.maximum(ahead, behind)
    rise[~whole | (np.abs(centres) > reach[:, None])] = -np.inf
    best = rise.argmax(axis=1)
    away = np.abs(values - _share(values, near, 0.5)[:, None])
    noise = _share(away, near, 0.5) / 2
    found = rise[rows, best] >= np.maximum(_LEAST_GRAY, np.minimum(_CONTRAST * noise, 20.0))
    middle = best + (box[:, 0] - 1) // 2
    within = np.abs(first - middle[:, None]) <= box // 2
    top = _share(values, within, 0.8)
    left = _crossing(steps, values, middle, -1, 0.5 * (behind[rows, best] + top))
    right = _crossing(steps, values, middle, 1, 0.5 * (ahead[rows, best] + top))
    width = right - left
    found &= width <= 3 * expected + 3
    return Bands(np.where(found, (left + right) / 2, 0.0), np.where(found, width, 0.0), found)


def _share(values: Floats, chosen: Flags, share: float) -> Floats:
    """The value in each row (N, S) that so many of those chosen are below."""
    order = np.sort(np.where(chosen, values, np.inf), axis=1)
    at = share * (np.count_nonzero(chosen, axis=1) - 1)[:, None]
    under = np.floor(at).astype(int)
    low, high = (np.take_along_axis(order, index, axis=1) for index in (under, np.ceil(at).astype(int)))
    return (low + (at - under) * (high - low))[:, 0]


def _beside(sums: Floats, whole: Flags, off: Floats) -> Floats:
    """The means of boxes (N, S) so many samples (N, 1) beside each, between two of them; the last whole one beyond."""
    count = sums.shape[1]
    lowest, highest = whole.argmax(axis=1)[:, None], count - 1 - whole[:, ::-1].argmax(axis=1)[:, None]
    at = np.clip(np.arange(count) + off, lowest, highest)
    under = np.floor(at).astype(int)
    share = at - under
    low, high = (np.take_along_axis(sums, index, axis=1) for index in (under, np.minimum(under + 1, highest)))
    return low + share * (high - low)


def _crossing(steps: Floats, values: Floats, middle: npt.NDArray[np.int64], way: int, level: Floats) -> Floats:
    """Where profiles (N, S) fall below levels (N,), from the middles of their bands (N,) outwards; nan where they do
    not. A middle that is itself too dark is left for one further inside, at most a pixel away."""
    count = values.shape[1]
    order = slice(None) if way > 0 else slice(None, None, -1)
    values, steps = values[:, order], steps[order]
    start = middle if way > 0 else count - 1 - middle
    bright = values >= level[:, None]
    index = np.arange(count)
    inside = index >= (start - round(1 / _STEP_PX))[:, None]
    falls = bright[:, :-1] & ~bright[:, 1:] & inside[:, :-1] & (index[1:] > start[:, None])
    at = falls.argmax(axis=1)[:, None]
    here, there = np.take_along_axis(values, at, axis=1)[:, 0], np.take_along_axis(values, at + 1, axis=1)[:, 0]
    share = (here - level) / np.maximum(here - there, 1e-9)
    where = steps[at[:, 0]] + way * share * _STEP_PX
    return np.where(falls.any(axis=1), where, np.nan)
