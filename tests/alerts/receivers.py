"""Where alerts arrive in tests and benchmarks: real servers on this machine that note what they were given."""

import json
import subprocess
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from typing import Any

import paho.mqtt.client as mqtt
from aiosmtpd.controller import Controller
from paho.mqtt.enums import CallbackAPIVersion

from tests.cameras.camera import free_port
from tests.conftest import wait_for

MOSQUITTO = which("mosquitto") or (str(path) if (path := Path("/usr/sbin/mosquitto")).exists() else None)


class Hook:
    """An HTTP server; `answer` says what it answers to a request's headers and JSON."""

    def __init__(self, port: int = 0, answer: Callable[[Any, Any], int] = lambda _headers, _alert: 204) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = answer(self.headers, json.loads(body))
                if status < 300:
                    hook.taken.append((dict(self.headers), body))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook?key=in-the-address"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def alerts(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class MailServer:
    """An SMTP server; `refuses` are recipients whom it does not know."""

    def __init__(self, port: int, refuses: tuple[str, ...] = ()) -> None:
        self.mails: list[EmailMessage] = []
        self._refuses = refuses
        self._controller = Controller(self, hostname="127.0.0.1", port=port, ready_timeout=30.0)
        self._controller.start()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802  (aiosmtpd names it)
        if address in self._refuses:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # pyright: ignore
        return "250 OK"

    def close(self) -> None:
        self._controller.stop(no_assert=True)


class MqttServer:
    """A mosquitto that remembers nothing over a restart."""

    def __init__(self, folder: Path) -> None:
        assert MOSQUITTO is not None
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(MOSQUITTO), "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None


class MqttListener:
    """Subscribes to everything on a broker and notes it; reconnects by itself."""

    def __init__(self, port: int, topic: str = "#") -> None:
        self.messages: list[tuple[str, bytes, bool]] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.reconnect_delay_set(1, 1)
        self._subscribed = threading.Event()
        self._client.on_connect = lambda client, *_: client.subscribe(topic, qos=1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = lambda _client, _data, m: self.messages.append((m.topic, m.payload, m.retain))
        wait_for(lambda: self._connected(port), timeout=30)
        self._client.loop_start()
        assert self._subscribed.wait(30)

    def _connected(self, port: int) -> bool:
        try:
            return self._client.connect("127.0.0.1", port) == 0
        except OSError:
            return False

    def last(self) -> dict[str, str]:
        """The newest payload of every topic."""
        return {topic: payload.decode() for topic, payload, _ in self.messages}

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
