"""The bowler: run-up, gather, the feet's landings, the arm's circle, release and follow-through.

The front foot is planted where the plan says, to the millimetre: from its landing until the back leg has swung past,
the whole body moves so that the heel stays. The back foot stays where it landed until then. Times of back-foot contact,
front-foot contact and release after Bartlett et al., The biomechanics of fast bowling in men's cricket, J. Sports Sci.
14 (1996) 403-424: about 0.1 s from front-foot contact to release for fast bowlers. A straight arm stands nearly upright
at release.
"""

from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import BOWLERS_POPPING_M, RETURN_M
from pipeline.simulation.cricket.back_foot import foot_of, outermost_cm, stand
from pipeline.simulation.cricket.delivery import Plan
from pipeline.simulation.cricket.keyframes import Keyframes, blended, both, ease, pose_of, vectors_of
from pipeline.simulation.gait import step_cm, stride
from pipeline.simulation.skeleton import CONTACT, JOINT, Pose, Segments, joints_of

Floats = npt.NDArray[np.float64]

BACK_FOOT_S, FRONT_FOOT_S = -0.24, -0.11
"""When the feet land, from release."""
_TRAILS_S = -0.02
"""When the back leg swings freely again."""
LIFTS_S = 0.17
_GATHER_S, _LEAPS_S = -0.62, -0.42
_STOPS_S = 1.7
_FINGERS_M = 0.05
"""From the knuckles to the middle of the ball."""
_HEEL = CONTACT["left_heel"]


