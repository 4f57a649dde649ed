"""What does not change about somebody, from everything that was said of it: a mean that grows surer while they are
seen, but not as fast as frames come.

A pose network errs in three ways: anew in each frame, in the same way for some seconds (a stride, a way of standing),
and always in the same way of one person. Only the first two are averaged out. How much is which was measured on
simulated streets (levels plain and middle, seeds 1 to 4) from the autocorrelation of statures: about half is gone in
the next frame, a third in some seconds.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

_SLOW = 0.4
"""The share of an error's variance that lasts for `_SLOW_S`, as a time constant."""
_SLOW_S = 2.5
_FREEDOM = 4.0
"""Of Student's t, by which what does not fit the mean so far weighs less."""


class Constant:
    """One number of each row.

    Args:
        rows: how many.
        always: deviation of the error that a person always has.
    """

    def __init__(self, rows: int, always: float) -> None:
        self._always = always
        self._weights = np.zeros(rows)
        self._sums = np.zeros(rows)
        self._times = np.zeros(rows)
        self._seconds = np.zeros(rows)

    def forget(self, rows: Ints) -> None:
        """Nothing is known of these."""
        for each in (self._weights, self._sums, self._times, self._seconds):
            each[rows] = 0

    def fade(self, rows: Ints, shares: Floats) -> None:
        """Keep these shares (N,) of what was said: it may have been said of somebody else."""
        for each in (self._weights, self._sums, self._times, self._seconds):
            each[rows] *= shares

    def add(self, rows: Ints, values: Floats, deviations: Floats, seconds: Floats) -> None:
        """Take what a frame says (N,), with the deviations (N,) of each alone, and the time since the last frame."""
        known = self._times[rows] > 0
        mean = np.where(known, self._sums[rows] / np.maximum(self._weights[rows], 1e-12), values)
        far = ((values - mean) / deviations) ** 2
        weights = np.minimum(1, (_FREEDOM + 1) / (_FREEDOM + far)) / deviations**2
        self._weights[rows] += weights
        self._sums[rows] += weights * values
        self._times[rows] += 1
        self._seconds[rows] += np.where(known, seconds, 0)

    def known(self, rows: Ints) -> npt.NDArray[np.bool_]:
        """Whether anything was said (N,)."""
        return self._times[rows] > 0

    def means(self, rows: Ints) -> Floats:
        """(N,); 0 where nothing is known."""
        return self._sums[rows] / np.maximum(self._weights[rows], 1e-12)

    def variances(self, rows: Ints) -> Floats:
        """Of the means (N,)."""
        times, weights = np.maximum(self._times[rows], 1), np.maximum(self._weights[rows], 1e-12)
        # The mean of a first-order Markov process over a time, which is what the slow part is.
        spans = np.maximum(self._seconds[rows] / _SLOW_S, 1e-6)
        slow = 2 / spans * (1 - (1 - np.exp(-spans)) / spans)
        return (times / weights) * ((1 - _SLOW) / times + _SLOW * np.minimum(slow, 1)) + self._always**2
