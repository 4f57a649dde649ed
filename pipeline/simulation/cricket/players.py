"""Everybody on the field at any moment of a delivery and of the time before and after it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.angles import turn_rad
from pipeline.geometry.laws import BAT_LENGTH_M, PITCH_M, POPPING_M
from pipeline.simulation.bodies import Body
from pipeline.simulation.cricket.batting import Batting, Held
from pipeline.simulation.cricket.bowler import Bowling
from pipeline.simulation.cricket.delivery import Course, Plan
from pipeline.simulation.cricket.dress import BAT_JOINTS, Role, cricketer, dressed
from pipeline.simulation.cricket.keyframes import Keyframes, ease, pose_of, vectors_of
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.reach import reached
from pipeline.simulation.gait import step_cm, stride
from pipeline.simulation.shapes import Shape
from pipeline.simulation.skeleton import JOINT, Pose, Segments, joints_of

Floats = npt.NDArray[np.float64]
Wanted = Callable[[Floats], npt.NDArray[np.bool_]]
"""Which of places (N, 2), [along, leg], are of interest."""


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
class _Stride:
    """Walking, after so many metres at a pace."""

    gone_m: float
    pace_m_s: float


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody is doing at a moment; `held` may move the arms and says where the bat is."""

    player: Player
    pose: Pose | Keyframes | _Stride
    place_m: Floats
    facing_rad: float
    speed_m_s: float = 0.0
    moves_rad: float | None = None
    held: Callable[[Floats], Held | None] | None = None


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
    roles: list[tuple[Role, float, float]] = [("bowler", 0.0, 0.0), ("striker", 0.0, 0.0)]
    if look.setting != "nets":
        roles.append(("keeper", behind, off * float(rng.uniform(0.1, 0.5))))
        roles.append(("non-striker", PITCH_M - float(rng.uniform(0.6, 1.3)), away * float(rng.uniform(1.0, 1.9))))
        roles.append(("umpire", PITCH_M + float(rng.uniform(0.9, 2.2)), away * float(rng.uniform(0.1, 0.9))))
        around = [
            (behind - 0.6, off * 2.2), (27.0, off * 13.0), (26.0, -off * 14.0), (7.0, off * 21.0), (0.5, -off * 19.0),
            (behind - 0.3, off * 4.2), (9.0, -off * 23.0), (-4.0, off * 17.0), (-45.0, -off * 24.0),
        ]  # fmt: skip
        for along, leg in around[:fielders]:
            roles.append(("fielder", along + float(rng.normal(0, 0.8)), leg * float(rng.normal(1, 0.05))))
        side = -off if rng.random() < 0.8 else off
        roles.append(("umpire", POPPING_M + float(rng.normal(0, 0.5)), side * float(rng.uniform(11, 20))))
    found = []
    for number, (role, along, leg) in enumerate(roles):
        body = cricketer(rng, role, look)
        shape = dressed(body, role, look, rng)
        found.append(Player(number + 1, role, body, body.segments, shape, (along, leg)))
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

    def moments(self, time_s: float, wanted: Wanted | None = None) -> list[Moment]:
        """Everybody at a moment, or the bowler and those whose places are wanted."""
        wishes = [self._wish(player, time_s) for player in self._players]
        if wanted is not None:
            chosen = wanted(np.stack([wish.place_m for wish in wishes])).tolist()
            wishes = [w for w, there in zip(wishes, chosen, strict=True) if there or w.player.role == "bowler"]
        body = Segments.stacked([wish.player.segments for wish in wishes])
        places = 100 * np.stack([wish.place_m for wish in wishes])
        facing = np.array([wish.facing_rad for wish in wishes])
        joints = joints_of(body, _poses(wishes, time_s), places, facing)
        return [_moment(wish, whole) for wish, whole in zip(wishes, joints, strict=True)]

    def ball_in_hand_m(self, moment: Moment) -> Floats:
        """The ball in the bowler's hand, (3,)."""
        return self._bowling.ball_m(moment.joints_cm)

    def _wish(self, player: Player, time_s: float) -> _Wish:
        match player.role:
            case "bowler":
                return self._bowler(player, time_s)
            case "striker":
                batting = self._batting
                place = batting.place_m(time_s)
                return _Wish(
                    player, batting.pose(time_s), place, batting.facing_rad,
                    held=lambda joints: batting.hold(joints, time_s, place),
                )  # fmt: skip
            case "keeper":
                return self._keeper(player, time_s)
            case "non-striker":
                return self._backing_up(player, time_s)
            case "umpire":
                return _Wish(player, _UMPIRE, np.array(player.home_m), _watches(player.home_m))
            case "fielder":
                return self._fielder(player, time_s)

    def _bowler(self, player: Player, time_s: float) -> _Wish:
        bowling = self._bowling
        stops = 1.9
        if bowling.starts_s <= time_s <= stops:
            speed = bowling.speed_cm_s(time_s) / 100

            def stand(joints: Floats) -> None:
                bowling.ground(joints, time_s)

            return _Wish(player, bowling.pose(time_s), bowling.place_m(time_s), np.pi, speed, np.pi, stand)
        if time_s < bowling.starts_s:
            return _Wish(player, _IDLE, bowling.place_m(bowling.starts_s), np.pi)
        start = bowling.place_m(stops)
        way = self._back - start
        far = float(np.linalg.norm(way))
        walks = max(self._next_s - 0.8 - (stops + 0.6), 1.0)
        pace = min(max(far / walks, 1.35), 4.5)
        gone = float(np.clip((time_s - stops - 0.6) * pace, 0.0, far))
        here = start + way * gone / max(far, 1e-6)
        around = float(np.arctan2(way[1], way[0]))
        moving = 0 < gone < far
        facing = np.pi + ease((time_s - stops) / 0.6) * turn_rad(np.pi, around)
        if gone >= far:
            facing = around + ease((time_s - stops - 0.6 - far / pace) / 0.5) * turn_rad(around, np.pi)
        pose = _Stride(gone, pace) if moving else _IDLE
        return _Wish(player, pose, here, facing, pace if moving else 0.0, around)

    def _keeper(self, player: Player, time_s: float) -> _Wish:
        here = np.array(player.home_m)
        course = self._course
        takes = course.fate == "left"
        goes = course.at(course.end_s)
        if takes:
            aside = float(np.clip(goes[1] - here[1], -1.6, 1.6)) * ease((time_s - 0.25) / 0.5)
            here = here + (0.0, aside * (1 - ease((time_s - course.end_s - 1.5) / 1.0)))
        gloves = np.array([here[0] + 0.42, here[1], 0.55 + 0.5 * ease((time_s - 0.2) / 0.4)])
        if takes:
            waits = ease((time_s - course.end_s + 0.25) / 0.22) * (1 - ease((time_s - course.end_s) / 0.4))
            gloves = gloves + waits * (goes - gloves)

        def hold(joints: Floats) -> None:
            for side, apart in (("left", 0.06), ("right", -0.06)):
                pole = np.array([0.0, np.sign(apart), -0.7])
                reached(joints, player.segments, side, 100 * (gloves + (0.0, apart, 0.0)), pole)

        return _Wish(player, _KEEPER, here, 0.0, held=hold)

    def _backing_up(self, player: Player, time_s: float) -> _Wish:
        start = np.array(player.home_m)
        walks = float(np.clip((time_s + 0.7) / 1.6, 0, 1)) * 2.6
        back = ease((time_s - 3.5) / 2.5) * 2.6
        moving = 0 < walks < 2.6 or 0 < back < 2.6
        pose = _Stride(walks - back, 1.6) if moving else _LEANS
        side = "right" if start[1] > 0 else "left"

        def hold(joints: Floats) -> Held:
            hand = joints[JOINT[f"{side}_hand"]] / 100
            toe = hand + BAT_LENGTH_M * 0.85 * np.array([-0.25, 0.1 * np.sign(start[1]), -0.9])
            toe[2] = max(toe[2], 0.04)
            return Held(hand, toe)

        here = start - (walks - back, 0.0)
        return _Wish(player, pose, here, np.pi, 1.6 if moving else 0.0, np.pi, hold)

    def _fielder(self, player: Player, time_s: float) -> _Wish:
        home = np.array(player.home_m)
        towards = np.array([1.0, 0.0]) - home
        far = float(np.linalg.norm(towards))
        if far < 20 and home[0] < 0:
            return _Wish(player, _SLIP, home, float(np.arctan2(-home[1] * 0.4, PITCH_M)))
        facing = float(np.arctan2(towards[1], towards[0]))
        walks = 3.2 * float(np.clip((time_s + 3.0) / 3.2, 0, 1))
        back = 3.2 * ease((time_s - 3.0) / 3.5)
        moving = 0 < walks < 3.2 or 0 < back < 3.2
        pose = _Stride(walks - back, 1.1) if moving else _READY
        here = home + towards / far * (walks - back)
        return _Wish(player, pose, here, facing, 1.1 if moving else 0.0, facing)


