"""The stage between tracks and records: tracked people become people with attributes.

One instance a camera. What follows from attributes (zones, looks, the sentence) maps people to people and comes after
it in `pipeline.people_stage`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import supervision as sv

from pipeline.attributes.faces import Turned
from pipeline.attributes.fusion import Estimates, Fusion
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.portraits import Portrayed
from pipeline.attributes.rows import Rows
from pipeline.data import Keypoint, Person
from pipeline.geometry.angles import seen_angle_deg
from pipeline.geometry.camera import Camera
from pipeline.geometry.view import View, guessed_view, view_of
from pipeline.perception.tracking import TrackedPerson

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_MOST = 0.6
"""A distance whose deviation is a larger share of it is not known; one of a guessed lens is known to 0.4."""
_DIGITS = np.array([10.0, 10.0, 100.0])
_OVERLAP = 0.15
"""Intersection over union of two boxes whose people a tracker may mix up."""
_MOST_SIZE = 0.25
"""The same for height and width."""
_MOST_SPEED_CM_S, _MOST_SPEED = 40.0, 0.3
"""And of a speed, which is not known where its deviation is more than both: of somebody who has just broken into a run
it is soon plain that they run, and not how fast."""
_MOST_HEADING_DEG = {True: 15.0, False: 45.0}
"""A heading that is less sure is not said, of a camera that is known and one that is not: that of somebody who has only
just been seen."""
_MOST_TURN_DEG = 40.0
"""A facing whose deviation is larger is not known; one drawn by lot has 123."""


class Attributes:
    """Attributes of the people before one camera.

    Args:
        lost_s: seconds after which somebody who is no longer seen is forgotten.
        lifter: the lifting network, which cameras share.
    """

    def __init__(self, lost_s: float, lifter: Lifter) -> None:
        self._rows = Rows(lost_s)
        self._fusion = Fusion(lifter)
        self._camera: Camera | None = None
        self._view: View | None = None

    def __call__(
        self,
        tracked: Sequence[TrackedPerson],
        seconds: float,
        size: tuple[int, int],
        camera: Camera | None,
        *,
        portraits: Portrayed | None = None,
        faces: Turned | None = None,
    ) -> tuple[Person, ...]:
        """The people of a frame.

        Args:
            tracked: who is there.
            seconds: the frame's PTS.
            size: of its picture, (width, height) in pixels.
            camera: what saw it; None where nobody knows that.
            portraits: what these say of some of them; None where nothing looks at portraits.
            faces: what has been heard of their faces; None where nothing looks at faces.
        """
        view = self._seen_through(camera, size)
        if not tracked:
            return ()
        rows, new, passed_s = self._rows.of([person.track for person in tracked], seconds)
        self._fusion.forget(new)
        boxes = np.array([person.box for person in tracked], float)
        self._fusion.step(rows, passed_s, _confused(tracked, boxes))
        seen = np.array([len(person.keypoints) > 0 for person in tracked])
        if seen.any():
            keypoints = np.array([person.keypoints for person in tracked if len(person.keypoints)], float)
            self._fusion.see(rows[seen], keypoints, boxes[seen], passed_s[seen], view)
        if portraits is not None:
            self._fusion.portray(rows, portraits)
        if faces is not None:
            self._fusion.hear(rows, faces)
        return _people(tracked, self._fusion.estimates(rows, view), view.posed)

    def _seen_through(self, camera: Camera | None, size: tuple[int, int]) -> View:
        if self._view is None or camera is not self._camera or self._view.camera.size != size:
            before, self._camera = self._view, camera
            self._view = guessed_view(size) if camera is None else view_of(camera)
            if before is not None and _pose(before) != _pose(self._view):
                self._fusion.forget_places(self._rows.all())
        return self._view


def _confused(tracked: Sequence[TrackedPerson], boxes: Floats) -> Bools:
    """Who is hidden, or overlaps somebody else (N,)."""
    likeness = sv.box_iou_batch(boxes, boxes)
    np.fill_diagonal(likeness, 0.0)
    return (likeness.max(axis=1) > _OVERLAP) | np.array([person.score <= 0 for person in tracked])


def _pose(view: View) -> tuple[bool, float, float, float]:
    return view.posed, view.camera.height_cm, view.camera.tilt_deg, view.camera.roll_deg


def _people(tracked: Sequence[TrackedPerson], found: Estimates, posed: bool) -> tuple[Person, ...]:
    """People with what is sure enough to be said."""
    heading_std, facing_std = np.degrees(found.heading_std_rad), np.degrees(found.facing_std_rad)
    head_std = np.degrees(found.head_std_rad)
    faces, looks = facing_std <= _MOST_TURN_DEG, head_std <= _MOST_TURN_DEG
    turns = heading_std <= _MOST_HEADING_DEG[posed]
    far = found.distance_std_cm <= _MOST * found.distance_cm
    tall = found.height_std_cm <= _MOST_SIZE * found.height_cm
    wide = found.width_std_cm <= _MOST_SIZE * found.width_cm
    most_speed = np.maximum(_MOST_SPEED_CM_S, _MOST_SPEED * found.speed_cm_s)
    turned = np.stack([found.heading_rad, found.facing_rad, found.head_rad])
    heading, facing, head = _angles(found.towards, turned)
    known = np.isfinite(turned)
    columns = {
        "heading_deg": (heading, turns),
        "heading_std_deg": (heading_std, turns & known[0]),
        "speed_cm_s": (found.speed_cm_s, found.speed_std_cm_s <= most_speed),
        "facing_deg": (facing, faces),
        "facing_std_deg": (facing_std, faces & known[1]),
        "head_facing_deg": (head, looks),
        "head_facing_std_deg": (head_std, looks & known[2]),
        "distance_cm": (found.distance_cm, far),
        "distance_std_cm": (found.distance_std_cm, far),
        "height_cm": (found.height_cm, tall),
        "height_std_cm": (found.height_std_cm, tall),
        "width_cm": (found.width_cm, wide),
        "width_std_cm": (found.width_std_cm, wide),
    }
    ground = [(found.ground_cm[:, axis], far) for axis in (0, 1)]
    said = _said([*columns.values(), *ground])
    # Rounded all at once: Python's own rounding of 20 people's keypoints took longer than the rest of the stage.
    boxes = np.round(np.array([person.box for person in tracked], float), 1).tolist()
    scores = np.round([person.score for person in tracked], 3).tolist()
    return tuple(
        Person(
            track=person.track,
            box=tuple(box),
            score=score,
            keypoints=_keypoints(person.keypoints),
            ground_cm=None if x is None or y is None else (x, y),
            **dict(zip(columns, values, strict=True)),
        )
        for person, box, score, (*values, x, y) in zip(tracked, boxes, scores, said, strict=True)
    )


def _keypoints(points: npt.NDArray[np.float32]) -> tuple[Keypoint, ...]:
    """x and y with one digit, scores with two."""
    return tuple(map(tuple, (np.rint(points * _DIGITS) / _DIGITS).tolist()))


def _angles(towards: Floats, directions: Floats) -> Floats:
    """Directions on the ground (K, N) as angles to the lines of sight, below 360 also when they are rounded."""
    unit = np.stack([np.cos(directions), np.sin(directions)], axis=-1)
    return np.round(seen_angle_deg(towards, unit), 1) % 360


def _said(columns: Sequence[tuple[Floats, Bools]]) -> list[list[Any]]:
    """Rows (N, K) of K columns (N,) of values with the digits that mean something, None where they are not known or not
    sure."""
    values = np.round(np.array([values for values, _ in columns]), 1)
    good = np.isfinite(values) & np.array([sure for _, sure in columns])
    said = values.astype(object)
    said[~good] = None
    return said.T.tolist()