class Bowling:
    """One delivery's bowler; times are seconds from its release.

    Args:
        body: the bowler's lengths.
        plan: what is bowled.
    """

    def __init__(self, body: Segments, plan: Plan) -> None:
        self.body = body
        self._plan = plan
        self._left_arm = plan.bowls == "left"
        spin = plan.style == "spin"
        self._pace_cm_s = 300.0 if spin else 560.0 if plan.style == "pace" else 500.0
        self._run_cm = 650.0 if spin else 1500.0
        self._action = Keyframes(_ACTION, mirrored=self._left_arm)

    @property
    def starts_s(self) -> float:
        """When the run-up begins."""
        return FRONT_FOOT_S - self._run_cm / (0.8 * self._pace_cm_s) - 0.3

    @property
    def mark_m(self) -> Floats:
        """Where the run-up begins, [along, leg]."""
        return self._root(self.starts_s) / 100

    @property
    def heel(self) -> str:
        """The joint of the front foot's heel."""
        return "right_heel" if self._left_arm else "left_heel"

    @property
    def back(self) -> str:
        """The back foot's side."""
        return "left" if self._left_arm else "right"

    @property
    def heel_m(self) -> Floats:
        """The rearmost point of the front foot's heel while it stands, (3,)."""
        radius = _HEEL * float(np.max(self.body.stature_cm)) / 100
        return np.array([BOWLERS_POPPING_M + self._plan.margin_cm / 100, self._aside_m, radius])

    @property
    def back_margin_cm(self) -> float:
        """Of the back foot's outermost point inside the nearer return crease as it lands; negative is a no-ball."""
        side = float(np.sign(self._plan.aside_m))
        return 100 * RETURN_M - outermost_cm(self._back_landed, self.body, side)

    @cached_property
    def _aside_m(self) -> float:
        """Where the front heel stands across the pitch, [leg]: as the bowler is used to, or so far out that the back
        foot has its margin."""
        plan, side = self._plan, float(np.sign(self._plan.aside_m))
        if plan.back_margin_cm is None:
            return plan.aside_m
        front = joints_of(self.body, self.pose(FRONT_FOOT_S), [0.0, 0.0], np.pi)[0][JOINT[self.heel], 1]
        back = foot_of(joints_of(self.body, self.pose(BACK_FOOT_S), [0.0, -front], np.pi)[0], self.back)
        return side * (RETURN_M - (plan.back_margin_cm + outermost_cm(back, self.body, side)) / 100)

    @cached_property
    def _back_landed(self) -> Floats:
        """Ankle, heel and ball of the back foot where it lands, (3, 3) in cm."""
        return foot_of(joints_of(self.body, self.pose(BACK_FOOT_S), self._root(BACK_FOOT_S), np.pi)[0], self.back)

    @cached_property
    def release_m(self) -> Floats:
        """Where the ball leaves the hand, (3,)."""
        return self.ball_m(self.joints(0.0))

    def joints(self, time_s: float) -> Floats:
        """The joints (J, 3) in pitch coordinates, in cm."""
        joints = joints_of(self.body, self.pose(time_s), self._root(time_s), np.pi)[0]
        self.ground(joints, time_s)
        return joints

    def ground(self, joints_cm: Floats, time_s: float) -> None:
        """Put the feet of joints (J, 3) where they stand, in place."""
        if FRONT_FOOT_S <= time_s <= LIFTS_S:
            joints_cm[:, 2] += 100 * self.heel_m[2] - joints_cm[JOINT[self.heel], 2]
        if BACK_FOOT_S <= time_s < _TRAILS_S:
            share = 1 - ease((time_s - FRONT_FOOT_S) / (_TRAILS_S - FRONT_FOOT_S))
            stand(joints_cm, self.body, self.back, self._back_landed, share)

    def pose(self, time_s: float) -> Pose:
        """The pose at a moment."""
        if time_s < _GATHER_S:
            return self._running(time_s)
        action = self._action.vector(time_s)
        if time_s < _LEAPS_S:
            share = (time_s - _GATHER_S) / (_LEAPS_S - _GATHER_S)
            return pose_of(blended(vectors_of(self._running(time_s))[0], action, share))
        if time_s > 0.45:
            return pose_of(blended(action, vectors_of(self._running(time_s))[0], (time_s - 0.45) / 0.35))
        return pose_of(action)

    def ball_m(self, joints_cm: Floats) -> Floats:
        """The middle of the ball in the bowling hand, (3,), for joints in pitch coordinates."""
        side = "left" if self._left_arm else "right"
        wrist, hand = joints_cm[JOINT[f"{side}_wrist"]], joints_cm[JOINT[f"{side}_hand"]]
        return (hand / 100) + _FINGERS_M * (hand - wrist) / np.linalg.norm(hand - wrist)

    def place_m(self, time_s: float) -> Floats:
        """Where the body stands, [along, leg]."""
        return self._root(time_s) / 100

    def speed_cm_s(self, time_s: float) -> float:
        """The pace of the run."""
        if time_s < FRONT_FOOT_S:
            return float(self._pace_cm_s * np.clip((time_s - self.starts_s) / 1.2, 0, 1))
        return float(self._pace_cm_s * np.clip(0.55 * (1 - (time_s - LIFTS_S) / (_STOPS_S - LIFTS_S)), 0, 0.55))

    def _running(self, time_s: float) -> Pose:
        speed = max(self.speed_cm_s(time_s), 60.0)
        # The foot that takes off for the last bound is down as the run ends.
        gone = self._gone(time_s) / float(step_cm(self.body, speed)[()])
        return stride(self.body, np.pi * (gone + (1.0 if self._left_arm else 0.0)), speed)

    def _gone(self, time_s: float) -> float:
        """How far the run has come, in cm, counted from the front foot's landing."""
        late = max(time_s - LIFTS_S, 0.0)
        if late > 0:
            span = _STOPS_S - LIFTS_S
            late = min(late, span)
            return 0.55 * self._pace_cm_s * (late - late**2 / (2 * span))
        ahead = FRONT_FOOT_S - time_s
        ramp = FRONT_FOOT_S - self.starts_s - 1.2
        if ahead <= ramp:
            return -self._pace_cm_s * max(ahead, 0.0)
        early = min(ahead - ramp, 1.2)
        return -self._pace_cm_s * (ramp + early - early**2 / 2.4)

    def _root(self, time_s: float) -> Floats:
        """Where the body stands, [along, leg] in cm."""
        if time_s <= FRONT_FOOT_S:
            root = self._landed
        elif time_s >= LIFTS_S:
            root = self._left
        else:
            root = self._planted(time_s)
        return root - (self._gone(time_s), 0.0)

    @cached_property
    def _landed(self) -> Floats:
        return self._planted(FRONT_FOOT_S)

    @cached_property
    def _left(self) -> Floats:
        return self._planted(LIFTS_S)

    def _planted(self, time_s: float) -> Floats:
        """Where the body stands if its front heel is where it landed."""
        joints = joints_of(self.body, pose_of(self._action.vector(time_s)), [0.0, 0.0], np.pi)[0]
        back = _HEEL * float(np.max(self.body.stature_cm))
        return 100 * self.heel_m[:2] - (back, 0.0) - joints[JOINT[self.heel], :2]


