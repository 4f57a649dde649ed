"""An RTSP camera that can be started, killed, frozen, and started again as another."""

import contextlib
import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

_SERVER = Path(__file__).parent / "rtsp_server.py"
_PYTHON = "/usr/bin/python3"
_PROBE = "import gi; gi.require_version('GstRtspServer', '1.0')"


def available() -> bool:
    """Whether Debian's GStreamer server is installed."""
    return subprocess.run([_PYTHON, "-c", _PROBE], capture_output=True, check=False).returncode == 0


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the camera sends: `kbps` is the bit rate, `gop` in frames, `drop` the share of frames that it leaves out.

    `mounts` are the paths under which it does. A `file` of H.264 in MP4 is sent as it is, once, to whoever asks first.
    """

    port: int
    codec: Literal["h264", "hevc", "mjpeg"] = "h264"
    size: tuple[int, int] = (320, 240)
    fps: int = 15
    gop: int = 15
    kbps: int = 500
    drop: float = 0.0
    user: str = ""
    password: str = ""
    digest: bool = False
    mounts: tuple[str, ...] = ("/main",)
    file: str = ""


class RtspCamera:
    """The server process of one camera."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(port=free_port(), **settings)
        self._process: subprocess.Popen[str] | None = None
        self.start()

    @property
    def host(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.settings.port}"

    @property
    def url(self) -> str:
        """Its stream, without credentials."""
        return f"rtsp://{self.host}/main"

    def start(self, **changes: Any) -> None:
        """Start it, with other settings from now on if any are given."""
        self.settings = replace(self.settings, **changes)
        self._process = subprocess.Popen(
            [_PYTHON, str(_SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        json.dump(asdict(self.settings), self._process.stdin)
        self._process.stdin.close()
        assert self._process.stdout.readline() == "ready\n"

    def asked(self) -> str:
        """The next address that somebody asks for; waits for it."""
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        """It is gone, without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def freeze(self) -> None:
        """It stands still; its connections stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def camera(**settings: Any) -> Iterator[RtspCamera]:
    """A camera that ends with the block."""
    made = RtspCamera(**settings)
    try:
        yield made
    finally:
        made.kill()
