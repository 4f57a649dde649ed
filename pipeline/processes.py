"""Child processes that leave nothing behind.

A child asks the kernel to be killed when its parent dies, so that `kill -9` of the supervisor ends everything. It
stands in a session of its own, because the supervisor passes signals on in its own order; what it is to do comes as
JSON on stdin, as arguments can be read by every user of the machine and may hold a camera's password.
"""

import ctypes
import os
import signal
import subprocess
import sys

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
    """Start `python -m module` with that on its stdin. Its first act should be `die_with_parent`."""
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        start_new_session=True,
        pass_fds=descriptors,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    if niceness:
        os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
    assert process.stdin is not None
    try:
        process.stdin.write(stdin_json)
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has died already, which its exit status tells
    return process
