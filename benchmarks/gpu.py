"""What the GPU stage does on this machine, in under ten minutes; without a GPU the same steps run on the CPU.

    python -m benchmarks.gpu [--clip CLIP] [--size 640x640] [--seconds N] [--networks yolo26n-pose,...] [--json FILE]

For each network, a `.pt` file or a name, whose weights are then random: as fast as trained ones, but what they find
jumps when the input changes by a third of a level, so that correctness means something for trained ones only:
- correctness: its people on the clip against OpenVINO's on the CPU (tolerances in benchmarks/engines.py);
- the network alone: images a second at each batch, inputs on the device;
- the pipeline: `sightline analyze --no-overlay` on the clip, and what that is of the network alone;
- streams: how many of 1080p at 25 frames/s the worker holds with a p95 age under 200 ms and no more than 1 % dropped.
  Pictures are in memory and paced, and go the worker's own way (batcher, upload, network, tracks, attributes, record);
  decoding is not in it, and is measured by itself. The profile says where the worker's thread is.
"""

import argparse
import cProfile
import json
import pstats
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rich.console import Console

from benchmarks.engines import agreement, detections, pictures_of
from benchmarks.networks import random_network
from pipeline.capture.intake import Arrival, SourceOpened
from pipeline.capture.source import kind_of
from pipeline.config import Deployment, ModelConfig
from pipeline.errors import SightlineError
from pipeline.frameloop import FrameLoop
from pipeline.inference.engine import EngineOptions, engine_class, nvidia_gpu
from pipeline.inference.export import export
from pipeline.perception.detector import Detector
from pipeline.pictures import Frame, Picture
from pipeline.simulation.street import Street
from pipeline.terminal import size_of

FPS = 25.0
P95_MS = 200.0
DROPPED = 0.01
MIN_SCORE = 0.8
"""Random networks find hundreds of people; above this score about as many as a street holds."""


