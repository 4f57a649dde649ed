"""Uploads as jobs: bounded, cancelled, and taken again when their process dies."""

import json
import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from pipeline.analyze import Analysis, analyze
from pipeline.bus.embedded import EmbeddedBroker
from pipeline.config import Deployment, JobsConfig, ModelConfig, StoreConfig
from pipeline.errors import SourceError
from pipeline.processes import spawn
from pipeline.store.database import Database
from pipeline.store.jobs import Job, JobStore
from tests.clips import write_clip
from tests.conftest import wait_for

pytestmark = pytest.mark.slow

_MODEL = ModelConfig(input=(256, 192), tiles=(1, 1))


class Jobs:
    """A jobs process over a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = JobStore(Database(folder))
        self._broker = EmbeddedBroker()
        self._broker.start()
        self.start()

    def start(self, silence_s: float = 60.0, niceness: int = 0) -> None:
        deployment = Deployment(store=StoreConfig(path=self.folder), model=_MODEL, jobs=JobsConfig(silence_s=silence_s))
        content = deployment.model_dump(mode="json")
        job = {"deployment": content, "bus_url": self._broker.url, "parent": os.getpid()}
        self.process = psutil.Process(spawn("pipeline.jobs", json.dumps(job).encode(), niceness).pid)

    def upload(self, clip: Path, profile: str | None = None) -> Job:
        job = self.store.add(clip.name, clip, profile=profile)
        return self.store.get(job.id)

    def ended(self, job: Job, timeout: float = 90) -> Job:
        return wait_for(
            lambda: (now := self.store.get(job.id)).state not in ("queued", "running") and now, timeout, 0.1
        )

    def running(self, job: Job) -> Job:
        return wait_for(lambda: (now := self.store.get(job.id)).done > 20 and now, 60, 0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        if self.process.is_running():
            self.kill()
        self._broker.stop()


@pytest.fixture
def jobs(tmp_path, movenet):
    made = Jobs(tmp_path / "store")
    yield made
    made.close()


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "long.mp4", 1500, (320, 240))


def folder_of(tmp_path: Path, clip: Path, name: str) -> Path:
    """A clip of that content in a folder of its own, as uploads lie."""
    place = tmp_path / name
    place.mkdir()
    (place / "clip.mp4").hardlink_to(clip)
    return place / "clip.mp4"


def test_a_job_that_is_cancelled_stops_soon_and_leaves_no_results(jobs, tmp_path, long_clip):
    job = jobs.running(jobs.upload(folder_of(tmp_path, long_clip, "a")))
    assert job.eta_s is not None
    assert job.eta_s > 0
    assert jobs.store.cancel(job.id)
    short = jobs.upload(write_clip(tmp_path / "short.mp4", 10))
    assert jobs.ended(short, 20).state == "done"
    assert jobs.store.get(job.id).state == "cancelled"
    assert not list(job.out.glob("*")), "nothing half-written"


def test_a_job_whose_process_is_killed_is_taken_again(jobs, tmp_path, long_clip):
    job = jobs.running(jobs.upload(folder_of(tmp_path, long_clip, "a")))
    jobs.kill()
    assert not [path for path in job.out.glob("*") if not path.name.startswith(".")]
    jobs.start()
    wait_for(lambda: jobs.store.get(job.id).done < job.done, 20)
    done = jobs.ended(job)
    assert (done.state, done.done, done.error) == ("done", 1500, None)
    assert sorted(path.name for path in job.out.iterdir()) == [
        "events.jsonl", "frames.jsonl", "overlay.mp4", "summary.json"
    ]  # fmt: skip


def test_a_clip_is_watched_for_what_its_profile_says(jobs, tmp_path):
    job = jobs.upload(write_clip(tmp_path / "match.mp4", 6), "cricket")
    assert jobs.ended(job).state == "done"
    assert json.loads((job.out / "deliveries.json").read_text()) == []
    summary = json.loads((job.out / "summary.json").read_text())
    assert summary["rules"] == {
        "delivery": {"kind": "delivery", "events": 0}, "no-ball": {"kind": "no_ball", "events": 0}
    }  # fmt: skip
    assert "cricket" in summary["latency_ms"]


def test_jobs_and_what_they_start_give_way_to_live_cameras(jobs, tmp_path, long_clip):
    jobs.kill()
    jobs.start(niceness=19)
    jobs.running(jobs.upload(folder_of(tmp_path, long_clip, "a")))
    for process in [jobs.process, *jobs.process.children()]:
        assert process.nice() == 19
        group = Path(f"/proc/{process.pid}/autogroup")
        assert not group.exists() or group.read_text().strip().endswith("nice 19")


def test_a_decoder_that_is_killed_fails_the_job_alone(jobs, tmp_path, long_clip):
    job = jobs.running(jobs.upload(folder_of(tmp_path, long_clip, "a")))
    decoder = next(child for child in jobs.process.children() if "capture" in " ".join(child.cmdline()))
    decoder.send_signal(signal.SIGSEGV)
    failed = jobs.ended(job, 20)
    assert failed.state == "failed"
    assert "its decoder crashed" in failed.error
    assert jobs.ended(jobs.upload(write_clip(tmp_path / "short.mp4", 10)), 20).state == "done"


def test_a_decoder_that_hangs_is_given_up(jobs, tmp_path, long_clip):
    jobs.kill()
    jobs.start(silence_s=5)
    job = jobs.running(jobs.upload(folder_of(tmp_path, long_clip, "a")))
    decoder = next(child for child in jobs.process.children() if "capture" in " ".join(child.cmdline()))
    decoder.suspend()
    begin = time.monotonic()
    failed = jobs.ended(job, 30)
    assert failed.error.endswith("no frame could be decoded for 5 s")
    assert time.monotonic() - begin < 20
    assert not decoder.is_running() or decoder.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("limits", "frames", "size", "says"),
    [
        ({"cpu_minutes": 1 / 60}, 3000, (640, 480), "minutes to decode, which jobs.cpu_minutes allows"),
        ({"memory_mb": 700}, 20, (5120, 5120), "needs more memory to decode than jobs.memory_mb allows (700 MB)"),
    ],
)
def test_a_clip_that_takes_too_much_is_refused_in_one_sentence(tmp_path, movenet, limits, frames, size, says):
    clip = write_clip(tmp_path / "clip.mp4", frames, size, preset="ultrafast")
    deployment = Deployment(model=_MODEL)
    bounds = JobsConfig.model_construct(**{**JobsConfig().model_dump(), **limits})
    analysis = Analysis(str(clip), tmp_path / "out", "clip", "r", deployment, overlay=False, bounds=bounds)
    with pytest.raises(SourceError) as caught:
        analyze(analysis, lambda _: None)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "out").glob("*")) == []
