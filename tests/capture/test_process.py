"""The capture process and the worker's intake, with the real process between them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import numpy as np
import pytest

from pipeline.capture.intake import Arrival, CaptureLost, Happening, Intake, SourceOpened
from pipeline.capture.link import State, new_address
from pipeline.capture.process import CaptureJob
from pipeline.media.convert import to_bgr
from pipeline.processes import spawn
from pipeline.status import CameraState, Failure
from tests.cameras.web import WebCamera
from tests.clips import pattern, write_clip


class Bench:
    """An intake and the capture processes of a test."""

    def __init__(self) -> None:
        self.address = new_address()
        self.intake = Intake(self.address)
        self.processes = []

    def capture(self, url: str, **options: object):
        job = CaptureJob(camera="gate", url=url, address=self.address, parent=os.getpid(), **options)
        process = spawn("pipeline.capture.process", json.dumps(asdict(job)).encode())
        self.processes.append(process)
        return process

    def until(self, condition: Callable[[list[Happening]], bool], timeout: float = 15) -> list[Happening]:
        seen: list[Happening] = []
        limit = time.monotonic() + timeout
        while not condition(seen):
            assert time.monotonic() < limit, f"only saw {seen}"
            seen += self.intake.poll(0.1)
        return seen

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.intake.close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


def arrivals(seen: list[Happening]) -> list[Arrival]:
    return [happening for happening in seen if isinstance(happening, Arrival)]


def ended(seen: list[Happening]) -> bool:
    return any(isinstance(happening, CaptureLost) for happening in seen)


def test_a_file_loses_no_frame_however_slow_the_worker(bench, tmp_path):
    bench.capture(str(write_clip(tmp_path / "a.mp4", 40)), slots=2)
    indices, worst = [], 0.0

    def done(seen):
        nonlocal worst
        for arrival in arrivals(seen)[len(indices) :]:
            truth = pattern(len(indices), 160, 120)[:, :, ::-1].astype(float)
            worst = max(worst, np.abs(to_bgr(arrival.frame.picture) - truth).mean())
            indices.append(arrival.frame.index)
            time.sleep(0.005)
            arrival.release()
        return ended(seen)

    seen = bench.until(done)
    assert indices == list(range(40))
    assert worst < 8
    opened = next(happening for happening in seen if isinstance(happening, SourceOpened))
    assert (opened.size, opened.frames, opened.live) == ((160, 120), 40, False)
    assert [h.state for h in seen if isinstance(h, State)][-1] is CameraState.ENDED


def test_a_picture_that_is_held_is_not_overwritten(bench, tmp_path):
    bench.capture(str(write_clip(tmp_path / "a.mp4", 30)), slots=2)
    first = arrivals(bench.until(lambda seen: len(arrivals(seen)) == 2))[0]
    before = to_bgr(first.frame.picture)
    time.sleep(0.3)
    assert not arrivals(list(bench.intake.poll(0.1)))
    assert (to_bgr(first.frame.picture) == before).all()


def test_a_file_that_cannot_be_read_says_why(bench):
    process = bench.capture("/nowhere/clip.mp4")
    seen = bench.until(ended)
    failed = [h for h in seen if isinstance(h, State)][-1]
    assert failed.state is CameraState.FAILED
    assert failed.detail == "/nowhere/clip.mp4: no such file or folder"
    assert process.wait(5) == 2


def test_pictures_that_take_more_memory_than_is_allowed_are_refused_in_a_sentence(bench, tmp_path):
    process = bench.capture(str(write_clip(tmp_path / "a.mp4", 3, (1280, 720))), ring_mb=5)
    failed = [h for h in bench.until(ended) if isinstance(h, State)][-1]
    assert failed.state is CameraState.FAILED
    assert failed.detail.endswith(
        "6 pictures of 1280x720 take 8 MB, limits.ring_mb allows 5; use the camera's sub stream, or fewer slots"
    )
    assert process.wait(5) == 2


def test_a_looped_file_goes_on_counting(bench, tmp_path):
    bench.capture(str(write_clip(tmp_path / "a.mp4", 5)), loop=True)
    frames = []

    def done(seen):
        for arrival in arrivals(seen)[len(frames) :]:
            frames.append(arrival.frame)
            arrival.release()
        return len(frames) >= 12

    bench.until(done)
    assert [frame.index for frame in frames[:12]] == list(range(12))
    assert np.diff([frame.pts_ms for frame in frames[:12]]) == pytest.approx([100] * 11, abs=2)


def test_a_paced_file_comes_at_its_own_rate(bench, tmp_path):
    bench.capture(str(write_clip(tmp_path / "a.mp4", 15, fps=20)), paced=True)
    times = []

    def done(seen):
        for arrival in arrivals(seen)[len(times) :]:
            times.append(arrival.frame.captured)
            arrival.release()
        return len(times) == 15

    bench.until(done)
    assert times[-1] - times[0] == pytest.approx(14 / 20, abs=0.15)


def test_a_killed_capture_is_told_and_its_pictures_stay_readable(bench, tmp_path):
    process = bench.capture(str(write_clip(tmp_path / "a.mp4", 30)), slots=3)
    held = arrivals(bench.until(lambda seen: len(arrivals(seen)) == 3))
    process.send_signal(signal.SIGKILL)
    bench.until(ended)
    assert all(to_bgr(arrival.frame.picture).any() for arrival in held)
    held[0].release()  # nobody is there to take the slot, and nothing happens


def test_a_process_that_is_started_again_goes_on_counting(bench, tmp_path):
    clip = str(write_clip(tmp_path / "a.mp4", 30))
    frames = []

    def read(count: int):
        def done(seen):
            for arrival in arrivals(seen)[len(frames) - before :]:
                frames.append(arrival.frame)
                arrival.release()
            return len(frames) - before >= count

        before = len(frames)
        bench.until(done)

    first = bench.capture(clip, paced=True)
    read(5)
    first.kill()
    bench.until(ended)
    bench.capture(clip, paced=True)
    read(5)
    assert np.diff([frame.index for frame in frames]).min() == 1
    assert np.diff([frame.pts_ms for frame in frames]).min() > 0
    gone, back = frames[4], frames[5]
    assert back.pts_ms - gone.pts_ms == pytest.approx((back.captured - gone.captured) * 1e3, abs=1)


def test_an_unreachable_camera_is_tried_again_with_its_password_unsaid(bench):
    bench.capture("rtsp://admin:hunter2@127.0.0.1:9/main")
    seen = bench.until(
        lambda seen: sum(isinstance(h, State) and h.state is CameraState.RECONNECTING for h in seen) >= 3
    )
    said = [h for h in seen if isinstance(h, State)][-1]
    assert (said.detail, said.failure, said.tries) == ("connection refused", Failure.REFUSED, 3)
    assert "hunter2" not in str(seen)


def test_another_worker_hears_of_a_camera_that_is_waiting_out_a_long_pause(bench, tmp_path):
    camera = WebCamera(tmp_path, "admin:right")
    threading.Thread(target=camera.serve_forever, daemon=True).start()

    def refused(seen):
        return any(isinstance(h, State) and h.failure is Failure.UNAUTHORISED for h in seen)

    try:
        bench.capture(f"http://admin:wrong@{camera.host}/video.mjpeg")
        bench.until(refused)
        # The next try is five seconds away.
        bench.intake.close()
        bench.intake = Intake(bench.address)
        bench.until(refused, timeout=2.5)
    finally:
        camera.shutdown()
        camera.server_close()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user")
def test_another_users_process_is_not_let_in(bench):
    program = (
        "import os, socket, sys; os.setuid(65534); s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET);"
        "s.connect(bytes.fromhex(sys.argv[1])); s.settimeout(5); sys.exit(0 if s.recv(9) == b'' else 1)"
    )
    stranger = subprocess.Popen([sys.executable, "-c", program, bench.address.encode().hex()])
    while stranger.poll() is None:
        assert list(bench.intake.poll(0.1)) == []
    assert stranger.returncode == 0
