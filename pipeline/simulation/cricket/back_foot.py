"""The back foot of a delivery stride: it stands where it landed while the body goes on over it.

Where the leg is not long enough any more, the heel comes up and the foot turns over its ball.
"""

import numpy as np
import numpy.typing as npt

from pipeline.simulation.cricket.reach import hinged
from pipeline.simulation.skeleton import CONTACT, JOINT, Segments

Floats = npt.NDArray[np.float64]
_FOOT = ("ankle", "heel", "toe")
_RAISED_DEG = 80.0
"""How far a heel comes up at most."""
_STRAIGHT = 0.998


def foot_of(joints_cm: Floats, side: str) -> Floats:
    """Ankle, heel and ball of a foot, (3, 3), of joints (J, 3)."""
    return joints_cm[[JOINT[f"{side}_{part}"] for part in _FOOT]]


def outermost_cm(foot_cm: Floats, body: Segments, way: float) -> float:
    """How far a foot (3, 3) that stands reaches to the leg side (`way` 1) or to the other (-1)."""
    radii = np.array([CONTACT["left_heel"], CONTACT["left_toe"]]) * float(np.max(body.stature_cm))
    return float(np.max(way * foot_cm[1:, 1] + radii))


def stand(joints_cm: Floats, body: Segments, side: str, landed_cm: Floats, share: float) -> None:
    """Put a foot back to where it landed (3, 3), in place; with a smaller share only so far on its way there."""
    thigh, shank = float(np.max(body.thigh_cm)), float(np.max(body.shank_cm))
    hip, knee = joints_cm[JOINT[f"{side}_hip"]], joints_cm[JOINT[f"{side}_knee"]]
    own = foot_of(joints_cm, side)
    foot = own + share * (_rolled(landed_cm, hip, _STRAIGHT * (thigh + shank)) - own)
    long = np.linalg.norm(own - own[0], axis=1) / np.maximum(np.linalg.norm(foot - foot[0], axis=1), 1e-6)
    foot = foot[0] + long[:, None] * (foot - foot[0])
    middle = (hip + foot[0]) / 2
    joints_cm[JOINT[f"{side}_knee"]], ankle = hinged(hip, foot[0], thigh, shank, knee - middle)
    for part, place in zip(_FOOT, foot + ankle - foot[0], strict=True):
        joints_cm[JOINT[f"{side}_{part}"]] = place


def _rolled(foot: Floats, hip: Floats, leg_cm: float) -> Floats:
    """A foot (3, 3) turned up about its ball as little as brings its ankle within the leg's length of the hip."""
    ankle, _, ball = foot
    ahead = np.array([*(ball - ankle)[:2], 0.0])
    ahead /= np.linalg.norm(ahead)
    up = np.array([0.0, 0.0, 1.0])
    off = foot - ball
    turned = foot
    for angle in np.radians(np.arange(0.0, _RAISED_DEG + 1)):
        back, high = off @ ahead, off[:, 2]
        rest = off - back[:, None] * ahead - high[:, None] * up
        cos, sin = np.cos(angle), np.sin(angle)
        turned = ball + rest + (cos * back + sin * high)[:, None] * ahead + (cos * high - sin * back)[:, None] * up
        if np.linalg.norm(turned[0] - hip) <= leg_cm:
            break
    return turned
