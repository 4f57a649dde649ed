"""Where the path of a ball breaks: it bounces, or somebody hits or stops it.

Over a few frames a flight in the picture is a parabola, and a bounce adds a sudden change of velocity to it. At each
moment both are fitted to the frames around it; a kink is where the second explains them far better than the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.perception.sightings import BallSighting

Floats = npt.NDArray[np.float64]

_AROUND = 5
"""Frames on either side of a kink that tell of it."""
_STEP = 0.1
_NOISE_PX = 0.5
"""How well a place is known; what fits better is chance."""
_GAIN = 30.0
"""By how much the squared residuals, in units of their variance, must fall."""
_LEAST_CHANGE = 0.7
"""Pixels a frame."""
_APART = 2.5
"""Frames from one kink to the next at least."""


@dataclass(frozen=True, slots=True)
class Kink:
    """Where a path breaks: when, in frames, and where, and the change of velocity (2,) in pixels a frame."""

    frame: float
    x: float
    y: float
    change: tuple[float, float]

    @property
    def upwards(self) -> bool:
        """Whether the ball turns upwards in the picture, as by a bounce."""
        return self.change[1] < 0 and abs(self.change[1]) > 0.5 * abs(self.change[0])


def kinks_of(points: Sequence[BallSighting]) -> tuple[Kink, ...]:
    """The kinks of a path, in their order."""
    times = np.array([each.step for each in points], float)
    frames = np.array([each.frame for each in points], float)
    places = np.array([(each.x, each.y) for each in points])
    found = [
        (gain, kink)
        for moment in np.arange(times[0] + 1.5, times[-1] - 1.4, _STEP)
        if (judged := _judged(times, places, float(moment))) is not None
        for gain, kink in [judged]
    ]
    chosen: list[Kink] = []
    for _, kink in sorted(found, key=lambda pair: -pair[0]):
        if all(abs(kink.frame - other.frame) >= _APART for other in chosen):
            chosen.append(kink)
    chosen.sort(key=lambda kink: kink.frame)
    return tuple(replace(kink, frame=float(np.interp(kink.frame, times, frames))) for kink in chosen)


def _judged(times: Floats, places: Floats, moment: float) -> tuple[float, Kink] | None:
    """How much better a kink at a moment explains the frames around it, and the kink; None where it does not."""
    near = np.abs(times - moment) <= _AROUND
    since = times[near] - moment
    before, after = np.count_nonzero(since < 0), np.count_nonzero(since > 0)
    if before < 2 or after < 2 or before + after < 6:
        return None
    smooth = np.column_stack([np.ones(len(since)), since, since**2])
    broken = np.column_stack([smooth, np.maximum(since, 0)])
    here = places[near]
    plain = here - smooth @ np.linalg.lstsq(smooth, here, rcond=None)[0]
    solved = np.linalg.lstsq(broken, here, rcond=None)[0]
    left = here - broken @ solved
    spare = max(len(since) - 4, 1)
    variance = _NOISE_PX**2 + float((left**2).sum()) / (2 * spare)
    gain = (float((plain**2).sum()) - float((left**2).sum())) / variance
    x, y, dx, dy = *solved[0].tolist(), *solved[3].tolist()
    if gain < _GAIN or np.hypot(dx, dy) < _LEAST_CHANGE:
        return None
    return gain, Kink(moment, x, y, (dx, dy))
