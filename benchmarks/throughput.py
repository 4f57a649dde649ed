"""How fast `analyze` is beside the network alone, and beside what a user would write instead.

    python -m benchmarks.throughput CLIP [--one-pass WIDTHxHEIGHT] [--frames N] [--rounds N] [--json FILE]

Three ways over the same frames with the same network, inputs and passes, in turn, several rounds; ratios are taken
round by round, as the machine's speed drifts:

- engine: OpenVINO alone with throughput settings, on inputs made beforehand;
- analyze: `sightline analyze --no-overlay`, decoding to records;
- loop: cv2.VideoCapture, cv2.resize, the network, a tracker, one after another; compiled for latency and for
  throughput, whichever is better.

CPU time outside the engine is analyze's, both processes, less the engine's for as many frames; what starting costs is
taken out by measuring two lengths.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino as ov
import supervision as sv
import yaml
from rich.console import Console
from rich.table import Table
from trackers import ByteTrackTracker

from pipeline.capture.source import kind_of
from pipeline.inference.catalogue import pull
from pipeline.inference.letterbox import Placement, letterbox
from pipeline.perception.movenet import MoveNet
from pipeline.perception.passes import placements

Places = tuple[Placement, ...]

_KEPT = 40
"""Frames whose inputs are made beforehand for the engine alone, and used over and over."""


def cpu_s(who: int) -> float:
    """User and system seconds of this process or its children that have ended."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def places_of(clip: str, one_pass: tuple[int, int] | None) -> Places:
    """The passes over the clip's pictures: what `analyze` makes by itself, or the whole picture once."""
    network = MoveNet()
    with kind_of(clip)(clip) as source:
        size = (source.info.width, source.info.height)
    if one_pass is not None:
        return placements(size, (1, 1), one_pass, None)
    return placements(size, network.tiles(size), network.size, network.overview)


class EngineAlone:
    """The network with throughput settings, as many requests as it likes, inputs in memory."""

    def __init__(self, clip: str, places: Places) -> None:
        with kind_of(clip)(clip) as source:
            frames = [c.picture for c, _ in zip(source.pictures(), range(_KEPT), strict=False)]
            self._inputs = [[letterbox(picture, place)[np.newaxis] for place in places] for picture in frames]
        core = ov.Core()
        self._queues = {}
        for place in places:
            if place.size not in self._queues:
                model = core.read_model(pull("movenet-multipose"))
                model.reshape([1, place.size[1], place.size[0], 3])
                compiled = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "THROUGHPUT"})
                self._queues[place.size] = ov.AsyncInferQueue(compiled, 0)
        self._sizes = [place.size for place in places]

    def run(self, frames: int) -> tuple[float, float]:
        """Frames a second, and CPU milliseconds a frame."""
        begin, cpu = time.perf_counter(), cpu_s(resource.RUSAGE_SELF)
        for index in range(frames):
            for size, tensor in zip(self._sizes, self._inputs[index % len(self._inputs)], strict=True):
                self._queues[size].start_async({0: tensor})
        for queue in self._queues.values():
            queue.wait_all()
        spent = cpu_s(resource.RUSAGE_SELF) - cpu
        return frames / (time.perf_counter() - begin), spent / frames * 1e3


