"""Cameras in a whole deployment: clocks that step, networks that are too slow, and passwords that nobody may see."""

import base64
import contextlib
import json
import sqlite3
import string
import time
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
import pytest

from pipeline.bus import keys
from pipeline.bus.reader import statuses
from tests.cameras.camera import available, camera, free_port
from tests.conftest import wait_for
from tests.deployment import Running

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.skipif(not available(), reason="GStreamer's RTSP server is not installed"),
]

SMALL = {"input": [256, 192], "tiles": [1, 1]}
FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


@pytest.mark.skipif(FAKETIME is None, reason="faketime is not installed")
@pytest.mark.parametrize("step", ["+3600", "-3600"])
def test_a_wall_clock_that_steps_changes_nothing_but_the_stamps(step, tmp_path, movenet):
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    environment = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    content = {"model": SMALL, "server": {"enabled": False}}
    with camera() as cam, Running({**content, "cameras": {"gate": {"source": cam.url}}}, environment) as run:
        run.wait_for_frames("gate")
        before = run.status("gate")
        records = run.records("gate", 8)
        seen = []
        for record in records:
            seen += [record] if record else []
            if len(seen) == 20:
                clock.write_text(f"{step}\n")
        after = wait_for(lambda: (now := run.status("gate"))["state"] == "live" and now)
    assert before["state"] == "live"
    assert (after["tries"], after["failure"]) == (0, None)
    assert len(seen) > 40
    gaps = [b["pts_ms"] - a["pts_ms"] for a, b in pairwise(seen)]
    assert 0 < min(gaps) <= max(gaps) < 5000
    hours = {record["captured_at"][:13] for record in seen}
    assert len(hours) >= 2


def test_an_engine_that_is_far_too_slow_is_served_fresh_frames_and_the_rest_is_counted(movenet):
    content = {"model": {"input": [640, 480], "tiles": [4, 3]}, "server": {"enabled": False}}
    with contextlib.ExitStack() as stack:
        cam = stack.enter_context(camera(fps=25, size=(640, 480), kbps=1000))
        run = stack.enter_context(Running({**content, "cameras": {"gate": {"source": cam.url}}}))
        run.wait_for_frames("gate", 5)
        seen, before, last_s = [], run.status("gate"), 0.0
        for record in run.records("gate", 10):
            if record is not None:
                before = before if seen else run.status("gate")
                seen.append(record["frame"])
                last_s = time.monotonic()
        time.sleep(1.5)
        after, later_s = run.status("gate"), time.monotonic() - last_s
    dropped = sum(after["drops"].values()) - sum(before["drops"].values())
    missing = seen[-1] - seen[0] + 1 - len(seen)
    assert missing > 20, "it is too slow indeed"
    # What was dropped is told once a second, and some of it before the first record and after the last.
    assert 0.8 * missing - 50 <= dropped <= 1.2 * missing + 50 + 25 * later_s
    assert after["latency_ms"]["wait"]["p99"] < 250 + 40


EVERY_PRINTABLE = "".join(sorted(set(string.printable) - set(string.whitespace)))
SECRETS = (EVERY_PRINTABLE, "N0body-kn0ws", "t00-l4te")


