"""What goes over the wire: its schemas, its names, and what must never be in it."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.data import FrameRecord, Person, from_json, schema_of, to_json
from pipeline.errors import InputError
from pipeline.ids import new_id
from pipeline.schemas import WIRE_TYPES
from pipeline.urls import credentials, redact, with_encoded_credentials

SCHEMAS = Path(__file__).parents[1] / "docs" / "schema"


@pytest.mark.parametrize("name", WIRE_TYPES)
def test_the_published_schema_is_the_codes(name):
    published = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    assert published == schema_of(WIRE_TYPES[name]), "run python -m pipeline.schemas"


def test_a_record_goes_there_and_back():
    person = Person(track=7, box=(412.0, 96.5, 498.2, 344.0), score=0.91, keypoints=((1.0, 2.0, 0.5),) * 17)
    record = FrameRecord(
        "r", "gate", 1234, 49360.0, "2026-01-05T10:00:49.360Z", (1280, 720), {"decode": 2.1}, (person,)
    )
    text = to_json(record)
    assert from_json(FrameRecord, text) == record
    content = json.loads(text)
    assert content["schema"] == "sightline.frame/1"
    assert content["people"][0]["heading_deg"] is None
    assert "visible" not in content["people"][0]
    assert "truth" not in content


def test_ids_grow_and_sort_by_time():
    made = [new_id() for _ in range(1000)]
    assert made == sorted(set(made))
    assert all(len(name) == 26 for name in made)


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("rtsp://admin:p@ss:w0rd@10.0.0.5:554/main?channel=1", "rtsp://10.0.0.5:554/main?channel=1"),
        ("rtsp://admin@10.0.0.5/main", "rtsp://10.0.0.5/main"),
        ("http://10.0.0.5/video?user=admin&pwd=secret&ch=2", "http://10.0.0.5/video?user=***&pwd=***&ch=2"),
        ("rtsp://u:%70%40ss@cam/x", "rtsp://cam/x"),
        ("redis://:secret@broker:6379/0", "redis://broker:6379/0"),
        ("/srv/clips/a b.mp4", "/srv/clips/a b.mp4"),
        ("admin:hunter2@10.0.0.5/main", "10.0.0.5/main"),
        (
            "rtsp://10.0.0.5/user=admin_password=x_1_channel=1.sdp",
            "rtsp://10.0.0.5/user=***_password=***_channel=1.sdp",
        ),
        (
            "rtsp://10.0.0.5/user=admin&password=x&channel=1.sdp?",
            "rtsp://10.0.0.5/user=***&password=***&channel=1.sdp?",
        ),
        (
            "http://cam/s.cgi?loginuse=a&loginpas=b&access_token=c",
            "http://cam/s.cgi?loginuse=***&loginpas=***&access_token=***",
        ),
        ("rtsp://admin:a[b@cam/x", "rtsp://cam/x"),
        ("rtsp://[bad/x", "rtsp://[bad/x"),
        ("sim://street?seed=1", "sim://street?seed=1"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url, clean):
    assert redact(url) == clean


@pytest.mark.parametrize(
    ("url", "typed"),
    [
        ("rtsp://admin:p@ss:w0rd@10.0.0.5:554/main", ("admin", "p@ss:w0rd", "10.0.0.5")),
        ("rtsp://admin:p/ss?#x@10.0.0.5/main", ("admin", "p/ss?#x", "10.0.0.5")),
        ("rtsp://u:%70%40ss@cam/x", ("u", "p@ss", "cam")),
        ("rtsp://cam/x@y", ("", "", "cam")),
        ("rtsp://[::1]:554/x", ("", "", "::1")),
        ("onvif://admin:[]{}%25^@cam/", ("admin", "[]{}%^", "cam")),
    ],
)
def test_credentials_are_read_as_they_are_typed(url, typed):
    assert credentials(url) == typed[:2]
    encoded = with_encoded_credentials(url)
    assert urlsplit(encoded).hostname == typed[2]
    assert credentials(encoded) == typed[:2]


@pytest.mark.parametrize(
    "url", ["rtsp://u:hunter2@cam:99999/x", "rtsp://u:hunter2@cam:port/x", "rtsp://u:hunter2@[::1/x"]
)
def test_what_is_no_address_is_refused_without_its_password(url):
    with pytest.raises(InputError, match="is not an address; write rtsp://host:port/path") as caught:
        with_encoded_credentials(url)
    assert "hunter2" not in str(caught.value)


def test_a_password_whose_end_cannot_be_told_is_not_guessed():
    with pytest.raises(InputError, match="keys of their own") as caught:
        with_encoded_credentials("rtsp://admin:hun@ter/2@10.0.0.5/main")
    assert "hun" not in str(caught.value)
    assert "ter" not in str(caught.value)


def test_the_page_of_the_configuration_is_the_codes():
    from pipeline.reference import FILE, text

    assert FILE.read_text(encoding="utf-8") == text(), "run python -m pipeline.reference"
