"""What is known of a person, said in plain words.

The first sentence says who and where to, the second which way they face, the third how far and how large they are.
What is not known is left out. A number is rounded to what its deviation allows, and one that is not well known is said
to be about so much.
"""

from collections.abc import Collection, Sequence

from pipeline.attributes.words import Words
from pipeline.attributes.words_en import ENGLISH
from pipeline.data import Person

_STEPS = (1, 5, 10, 50, 100, 500, 1000)
_ABOUT_ANGLE_DEG = 15.0
_ABOUT_SIZE_CM = 5.0
_ABOUT_DISTANCE = 0.05
"""From these deviations on a number is about so much; of a distance it is a share."""


def describe(person: Person, no_pass: Collection[str] = (), words: Words = ENGLISH) -> str:
    """The sentences about a person.

    Args:
        person: with whatever is known of them.
        no_pass: the names of the zones that are no-pass areas.
        words: the language.
    """
    sex = person.gender.value if person.gender else None
    parts = [words.gender[sex]] if sex else []
    if person.score == 0:
        parts.append(words.hidden)
    parts += _motion(person, no_pass, words)
    name = words.name.format(track=person.track)
    sentences = [words.first.format(name=name, parts=_list(parts or [words.nothing], words))]
    pronoun = words.pronouns[sex]
    for further in (_facing(person, words), _sizes(person, words)):
        if further:
            parts_said = _list(further, words)
            sentences.append(words.more.format(subject=pronoun.subject, verb=pronoun.verb, parts=parts_said))
    return " ".join(sentences)


def _motion(person: Person, no_pass: Collection[str], words: Words) -> list[str]:
    """Where somebody goes, and the zones that this is about, as one part or none."""

    def places(relation: str) -> str:
        names = [zone.name for zone in person.zones if zone.relation == relation]
        return _list([(words.no_pass if n in no_pass else words.zone).format(name=n) for n in names], words)

    inside, towards = places("inside"), places("heading")
    where = [words.inside.format(places=inside)] if inside else []
    where += [words.towards.format(places=towards)] if towards else []
    if person.heading_deg is not None:
        angle = _angle(person.heading_deg, person.heading_std_deg, words)
        said = words.moving.format(angle=angle)
    elif towards:
        # The picture shows where they go, without an angle on the ground.
        return [f"{words.moving_somewhere} {_list(where, words)}"]
    elif person.speed_cm_s is not None:
        said = words.still
    else:
        return where
    return [said + words.comma + _list(where, words)] if where else [said]


def _facing(person: Person, words: Words) -> list[str]:
    if person.facing_deg is None:
        return [words.looking_somehow] if person.looking else []
    whole = _rounded(person.facing_deg, person.facing_std_deg) % 360
    angle = _angle(person.facing_deg, person.facing_std_deg, words)
    if person.looking:
        return [words.looking.format(angle=angle)]
    return [words.facing_angle.format(facing=words.facing(whole), angle=angle)]


def _sizes(person: Person, words: Words) -> list[str]:
    said = []
    if person.distance_cm is not None:
        least = _ABOUT_DISTANCE * person.distance_cm
        said.append(words.distance.format(number=_number(person.distance_cm, person.distance_std_cm, least, words)))
    for template, value, std in (
        (words.height, person.height_cm, person.height_std_cm),
        (words.width, person.width_cm, person.width_std_cm),
    ):
        if value is not None:
            said.append(template.format(number=_number(value, std, _ABOUT_SIZE_CM, words)))
    return said


def _number(value: float, std: float | None, about_from: float, words: Words) -> str:
    number = str(_rounded(value, std) or round(value))
    return words.about.format(number=number) if std is not None and std > about_from else number


def _angle(value: float, std: float | None, words: Words) -> str:
    number = words.angle.format(number=_rounded(value, std) % 360)
    return words.about.format(number=number) if std is not None and std > _ABOUT_ANGLE_DEG else number


def _rounded(value: float, std: float | None) -> int:
    """A number to the nearest step that is no finer than its deviation."""
    step = max((step for step in _STEPS if step <= (std or 0)), default=1)
    return round(value / step) * step


def _list(parts: Sequence[str], words: Words) -> str:
    """Parts as they are listed in a sentence."""
    if len(parts) < 2:
        return "".join(parts)
    return words.comma.join(parts[:-1]) + words.last + parts[-1]
