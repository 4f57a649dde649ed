"""Gender: what is cut out, who is looked at, how evidence adds up, and when it stays unknown."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.attributes.crop_networks import Answer
from pipeline.attributes.crops import body_crop, body_quality, face_crop, face_quality
from pipeline.attributes.gender import Genders
from pipeline.attributes.people_networks import models_for, networks_for
from pipeline.config import AttributesConfig, CameraConfig, Deployment
from pipeline.data import FrameRecord, from_json
from pipeline.inference.catalogue import pull
from pipeline.pictures import Picture, PixelFormat
from tests.attributes.facing_people import GRAY, SIZE, eyes_in, somebody
from tests.conftest import SHARED


class Oracle:
    """Networks that answer at once, with what a test says of a track."""

    def __init__(self, male: dict[int, float], sources=("face", "body")) -> None:
        self.male = male
        self.sources = sources
        self.room = True
        self.looked: list[tuple[int, str]] = []

    def __contains__(self, source) -> bool:
        return source in self.sources

    def has_room(self, source) -> bool:
        return self.room

    def submit(self, source, crop, track, seconds, answers) -> None:
        assert crop.shape == {"face": (32, 32, 3), "body": (160, 80, 3)}[source]
        self.looked.append((track, source))
        answers.put(answer(track, source, self.male[track], seconds))


def answer(track, source, male, seconds) -> Answer:
    """As the networks put it: the face's says female first, the body's male."""
    values = [1 - male, male] if source == "face" else [male, 0.5]
    return Answer(track, source, np.array(values, np.float32), seconds)


BOTH = AttributesConfig(gender="both")


def watched(oracle, people, seconds=10.0, config=BOTH):
    genders = Genders(config, oracle)
    told = []
    for frame in range(int(seconds * 10)):
        told = genders.update(people, frame / 10, GRAY)
    return told


def test_eyes_come_to_lie_where_dlib_puts_them():
    for place, share in zip(eyes_in(face_crop), (0.681, 0.305), strict=True):
        assert place == pytest.approx((32 * share, 32 * 0.301), abs=0.7)


def test_faces_at_the_picture_edge_and_of_every_format_are_cut_out():
    for format, planes in ((PixelFormat.I420, 1.5), (PixelFormat.NV12, 1.5), (PixelFormat.GRAY8, 1)):
        picture = Picture.packed(format, *SIZE, np.full(int(640 * 480 * planes), 128, np.uint8))
        for person in (somebody(left=-40.0, top=-10.0), somebody(left=560.0, top=400.0)):
            assert face_crop(picture, person).shape == (32, 32, 3)
            assert body_crop(picture, person).shape == (160, 80, 3)


def test_what_is_seen_badly_is_not_looked_at():
    assert face_quality(somebody()) > 0.9
    assert face_quality(somebody(eyes_px=6.0)) == 0
    assert face_quality(somebody(sure=0.3)) == 0
    assert face_quality(somebody(eyes_px=-20.0)) == 0  # the back of a head
    assert body_quality(somebody(), SIZE, 0.0) == 1
    assert body_quality(somebody(height=70.0), SIZE, 0.0) == 0
    assert body_quality(somebody(top=300.0), SIZE, 0.0) == 0  # cut off
    assert body_quality(somebody(), SIZE, 0.5) == 0  # behind somebody
    sits = [(x, min(y, 230.0), score) for x, y, score in somebody().keypoints]
    assert body_quality(replace(somebody(), keypoints=tuple(sits)), SIZE, 0.0) == 0


@pytest.mark.parametrize(("male", "value"), [(0.99, "male"), (0.01, "female")])
def test_agreeing_looks_become_an_answer(male, value):
    (gender,) = watched(Oracle({1: male}), [somebody()])
    assert gender.value == value
    assert 0.9 < gender.confidence < 1


def test_doubt_stays_unknown_however_long_somebody_is_seen():
    assert watched(Oracle({1: 0.55}), [somebody()], seconds=60) == [None]


def test_many_alike_looks_count_as_few():
    """A network that is right in 82 of 100 cases is not surer after a minute than two such networks would be."""
    config = AttributesConfig(gender="body")
    (gender,) = watched(Oracle({1: 0.9999}, sources=("body",)), [somebody()], 60, config)
    two = 0.82**2 / (0.82**2 + 0.18**2)
    assert gender.confidence <= round(two, 2)


def test_contradicting_sources_are_unknown():
    class Torn(Oracle):
        def submit(self, source, crop, track, seconds, answers) -> None:
            answers.put(answer(track, source, 0.9 if source == "face" else 0.1, seconds))

    assert watched(Torn({}), [somebody()]) == [None]


def test_those_most_in_doubt_come_first_and_few_at_once():
    people = [somebody(track, left=120.0 * track - 100) for track in (1, 2, 3, 4)]
    oracle = Oracle({1: 0.99, 2: 0.99, 3: 0.5, 4: 0.99}, sources=("body",))
    config = AttributesConfig(gender="body", gender_crops=1)
    genders = Genders(config, oracle)
    for frame in range(100):
        before = len(oracle.looked)
        genders.update(people, frame / 10, GRAY)
        assert len(oracle.looked) - before <= 1
    looks = [track for track, _ in oracle.looked]
    assert set(looks[:4]) == {1, 2, 3, 4}
    assert looks.count(3) == max(looks.count(track) for track in (1, 2, 3, 4))


def test_while_the_networks_are_busy_nobody_is_looked_at():
    oracle = Oracle({1: 0.99})
    oracle.room = False
    assert watched(oracle, [somebody()]) == [None]
    assert oracle.looked == []


def test_off_is_the_default_and_loads_nothing():
    assert AttributesConfig().gender == "off"
    assert "face" not in networks_for(AttributesConfig())
    assert models_for(AttributesConfig()) == ()


def test_a_network_that_cannot_be_had_is_said_aloud(monkeypatch, tmp_path):
    monkeypatch.setenv("SIGHTLINE_MODELS", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    networks = networks_for(AttributesConfig(gender="both", heads="face"))
    assert not any(source in networks for source in ("face", "body", "head"))
    assert [note.split(":")[0] for note in networks.notes] == [
        "gender is not estimated from the face",
        "gender is not estimated from the body",
        "faces do not tell where heads are turned",
    ]
    assert "sightline models pull gender-face" in networks.notes[0]
    networks.close()


CLIP = SHARED / "data" / "cctv" / "face-demographics-walking-and-pause.gif"
"""Two women and between them a man with a beard come up to the camera, as a person who watches it sees."""


@pytest.mark.slow
@pytest.mark.skipif(not CLIP.exists(), reason=f"needs {CLIP}")
def test_three_people_who_face_the_camera(movenet: Path, tmp_path: Path, monkeypatch):
    from pipeline.analyze import Analysis, analyze

    monkeypatch.setenv("SIGHTLINE_MODELS", str(SHARED / "models"))
    pull("gender-face")
    deployment = Deployment(
        attributes=AttributesConfig(gender="both", heads="face"), cameras={"hall": CameraConfig(source=str(CLIP))}
    )
    summary = analyze(Analysis(str(CLIP), tmp_path, "hall", "run", deployment, overlay=False), lambda step: None)
    assert summary["notes"] == []
    last = from_json(FrameRecord, (tmp_path / "frames.jsonl").read_bytes().splitlines()[-1])
    people = sorted(last.people, key=lambda person: person.box[0])
    assert [person.gender.value if person.gender else None for person in people] == ["female", "male", "female"]
    assert "is female" in (people[0].sentence or "")
    assert all(person.looking for person in people)
