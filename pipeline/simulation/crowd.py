"""The people of a place: what they are about, how they make way for each other, and where their joints are.

Walking follows the idea of social forces (Helbing and Molnár 1995): everybody wishes for a velocity, is pushed aside by
whom they would meet within the next seconds, and can change their velocity only so fast. Nobody walks through anybody:
what is left of an overlap after that is taken away by moving both apart, and speeds are those that are left then.
Usual paces after Bohannon and Andrews 2011 (Physiotherapy 97, 182-189).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pipeline.geometry.angles import turn_rad
from pipeline.simulation.actions import blended, crouching, falling, holding, looking, seated
from pipeline.simulation.bodies import Body
from pipeline.simulation.conduct import Intent, pursue
from pipeline.simulation.deeds import FallDown, Sit
from pipeline.simulation.feet import step_feet
from pipeline.simulation.gait import eased, runs, stride
from pipeline.simulation.ground import Ground
from pipeline.simulation.skeleton import Pose, Segments, joints_of
from pipeline.simulation.walkers import STILL_CM_S, Walker

Floats = npt.NDArray[np.float64]
_SHOULDER_CM, _LYING_CM = 22.0, 70.0
"""The radius of a person on the ground, upright and stretched out."""
_ROOM_CM = 115.0
_AHEAD_S = 2.5
_START_CM_S2, _STOP_CM_S2, _SPRINT_CM_S2 = 170.0, 260.0, 380.0
_TURN_RAD_S = 2.6
_HEAD_DEG_S = 160.0
_HANDS_S, _RUN_S = 0.5, 0.4
"""How long it takes until hands are where they should be, and arms swing as runners' do."""


def pace_of(body: Body, rng: np.random.Generator) -> float:
    """At which somebody likes to walk, in cm/s."""
    age = 0.88 if body.age_years > 70 else 1.0
    return float(np.clip(rng.normal(130, 16), 85, 175) * age * np.sqrt(body.stature_cm / 172))


