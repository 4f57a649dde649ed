"""Which way the people before one camera are turned, trunks and heads, from each source by its deviation."""

import numpy as np
import numpy.typing as npt

from pipeline.attributes.faces import Turned
from pipeline.attributes.facing import Facing
from pipeline.attributes.lifting import Lifted
from pipeline.attributes.rows import ROWS
from pipeline.geometry.angles import seen_direction

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

_WALKING_CM_S = 60.0
"""From this speed on people face where they go, but for `_SIDEWAYS`."""
_SIDEWAYS = np.radians(10.0)
_LIFTED_TURN_S, _WALK_TURN_S, _HEAD_TURN_S, _FACE_TURN_S = 0.6, 0.3, 0.3, 1.0
"""For how long the network says a wrong trunk, the direction of walking one, the network a wrong head, and a face one,
in the same way."""
_TURNING, _HEAD_TURNING = np.radians(30.0), np.radians(45.0)
"""By how much trunks and heads turn in a second."""


class Turns:
    """Of the people in rows (see `Rows`); directions in radians on the ground."""

    def __init__(self) -> None:
        self.trunks, self.heads = Facing(ROWS, _TURNING), Facing(ROWS, _HEAD_TURNING)

    def forget(self, rows: Ints) -> None:
        """Nothing is known of these."""
        self.trunks.forget(rows)
        self.heads.forget(rows)

    def predict(self, rows: Ints, seconds: Floats) -> None:
        """Let time (N,) pass."""
        self.trunks.predict(rows, seconds)
        self.heads.predict(rows, seconds)

    def see(self, rows: Ints, towards: Floats, found: Lifted, seconds: Floats) -> None:
        """Take what is lifted of people who are seen in directions (N, 2), so long after the frame before (N,)."""
        turns = (found.facing_deg, found.facing_std_deg, found.head_deg, found.head_std_deg)
        trunk, trunk_std, head, head_std = np.radians(turns)
        for kept, angles, deviations, repeated_s in (
            (self.trunks, trunk, trunk_std, _LIFTED_TURN_S),
            (self.heads, head, head_std, _HEAD_TURN_S),
        ):
            kept.measure(rows, _direction(towards, angles), deviations, seconds, repeated_s, slips=True)

    def walk(self, rows: Ints, heading: Floats, deviations: Floats, speeds: Floats, seconds: Floats) -> None:
        """Take where people go (N,), nan of those who do not, and how fast in cm/s."""
        walks = np.isfinite(heading) & (speeds > _WALKING_CM_S)
        if walks.any():
            spread = np.hypot(deviations[walks], _SIDEWAYS)
            self.trunks.measure(rows[walks], heading[walks], spread, seconds[walks], _WALK_TURN_S, slips=False)

    def face(self, rows: Ints, towards: Floats, faces: Turned) -> None:
        """Take what has been heard of faces of people who are seen in directions (N, 2)."""
        heard = np.isfinite(faces.angles_rad) & np.isfinite(towards).all(axis=1)
        if heard.any():
            directions = _direction(towards[heard], faces.angles_rad[heard])
            spread, since_s = faces.deviations_rad[heard], faces.since_s[heard]
            self.heads.measure(rows[heard], directions, spread, since_s, _FACE_TURN_S, slips=True)


def _direction(towards: Floats, angles: Floats) -> Floats:
    """Directions on the ground (N,) of angles to the lines of sight."""
    turned = seen_direction(towards, angles)
    return np.arctan2(turned[:, 1], turned[:, 0])
