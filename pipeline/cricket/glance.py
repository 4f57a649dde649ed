"""What cricket is told of a frame, and whose feet stand where on the pitch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.cricket.crease_cut import CreaseCut
from pipeline.cricket.sightings import FoundPitch
from pipeline.data import KEYPOINT_NAMES, Crease, Person
from pipeline.geometry.laws import Hand
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.sightings import BallSighting

Floats = npt.NDArray[np.float64]

ANKLES = KEYPOINT_NAMES.index("left_ankle"), KEYPOINT_NAMES.index("right_ankle")
WRISTS = KEYPOINT_NAMES.index("left_wrist"), KEYPOINT_NAMES.index("right_wrist")
ANKLE_UP_M = 0.09
"""Of a standing foot's ankle over the ground, as a pose network sees it: 2 cm over the joint, which is at 7."""
_SEEN = 0.3
"""The least score of a keypoint that is believed."""
_GUARD_M = 1.1, 1.6, 0.9
"""Where a striker stands: [along] from the stumps, how far from there, and how far aside at most."""
_LEG_SIDE_M = 0.08
"""Feet that are nearer to the middle than this do not tell the batter's hand."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A frame: where the pitch is, None where none is seen, what may be the ball, who is there, which creases were
    found, and what is kept of the picture."""

    frame: int
    time_s: float
    pitch: FoundPitch | None
    balls: tuple[BallSighting, ...] = ()
    people: tuple[Person, ...] = ()
    creases: tuple[Crease, ...] = ()
    kept: CreaseCut | None = None


def on_level(view: PitchView, pixels: npt.ArrayLike, up_m: float) -> Floats:
    """Where pixels (..., 2) lie on a plane over the ground, [along, leg] (..., 2); nan above its horizon."""
    ways = view.camera.rays(pixels)
    rise = 100 * up_m - view.camera.height_cm
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(ways[..., 2] * rise > 0, rise / ways[..., 2], np.nan)
    ground = ways[..., :2] * reach[..., None]
    return ground / 100 @ view.axes + view.place_m


def feet_m(person: Person, view: PitchView) -> Floats | None:
    """Where a person's ankles are over the ground, left and right, (2, 2) as [along, leg]; None where one is not
    seen."""
    if len(person.keypoints) != len(KEYPOINT_NAMES) or any(person.keypoints[joint][2] < _SEEN for joint in ANKLES):
        return None
    places = on_level(view, [person.keypoints[joint][:2] for joint in ANKLES], ANKLE_UP_M)
    return places if np.isfinite(places).all() else None


def batter_hand(glances: list[Glance], view: PitchView) -> Hand | None:
    """The striker's hand from the side of the stumps on which they take guard; None where it cannot be told.

    Args:
        glances: frames before the ball arrives.
        view: the camera, with the striker's end as it is now known.
    """
    sides = []
    for glance in glances:
        middles = [feet.mean(axis=0) for person in glance.people if (feet := feet_m(person, view)) is not None]
        guards = [
            middle for middle in middles if abs(middle[0] - _GUARD_M[0]) < _GUARD_M[1] and abs(middle[1]) < _GUARD_M[2]
        ]
        if guards:
            sides.append(min(guards, key=lambda middle: abs(middle[0] - _GUARD_M[0]))[1])
    if not sides or abs(np.median(sides)) < _LEG_SIDE_M:
        return None
    return "right" if np.median(sides) > 0 else "left"
