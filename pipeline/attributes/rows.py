"""Which row of the filters' arrays belongs to which track."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.intp]

ROWS = 256
"""The most people who are remembered at a time; far more than a camera's tracker follows."""


class Rows:
    """Hands out rows to tracks, and takes them back from those that are long gone."""

    def __init__(self, lost_s: float) -> None:
        self._lost_s = lost_s
        self._rows: dict[int, int] = {}
        self._free = list(range(ROWS))
        self._seen_s = np.full(ROWS, -np.inf)

    def of(self, tracks: Sequence[int], now_s: float) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
        """The rows (N,) of tracks, those of them that are new, and the seconds (N,) since each was last asked for."""
        gone = [track for track, row in self._rows.items() if not 0 <= now_s - self._seen_s[row] <= self._lost_s]
        for track in gone:
            self._free.append(self._rows.pop(track))
        for track in sorted(self._rows, key=lambda track: self._seen_s[self._rows[track]]):
            if len(self._free) >= len(tracks):
                break
            if track not in tracks:
                self._free.append(self._rows.pop(track))
        new = [track for track in tracks if track not in self._rows][: len(self._free)]
        for track in new:
            self._rows[track] = self._free.pop()
        rows = np.array([self._rows[track] for track in tracks], np.intp)
        fresh = np.array([self._rows[track] for track in new], np.intp)
        self._seen_s[fresh] = now_s
        seconds = now_s - self._seen_s[rows]
        self._seen_s[rows] = now_s
        return rows, fresh, seconds

    def all(self) -> Ints:
        """The rows of everybody who is remembered."""
        return np.array(list(self._rows.values()), np.intp)
