"""What is accepted stays, whatever is killed, and however many write."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.data import Event, EventState
from pipeline.errors import InputError
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.jobs import JobStore

WRITER = """
import sys
from pathlib import Path
from pipeline.data import Event, EventState
from pipeline.store.database import Database
from pipeline.store.events import EventStore
store = EventStore(Database(Path(sys.argv[1])))
for number in range(int(sys.argv[3])):
    store.accept(Event(f"{sys.argv[2]}{number:05}", 0, EventState.START, "c", "r", "k", "info", "t", "run", "s"))
    print(number, flush=True)
"""


def event(name: str, revision: int = 0, camera: str = "gate") -> Event:
    state = EventState.START if revision == 0 else EventState.END
    return Event(name, revision, state, camera, "camera", "camera_live", "info", "2026-01-01T00:00:00Z", "r", "s")


@pytest.fixture
def database(tmp_path) -> Database:
    return Database(tmp_path)


def writer(folder: Path, name: str, count: int) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name, str(count)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_an_event_is_accepted_once(database):
    store = EventStore(database)
    assert store.accept(event("a"))
    assert not store.accept(event("a"))
    assert store.accept(event("a", revision=1))
    assert len(store.pending()) == 2
    assert [found.revision for found in store.latest()] == [1]


def test_what_was_published_leaves_the_outbox_and_stays_in_the_record(database):
    store = EventStore(database)
    for name in "abc":
        store.accept(event(name))
    store.published([sequence for sequence, _ in store.pending()][:2])
    assert len(store.pending()) == 1
    assert [found.id for found in store.latest()] == ["c", "b", "a"]
    assert store.latest(camera="yard") == []


def test_three_processes_write_at_once(tmp_path, database):
    writers = [writer(tmp_path, name, 60) for name in "xyz"]
    for process in writers:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    assert len(EventStore(database).latest(limit=1000)) == 180


def test_what_a_killed_process_had_accepted_is_there(tmp_path, database):
    process = writer(tmp_path, "k", 10_000)
    told = [int(process.stdout.readline()) for _ in range(30)]
    process.send_signal(signal.SIGKILL)
    told += [int(line) for line in process.stdout.read().splitlines()]
    process.wait()
    there = {found.id for found in EventStore(database).latest(limit=20_000)}
    assert {f"k{number:05}" for number in told} <= there


def test_a_database_of_a_newer_sightline_is_left_alone(tmp_path, database):
    with sqlite3.connect(tmp_path / "sightline.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InputError, match="newer Sightline"):
        Database(tmp_path)


def test_a_file_that_is_no_database_and_a_folder_that_cannot_be_are_explained(tmp_path):
    (tmp_path / "sightline.db").write_text("not a database, but long enough to be looked at as one" * 50)
    with pytest.raises(InputError, match="cannot be used as a database"):
        Database(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        Database(tmp_path / "file" / "folder")


def test_the_life_of_a_job(database, tmp_path):
    jobs = JobStore(database)
    first, second = jobs.add("a.mp4", tmp_path / "a"), jobs.add("b.mp4", tmp_path / "b")
    taken = jobs.take()
    assert (taken.id, taken.state, taken.eta_s) == (first.id, "running", None)
    assert jobs.progress(first.id, 20, 100, 10.0)
    assert jobs.get(first.id).eta_s == pytest.approx(8)
    jobs.end(first.id, "done")
    assert jobs.cancel(second.id)
    assert not jobs.cancel(second.id)
    assert jobs.take() is None
    assert [job.state for job in jobs.list()] == ["cancelled", "done"]
    with pytest.raises(KeyError):
        jobs.get("nothing")


def test_a_cancelled_job_is_told_to_stop_and_an_abandoned_one_is_queued_again(database, tmp_path):
    jobs = JobStore(database)
    job = jobs.add("a.mp4", tmp_path / "a")
    jobs.take()
    jobs.requeue_abandoned()
    assert jobs.take().id == job.id
    jobs.cancel(job.id)
    assert not jobs.progress(job.id, 1, 2, 1.0)
    jobs.end(job.id, "done")
    assert jobs.get(job.id).state == "cancelled"


def test_a_job_that_ends_its_process_twice_lets_the_others_pass(database, tmp_path):
    jobs = JobStore(database)
    deadly, other = jobs.add("a.mp4", tmp_path / "a"), jobs.add("b.mp4", tmp_path / "b")
    jobs.take()
    jobs.requeue_abandoned(died=False)  # everything was stopped: that is nobody's fault
    for _ in range(2):
        assert jobs.take().id == deadly.id
        jobs.requeue_abandoned()
    assert jobs.get(deadly.id).state == "failed"
    assert "died twice" in jobs.get(deadly.id).error
    assert jobs.take().id == other.id
