"""Where trunks and heads are turned, over time: a Kalman filter on the circle, for all tracks at once.

It holds directions on the ground and not angles to the line of sight, so that somebody who walks by does not seem to
turn. Errors have Student's t for a law: a body taken for its back, as pose networks do, is passed over for a while.
"""

import numpy as np
import numpy.typing as npt

from pipeline.geometry.angles import turn_rad

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

_FREEDOM = 3.0


class Facing:
    """Directions of rows in radians, counter-clockwise from [1, 0] on the ground.

    Args:
        rows: how many there are.
        turning_rad: by how much somebody turns in a second, a standard deviation.
    """

    def __init__(self, rows: int, turning_rad: float) -> None:
        self._turning = turning_rad**2
        self.known = np.zeros(rows, bool)
        """Whether a row has been measured."""
        self._direction = np.zeros(rows)
        self._variance = np.zeros(rows)

    def forget(self, rows: Ints) -> None:
        """Nothing is known of these."""
        self.known[rows] = False

    def directions(self, rows: Ints) -> Floats:
        """(N,)."""
        return self._direction[rows]

    def deviations(self, rows: Ints) -> Floats:
        """(N,)."""
        return np.sqrt(self._variance[rows])

    def predict(self, rows: Ints, seconds: Floats) -> None:
        """Let time (N,) pass."""
        self._variance[rows] += self._turning * seconds

    def measure(
        self, rows: Ints, directions: Floats, deviations: Floats, seconds: Floats, repeated_s: float, slips: bool
    ) -> None:
        """Take measurements.

        Args:
            rows: whose, (N,).
            directions: (N,).
            deviations: of each alone, (N,).
            seconds: since the last frame, (N,).
            repeated_s: within so long measurements err in the same way, and count as one.
            slips: whether they may be altogether wrong, so that those that do not fit weigh less.
        """
        new = ~self.known[rows]
        fresh = rows[new]
        self._direction[fresh], self._variance[fresh] = directions[new], deviations[new] ** 2
        self.known[fresh] = True
        rows = rows[~new]
        variances = deviations[~new] ** 2 * (1 + 2 * repeated_s / np.maximum(seconds[~new], 1e-3))
        off = turn_rad(self._direction[rows], directions[~new])
        far = off**2 / (self._variance[rows] + deviations[~new] ** 2)
        if slips:
            variances *= np.maximum(1, (_FREEDOM + far) / (_FREEDOM + 1))
        gain = self._variance[rows] / (self._variance[rows] + variances)
        self._direction[rows] += gain * off
        self._variance[rows] *= 1 - gain
