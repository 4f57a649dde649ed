"""How old frames of real RTSP cameras are when they are published, what is dropped, and what an upload does to that.

    python -m benchmarks.cameras [--cameras N] [--fps F] [--size WxH] [--seconds S] [--input WxH] [--tiles CxR]
                                 [--upload MB] [--json FILE]

GStreamer's server plays the cameras on the same machine, and encodes H.264 while it does. The age is taken by a program
that reads the bus: from the capture of a frame, by the wall clock, to its record's arrival. With `--upload` as much is
measured once without and once while a clip of so many megabytes is sent to the server and analysed.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np

from pipeline.statistics import percentiles
from tests.cameras.camera import camera, free_port
from tests.deployment import Running

Figures = dict[str, dict[str, Any]]


def ages_of(running: Running, name: str, seconds: float) -> list[float]:
    """The age in milliseconds of every record of a camera on its arrival."""
    return [
        (time.time() - datetime.fromisoformat(record["captured_at"]).timestamp()) * 1e3
        for record in running.records(name, seconds)
        if record is not None
    ]


def measure(running: Running, names: list[str], seconds: float) -> Figures:
    """Ages, rates and drops of all cameras over some seconds."""
    before = {name: running.status(name) for name in names}
    ages: dict[str, list[float]] = {}

    def read(name: str) -> None:
        ages[name] = ages_of(running, name, seconds)

    threads = [threading.Thread(target=read, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(1.5)
    figures: Figures = {}
    for name in names:
        after, dropped = running.status(name), before[name]["drops"]
        figures[name] = {
            "frames": len(ages[name]),
            "fps": round(len(ages[name]) / seconds, 1),
            "age_ms": {key: round(value, 1) for key, value in asdict(percentiles(ages[name])).items()},
            "drops": {cause: count - dropped.get(cause, 0) for cause, count in after["drops"].items()},
        }
    return figures


def long_clip(path: Path, megabytes: int) -> None:
    """A clip of that size at 8 Mbit/s, 720p, with noise so that every picture is work to decode."""
    rng = np.random.default_rng(1)
    pictures = [
        av.VideoFrame.from_ndarray(rng.integers(90, 160, (1080, 1280), np.uint8), format="yuv420p") for _ in range(8)
    ]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 1280, 720, "yuv420p", 8_000_000
        index = written = 0
        while written < megabytes * 1e6:
            picture = pictures[index % len(pictures)]
            picture.pts = index
            packets = stream.encode(picture)
            written += sum(packet.size for packet in packets)
            container.mux(packets)
            index += 1
        container.mux(stream.encode(None))


def with_upload(running: Running, names: list[str], seconds: float, megabytes: int, port: int) -> Figures:
    """What `measure` gives while a clip is uploaded and analysed."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        long_clip(clip, megabytes)
        print(f"uploading {clip.stat().st_size / 1e6:.0f} MB", flush=True)

        def send() -> None:
            url = f"http://127.0.0.1:{port}/api/uploads"
            with clip.open("rb") as content:
                httpx.post(url, params={"name": "clip.mp4"}, content=content, timeout=600).raise_for_status()

        sending = threading.Thread(target=send)
        sending.start()
        figures = measure(running, names, seconds)
        sending.join()
        jobs = httpx.get(f"http://127.0.0.1:{port}/api/jobs", timeout=30).json()
        print(f"the upload is {jobs[0]['state']}, {jobs[0]['done']} frames of it done", flush=True)
    return figures


def show(title: str, figures: Figures) -> None:
    """A table."""
    print(f"{title}\n| camera | frames/s | age p50, ms | p95 | p99 | drops |\n|---|---|---|---|---|---|")
    for name, found in figures.items():
        age = found["age_ms"]
        drops = ", ".join(f"{count} {cause}" for cause, count in found["drops"].items() if count) or "none"
        print(f"| {name} | {found['fps']} | {age['p50']} | {age['p95']} | {age['p99']} | {drops} |", flush=True)


def _pair(text: str) -> tuple[int, int]:
    first, second = map(int, text.split("x"))
    return first, second


def main() -> None:
    """Measure, print, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cameras", type=int, default=1)
    parser.add_argument("--fps", type=int, default=25)
    parser.add_argument("--size", type=_pair, default=(1280, 720))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--input", type=_pair, default=(512, 384))
    parser.add_argument("--tiles", type=_pair, default=(1, 1))
    parser.add_argument("--upload", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    port = free_port()
    with contextlib.ExitStack() as stack:
        settings = {"fps": options.fps, "size": options.size, "gop": 2 * options.fps, "kbps": 2000}
        cameras = [stack.enter_context(camera(**settings)) for _ in range(options.cameras)]
        sources = {f"camera{number}": {"source": cam.url} for number, cam in enumerate(cameras)}
        model = {"input": list(options.input), "tiles": list(options.tiles), "overview": False}
        content = {"cameras": sources, "model": model, "server": {"port": port, "upload_mb": options.upload + 100}}
        running = stack.enter_context(Running(content))
        names = list(sources)
        for name in names:
            running.wait_for_frames(name, 50)
        time.sleep(3)
        results = {"alone": measure(running, names, options.seconds)}
        show("alone" if options.upload else "", results["alone"])
        if options.upload:
            results["with upload"] = with_upload(running, names, options.seconds, options.upload, port)
            show("with upload", results["with upload"])
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
