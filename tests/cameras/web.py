"""Cameras by HTTP: motion JPEG, HLS and MPEG-TS with MPEG-4 in it, behind a password if wanted."""

import base64
import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cv2

from tests.clips import pattern

_PICTURES = ["ffmpeg", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=10"]


class WebCamera(ThreadingHTTPServer):
    """Serves /video.mjpeg, /live.ts, and a folder's files (which is where `hls` writes)."""

    daemon_threads = True

    def __init__(self, folder: Path, account: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.account = account
        self.host = f"127.0.0.1:{self.server_address[1]}"


class _Handler(SimpleHTTPRequestHandler):
    server: WebCamera

    def __init__(self, request: Any, client: Any, server: WebCamera) -> None:
        super().__init__(request, client, server, directory=str(server.folder))  # pyright: ignore[reportArgumentType]

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        expected = "Basic " + base64.b64encode(self.server.account.encode()).decode()
        if self.server.account and self.headers.get("Authorization") != expected:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="camera"')
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path == "/video.mjpeg":
            self._jpegs()
        elif self.path == "/live.ts":
            self._stream()
        else:
            super().do_GET()

    def _jpegs(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        with contextlib.suppress(OSError):
            for index in range(10_000):
                jpeg = cv2.imencode(".jpg", pattern(index, 320, 240))[1].tobytes()
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg + b"\r\n")
                time.sleep(0.08)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "video/mp2t")
        self.end_headers()
        command = [*_PICTURES, "-c:v", "mpeg4", "-g", "10", "-flush_packets", "1", "-f", "mpegts", "-"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        with contextlib.suppress(OSError):
            while piece := process.stdout.read1(4096):  # pyright: ignore[reportAttributeAccessIssue]
                self.wfile.write(piece)
        process.kill()
        process.wait()


@contextlib.contextmanager
def web_camera(folder: Path, account: str = "") -> Iterator[WebCamera]:
    """A camera that ends with the block."""
    server = WebCamera(folder, account)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def hls(folder: Path) -> Iterator[None]:
    """Write a live playlist of segments of a second into a folder."""
    how = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "10", "-pix_fmt", "yuv420p"]
    playlist = ["-f", "hls", "-hls_time", "1", "-hls_list_size", "4", "-hls_flags", "delete_segments"]
    process = subprocess.Popen([*_PICTURES, *how, *playlist, str(folder / "live.m3u8")])
    try:
        yield
    finally:
        process.kill()
        process.wait()
