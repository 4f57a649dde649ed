"""Everybody on the field at any moment of a delivery and of the time before and after it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.simulation.bodies import Body
from pipeline.simulation.cricket.batting import Batting, Held
from pipeline.simulation.cricket.bowler import Bowling
from pipeline.simulation.cricket.delivery import Course, Plan
from pipeline.simulation.cricket.dress import BAT_JOINTS, Role, cricketer, dressed
from pipeline.simulation.cricket.keyframes import Keyframes
from pipeline.simulation.cricket.laws import BAT_LENGTH_M, PITCH_M
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.reach import reached
from pipeline.simulation.figures import Shape
from pipeline.simulation.gait import step_cm, stride
from pipeline.simulation.skeleton import JOINT, Pose, Segments, joints_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the match."""

    track: int
    role: Role
    body: Body
    segments: Segments
    shape: Shape
    home_m: tuple[float, float]
    """Where a keeper, an umpire or a fielder stands, [along, leg]."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Somebody at a moment, in pitch coordinates."""

    player: Player
    joints_cm: Floats
    """(J + 3, 3): the joints of the skeleton and the bat's points."""
    place_m: tuple[float, float]
    facing_rad: float
    speed_m_s: float
    moves_rad: float
    """The direction of motion over the ground."""


def squad(rng: np.random.Generator, look: Look, plan: Plan, fielders: int) -> list[Player]:
    """The bowler, the striker and, in a match, all who stand around them."""
    off = -1.0 if plan.batter == "right" else 1.0
    behind = -plan.keeper_m
    away = -float(np.sign(plan.aside_m))
    roles: list[tuple[Role, tuple[float, float]]] = [("bowler", (0.0, 0.0)), ("striker", (0.0, 0.0))]
    if look.setting != "nets":
        roles += [
            ("keeper", (behind, off * float(rng.uniform(0.1, 0.5)))),
            ("non-striker", (PITCH_M - float(rng.uniform(0.6, 1.3)), away * float(rng.uniform(1.0, 1.9)))),
            ("umpire", (PITCH_M + float(rng.uniform(0.9, 2.2)), away * float(rng.uniform(0.05, 0.5)))),
        ]
        around = [
            (behind - 0.6, off * 2.2), (27.0, off * 13.0), (26.0, -off * 14.0), (7.0, off * 21.0), (0.5, -off * 19.0),
            (behind - 0.3, off * 4.2), (9.0, -off * 23.0), (-4.0, off * 17.0), (-45.0, -off * 24.0),
        ]  # fmt: skip
        roles += [("fielder", (x + float(rng.normal(0, 0.8)), y * float(rng.normal(1, 0.05)))) for x, y in around]
        roles = roles[: 5 + fielders]
    found = []
    for number, (role, home) in enumerate(roles):
        body = cricketer(rng, role, look)
        shape = dressed(body, role, look, rng)
        found.append(Player(number + 1, role, body, body.segments, shape, home))
    return found


