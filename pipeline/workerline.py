"""What the supervisor alone knows, told to the worker: a camera stopped, failed before it was read, or removed, and
another configuration."""

import contextlib
import os
from collections import deque
from collections.abc import Iterator

from pipeline.capture.link import Configured, Link, Removed, State
from pipeline.status import AT_REST


class WorkerLine:
    """Tells the worker what only the supervisor knows of a camera; what it says while the worker is away waits.

    What stands (`State`) of cameras that no process reads is said to every new worker.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._link: Link | None = None
        self._standing: dict[str, State] = {}
        self._untold: deque[State | Removed] = deque()
        self._configuration: bytes | None = None

    def say(self, message: State | Removed) -> None:
        """Tell the worker now, or when it is back."""
        self._untold.append(message)
        self._standing.pop(message.camera, None)
        if isinstance(message, State) and message.state in AT_REST:
            self._standing[message.camera] = message
        self.flush()

    def configure(self, deployment: bytes) -> None:
        """Tell the worker of another configuration, JSON; the last one is what counts."""
        self._configuration = deployment
        self.flush()

    def runs(self, camera: str) -> None:
        """A process reads this camera from now on, and says itself how it is."""
        self._standing.pop(camera, None)

    def flush(self) -> None:
        """Say what waits, if the worker is there."""
        try:
            if self._link is None:
                self._link = Link.connect(self._address)
                self._untold.extend(state for state in self._standing.values() if state not in self._untold)
            elif self._link.hung_up():
                self.close()
                return
            if self._configuration is not None:
                with _memory_file(self._configuration) as descriptor:
                    self._link.send(Configured(), descriptor)
                self._configuration = None
            while self._untold:
                self._link.send(self._untold[0])
                self._untold.popleft()
        except OSError:
            self.close()

    def close(self) -> None:
        """Hang up."""
        if self._link is not None:
            self._link.close()
            self._link = None


@contextlib.contextmanager
def _memory_file(content: bytes) -> Iterator[int]:
    """The descriptor of a file that has no name, to be read from its beginning."""
    descriptor = os.memfd_create("sightline-configuration", os.MFD_CLOEXEC)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)