class Crowd:
    """Everybody in a place.

    Args:
        ground: where they can be.
        next_deeds: fills the deeds of somebody who has none left.
    """

    def __init__(self, ground: Ground, next_deeds: Callable[[Walker], None]) -> None:
        self.ground = ground
        self.walkers: list[Walker] = []
        self._next_deeds = next_deeds
        self._seconds = 0.0
        self._stacked: tuple[tuple[int, ...], Segments] = ((), Segments.typical())

    def step(self, seconds: float) -> None:
        """Let time pass."""
        self.walkers = [walker for walker in self.walkers if not walker.gone]
        for walker in self.walkers:
            if not walker.deeds:
                self._next_deeds(walker)
        intents = [pursue(walker, self.ground.camera, seconds) for walker in self.walkers]
        self.walkers, intents = _present(self.walkers, intents)
        if not self.walkers:
            return
        self._move(intents, seconds)
        for walker, intent in zip(self.walkers, intents, strict=True):
            _turn(walker, intent, seconds)
        self._pose(seconds)

    def _move(self, intents: Sequence[Intent], seconds: float) -> None:
        walkers = self.walkers
        position = np.stack([walker.position for walker in walkers])
        velocity = np.stack([walker.velocity for walker in walkers])
        wish = np.stack([intent.velocity for intent in intents])
        fixed = np.array([intent.fixed for intent in intents])
        polite = np.array([not (intent.straight or intent.fixed) for intent in intents])
        radii = np.array([_LYING_CM if w.state in ("lying", "falling") else _SHOULDER_CM for w in walkers])
        wish = wish + polite[:, None] * self._aside(position, velocity, wish, radii)
        change = wish - velocity
        size = np.linalg.norm(change, axis=1)
        speed, wished = np.linalg.norm(velocity, axis=1), np.linalg.norm(wish, axis=1)
        most = np.where(wished < speed, _STOP_CM_S2, np.where(wished > 210, _SPRINT_CM_S2, _START_CM_S2))
        velocity = velocity + change * np.minimum(1, most * seconds / np.maximum(size, 1e-6))[:, None]
        velocity[fixed & (speed < 60)] = 0.0
        moved = position + velocity * seconds
        moved = _apart(moved, radii, fixed)
        moved = self._off_obstacles(moved, fixed)
        for walker, before, after in zip(walkers, position, moved, strict=True):
            walker.velocity = (after - before) / seconds
            walker.position = after

    def _aside(self, position: Floats, velocity: Floats, wish: Floats, radii: Floats) -> Floats:
        """How those whom people would meet change the velocities that they wish for, (N, 2) in cm/s."""
        pace = np.linalg.norm(wish, axis=1)
        apart = position[:, None] - position[None]
        closing = velocity[:, None] - velocity[None]
        sums = radii[:, None] + radii[None] + _ROOM_CM - 2 * _SHOULDER_CM
        np.fill_diagonal(sums, -1.0)
        push = _pushes(apart, closing, sums)
        discs = np.vstack([self.ground.obstacles, self.ground.shunned])
        if len(discs):
            away = position[:, None] - discs[None, :, :2]
            room = np.broadcast_to(discs[:, 2] + 40.0, away.shape[:2])
            push = push + _pushes(away, np.broadcast_to(velocity[:, None], away.shape), room)
        length = np.linalg.norm(push, axis=1, keepdims=True)
        push = push * np.minimum(1.0, 1.3 / np.maximum(length, 1e-6))
        return push * pace[:, None]

    def _off_obstacles(self, position: Floats, fixed: npt.NDArray[np.bool_]) -> Floats:
        discs = self.ground.obstacles
        if not len(discs):
            return position
        away = position[:, None] - discs[None, :, :2]
        distance = np.maximum(np.linalg.norm(away, axis=2), 1e-6)
        inside = np.maximum(discs[:, 2] + 0.7 * _SHOULDER_CM - distance, 0) * ~fixed[:, None]
        return position + (away / distance[..., None] * inside[..., None]).sum(axis=1)

    def _bodies(self) -> Segments:
        tracks = tuple(walker.track for walker in self.walkers)
        if tracks != self._stacked[0]:
            self._stacked = tracks, Segments.stacked([walker.body.segments for walker in self.walkers])
        return self._stacked[1]

    def _pose(self, seconds: float) -> None:
        walkers = self.walkers
        bodies = self._bodies()
        feet = step_feet(walkers, bodies, seconds)
        speed = np.array([walker.speed_cm_s for walker in walkers])
        running = runs(bodies, speed)
        for walker, runs_now in zip(walkers, running, strict=True):
            _change_arms(walker, bool(runs_now), seconds)
        run_share = np.array([walker.run_share for walker in walkers])
        pose = stride(bodies, np.array([walker.phase for walker in walkers]), speed, feet, run_share)
        stoop = np.array([walker.body.stoop_deg for walker in walkers])
        # Nobody stands quite still.
        self._seconds += seconds
        idle = self._seconds * np.array([[1.3, 0.8, 0.5]]) + np.array([[walker.track * 1.7] for walker in walkers])
        breath, shift, glance = np.sin(idle).T
        pose = replace(
            pose,
            trunk_flexion_deg=pose.trunk_flexion_deg + stoop + 0.7 * breath,
            trunk_side_deg=pose.trunk_side_deg + 1.3 * shift,
            neck_flexion_deg=pose.neck_flexion_deg - 0.7 * stoop,
            head_yaw_deg=pose.head_yaw_deg + 3.0 * glance,
        )
        held = np.array([walker.holds_share for walker in walkers])
        if held.any():
            pose = blended(pose, holding(bodies, pose, [walker.holds for walker in walkers]), eased(held))
        pose = looking(pose, [w.head_yaw_deg for w in walkers], [w.head_pitch_deg for w in walkers])
        facing = np.array([walker.facing_rad for walker in walkers])
        joints = joints_of(bodies, pose, np.stack([walker.position for walker in walkers]), facing)
        for number, walker in enumerate(walkers):
            own = joints[number]
            if walker.share > 0:
                own = _lowered(walker, pose.of(number))
            elif walker.state not in ("falling", "lying"):
                moving = walker.speed_cm_s > STILL_CM_S
                walker.state = ("running" if running[number] else "walking") if moving else "standing"
            walker.move_joints(own, seconds)


def _present(walkers: list[Walker], intents: list[Intent]) -> tuple[list[Walker], list[Intent]]:
    pairs = [pair for pair in zip(walkers, intents, strict=True) if not pair[0].gone]
    return [walker for walker, _ in pairs], [intent for _, intent in pairs]


