"""A camera that dies and comes back, again and again: what does the deployment hold before and after?

    python -m benchmarks.cycles [--times N] [--json FILE]

In turn the camera's server is killed, freezes, or the process that reads it is killed. Of all the deployment's
processes the private memory, descriptors, threads and their number are counted once the camera is live again.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.cameras.camera import RtspCamera, camera
from tests.deployment import Running

_WARM_UP = 3
"""Cycles before the first count: caches fill, and Python's heap finds its size."""


def holds(running: Running) -> dict[str, Any]:
    """What the deployment holds: memory in MB, that no other process shares, by part; and counts."""
    memory: dict[str, float] = {}
    descriptors = threads = 0
    processes = [running.process, *running.process.children(recursive=True)]
    for process in processes:
        part = next((word for word in process.cmdline() if word.startswith("pipeline.")), "other")
        memory[part] = round(memory.get(part, 0.0) + process.memory_full_info().uss / 1e6, 1)
        descriptors += process.num_fds()
        threads += process.num_threads()
    return {"memory_mb": memory, "descriptors": descriptors, "threads": threads, "processes": len(processes)}


def cycle(running: Running, cam: RtspCamera, number: int) -> float:
    """One death and return; seconds from the return to frames."""
    match number % 3:
        case 0:
            cam.kill()
            time.sleep(1.0)
            cam.start()
        case 1:
            cam.freeze()
            time.sleep(6.0)
            cam.thaw()
        case _:
            running.children("pipeline.capture.process")[0].kill()
    back = time.monotonic()
    frames = running.status("gate")["frames"]
    while running.status("gate")["frames"] < frames + 15:
        if time.monotonic() - back > 60:
            raise TimeoutError(f"cycle {number}: {running.status('gate')}")
        time.sleep(0.1)
    return time.monotonic() - back


def main() -> int:
    """Run and print both counts; 1 where anything but memory has grown, or memory by more than a tenth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    content = {"model": {"input": [256, 192], "tiles": [1, 1]}, "server": {"enabled": False}}
    with camera(fps=15) as cam, Running({**content, "cameras": {"gate": {"source": cam.url}}}) as running:
        running.wait_for_frames("gate")
        for number in range(_WARM_UP):
            cycle(running, cam, number)
        time.sleep(2)
        start = holds(running)
        print(f"start: {start}", flush=True)
        for number in range(options.times):
            cycle(running, cam, number)
            if (number + 1) % 10 == 0:
                print(f"after {number + 1}: {holds(running)}", flush=True)
        time.sleep(2)
        end = holds(running)
        print(f"end:   {end}")
    if options.json:
        options.json.write_text(json.dumps({"start": start, "end": end}, indent=2) + "\n", encoding="utf-8")
    flat = all(end[what] <= start[what] for what in ("descriptors", "threads", "processes"))
    grown = sum(end["memory_mb"].values()) > 1.1 * sum(start["memory_mb"].values())
    return 0 if flat and not grown else 1


if __name__ == "__main__":
    sys.exit(main())
