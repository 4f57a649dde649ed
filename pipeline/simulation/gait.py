"""Walking and running: the poses of a stride at a pace, with feet that stay where they have been put.

A foot rolls over heel and ball while it stands, and swings from where it stood to where it will stand; the legs follow
by inverse kinematics, so that a foot on the ground does not slide. Sources: step length grows with the root of speed
(Grieve and Gear 1966); walking turns into running at a Froude number of 0.5 (Alexander 1989); phases of the stride,
angles of feet, pelvis and arms, and the vertical movement after Perry and Burnfield, Gait Analysis, 2nd ed., ch. 3 to
7 (walking) and Novacheck 1998, The biomechanics of running (running); cadence of runners after Cavagna et al. 1988.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipeline.simulation.reaching import standing_on
from pipeline.simulation.skeleton import BALL, HEEL, SIDES, SOLE, TOE_OUT_DEG, Pose, Segments

Floats = npt.NDArray[np.float64]
_FROUDE = 0.5
_GRAVITY_CM_S2 = 981.0
_SWINGING_ANKLE_DEG, _SWINGING_HIP_DEG = 18.0, -32.0
"""The most that a foot in the air is drawn up to the shank, and that a leg is left behind."""


@dataclass(frozen=True, slots=True)
class Feet:
    """Where ankles of flat feet are, [forward, left] from where the body stands, (N, 2, 2): of each foot the place
    where it stands or stood last, and the one where it will stand next."""

    last_cm: Floats
    next_cm: Floats


def runs(body: Segments, speed_cm_s: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether somebody runs at a speed."""
    return np.asarray(speed_cm_s, float) ** 2 > _FROUDE * _GRAVITY_CM_S2 * np.asarray(body.hip_cm)


def step_cm(body: Segments, speed_cm_s: npt.ArrayLike) -> Floats:
    """The length of a step (half of a stride) at a pace; 0 for nothing."""
    speed, stature = np.maximum(np.asarray(speed_cm_s, float), 0.0), np.asarray(body.stature_cm, float)
    walking = 0.42 * stature * np.sqrt(speed / stature / 0.785)
    cadence = (2.45 + 0.15 * (speed / 100 - 2.0)) * np.sqrt(92.0 / np.asarray(body.hip_cm))
    return np.where(runs(body, speed), speed / cadence, walking)


def duty(body: Segments, speed_cm_s: npt.ArrayLike) -> Floats:
    """The share of a stride for which a foot stands."""
    speed = np.asarray(speed_cm_s, float)
    return np.where(runs(body, speed), np.clip(0.45 - 0.045 * speed / 100, 0.19, 0.38), 0.62)


def strike_cm(body: Segments, speed_cm_s: npt.ArrayLike) -> Floats:
    """How far before the body a foot's ankle comes down."""
    return 2 * step_cm(body, speed_cm_s) * duty(body, speed_cm_s) * np.where(runs(body, speed_cm_s), 0.40, 0.365)


def cycles(phase: npt.ArrayLike) -> Floats:
    """How much of their stride the [left, right] legs have done since their feet came down, 0..1, (N, 2)."""
    share = np.atleast_1d(np.asarray(phase, float)) / (2 * np.pi)
    return np.stack([share, share + 0.5], axis=-1) % 1.0


def stance_width_cm(body: Segments, speed_cm_s: npt.ArrayLike) -> Floats:
    """How far the ankles are to the left of the body's middle, (N, 2)."""
    half = 0.5 * np.atleast_1d(np.asarray(body.hips_cm, float))
    share = np.clip(0.95 - 0.4 * np.atleast_1d(np.asarray(speed_cm_s, float)) / 135, 0.25, 0.95)
    return (share * half)[:, None] * SIDES


def feet_of(body: Segments, phase: npt.ArrayLike, speed_cm_s: npt.ArrayLike) -> Feet:
    """Where the feet of somebody are who keeps straight on at a steady pace."""
    speed = np.atleast_1d(np.asarray(speed_cm_s, float))
    stride, done = 2 * step_cm(body, speed)[:, None], cycles(phase)
    last = strike_cm(body, speed)[:, None] - stride * done
    across = stance_width_cm(body, speed)
    last, across = np.broadcast_arrays(last, across)
    return Feet(np.stack([last, across], axis=-1), np.stack([last + stride, across], axis=-1))


