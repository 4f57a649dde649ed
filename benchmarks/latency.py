"""How long a frame takes from the network's last pass to a program that reads the bus; and what viewers cost.

    python -m benchmarks.latency [--seconds S] [--viewers N] [--config FILE] [--json FILE]

Runs a deployment (the demo's), reads its frame records from the bus as they come, and takes from each the wall clock of
its capture, the wait and the inference. With viewers, so many WebSockets show the camera, and the pictures encoded are
counted against the frames.
"""

import argparse
import json
import threading
import time
from datetime import datetime
from pathlib import Path

import yaml
from websockets.sync.client import connect

from pipeline.data import to_json
from pipeline.statistics import percentiles
from tests.deployment import Running

_CAMERA = "street"
_DEMO = Path(__file__).parents[1] / "configs" / "demo.yaml"
_PORT = 18501


def watch(stopping: threading.Event, seen: list[int], number: int) -> None:
    """A page that shows the camera."""
    with connect(f"ws://127.0.0.1:{_PORT}/api/live", max_size=None) as page:
        page.send(json.dumps({"cameras": [_CAMERA]}))
        while not stopping.is_set():
            seen[number] += isinstance(page.recv(timeout=20), bytes)


def read(running: Running, seconds: float) -> tuple[list[float], list[float]]:
    """Milliseconds beyond inference, and the age on arrival, of every record that comes."""
    beyond, ages = [], []
    for record in running.records(_CAMERA, seconds):
        if record is not None:
            age = (time.time() - datetime.fromisoformat(record["captured_at"]).timestamp()) * 1e3
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
    content = {**yaml.safe_load(options.config.read_text()), "server": {"port": _PORT}}
    stopping, seen = threading.Event(), [0] * options.viewers
    with Running(content) as running:
        running.wait_for_frames(_CAMERA)
        for number in range(options.viewers):
            threading.Thread(target=watch, args=(stopping, seen, number), daemon=True).start()
        time.sleep(3)
        before, seen_before = running.status(_CAMERA), list(seen)
        beyond, ages = read(running, options.seconds)
        time.sleep(1.5)
        after = running.status(_CAMERA)
        stopping.set()
    figures = {
        "frames": len(ages),
        "viewers": options.viewers,
        "beyond_inference_ms": json.loads(to_json(percentiles(beyond))),
        "age_ms": json.loads(to_json(percentiles(ages))),
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
