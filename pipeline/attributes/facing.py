"""Where trunks and heads are turned, over time: a Bayes filter of densities on the circle, for all tracks at once.

It holds directions on the ground and not angles to the line of sight, so that somebody who walks by does not seem to
turn. Being densities, two answers can stand beside each other until one of them wins: pose networks take fronts for
backs, for some frames at a time (grid filters: Thrun, Burgard and Fox 2005, Probabilistic Robotics, section 4.1).
"""

import numpy as np
import numpy.typing as npt

from pipeline.attributes.directions import BINS, turned

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

_WAVES = np.arange(BINS // 2 + 1)
_SLIP = 0.05
"""How often a measurement is altogether wrong, and any direction as likely as another."""


class Facing:
    """Directions of rows in radians, counter-clockwise from [1, 0] on the ground.

    Args:
        rows: how many there are.
        turning_rad: by how much somebody turns in a second, a standard deviation.
        anew: how often in a second somebody turns somewhere else at once.
    """

    def __init__(self, rows: int, turning_rad: float, anew: float) -> None:
        self._turning = turning_rad**2
        self._anew = anew
        self.known = np.zeros(rows, bool)
        """Whether a row has been measured."""
        self._densities = np.full((rows, BINS), 1 / BINS)

    def forget(self, rows: Ints) -> None:
        """Nothing is known of these."""
        self.known[rows] = False
        self._densities[rows] = 1 / BINS

    def believed(self, rows: Ints) -> Floats:
        """Densities (N, BINS) but for what all directions have alike, which stands for people who turn at once; even
        ones where nothing has been measured."""
        densities = self._densities[rows]
        above = densities - densities.min(axis=1, keepdims=True)
        return np.where(self.known[rows, None], above, densities)

    def predict(self, rows: Ints, seconds: Floats) -> None:
        """Let time (N,) pass."""
        # Diffusion on a circle takes from each wave by its square.
        kept = np.exp(-0.5 * self._turning * seconds[:, None] * _WAVES**2)
        spread = np.fft.irfft(np.fft.rfft(self._densities[rows]) * kept, BINS)
        same = np.exp(-self._anew * seconds)[:, None]
        self._densities[rows] = same * np.maximum(spread, 0) + (1 - same) / BINS

    def measure(self, rows: Ints, densities: Floats, zero_rad: Floats, seconds: Floats, repeated_s: float) -> None:
        """Take measurements.

        Args:
            rows: whose, (N,).
            densities: of each alone, (N, BINS), of the angle from a direction that is its zero.
            zero_rad: that direction on the ground, (N,).
            seconds: since the last frame, (N,).
            repeated_s: within so long measurements err in the same way, and count as one.
        """
        found = turned(densities, zero_rad)
        found = (1 - _SLIP) * found + _SLIP / BINS
        share = 1 / (1 + 2 * repeated_s / np.maximum(seconds, 1e-3))
        weight = np.where(self.known[rows], share, 1.0)
        product = self._densities[rows] * found ** weight[:, None]
        self._densities[rows] = product / product.sum(axis=1, keepdims=True)
        self.known[rows] = True
