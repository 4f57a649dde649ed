"""A process that the supervisor keeps running: when it is started again, and when it has done its work.

One that dies is started again at once if it had run steadily, and after a growing pause if not, so that a fault that
comes back does not burn the machine.
"""

import contextlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.processes import Watchdog, spawn

_FIRST_PAUSE_S = 0.25
_MAX_PAUSE_S = 5.0
_STEADY_S = 10.0
_DIES_S = 2.0


@dataclass(slots=True)
class Child:
    """A process that is to run: what starts it, and when it may be started again."""

    module: str
    job: Callable[[], dict[str, Any]]
    niceness: int = 0
    descriptors: tuple[int, ...] = ()
    """File descriptors that the process gets."""
    once: bool = False
    """Ends by itself when its work is done (exit status 0) or its input is at fault (2)."""
    watchdog: Watchdog | None = None
    on_hang: Callable[[], None] = lambda: None
    """Called when the process does nothing any more and has been killed for it."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = _FIRST_PAUSE_S
    next_start: float = 0.0
    ended_with: int | None = None
    """The exit status of one that is not started again."""

    def keep_running(self, now: float) -> None:
        """Start the process if it is due; note its end if it has ended."""
        if self.process is not None:
            status = self.process.poll()
            if status is None and (self.watchdog is None or not self.watchdog.hangs(now)):
                return
            if status is None:
                self.process.kill()
                self.on_hang()
                if self.watchdog is not None:
                    self.watchdog.started(now)
                return  # its end is noted the next time: one that waits in the kernel may take a while to die
            self.process = None
            if self.once and status in (0, 2):
                self.ended_with = status
                return
            steady = now - self.started > _STEADY_S
            self.pause_s = _FIRST_PAUSE_S if steady else min(2 * self.pause_s, _MAX_PAUSE_S)
            self.next_start = now if steady else now + self.pause_s
        if self.ended_with is None and now >= self.next_start:
            self.started = now
            if self.watchdog is not None:
                self.watchdog.started(now)
            self.process = spawn(self.module, json.dumps(self.job()).encode(), self.niceness, self.descriptors)

    def end(self) -> None:
        """Kill the process: capture, worker, server and jobs keep nothing that a kill could break."""
        if self.process is not None:
            self.process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_DIES_S)
            self.process = None
        if self.watchdog is not None:
            self.watchdog.close()