class Cast:
    """Everybody during one delivery; times are seconds from its release.

    Args:
        players: who they are.
        plan: what is bowled.
        bowling: the bowler of this delivery.
        course: the ball's.
        next_mark_m: where the bowler walks back to.
        next_s: when the next run-up begins.
        rng: of habits.
    """

    def __init__(
        self, players: list[Player], plan: Plan, bowling: Bowling, course: Course, next_mark_m: Floats, next_s: float,
        rng: np.random.Generator,
    ) -> None:  # fmt: skip
        self._players = players
        self._plan = plan
        self._bowling = bowling
        self._course = course
        striker = next(player for player in players if player.role == "striker")
        self._batting = Batting(striker.segments, plan, course, rng)
        self._back = next_mark_m
        self._next_s = next_s

    def moments(self, time_s: float) -> list[Moment]:
        """Everybody at a moment."""
        return [self._moment(player, time_s) for player in self._players]

    def ball_in_hand_m(self, moment: Moment) -> Floats:
        """The ball in the bowler's hand, (3,)."""
        return self._bowling.ball_m(moment.joints_cm)

    def _moment(self, player: Player, time_s: float) -> Moment:
        match player.role:
            case "bowler":
                return self._bowler(player, time_s)
            case "striker":
                joints, bat = self._batting.joints(time_s)
                place = self._batting.place_m(time_s)
                return _moment(player, joints, place, self._batting.facing_rad, bat=bat)
            case "keeper":
                return self._keeper(player, time_s)
            case "non-striker":
                return self._backing_up(player, time_s)
            case "umpire":
                pose = _UMPIRE.at(time_s)
                joints = joints_of(player.segments, pose, 100 * np.array(player.home_m), np.pi)[0]
                return _moment(player, joints, np.array(player.home_m), np.pi)
            case "fielder":
                return self._fielder(player, time_s)

    def _bowler(self, player: Player, time_s: float) -> Moment:
        bowling = self._bowling
        stops = 1.9
        if bowling.starts_s <= time_s <= stops:
            here, speed = bowling.place_m(time_s), bowling.speed_cm_s(time_s) / 100
            return _moment(player, bowling.joints(time_s), here, np.pi, speed, np.pi)
        if time_s < bowling.starts_s:
            here = bowling.place_m(bowling.starts_s)
            joints = joints_of(player.segments, _IDLE, 100 * here, np.pi)[0]
            return _moment(player, joints, here, np.pi)
        start = bowling.place_m(stops)
        way = self._back - start
        far = float(np.linalg.norm(way))
        walks = max(self._next_s - 0.8 - (stops + 0.6), 1.0)
        pace = min(max(far / walks, 1.35), 4.5)
        gone = float(np.clip((time_s - stops - 0.6) * pace, 0.0, far))
        here = start + way * gone / max(far, 1e-6)
        around = float(np.arctan2(way[1], way[0]))
        moving = 0 < gone < far
        turn = _ease((time_s - stops) / 0.6)
        facing = np.pi + turn * ((around - np.pi + np.pi) % (2 * np.pi) - np.pi)
        if gone >= far:
            facing = around + _ease((time_s - stops - 0.6 - far / pace) / 0.5) * (np.pi - around)
        pose = _walking(player.segments, gone, pace) if moving else _IDLE
        joints = joints_of(player.segments, pose, 100 * here, facing)[0]
        return _moment(player, joints, here, facing, pace if moving else 0.0, around)

    def _keeper(self, player: Player, time_s: float) -> Moment:
        pose = _KEEPER.at(time_s)
        here = np.array(player.home_m)
        taken = self._course.fate == "left"
        if taken:
            goes = self._course.at(self._course.end_s)
            aside = float(np.clip(goes[1] - here[1], -1.6, 1.6)) * _ease((time_s - 0.25) / 0.5)
            here = here + (0.0, aside * (1 - _ease((time_s - self._course.end_s - 1.5) / 1.0)))
        joints = joints_of(player.segments, pose, 100 * here, 0.0)[0]
        low = np.array([here[0] + 0.42, here[1], 0.55 + 0.5 * _ease((time_s - 0.2) / 0.4)])
        if taken:
            waits = _ease((time_s - self._course.end_s + 0.25) / 0.22)
            goes = self._course.at(self._course.end_s)
            carried = _ease((time_s - self._course.end_s) / 0.4)
            catch = np.array([goes[0], goes[1], goes[2]])
            low = low + waits * (1 - carried) * (catch - low)
        for side, apart in (("left", 0.06), ("right", -0.06)):
            reached(
                joints, player.segments, side, 100 * (low + (0.0, apart, 0.0)), np.array([0.0, np.sign(apart), -0.7])
            )
        return _moment(player, joints, here, 0.0)

    def _backing_up(self, player: Player, time_s: float) -> Moment:
        start = np.array(player.home_m)
        walks = float(np.clip((time_s + 0.7) / 1.6, 0, 1)) * 2.6
        back = _ease((time_s - 3.5) / 2.5) * 2.6
        here = start - (walks - back, 0.0)
        moving = 0 < walks < 2.6 or 0 < back < 2.6
        pose = _walking(player.segments, walks - back, 1.6) if moving else _LEANS
        joints = joints_of(player.segments, pose, 100 * here, np.pi)[0]
        side = "right" if start[1] > 0 else "left"
        hand = joints[JOINT[f"{side}_hand"]] / 100
        toe = hand + BAT_LENGTH_M * 0.85 * np.array([-0.25, 0.1 * np.sign(start[1]), -0.9])
        toe[2] = max(toe[2], 0.04)
        return _moment(player, joints, here, np.pi, 1.6 if moving else 0.0, np.pi, Held(hand, toe))

    def _fielder(self, player: Player, time_s: float) -> Moment:
        home = np.array(player.home_m)
        towards = np.array([1.0, 0.0]) - home
        far = float(np.linalg.norm(towards))
        facing = float(np.arctan2(towards[1], towards[0]))
        close = far < 20 and home[0] < 0
        if close:
            facing = float(np.arctan2(-home[1] * 0.4, PITCH_M))
            joints = joints_of(player.segments, _SLIP.at(time_s), 100 * home, facing)[0]
            return _moment(player, joints, home, facing)
        walks = 3.2 * float(np.clip((time_s + 3.0) / 3.2, 0, 1))
        back = 3.2 * _ease((time_s - 3.0) / 3.5)
        here = home + towards / far * (walks - back)
        moving = 0 < walks < 3.2 or 0 < back < 3.2
        pose = _walking(player.segments, walks - back, 1.1) if moving else _READY
        joints = joints_of(player.segments, pose, 100 * here, facing)[0]
        return _moment(player, joints, here, facing, 1.1 if moving else 0.0, facing)