def analyze(clip: str, frames: int, one_pass: tuple[int, int] | None) -> tuple[float, float]:
    """Frames a second, and CPU seconds of all its processes, starting included."""
    cpu = cpu_s(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pipeline.cli", "analyze", clip, "--out", folder, "--no-overlay"]
        if one_pass is not None:
            config = Path(folder) / "config.yaml"
            config.write_text(yaml.safe_dump({"model": {"input": list(one_pass), "tiles": [1, 1]}}))
            command += ["--config", str(config)]
        subprocess.run([*command, "--limit", str(frames)], check=True, capture_output=True)
        summary = json.loads((Path(folder) / "summary.json").read_text())
    assert (summary["frames"], summary["dropped"]) == (frames, 0)
    return summary["fps"], cpu_s(resource.RUSAGE_CHILDREN) - cpu


class PlainLoop:
    """What a user would write: read, resize, network, tracker."""

    def __init__(self, clip: str, places: Places, hint: str) -> None:
        self._clip = clip
        self._places = places
        core = ov.Core()
        self._compiled: dict[tuple[int, int], Any] = {}
        for place in self._places:
            if place.size not in self._compiled:
                model = core.read_model(pull("movenet-multipose"))
                model.reshape([1, place.size[1], place.size[0], 3])
                self._compiled[place.size] = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": hint})

    def run(self, frames: int) -> float:
        """Frames a second."""
        video = cv2.VideoCapture(self._clip)
        tracker = ByteTrackTracker(frame_rate=10)
        begin = time.perf_counter()
        for _ in range(frames):
            good, bgr = video.read()
            assert good, "the clip is shorter than --frames"
            found = [self._pass(bgr, place) for place in self._places]
            boxes = np.concatenate(found)
            kept = np.asarray(cv2.dnn.NMSBoxes(boxes[:, :4].tolist(), boxes[:, 4].tolist(), 0.1, 0.5), int).reshape(-1)
            boxes = boxes[kept]
            corners = np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:4]], axis=1)
            tracker.update(sv.Detections(xyxy=corners, confidence=boxes[:, 4]))
        return frames / (time.perf_counter() - begin)

    def _pass(self, bgr: np.ndarray, place: Placement) -> np.ndarray:
        region = place.region
        cut = bgr[region.top : region.top + region.height, region.left : region.left + region.width]
        canvas = np.zeros((place.size[1], place.size[0], 3), np.uint8)
        left, top = place.offset
        canvas[top : top + place.scaled[1], left : left + place.scaled[0]] = cv2.resize(cut, place.scaled)
        people = self._compiled[place.size](cv2.cvtColor(canvas, cv2.COLOR_BGR2RGB)[np.newaxis])[0][0]
        size = np.array(place.size)
        low = place.to_picture((people[:, [52, 51]] * size).astype(np.float32))
        high = place.to_picture((people[:, [54, 53]] * size).astype(np.float32))
        return np.concatenate([low, high - low, people[:, 55:]], axis=1)


def main() -> None:
    """Measure, print a table, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip")
    parser.add_argument("--one-pass", metavar="WIDTHxHEIGHT", help="one pass over the whole picture, no tiles")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    frames = options.frames
    width, _, height = (options.one_pass or "").partition("x")
    one_pass = (int(width), int(height)) if height else None
    places = places_of(options.clip, one_pass)
    engine = EngineAlone(options.clip, places)
    loops = {hint: PlainLoop(options.clip, places, hint) for hint in ("LATENCY", "THROUGHPUT")}
    rows = []
    for _ in range(options.rounds):
        engine_fps, engine_cpu_ms = engine.run(frames)
        fps, cpu = analyze(options.clip, frames, one_pass)
        _, cpu_short = analyze(options.clip, frames // 2, one_pass)
        loop_fps = max(loop.run(frames // 2) for loop in loops.values())
        cpu_ms = (cpu - cpu_short) / (frames - frames // 2) * 1e3
        rows.append({
            "engine_fps": engine_fps,
            "analyze_fps": fps,
            "loop_fps": loop_fps,
            "analyze_over_engine": fps / engine_fps,
            "analyze_over_loop": fps / loop_fps,
            "engine_cpu_ms": engine_cpu_ms,
            "cpu_outside_engine_ms": cpu_ms - engine_cpu_ms,
        })  # fmt: skip
    figures = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
    table = Table("figure", "median", "rounds", box=None)
    for name, value in figures.items():
        table.add_row(name, f"{value:.3f}", "  ".join(f"{row[name]:.3f}" for row in rows))
    Console().print(table)
    if options.json:
        content = {"clip": options.clip, "frames": frames, "cores": len(os.sched_getaffinity(0)), **figures}
        options.json.write_text(json.dumps({**content, "rounds": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
