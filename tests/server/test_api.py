"""The API as a program meets it."""

import json
import socket
import threading

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as open_socket

from pipeline.bus import keys
from pipeline.bus.commands import Command, CommandReader
from pipeline.bus.connection import connect
from pipeline.bus.live import unpack
from pipeline.config import CameraConfig
from pipeline.status import CameraState
from pipeline.store.cameras import CameraStore
from pipeline.store.database import Database
from tests.conftest import wait_for
from tests.server.conftest import Served


def socket_url(served: Served) -> str:
    return served.url.replace("http", "ws") + "/api/live"


def next_frame(page) -> bytes:
    while isinstance(message := page.recv(timeout=10), str):
        pass
    return message


def test_states_and_records_are_told(served):
    served.status(state=CameraState.RECONNECTING, detail="connection refused", tries=3)
    served.frame(5)
    told = wait_for(lambda: httpx.get(f"{served.url}/api/cameras").json())
    assert (told[0]["state"], told[0]["tries"], told[0]["detail"]) == ("reconnecting", 3, "connection refused")
    assert httpx.get(f"{served.url}/api/system").json()["device"] == "CPU"
    records = wait_for(lambda: httpx.get(f"{served.url}/api/cameras/gate/records").json())
    assert (records[0]["frame"], records[0]["people"][0]["track"]) == (5, 7)
    assert httpx.get(f"{served.url}/api/events").json() == []


def test_a_worker_that_says_nothing_any_more_is_not_believed(served):
    served.status(told_at="2026-01-05T10:00:10.000Z")
    told = wait_for(lambda: httpx.get(f"{served.url}/api/cameras").json())[0]
    assert (told["state"], told["detail"]) == ("stalled", "the worker does not answer and is being started again")


def test_two_pages_get_the_same_bytes_from_one_subscription(served):
    client = connect(served.bus_url)
    with open_socket(socket_url(served)) as first, open_socket(socket_url(served)) as second:
        for page in (first, second):
            page.send(json.dumps({"cameras": ["gate"]}))
        wait_for(lambda: served.publisher.watched(["gate"]))
        assert client.pubsub_numsub(keys.live("gate")) == [(keys.live("gate").encode(), 1)]
        sent = served.frame(1)
        assert next_frame(first) == next_frame(second) == sent
    wait_for(lambda: client.pubsub_numsub(keys.live("gate"))[0][1] == 0)


def test_a_page_sees_only_what_it_shows_and_may_change_it(served):
    with open_socket(socket_url(served)) as page:
        page.send(json.dumps({"cameras": ["gate"]}))
        wait_for(lambda: served.publisher.watched(["gate", "yard"]) == {"gate"})
        page.send(json.dumps({"cameras": ["yard"]}))
        wait_for(lambda: served.publisher.watched(["gate", "yard"]) == {"yard"})
        served.frame(1, "gate")
        served.frame(2, "yard")
        assert json.loads(unpack(next_frame(page))[0])["camera"] == "yard"


def test_a_page_that_does_not_read_delays_nobody_and_then_sees_the_newest(served):
    with open_socket(socket_url(served), max_queue=1) as slow, open_socket(socket_url(served)) as quick:
        for page in (slow, quick):
            page.send(json.dumps({"cameras": ["gate"]}))
        wait_for(lambda: served.publisher.watched(["gate"]))
        for index in range(300):
            sent = served.frame(index)
            assert next_frame(quick) == sent
        seen = [json.loads(unpack(next_frame(slow))[0])["frame"] for _ in range(2)]
        assert seen == sorted(seen)


def test_states_come_over_the_same_socket(served):
    served.status()
    with open_socket(socket_url(served)) as page:
        status = wait_for(lambda: (message := json.loads(page.recv(timeout=5)))["cameras"] and message)
        assert status["cameras"][0]["camera"] == "gate"
        assert status["system"]["model"] == "movenet-multipose"


def test_another_sites_page_is_refused(served):
    with (
        pytest.raises((InvalidStatus, ConnectionClosed)),
        open_socket(socket_url(served), origin="http://evil.example") as page,
    ):
        page.recv(timeout=5)
    answer = httpx.post(
        f"{served.url}/api/cameras", json={"source": "sim://street"}, headers={"origin": "http://evil.example"}
    )
    assert answer.status_code == 403


def test_cameras_are_asked_for_and_their_passwords_are_not_told(served):
    reader = CommandReader(connect(served.bus_url))
    reader.read(0.01)
    new = {"source": "rtsp://10.0.0.5/main", "user": "admin", "password": "hunter2"}
    answer = httpx.put(f"{served.url}/api/cameras/yard", json=new)
    assert (answer.status_code, answer.json()) == (202, {"camera": "yard"})
    assert reader.read(2.0) == [Command("add", "yard")]
    stored = CameraConfig.model_validate_json(CameraStore(Database(served.store)).all()["yard"])
    assert stored.url() == "rtsp://admin:hunter2@10.0.0.5/main"
    served.status("yard")
    wait_for(lambda: httpx.get(f"{served.url}/api/cameras").json())
    assert httpx.post(f"{served.url}/api/cameras/yard/stop").status_code == 202
    assert [command.do for command in reader.read(2.0)] == ["stop"]
    assert "hunter2" not in httpx.get(f"{served.url}/api/cameras").text
    commands = connect(served.bus_url).xrange(keys.COMMANDS)
    assert "hunter2" not in str(commands)
    assert httpx.delete(f"{served.url}/api/cameras/yard").status_code == 202
    assert CameraStore(Database(served.store)).all() == {}


