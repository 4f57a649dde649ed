"""What the attributes of people cost: the stage's processor time a frame beside its floor, the network that it runs.
What portraits cost comes on top.

    python -m benchmarks.attributes [--people 20] [--frames 100] [--json FILE]

People walk past a known camera; every frame's time is taken with the clock of the processor, and the least of five
runs' medians is printed: other work on the machine makes them longer, never shorter.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pipeline.attributes.lifting import Lifter
from pipeline.attributes.portraits import PortraitReader, Portraits
from pipeline.attributes.stage import Attributes
from pipeline.geometry.camera import Camera, Deviations
from pipeline.perception.tracking import TrackedPerson
from pipeline.pictures import Picture, PixelFormat
from tests.attributes.walks import Walk

_RUNS, _FPS = 5, 25
_CAMERA = Camera((1280, 720), 1000.0, 1000.0, 640.0, 360.0, 450.0, 18.0, std=Deviations(3.0, 12.0, 0.5))


def walkers(people: int, frames: int) -> list[list[TrackedPerson]]:
    """That many people in that many frames."""
    rng = np.random.default_rng(1)
    each = []
    for track in range(1, people + 1):
        angle, away = rng.uniform(0, 2 * np.pi), rng.uniform(900, 1800)
        start = (away * rng.uniform(-0.35, 0.35), away)
        walk = Walk(start, (60 * np.cos(angle), 60 * np.sin(angle)), rng.normal(170, 9), track, _CAMERA)
        each.append([person for _, person in walk.real(frames, _FPS, track)])
    return [[own[frame] for own in each] for frame in range(frames)]


def cost_ms(work: Callable[[], Callable[[int], object]], frames: int) -> float:
    """The least of some runs' medians; `work` begins a run and answers what a frame does."""
    medians = []
    for _ in range(_RUNS):
        frame, times = work(), []
        for number in range(frames):
            start = time.process_time()
            frame(number)
            times.append(time.process_time() - start)
        medians.append(float(np.median(times)) * 1e3)
    return min(medians)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    seen, lifter, reader = walkers(given.people, given.frames), Lifter(), PortraitReader()
    noise = np.random.default_rng(1).integers(0, 256, (1080, 1280), np.uint8)
    picture = Picture.packed(PixelFormat.I420, 1280, 720, noise)
    keypoints = [np.array([person.keypoints for person in people], float) for people in seen]

    def stage() -> Callable[[int], object]:
        attributes = Attributes(2.0, lifter)
        return lambda number: attributes(seen[number], number / _FPS, _CAMERA.size, _CAMERA)

    def looks() -> Callable[[int], object]:
        portraits = Portraits(reader)
        return lambda number: portraits(seen[number], number / _FPS, picture)

    floor_ms = cost_ms(lambda: lambda number: lifter(keypoints[number], _CAMERA), given.frames)
    stage_ms = cost_ms(stage, given.frames)
    figures = {
        "people": given.people, "stage_ms": round(stage_ms, 3), "network_ms": round(floor_ms, 3),
        "ratio": round(stage_ms / floor_ms, 2), "portraits_ms": round(cost_ms(looks, given.frames), 3),
    }  # fmt: skip
    print("  ".join(f"{name}: {value}" for name, value in figures.items()))
    if given.json is not None:
        given.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
