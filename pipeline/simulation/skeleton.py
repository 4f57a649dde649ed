"""From joint angles to joints in space: forward kinematics of any pose, for many people at once.

A body is a tree of rigid segments that begins at the pelvis. Angles are anatomical (flexion, abduction, rotation as in
Wu et al. 2002 and 2005, the ISB's recommendations), so that limits of joints can be stated and tested, and each
producer of poses (walking, sitting, bowling …) is a function that fills in angles. Local axes are [forward, left, up].
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.data import KEYPOINT_NAMES

Floats = npt.NDArray[np.float64]
Angles = npt.NDArray[np.float64] | float

EXTRA_NAMES = (
    "left_toe", "right_toe", "left_heel", "right_heel", "left_hand", "right_hand", "left_yoke", "right_yoke",
    "left_chest", "right_chest", "left_waist", "right_waist", "neck", "head", "brow", "chin", "mouth", "crown", "nape",
    "hair_end", "throat", "belly", "pack_high", "pack_low", "hat_front", "hat_back", "left_hat", "right_hat", "visor",
    "brim_back", "left_brim", "right_brim",
)  # fmt: skip
"""Points beyond COCO's 17 that the renderer needs, in their order after them."""
JOINT_NAMES = KEYPOINT_NAMES + EXTRA_NAMES
JOINT = {name: index for index, name in enumerate(JOINT_NAMES)}

HEAD_POINTS = {
    "nose": (0.42, 0.0, 0.075), "left_eye": (0.35, 0.143, 0.235), "right_eye": (0.35, -0.143, 0.235),
    "left_ear": (-0.03, 0.323, 0.165), "right_ear": (-0.03, -0.323, 0.165), "head": (0.0, 0.0, 0.225),
    "brow": (0.105, 0.0, 0.218), "chin": (0.165, 0.0, -0.083), "mouth": (0.36, 0.0, -0.06),
    "crown": (0.03, 0.0, 0.376), "nape": (-0.165, 0.0, 0.15), "hair_end": (-0.24, 0.0, -0.376),
    "hat_front": (0.19, 0.0, 0.50), "hat_back": (-0.17, 0.0, 0.50), "left_hat": (0.01, 0.12, 0.50),
    "right_hat": (0.01, -0.12, 0.50), "visor": (0.56, 0.0, 0.38), "brim_back": (-0.52, 0.0, 0.36),
    "left_brim": (0.0, 0.52, 0.38), "right_brim": (0.0, -0.52, 0.38),
}  # fmt: skip
"""Points of the head from its joint with the neck, as shares of the head's height (chin to crown)."""
_HEAD_AT, _HEAD_PLACES = np.array([JOINT[name] for name in HEAD_POINTS]), np.array(list(HEAD_POINTS.values()))
CROWN = 0.722
"""From that joint to the top of the head, as a share of the head's height."""
TOE_OUT_DEG = 7.0
HEEL, BALL = 0.12, 0.70
"""Where the rounded heel and the ball of the foot are, behind and before the ankle, in shares of the foot's length."""
SOLE = 0.55
"""How far below the ankle their middles are, as a share of the ankle's height."""

CONTACT = {
    "left_toe": 0.0175, "right_toe": 0.0175, "left_heel": 0.0175, "right_heel": 0.0175, "left_knee": 0.033,
    "right_knee": 0.033, "left_hip": 0.055, "right_hip": 0.055, "left_hand": 0.018, "right_hand": 0.018,
    "left_elbow": 0.022, "right_elbow": 0.022, "left_shoulder": 0.03, "right_shoulder": 0.03, "left_chest": 0.06,
    "right_chest": 0.06, "crown": 0.045, "nape": 0.042,
}  # fmt: skip
"""Round points that can touch the ground, with their radii as shares of stature."""
_CONTACT_AT = np.array([JOINT[name] for name in CONTACT])
_CONTACT_RADII = np.array(list(CONTACT.values()))
SIDES = np.array([1.0, -1.0])
"""Of left and right, along the axis to the left."""


