"""Streams that are kept as they are sent."""

import json
import os
import shutil
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest

from pipeline.capture.intake import Intake
from pipeline.capture.link import Recording, new_address
from pipeline.capture.recorder import RESERVE_BYTES, RecorderJob, Segments, prune
from pipeline.processes import spawn
from tests.cameras.camera import available, camera
from tests.clips import write_clip

needs_rtsp = pytest.mark.skipif(not available(), reason="GStreamer's RTSP server is not installed")


def frames(path: Path) -> list[float]:
    with av.open(str(path)) as file:
        return [round(frame.time, 3) for frame in file.decode(video=0)]


def test_segments_begin_with_keyframes_and_lose_nothing(tmp_path):
    clip = write_clip(tmp_path / "a.mp4", 60, g="10", bf="0")
    clock = iter(range(1_800_000_000, 1_900_000_000, 2))
    segments = Segments(tmp_path / "gate", 2.0, lambda: next(clock))
    with av.open(str(clip)) as source:
        for packet in source.demux(video=0):
            segments.add(packet, source.streams.video[0])
    segments.close()
    files = sorted((tmp_path / "gate" / "2027-01-15").glob("*.mkv"))
    assert [path.name for path in files[:2]] == ["08-00-00.000.mkv", "08-00-02.000.mkv"]
    kept = [frames(path) for path in files]
    assert sum(map(len, kept)) == 60
    assert all(times == [round(n / 10, 3) for n in range(len(times))] for times in kept)
    assert all(20 <= len(times) <= 30 for times in kept[:-1])


def test_old_segments_and_too_many_bytes_are_pruned(tmp_path):
    now = 1_800_000_000.0
    for age_days in range(10):
        day = tmp_path / "gate" / f"day{age_days}"
        day.mkdir(parents=True)
        (day / "a.mkv").write_bytes(bytes(1000))
        os.utime(day / "a.mkv", (now - age_days * 86400 - 60, now - age_days * 86400 - 60))
    assert prune(tmp_path, days=7.5, gigabytes=1, now=now) == 2
    assert prune(tmp_path, days=7.5, gigabytes=5e-6, now=now) == 3
    assert sorted(path.name for path in (tmp_path / "gate").iterdir()) == [f"day{n}" for n in range(5)]


def test_recordings_leave_room_on_the_disk(tmp_path, monkeypatch):
    day = tmp_path / "gate" / "day"
    day.mkdir(parents=True)
    for number in range(4):
        (day / f"{number}.mkv").write_bytes(bytes(1000))
        os.utime(day / f"{number}.mkv", (1000.0 + number, 1000.0 + number))
    free = shutil.disk_usage(tmp_path)._replace(free=RESERVE_BYTES - 1500)
    monkeypatch.setattr("pipeline.capture.recorder.shutil.disk_usage", lambda _: free)
    assert prune(tmp_path, days=1e6, gigabytes=1, now=2000.0) == 2
    assert sorted(path.name for path in day.iterdir()) == ["2.mkv", "3.mkv"]


@needs_rtsp
def test_a_camera_is_recorded_through_its_death(tmp_path):
    address = new_address()
    intake = Intake(address)
    said: list[Recording] = []

    def until(condition) -> None:
        limit = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < limit, said
            said.extend(h for h in intake.poll(0.1) if isinstance(h, Recording))

    with camera(gop=10, fps=10) as cam:
        job = RecorderJob("gate", cam.url, str(tmp_path), address, os.getpid(), 5.0, 7.0, 1.0)
        process = spawn("pipeline.capture.recorder", json.dumps(asdict(job)).encode())
        try:
            until(lambda: any(word.going for word in said))
            time.sleep(2)
            cam.kill()
            until(lambda: said[-1] == Recording("gate", False, "connection refused"))
            cam.start()
            until(lambda: said[-1].going)
            time.sleep(2)
        finally:
            process.kill()
            process.wait()
            intake.close()
    files = sorted(tmp_path.glob(f"gate/{datetime.now(UTC):%Y}-*/*.mkv"))
    assert len(files) == 2
    # The second was cut off by a kill, and plays all the same.
    assert min(len(frames(path)) for path in files) > 8
