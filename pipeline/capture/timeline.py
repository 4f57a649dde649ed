"""A live stream's PTS as times that can be relied on: milliseconds that only grow, and keep pace with real time.

Cameras' PTS jump, wrap, stand still and run backwards, and their clocks drift; they begin anew at every connection.
What they are good for is the distance of neighbouring frames, and to tell a frame that waited in the network (its PTS
is where it should be, it only comes late) from a clock that has changed.
"""

import math
from collections import deque

_LEAP_S = 1.0
"""A PTS that goes further ahead of the time that has passed than this has jumped."""
_LATE_S = 0.1
"""Lateness up to this is jitter; beyond, it must shrink, as a burst's does."""
_SHRINKS_S = 0.02
_PATIENCE_S = 1.0
"""Lateness that has not shrunk for this long is the clock's, not the frames'."""
_STRIKES, _STRIKES_S = 3, 30.0
"""After so many such changes in so many seconds the PTS are not believed: the camera writes a rate that is not so."""
_RELAX = 0.001
"""Seconds a second by which lateness is forgotten: more than any camera's clock drifts."""


class Timeline:
    """Places frames on the clock of the machine; one for the whole life of a camera, reconnections included."""

    def __init__(self) -> None:
        self._begin: float | None = None
        self._offset = 0.0
        self._pts = math.nan
        self._last = -math.inf
        self._last_now = 0.0
        self._best = math.inf
        self._improved = 0.0
        self._strikes: deque[float] = deque(maxlen=_STRIKES)

    def restart(self) -> None:
        """The stream is read anew: its next PTS has nothing to do with the last one."""
        self._pts = math.nan
        self._strikes.clear()

    def place(self, pts_s: float, now: float) -> tuple[float, float]:
        """Where a frame belongs.

        Args:
            pts_s: its PTS in seconds, NaN if it has none.
            now: the monotonic clock when it arrived, in seconds.

        Returns:
            Milliseconds since the camera's first frame, strictly increasing; and how many seconds late it came.
        """
        if self._begin is None:
            self._begin = self._last_now = now
        elapsed = now - self._begin
        gap = now - self._last_now
        self._last_now = now
        if not 0 < pts_s - self._pts <= gap + _LEAP_S:
            self._rebase(pts_s, elapsed, now)
        self._pts = pts_s
        self._offset += _RELAX * gap
        late = elapsed - (pts_s + self._offset)
        stays = self._stays(late, now)
        if stays:
            self._strikes.append(now)
        unreliable = len(self._strikes) == _STRIKES and now - self._strikes[0] < _STRIKES_S
        if late < 0 or stays or unreliable or math.isnan(pts_s):
            self._rebase(pts_s, elapsed, now)
            late = 0.0
        # A microsecond's difference, so that two frames of one moment keep their order.
        self._last = max((elapsed - late) * 1e3, self._last + 0.001)
        return self._last, late

    def _stays(self, late: float, now: float) -> bool:
        """Whether lateness has not shrunk for so long that it is the clock's."""
        if late <= _LATE_S:
            self._best = math.inf
        elif late < self._best - _SHRINKS_S:
            # Counted from the first late frame: the silence before a burst is no patience spent.
            self._best, self._improved = late, now
        return late > _LATE_S and now - self._improved > _PATIENCE_S

    def _rebase(self, pts_s: float, elapsed: float, now: float) -> None:
        self._offset = elapsed - pts_s
        self._best, self._improved = math.inf, now
