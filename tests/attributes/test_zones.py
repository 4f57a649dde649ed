"""Zones on the ground and in the picture: who is inside, who heads for one, and nothing that flickers."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.attributes.feet import foot_px
from pipeline.attributes.marks import Marks, marks_of
from pipeline.attributes.zones import Zones
from pipeline.config import LineConfig, ZoneConfig
from pipeline.data import KEYPOINT_NAMES, Person
from pipeline.errors import ConfigError
from pipeline.geometry.angles import seen_angle_deg
from pipeline.geometry.camera import Camera
from tests.conftest import SHARED

SIZE = (1280, 720)
CAMERA = Camera(SIZE, 1000, 1000, 640, 360, 400, 20)
BAY = ZoneConfig(name="bay", no_pass=True, ground_cm=((-150, 900), (150, 900), (150, 1200), (-150, 1200)))
FPS = 10


def on_ground(place, velocity, track=1, std_deg=5.0) -> Person:
    """Somebody as the attributes' stage tells them."""
    (pixel,), _ = CAMERA.project([[*place, 0.0]])
    speed = float(np.hypot(*velocity))
    heading = float(seen_angle_deg(place, velocity)) if speed > 20 else None
    box = (float(pixel[0]) - 30, float(pixel[1]) - 160, float(pixel[0]) + 30, float(pixel[1]))
    return Person(
        track, box, 0.9, heading_deg=heading, heading_std_deg=std_deg if heading is not None else None,
        speed_cm_s=speed, ground_cm=(float(place[0]), float(place[1])), distance_std_cm=15.0,
    )  # fmt: skip


def in_picture(pixel, height=160.0, track=1, score=0.9) -> Person:
    """Somebody of whom only the feet in the picture are known."""
    x, y = pixel
    ankle_y = y - 0.04 * height
    points = tuple((x, ankle_y - height / 2, 0.1) for _ in KEYPOINT_NAMES[:15])
    feet = ((x - 5, ankle_y, 0.8), (x + 5, ankle_y, 0.8))
    points = (*points, *feet) if score > 0 else ()
    return Person(track, (x - 30, y - height, x + 30, y), score, points)


def told(marks: Marks, people) -> list[str | None]:
    """The relation to the first zone in each frame."""
    zones = Zones()
    found = [zones.update(marks.areas, [person], n / FPS, SIZE)[0] for n, person in enumerate(people)]
    return [relations[0].relation if relations else None for relations in found]


def spans(relations) -> list[str | None]:
    """A list without repetitions."""
    return [now for now, before in zip(relations, [object(), *relations], strict=False) if now != before]


def straight(start, velocity, frames):
    return [np.array(start) + np.array(velocity) * n / FPS for n in range(frames)]


@pytest.mark.parametrize("noise_cm", [0.0, 6.0])
def test_somebody_who_walks_in_is_forecast_before_and_inside_after(noise_cm):
    rng = np.random.default_rng(3)
    places = straight((0, 300), (0, 130), 60)
    people = [on_ground(place + rng.normal(0, noise_cm, 2), (0, 130)) for place in places]
    marks = marks_of((BAY,), (), SIZE, CAMERA)
    relations = told(marks, people)
    assert spans(relations) == [None, "heading", "inside"]
    entered = next(n for n, place in enumerate(places) if place[1] > 900)
    lead_s = (entered - relations.index("heading")) / FPS
    assert 1.5 < lead_s < 3.3
    assert abs(relations.index("inside") - entered) <= 3


def test_somebody_who_walks_past_or_stands_near_is_never_told():
    marks = marks_of((BAY,), (), SIZE, CAMERA)
    past = [on_ground(place, (130, 0)) for place in straight((-700, 700), (130, 0), 100)]
    stands = [on_ground((0, 870), (0, 3)) for _ in range(50)]
    away = [on_ground(place, (0, -130)) for place in straight((0, 850), (0, -130), 30)]
    for people in (past, stands, away):
        assert spans(told(marks, people)) == [None]


def test_somebody_who_turns_away_is_forecast_and_taken_back():
    marks = marks_of((BAY,), (), SIZE, CAMERA)
    there = [on_ground(place, (0, 130)) for place in straight((0, 500), (0, 130), 20)]
    back = [on_ground(place, (0, -130)) for place in straight((0, 760), (0, -130), 30)]
    assert spans(told(marks, there + back)) == [None, "heading", None]


def test_somebody_on_the_edge_does_not_flicker():
    rng = np.random.default_rng(5)
    marks = marks_of((BAY,), (), SIZE, CAMERA)
    people = [on_ground((0, 906 + rng.normal(0, 4)), (0, 5)) for _ in range(200)]
    assert len(spans(told(marks, people))) <= 2


