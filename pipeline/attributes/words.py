"""What a language must bring for the sentence about a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Sex = Literal["male", "female"]


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A pronoun at a sentence's beginning, and its form of "to be"."""

    subject: str
    verb: str


@dataclass(frozen=True, slots=True)
class Words:
    """Templates; what stands in braces is filled in. `facing` answers for whole degrees from 0 to 359."""

    comma: str
    last: str
    first: str
    name: str
    nothing: str
    more: str
    pronouns: Mapping[Sex | None, Pronoun]
    gender: Mapping[Sex, str]
    hidden: str
    still: str
    moving: str
    moving_somewhere: str
    inside: str
    towards: str
    zone: str
    no_pass: str
    facing: Callable[[int], str]
    facing_angle: str
    looking: str
    looking_somehow: str
    angle: str
    distance: str
    height: str
    width: str
    about: str
