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
    middle, width, found = np.zeros(count), np.zeros(count), np.zeros(count, bool)
    for number in range(count):
        near = np.abs(steps) <= reach_px[number] + 1.5 * width_px[number] + 3
        one = _band(steps[near], profile[number, near], float(width_px[number]), float(reach_px[number]))
        if one is not None:
            middle[number], width[number] = one
            found[number] = True
    return Bands(middle, width, found)


def _band(steps: Floats, values: Floats, expected: float, reach: float) -> tuple[float, float] | None:
    """The middle and the width of the band in a profile that a box of the expected width fits best."""
    box = max(round(max(expected, 1.0) / _STEP_PX), 3)
    total = np.concatenate([[0.0], np.cumsum(values)])
    sums = (total[box:] - total[:-box]) / box
    centres = steps[: len(sums)] + (box - 1) / 2 * _STEP_PX
    # Brighter than what lies beside it on both sides, as the edge of a light strip of soil is not.
    side = max(box, round(1.5 / _STEP_PX))
    ahead = np.interp(centres + (box / 2 + side / 2) * _STEP_PX + 0.5, centres, sums)
    behind = np.interp(centres - (box / 2 + side / 2) * _STEP_PX - 0.5, centres, sums)
    rise = sums - np.maximum(ahead, behind)
    rise[np.abs(centres) > reach] = -np.inf
    best = int(rise.argmax())
    noise = float(np.median(np.abs(values - np.median(values)))) / 2
    if rise[best] < max(_LEAST_GRAY, min(_CONTRAST * noise, 20.0)):
        return None
    middle = int(np.argmin(np.abs(steps - centres[best])))
    lift = max(float(behind[best]), float(ahead[best]))
    peak_from, peak_to = max(middle - box // 2, 0), min(middle + box // 2 + 1, len(values))
    top = float(np.percentile(values[peak_from:peak_to], 80))
    left = _crossing(steps, values, middle, -1, 0.5 * (float(behind[best]) + top), lift)
    right = _crossing(steps, values, middle, 1, 0.5 * (float(ahead[best]) + top), lift)
    if left is None or right is None or right - left > 3 * expected + 3:
        return None
    return (left + right) / 2, right - left


def _crossing(steps: Floats, values: Floats, middle: int, way: int, level: float, floor: float) -> float | None:
    """Where a profile falls below a level, from the middle of a band outwards."""
    at = middle
    while values[at] < level and abs(at - middle) * _STEP_PX < 1.0 and 0 < at < len(values) - 1:
        at -= way
    while 0 <= at + way < len(values):
        if values[at] >= level > values[at + way]:
            share = (values[at] - level) / max(values[at] - values[at + way], 1e-9)
            return float(steps[at] + way * share * _STEP_PX)
        at += way
    return None
