"""Faces: what is cut out, whose is looked at and when, what an answer is worth, and what becomes of it."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.attributes.crop_networks import Answer
from pipeline.attributes.crops import head_crop
from pipeline.attributes.faces import Faces, Turned
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.people_networks import models_for, networks_for
from pipeline.attributes.stage import Attributes
from pipeline.config import AttributesConfig
from pipeline.pictures import Picture, PixelFormat
from tests.attributes.facing_people import GRAY, eyes_in, somebody
from tests.attributes.walks import CAMERA, Walk
from tests.conftest import SHARED


class Oracle:
    """A network that answers at once, in its own sign: a yaw for a face, and one for its mirror image."""

    def __init__(self, yaw: float = -20.0, mirrored: float = 20.0) -> None:
        self.values = np.array([yaw, 0, 0, mirrored, 0, 0], np.float32)
        self.looked: list[tuple[int, float]] = []

    def has_room(self, source: str) -> bool:
        return True

    def submit(self, source, crop, track, seconds, answers) -> None:
        assert crop.shape == (64, 64, 3)
        self.looked.append((track, seconds))
        answers.put(Answer(track, source, self.values, seconds))


def heard(oracle: Oracle, after_s: float = 0.1, eyes_px: float = 20.0) -> Turned:
    faces = Faces(oracle)
    faces.look([somebody(7, eyes_px=eyes_px)], 5.0, GRAY)
    return faces.heard([3, 7], 5.0 + after_s)


def test_an_answer_is_of_the_one_who_was_looked_at_and_positive_to_the_right():
    turned = heard(Oracle())
    assert np.degrees(turned.angles_rad) == pytest.approx([np.nan, 20.0], nan_ok=True)
    assert turned.since_s[1] == np.inf


def test_smaller_faces_more_turned_ones_and_torn_answers_are_less_sure():
    def deviation(oracle: Oracle, eyes_px: float = 20.0) -> float:
        return float(heard(oracle, eyes_px=eyes_px).deviations_rad[1])

    sure = deviation(Oracle(0, 0))
    assert deviation(Oracle(0, 0), 9.0) > sure
    assert deviation(Oracle(-40, 40)) > sure
    assert deviation(Oracle(-20, -20)) > sure


@pytest.mark.parametrize(("yaw", "after_s"), [(-70.0, 0.1), (-20.0, 0.4), (-20.0, -1.0)])
def test_profiles_and_answers_of_another_time_are_passed_over(yaw, after_s):
    assert np.isnan(heard(Oracle(yaw, -yaw), after_s).angles_rad).all()


def test_faces_take_turns_and_small_ones_are_not_looked_at():
    oracle = Oracle()
    faces = Faces(oracle)
    people = [somebody(track, left=120.0 * track - 100) for track in (1, 2, 3)]
    people += [somebody(4, eyes_px=6.0), replace(somebody(5), score=0.0)]
    for frame in range(30):
        faces.look(people, frame / 25, GRAY)
    looks = [track for track, _ in oracle.looked]
    assert set(looks) == {1, 2, 3}
    assert max(looks.count(track) for track in (1, 2, 3)) <= 6  # in 1.2 s
    assert max(sum(at == seconds for _, at in oracle.looked) for _, seconds in oracle.looked) == 2


def test_eyes_lie_above_the_middle_of_the_crop():
    for place, side in zip(eyes_in(head_crop), (1, -1), strict=True):
        assert place == pytest.approx((32 + side * 32 / 4.7, 32 - 0.65 * 64 / 4.7), abs=1.5)


def test_a_face_turns_the_head_and_not_the_trunk():
    """To the side that the face says, seen from the camera; more surely than the pose alone."""
    walk, lifter = Walk((150.0, 900.0), (0.0, -0.001)), Lifter()
    alone, told = Attributes(2.0, lifter), Attributes(2.0, lifter)
    face = Turned(*np.radians([[20.0], [10.0]]), np.array([0.1]))
    for seconds, person in walk.real(20, 10.0, 3):
        (without,) = alone([person], seconds, CAMERA.size, CAMERA)
        (with_face,) = told([person], seconds, CAMERA.size, CAMERA, faces=face)
    pose, head = without.head_facing_deg, with_face.head_facing_deg

    def off(angle: float) -> float:
        return abs((angle - 20.0 + 180) % 360 - 180)

    assert off(head) < off(pose)
    assert with_face.head_facing_std_deg < without.head_facing_std_deg
    assert with_face.facing_deg == without.facing_deg


def test_the_pose_alone_is_the_default():
    assert models_for(AttributesConfig()) == ()
    assert models_for(AttributesConfig(heads="face")) == ("fsanet-1x1",)


CLIP, WEIGHTS = SHARED / "data" / "cctv" / "classroom.gif", SHARED / "models" / "fsanet-1x1.onnx"


@pytest.mark.skipif(not (CLIP.exists() and WEIGHTS.exists()), reason=f"needs {CLIP} and {WEIGHTS}")
def test_a_man_turns_to_the_left_and_in_a_mirror_to_the_right(monkeypatch, tmp_path: Path):
    """He turns to his neighbour, as a person who watches the clip sees; his eyes are 8 pixels apart."""
    monkeypatch.setenv("SIGHTLINE_MODELS", str(SHARED / "models"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    networks = networks_for(AttributesConfig(heads="face"))
    assert networks.notes == ()
    with av.open(str(CLIP)) as clip:
        pixels = next(frame for number, frame in enumerate(clip.decode(video=0)) if number == 14).to_ndarray(
            format="rgb24"
        )
    nose, left, right = (312.0, 168.1, 0.57), (317.0, 163.7, 0.57), (308.9, 163.4, 0.6)
    person = somebody()
    angles = []
    for seen, points in (
        (pixels, (nose, left, right)),
        (pixels[:, ::-1], tuple((480 - x, y, score) for x, y, score in (nose, right, left))),
    ):
        faces = Faces(networks)
        picture = Picture.packed(PixelFormat.RGB24, 480, 270, np.ascontiguousarray(seen))
        faces.look([replace(person, keypoints=points + person.keypoints[3:])], 0.0, picture)
        networks.close()  # waits for what is under way
        angles.append(float(np.degrees(faces.heard([1], 0.1).angles_rad[0])))
    assert angles[0] < -15
    assert angles[1] > 15
