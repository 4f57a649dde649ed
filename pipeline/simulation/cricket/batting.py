"""The striker: stance, backlift, a stroke that meets the ball where its path is, or leaves it alone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import BAT_LENGTH_M
from pipeline.simulation.cricket.delivery import Course, Plan
from pipeline.simulation.cricket.keyframes import Keyframes, both, ease
from pipeline.simulation.cricket.reach import reached
from pipeline.simulation.skeleton import JOINT, Pose, Segments

Floats = npt.NDArray[np.float64]

_GRIP_M, _SWEET_M = 0.12, 0.62
"""From the end of the handle to the hands, and to where a bat should meet the ball."""
_LIFT_S = -0.35


@dataclass(frozen=True, slots=True)
class Held:
    """A bat in space: the middle of the hands and the toe, (3,) in metres in pitch coordinates."""

    hands_m: Floats
    toe_m: Floats


class Batting:
    """One delivery's striker; times are seconds from the release.

    Args:
        body: the batter's lengths.
        plan, course: what is bowled, and what becomes of it.
        rng: of habits and errors.
    """

    def __init__(self, body: Segments, plan: Plan, course: Course, rng: np.random.Generator) -> None:
        self._body = body
        self._off = -1.0 if plan.batter == "right" else 1.0
        self._front, self._back = ("left", "right") if plan.batter == "right" else ("right", "left")
        self._stands = np.array([rng.uniform(0.85, 1.3), -self._off * rng.uniform(0.22, 0.42)])
        met = course.contact_s
        self._meets_s = met if met is not None else self._passing(course, plan)
        ball = course.at(min(self._meets_s, course.end_s))
        miss = 0.0 if course.fate == "played" else float(rng.choice([-1, 1]) * rng.uniform(0.12, 0.25))
        self._meets = ball + (0.0, miss, 0.0)
        self._swings = course.fate == "played" or (course.fate == "bowled" and rng.random() < 0.8)
        stretch = float(np.clip((self._meets[0] - self._stands[0] - 0.15) * 0.7, -0.5, 0.75)) if self._swings else 0.1
        self._stretch = stretch
        self._keys = Keyframes(_movement(self._meets_s, stretch), mirrored=plan.batter == "left")
        self._low = float(rng.uniform(0.0, 1.0))

    @property
    def facing_rad(self) -> float:
        """Where the body faces: to the off side."""
        return self._off * np.pi / 2

    def place_m(self, time_s: float) -> Floats:
        """Where the body stands, [along, leg]."""
        share = ease((time_s - 0.15) / max(self._meets_s - 0.15, 0.1)) * (
            1 - ease((time_s - self._meets_s - 1.0) / 1.0)
        )
        return self._stands + (0.55 * self._stretch * share, 0.0)

    def pose(self, time_s: float) -> Pose:
        """Legs, trunk and head; the arms follow from the bat."""
        return self._keys.at(time_s)

    def hold(self, joints: Floats, time_s: float, place: Floats) -> Held:
        """Bring the hands of joints (J, 3), in cm in pitch coordinates, to the bat, in place; the bat as it is held."""
        held = self._bat(time_s, place)
        grip = (held.toe_m - held.hands_m) / np.linalg.norm(held.toe_m - held.hands_m)
        forward = np.array([0.0, self._off, 0.0])
        for side, along in ((self._front, -0.05), (self._back, 0.05)):
            outward = np.array([0.55 if side == self._front else -0.8, 0.1 * self._off, -0.6])
            reached(joints, self._body, side, 100 * (held.hands_m + along * grip), outward - 0.2 * forward)
        hands = (joints[JOINT["left_hand"]] + joints[JOINT["right_hand"]]) / 200
        return Held(hands, hands + held.toe_m - held.hands_m)

    def _bat(self, time_s: float, place: Floats) -> Held:
        """Hands and toe by key moments, all as [along, off, up] from where the batter stands."""
        below = BAT_LENGTH_M - _GRIP_M
        stance = (np.array([0.10, 0.30, 0.84]), np.array([-0.35, 0.08, -0.93]))
        lifted = (np.array([-0.12, 0.30, 1.08]), np.array([-0.62, 0.12, 0.35 + 0.5 * self._low]))
        keys: list[tuple[float, tuple[Floats, Floats]]] = [(-9.0, stance), (_LIFT_S, stance), (0.05, lifted)]
        if self._swings:
            keys += self._stroke()
        else:
            raised = (np.array([-0.05, 0.25, 1.22]), np.array([0.1, 0.25, 0.95]))
            keys += [(self._meets_s - 0.1, raised), (self._meets_s + 0.35, raised)]
        keys += [(self._meets_s + 1.5, stance), (self._meets_s + 60.0, stance)]
        times = np.array([time for time, _ in keys])
        index = int(np.clip(np.searchsorted(times, time_s, side="right"), 1, len(keys) - 1))
        share = ease((time_s - times[index - 1]) / (times[index] - times[index - 1]))
        hands = keys[index - 1][1][0] * (1 - share) + keys[index][1][0] * share
        way = keys[index - 1][1][1] * (1 - share) + keys[index][1][1] * share
        way = way / max(float(np.linalg.norm(way)), 1e-6)
        turned = np.array([1.0, self._off, 1.0])
        at = np.array([place[0], place[1], 0.0]) + hands * turned
        return Held(at, at + below * way * turned)

    def _stroke(self) -> list[tuple[float, tuple[Floats, Floats]]]:
        local = (self._meets - (*self.place_m(self._meets_s), 0.0)) * (1.0, self._off, 1.0)
        upright, level = np.array([0.18 - 0.25 * (local[0] > 0.5), 0.12, -1.0]), np.array([0.25, 1.0, 0.1])
        way = upright if local[2] < 0.95 else level
        way = way / np.linalg.norm(way)
        hands = local - (_SWEET_M - _GRIP_M) * way
        hands[1] = max(hands[1], 0.12)
        through = (np.array([0.45, 0.15, 1.35]), np.array([0.45, -0.2, 0.75]))
        early = (hands + (-0.18, 0.0, 0.12), way + (-1.0, 0.0, 0.35))
        meets = self._meets_s
        return [(meets - 0.09, early), (meets, (hands, way)), (meets + 0.22, through), (meets + 0.7, through)]

    def _passing(self, course: Course, plan: Plan) -> float:
        """When the ball is where the batter would meet it."""
        times = np.linspace(0.1, course.end_s, 80)
        along = np.array([course.at(float(time))[0] for time in times])
        passed = np.flatnonzero(along <= plan.reach_m)
        return float(times[passed[0]]) if len(passed) else course.end_s


def _movement(meets_s: float, stretch: float) -> list[tuple[float, Pose]]:
    """Legs and trunk of a right-hander, who has the left side in front."""

    def pose(trunk: float, knees: tuple[float, float], apart: tuple[float, float], twist: float, yaw: float) -> Pose:
        hips = (0.75 * knees[0] + 4, 0.75 * knees[1] + 4)
        return Pose(
            trunk_flexion_deg=trunk, trunk_twist_deg=twist, head_yaw_deg=yaw - twist, head_pitch_deg=4.0,
            neck_flexion_deg=-0.3 * trunk, hip_flexion_deg=both(*hips), knee_flexion_deg=both(*knees),
            ankle_flexion_deg=both(knees[0] - hips[0], knees[1] - hips[1]), hip_abduction_deg=both(*apart),
        )  # fmt: skip

    stance = pose(30, (26, 24), (13, 13), 10, 72)
    ready = pose(20, (18, 18), (14, 14), 0, 76)
    lunge = max(stretch, 0.0)
    strikes = pose(24 + 14 * lunge, (20 + 40 * lunge, 12), (16 + 26 * lunge, 14 + 20 * lunge), 22, 55)
    through = pose(12, (20 + 25 * lunge, 14), (16 + 20 * lunge, 14 + 12 * lunge), 48, 30)
    return [
        (-9.0, stance), (_LIFT_S, stance), (0.05, ready), (meets_s, strikes), (meets_s + 0.25, through),
        (meets_s + 0.8, through), (meets_s + 1.6, stance), (meets_s + 60.0, stance),
    ]  # fmt: skip
