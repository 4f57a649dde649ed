"""Which frames go to the network next, across cameras.

Live cameras are served fresh: a camera's waiting frames are bounded, the oldest goes first, and one that has grown
too old when its turn comes is dropped and counted. Files lose nothing. Cameras take turns, so that a fast one cannot
starve a slow one. Nothing waits for others to fill a batch: an engine that batches takes together what came while it
was busy, so that batches grow with the load and a frame that comes alone goes alone.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.capture.intake import Arrival


@dataclass(frozen=True, slots=True)
class Dropped:
    """A frame that will not be analysed: "late" (too old when its turn came) or "overrun" (newer ones waited)."""

    arrival: Arrival
    cause: str


class Batcher:
    """Waiting frames of all cameras. Times are in seconds of the monotonic clock.

    Args:
        max_age_s: the age at which a live frame is no longer worth analysing.
        backlog: frames of one live camera that may wait.
    """

    def __init__(self, max_age_s: float, backlog: int = 2) -> None:
        self._max_age_s = max_age_s
        self._backlog = backlog
        self._waiting: dict[str, deque[Arrival]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, arrival: Arrival) -> Iterator[Dropped]:
        """A frame arrives; yields those that it pushes out. Their slots are the caller's to release."""
        waiting = self._waiting.setdefault(arrival.frame.camera, deque())
        waiting.append(arrival)
        while arrival.live and len(waiting) > self._backlog:
            yield Dropped(waiting.popleft(), "overrun")

    def holds(self, camera: str) -> bool:
        """Whether a camera's frames wait."""
        return bool(self._waiting.get(camera))

    def remove(self, camera: str) -> deque[Arrival]:
        """A camera's waiting frames, which will not be analysed; the caller's to release."""
        return self._waiting.pop(camera, deque())

    def late(self, now: float) -> Iterator[Dropped]:
        """The live frames that have grown too old."""
        for waiting in self._waiting.values():
            while waiting and waiting[0].live and now - waiting[0].frame.captured > self._max_age_s:
                yield Dropped(waiting.popleft(), "late")

    def take(self) -> Arrival | None:
        """The next frame, of one camera after another; None where none waits."""
        camera = next((name for name, waiting in self._waiting.items() if waiting), None)
        if camera is None:
            return None
        taken = self._waiting[camera].popleft()
        # To the end of the line: the camera served longest ago comes first.
        self._waiting[camera] = self._waiting.pop(camera)
        return taken
