"""`sightline run` as a whole: it comes up, survives the death of its parts, and leaves nothing behind."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
import pytest
import redis

from pipeline.bus import keys
from tests.cameras.camera import free_port
from tests.clips import write_clip
from tests.conftest import traces, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


class Running:
    """A deployment of two cameras, with its dashboard."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        clip = write_clip(folder / "yard.mp4", 30)
        config = folder / "deployment.yaml"
        config.write_text(
            f"""
cameras:
  street: {{source: "sim://street?seed=3&people=4&width=640&height=480&fps=8"}}
  yard: {{source: {clip}, loop: true}}
model: {{input: [256, 192], tiles: [1, 1]}}
server: {{port: {self.port}}}
store: {{path: {folder / "store"}}}
"""
        )
        command = [sys.executable, "-m", "pipeline.cli", "run", "-c", str(config)]
        self.process = psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def cameras(self) -> dict[str, dict]:
        try:
            answer = httpx.get(f"{self.url}/cameras", timeout=2)
        except httpx.HTTPError:
            return {}
        return {camera["camera"]: camera for camera in answer.json()} if answer.status_code == 200 else {}

    def live(self, *names: str) -> dict[str, dict]:
        """The cameras, once all of these are live and have shown frames."""

        def all_live():
            cameras = self.cameras()
            good = all(n in cameras and cameras[n]["state"] == "live" and cameras[n]["frames"] > 3 for n in names)
            return cameras if good else None

        return wait_for(all_live, timeout=40, every=0.1)

    def child(self, module: str) -> psutil.Process | None:
        for process in self.process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if module in " ".join(process.cmdline()):
                    return process
        return None

    def everything(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@pytest.fixture
def running(tmp_path, movenet):
    before = traces()
    run = Running(tmp_path)
    yield run
    processes = run.everything() if run.process.is_running() else []
    if run.process.is_running():
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(15) == 0
    psutil.wait_procs(processes, timeout=5)
    assert [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []
    assert traces() <= before


def test_frames_go_all_the_way(running):
    cameras = running.live("street", "yard")
    assert cameras["street"]["size"] == [640, 480]
    assert set(cameras["street"]["latency_ms"]) >= {"decode", "wait", "inference", "track", "publish"}
    assert cameras["street"]["encoded"] == 0
    records = httpx.get(f"{running.url}/cameras/street/records", params={"limit": 5}).json()
    assert all(b["frame"] > a["frame"] for a, b in pairwise(records))
    events = httpx.get(f"{running.url}/events").json()
    assert {(event["camera"], event["kind"]) for event in events} >= {
        ("street", "camera_live"),
        ("yard", "camera_live"),
    }


@pytest.mark.parametrize("module", ["pipeline.worker", "pipeline.capture", "pipeline.server", "pipeline.bus", "valkey"])
def test_any_part_that_dies_comes_back(running, module):
    running.live("street", "yard")
    victim = wait_for(lambda: running.child(module))
    victim.send_signal(signal.SIGKILL)
    victim.wait(5)
    wait_for(lambda: running.child(module), timeout=20)
    running.live("street", "yard")
    assert running.process.is_running()


def test_cameras_are_added_stopped_started_and_removed(running):
    running.live("street")
    new = {"source": "sim://street?seed=4&people=1&width=320&height=240&fps=5"}
    assert httpx.put(f"{running.url}/cameras/second", json=new).status_code == 202
    running.live("second")
    httpx.post(f"{running.url}/cameras/second/stop")
    wait_for(lambda: running.cameras().get("second", {}).get("state") == "stopped")
    time.sleep(1.5)
    assert running.cameras()["second"]["state"] == "stopped"
    httpx.post(f"{running.url}/cameras/second/start")
    wait_for(lambda: running.cameras().get("second", {}).get("state") == "live", timeout=20)
    changed = {"source": "sim://street?seed=4&people=1&width=480&height=320&fps=5"}
    assert httpx.put(f"{running.url}/cameras/second", json=changed).status_code == 202
    wait_for(lambda: running.cameras().get("second", {}).get("size") == [480, 320], timeout=20)
    httpx.delete(f"{running.url}/cameras/second")
    wait_for(lambda: "second" not in running.cameras())


def test_an_upload_is_analysed_whole(running, tmp_path):
    running.live("street")
    clip = write_clip(tmp_path / "match.mp4", 25, size=(320, 240))
    job = httpx.post(f"{running.url}/uploads", params={"name": "match.mp4"}, content=clip.read_bytes()).json()

    def ended():
        told = httpx.get(f"{running.url}/jobs/{job['id']}").json()
        return told if told["state"] not in ("queued", "running") else None

    done = wait_for(ended, timeout=60, every=0.2)
    assert (done["state"], done["done"], done["total"], done["error"]) == ("done", 25, 25, None)
    summary = httpx.get(f"{running.url}/jobs/{job['id']}/files/summary.json").json()
    assert (summary["frames"], summary["dropped"]) == (25, 0)
    lines = httpx.get(f"{running.url}/jobs/{job['id']}/files/frames.jsonl").text.splitlines()
    assert [json.loads(line)["frame"] for line in lines] == list(range(25))
    bad = httpx.post(f"{running.url}/uploads", params={"name": "bad.mp4"}, content=b"this is no video").json()
    job = bad
    failed = wait_for(ended, timeout=30, every=0.2)
    assert failed["state"] == "failed"
    assert failed["error"].startswith("clip.mp4: is not a video")


def test_a_taken_port_is_explained_at_once(running, tmp_path):
    running.live("street")
    config = tmp_path / "second.yaml"
    config.write_text(f"server: {{port: {running.port}}}\nstore: {{path: {tmp_path / 'other'}}}\n")
    second = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "run", "-c", str(config)], capture_output=True, text=True, timeout=30
    )
    assert second.returncode == 2
    taken = f"server.port: 127.0.0.1:{running.port} cannot be used (Address already in use); choose another, or 0"
    assert second.stderr.splitlines() == [f"sightline: {taken}"]


