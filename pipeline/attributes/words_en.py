"""English: every word that the sentence about a person is made of. Another language is another file like this one.

Names in braces are filled in by `sentence.py`. A list is joined by `comma` and, before its last part, `last`.
"""

from typing import Literal

from pipeline.attributes.words import Pronoun, Words

SHE = Pronoun("She", "is")
HE = Pronoun("He", "is")
THEY = Pronoun("They", "are")


def _facing(angle_deg: int) -> str:
    """Which way somebody faces, in a word, for whole degrees from 0 to 359."""
    if angle_deg <= 20 or angle_deg >= 340:
        return "facing the camera"
    if 160 <= angle_deg <= 200:
        return "facing away from the camera"
    side: Literal["right", "left"] = "right" if angle_deg < 180 else "left"
    if 70 <= angle_deg <= 110 or 250 <= angle_deg <= 290:
        return f"facing the {side} of the picture"
    half = "towards" if angle_deg < 90 or angle_deg > 270 else "away from"
    return f"facing half {half} the camera, to the {side}"


ENGLISH = Words(
    comma=", ",
    last=" and ",
    first="{name} is {parts}.",
    name="Pedestrian {track}",
    nothing="in view",
    more="{subject} {verb} {parts}.",
    pronouns={"male": HE, "female": SHE, None: THEY},
    gender={"male": "male", "female": "female"},
    hidden="hidden at the moment",
    still="not moving",
    moving="moving at {angle} from the camera",
    moving_somewhere="moving",
    inside="inside {places}",
    towards="towards {places}",
    zone='the zone "{name}"',
    no_pass='the no-pass area "{name}"',
    facing=_facing,
    facing_angle="{facing} ({angle})",
    looking="looking at the camera ({angle})",
    looking_somehow="looking at the camera",
    angle="{number}°",
    distance="{number} cm away",
    height="{number} cm tall",
    width="{number} cm wide",
    about="about {number}",
)
