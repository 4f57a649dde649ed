"""What there is to see of an event, from its first moment until it is no longer kept."""

import gzip
import json
import os
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.capture.link import ClipEnd, ClipMade, ClipWanted
from pipeline.clock import utc
from pipeline.config.evidence import CameraRetentionConfig, DaysConfig, EvidenceConfig, RetentionConfig
from pipeline.data import Delivery, DeliveryFrames, Event, EventState
from pipeline.event_writer import EventWriter
from pipeline.pictures import Picture, PixelFormat
from pipeline.store.database import Database
from pipeline.store.deliveries import DeliveryStore
from pipeline.store.events import EventStore
from pipeline.store.evidence import EvidenceStore, evidence_of, path_of, sha256_of
from pipeline.store.retention import look_after_orphans, sweep
from pipeline.witness import Witness
from tests.conftest import wait_for

NOW = time.time()
GRAY = Picture.packed(PixelFormat.GRAY8, 64, 48, np.full((48, 64), 77, np.uint8))


def happening(name: str, camera: str = "gate", severity: str = "alert", days_ago: float = 0.0) -> list[Event]:
    began = utc(NOW - days_ago * 86400)
    start = Event(name, 0, EventState.START, camera, "yard", "zone_entered", severity, began, "r", "s", frame=3)
    return [start, replace(start, revision=1, state=EventState.END, ended_at=began)]


class Relay:
    """Publishes nothing."""

    def wake(self) -> None:
        return


@pytest.fixture
def database(tmp_path) -> Database:
    return Database(tmp_path)


@pytest.fixture
def writer(database):
    made = EventWriter("r", database, Relay())
    yield made
    made.close()


def test_a_delivery_is_committed(database, writer):
    writer.delivery(Delivery("d", "wicket", DeliveryFrames(release=10), release_speed_kmh=120.0))
    (kept,) = wait_for(lambda: DeliveryStore(database).latest("wicket"))
    assert (kept.id, kept.release_speed_kmh) == ("d", 120.0)


def test_an_event_gets_its_picture_its_clip_and_what_was_observed(database, writer):
    asked = []
    settings = EvidenceConfig(before_s=0.3, after_s=0.05)
    witness = Witness(settings, writer, database.folder, lambda camera, message: bool(asked.append((camera, message))))
    start, end = (replace(event, started_at=utc(time.time())) for event in happening("a"))
    now = time.monotonic()
    for number in range(30):
        witness.record("gate", now - 3 + number / 10, b'{"frame": %d}' % number)
    witness.happened(start, GRAY)
    witness.happened(end)
    path = database.folder / path_of(start, "clip")
    assert [(camera, type(message)) for camera, message in asked] == [("gate", ClipWanted), ("gate", ClipEnd)]
    assert asked[0][1].path == str(path)
    wait_for(lambda: writer.waiting == 0)
    path.write_bytes(b"a clip")
    writer.clip(ClipMade("gate", "a", str(path), "packets"))
    witness.idle(now + 60)
    wait_for(lambda: writer.waiting == 0 and len(EvidenceStore(database).of("a")) == 3)
    revisions = EventStore(database).revisions("a")
    assert [revision.state for revision in revisions] == ["start", "end", "update"]
    assert revisions[2].clip == path_of(start, "clip")
    assert {revision.snapshot for revision in revisions} == {path_of(start, "snapshot")}
    picture = cv2.imread(str(database.folder / revisions[0].snapshot))
    assert abs(int(picture[20, 20, 0]) - 77) <= 1
    for piece in EvidenceStore(database).of("a"):
        assert sha256_of(database.folder / piece.path) == piece.sha256
    lines = gzip.decompress((database.folder / path_of(start, "observations")).read_bytes()).splitlines()
    seen = [json.loads(line)["frame"] for line in lines]
    assert min(seen) > 5
    assert seen == list(range(min(seen), 30))


def test_what_was_observed_before_a_camera_was_removed_is_kept(database, writer):
    witness = Witness(EvidenceConfig(), writer, database.folder, lambda camera, message: True)
    start, end = (replace(event, started_at=utc(time.time())) for event in happening("a"))
    witness.record("gate", time.monotonic(), b'{"frame": 1}')
    witness.happened(start, GRAY)
    witness.happened(end)
    witness.removed("gate")
    wait_for(lambda: (database.folder / path_of(start, "observations")).is_file())
    assert gzip.decompress((database.folder / path_of(start, "observations")).read_bytes()) == b'{"frame": 1}\n'


