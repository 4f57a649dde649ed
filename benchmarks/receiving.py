"""Those who get alerts in `benchmarks.outages`, each a process that writes down what it got before it confirms it."""

import getpass
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import redis

from pipeline.bus import keys
from pipeline.bus.embedded import server_binary
from pipeline.processes import die_with_parent

Note = Callable[[bytes], None]


def lines(path: Path) -> list[str]:
    """What was written down; a last line that a kill has cut off does not count."""
    if not path.exists():
        return []
    return [line for line in path.read_text(encoding="utf-8").split("\n")[:-1] if line]


def valkey(port: int) -> subprocess.Popen[Any]:
    """A broker that keeps nothing on disk."""
    settings = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--logfile", "/dev/null"]
    return _silent([str(server_binary()), *settings])


def mosquitto(port: int, folder: Path) -> subprocess.Popen[Any]:
    """An MQTT broker that keeps its sessions: what it has confirmed to one side it still owes the other."""
    from tests.alerts.receivers import MOSQUITTO

    config = folder / "mosquitto.conf"
    saving = f"persistence true\npersistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n"
    # As root it would become another user, who may not write here.
    saving += f"user {getpass.getuser()}\n"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n{saving}")
    return _silent([str(MOSQUITTO), "-c", str(config)])


def _silent(command: list[str]) -> subprocess.Popen[Any]:
    """A server that ends with this process."""
    parent = os.getpid()
    silence = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, preexec_fn=lambda: die_with_parent(parent), **silence)


def _webhook(job: dict[str, Any], note: Note) -> None:
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            note(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    ThreadingHTTPServer(("127.0.0.1", job["port"]), Handler).serve_forever()


def _email(job: dict[str, Any], note: Note) -> None:
    import re

    from aiosmtpd.controller import Controller

    class Handler:
        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            for name in re.findall(rb"event ([0-9A-Z]{26})", envelope.content):
                note(json.dumps({"event": {"id": name.decode(), "revision": 0}}).encode())
            return "250 OK"

    Controller(Handler(), hostname="127.0.0.1", port=job["port"], ready_timeout=60).start()
    while True:
        time.sleep(1)


def _mqtt(job: dict[str, Any], note: Note) -> None:
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    client = mqtt.Client(CallbackAPIVersion.VERSION2, "listener", protocol=mqtt.MQTTv5)
    client.reconnect_delay_set(1, 1)
    client.on_connect = lambda connected, *_: connected.subscribe("sightline/mqtt/events/#", qos=1)
    client.on_message = lambda _client, _data, message: note(message.payload)
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = 86_400
    while True:
        try:
            client.connect("127.0.0.1", job["port"], clean_start=False, properties=properties)
            break
        except OSError:
            time.sleep(0.2)
    client.loop_forever()


def _redis(job: dict[str, Any], note: Note) -> None:
    stream, group, me = keys.alerts("redis"), "sightline", "one"
    client: Any = redis.Redis.from_url(job["bus_url"])
    since = "0"  # first what was read before a crash and not acknowledged
    while True:
        try:
            answer = client.xreadgroup(group, me, {stream: since}, count=100, block=1000)
            entries = answer[0][1] if answer else []
            for entry, fields in entries:
                if fields:
                    note(fields[b"alert"])
                client.xack(stream, group, entry)
            if not entries:
                since = ">"
        except (redis.RedisError, OSError):
            time.sleep(0.2)
            since = "0"


def main() -> None:
    """Receive until the parent ends this process."""
    job = json.loads(sys.stdin.read())
    die_with_parent(job["parent"])
    path = Path(job["log"])
    with path.open("a", encoding="utf-8") as log:
        if path.stat().st_size:
            log.write("\n")  # after a line that a kill cut off

        def note(alert: bytes) -> None:
            event = json.loads(alert)["event"]
            log.write(f"{event['id']}.{event['revision']}\n")
            log.flush()

        {"webhook": _webhook, "email": _email, "mqtt": _mqtt, "redis": _redis}[job["kind"]](job, note)


if __name__ == "__main__":
    main()
