"""Where people are on the ground and how they move: a Kalman filter of constant velocity, for all tracks at once.

State and process noise (white acceleration) are the textbook's (Bar-Shalom, Li and Kirubarajan 2001, Estimation with
Applications to Tracking and Navigation, section 6.3). Measurements have Student's t for an error law (as in Roth, Özkan
and Gustafsson 2013, ICASSP, 5770-5774, here by one reweighting): a slip of the pose network widens, and hardly moves,
what is known. What does not fit at all is passed over: it is somebody else's foot, or the tracker has gone over to
somebody else. Who is measured elsewhere for a while is there: the filter begins anew.
"""

import numpy as np
import numpy.typing as npt

from pipeline.geometry.planar import form, inverse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

_ACCELERATION = 50.0**2
"""Power density of the acceleration in cm²/s³: within a second a walker's velocity changes by about 0.5 m/s, at the
most of what people do: stop, start and turn."""
_FREEDOM = 4.0
"""Of Student's t."""
_FAR = 16.0
"""Squared distance, in deviations, of a measurement that does not fit at all."""
_INSISTS_S = 0.25
"""For so long measurements may not fit before the filter begins anew there."""
_UNKNOWN_SPEED = 120.0
"""Deviation of each part of a velocity of which nothing is known, in cm/s."""


class Motion:
    """Of people in rows: positions and velocities on the ground."""

    def __init__(self, rows: int) -> None:
        self.known = np.zeros(rows, bool)
        """Whether a row has been measured."""
        self._state = np.zeros((rows, 4))
        self._covariance = np.zeros((rows, 4, 4))
        self._insists_s = np.zeros(rows)

    def forget(self, rows: Ints) -> None:
        """Nothing is known of these."""
        self.known[rows] = False

    def places(self, rows: Ints) -> Floats:
        """(N, 2) in cm."""
        return self._state[rows, :2]

    def velocities(self, rows: Ints) -> Floats:
        """(N, 2) in cm/s."""
        return self._state[rows, 2:]

    def place_covariances(self, rows: Ints) -> Floats:
        """(N, 2, 2)."""
        return self._covariance[rows, :2, :2]

    def velocity_covariances(self, rows: Ints) -> Floats:
        """(N, 2, 2)."""
        return self._covariance[rows, 2:, 2:]

    def predict(self, rows: Ints, seconds: Floats) -> None:
        """Let time (N,) pass."""
        step = np.zeros((len(rows), 4, 4))
        step[:, range(4), range(4)] = 1
        step[:, 0, 2] = step[:, 1, 3] = seconds
        noise = np.zeros((len(rows), 4, 4))
        for axis in (0, 1):
            noise[:, axis, axis] = seconds**3 / 3
            noise[:, axis, axis + 2] = noise[:, axis + 2, axis] = seconds**2 / 2
            noise[:, axis + 2, axis + 2] = seconds
        self._state[rows] = (step @ self._state[rows, :, None])[..., 0]
        self._covariance[rows] = step @ self._covariance[rows] @ np.swapaxes(step, 1, 2) + _ACCELERATION * noise

    def measure(self, rows: Ints, places: Floats, covariances: Floats, repeated: Floats, seconds: Floats) -> Ints:
        """Take measurements.

        Args:
            rows: whose, (N,).
            places: (N, 2) in cm.
            covariances: of each alone, (N, 2, 2).
            repeated: how many following ones count as one (N,), as they err in the same way.
            seconds: since the last frame, (N,).

        Returns:
            The rows that begin anew, as they have been elsewhere for a while.
        """
        new = ~self.known[rows]
        self._begin(rows[new], places[new], covariances[new])
        rows, places, seconds = rows[~new], places[~new], seconds[~new]
        if not len(rows):
            return rows
        covariances = covariances[~new] * repeated[~new, None, None]
        off = places - self._state[rows, :2]
        expected = self._covariance[rows, :2, :2] + covariances
        far = form(off, inverse(expected))
        covariances = covariances * np.maximum(1, (_FREEDOM + far) / (_FREEDOM + 2))[:, None, None]
        expected = self._covariance[rows, :2, :2] + covariances
        gain = self._covariance[rows, :, :2] @ inverse(expected) * (far <= _FAR)[:, None, None]
        self._state[rows] += (gain @ off[..., None])[..., 0]
        changed = self._covariance[rows] - gain @ self._covariance[rows, :2, :]
        self._covariance[rows] = (changed + np.swapaxes(changed, 1, 2)) / 2
        self._insists_s[rows] = np.where(far > _FAR, self._insists_s[rows] + seconds, 0)
        moved = self._insists_s[rows] > _INSISTS_S
        self._begin(rows[moved], places[moved], covariances[moved])
        return rows[moved]

    def _begin(self, rows: Ints, places: Floats, covariances: Floats) -> None:
        self._state[rows] = np.column_stack([places, np.zeros_like(places)])
        self._covariance[rows] = 0
        self._covariance[rows[:, None, None], [[0], [1]], [[0, 1]]] = covariances
        self._covariance[rows, 2, 2] = self._covariance[rows, 3, 3] = _UNKNOWN_SPEED**2
        self._insists_s[rows] = 0
        self.known[rows] = True
