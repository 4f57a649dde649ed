"""The exam hall: everybody in their place, and what happens is told as it happens."""

import numpy as np
import pytest

from pipeline.data import Event, SceneRecord
from pipeline.media.convert import to_bgr
from pipeline.simulation.hall import TURNED_DEG, Hall
from pipeline.simulation.pupils import Activity
from pipeline.simulation.skeleton import JOINT

FPS = 10.0


def hall(**values) -> Hall:
    return Hall.of(**({"seed": 2, "fps": FPS, "people": 9} | values))


def played(scene: Hall, activity: Activity, seconds: float = 3.0) -> list[Event]:
    """What is told when the first pupil does that, and writes again."""
    for pupil in scene.pupils:
        pupil.begin("writing", 1e6)
    scene.happened()
    for _ in range(20):
        scene.step()
    scene.pupils[0].activity = activity
    told: list = []
    for frame in range(round((seconds + 5) * FPS)):
        if frame == round(seconds * FPS):
            scene.pupils[0].activity = "writing"
        scene.step()
        told += scene.happened()
    return [event for event in told if isinstance(event, Event) and event.tracks == (1,)]


@pytest.mark.parametrize(
    ("activity", "kind"),
    [
        ("turned left", "turned_to_neighbour"),
        ("turned right", "turned_to_neighbour"),
        ("hands below", "hands_below_desk"),
        ("standing", "standing_up"),
    ],
)
def test_what_a_pupil_does_is_told_once_with_its_times(activity, kind):
    events = played(hall(invigilators=0), activity)
    assert [event.kind for event in events] == [kind]
    seconds = float(events[0].ended_at[17:23]) - float(events[0].started_at[17:23])
    assert seconds == pytest.approx(3.0, abs=1.2)
    assert float(events[0].started_at[17:23]) == pytest.approx(2.0, abs=1.0)


@pytest.mark.parametrize("activity", ["writing", "thinking", "looking up"])
def test_what_is_usual_is_not_told(activity):
    assert played(hall(invigilators=0), activity) == []


def test_hands_write_on_the_desk_and_hips_are_on_the_chair():
    scene = hall()
    for pupil in scene.pupils:
        pupil.begin("writing", 1e6)
    for _ in range(30):
        scene.step()
    for pupil in scene.pupils:
        joints, desk = pupil.walker.joints, pupil.desk
        assert (joints[[JOINT["left_hand"], JOINT["right_hand"]], 2] > desk.desk_cm - 1).all()
        hips = joints[[JOINT["left_hip"], JOINT["right_hip"]]].mean(axis=0)
        assert np.linalg.norm(hips[:2] - desk.hips) < 6
        assert hips[2] == pytest.approx(desk.chair_cm + 0.05 * pupil.walker.body.stature_cm, abs=3)
        ankles = joints[[JOINT["left_ankle"], JOINT["right_ankle"]], 2]
        assert (ankles < 14).all()


def test_a_head_that_is_turned_is_turned_that_far():
    scene = hall(invigilators=0)
    played(scene, "writing", 0.5)
    scene.pupils[0].activity = "turned left"
    for _ in range(15):
        scene.step()
    pupil = scene.pupils[0]
    turn = np.degrees(np.arccos(np.clip(pupil.walker.looks @ pupil.desk.ahead, -1, 1)))
    assert turn > TURNED_DEG + 10
    assert pupil.walker.faces @ pupil.desk.ahead > 0.9


def test_the_invigilator_walks_about_and_somebody_walks_in():
    scene = hall(people=4)
    told, places = [], []
    for _ in range(round(28 * FPS)):
        scene.step()
        told += scene.happened()
        places.append(scene.walkers[4].position.copy())
    assert isinstance(told[0], SceneRecord)
    assert np.linalg.norm(np.ptp(places, axis=0)) > 250
    walked_in = next(event for event in told if isinstance(event, Event) and event.kind == "walked_in")
    assert walked_in.tracks[0] > 5


def test_people_are_hidden_by_desks_and_the_truth_says_so():
    people = hall(people=12).truth("r", "c", 0).people
    seated = [person for person in people if person.state == "sitting"]
    assert len(seated) >= 9
    assert all(person.heading_deg is None for person in seated)
    assert 0.4 < np.mean([person.visible for person in seated]) < 0.98
    shown = np.array([[score for _, _, score in person.keypoints] for person in seated])
    assert shown[:, :11].mean() > shown[:, 11:].mean() + 0.1


def test_the_same_seed_gives_the_same_hall():
    one, other = hall(width=320, height=180), hall(width=320, height=180)
    for scene in (one, other):
        for _ in range(3):
            scene.step()
    assert one.truth("r", "c", 3) == other.truth("r", "c", 3)
    assert to_bgr(one.picture()).tobytes() == to_bgr(other.picture()).tobytes()
