"""The network that knows people again."""

import numpy as np
import pytest

from pipeline.capture.source import kind_of
from pipeline.config import ModelConfig
from pipeline.perception.detector import Detector
from pipeline.perception.reid import Reid
from pipeline.perception.tracking import Tracker
from tests.conftest import SHARED, wait_for

pytestmark = pytest.mark.skipif(not (SHARED / "models").is_dir(), reason="shared/models is not on this machine")


def test_people_look_like_themselves_a_second_later_and_unlike_others(movenet, monkeypatch):
    monkeypatch.setenv("SIGHTLINE_MODELS", str(SHARED / "models"))
    reid, detector = Reid(), Detector(ModelConfig(min_score=0.3), "latency")
    tracker = Tracker("bytetrack", 10.0, 2.0)
    seen: list[dict[int, np.ndarray]] = []
    clip = str(SHARED / "data" / "cctv" / "vtest.avi")
    with kind_of(clip)(clip) as source:
        for index, captured in zip(range(11), source.pictures(), strict=False):
            detector.submit(index, captured.picture)
            found = wait_for(lambda: list(detector.collect()))[0].detections
            tracks = {int(place.box[0]): place.track for place in tracker.update(found, index / 10, captured.picture)}
            if index in (3, 10):
                looks = reid.looks(captured.picture, found)
                named = [(tracks.get(int(box[0])), look) for box, look in zip(found.boxes, looks, strict=True)]
                seen.append({track: look for track, look in named if track is not None})
    detector.close()
    before, after = seen
    both = sorted(before.keys() & after.keys())
    assert len(both) >= 3
    others = np.stack([after[track] for track in both])
    apart = np.stack([reid.difference(others, before[track]) for track in both])
    assert apart.argmin(axis=1).tolist() == list(range(len(both)))
