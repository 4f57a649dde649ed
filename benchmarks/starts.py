"""Starts and stops a deployment many times, half of them by killing a random process of it, and counts what stays.

    python -m benchmarks.starts [--times N] [--seed N]

After every stop there must be no process of it, nothing in /dev/shm, and no file in /tmp. Where the killed process is
not the supervisor, the supervisor is then ended as a person would, by SIGINT.
"""

import argparse
import collections
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

_CONFIG = """
cameras:
  street: {{source: "sim://street?seed=3&people=2&width=320&height=240&fps=8"}}
model: {{input: [256, 192], tiles: [1, 1]}}
server: {{port: 0}}
store: {{path: {folder}}}
"""


def traces() -> set[str]:
    """Files that could be left behind outside the store."""
    return {str(path) for folder in ("/dev/shm", "/tmp") for path in Path(folder).glob("*sightline-bus*")}


def role(process: psutil.Process) -> str:
    """Which part of the deployment a process is."""
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        return "gone"
    for name in ("worker", "capture", "server", "jobs", "bus.embedded", "valkey-server"):
        if name in command:
            return name
    return "supervisor"


def main() -> int:
    """Run, print a line a kind of stop and the total; 1 where anything stayed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    stops: collections.Counter[str] = collections.Counter()
    left: list[str] = []
    with tempfile.TemporaryDirectory(prefix="starts-") as folder:
        config = Path(folder) / "deployment.yaml"
        config.write_text(_CONFIG.format(folder=folder))
        before = traces()
        for number in range(options.times):
            command = [sys.executable, "-m", "pipeline.cli", "run", "-c", str(config)]
            run = psutil.Popen(command, stdout=subprocess.DEVNULL)
            while len(run.children(recursive=True)) < 6:
                time.sleep(0.02)
            time.sleep(rng.uniform(0, 2.5))
            processes = [run, *run.children(recursive=True)]
            if number % 2:
                victim = rng.choice(processes)
                stops[f"kill -9 {role(victim)}"] += 1
                victim.send_signal(signal.SIGKILL)
                time.sleep(rng.uniform(0, 1))
            else:
                stops["SIGINT"] += 1
            if run.is_running() and run.status() != psutil.STATUS_ZOMBIE:
                processes += run.children(recursive=True)
                run.send_signal(signal.SIGINT)
            _, alive = psutil.wait_procs(processes, timeout=10)
            left += [f"process {role(p)}" for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
            limit = time.monotonic() + 3
            while traces() - before and time.monotonic() < limit:
                time.sleep(0.05)
            left += sorted(traces() - before)
            if (number + 1) % 10 == 0:
                print(f"{number + 1} starts and stops, {len(left)} things left", flush=True)
    for stop, count in sorted(stops.items()):
        print(f"  {stop}: {count}")
    print(f"left behind: {left or 'nothing'}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
