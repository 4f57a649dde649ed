"""Child processes that leave nothing behind.

A child asks the kernel to be killed when its parent dies, so that `kill -9` of the supervisor ends everything. It
stands in a session of its own, because the supervisor passes signals on in its own order; what it is to do comes as
JSON on stdin, as arguments can be read by every user of the machine and may hold a camera's password.
"""

import contextlib
import ctypes
import os
import signal
import struct
import subprocess
import sys
import traceback
from pathlib import Path
from types import TracebackType

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, signum: int = signal.SIGKILL) -> None:
    """Let the kernel send `signum` to this process when `parent` dies; exit at once where it already has.

    The kernel means the thread that forked: children are to be started from the parent's main thread.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os._exit(1)


def spawn(
    module: str, stdin_json: bytes, niceness: int = 0, descriptors: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start `python -m module` with that on its stdin. Its first act should be `die_with_parent`.

    With a `niceness` of 0 it is as nice as this process.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        start_new_session=True,
        pass_fds=descriptors,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    _lower(process.pid, niceness or os.getpriority(os.PRIO_PROCESS, 0))
    assert process.stdin is not None
    try:
        process.stdin.write(stdin_json)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has died already, which its exit status tells
    return process


def _lower(pid: int, niceness: int) -> None:
    """Give a process, the first of its session, a lower priority than others.

    Linux weighs sessions against each other before the processes within them (sched(7), "The autogroup feature"), so
    that its own niceness alone would change nothing.
    """
    if niceness > 0:
        os.setpriority(os.PRIO_PROCESS, pid, niceness)
        with contextlib.suppress(OSError):  # a kernel without that feature
            Path(f"/proc/{pid}/autogroup").write_text(str(niceness), encoding="ascii")


def without_secrets() -> None:
    """From now on an error that nobody catches is logged as its kind and where it came from, without its words.

    For processes that know passwords: FFmpeg's errors carry the whole address.
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        print("".join(traceback.format_tb(trace)) + kind.__name__, file=sys.stderr)

    sys.excepthook = hook


class Watchdog:
    """Tells whether a child still does something: it shows so through a pipe (`beat`), whatever it waits for.

    Args:
        start_s: the longest silence before its first beat.
    """

    def __init__(self, start_s: float) -> None:
        self._start_s = start_s
        self._reader, self.writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._limit = 0.0

    def started(self, now: float) -> None:
        """A new child has been given the pipe."""
        self._promised()
        self._limit = now + self._start_s

    def hangs(self, now: float) -> bool:
        """Whether the child has been silent for longer than it said it would."""
        promised = self._promised()
        if promised is not None:
            self._limit = now + promised
        return now > self._limit

    def _promised(self) -> float | None:
        with contextlib.suppress(BlockingIOError):
            if data := os.read(self._reader, 65536):
                return float(_PROMISE.unpack(data[-_PROMISE.size :])[0])
        return None

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._reader)
        os.close(self.writer)


_PROMISE = struct.Struct("=f")


def beat(descriptor: int | None, within_s: float) -> None:
    """Show the parent's watchdog that this process goes on, and promise the next beat within so many seconds.

    Costs a microsecond, and nothing where nobody reads or, with no descriptor, watches.
    """
    if descriptor is not None:
        with contextlib.suppress(BlockingIOError):
            os.write(descriptor, _PROMISE.pack(within_s))
