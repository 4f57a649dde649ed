"""The sentence is plain correct English whatever is known."""

import itertools
import re

import pytest

from pipeline.attributes.sentence import describe
from pipeline.data import Gender, Person, ZoneRelation

WHO = {"track": 7, "box": (0.0, 0.0, 40.0, 90.0), "score": 0.9}
MOTION = {
    "unknown": {},
    "moves": {"heading_deg": 270.0, "heading_std_deg": 6.0, "speed_cm_s": 132.0},
    "badly known": {"heading_deg": 93.0, "heading_std_deg": 31.0, "speed_cm_s": 60.0},
    "stands": {"speed_cm_s": 4.0},
}
ZONES = {
    "none": (),
    "heading": (ZoneRelation("bay", "heading"),),
    "inside": (ZoneRelation("yard", "inside"),),
    "both": (ZoneRelation("yard", "inside"), ZoneRelation("bay", "heading")),
    "many": tuple(ZoneRelation(name, "inside") for name in ("yard", "bay", "kerb")),
}
FACING = {
    "unknown": {},
    "camera": {"facing_deg": 1.0, "facing_std_deg": 9.0},
    "looking": {"facing_deg": 1.0, "facing_std_deg": 9.0, "looking": True},
    "away": {"facing_deg": 180.0, "facing_std_deg": 20.0, "looking": False},
    "aside": {"facing_deg": 47.0},
}
SIZES = {"distance_cm": 500.0, "height_cm": 176.0, "width_cm": 33.0}
SENTENCE = re.compile(
    r"^Pedestrian 7 is (male|female|hidden|moving|not moving|inside|in view)[^.]*\.( (He is|She is|They are) [^.]+\.)*$"
)


def every_person():
    """Every combination of what may be known and unknown."""
    sizes = [dict(part) for count in range(4) for part in itertools.combinations(SIZES.items(), count)]
    for sex, motion, zones, facing, size, hidden in itertools.product(
        (None, "male", "female"), MOTION.values(), ZONES.values(), FACING.values(), sizes, (False, True)
    ):
        gender = Gender(sex, 0.9) if sex else None
        score = 0.0 if hidden else 0.9
        yield Person(**{**WHO, "score": score, **motion, **facing, **size, "gender": gender, "zones": zones})


def test_the_design_example_is_said_word_by_word():
    person = Person(
        **WHO, heading_deg=270.0, heading_std_deg=6.0, speed_cm_s=132.0, facing_deg=0.0, facing_std_deg=9.0,
        distance_cm=500.0, distance_std_cm=12.0, height_cm=176.0, height_std_cm=3.0, width_cm=33.0, width_std_cm=4.0,
        gender=Gender("male", 0.93), zones=(ZoneRelation("loading bay", "heading"),),
    )  # fmt: skip
    assert describe(person, {"loading bay"}) == (
        'Pedestrian 7 is male and moving at 270° from the camera, towards the no-pass area "loading bay". '
        "He is facing the camera (0°). He is 500 cm away, 176 cm tall and 33 cm wide."
    )


def test_every_combination_is_a_well_made_sentence():
    count = 0
    for person in every_person():
        said = describe(person, {"bay"})
        count += 1
        assert SENTENCE.match(said), said
        assert "  " not in said, said
        assert not re.search(r"[,(] *[.,)]|\band \.|\band and\b|, and\b|None|nan|\{|\}", said), said
        assert said.count("(") == said.count(")"), said
        pronouns = set(re.findall(r"\b(He|She|They)\b", said))
        sex = person.gender.value if person.gender else None
        assert pronouns <= {{"male": "He", "female": "She", None: "They"}[sex]}, said
        assert not re.search(r"\b(He|She) are\b|\bThey is\b", said), said
    assert count == 3 * 4 * 5 * 5 * 8 * 2


def test_what_is_known_is_said_and_nothing_else():
    for person in every_person():
        said = describe(person, {"bay"})
        for value, words in ((person.distance_cm, "cm away"), (person.height_cm, "tall"), (person.width_cm, "wide")):
            assert (value is not None) == (words in said), said
        assert (person.facing_deg is not None) == bool(re.search("facing|looking", said)), said
        assert (person.heading_deg is not None) == ("from the camera" in said.split(". ")[0]), said
        for zone in person.zones:
            assert f'"{zone.name}"' in said, said
        assert ('no-pass area "bay"' in said) == any(zone.name == "bay" for zone in person.zones), said


ROWS = [
    ({}, "Pedestrian 7 is in view."),
    ({"score": 0.0}, "Pedestrian 7 is hidden at the moment."),
    ({"gender": Gender("female", 0.9)}, "Pedestrian 7 is female."),
    (MOTION["stands"] | {"zones": ZONES["inside"]}, 'Pedestrian 7 is not moving, inside the zone "yard".'),
    ({"zones": ZONES["heading"]}, 'Pedestrian 7 is moving towards the no-pass area "bay".'),
    (
        MOTION["moves"] | {"zones": ZONES["both"]},
        'Pedestrian 7 is moving at 270° from the camera, inside the zone "yard" and towards the no-pass area "bay".',
    ),
    (
        {"zones": ZONES["many"]},
        'Pedestrian 7 is inside the zone "yard", the no-pass area "bay" and the zone "kerb".',
    ),
    ({"height_cm": 176.4}, "Pedestrian 7 is in view. They are 176 cm tall."),
    (FACING["looking"], "Pedestrian 7 is in view. They are looking at the camera (0°)."),
    (FACING["away"], "Pedestrian 7 is in view. They are facing away from the camera (about 180°)."),
    (FACING["aside"], "Pedestrian 7 is in view. They are facing half towards the camera, to the right (47°)."),
    ({"facing_deg": 250.0}, "Pedestrian 7 is in view. They are facing the left of the picture (250°)."),
    ({"distance_cm": 512.0, "distance_std_cm": 130.0}, "Pedestrian 7 is in view. They are about 500 cm away."),
    ({"distance_cm": 40.0, "distance_std_cm": 130.0}, "Pedestrian 7 is in view. They are about 40 cm away."),
    ({"heading_deg": 359.0, "heading_std_deg": 6.0}, "Pedestrian 7 is moving at 0° from the camera."),
    (
        {"heading_deg": 120.0, "heading_std_deg": 30.0, "gender": Gender("male", 0.9), "score": 0.0},
        "Pedestrian 7 is male, hidden at the moment and moving at about 120° from the camera.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("known", "said"), ROWS)
def test_what_is_said(known, said):
    assert describe(Person(**{**WHO, **known}), {"bay"}) == said