def test_without_a_camera_the_feet_in_the_picture_tell():
    zone = ZoneConfig(name="bay", shares=((0.4, 0.5), (0.6, 0.5), (0.6, 0.8), (0.4, 0.8)))
    marks = marks_of((zone,), (), SIZE, None)
    rng = np.random.default_rng(7)
    places = straight((100, 500), (160, 0), 60)
    relations = told(marks, [in_picture(place + rng.normal(0, 2, 2)) for place in places])
    assert spans(relations) == [None, "heading", "inside", None]
    entered = next(n for n, place in enumerate(places) if place[0] > 512)
    assert relations.index("heading") < entered - 5
    stands = [in_picture((480, 500) + rng.normal(0, 2, 2)) for _ in range(80)]
    assert spans(told(marks, stands)) == [None]


def test_somebody_hidden_for_a_moment_stays_inside():
    zone = ZoneConfig(name="bay", shares=((0.4, 0.5), (0.6, 0.5), (0.6, 0.8), (0.4, 0.8)))
    marks = marks_of((zone,), (), SIZE, None)
    people = [in_picture((640, 450), score=0.0 if 10 <= n < 13 else 0.9) for n in range(20)]
    assert spans(told(marks, people))[-1] == "inside"


def test_feet_below_the_picture_have_no_place():
    assert foot_px(in_picture((640, 760)), SIZE) is None
    assert foot_px(in_picture((640, 500)), SIZE) == pytest.approx((640, 500))


def test_a_zone_in_the_picture_lies_on_the_ground_of_a_known_camera():
    corners = np.array([[-150, 900, 0], [150, 900, 0], [150, 1200, 0], [-150, 1200, 0]])
    pixels, _ = CAMERA.project(corners)
    drawn = ZoneConfig(name="bay", pixels=tuple((float(x), float(y)) for x, y in pixels))
    (area,) = marks_of((drawn,), (), SIZE, CAMERA).areas
    assert area.plane == "ground"
    assert area.corners == pytest.approx(corners[:, :2], abs=0.01)
    (horizon,) = marks_of(
        (drawn.model_copy(update={"pixels": ((0, 10), (900, 10), (600, 500))}),), (), SIZE, CAMERA
    ).areas
    assert horizon.plane == "picture"


@pytest.mark.parametrize(
    ("mark", "camera", "said"),
    [
        (BAY, None, "name its camera file"),
        (BAY.model_copy(update={"ground_cm": ((0, -900), (90, -900), (0, -700))}), CAMERA, "outside of what"),
        (ZoneConfig(name="bay", pixels=((0, 0), (1281, 0), (50, 50))), None, "which is 1280x720"),
        (LineConfig(name="door", pixels=((0, 0), (0, 800))), None, "which is 1280x720"),
    ],
)  # fmt: skip
def test_marks_that_cannot_be_are_refused_in_one_line(mark, camera, said):
    zones, lines = ((mark,), ()) if isinstance(mark, ZoneConfig) else ((), (mark,))
    with pytest.raises(ConfigError, match=said) as fault:
        marks_of(zones, lines, SIZE, camera)
    assert len(str(fault.value).splitlines()) == 1
    assert f'"{mark.name}"' in str(fault.value)


CLIP = SHARED / "data" / "cctv" / "worker-zone-detection.gif"
"""A worker comes from below, steps over the hazard tape with his 36th frame, and stops behind it."""
BEHIND_THE_TAPE = ((108, 269), (250, 133), (150, 80), (34, 86), (0, 110), (0, 269))


@pytest.mark.slow
@pytest.mark.skipif(not CLIP.exists(), reason=f"needs {CLIP}")
def test_the_worker_is_forecast_before_he_steps_over_the_tape(movenet: Path, tmp_path: Path):
    from pipeline.analyze import Analysis, analyze
    from pipeline.config import CameraConfig, Deployment

    zone = ZoneConfig(name="behind the tape", no_pass=True, pixels=BEHIND_THE_TAPE)
    deployment = Deployment(cameras={"hall": CameraConfig(source=str(CLIP), zones=(zone,))})
    analyze(Analysis(str(CLIP), tmp_path, "hall", "run", deployment, overlay=False), lambda step: None)
    records = [json.loads(line) for line in (tmp_path / "frames.jsonl").read_text().splitlines()]
    first = {}
    for record in records:
        for person in record["people"]:
            for relation in person["zones"]:
                first.setdefault(relation["relation"], record["frame"])
    assert 20 <= first["heading"] < 34
    assert 35 <= first["inside"] <= 40
    last = records[-1]["people"][0]
    assert last["zones"] == [{"name": "behind the tape", "relation": "inside"}]
    assert 'inside the no-pass area "behind the tape"' in last["sentence"]