def test_a_clip_that_is_ready_before_the_event_ends_waits_for_its_end(database, writer):
    start, end = happening("a")
    path = database.folder / path_of(start, "clip")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a clip")
    writer.accept(start)
    writer.clip(ClipMade("gate", "a", str(path), "pictures"))
    wait_for(lambda: not writer.waiting)
    time.sleep(0.1)
    assert len(EventStore(database).revisions("a")) == 1
    writer.accept(end)
    wait_for(lambda: len(EventStore(database).revisions("a")) == 3)
    assert EvidenceStore(database).of("a")[0].made_from == "pictures"


def test_an_event_whose_picture_cannot_be_written_is_accepted_without(database, writer):
    (database.folder / "events").write_text("in the way")
    writer.accept(happening("a")[0], np.zeros((4, 4, 3), np.uint8))
    wait_for(lambda: EventStore(database).revisions("a"))
    assert EventStore(database).revisions("a")[0].snapshot is None


def test_what_an_earlier_run_left_open_is_ended(database):
    EventStore(database).accept(happening("a")[0])
    writer = EventWriter("another", database, Relay())
    wait_for(lambda: len(EventStore(database).revisions("a")) == 2)
    writer.close()
    assert EventStore(database).open() == []


def kept(database: Database, name: str, length: int = 1000, **more) -> Event:
    """An event that has ended, with a snapshot of that length."""
    start, end = happening(name, **more)
    path = database.folder / path_of(start, "snapshot")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(length))
    piece = replace(evidence_of(database.folder, start, "snapshot", "pictures"), created_at=start.started_at)
    EventStore(database).accept_all([start, end], [piece])
    return start


def there(database: Database) -> set[str]:
    return {event.id for event in EventStore(database).latest()}


def files(database: Database) -> set[str]:
    found = {path.stem for path in Path(database.folder).glob("events/*/*/*.jpg")}
    assert found == {Path(path).stem for path in EvidenceStore(database).paths()}
    return found


def test_what_is_old_enough_goes_by_severity_and_camera(database):
    for days in (1, 10, 50):
        for severity in ("info", "alert", "critical"):
            for camera in ("gate", "yard"):
                kept(database, f"{camera}-{severity}-{days}", camera=camera, severity=severity, days_ago=days)
    own = DaysConfig(info=5, alert=5, critical=5)
    policy = RetentionConfig(
        days=DaysConfig(info=7, alert=30, critical=90), cameras={"yard": CameraRetentionConfig(days=own)}
    )
    sweep(database, policy, NOW)
    expected = {"gate-info-1", "gate-alert-1", "gate-critical-1", "gate-alert-10", "gate-critical-10"}
    expected |= {"gate-critical-50", "yard-info-1", "yard-alert-1", "yard-critical-1"}
    assert there(database) == files(database) == expected


def test_the_least_severe_and_oldest_files_go_where_all_take_too_much(database):
    for days in (1, 2, 3):
        for severity in ("info", "critical"):
            kept(database, f"{severity}-{days}", severity=severity, days_ago=days)
    kept(database, "yard", camera="yard", days_ago=4)
    before = there(database)
    sweep(database, RetentionConfig(gigabytes=5e-6), NOW)
    assert files(database) == {"info-1", "critical-1", "critical-2", "critical-3", "yard"}
    sweep(database, RetentionConfig(cameras={"gate": CameraRetentionConfig(gigabytes=1e-6)}), NOW)
    assert files(database) == {"critical-1", "yard"}
    assert there(database) == before


def test_a_file_that_a_crash_left_behind_finds_its_event_or_goes(database):
    start, end = happening("a")
    EventStore(database).accept_all([start, end])
    clip = database.folder / path_of(start, "clip")
    clip.parent.mkdir(parents=True)
    partial, unknown = clip.with_name(f".{clip.name}.partial"), clip.with_name("nobody.jpg")
    for path in (partial, unknown):
        path.write_bytes(b"cut off")
    assert look_after_orphans(database, time.time()) == 0
    assert partial.exists()
    for path in (partial, unknown):
        os.utime(path, (NOW - 7200, NOW - 7200))
    assert look_after_orphans(database, time.time()) == 1
    assert EventStore(database).revisions("a")[-1].clip == path_of(start, "clip")
    assert [path.name for path in clip.parent.iterdir()] == ["a.mp4"]
