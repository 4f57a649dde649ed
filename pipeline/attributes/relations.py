"""What follows from attributes: people to people, after `stage`. Zones, looks, gender and the sentence.

One instance a camera. Its zones are placed anew whenever the picture's size or the camera's view changes.
"""

from dataclasses import dataclass, replace

from pipeline.attributes.gender import Genders
from pipeline.attributes.looks import Looks
from pipeline.attributes.marks import Marks, marks_of
from pipeline.attributes.sentence import describe
from pipeline.attributes.zones import Zones
from pipeline.config import CameraConfig, LooksConfig
from pipeline.data import Person
from pipeline.errors import ConfigError
from pipeline.geometry.camera import Camera
from pipeline.pictures import Picture


@dataclass(frozen=True, slots=True)
class Placed:
    """The marks of a camera from a frame on; `fault` says why there are none, a line for each reason."""

    marks: Marks
    fault: str = ""


class Relations:
    """How the people before one camera stand to its marks, and what is said of them.

    Args:
        config: the camera's, None for one that the deployment's file does not name.
        gender: what estimates it, None where it is turned off.
    """

    def __init__(self, config: CameraConfig | None, gender: Genders | None = None) -> None:
        self._gender = gender
        self._placed = Placed(Marks())
        self._zones = Zones()
        self._looks = Looks()
        self.change(config)

    def change(self, config: CameraConfig | None) -> None:
        """Go on by another configuration."""
        self._drawn = (config.zones, config.lines) if config else ((), ())
        self._looking = config.looks if config else LooksConfig()
        self._placed_for: tuple[tuple[int, int], Camera | None] | None = None
        self._no_pass = frozenset(zone.name for zone in self._drawn[0] if zone.no_pass)

    @property
    def marks(self) -> Marks:
        """Zones and lines as they lie now."""
        return self._placed.marks

    def place(self, size: tuple[int, int], view: Camera | None) -> Placed | None:
        """The marks for pictures of a size (width, height) from a camera, where they are others than before."""
        if self._placed_for == (size, view):
            return None
        self._placed_for, before = (size, view), self._placed_for
        try:
            self._placed = Placed(marks_of(*self._drawn, size, view))
        except ConfigError as error:
            self._placed = Placed(Marks(), str(error))
        return self._placed if any(self._drawn) or before is None else None

    def __call__(self, people: tuple[Person, ...], seconds: float, picture: Picture) -> tuple[Person, ...]:
        """The people of a frame with zones, looks, gender and sentences; `seconds` is its PTS."""
        zones = self._zones.update(self._placed.marks.areas, people, seconds, picture.size)
        looks = self._looks.update(self._looking, people, seconds)
        genders = self._gender.update(people, seconds, picture) if self._gender else [None] * len(people)
        related = [
            replace(person, zones=relations, looking=look, gender=gender)
            for person, relations, look, gender in zip(people, zones, looks, genders, strict=True)
        ]
        return tuple(replace(person, sentence=describe(person, self._no_pass)) for person in related)
