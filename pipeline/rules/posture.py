"""How somebody holds themselves, from the 17 keypoints alone: measures that do not depend on how large they are.

Everything is relative to the person's own upright size, learnt while they are seen: a body that lies towards the camera
is as tall in the picture as a child who stands, so that no box's shape can tell them apart without it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.data import KEYPOINT_NAMES, Keypoint, Person

MIN_SCORE = 0.2
_AT = {name: number for number, name in enumerate(KEYPOINT_NAMES)}


@dataclass(frozen=True, slots=True)
class Joints:
    """Middles of pairs of joints in pixels; None where neither is seen."""

    head: tuple[float, float] | None
    shoulders: tuple[float, float] | None
    hips: tuple[float, float] | None
    knees: tuple[float, float] | None
    ankles: tuple[float, float] | None


def joints_of(keypoints: Sequence[Keypoint], min_score: float = MIN_SCORE) -> Joints:
    """The middles of what is seen."""

    def middle(*names: str) -> tuple[float, float] | None:
        seen = [keypoints[_AT[name]] for name in names if keypoints[_AT[name]][2] >= min_score]
        if not seen:
            return None
        return sum(point[0] for point in seen) / len(seen), sum(point[1] for point in seen) / len(seen)

    if len(keypoints) != len(KEYPOINT_NAMES):
        return Joints(None, None, None, None, None)
    return Joints(
        head=middle("nose", "left_eye", "right_eye", "left_ear", "right_ear"),
        shoulders=middle("left_shoulder", "right_shoulder"),
        hips=middle("left_hip", "right_hip"),
        knees=middle("left_knee", "right_knee"),
        ankles=middle("left_ankle", "right_ankle"),
    )


def trunk_px(person: Person) -> float | None:
    """The length of the trunk in the picture, shoulders to hips."""
    joints = joints_of(person.keypoints)
    if joints.shoulders is None or joints.hips is None:
        return None
    return math.dist(joints.shoulders, joints.hips)


_NOSE_CM, _EARS_CM = 10.5, 15.0
"""How far the nose stands before the ears, and the ears from each other (Drillis and Contini 1966, de Leva 1996)."""


def head_turn_deg(person: Person) -> float | None:
    """Where the nose points as seen from the camera, 0° towards it, 90° to the image's right; None where nose and ears
    are not known.

    The nose lies beside the middle of the ears by its length times the sine of the turn, and the ears lie apart by
    theirs times the cosine.
    """
    keypoints = person.keypoints
    if len(keypoints) != len(KEYPOINT_NAMES):
        return None
    nose, left, right = (keypoints[_AT[name]] for name in ("nose", "left_ear", "right_ear"))
    across = (nose[0] - (left[0] + right[0]) / 2) / _NOSE_CM
    along = (left[0] - right[0]) / _EARS_CM
    return math.degrees(math.atan2(across, along)) if across or along else None
