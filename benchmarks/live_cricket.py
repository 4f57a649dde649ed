"""How a live cricket camera keeps up: frames analysed of those sent, people looked for, balls and deliveries found.

    sightline sim cricket --view bowler-high --seed 9301 --seconds 18 --out c.mp4 --truth c.jsonl
    python -m benchmarks.live_cricket c.mp4 --truth c.jsonl [--seconds S]

A real RTSP server sends the clip again and again as it is; nothing is encoded beside the deployment. The ball is scored
as by `sightline eval ball`, over the frames sent from the first record on: one that was not analysed has none.
Deliveries are those since the stream's first frame; of the last seconds, in which one may not be told yet, none counts
as bowled.
"""

import argparse
import itertools
import json
import subprocess
import tempfile
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import av

from pipeline.data import FrameRecord, from_json
from pipeline.evaluation.ball import score_ball
from pipeline.evaluation.deliveries import read_truth
from pipeline.evaluation.records import read_records
from pipeline.statistics import percentiles
from tests.cameras.camera import camera
from tests.deployment import Running

_CAMERA = "wicket"
_PORT = 18502
_WARM_S = 12.0
_TOLD_S = 4.5
"""After its release a delivery has been told, also one of which only the flight was seen."""


def main() -> None:
    """Measure, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=60)
    given = parser.parse_args()
    truth = read_records(given.truth)
    with av.open(str(given.clip)) as opened:
        fps, frames = float(opened.streams.video[0].average_rate or 0), opened.streams.video[0].frames
    times = int((given.seconds + 60) * fps / frames) + 1
    with tempfile.TemporaryDirectory() as folder:
        looped = Path(folder) / "looped.mp4"
        command = f"ffmpeg -v error -stream_loop {times} -i".split()
        command += [str(given.clip), "-c", "copy", str(looped)]
        subprocess.run(command, check=True)
        with camera(file=str(looped)) as sender:
            content = {
                "cameras": {_CAMERA: {"source": sender.url, "cricket": True, "record": None}},
                "server": {"port": _PORT},
            }
            with Running(content) as running:
                running.wait_for_frames(_CAMERA)
                for _ in running.records(_CAMERA, _WARM_S):
                    pass
                before, used = running.status(_CAMERA), cpu_s(running)
                told = [record for record in running.records(_CAMERA, given.seconds) if record is not None]
                after, spent = running.status(_CAMERA), cpu_s(running)
                deliveries = running.client.xlen("sightline:deliveries")
    records = {record["frame"]: from_json(FrameRecord, json.dumps(record)) for record in told}
    first, last = min(records), max(records)
    # Which frame of the clip the first one was nobody tells: the shift that fits best.
    shift, pairs = max(
        (
            (shift, [(truth[(index + shift) % frames], records.get(index)) for index in range(first, last + 1)])
            for shift in range(frames)
        ),
        key=lambda shown: score_ball(shown[1]).f1,
    )
    releases = {delivery.frames.release for delivery in read_truth(given.truth).deliveries}
    bowled = sum((index + shift) % frames in releases for index in range(last - round(_TOLD_S * fps)))
    apart_ms = [(when(second) - when(first)) * 1e3 for first, second in itertools.pairwise(told)]
    causes = Counter(after["drops"])
    causes.subtract(before["drops"])
    figures = {
        "sent_fps": fps,
        "analysed": round(len(records) / (last - first + 1), 4),
        "people_looked_for_per_s": round(sum("inference" in each["stages_ms"] for each in told) / given.seconds, 2),
        "dropped": {cause: count for cause, count in causes.items() if count},
        "latency_p50_ms": {stage: values["p50"] for stage, values in after["latency_ms"].items()},
        "captured_apart_ms": asdict(percentiles(apart_ms)),
        "cores": round((spent - used) / given.seconds, 2),
        "ball": asdict(score_ball(pairs)),
        "deliveries": {"bowled": bowled, "told": deliveries},
    }
    print(json.dumps(figures, indent=2))


def when(record: dict[str, str]) -> float:
    """When a frame was captured, in seconds."""
    return datetime.fromisoformat(record["captured_at"]).timestamp()


def cpu_s(running: Running) -> float:
    """Processor time that the deployment has taken so far, in seconds."""
    total = 0.0
    for process in [running.process, *running.process.children(recursive=True)]:
        times = process.cpu_times()
        total += times.user + times.system
    return total


if __name__ == "__main__":
    main()
