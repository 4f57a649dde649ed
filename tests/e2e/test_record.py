"""From a picture to the record and to who subscribed: a rule's event with its snapshot, clip and observations."""

import gzip
import json
from pathlib import Path

import av
import cv2
import pytest

from pipeline.simulation.clip import write_clip
from pipeline.simulation.scene import scene_of
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.evidence import EvidenceStore
from tests.alerts.receivers import Hook
from tests.conftest import wait_for
from tests.deployment import Running

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(400)]

SMALL = {"input": [256, 192], "tiles": [1, 1]}
EVERYWHERE = {"name": "all", "shares": [[0.01, 0.01], [0.99, 0.01], [0.99, 0.99], [0.01, 0.99]]}
RULES = {"rules": {"anybody": {"kind": "zone_entered", "zone": "all"}}, "zones": [EVERYWHERE]}
MASK = {"shares": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]], "how": "black"}


def street(seconds: float, folder: Path) -> Path:
    scene = scene_of("street", {"seed": 3, "people": 4, "width": 480, "height": 360, "fps": 8})
    write_clip(scene, seconds, folder / "street.mp4", None, None, lambda *_: None)
    return folder / "street.mp4"


def frames(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as file:
        return list(file.decode(video=0))


def test_an_event_is_kept_and_told_with_all_there_is_to_see_of_it(tmp_path, movenet):
    hook = Hook()
    clip = str(street(20, tmp_path))
    content = {
        "model": SMALL,
        "server": {"enabled": False},
        "cameras": {
            "packets": {"source": clip, "loop": True, **RULES},
            "masked": {"source": clip, "loop": True, **RULES, "masks": {"privacy": [MASK]}},
        },
        "evidence": {"before_s": 1, "after_s": 1, "most_s": 8},
        "alerts": {
            "allow": ["127.0.0.0/8"],
            "subscriptions": {
                "guard": {
                    "sink": {"kind": "webhook", "url": hook.url, "secret": "s"},
                    "steps": ["start", "update", "end"],
                }
            },
        },
    }
    with Running(content) as run:
        database = Database(run.store)
        evidence = EvidenceStore(database)

        def whole(camera: str):
            """An event of a camera of which there is everything."""
            for event in EventStore(database).latest(camera, 100):
                kinds = {piece.kind: piece for piece in evidence.of(event.id)}
                if event.rule == "anybody" and event.clip and len(kinds) == 3:
                    return event, kinds
            return None

        found = {name: wait_for(lambda name=name: whole(name), timeout=150, every=0.5) for name in content["cameras"]}
        told = wait_for(
            lambda: [each["event"] for each in hook.alerts if each["event"]["id"] == found["packets"][0].id]
        )
        log = run.log.read_text()
        assert {name: kinds["clip"].made_from for name, (_, kinds) in found.items()} == {
            "packets": "packets",
            "masked": "pictures",
        }
        for name, (event, kinds) in found.items():
            pictures = [frame.to_ndarray(format="bgr24") for frame in frames(run.store / event.clip)]
            snapshot = cv2.imread(str(run.store / event.snapshot))
            lines = gzip.decompress((run.store / kinds["observations"].path).read_bytes()).splitlines()
            assert len(pictures) >= 8, log
            assert snapshot.shape == (360, 480, 3)
            assert any(json.loads(line)["people"] for line in lines)
            dark = [float(image[40:320, 20:200].mean()) for image in (snapshot, *pictures)]
            assert (max(dark) < 30) is (name == "masked")
        assert [event["revision"] for event in told] == sorted(event["revision"] for event in told)
    hook.close()