def forms(secret: str) -> set[str]:
    """How a password could be written."""
    coded = base64.b64encode(secret.encode()).decode()
    quoted = {quote(secret, safe=""), quote(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    # Long ones also in part, should something be cut off or split.
    return {secret, coded, *quoted, secret[:12], secret[-12:]}


def test_passwords_work_and_appear_nowhere(movenet):
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    with camera(user="admin", password=EVERY_PRINTABLE) as cam, camera(user="admin", password=SECRETS[1]) as other:
        content = {
            "model": SMALL,
            "server": {"port": port},
            "cameras": {
                "gate": {"source": cam.url, "user": "admin", "password": EVERY_PRINTABLE},
                "wrong": {"source": f"rtsp://admin:{SECRETS[2]}@{other.host}/main"},
                "away": {"source": "dahua://127.0.0.1:9", "user": "admin", "password": SECRETS[2]},
                "asked": {"source": f"onvif://admin:{SECRETS[2]}@127.0.0.1:9/?stream=sub"},
                "odd": {"source": f"gopher://admin:{SECRETS[2]}@127.0.0.1/"},
                "port": {"source": f"rtsp://admin:{SECRETS[2]}@127.0.0.1:99999/"},
                "bracket": {"source": f"rtsp://admin:[{SECRETS[2]}]@127.0.0.1:9/"},
                "path": {"source": f"rtsp://127.0.0.1:9/user=admin_password={SECRETS[2]}_channel=1.sdp"},
            },
        }
        with Running(content) as run:
            run.wait_for_frames("gate")
            added = {"source": f"rtsp://admin:{SECRETS[1]}@{other.host}/main"}
            answers = [httpx.put(f"{url}/cameras/yard", json=added, timeout=10)]
            answers.append(httpx.put(f"{url}/cameras/yard", json={**added, "slots": SECRETS[2]}, timeout=10))
            run.wait_for_frames("yard")
            wait_for(lambda: run.status("wrong").get("failure") == "unauthorised")
            wait_for(
                lambda: all(run.status(name).get("state") not in (None, "connecting") for name in content["cameras"])
            )
            states = {name: run.status(name).get("state") for name in content["cameras"]}
            for path in (
                "cameras",
                "system",
                "events?limit=1000",
                "jobs",
                "cameras/gate/records",
                "cameras/wrong/records",
            ):
                answers.append(httpx.get(f"{url}/{path}", timeout=10))
            places = {
                "API": "\n".join(answer.text for answer in answers),
                "processes": "\n".join(map(shown, [run.process, *run.process.children(recursive=True)])),
                "bus": dump(run.client),
                "events": database(run.store),
            }
            run.end()
            places["log"] = run.log.read_text()
    away = dict.fromkeys(("wrong", "away", "asked", "bracket", "path"), "reconnecting")
    assert states == {"gate": "live", **away, "odd": "failed", "port": "failed"}
    assert "camera_live" in places["events"]
    assert '"gate"' in places["bus"]
    for place, text in places.items():
        found = [form for secret in SECRETS for form in forms(secret) if form in text]
        assert found == [], place


def states_of(run: Running, cameras: dict) -> dict[str, str | None]:
    """What the cameras are said to do."""
    return {name: run.status(name).get("state") for name in cameras}


def shown(process: psutil.Process) -> str:
    """What others can see of a process: its arguments; and its environment."""
    try:
        return " ".join(process.cmdline()) + str(process.environ())
    except psutil.NoSuchProcess:
        return ""


def dump(client) -> str:
    """Everything that a broker holds."""
    text = []
    for key in client.scan_iter("*"):
        match client.type(key):
            case b"hash":
                text.append(str(client.hgetall(key)))
            case b"stream":
                text.append(str(client.xrange(key)))
            case _:
                text.append(str(client.get(key)))
    return "\n".join(text)


def database(folder: Path) -> str:
    """Everything in the store but the cameras themselves, which it keeps as a configuration file would."""
    with sqlite3.connect(folder / "sightline.db") as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(
            str(row) for table in tables if table != "cameras" for row in connection.execute(f"SELECT * FROM {table}")
        )


def test_a_capture_that_is_killed_comes_back_alone(movenet):
    """A few times here; benchmarks/cycles.py counts what fifty deaths leave."""
    content = {"model": SMALL, "server": {"enabled": False}}
    with camera() as cam, Running({**content, "cameras": {"gate": {"source": cam.url}}}) as run:
        run.wait_for_frames("gate")
        processes = len(run.process.children(recursive=True))
        for _ in range(3):
            frames = run.status("gate")["frames"]
            capture = run.children("pipeline.capture.process")[0]
            capture.kill()
            wait_for(lambda frames=frames: run.status("gate")["frames"] > frames + 10, timeout=20)
        wait_for(lambda: len(run.process.children(recursive=True)) == processes)
        assert run.status("gate")["failure"] == "decoder"


def test_a_worker_that_hangs_is_said_and_started_again(movenet):
    content = {"model": SMALL, "server": {"enabled": False}}
    clip = "sim://street?seed=3&people=1&width=320&height=240&fps=8"
    odd = {"source": "gopher://x"}
    cameras = {"gate": {"source": clip}, "odd": odd, "off": {"source": clip, "enabled": False}}
    with Running({**content, "cameras": cameras}) as run:
        run.wait_for_frames("gate", 5)
        run.children("pipeline.worker")[0].suspend()
        time.sleep(6)
        told = {status.camera: status for status in statuses(run.client.hgetall(keys.CAMERAS))}
        assert (told["gate"].state, told["gate"].detail[:26]) == ("stalled", "the worker does not answer")
        run.client.delete(keys.CAMERAS)
        run.wait_for_frames("gate", 5, 60)
        assert [run.status(name)["state"] for name in ("gate", "odd", "off")] == ["live", "failed", "stopped"]