def test_a_camera_without_a_name_gets_one(served):
    answer = httpx.post(f"{served.url}/api/cameras", json={"source": "sim://street"})
    assert answer.status_code == 202
    assert list(CameraStore(Database(served.store)).all()) == [answer.json()["camera"]]


def test_no_more_cameras_than_are_allowed(served):
    for number in range(3):
        assert httpx.put(f"{served.url}/api/cameras/c{number}", json={"source": "sim://street"}).status_code == 202
    again = httpx.put(f"{served.url}/api/cameras/c2", json={"source": "sim://street?seed=2"})
    assert again.status_code == 202
    fourth = httpx.post(f"{served.url}/api/cameras", json={"source": "sim://street"})
    assert fourth.status_code == 422
    assert fourth.json()["detail"].endswith("there are 3 cameras, which limits.cameras allows; remove one first")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"source": "gopher://x"}, "no such kind of source"),
        ({"source": "/nowhere/clip.mp4"}, "no such file or folder"),
        ({}, "source: field required"),
        ({"source": "rtsp://u:hunter2@x/y", "color": 1}, "color: extra inputs are not permitted"),
        ({"source": "rtsp://u:hunter2@x/y", "slots": 99}, "slots: input should be less than or equal to 64"),
        ({"source": "rtsp://x/y", "password": "hunter2"}, "password: needs user beside it"),
    ],
)
def test_a_faulty_camera_is_explained_in_one_sentence(served, body, says):
    answer = httpx.post(f"{served.url}/api/cameras", json=body)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert "hunter2" not in answer.text


def test_a_faulty_name_is_explained_too(served):
    answer = httpx.put(f"{served.url}/api/cameras/Gate 1", json={"source": "sim://street"})
    assert answer.status_code == 422
    assert "not a name for a camera" in answer.json()["detail"]


def test_an_upload_becomes_a_job(served):
    answer = httpx.post(f"{served.url}/api/uploads", params={"name": "../../match.mp4"}, content=b"x" * 5000)
    job = answer.json()
    assert (answer.status_code, job["name"], job["state"]) == (202, "match.mp4", "queued")
    assert "path" not in job
    clip = served.store / "uploads" / job["id"] / "clip.mp4"
    assert clip.read_bytes() == b"x" * 5000
    assert httpx.get(f"{served.url}/api/jobs").json() == [job]
    assert httpx.post(f"{served.url}/api/jobs/{job['id']}/cancel").json()["state"] == "cancelled"
    assert httpx.post(f"{served.url}/api/jobs/{job['id']}/cancel").status_code == 409


def test_an_upload_that_cannot_be_taken_leaves_nothing(served):
    wrong = httpx.post(f"{served.url}/api/uploads", params={"name": "notes.txt"}, content=b"x")
    assert wrong.status_code == 422
    assert "not a kind of video" in wrong.json()["detail"]
    told_large = httpx.post(f"{served.url}/api/uploads", params={"name": "a.mp4"}, content=bytes(2_000_000))
    assert told_large.status_code == 413
    untold_large = httpx.post(
        f"{served.url}/api/uploads", params={"name": "a.mp4"}, content=(bytes(100_000) for _ in range(20))
    )
    assert untold_large.status_code == 413
    assert "larger than 1 MB" in untold_large.json()["detail"]
    assert list((served.store / "uploads").glob("*")) == []


def test_an_upload_is_watched_for_what_a_profile_says(served):
    parameters = {"name": "a.mp4", "profile": "cricket"}
    job = httpx.post(f"{served.url}/api/uploads", params=parameters, content=b"x").json()
    assert job["profile"] == "cricket"
    wrong = httpx.post(f"{served.url}/api/uploads", params={**parameters, "profile": "golf"}, content=b"x")
    assert wrong.status_code == 422
    assert wrong.json()["detail"] == "profile golf: there is none; known are street, hall, cricket"
    picture = served.store / "uploads" / job["id"] / "results" / "deliveries" / "001" / "flight.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"png")
    (picture.parent / "notes.txt").write_bytes(b"x")
    files = f"{served.url}/api/jobs/{job['id']}/files/deliveries/001"
    assert httpx.get(f"{files}/flight.png").content == b"png"
    assert httpx.get(f"{files}/notes.txt").status_code == 404


@pytest.mark.parametrize("name", ["..%2f..%2fsightline.db", "clip.mp4", "%2e%2e/clip.mp4", "deliveries/../clip.mp4"])
def test_only_results_can_be_fetched(served, name):
    job = httpx.post(f"{served.url}/api/uploads", params={"name": "a.mp4"}, content=b"x").json()
    answer = httpx.get(f"{served.url}/api/jobs/{job['id']}/files/{name}")
    assert answer.status_code in (400, 404)
    results = served.store / "uploads" / job["id"] / "results"
    results.mkdir()
    (results / "overlay.mp4").write_bytes(b"0123456789")
    part = httpx.get(f"{served.url}/api/jobs/{job['id']}/files/overlay.mp4", headers={"range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")


def test_a_page_that_vanishes_without_a_word_is_forgotten(served):
    page = open_socket(socket_url(served)).__enter__()
    page.send(json.dumps({"cameras": ["gate"]}))
    wait_for(lambda: served.publisher.watched(["gate"]))
    page.socket.shutdown(socket.SHUT_RDWR)
    sending = threading.Event()

    def unwatched() -> bool:
        served.frame(1)
        sending.wait(0.05)
        return not served.publisher.watched(["gate"])

    wait_for(unwatched)