def _flat(hip: tuple[float, float], knee: tuple[float, float], left: bool = True, right: bool = False) -> Floats:
    """Ankles (1, 2) that hold the soles level, or let them hang a little."""
    return np.clip(both(knee[0] - hip[0] if left else -12.0, knee[1] - hip[1] if right else -25.0), -58.0, 42.0)


def _pose(
    arms: tuple[float, float], elbows: tuple[float, float], hips: tuple[float, float], knees: tuple[float, float],
    trunk: float, side: float, twist: float, yaw: float, lift: float = 0.0, flat: tuple[bool, bool] = (True, False),
    abduction: tuple[float, float] = (14.0, 14.0),
) -> Pose:  # fmt: skip
    """A moment of a right-arm bowler's action, limbs as (left, right) in degrees."""
    return Pose(
        pelvis_yaw_deg=yaw, trunk_flexion_deg=trunk, trunk_side_deg=side, trunk_twist_deg=twist,
        neck_flexion_deg=-0.45 * trunk, head_yaw_deg=-0.8 * (yaw + twist), shoulder_flexion_deg=both(*arms),
        shoulder_abduction_deg=both(*abduction), elbow_flexion_deg=both(*elbows), hip_flexion_deg=both(*hips),
        hip_abduction_deg=both(4.0, 4.0), knee_flexion_deg=both(*knees),
        ankle_flexion_deg=_flat(hips, knees, *flat), lift_cm=lift,
    )  # fmt: skip


_ACTION: list[tuple[float, Pose]] = [
    (-0.45, _pose((60, 30), (95, 95), (30, -5), (60, 25), 6, 0, 0, 0, flat=(False, True))),
    (-0.33, _pose((120, 20), (60, 70), (65, 10), (70, 60), -4, -4, -15, -30, 16, (False, False))),
    (-0.24, _pose((165, -25), (15, 20), (58, 14), (55, 30), -14, -8, -18, -45, 0, (False, True))),
    (FRONT_FOOT_S, _pose((115, -95), (8, 5), (38, -20), (8, 52), -4, -14, -6, -30)),
    (-0.05, _pose((45, -146), (10, 3), (30, -18), (8, 64), 4, -20, 8, -8, abduction=(14, 8))),
    (0.0, _pose((-5, -186), (25, 2), (20, -10), (9, 74), 12, -20, 14, 8, abduction=(14, 8))),
    (0.07, _pose((-40, -262), (35, 4), (6, 22), (12, 88), 42, -14, 24, 22)),
    (LIFTS_S, _pose((-45, -325), (40, 20), (-6, 60), (20, 80), 52, -8, 30, 28)),
    (0.30, _pose((-20, -352), (45, 40), (-24, 48), (52, 40), 42, -2, 18, 16, flat=(False, True))),
    (0.48, _pose((10, -358), (50, 50), (20, 4), (55, 22), 28, 0, 4, 4, flat=(False, True))),
]
