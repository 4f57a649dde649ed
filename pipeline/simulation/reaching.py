"""Inverse kinematics of limbs: the angles that bring an ankle or a wrist to a place.

Both limbs have a ball joint and a hinge, so that the hinge's angle follows from the distance (the law of cosines), and
the ball joint's from the direction. A place out of reach is pointed at with a straight limb.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.simulation.skeleton import SIDES, Angles, Pose, Segments, both_sides, chest_of, pelvis_of

Floats = npt.NDArray[np.float64]
STRAIGHT = 0.9995
"""The share of a limb's length beyond which it counts as straight, so that angles stay finite."""
_ELBOW_DEG = 149.0
"""As far as elbows bend."""


@dataclass(frozen=True, slots=True)
class Legs:
    """Angles in degrees, (N, 2) for [left, right]."""

    hip_flexion_deg: Floats
    hip_abduction_deg: Floats
    knee_flexion_deg: Floats
    ankle_flexion_deg: Floats


def legs_to(body: Segments, pose: Pose, pelvis_cm: Floats, ankles_cm: Floats, foot_pitch_deg: npt.ArrayLike) -> Legs:
    """The legs that put ankles somewhere.

    Args:
        body: lengths.
        pose: whose pelvis and hip rotation are as they will be.
        pelvis_cm: the middle of the hips, [forward, left, up], (N, 3).
        ankles_cm: where they should be, (N, 2, 3).
        foot_pitch_deg: toes up from level is positive, (N, 2) or a number.
    """
    pelvis = pelvis_of(pose)
    hips = pelvis_cm[:, None] + 0.5 * _long(body.hips_cm) * SIDES[:, None] * pelvis[:, None, :, 1]
    to = (ankles_cm - hips) @ pelvis
    thigh, shank = _long(body.thigh_cm)[..., 0], _long(body.shank_cm)[..., 0]
    bend = _hinge(thigh, shank, np.linalg.norm(to, axis=-1))
    # The ankle seen from the thigh, then turned by rotation, abduction and flexion, one axis after the other.
    turn = -SIDES * np.radians(both_sides(pose.hip_rotation_deg))
    behind, below = shank * np.sin(bend), thigh + shank * np.cos(bend)
    ahead, aside = -behind * np.cos(turn), -behind * np.sin(turn)
    scale = np.hypot(behind, below) / np.maximum(np.linalg.norm(to, axis=-1), 1e-6)
    out = np.arcsin(np.clip(scale * to[..., 1] / np.hypot(below, aside), -1, 1)) - np.arctan2(aside, below)
    flexion = np.arctan2(to[..., 0], -to[..., 2]) - np.arctan2(ahead, below * np.cos(out) - aside * np.sin(out))
    pitch = np.asarray(foot_pitch_deg, float) + np.reshape(pose.pelvis_pitch_deg, (-1, 1))
    turned = np.degrees(flexion)
    return Legs(turned, SIDES * np.degrees(out), np.degrees(bend), pitch - turned + np.degrees(bend))


def standing_on(
    body: Segments, pose: Pose, pelvis_cm: Floats, ankles_cm: Floats, foot_pitch_deg: npt.ArrayLike
) -> Pose:
    """The pose with its pelvis over its place at (forward, left, up) and its legs to these ankles."""
    legs = legs_to(body, pose, pelvis_cm, ankles_cm, foot_pitch_deg)
    return replace(
        pose, surge_cm=pelvis_cm[:, 0], sway_cm=pelvis_cm[:, 1], pelvis_height_cm=pelvis_cm[:, 2],
        hip_flexion_deg=legs.hip_flexion_deg, hip_abduction_deg=legs.hip_abduction_deg,
        knee_flexion_deg=legs.knee_flexion_deg, ankle_flexion_deg=legs.ankle_flexion_deg,
    )  # fmt: skip


def arms_to(body: Segments, pose: Pose, wrists_cm: Floats, elbow_out_deg: npt.ArrayLike = 20.0) -> Pose:
    """The pose with wrists at places; nan leaves an arm as it is.

    Args:
        body: lengths.
        pose: whose trunk is as it will be.
        wrists_cm: (N, 2, 3), [forward, left, up] from the middle of the hips, with the axes of where the body faces.
        elbow_out_deg: how far elbows are turned outwards from hanging below the line from shoulder to wrist.
    """
    chest, neck = chest_of(body, pose)
    shoulders = neck[:, None] + 0.5 * _long(body.shoulders_cm) * SIDES[:, None] * chest[:, None, :, 1]
    to = (wrists_cm - shoulders) @ chest
    upper, lower = _long(body.upper_arm_cm)[..., 0], _long(body.forearm_cm)[..., 0]
    far = np.linalg.norm(to, axis=-1)
    nearest = np.sqrt(upper**2 + lower**2 + 2 * upper * lower * np.cos(np.radians(_ELBOW_DEG)))
    reach = np.clip(far, nearest, STRAIGHT * (upper + lower))
    bend = _hinge(upper, lower, reach)
    line = to / np.maximum(far, 1e-6)[..., None]
    # The elbow lies on a circle about that line: down, and turned outwards about it.
    turn = np.radians(np.asarray(elbow_out_deg, float)) * np.ones_like(far)
    side = np.stack([np.zeros_like(far), SIDES * np.sin(turn), -np.cos(turn)], axis=-1) + [-0.15, 0.0, 0.0]
    across = side - line * np.sum(side * line, axis=-1, keepdims=True)
    across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-6)
    along = (upper**2 - lower**2 + reach**2) / np.maximum(2 * reach, 1e-6)
    off = np.sqrt(np.maximum(upper**2 - along**2, 0.0))
    elbow = along[..., None] * line + off[..., None] * across
    forearm = reach[..., None] * line - elbow
    first = elbow / np.linalg.norm(elbow, axis=-1, keepdims=True)
    out = np.arcsin(np.clip(SIDES * first[..., 1], -1, 1))
    flexion = np.arctan2(first[..., 0], -first[..., 2])
    # The forearm seen from the upper arm: flexion and abduction undone.
    x = np.cos(flexion) * forearm[..., 0] + np.sin(flexion) * forearm[..., 2]
    z = -np.sin(flexion) * forearm[..., 0] + np.cos(flexion) * forearm[..., 2]
    y = np.cos(out) * forearm[..., 1] + SIDES * np.sin(out) * z
    rotation = np.arctan2(-SIDES * y, x)
    given = np.isfinite(far)

    def kept(old: Angles, new: Floats) -> Floats:
        return np.where(given, np.degrees(new), both_sides(old))

    return replace(
        pose,
        shoulder_flexion_deg=kept(pose.shoulder_flexion_deg, flexion),
        shoulder_abduction_deg=kept(pose.shoulder_abduction_deg, out),
        shoulder_rotation_deg=kept(pose.shoulder_rotation_deg, rotation),
        elbow_flexion_deg=kept(pose.elbow_flexion_deg, bend),
    )


def _hinge(first: Floats, second: Floats, far: Floats) -> Floats:
    """The flexion, in radians, at which the ends of two segments are that far from each other."""
    far = np.clip(far, 1.02 * np.abs(first - second) + 1e-6, STRAIGHT * (first + second))
    return np.pi - np.arccos(np.clip((first**2 + second**2 - far**2) / (2 * first * second), -1, 1))


def _long(values: npt.ArrayLike) -> Floats:
    return np.atleast_1d(np.asarray(values, float))[:, None, None]