class PacedStreams:
    """An intake whose cameras each send a picture in memory, 25 times a second, evenly after one another."""

    def __init__(self, picture: Picture, cameras: int, seconds: float) -> None:
        self._picture = picture
        self._names = [f"camera{number}" for number in range(cameras)]
        self._due = 1 / (FPS * cameras)
        self._count = round(seconds * FPS) * cameras
        self._sent = -1
        self._begin = 0.0
        self._descriptor = -1

    def wake_on(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @property
    def ended(self) -> bool:
        return self._sent >= self._count

    def poll(self, timeout: float) -> Iterator[Any]:
        if self._sent < 0:
            self._sent, self._begin = 0, time.monotonic()
            for name in self._names:
                yield SourceOpened(name, "memory", True, FPS, None, self._picture.size)
            return
        left = self._begin + self._sent * self._due - time.monotonic()
        if self.ended or left > 0:
            select.select([self._descriptor], [], [], timeout if self.ended else min(timeout, left))
        while not self.ended and (due := self._begin + self._sent * self._due) <= time.monotonic():
            index, camera = divmod(self._sent, len(self._names))
            self._sent += 1
            frame = Frame(self._names[camera], index, index / FPS * 1e3, time.time(), due, 0.0, self._picture)
            yield Arrival(frame, True, lambda: None)


class Ages:
    """A sink that keeps how old each frame was when its record was made."""

    def __init__(self) -> None:
        self.ms: list[float] = []
        self.drops = 0

    def frame(self, _record: Any, arrival: Arrival) -> None:
        self.ms.append((time.monotonic() - arrival.frame.captured) * 1e3)
        arrival.release()

    def dropped(self, _camera: str, _cause: str) -> None:
        self.drops += 1

    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None


def held(detector: Detector, picture: Picture, cameras: int, seconds: float, profile: cProfile.Profile) -> dict:
    """Run so many streams; what became of their frames."""
    streams, ages = PacedStreams(picture, cameras, seconds), Ages()
    loop = FrameLoop("benchmark", Deployment(), streams, detector, ages)  # pyright: ignore[reportArgumentType]
    begin, cpu = time.perf_counter(), time.process_time()
    profile.enable()
    loop.run(lambda: not streams.ended or loop.busy)
    profile.disable()
    wall = time.perf_counter() - begin
    count = len(ages.ms) + ages.drops
    p95 = float(np.percentile(ages.ms, 95)) if ages.ms else float("inf")
    return {
        "streams": cameras,
        "frames_per_s": len(ages.ms) / wall,
        "age_p50_ms": float(np.median(ages.ms)) if ages.ms else None,
        "age_p95_ms": p95,
        "dropped": ages.drops / count,
        "cores": (time.process_time() - cpu) / wall,
        "gpu_percent": _gpu_percent(),
        "held": p95 < P95_MS and ages.drops <= DROPPED * count,
    }


def _gpu_percent() -> float | None:
    """Of the last moments, as NVIDIA's driver counts it."""
    if shutil.which("nvidia-smi") is None:
        return None
    command = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return float(done.stdout.split()[0]) if done.returncode == 0 and done.stdout.split() else None


def most_streams(network: Path, size: tuple[int, int], picture: Picture, seconds: float) -> tuple[list[dict], str]:
    """Twice as many until they are too many, then between the two; and where the worker's thread spent its time."""
    config = ModelConfig(name=str(network), input=size, min_score=MIN_SCORE)
    detector = Detector(config, "throughput", max_age_ms=250.0)
    runs: list[dict] = []
    profile = cProfile.Profile()
    good, bad = 0, None
    try:
        while bad is None or bad - good > max(1, good // 8):
            cameras = max(1, good * 2) if bad is None else (good + bad) // 2
            profile = cProfile.Profile()
            runs.append(held(detector, picture, cameras, seconds, profile))
            good, bad = (cameras, bad) if runs[-1]["held"] else (good, cameras)
            if good >= 256:
                break
    finally:
        detector.close()
    lines = pstats.Stats(profile).sort_stats("tottime")
    rows = sorted(lines.stats.items(), key=lambda item: -item[1][2])[:8]  # pyright: ignore[reportAttributeAccessIssue]
    where = "; ".join(f"{Path(place[0]).name}:{place[2]} {row[2]:.2f} s" for place, row in rows)
    return runs, where


def alone(network: Path, size: tuple[int, int]) -> tuple[dict[int, float], str]:
    """Images a second of the network at each batch, and the device."""
    engine: Any = engine_class("torch")(network, [(1, 3, size[1], size[0])], EngineOptions(), lambda done: None)
    rates = {batch: batch / seconds for batch, seconds in sorted(engine.batch_seconds((size[1], size[0])).items())}
    device = engine.device
    engine.close()
    return rates, device


def analyzed(network: Path, size: tuple[int, int], clip: str, frames: int) -> float:
    """Frames a second of `analyze`, from decoding to records."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        model = {"name": str(network), "input": list(size), "min_score": MIN_SCORE}
        config.write_text(yaml.safe_dump({"model": model}))
        command = [sys.executable, "-m", "pipeline.cli", "analyze", clip, "--out", folder, "--no-overlay"]
        subprocess.run([*command, "--config", str(config), "--limit", str(frames)], check=True, capture_output=True)
        return json.loads((Path(folder) / "summary.json").read_text())["fps"]


def decoded(clip: str, most: int = 300) -> float:
    """Frames a second of the CPU's decoder on the clip."""
    with kind_of(clip)(clip) as source:
        begin = time.perf_counter()
        count = sum(1 for _, _ in zip(range(most), source.pictures(), strict=False))
        return count / (time.perf_counter() - begin)


def main() -> None:
    """Measure, print as it goes, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    gpu = nvidia_gpu()
    parser.add_argument("--clip", default="../shared/data/cctv/vtest.avi")
    parser.add_argument("--size", default="640x640" if gpu else "320x320")
    parser.add_argument("--seconds", type=float, default=5.0 if gpu else 2.0, help="of each try at streams")
    parser.add_argument("--frames", type=int, default=600 if gpu else 20, help="of the clip to analyze")
    parser.add_argument("--networks", default="yolo26n-pose,yolo26s-pose")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    size = size_of(options.size)
    say = Console(width=140, highlight=False).print
    say("an NVIDIA GPU is here" if gpu else "no NVIDIA GPU is here: everything below ran on the CPU, in smaller counts")
    picture = Street.of(seed=1, width=1920, height=1080, people=8).picture()
    say(f"the CPU decodes {decoded(options.clip):.0f} frames/s of the clip")
    rows = []
    for name in options.networks.split(","):
        with tempfile.TemporaryDirectory() as work:
            pictures = pictures_of(options.clip, 40 if gpu else 4)
            if name.endswith(".pt"):
                network = Path(name)
            else:
                network = random_network(name, Path(work) / f"{name}.pt", pictures[:4])
            row: dict[str, Any] = {"network": name, "size": size}
            try:
                xml = export(network, "openvino", size, 1, False, Path(work))
                expected, _, _ = detections(("openvino", "f32", xml), pictures, size)
                found, _, _ = detections(("torch", "auto", network), pictures, size)
                agrees = agreement(expected, found)
                row["agreement"] = [agrees.people, agrees.same, agrees.box_px, agrees.keypoint_px, agrees.good]
                verdict = "good" if agrees.good else "differs"
                apart = f"boxes within {agrees.box_px:.2f} px, keypoints within {agrees.keypoint_px:.2f} px (p95)"
                say(f"{name}: {agrees.people} people, the same {agrees.same:.3f}, {apart}: {verdict}")
            except SightlineError as error:
                say(f"{name}: correctness was not checked: {error}")
            rates, row["device"] = alone(network, size)
            row["alone_per_s"] = rates
            say(f"{name} alone on {row['device']}: " + ", ".join(f"{n}: {rate:.1f}/s" for n, rate in rates.items()))
            row["analyze_per_s"] = analyzed(network, size, options.clip, options.frames)
            share = row["analyze_per_s"] / max(rates.values())
            say(f"{name}: analyze {row['analyze_per_s']:.1f} frames/s, {share:.2f} of the network at its best batch")
            row["streams"], row["profile"] = most_streams(network, size, picture, options.seconds)
            for run in row["streams"]:
                say("  " + ", ".join(f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}"
                                     for key, value in run.items()))  # fmt: skip
            most = max((run["streams"] for run in row["streams"] if run["held"]), default=0)
            say(f"{name}: holds {most} streams of 1080p25; the worker's thread: {row['profile']}")
            rows.append(row)
    if options.json:
        options.json.write_text(json.dumps({"gpu": gpu, "networks": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
