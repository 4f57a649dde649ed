"""The record over the API: found, looked at, marked, exported; and who is told of what comes next."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from pipeline.data import Event
from pipeline.store.alerts import AlertStore
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.evidence import EvidenceStore, evidence_of, path_of
from tests.alerts.conftest import end, start
from tests.server.conftest import Served, served

__all__ = ["served"]

SECRET = "do-not-show-me"
HOOK = {"kind": "webhook", "url": f"https://hooks.example.org/{SECRET}", "secret": SECRET}


@pytest.fixture
def api(served: Served) -> httpx.Client:
    return httpx.Client(base_url=f"{served.url}/api", timeout=60)


def filled(folder: Path) -> list[Event]:
    """Two events, of which the first has a snapshot and a clip."""
    database = Database(folder)
    first = start("01A", snapshot="-")
    first = replace(first, snapshot=path_of(first, "snapshot"), clip=path_of(first, "clip"))
    pieces = []
    for kind, content in (("snapshot", b"a picture"), ("clip", b"a clip")):
        path = folder / path_of(first, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        pieces.append(evidence_of(folder, first, kind, "packets"))
    found = [first, end(first), start("01B", camera="yard", severity="critical", kind="fall")]
    EventStore(database).accept_all(found, pieces)
    return found


def test_events_are_filtered_looked_at_and_marked(served, api):
    filled(served.store)

    def ids(**which) -> list[str]:
        return [event["id"] for event in api.get("/events", params=which).json()]

    assert ids() == ["01B", "01A"]
    assert ids(camera="gate") == ids(kind="zone_entered") == ids(severity="alert") == ids(before="01B") == ["01A"]
    assert ids(camera=["gate", "yard"], limit=1) == ["01B"]
    assert ids(until="2026-01-01") == []
    assert api.get("/events/01A/snapshot").content == b"a picture"
    ranged = api.get("/events/01A/clip", headers={"Range": "bytes=2-5"})
    assert (ranged.status_code, ranged.content) == (206, b"clip")
    assert api.get("/events/01B/clip").json()["detail"] == "01B: has no clip, not yet or not any more"
    assert api.post("/events/01A/review", json={"mark": "false"}).status_code == 200
    assert (ids(mark="false"), ids(mark="none")) == (["01A"], ["01B"])
    told = api.get("/events/01A").json()
    assert (told["review"]["mark"], len(told["revisions"]), len(told["evidence"])) == ("false", 2, 2)
    api.post("/events/01A/review", json={"mark": None})
    assert ids(mark="none") == ["01B", "01A"]
    assert api.post("/events/01A/review", json={"mark": "maybe"}).status_code == 422
    assert api.get("/events/nothing").status_code == 404


def test_a_case_holds_everything_with_its_hash_and_nothing_that_was_changed(served, api):
    (first, *_) = filled(served.store)
    case = zipfile.ZipFile(io.BytesIO(api.get("/events/01A/export").content))
    assert sorted(case.namelist()) == ["01A.jpg", "01A.mp4", "SHA256SUMS", "event.jsonl", "manifest.json"]
    assert case.read("01A.mp4") == b"a clip"
    manifest = json.loads(case.read("manifest.json"))
    sums = dict(reversed(line.split("  ")) for line in case.read("SHA256SUMS").decode().splitlines())
    assert sums == {file["name"]: file["sha256"] for file in manifest["files"]}
    assert [json.loads(line)["revision"] for line in case.read("event.jsonl").splitlines()] == [0, 1]
    (served.store / path_of(first, "clip")).write_bytes(b"another")
    case = zipfile.ZipFile(io.BytesIO(api.get("/events/01A/export").content))
    assert "01A.mp4" not in case.namelist()
    faults = [file.get("fault") for file in json.loads(case.read("manifest.json"))["files"]]
    assert "is not what it was when it was made; left out" in faults
    assert [entry["did"] for entry in api.get("/audit").json()] == ["exported a case"] * 2
    assert len(EvidenceStore(Database(served.store)).of("01A")) == 2


def test_subscriptions_come_and_go_and_never_show_their_secrets(served, api):
    assert api.put("/subscriptions/guard", json={"sink": HOOK, "cameras": ["gate"]}).status_code == 202
    answer = api.get("/subscriptions")
    assert SECRET not in answer.text
    (told,) = answer.json()
    assert (told["name"], told["sink"], told["to"]) == ("guard", "webhook", "https://hooks.example.org/…")
    assert told["wants"] == {"cameras": ["gate"]}
    mail = api.put("/subscriptions/mail", json={"sink": {"kind": "email", "to": ["a@example.org"]}})
    assert mail.json()["detail"] == "mail: needs alerts.email.host in the deployment's file"
    wrong = api.put("/subscriptions/wrong", json={"sink": {**HOOK, "url": f"ftp://{SECRET}"}})
    assert wrong.status_code == 422
    assert SECRET not in wrong.text
    assert api.put("/subscriptions/No Name", json={"sink": HOOK}).status_code == 422
    assert api.delete("/subscriptions/guard").status_code == 202
    assert api.delete("/subscriptions/guard").status_code == 422
    assert api.get("/subscriptions").json() == []


def test_dead_letters_are_shown_and_sent_again(served, api):
    api.put("/subscriptions/guard", json={"sink": HOOK})
    filled(served.store)
    alerts = AlertStore(Database(served.store))
    alerts.hand_out(lambda _sequence, _event: ["guard"])
    first = alerts.waiting("guard", 1)[0].sequence
    alerts.failed("guard", first, "answered 422", dead=True)
    (letter,) = api.get("/dead-letters").json()
    assert (letter["subscription"], letter["error"], letter["event"]["id"]) == ("guard", "answered 422", "01A")
    assert api.post("/dead-letters/guard/again", json={"sequences": [first]}).json() == {"again": 1}
    assert api.get("/dead-letters").json() == []
    assert api.post("/dead-letters/guard/again", json={}).status_code == 404