def test_killing_the_supervisor_ends_everything(tmp_path, movenet):
    before = traces()
    run = Running(tmp_path)
    run.live("street")
    processes = run.everything()
    run.process.send_signal(signal.SIGKILL)
    run.process.wait()
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
    wait_for(lambda: traces() <= before)


def test_an_outside_broker_may_be_away_and_come_back(tmp_path, movenet):
    """The pipeline starts without it, goes on, and publishes when it is there."""
    from pipeline.bus.embedded import server_binary

    broker_port = free_port()
    config = tmp_path / "deployment.yaml"
    config.write_text(
        f"""
cameras: {{street: {{source: "sim://street?seed=3&people=2&width=320&height=240&fps=8"}}}}
model: {{input: [256, 192], tiles: [1, 1]}}
bus: {{url: "redis://127.0.0.1:{broker_port}/0"}}
server: {{enabled: false}}
store: {{path: {tmp_path / "store"}}}
"""
    )
    run = psutil.Popen([sys.executable, "-m", "pipeline.cli", "run", "-c", str(config)])
    broker = None
    try:
        time.sleep(4)
        assert run.is_running()
        broker = subprocess.Popen(
            [server_binary(), "--port", str(broker_port), "--bind", "127.0.0.1", "--save", "", "--logfile", "/dev/null"]
        )
        client = redis.Redis(port=broker_port)

        def arrived() -> bool:
            try:
                return client.xlen(keys.frames("street")) > 5 and client.xlen(keys.EVENTS) >= 1
            except redis.RedisError:
                return False

        wait_for(arrived, timeout=20)
    finally:
        run.send_signal(signal.SIGINT)
        run.wait(15)
        if broker is not None:
            broker.kill()
            broker.wait()


def test_starts_and_stops_leave_nothing(tmp_path, movenet):
    """A few here; benchmarks/starts.py does a hundred."""
    before = traces()
    chance = random.Random(os.getpid())
    for number in range(4):
        folder = tmp_path / str(number)
        folder.mkdir()
        run = Running(folder)
        wait_for(lambda run=run: len(run.process.children(recursive=True)) >= 5, timeout=20)
        time.sleep(chance.random())
        processes = run.everything()
        if number % 2:
            chance.choice(processes).send_signal(signal.SIGKILL)
            time.sleep(0.2)
        if run.process.is_running():
            run.process.send_signal(signal.SIGTERM)
        processes += [p for p in run.everything() if p.is_running()] if run.process.is_running() else []
        _, alive = psutil.wait_procs(processes, timeout=10)
        assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
    wait_for(lambda: traces() <= before)
