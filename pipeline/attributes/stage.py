"""The stage between tracks and records: tracked people become people with attributes.

One instance a camera. What follows from attributes (zones, looks, the sentence) maps people to people and comes after
it in `pipeline.frameloop`.
"""

from collections.abc import Sequence

from pipeline.data import Person
from pipeline.geometry.camera import Camera
from pipeline.perception.tracking import TrackedPerson


class Attributes:
    """Attributes of the people before one camera.

    Args:
        lost_s: seconds after which somebody who is no longer seen is forgotten.
    """

    def __init__(self, lost_s: float) -> None:
        self._lost_s = lost_s

    def __call__(
        self, tracked: Sequence[TrackedPerson], seconds: float, size: tuple[int, int], view: Camera | None
    ) -> tuple[Person, ...]:
        """The people of a frame.

        Args:
            tracked: who is there.
            seconds: the frame's PTS.
            size: of its picture, (width, height) in pixels.
            view: the camera that saw it; None where nobody knows that.
        """
        return tuple(_person(person) for person in tracked)


def _person(tracked: TrackedPerson) -> Person:
    left, top, right, bottom = (round(float(side), 1) for side in tracked.box)
    return Person(
        track=tracked.track,
        box=(left, top, right, bottom),
        score=round(tracked.score, 3),
        keypoints=tuple((round(float(x), 1), round(float(y), 1), round(float(s), 2)) for x, y, s in tracked.keypoints),
    )