@dataclass(frozen=True)
class Segments:
    """Lengths of bodies in centimetres, each a number or an array (N,), from joint to joint."""

    ankle_cm: Angles
    """Of the ankle over the ground."""
    foot_cm: Angles
    shank_cm: Angles
    thigh_cm: Angles
    hips_cm: Angles
    """Between the hip joints."""
    trunk_cm: Angles
    """From the middle of the hips to the middle of the shoulders."""
    shoulders_cm: Angles
    """Biacromial breadth."""
    neck_cm: Angles
    """From the middle of the shoulders to the head's joint."""
    head_cm: Angles
    """From chin to crown."""
    upper_arm_cm: Angles
    forearm_cm: Angles
    hand_cm: Angles
    """From the wrist to the knuckles."""
    waist: Angles = 0.27
    """Half of the distance between the spheres that make the waist, as a share of half the shoulders."""

    @cached_property
    def stature_cm(self) -> Angles:
        """Standing height."""
        return self.hip_cm + self.trunk_cm + self.neck_cm + CROWN * self.head_cm

    @cached_property
    def hip_cm(self) -> Angles:
        """Height of the hip joints of somebody who stands straight."""
        return self.ankle_cm + self.shank_cm + self.thigh_cm

    @classmethod
    def stacked(cls, bodies: "list[Segments]") -> "Segments":
        """Several people's as one, with arrays (N,)."""
        return cls(*(np.array([getattr(body, part.name) for body in bodies], float) for part in fields(cls)))

    @classmethod
    def of(cls, many: "Segments", index: int) -> "Segments":
        """One of several people's, in numbers."""
        return cls(*(float(np.asarray(getattr(many, part.name))[index]) for part in fields(cls)))

    @classmethod
    def typical(cls, stature_cm: Angles = 170.0) -> "Segments":
        """Textbook shares of stature (Drillis and Contini 1966, in Winter, 4th ed., fig. 4.1)."""
        s = np.asarray(stature_cm, float)
        return cls(
            0.039 * s, 0.152 * s, 0.246 * s, 0.245 * s, 0.104 * s, 0.288 * s, 0.235 * s,
            (1 - 0.818 - CROWN * 0.133) * s, 0.133 * s, 0.186 * s, 0.146 * s, 0.055 * s,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pose:
    """Joint angles in degrees, each a number or an array (N,), or (N, 2) for [left, right] of limbs.

    All zero is standing straight with hanging arms. Trunk, neck and limbs are relative to what they hang on.
    """

    pelvis_pitch_deg: Angles = 0.0
    """Forward is positive: 90 lies on the belly, -90 on the back."""
    pelvis_roll_deg: Angles = 0.0
    """Positive lifts the left side: 90 lies on the right side."""
    pelvis_yaw_deg: Angles = 0.0
    """To the left of where the body faces; all of these yaws turn left when positive."""
    trunk_flexion_deg: Angles = 0.0
    trunk_side_deg: Angles = 0.0
    """Bent to the right when positive."""
    trunk_twist_deg: Angles = 0.0
    neck_flexion_deg: Angles = 0.0
    head_pitch_deg: Angles = 0.0
    """Down is positive."""
    head_yaw_deg: Angles = 0.0
    head_roll_deg: Angles = 0.0
    """Towards the right shoulder when positive."""
    shoulder_flexion_deg: Angles = 0.0
    """Forward and up; 180 is overhead, and a circling arm goes on beyond."""
    shoulder_abduction_deg: Angles = 0.0
    shoulder_rotation_deg: Angles = 0.0
    """Inwards is positive: a bent forearm turns before the belly."""
    elbow_flexion_deg: Angles = 0.0
    hip_flexion_deg: Angles = 0.0
    hip_abduction_deg: Angles = 0.0
    hip_rotation_deg: Angles = 0.0
    """Inwards is positive."""
    knee_flexion_deg: Angles = 0.0
    ankle_flexion_deg: Angles = 0.0
    """Dorsiflexion (toes up) is positive."""
    pelvis_height_cm: Angles = np.nan
    """Of the middle of the hips over the ground; nan lets the lowest part of the body rest on the ground."""
    lift_cm: Angles = 0.0
    """How far a jump has lifted the lowest part from the ground, where the pelvis' height is nan."""
    sway_cm: Angles = 0.0
    """How far the pelvis is to the left of where the body stands."""
    surge_cm: Angles = 0.0
    """How far the pelvis is before where the body stands."""

    @classmethod
    def stacked(cls, poses: "list[Pose]") -> "Pose":
        """Several people's as one, with arrays (N,) and (N, 2)."""
        limbs = ("shoulder", "elbow", "hip", "knee", "ankle")
        return cls(*(_stack([getattr(pose, p.name) for pose in poses], p.name.startswith(limbs)) for p in fields(cls)))

    def of(self, index: int) -> "Pose":
        """One person's of several, with arrays (1,) and (1, 2)."""

        def row(values: Angles) -> Angles:
            given = np.asarray(values, float)
            return given[min(index, len(given) - 1)][None] if given.ndim else given

        return Pose(*(row(getattr(self, part.name)) for part in fields(Pose)))


LIMITS_DEG = {
    "trunk_flexion_deg": (-30, 110), "trunk_side_deg": (-40, 40), "trunk_twist_deg": (-50, 50),
    "neck_flexion_deg": (-50, 60), "head_pitch_deg": (-45, 55), "head_yaw_deg": (-90, 90), "head_roll_deg": (-45, 45),
    "shoulder_abduction_deg": (-50, 180), "shoulder_rotation_deg": (-95, 110), "elbow_flexion_deg": (-8, 150),
    "hip_flexion_deg": (-35, 135), "hip_abduction_deg": (-35, 60), "hip_rotation_deg": (-50, 50),
    "knee_flexion_deg": (-5, 155), "ankle_flexion_deg": (-58, 42),
}  # fmt: skip
"""What joints can do: Norkin and White, Measurement of Joint Motion, 5th ed., appendix B, with athletes' ends."""


def joints_of(body: Segments, pose: Pose, position: npt.ArrayLike, facing_rad: npt.ArrayLike) -> Floats:
    """The joints of JOINT_NAMES as world points (N, joints, 3) in cm.

    Args:
        body: lengths, numbers or arrays (N,).
        pose: angles.
        position: where the people stand, [right, forward] on the ground, (N, 2) or (2,).
        facing_rad: the body's direction in the ground plane, counter-clockwise from [1, 0], (N,) or a number.
    """
    where, facing = np.atleast_2d(np.asarray(position, float)), np.atleast_1d(np.asarray(facing_rad, float))
    people = max(len(where), len(facing), *(np.size(getattr(body, part.name)) for part in fields(body)))
    people = max(people, *(len(np.atleast_1d(getattr(pose, part.name))) for part in fields(pose)))
    points = np.zeros((people, len(JOINT_NAMES), 3))
    pelvis = pelvis_of(pose)
    _legs(points, body, pose, pelvis)
    upper = _trunk(points, body, pose, pelvis)
    _arms(points, body, pose, upper)
    _head(points, body, pose, upper)
    height = np.broadcast_to(np.asarray(pose.pelvis_height_cm, float), people)
    radii = _CONTACT_RADII * np.broadcast_to(_column(body.stature_cm), (people, 1))
    rest = (radii - points[:, _CONTACT_AT, 2]).max(axis=1) + pose.lift_cm
    points[..., 2] += np.where(np.isnan(height), rest, height)[:, None]
    points[..., 0] += _column(pose.surge_cm)
    points[..., 1] += _column(pose.sway_cm)
    cos, sin = np.cos(facing)[:, None], np.sin(facing)[:, None]
    right = cos * points[..., 0] - sin * points[..., 1] + where[:, :1]
    forward = sin * points[..., 0] + cos * points[..., 1] + where[:, 1:]
    return np.stack([right, forward, points[..., 2]], axis=-1)


def pelvis_of(pose: Pose) -> Floats:
    """The axes [forward, left, up] of the pelvis, as columns (N, 3, 3)."""
    return _rotation(pose.pelvis_yaw_deg, pose.pelvis_pitch_deg, pose.pelvis_roll_deg)


def chest_of(body: Segments, pose: Pose) -> tuple[Floats, Floats]:
    """The axes of the chest, as columns (N, 3, 3), and the middle of the shoulders from the middle of the hips (N, 3),
    both along [forward, left, up]."""
    lower, upper = _spine(pose, pelvis_of(pose))
    return upper, _column(body.trunk_cm) * (0.45 * lower[..., 2] + 0.55 * upper[..., 2])


def _spine(pose: Pose, pelvis: Floats) -> tuple[Floats, Floats]:
    """The axes of the two parts of the trunk, each bent by half."""
    half = [0.5 * np.asarray(a, float) for a in (pose.trunk_twist_deg, pose.trunk_flexion_deg, -pose.trunk_side_deg)]
    bend = _rotation(*half)
    lower = pelvis @ bend
    return lower, lower @ bend


def _legs(points: Floats, body: Segments, pose: Pose, pelvis: Floats) -> None:
    thigh = pelvis[:, None] @ _limb(pose.hip_flexion_deg, pose.hip_abduction_deg, pose.hip_rotation_deg)
    shank = thigh @ _pitch(both_sides(pose.knee_flexion_deg))
    foot = shank @ _pitch(-both_sides(pose.ankle_flexion_deg))
    hip = 0.5 * _column(body.hips_cm)[..., None] * SIDES[:, None] * pelvis[:, None, :, 1]
    knee = hip - _long(body.thigh_cm) * thigh[..., 2]
    ankle = knee - _long(body.shank_cm) * shank[..., 2]
    out = np.radians(TOE_OUT_DEG)
    along = np.cos(out) * foot[..., 0] + np.sin(out) * SIDES[:, None] * foot[..., 1]
    under = ankle - SOLE * _long(body.ankle_cm) * foot[..., 2]
    _put(points, "hip", hip)
    _put(points, "knee", knee)
    _put(points, "ankle", ankle)
    _put(points, "toe", under + BALL * _long(body.foot_cm) * along)
    _put(points, "heel", under - HEEL * _long(body.foot_cm) * along)


def _trunk(points: Floats, body: Segments, pose: Pose, pelvis: Floats) -> Floats:
    """Fills in the trunk, which bends in two places; the axes (N, 3, 3) of the chest."""
    lower, upper = _spine(pose, pelvis)
    trunk, half_width = _column(body.trunk_cm), 0.5 * _column(body.shoulders_cm)
    waist = 0.3 * trunk * lower[..., 2]
    neck = 0.45 * trunk * lower[..., 2] + 0.55 * trunk * upper[..., 2]
    across = half_width[..., None] * SIDES[:, None]
    to_left = upper[:, None, :, 1]
    _put(points, "shoulder", neck[:, None] + across * to_left)
    _put(points, "yoke", (neck - 0.03 * trunk * upper[..., 2])[:, None] + 0.72 * across * to_left)
    _put(points, "chest", (neck - 0.30 * trunk * upper[..., 2])[:, None] + 0.42 * across * to_left)
    _put(points, "waist", waist[:, None] + _column(body.waist)[..., None] * across * lower[:, None, :, 1])
    points[:, JOINT["belly"]] = waist + 0.13 * trunk * lower[..., 0]
    points[:, JOINT["pack_high"]] = neck - trunk * (0.22 * upper[..., 2] + 0.30 * upper[..., 0])
    points[:, JOINT["pack_low"]] = neck - trunk * (0.68 * upper[..., 2] + 0.31 * upper[..., 0])
    points[:, JOINT["neck"]] = neck + 0.14 * _column(body.neck_cm) * upper[..., 2]
    return upper


def _arms(points: Floats, body: Segments, pose: Pose, chest: Floats) -> None:
    upper = chest[:, None] @ _limb(pose.shoulder_flexion_deg, pose.shoulder_abduction_deg, pose.shoulder_rotation_deg)
    lower = upper @ _pitch(-both_sides(pose.elbow_flexion_deg))
    shoulder = points[:, [JOINT["left_shoulder"], JOINT["right_shoulder"]]]
    elbow = shoulder - _long(body.upper_arm_cm) * upper[..., 2]
    wrist = elbow - _long(body.forearm_cm) * lower[..., 2]
    _put(points, "elbow", elbow)
    _put(points, "wrist", wrist)
    _put(points, "hand", wrist - _long(body.hand_cm) * lower[..., 2])


def _head(points: Floats, body: Segments, pose: Pose, chest: Floats) -> None:
    neck = chest @ _rotation(0.0, pose.neck_flexion_deg, 0.0)
    head = neck @ _rotation(pose.head_yaw_deg, pose.head_pitch_deg, -np.asarray(pose.head_roll_deg))
    shoulders = points[:, [JOINT["left_shoulder"], JOINT["right_shoulder"]]].mean(axis=1)
    joint = shoulders + _column(body.neck_cm) * neck[..., 2]
    turned = _HEAD_PLACES @ np.swapaxes(head, -1, -2)
    points[:, _HEAD_AT] = joint[:, None] + _column(body.head_cm)[..., None] * turned
    points[:, JOINT["throat"]] = shoulders + 0.7 * (joint - shoulders)


def _put(points: Floats, name: str, both: Floats) -> None:
    points[:, JOINT[f"left_{name}"]], points[:, JOINT[f"right_{name}"]] = both[:, 0], both[:, 1]


def _limb(flexion_deg: Angles, abduction_deg: Angles, rotation_deg: Angles) -> Floats:
    """Rotations (N, 2, 3, 3) of upper arms or thighs: flexion first, then abduction, then about their own axis."""
    cos_f, sin_f = _cos_sin(both_sides(flexion_deg))
    cos_a, sin_a = _cos_sin(SIDES * both_sides(abduction_deg))
    cos_r, sin_r = _cos_sin(-SIDES * both_sides(rotation_deg))
    return _matrix(
        (cos_f * cos_r - sin_f * sin_a * sin_r, -cos_f * sin_r - sin_f * sin_a * cos_r, -sin_f * cos_a),
        (cos_a * sin_r, cos_a * cos_r, -sin_a),
        (sin_f * cos_r + cos_f * sin_a * sin_r, cos_f * sin_a * cos_r - sin_f * sin_r, cos_f * cos_a),
    )


def _rotation(yaw_deg: Angles, pitch_deg: Angles, roll_deg: Angles) -> Floats:
    """Rotations (N, 3, 3): about the vertical, then forward, then the left side up."""
    (cos_y, sin_y), (cos_p, sin_p), (cos_r, sin_r) = (
        _cos_sin(np.atleast_1d(np.asarray(angle, float))) for angle in (yaw_deg, pitch_deg, roll_deg)
    )
    return _matrix(
        (cos_y * cos_p, cos_y * sin_p * sin_r - sin_y * cos_r, cos_y * sin_p * cos_r + sin_y * sin_r),
        (sin_y * cos_p, sin_y * sin_p * sin_r + cos_y * cos_r, sin_y * sin_p * cos_r - cos_y * sin_r),
        (-sin_p, cos_p * sin_r, cos_p * cos_r),
    )


def _pitch(degrees: Floats) -> Floats:
    """Rotations (..., 3, 3) forward."""
    cos, sin = _cos_sin(degrees)
    nothing = np.zeros_like(cos)
    return _matrix((cos, nothing, sin), (nothing, nothing + 1, nothing), (-sin, nothing, cos))


def _matrix(*rows: tuple[Floats, Floats, Floats]) -> Floats:
    made = np.empty((*np.broadcast(*(entry for row in rows for entry in row)).shape, 3, 3))
    for row, entries in enumerate(rows):
        for column, entry in enumerate(entries):
            made[..., row, column] = entry
    return made


def _cos_sin(degrees: Floats) -> tuple[Floats, Floats]:
    angle = np.radians(degrees)
    return np.cos(angle), np.sin(angle)


def _column(values: Angles) -> Floats:
    return np.atleast_1d(np.asarray(values, float))[:, None]


def _long(values: Angles) -> Floats:
    return _column(values)[..., None]


def both_sides(values: Angles) -> Floats:
    """Angles of both sides (N, 2), from one for both, (N,), or (N, 2); a single body's [left, right] has shape (2,)
    only as a row, (1, 2)."""
    given = np.asarray(values, float)
    return given if given.ndim == 2 else np.broadcast_to(np.atleast_1d(given)[:, None], (given.size, 2))


def _stack(values: list[Angles], limbs: bool) -> Floats:
    given = [np.asarray(value, float).reshape(-1) for value in values]
    return (
        np.stack([np.broadcast_to(value, 2) for value in given]) if limbs else np.array([value[0] for value in given])
    )