def stride(
    body: Segments,
    phase: npt.ArrayLike,
    speed_cm_s: npt.ArrayLike,
    feet: Feet | None = None,
    run_share: npt.ArrayLike | None = None,
) -> Pose:
    """The pose at a phase of a stride (radians; a stride is two steps, the left foot comes down at 0).

    Args:
        body: lengths, numbers or arrays (N,).
        phase: (N,) or a number.
        speed_cm_s: (N,) or a number.
        feet: where the feet stand and will stand; without it, those of somebody who keeps straight on.
        run_share: how far arms and trunk have gone over from walking to running, 0 to 1; all the way without it.
    """
    phase, speed = np.broadcast_arrays(
        np.atleast_1d(np.asarray(phase, float)), np.atleast_1d(np.asarray(speed_cm_s, float))
    )
    # Of the upper body, from walking to running.
    share = runs(body, speed).astype(float) if run_share is None else np.atleast_1d(np.asarray(run_share, float))
    vigour = speed / np.asarray(body.stature_cm) / 0.785
    ankles, pitch = _ankles(body, phase, speed, feet or feet_of(body, phase, speed))
    swing = np.cos(phase)
    small, part = np.minimum(vigour, 1.3), 1.0 + 0.6 * share
    lean = _between(1.5 + 2.0 * small, np.clip(5 + 1.2 * speed / 100, 0, 16), share)
    roll = 3.0 * small * np.sin(phase)
    yaw = -4.5 * small * swing
    pose = Pose(
        pelvis_pitch_deg=0.4 * lean,
        pelvis_roll_deg=roll,
        pelvis_yaw_deg=yaw,
        trunk_flexion_deg=0.6 * lean,
        trunk_side_deg=-roll,
        trunk_twist_deg=-yaw * (1 + 0.9 * part),
        neck_flexion_deg=-0.8 * lean,
        head_yaw_deg=yaw * 0.9 * part,
        hip_rotation_deg=yaw[:, None] * SIDES,
        **_arms(swing, small, share, speed),
    )
    sway = _between(1.8, 0.6, share) * small * np.sin(phase)
    height = _pelvis_height(body, phase, speed, ankles, pose, sway)
    pelvis = np.stack([np.zeros_like(phase), sway, height], axis=-1)
    pose = standing_on(body, pose, pelvis, ankles, pitch)
    swings = cycles(phase) >= duty(body, speed)[:, None]
    hip, ankle = np.asarray(pose.hip_flexion_deg), np.asarray(pose.ankle_flexion_deg)
    return replace(
        pose,
        hip_flexion_deg=np.where(swings & runs(body, speed)[:, None], np.maximum(hip, _SWINGING_HIP_DEG), hip),
        ankle_flexion_deg=np.where(swings, np.minimum(ankle, _SWINGING_ANKLE_DEG), ankle),
    )


def _arms(swing: Floats, vigour: Floats, share: Floats, speed: Floats) -> dict[str, Floats]:
    """Arms swing against the legs; those of runners are bent."""
    both = -swing[:, None] * SIDES
    share = share[:, None]
    far = _between(19 * vigour[:, None], np.clip(26 + 4.0 * speed[:, None] / 100, 0, 55), share)
    return {
        "shoulder_flexion_deg": _between(1.0, -8.0, share) + far * both,
        "shoulder_abduction_deg": _between(7.0, 14.0, share) + 0 * both,
        "shoulder_rotation_deg": _between(18.0, 28.0, share) + 0 * both,
        "elbow_flexion_deg": _between(10 + 10 * vigour[:, None], 88.0, share)
        + _between(11 * vigour[:, None], 14.0, share) * both,
    }


def _between(walking: Floats | float, running: Floats | float, share: Floats) -> Floats:
    return (1 - share) * walking + share * running


