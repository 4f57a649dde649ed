"""How long a frame takes from the network's last pass to a program that reads the bus; and what viewers cost.

    python -m benchmarks.latency [--seconds S] [--viewers N] [--config FILE] [--json FILE]

Runs a deployment (the demo's), reads its frame records from the bus as they come, and takes from each the wall clock of
its capture, the wait and the inference. With viewers, so many WebSockets show the camera, and the pictures encoded are
counted against the frames.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import redis
import yaml
from websockets.sync.client import connect

from pipeline.bus import keys
from pipeline.bus.embedded import EmbeddedBroker

_CAMERA = "street"
_DEMO = Path(__file__).parents[1] / "configs" / "demo.yaml"
_PORT = 18501


def percentiles(values: list[float]) -> dict[str, float]:
    """p50, p95 and p99."""
    cuts = statistics.quantiles(values, n=100)
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


def watch(stopping: threading.Event, seen: list[int], number: int) -> None:
    """A page that shows the camera."""
    with connect(f"ws://127.0.0.1:{_PORT}/api/live", max_size=None) as page:
        page.send(json.dumps({"cameras": [_CAMERA]}))
        while not stopping.is_set():
            seen[number] += isinstance(page.recv(timeout=20), bytes)


def read(client: redis.Redis, seconds: float) -> tuple[list[float], list[float]]:
    """Milliseconds beyond inference, and the age on arrival, of every record that comes."""
    beyond, ages = [], []
    last: bytes | str = "$"
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        answer: Any = client.xread({keys.frames(_CAMERA): last}, block=1000)
        now = time.time()
        for entry, fields in answer[0][1] if answer else ():
            last = entry
            record = json.loads(fields[b"record"])
            age = (now - datetime.fromisoformat(record["captured_at"]).timestamp()) * 1e3
            ages.append(age)
            beyond.append(age - record["stages_ms"]["wait"] - record["stages_ms"]["inference"])
    return beyond, ages


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--viewers", type=int, default=0)
    parser.add_argument("--config", type=Path, default=_DEMO)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    broker = EmbeddedBroker()
    broker.start()
    client = redis.Redis.from_url(broker.url)
    with tempfile.TemporaryDirectory() as folder:
        deployment = yaml.safe_load(options.config.read_text())
        deployment |= {"store": {"path": folder}, "bus": {"url": broker.url}, "server": {"port": _PORT}}
        config = Path(folder) / "deployment.yaml"
        config.write_text(yaml.safe_dump(deployment))
        run = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", "run", "-c", str(config)], stdout=subprocess.DEVNULL
        )
        stopping, seen = threading.Event(), [0] * options.viewers
        try:
            while client.xlen(keys.frames(_CAMERA)) < 20:
                time.sleep(0.1)
            for number in range(options.viewers):
                threading.Thread(target=watch, args=(stopping, seen, number), daemon=True).start()
            time.sleep(1.5)

            def state() -> dict[str, Any]:
                return json.loads(client.hget(keys.CAMERAS, _CAMERA) or "{}")  # pyright: ignore

            time.sleep(1.5)
            before, seen_before = state(), list(seen)
            beyond, ages = read(client, options.seconds)
            time.sleep(1.5)
            after = state()
            stopping.set()
        finally:
            run.terminate()
            run.wait()
            broker.stop()
    figures = {
        "frames": len(ages),
        "viewers": options.viewers,
        "beyond_inference_ms": percentiles(beyond),
        "age_ms": percentiles(ages),
        "stages_p50_ms": {stage: values["p50"] for stage, values in after["latency_ms"].items()},
        "analysed": after["frames"] - before["frames"],
        "encoded": after["encoded"] - before["encoded"],
        "received": [now - then for now, then in zip(seen, seen_before, strict=True)],
        "drops": after["drops"],
    }
    print(json.dumps(figures, indent=2))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
