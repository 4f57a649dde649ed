"""What simulated cameras cost, and how well the default network finds the people in them, by level of randomisation.

    python -m benchmarks.simulator [speed] [found] [--scene street] [--first SEED] [--seeds N] [--json FILE]

- speed: CPU time of one core for a frame, pictures and steps without truth, the least of several rounds, so that what
  else the machine does weighs less; 1280x720 with ten people at every level, and the demo's own cameras;
- found: clips as `sightline sim` writes them, through `sightline analyze` and `sightline eval tracking`; all clips of a
  level count by their numbers of people. Those of whom less than half is seen do not count.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from pipeline.capture.sources.simulated import SimulatedSource
from pipeline.config import Deployment, load_deployment
from pipeline.evaluation.tracking import run as evaluate
from pipeline.inference.catalogue import pull
from pipeline.simulation.clip import write_clip
from pipeline.simulation.scene import LEVELS, Scene, scene_of

DEMO = Path(__file__).parents[1] / "configs" / "demo.yaml"
FIRST_SEED = 500
"""Of the scenes measured; the table in docs/simulator.md is of these seeds."""
_FRAMES, _ROUNDS, _LONG_ROUNDS = 10, 5, 30
_SECONDS, _FPS = 6, 8
_BEGUN = 4
"""Frames that do not count: a camera runs for days, and a track is told of from its second frame on. The labels of the
real clip begin at its twentieth frame."""


def speed(name: str, seeds: int, level: str) -> dict[str, Any]:
    """Milliseconds of CPU a frame at 1280x720: median and the slowest of the seeds."""
    values: dict[str, object] = {"level": level}
    if name == "street":
        values["people"] = 10
    costs = [_cost(scene_of(name, values | {"seed": seed}), _ROUNDS) for seed in range(FIRST_SEED, FIRST_SEED + seeds)]
    return {"level": level, "median_ms": np.median(costs), "most_ms": max(costs)}


def demo() -> list[dict[str, Any]]:
    """Milliseconds of CPU a frame of each camera of `sightline demo`."""
    cameras = load_deployment(DEMO).cameras
    return [
        {"camera": name, "source": camera.source, "ms": _cost(SimulatedSource(camera.source).scene, _LONG_ROUNDS)}
        for name, camera in cameras.items()
    ]


def _cost(scene: Scene[Any], rounds: int) -> float:
    """Of one frame and the step after it, in the round that the machine disturbed least."""
    scene.picture()
    costs = []
    for _ in range(rounds):
        begin = time.process_time()
        for _ in range(_FRAMES):
            scene.picture()
            scene.step()
        costs.append((time.process_time() - begin) / _FRAMES * 1e3)
    return min(costs)


def found(name: str, first: int, seeds: int, level: str) -> dict[str, Any]:
    """Recall, precision and the error of keypoints over clips of a level."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + seeds):
            clip, truth = Path(folder, f"{seed}.mp4"), Path(folder, f"{seed}.jsonl")
            scene = scene_of(name, {"seed": seed, "level": level, "fps": _FPS})
            write_clip(scene, _SECONDS, clip, truth, None, lambda *_: None)
            lines = truth.read_text(encoding="utf-8").splitlines(keepends=True)
            counted = [line for line in lines if json.loads(line).get("frame", _BEGUN) >= _BEGUN]
            truth.write_text("".join(counted), encoding="utf-8")
            out = Path(folder, str(seed))
            command = [sys.executable, "-m", "pipeline.cli", "analyze", str(clip), "--out", str(out), "--no-overlay"]
            subprocess.run(command, check=True, capture_output=True)
            rows.append(evaluate(truth, out))
    people = sum(row.truth_boxes for row in rows)
    seen = sum(row.recall * row.truth_boxes for row in rows)
    said = sum(row.predicted_boxes for row in rows)
    right = sum(row.precision * row.predicted_boxes for row in rows)
    errors = [row.keypoint_error for row in rows if row.keypoint_error is not None]
    return {
        "level": level,
        "recall": seen / people,
        "precision": right / max(said, 1),
        "worst_recall": min(row.recall for row in rows),
        "keypoint_error": float(np.median(errors)),
        "people": people,
    }


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="*", choices=["speed", "found", []], help="default: both")
    parser.add_argument("--scene", default="street")
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="seed of found")
    parser.add_argument("--level", action="append", choices=LEVELS, help="of found; may be repeated; default: all")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    tables = given.tables or ["speed", "found"]
    cv2.setNumThreads(1)
    results: dict[str, list[dict[str, Any]]] = {}
    if "speed" in tables:
        results["demo"] = demo()
        _print("CPU of one core a frame, the demo's cameras", results["demo"])
        results["speed"] = [speed(given.scene, given.seeds, level) for level in LEVELS]
        _print("CPU of one core a frame, 1280x720", results["speed"])
    if "found" in tables:
        pull(Deployment().model.name)
        results["found"] = [found(given.scene, given.first, given.seeds, level) for level in given.level or LEVELS]
        _print("What the default network finds", results["found"])
    if given.json is not None:
        given.json.write_text(json.dumps(results, indent=2, default=float) + "\n", encoding="utf-8")


def _print(title: str, rows: list[dict[str, Any]]) -> None:
    table = Table(*rows[0], title=title, box=None)
    for row in rows:
        table.add_row(*(f"{value:.3f}" if isinstance(value, float) else str(value) for value in row.values()))
    Console().print(table)


if __name__ == "__main__":
    main()
