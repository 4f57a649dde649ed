"""The last seconds of a camera's stream as it was sent, so that a clip can begin before anybody knew of its event."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av


@dataclass(frozen=True, slots=True)
class Encoded:
    """One packet of a stream; its stamps count in `time_base`, `at` is when it came, on the monotonic clock (s)."""

    data: bytes
    pts: int
    dts: int
    time_base: Fraction
    is_keyframe: bool
    at: float

    @classmethod
    def of(cls, packet: av.Packet, at: float) -> "Encoded | None":
        """A copy of a packet; None of one without stamps or data."""
        stamp = packet.dts if packet.dts is not None else packet.pts
        if stamp is None or not packet.size or packet.time_base is None:
            return None
        pts = stamp if packet.pts is None else packet.pts
        return cls(bytes(packet), pts, stamp, packet.time_base, bool(packet.is_keyframe), at)

    def packet(self, stream: Any, base: int) -> av.Packet:
        """For a file whose time 0 is `base`."""
        made = av.Packet(self.data)
        made.time_base = self.time_base
        made.pts, made.dts = self.pts - base, self.dts - base
        made.is_keyframe = self.is_keyframe
        made.stream = stream
        return made


class PacketRing:
    """Whole groups of pictures, each from its keyframe on; the oldest goes when it is no longer needed.

    Args:
        seconds: how far back the ring reaches; by up to a group of pictures further.
        most_bytes: what it may take; where that is less, it reaches less far.
    """

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._groups: deque[list[Encoded]] = deque()
        self.bytes = 0

    def add(self, encoded: Encoded) -> None:
        """Keep a packet; those before the first keyframe cannot be decoded and are not kept."""
        if encoded.is_keyframe:
            self._groups.append([])
        if not self._groups:
            return
        self._groups[-1].append(encoded)
        self.bytes += len(encoded.data)
        while self._groups and (self.bytes > self._most_bytes or self._reaches_far(encoded.at)):
            self.bytes -= sum(len(old.data) for old in self._groups.popleft())

    def _reaches_far(self, now: float) -> bool:
        return len(self._groups) > 1 and now - self._groups[1][0].at > self._seconds

    def since(self, at: float) -> Iterator[Encoded]:
        """The packets from the last keyframe before `at` on, or from the first there is."""
        begin = 0
        for number, group in enumerate(self._groups):
            if group[0].at <= at:
                begin = number
        for group in list(self._groups)[begin:]:
            yield from group

    def clear(self) -> None:
        """Another stream begins."""
        self._groups.clear()
        self.bytes = 0
