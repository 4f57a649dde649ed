"""`sightline events`: a record is followed and a case exported, whatever else runs."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline.data import Event
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.evidence import evidence_of, path_of
from tests.alerts.conftest import end, start
from tests.test_cli import refused, sightline


@pytest.fixture
def events(tmp_path: Path) -> EventStore:
    """Of a record with six events of two cameras, and the ends of those of the gate."""
    store = EventStore(Database(tmp_path))
    for number in range(6):
        event = start(f"01J{number}", camera=("gate", "yard")[number % 2], kind=("fall", "running")[number // 3])
        store.accept_all([event] if number % 2 else [event, end(event)])
    return store


def told(folder: Path, *arguments: str) -> list[tuple[str, int]]:
    """The events of `events tail`, as ids and revisions."""
    done = sightline("events", "tail", "--store", folder, "--no-follow", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return [(event["id"], event["revision"]) for event in map(json.loads, done.stdout.splitlines())]


def test_the_last_events_are_told_in_their_order(tmp_path, events):
    assert told(tmp_path, "-n", "4") == [("01J3", 0), ("01J4", 0), ("01J4", 1), ("01J5", 0)]
    assert told(tmp_path, "--camera", "yard", "--kind", "running") == [("01J3", 0), ("01J5", 0)]
    line = sightline("events", "tail", "--store", tmp_path, "--no-follow", "-n", "1").stdout
    assert line.split() == ["2026-01-05", "10:00:00", "yard", "alert", "start", "Somebody", "is", "there."]


def test_who_follows_hears_of_the_next_event(tmp_path, events):
    arguments = ["events", "tail", "--store", str(tmp_path), "-n", "0", "--json"]
    follower = subprocess.Popen([sys.executable, "-m", "pipeline.cli", *arguments], stdout=subprocess.PIPE, text=True)
    assert follower.stdout is not None
    try:
        # Of two writers that know nothing of each other: what one accepts, the other tells.
        later: list[Event] = []
        for number in range(100):
            later.append(start(f"01K{number:03}"))
            events.accept(later[-1])
            if follower.poll() is not None or _readable(follower.stdout, 0.1):
                break
        first = json.loads(follower.stdout.readline())
        assert first["id"] in {event.id for event in later}
    finally:
        follower.terminate()
        follower.wait()
        follower.stdout.close()


def test_a_case_is_exported_with_the_hash_of_each_file(tmp_path, events):
    event = start("01K")
    path = tmp_path / path_of(event, "snapshot")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a picture")
    events.accept_all([event, end(event)], [evidence_of(tmp_path, event, "snapshot", "pictures")])
    out = tmp_path / "case.zip"
    done = sightline("events", "export", "01K", "--out", out, "--store", tmp_path)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(out) as case:
        manifest = json.loads(case.read("manifest.json"))
        for entry in manifest["files"]:
            assert hashlib.sha256(case.read(entry["name"])).hexdigest() == entry["sha256"]
        assert {path.name, "event.jsonl"} <= {entry["name"] for entry in manifest["files"]}
    assert manifest["exported_by"] == "command line"


def test_a_case_that_cannot_be_exported_leaves_nothing(tmp_path, events):
    refused(sightline("events", "export", "nothing", "--out", tmp_path / "a.zip", "--store", tmp_path), "no such event")
    there = {path.name for path in tmp_path.iterdir()}
    assert not any(name.endswith((".zip", ".partial")) for name in there)
    refused(sightline("events", "tail", "--store", tmp_path / "elsewhere"), "holds no record yet")


def _readable(stream, seconds: float) -> bool:
    import select

    return bool(select.select([stream], [], [], seconds)[0])
