"""Frame rate, bit rate and GOP of a stream, from its packets."""

from collections import deque

_WINDOW_S = 2.0


class StreamMeter:
    """Counts packets. Times are in seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._packets: deque[tuple[float, int]] = deque()
        self._since_keyframe: int | None = None
        self.gop: int | None = None

    def add(self, size: int, keyframe: bool, now: float) -> None:
        """A packet of `size` bytes has come."""
        self._packets.append((now, size))
        while self._packets[0][0] < now - _WINDOW_S:
            self._packets.popleft()
        if keyframe:
            self.gop, self._since_keyframe = self._since_keyframe, 0
        if self._since_keyframe is not None:
            self._since_keyframe += 1

    @property
    def fps(self) -> float:
        """Packets a second."""
        return (len(self._packets) - 1) / self._span if self._span else 0.0

    @property
    def kbps(self) -> float:
        """Kilobits a second."""
        return sum(size for _, size in list(self._packets)[1:]) * 8e-3 / self._span if self._span else 0.0

    @property
    def _span(self) -> float:
        return self._packets[-1][0] - self._packets[0][0] if self._packets else 0.0
