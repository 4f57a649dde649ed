"""Which way the people before one camera are turned, trunks and heads, from each source by what it knows."""

import numpy as np
import numpy.typing as npt

from pipeline.attributes.directions import normal, told
from pipeline.attributes.faces import Turned
from pipeline.attributes.facing import Facing
from pipeline.attributes.lifting import Lifted
from pipeline.attributes.portraits import Portrayed
from pipeline.attributes.rows import ROWS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

_WALKING_CM_S = 60.0
"""From this speed on people face where they go, but for `_SIDEWAYS`."""
_SIDEWAYS = np.radians(10.0)
_LIFTED_TURN_S, _WALK_TURN_S, _HEAD_TURN_S, _FACE_TURN_S = 0.6, 0.3, 0.3, 1.0
"""For how long the network says a wrong trunk, the direction of walking one, the network a wrong head, and a face one,
in the same way."""
_PORTRAIT_TURN_S, _PORTRAIT_HEAD_S = 0.6, 0.45
"""The same of portraits, trunks and heads. With half of it heads on simulated streets are 2° better, and those of real
faces 1° worse (docs/accuracy.md)."""
_TURNING, _HEAD_TURNING = np.radians(30.0), np.radians(45.0)
"""By how much trunks and heads turn in a second."""
_ANEW, _HEAD_ANEW = 1.0, 1.5
"""How often in a second they may be turned somewhere else altogether: they turn round, and tracks go over to others."""


class Turns:
    """Of the people in rows (see `Rows`); directions in radians on the ground."""

    def __init__(self) -> None:
        self._trunks, self._heads = Facing(ROWS, _TURNING, _ANEW), Facing(ROWS, _HEAD_TURNING, _HEAD_ANEW)

    def forget(self, rows: Ints) -> None:
        """Nothing is known of these."""
        self._trunks.forget(rows)
        self._heads.forget(rows)

    def predict(self, rows: Ints, seconds: Floats) -> None:
        """Let time (N,) pass."""
        self._trunks.predict(rows, seconds)
        self._heads.predict(rows, seconds)

    def told(self, rows: Ints) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Directions of trunks and of heads, each with its deviation, (N,); nan where nothing is known."""
        # Together: most of it is the calls.
        found, within = told(np.concatenate([self._trunks.believed(rows), self._heads.believed(rows)]))
        found[~np.concatenate([self._trunks.known[rows], self._heads.known[rows]])] = np.nan
        trunk, head = slice(len(rows)), slice(len(rows), None)
        return (found[trunk], within[trunk]), (found[head], within[head])

    def see(self, rows: Ints, towards: Floats, found: Lifted, seconds: Floats) -> None:
        """Take what is lifted of people who are seen in directions (N, 2), so long after the frame before (N,)."""
        zero = _to_camera(towards)
        self._trunks.measure(rows, found.facing, zero, seconds, _LIFTED_TURN_S)
        self._heads.measure(rows, found.head, zero, seconds, _HEAD_TURN_S)

    def walk(self, rows: Ints, heading: Floats, deviations: Floats, speeds: Floats, seconds: Floats) -> None:
        """Take where people go (N,), nan of those who do not, and how fast in cm/s."""
        walks = np.isfinite(heading) & (speeds > _WALKING_CM_S)
        if walks.any():
            ahead = normal(np.zeros(walks.sum()), np.hypot(deviations[walks], _SIDEWAYS))
            self._trunks.measure(rows[walks], ahead, heading[walks], seconds[walks], _WALK_TURN_S)

    def portray(self, rows: Ints, towards: Floats, found: Portrayed) -> None:
        """Take what portraits say of some of the people in rows (N,), who are seen in directions (N, 2)."""
        good = np.isfinite(towards[found.places]).all(axis=1)
        if good.any():
            some, since = found.places[good], found.since_s[good]
            zero = _to_camera(towards[some])
            self._trunks.measure(rows[some], found.trunk[good], zero, since, _PORTRAIT_TURN_S)
            self._heads.measure(rows[some], found.head[good], zero, since, _PORTRAIT_HEAD_S)

    def face(self, rows: Ints, towards: Floats, faces: Turned) -> None:
        """Take what has been heard of faces of people who are seen in directions (N, 2)."""
        heard = np.isfinite(faces.angles_rad) & np.isfinite(towards).all(axis=1)
        if heard.any():
            angles = normal(faces.angles_rad[heard], faces.deviations_rad[heard])
            self._heads.measure(rows[heard], angles, _to_camera(towards[heard]), faces.since_s[heard], _FACE_TURN_S)


def _to_camera(towards: Floats) -> Floats:
    """The directions on the ground (N,) from people to the camera that sees them in directions (N, 2)."""
    return np.arctan2(-towards[:, 1], -towards[:, 0])
