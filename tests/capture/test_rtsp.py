"""RTSP cameras, against a real server."""

import contextlib
import socket
import subprocess
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import pytest

from pipeline.capture.source import kind_of
from pipeline.errors import SourceError
from pipeline.media.convert import to_bgr

SERVER = Path(__file__).parents[1] / "rtsp_server.py"
_PROBE = "import gi; gi.require_version('GstRtspServer', '1.0')"

pytestmark = pytest.mark.skipif(
    subprocess.run(["/usr/bin/python3", "-c", _PROBE], capture_output=True, check=False).returncode != 0,
    reason="GStreamer's RTSP server is not installed",
)


@contextlib.contextmanager
def camera(*account: str) -> Iterator[str]:
    """A camera's host and port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["/usr/bin/python3", str(SERVER), str(port), *account], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def test_a_camera_is_read_live():
    with camera() as host, kind_of("rtsp://")(f"rtsp://{host}/main") as source:
        assert (source.info.width, source.info.height, source.info.codec) == (320, 240, "h264")
        frames = [(c.pts_ms, to_bgr(c.picture).max()) for c in islice(source.pictures(), 10)]
    assert frames[0][0] == 0
    assert all(0 < b[0] - a[0] < 500 for a, b in pairwise(frames))
    assert all(brightest > 200 for _, brightest in frames)


def test_a_password_is_used_and_a_wrong_one_is_said_without_saying_it():
    with camera("admin", "hunter2") as host:
        with kind_of("rtsp://")(f"rtsp://admin:hunter2@{host}/main") as source:
            assert next(iter(source.pictures())).picture.size == (320, 240)
        with pytest.raises(SourceError, match=r"401|unauthorized") as caught:
            kind_of("rtsp://")(f"rtsp://admin:wrongpass@{host}/main")
    assert "wrongpass" not in str(caught.value)
    assert host in str(caught.value)


def test_a_camera_without_that_stream_is_said():
    with camera() as host, pytest.raises(SourceError, match=r"404|not found"):
        kind_of("rtsp://")(f"rtsp://{host}/nothing")
