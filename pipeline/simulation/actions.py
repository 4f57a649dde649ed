"""What people do besides walking: the poses of hands, of sitting down, crouching, falling and lying.

Each is a function from lengths and a share of the action (0 not begun, 1 done) to a pose, for many people at once.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.simulation.gait import eased
from pipeline.simulation.reaching import arms_to, standing_on
from pipeline.simulation.skeleton import JOINT, SIDES, Pose, Segments, both_sides, joints_of

Floats = npt.NDArray[np.float64]
Hands = Literal["free", "phone", "call", "bag_left", "bag_right", "crossed", "pockets", "behind", "folder"]
Fall = Literal["back", "belly", "left", "right"]

_NAN = (np.nan, np.nan, np.nan)
_WRISTS: dict[Hands, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "free": (_NAN, _NAN),
    "phone": (_NAN, (0.150, -0.025, 0.185)),
    "call": (_NAN, (0.085, -0.105, 0.330)),
    "bag_left": (_NAN, _NAN),
    "bag_right": (_NAN, _NAN),
    "crossed": ((0.125, -0.045, 0.150), (0.135, 0.045, 0.165)),
    "pockets": ((0.030, 0.125, 0.005), (0.030, -0.125, 0.005)),
    "behind": ((-0.090, 0.030, 0.020), (-0.105, -0.030, 0.030)),
    "folder": ((0.110, 0.030, 0.140), (0.130, -0.010, 0.090)),
}
"""Where wrists are held, [forward, left, up] from the middle of the hips, as shares of stature; nan lets them swing."""
_ELBOWS_OUT = {"crossed": 35.0, "pockets": 70.0, "behind": 50.0, "call": 30.0}
SEAT_CM = 45.0
"""The usual height of a chair (EN 1729-1 size 6: 46 cm; benches 43 to 47)."""
_SEATED = 0.050
"""How far the hips are above what somebody sits on, as a share of stature."""


def holding(body: Segments, pose: Pose, hands: Sequence[Hands]) -> Pose:
    """The poses with what the hands do; a hand with a bag hangs and hardly swings."""
    if all(what == "free" for what in hands):
        return pose
    wrists = np.array([_WRISTS[what] for what in hands]) * np.atleast_1d(body.stature_cm)[:, None, None]
    out = np.array([_ELBOWS_OUT.get(what, 20.0) for what in hands])[:, None]
    still = np.array([[0.35 if what == f"bag_{side}" else 1.0 for side in ("left", "right")] for what in hands])
    hanging = replace(
        pose,
        shoulder_flexion_deg=both_sides(pose.shoulder_flexion_deg) * still,
        elbow_flexion_deg=both_sides(pose.elbow_flexion_deg) * still,
    )
    return arms_to(body, hanging, wrists, out)


def looking(pose: Pose, yaw_deg: npt.ArrayLike, pitch_deg: npt.ArrayLike) -> Pose:
    """The poses with heads turned to the left and down, of which the chest follows a quarter."""
    yaw, pitch = np.asarray(yaw_deg, float), np.asarray(pitch_deg, float)
    return replace(
        pose,
        trunk_twist_deg=pose.trunk_twist_deg + 0.25 * yaw,
        head_yaw_deg=pose.head_yaw_deg + 0.75 * yaw,
        neck_flexion_deg=pose.neck_flexion_deg + 0.4 * pitch,
        head_pitch_deg=pose.head_pitch_deg + 0.6 * pitch,
    )


def seated(
    body: Segments, share: npt.ArrayLike, seat_cm: npt.ArrayLike = SEAT_CM, lean_deg: npt.ArrayLike = 4.0
) -> Pose:
    """Sitting down, with feet that stay where the body stood; children whose feet do not reach the ground sit with
    hanging feet.

    Args:
        body: lengths.
        share: 0 stands before the seat, 1 sits.
        seat_cm: of the seat over the ground.
        lean_deg: of the trunk, forward, of somebody who sits.
    """
    stature = np.atleast_1d(np.asarray(body.stature_cm, float))
    share = eased(np.atleast_1d(np.asarray(share, float)))
    share, stature = np.broadcast_arrays(share, stature)
    low = np.asarray(seat_cm, float) + _SEATED * stature
    back = seat_depth_cm(body) * share
    height = (1 - share) * 0.995 * np.asarray(body.hip_cm) + share * low
    pose = Pose(
        pelvis_pitch_deg=share * -6.0 + 30 * np.sin(np.pi * share),
        trunk_flexion_deg=share * (6.0 + np.asarray(lean_deg, float)) + 8 * np.sin(np.pi * share),
        neck_flexion_deg=-6 * np.sin(np.pi * share),
        shoulder_flexion_deg=(4 + share * 16)[:, None] * np.ones(2),
        shoulder_abduction_deg=np.full((len(share), 2), 7.0),
        shoulder_rotation_deg=(15 + 15 * share)[:, None] * np.ones(2),
        elbow_flexion_deg=(10 + share * 55)[:, None] * np.ones(2),
    )
    half = 0.5 * np.broadcast_to(np.asarray(body.hips_cm, float), share.shape)
    ground = np.broadcast_to(np.asarray(body.ankle_cm, float), share.shape)
    hang = np.maximum(low - 0.042 * stature - np.asarray(body.shank_cm), ground) - ground
    ankles = np.stack(
        [np.zeros((len(share), 2)), 1.1 * half[:, None] * SIDES, (ground + hang * share)[:, None] * np.ones(2)], axis=-1
    )
    pelvis = np.stack([-back, np.zeros_like(share), height], axis=-1)
    return standing_on(body, pose, pelvis, ankles, 0.0)


def seat_depth_cm(body: Segments) -> Floats:
    """How far the hips of somebody who sits are behind the ankles."""
    return 0.9 * np.atleast_1d(np.asarray(body.thigh_cm, float))


def crouching(body: Segments, share: npt.ArrayLike) -> Pose:
    """Going down on bent knees."""
    share = eased(np.atleast_1d(np.asarray(share, float)))
    stature = np.asarray(body.stature_cm, float)
    share, stature = np.broadcast_arrays(share, np.atleast_1d(stature))
    pose = Pose(
        pelvis_pitch_deg=22 * share,
        trunk_flexion_deg=28 * share,
        neck_flexion_deg=-25 * share,
        shoulder_flexion_deg=(45 * share)[:, None] * np.ones(2),
        elbow_flexion_deg=(10 + 45 * share)[:, None] * np.ones(2),
    )
    height = np.asarray(body.hip_cm) * (0.995 - 0.52 * share)
    half = 0.5 * np.broadcast_to(np.asarray(body.hips_cm, float), share.shape)
    ankle = np.broadcast_to(np.asarray(body.ankle_cm, float), share.shape)
    sole = -18 * share
    ankles = np.stack([np.zeros((len(share), 2)), 1.2 * half[:, None] * SIDES, ankle[:, None] + np.zeros(2)], axis=-1)
    ankles[..., 2] += (np.sin(np.radians(-sole)) * 0.7 * np.asarray(body.foot_cm))[:, None]
    pelvis = np.stack([-0.09 * stature * share, np.zeros_like(share), height], axis=-1)
    return standing_on(body, pose, pelvis, ankles, sole[:, None] * np.ones(2))


def lying(kind: Fall) -> Pose:
    """Stretched out on the ground, as somebody who has fallen lies there."""
    if kind in ("left", "right"):

        def pair(under: float, over: float) -> Floats:
            return np.array([[under, over] if kind == "left" else [over, under]])

        return Pose(
            pelvis_roll_deg=-84.0 if kind == "left" else 84.0, trunk_flexion_deg=18.0, neck_flexion_deg=15.0,
            head_roll_deg=-14.0 if kind == "left" else 14.0,
            shoulder_flexion_deg=pair(75, 40), shoulder_abduction_deg=pair(0, 6), elbow_flexion_deg=pair(70, 60),
            hip_flexion_deg=pair(30, 52), knee_flexion_deg=pair(45, 72), ankle_flexion_deg=pair(-15, -15),
        )  # fmt: skip
    if kind == "back":
        return Pose(
            pelvis_pitch_deg=-88.0, neck_flexion_deg=4.0, head_yaw_deg=15.0,
            shoulder_flexion_deg=np.array([[2.0, -4.0]]), shoulder_abduction_deg=np.array([[48.0, 25.0]]),
            elbow_flexion_deg=np.array([[28.0, 12.0]]), hip_flexion_deg=np.array([[4.0, 34.0]]),
            hip_abduction_deg=np.array([[12.0, 10.0]]), knee_flexion_deg=np.array([[8.0, 62.0]]),
            ankle_flexion_deg=-25.0,
        )  # fmt: skip
    return Pose(
        pelvis_pitch_deg=87.0, neck_flexion_deg=-8.0, head_yaw_deg=60.0,
        shoulder_flexion_deg=np.array([[10.0, 25.0]]), shoulder_abduction_deg=np.array([[55.0, 95.0]]),
        elbow_flexion_deg=np.array([[30.0, 80.0]]), hip_flexion_deg=np.array([[2.0, 6.0]]),
        hip_abduction_deg=np.array([[10.0, 14.0]]), knee_flexion_deg=np.array([[6.0, 18.0]]),
        ankle_flexion_deg=-45.0,
    )  # fmt: skip


def falling(body: Segments, upright: Pose, kind: Fall, share: float) -> Pose:
    """From an upright pose down to the ground, slowly at first, with feet that stay about where they were.

    The fall itself follows an inverted pendulum: the angle grows with the square of time. Knees give way in the middle.
    """
    share = float(np.clip(share, 0, 1))
    down = share**2 * (1.6 - 0.6 * share**2)
    pose = blended(replace(upright, pelvis_height_cm=np.nan, surge_cm=0.0, sway_cm=0.0), lying(kind), down)
    buckle = np.sin(np.pi * share) ** 2
    reach = 70 * buckle if kind == "belly" else -25 * buckle if kind == "back" else 20 * buckle
    pose = replace(
        pose,
        knee_flexion_deg=both_sides(pose.knee_flexion_deg) + 55 * buckle,
        hip_flexion_deg=both_sides(pose.hip_flexion_deg) + 30 * buckle,
        shoulder_flexion_deg=both_sides(pose.shoulder_flexion_deg) + reach,
    )
    return planted(body, pose)


def planted(body: Segments, pose: Pose) -> Pose:
    """The pose moved so that the middle of its ankles is where the body stands."""
    joints = joints_of(body, replace(pose, surge_cm=0.0, sway_cm=0.0), (0.0, 0.0), 0.0)
    middle = joints[:, [JOINT["left_ankle"], JOINT["right_ankle"]]].mean(axis=1)
    return replace(pose, surge_cm=-middle[:, 0], sway_cm=-middle[:, 1])


def blended(first: Pose, second: Pose, share: npt.ArrayLike) -> Pose:
    """Between two poses: angle by angle, with 0 for the first and 1 for the second; a share is a number or (N,)."""
    weight = np.asarray(share, float)

    def between(name: str) -> Floats | float:
        before, after = np.asarray(getattr(first, name), float), np.asarray(getattr(second, name), float)
        if max(before.ndim, after.ndim) == 2:
            before, after = both_sides(before), both_sides(after)
        part = weight[:, None] if weight.ndim and max(before.ndim, after.ndim) == 2 else weight
        return (1 - part) * before + part * after

    return Pose(**{part.name: between(part.name) for part in fields(Pose)})