def _moment(
    player: Player, joints: Floats, place: Floats, facing: float, speed: float = 0.0, moves: float | None = None,
    bat: Held | None = None,
) -> Moment:  # fmt: skip
    hand = joints[JOINT["right_hand"]]
    held = np.stack([hand] * len(BAT_JOINTS))
    if bat is not None:
        way = bat.toe_m - bat.hands_m
        held = 100 * np.stack([bat.hands_m - 0.10 * way, bat.hands_m + 0.30 * way, bat.hands_m + 0.97 * way])
    whole = np.concatenate([joints, held])
    where = (float(place[0]), float(place[1]))
    return Moment(player, whole, where, float(facing), speed, facing if moves is None else moves)


def _walking(body: Segments, gone_m: float, pace_m_s: float) -> Pose:
    phase = np.pi * 100 * gone_m / float(np.max(step_cm(body, 100 * pace_m_s)))
    return stride(body, phase, 100 * pace_m_s)


def _ease(share: float) -> float:
    share = float(np.clip(share, 0.0, 1.0))
    return share * share * (3 - 2 * share)


def _crouched(hips: float, knees: float, trunk: float, arms: float, elbows: float, apart: float = 12.0) -> Pose:
    return Pose(
        trunk_flexion_deg=trunk, neck_flexion_deg=-0.6 * trunk, hip_flexion_deg=hips, knee_flexion_deg=knees,
        ankle_flexion_deg=float(np.clip(knees - hips, -50, 40)), hip_abduction_deg=apart, shoulder_flexion_deg=arms,
        elbow_flexion_deg=elbows, shoulder_abduction_deg=12.0,
    )  # fmt: skip


_IDLE = Pose(shoulder_flexion_deg=12.0, shoulder_abduction_deg=8.0, elbow_flexion_deg=35.0, hip_abduction_deg=5.0)
_LEANS = Pose(trunk_flexion_deg=12.0, shoulder_flexion_deg=18.0, shoulder_abduction_deg=8.0, hip_abduction_deg=6.0)
_READY = _crouched(24, 20, 18, 20, 40)
_KEEPER = Keyframes(
    [
        (-60.0, _crouched(25, 25, 20, 30, 50)),
        (-4.0, _crouched(28, 28, 20, 30, 50)),
        (-2.0, _crouched(100, 118, 22, 45, 40)),
        (0.12, _crouched(98, 112, 24, 45, 40)),
        (0.55, _crouched(48, 50, 28, 40, 40)),
        (2.0, _crouched(22, 22, 14, 30, 50)),
        (90.0, _crouched(8, 8, 4, 20, 50)),
    ]
)
_SLIP = Keyframes(
    [
        (-60.0, _crouched(10, 8, 4, 12, 20)),
        (-1.6, _crouched(14, 12, 6, 15, 25)),
        (-0.6, _crouched(62, 50, 34, 38, 30, 16)),
        (0.7, _crouched(58, 46, 30, 40, 30, 16)),
        (2.2, _crouched(10, 8, 4, 12, 20)),
        (90.0, _crouched(6, 5, 2, 10, 20)),
    ]
)
_UMPIRE = Keyframes(
    [
        (-60.0, _crouched(4, 4, 2, -12, 60, 5)),
        (-1.2, _crouched(6, 5, 3, -12, 60, 5)),
        (-0.2, _crouched(18, 10, 18, -14, 70, 6)),
        (0.8, _crouched(18, 10, 18, -14, 70, 6)),
        (2.0, _crouched(4, 4, 2, -12, 60, 5)),
        (90.0, _crouched(4, 4, 2, -12, 60, 5)),
    ]
)