def _ankles(body: Segments, phase: Floats, speed: Floats, feet: Feet) -> tuple[Floats, Floats]:
    """Where the ankles are (N, 2, 3), and the pitch of the feet (N, 2) in degrees."""
    done, stands = cycles(phase), duty(body, speed)[:, None]
    swung = np.clip((done - stands) / (1 - stands), 0, 1)
    running = runs(body, speed)[:, None]
    vigour = np.clip(speed / np.asarray(body.stature_cm) / 0.785, 0, 1.25)[:, None]
    lands = np.where(running, 8.0, 19.0 * vigour)
    rolled = np.clip((done / stands - 0.38) / 0.62, 0, 1)
    lifts = np.where(running, 52.0, 55.0 * np.minimum(vigour, 1.1))
    standing = lands * np.clip(1 - done / stands / 0.14, 0, 1) - lifts * rolled ** np.where(running, 1.25, 1.6)
    swinging = -lifts * eased(1 - swung / 0.62) + lands * eased((swung - 0.45) / 0.5)
    pitch = np.where(done < stands, standing, swinging)
    weight = eased(swung**0.88)[..., None]
    flat = (1 - weight) * feet.last_cm + weight * feet.next_cm
    tall = np.atleast_1d(np.asarray(body.hip_cm, float))[:, None]
    # Runners' heels come up behind them; walkers clear the ground by little.
    height = np.where(running, np.clip(0.10 + 0.055 * speed[:, None] / 100, 0.1, 0.38), 0.065 * np.minimum(vigour, 1.1))
    peak = np.where(running, 0.75, 0.95)
    lift = height * tall * np.sin(np.pi * swung**peak) ** 2
    forward, up = _rolled(body, pitch)
    ankle = np.atleast_1d(np.asarray(body.ankle_cm, float))[:, None]
    return np.stack([flat[..., 0] + forward, flat[..., 1], ankle + up + lift], axis=-1), pitch


def _rolled(body: Segments, pitch_deg: Floats) -> tuple[Floats, Floats]:
    """How far forward and up an ankle moves as the foot rolls over its heel (toes up) or its ball (toes down)."""
    angle = np.radians(pitch_deg)
    foot = np.atleast_1d(np.asarray(body.foot_cm, float))[:, None] * np.cos(np.radians(TOE_OUT_DEG))
    along = np.where(angle < 0, BALL, -HEEL) * foot
    down = -SOLE * np.atleast_1d(np.asarray(body.ankle_cm, float))[:, None]
    cos, sin = np.cos(angle), np.sin(angle)
    return along - (along * cos - down * sin), down - (along * sin + down * cos)


def _pelvis_height(body: Segments, phase: Floats, speed: Floats, ankles: Floats, pose: Pose, sway: Floats) -> Floats:
    """Over the ground, (N,): walkers vault over a straight leg and runners bounce on a bent one."""
    tall, running = np.asarray(body.hip_cm, float), runs(body, speed)
    leg = tall - np.asarray(body.ankle_cm, float)
    reached = strike_cm(body, speed)
    straight = np.asarray(body.ankle_cm) + np.sqrt(np.maximum((0.995 * leg) ** 2 - reached**2, (0.6 * leg) ** 2))
    rise = np.minimum(0.985 * tall - straight, 0.045 * tall)
    walks = straight + rise * (0.5 - 0.5 * np.cos(2 * phase - 0.5))
    middle = np.pi * duty(body, speed)
    bounce = 0.5 - 0.5 * np.cos(2 * (phase - middle))
    jogs = 0.91 * tall + np.clip(0.09 - 0.006 * speed / 100, 0.04, 0.08) * tall * bounce
    hips = 0.5 * np.atleast_1d(np.asarray(body.hips_cm, float))[:, None] * SIDES
    roll = hips * np.sin(np.radians(np.reshape(pose.pelvis_roll_deg, (-1, 1))))
    ahead = ankles[..., 0] + hips * np.sin(np.radians(np.reshape(pose.pelvis_yaw_deg, (-1, 1))))
    across = ankles[..., 1] - sway[:, None] - hips
    room = np.maximum((0.999 * np.atleast_1d(leg)[:, None]) ** 2 - ahead**2 - across**2, 0.0)
    stands = cycles(phase) < duty(body, speed)[:, None]
    most = np.where(stands, ankles[..., 2] - roll + np.sqrt(room), np.inf)
    lowest = np.where(running, 0.80, 0.86) * tall
    return np.maximum(np.minimum(np.where(running, jogs, walks), most.min(axis=1)), lowest)


def eased(share: Floats) -> Floats:
    """From 0 to 1 without a jerk at either end."""
    share = np.clip(share, 0, 1)
    return share**3 * (10 - 15 * share + 6 * share**2)