def _watches(home_m: tuple[float, float]) -> float:
    """Where an umpire looks: the one behind the bowler's stumps along the pitch, the one at square leg across it."""
    along, leg = home_m
    return np.pi if along > PITCH_M else -float(np.sign(leg)) * np.pi / 2


def _moment(wish: _Wish, joints: Floats) -> Moment:
    bat = wish.held(joints) if wish.held is not None else None
    held = np.stack([joints[JOINT["right_hand"]]] * len(BAT_JOINTS))
    if bat is not None:
        way = bat.toe_m - bat.hands_m
        held = 100 * np.stack([bat.hands_m - 0.10 * way, bat.hands_m + 0.30 * way, bat.hands_m + 0.97 * way])
    whole = np.concatenate([joints, held])
    where = (float(wish.place_m[0]), float(wish.place_m[1]))
    moves = wish.facing_rad if wish.moves_rad is None else wish.moves_rad
    return Moment(wish.player, whole, where, float(wish.facing_rad), wish.speed_m_s, float(moves))


def _poses(wishes: list[_Wish], time_s: float) -> Pose:
    """Everybody's, with those who walk taken together."""
    walks = [(wish.player.segments, wish.pose) for wish in wishes if isinstance(wish.pose, _Stride)]
    strides = np.empty((0, 0))
    if walks:
        body = Segments.stacked([segments for segments, _ in walks])
        pace = np.array([100 * walk.pace_m_s for _, walk in walks])
        gone = np.array([100 * walk.gone_m for _, walk in walks])
        strides = vectors_of(stride(body, np.pi * gone / step_cm(body, pace), pace))
    rows, taken = [], 0
    for wish in wishes:
        match wish.pose:
            case _Stride():
                rows.append(strides[taken])
                taken += 1
            case Keyframes():
                rows.append(wish.pose.vector(time_s))
            case pose:
                rows.append(vectors_of(pose)[0])
    return pose_of(np.stack(rows))


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
