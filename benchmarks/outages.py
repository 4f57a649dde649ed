"""What becomes of events while everything around them is killed, filled up and brought back at random.

    python -m benchmarks.outages --events 10000 --seed 1

A writer process commits events as the worker does (`EventWriter`), and says which the store has accepted. Meanwhile a
seeded script kills the writer, the alerts process, the broker, the MQTT broker, the mail server and the webhook's
server with SIGKILL, and fills the disk (a tmpfs of its own where this may be mounted, else the processes' limit on the
length of files); each is brought back after a moment. Whoever gets alerts is a process of its own and writes down what
it got. In the end every accepted event must be in the store exactly once, and must have reached every subscription.
"""

import argparse
import contextlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks import receiving
from pipeline.config.alerts import AlertsConfig, SubscriptionConfig, with_secrets
from pipeline.processes import spawn
from pipeline.store.alerts import AlertStore
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.subscriptions import SubscriptionStore
from tests.cameras.camera import free_port

_ALERTS = {
    "allow": ["127.0.0.0/8"], "retry_s": 0.2, "retry_most_s": 1.0,
}  # fmt: skip
_TMPFS_MB = 64


@dataclass(slots=True)
class Part:
    """A process that is killed and brought back."""

    name: str
    start: Callable[[], subprocess.Popen[Any]]
    process: subprocess.Popen[Any] | None = None
    kills: int = 0
    back_at: float = 0.0

    def keep(self, now: float) -> None:
        """Start it when it is due, and when it has ended by itself."""
        if (self.process is None or self.process.poll() is not None) and now >= self.back_at:
            self.process = self.start()

    def kill(self, back_at: float) -> None:
        """End it without a word."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.kills += 1
        self.back_at = back_at


@dataclass(slots=True)
class Disk:
    """A disk that can be full."""

    folder: Path
    mounted: bool
    fills: int = 0
    free_at: float | None = None
    limited: list[psutil.Process] = field(default_factory=list)

    @classmethod
    def make(cls, folder: Path) -> "Disk":
        """A tmpfs, where this user may mount one."""
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={_TMPFS_MB}m", "tmpfs", str(folder)]
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
        return cls(folder, mounted)

    def fill(self, processes: list[psutil.Process], free_at: float) -> None:
        """Leave no room on it."""
        self.fills += 1
        self.free_at = free_at
        if self.mounted:
            with contextlib.suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(1 << 16))
            return
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.rlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
                self.limited.append(process)

    def free(self) -> None:
        """There is room again."""
        self.free_at = None
        (self.folder / "ballast").unlink(missing_ok=True)
        for process in self.limited:
            with contextlib.suppress(psutil.Error):
                process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.limited.clear()

    def remove(self) -> None:
        """Leave nothing."""
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)


def measure(count: int, seed: int, every_s: float, say: Callable[[str], None]) -> dict[str, Any]:
    """Run it once; the counts."""
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="outages-"))
    disk = Disk.make(folder / "disk")
    try:
        return _measured(count, chance, every_s, folder, disk, say)
    finally:
        disk.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _measured(
    count: int, chance: random.Random, every_s: float, folder: Path, disk: Disk, say: Callable[[str], None]
) -> dict[str, Any]:
    ports = {name: free_port() for name in ("broker", "mqtt", "mail", "hook")}
    bus_url = f"redis://127.0.0.1:{ports['broker']}/0"
    store = disk.folder / "store"
    database = Database(store)
    alerts = AlertsConfig.model_validate(
        {
            **_ALERTS,
            "mqtt": {"host": "127.0.0.1", "port": ports["mqtt"]},
            "email": {"host": "127.0.0.1", "port": ports["mail"], "tls": "none", "sender": "sightline@example.org"},
        }
    )
    sinks: dict[str, dict[str, Any]] = {
        "webhook": {"kind": "webhook", "url": f"http://127.0.0.1:{ports['hook']}/", "secret": "s"},
        "mqtt": {"kind": "mqtt", "discovery": None},
        "email": {"kind": "email", "to": ["guard@example.org"]},
        "redis": {"kind": "redis"},
    }
    for name, sink in sinks.items():
        config = SubscriptionConfig.model_validate({"sink": sink, "severities": ["info", "alert", "critical"]})
        SubscriptionStore(database).put(name, json.dumps(with_secrets(config)), "benchmark")
    logs = {name: folder / f"{name}.log" for name in (*sinks, "accepted")}

    def module(name: str, job: dict[str, Any]) -> Callable[[], subprocess.Popen[Any]]:
        return lambda: spawn(name, json.dumps({**job, "parent": os.getpid()}).encode())

    def receiver(kind: str, **job: Any) -> Callable[[], subprocess.Popen[Any]]:
        return module("benchmarks.receiving", {"kind": kind, "log": str(logs[kind]), **job})

    def broker() -> subprocess.Popen[Any]:
        return receiving.valkey(ports["broker"])

    def mosquitto() -> subprocess.Popen[Any]:
        return receiving.mosquitto(ports["mqtt"], folder)

    writing = {"store": str(store), "bus_url": bus_url, "count": count, "log": str(logs["accepted"])}
    delivering = {"store": str(store), "bus_url": bus_url, "alerts": with_secrets(alerts)}
    parts = {
        part.name: part
        for part in (
            Part("broker", broker),
            Part("MQTT broker", mosquitto),
            Part("mail server", receiver("email", port=ports["mail"])),
            Part("webhook's server", receiver("webhook", port=ports["hook"])),
            Part("program of the group", receiver("redis", bus_url=bus_url)),
            Part("store's process", module("benchmarks.writing", writing)),
            Part("alerts process", module("pipeline.alerts", delivering)),
        )
    }
    listener = Part("MQTT listener", receiver("mqtt", port=ports["mqtt"]))
    going = True
    begin, killed_at, told_at = time.monotonic(), time.monotonic(), 0.0
    queue, record = AlertStore(database), EventStore(database)
    try:
        while True:
            now = time.monotonic()
            for part in (*parts.values(), listener):
                part.keep(now)
            if disk.free_at is not None and now >= disk.free_at:
                disk.free()
            accepted = len(receiving.lines(logs["accepted"]))
            if going and now - killed_at > every_s:
                killed_at = now
                _strike(chance, parts, disk, now)
            if now - told_at > 5:
                told_at = now
                progress = queue.progress() if disk.free_at is None else {}
                say(f"{now - begin:5.0f} s: {accepted} accepted; waiting "
                    f"{ {name: each.waiting for name, each in progress.items()} }")  # fmt: skip
                if progress and accepted >= count:
                    going = max(each.waiting for each in progress.values()) > count // 20
                done = all(progress.get(name) and progress[name].delivered == record.newest() for name in sinks)
                if accepted >= count and done:
                    break
            time.sleep(0.05)
        time.sleep(1.0)
    finally:
        for part in (*parts.values(), listener):
            if part.process is not None:
                part.process.kill()
                part.process.wait()
    return _counted(logs, record, parts, disk, time.monotonic() - begin, count)


def _strike(chance: random.Random, parts: dict[str, Part], disk: Disk, now: float) -> None:
    """Something of it goes away for a moment."""
    back_at = now + chance.uniform(0.2, 3.0)
    victim = chance.choice([*parts, "disk"])
    if victim != "disk":
        parts[victim].kill(back_at)
    elif disk.free_at is None:
        writers = [parts[name].process for name in ("store's process", "alerts process")]
        disk.fill([psutil.Process(process.pid) for process in writers if process is not None], back_at)


def _counted(
    logs: dict[str, Path], record: EventStore, parts: dict[str, Part], disk: Disk, seconds: float, count: int
) -> dict[str, Any]:
    accepted = receiving.lines(logs["accepted"])
    stored: Counter[str] = Counter()
    sequence = 0
    while found := record.after(sequence, 1000):
        sequence = found[-1].sequence
        stored.update(f"{entry.event.id}.{entry.event.revision}" for entry in found)
    result: dict[str, Any] = {
        "events": count,
        "seconds": round(seconds, 1),
        "accepted": len(set(accepted)),
        "stored": len(stored),
        "accepted_missing": len(set(accepted) - set(stored)),
        "stored_twice": sum(times > 1 for times in stored.values()),
        "kills": {name: part.kills for name, part in parts.items()},
        "disk_full": disk.fills,
        "disk": "tmpfs" if disk.mounted else "limit on the length of files",
        "subscriptions": {},
    }
    for name in ("webhook", "mqtt", "email", "redis"):
        got = receiving.lines(logs[name])
        missing = len(set(stored) - set(got))
        result["subscriptions"][name] = {"got": len(got), "missing": missing, "twice": len(got) - len(set(got))}
    return result


def main() -> int:
    """Run it and print the counts; 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two faults")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    result = measure(options.events, options.seed, options.every, lambda line: print(line, file=sys.stderr, flush=True))
    print(json.dumps(result, indent=2))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    lost = result["accepted_missing"] + result["stored_twice"]
    lost += sum(each["missing"] for each in result["subscriptions"].values())
    return 1 if lost or result["accepted"] != options.events else 0


if __name__ == "__main__":
    sys.exit(main())