def _pushes(apart: Floats, closing: Floats, room: Floats) -> Floats:
    """How much each of N is pushed by M others (N, M, 2), as shares of their pace, (N, 2).

    Args:
        apart: from the others to them, in cm.
        closing: their velocity less the others', in cm/s.
        room: how far from each they want to stay; negative for none.
    """
    distance = np.maximum(np.linalg.norm(apart, axis=2), 1e-6)
    speed = np.maximum(np.linalg.norm(closing, axis=2), 1.0)
    until = np.clip(-np.sum(apart * closing, axis=2) / speed**2, 0, _AHEAD_S)
    then = apart + until[..., None] * closing
    miss = np.linalg.norm(then, axis=2)
    going = closing / speed[..., None]
    left = np.stack([-going[..., 1], going[..., 0]], axis=2)
    # To the side on which they would pass anyway; to the left of whom they would run into.
    side = np.where(np.sum(then * left, axis=2) > -6.0, 1.0, -1.0)
    meets = (until > 0) & (miss < room)
    strength = np.where(meets, (1 - miss / np.maximum(room, 1e-6)) * (1 - until / _AHEAD_S), 0.0)
    sideways = 1.1 * (strength * side)[..., None] * left
    near = np.where(distance < room, 1 - distance / np.maximum(room, 1e-6), 0.0)
    return (sideways + 1.2 * near[..., None] ** 2 * apart / distance[..., None]).sum(axis=1)


def _apart(position: Floats, radii: Floats, fixed: npt.NDArray[np.bool_]) -> Floats:
    """The positions with nobody in anybody's place; those who are fixed stay."""
    least = radii[:, None] + radii[None]
    np.fill_diagonal(least, 0.0)
    for _ in range(3):
        between = position[:, None] - position[None]
        distance = np.linalg.norm(between, axis=2)
        overlap = np.maximum(least - distance, 0.0)
        if not overlap.any():
            break
        share = np.where(fixed[:, None], 0.0, np.where(fixed[None], 1.0, 0.5))
        way = between / np.maximum(distance, 1e-6)[..., None]
        position = position + np.clip((share * overlap)[..., None] * way, -4.0, 4.0).sum(axis=1)
    return position


def _turn(walker: Walker, intent: Intent, seconds: float) -> None:
    """Body and head towards where they should be turned."""
    to = intent.facing_rad
    if to is None and walker.speed_cm_s > 25:
        to = math.atan2(walker.velocity[1], walker.velocity[0])
    if to is not None:
        off = turn_rad(walker.facing_rad, to)
        walker.facing_rad += _within(off, _TURN_RAD_S * seconds) * min(1.0, 6 * abs(off))
    most = _HEAD_DEG_S * seconds
    walker.head_yaw_deg += _within(intent.head_yaw_deg - walker.head_yaw_deg, most)
    walker.head_pitch_deg += _within(intent.head_pitch_deg - walker.head_pitch_deg, 0.6 * most)


def _change_arms(walker: Walker, runs_now: bool, seconds: float) -> None:
    """Let go of what the hands did before they do something else, and go over between walking and running arms."""
    if walker.holds != walker.hands:
        walker.holds_share = max(0.0, walker.holds_share - seconds / _HANDS_S)
        if walker.holds_share == 0:
            walker.holds = walker.hands
    elif walker.hands != "free":
        walker.holds_share = min(1.0, walker.holds_share + seconds / _HANDS_S)
    walker.run_share += _within(float(runs_now) - walker.run_share, seconds / _RUN_S)


def _within(value: float, most: float) -> float:
    return max(-most, min(most, value))


def _lowered(walker: Walker, upright: Pose) -> Floats:
    """The joints of somebody who sits, crouches, falls or lies."""
    body = Segments.stacked([walker.body.segments])
    deed = walker.deed
    if isinstance(deed, FallDown):
        pose = falling(body, upright, deed.kind, walker.share)
    else:
        low = (
            seated(body, walker.share, deed.seat.height_cm) if isinstance(deed, Sit) else crouching(body, walker.share)
        )
        pose = blended(upright, low, min(1.0, 6 * walker.share))
        pose = looking(holding(body, pose, [walker.holds]), walker.head_yaw_deg, walker.head_pitch_deg)
    return joints_of(body, pose, walker.position, walker.facing_rad)[0]
