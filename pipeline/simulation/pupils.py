"""Pupils at their desks: they write, think, look up, turn to a neighbour, keep their hands below the desk, stand up."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.simulation.actions import looking, seat_depth_cm, seated
from pipeline.simulation.bodies import Body
from pipeline.simulation.classroom import Desk
from pipeline.simulation.reaching import arms_to
from pipeline.simulation.skeleton import Segments, joints_of
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]
Activity = Literal["writing", "thinking", "looking up", "turned left", "turned right", "hands below", "standing"]

_SHARES: dict[Activity, tuple[float, tuple[float, float]]] = {
    "writing": (0.60, (5, 16)),
    "thinking": (0.16, (2, 6)),
    "looking up": (0.12, (2, 4)),
    "turned left": (0.035, (2, 5)),
    "turned right": (0.035, (2, 5)),
    "hands below": (0.035, (4, 9)),
    "standing": (0.015, (4, 8)),
}
"""How often each is begun, and for how many seconds it is done."""
_HAND_CM_S, _HEAD_DEG_S, _RISES_S, _LEANS_DEG_S = 75.0, 130.0, 1.4, 25.0


@dataclass(slots=True)
class Pupil:
    """Somebody at a desk. `walker` is what the rest of the simulator knows of them."""

    walker: Walker
    desk: Desk
    activity: Activity = "writing"
    until_s: float = 0.0
    lean_deg: float = 14.0
    wrists: Floats = field(default_factory=lambda: np.full((2, 3), np.nan))
    """Where they are, [forward, left, up] from the hips in cm."""

    @classmethod
    def drawn(cls, track: int, desk: Desk, rng: np.random.Generator) -> "Pupil":
        """Somebody for a desk."""
        body = Body.drawn(rng, float(rng.uniform(15, 23)))
        body = body.wearing(bag="none", hat="none", coat=False)
        depth = float(seat_depth_cm(body.segments)[0])
        walker = Walker(track, body, rng, desk.hips + depth * desk.ahead, desk.facing_rad, 100.0)
        walker.share, walker.state = 1.0, "sitting"
        return cls(walker, desk, until_s=float(rng.uniform(1, 10)))

    def begin(self, activity: Activity, now_s: float) -> None:
        """Do something else for a while."""
        self.activity = activity
        self.until_s = now_s + float(self.walker.rng.uniform(*_SHARES[activity][1]))


def step_pupils(pupils: Sequence[Pupil], now_s: float, seconds: float) -> None:
    """Let time pass for everybody at their desks."""
    if not pupils:
        return
    for pupil in pupils:
        if now_s >= pupil.until_s:
            names = list(_SHARES)
            weights = np.array([_SHARES[name][0] for name in names])
            before = pupil.activity
            choice = names[pupil.walker.rng.choice(len(names), p=weights / weights.sum())]
            # After anything unusual they go on writing.
            pupil.begin(choice if before in ("writing", "thinking") else "writing", now_s)
        _move(pupil, now_s, seconds)
    bodies = Segments.stacked([pupil.walker.body.segments for pupil in pupils])
    share = np.array([pupil.walker.share for pupil in pupils])
    lean = np.array([pupil.lean_deg for pupil in pupils])
    pose = seated(bodies, share, np.array([pupil.desk.chair_cm for pupil in pupils]), lean)
    sits = np.clip((share - 0.6) / 0.4, 0, 1)[:, None, None]
    hanging = np.stack([np.zeros((len(pupils), 2)) + 4, np.array([[19.0, -19.0]] * len(pupils)),
                        np.zeros((len(pupils), 2)) - 5], axis=-1)  # fmt: skip
    wrists = sits * np.stack([pupil.wrists for pupil in pupils]) + (1 - sits) * hanging
    twist = np.array([0.25 * pupil.walker.head_yaw_deg for pupil in pupils])
    pose = replace(pose, trunk_twist_deg=pose.trunk_twist_deg + twist)
    pose = arms_to(bodies, pose, wrists, 28.0)
    pose = looking(
        pose, [p.walker.head_yaw_deg for p in pupils], [p.walker.head_pitch_deg - 0.6 * p.lean_deg for p in pupils]
    )
    places = np.stack([pupil.walker.position for pupil in pupils])
    joints = joints_of(bodies, pose, places, np.array([pupil.walker.facing_rad for pupil in pupils]))
    for pupil, own in zip(pupils, joints, strict=True):
        pupil.walker.move_joints(own, seconds)


def _move(pupil: Pupil, now_s: float, seconds: float) -> None:
    """Hands, head, trunk and seat towards what the activity asks for."""
    walker, activity = pupil.walker, pupil.activity
    stands = activity == "standing"
    walker.share = float(np.clip(walker.share + (-1 if stands else 1) * seconds / _RISES_S, 0.02, 1))
    walker.state = "sitting" if walker.share > 0.1 else "standing"
    top = pupil.desk.desk_cm - pupil.desk.chair_cm - 0.05 * walker.body.stature_cm + 3.0
    hips, wave = np.array([0.0, 0.0, top]), now_s + 0.7 * walker.track
    if activity == "hands below":
        wrists = np.array([[24.0, 7.0, 7.0 - top], [25.0, -6.0, 8.0 - top]]) + hips
    else:
        wrists = np.array([[37.0, 13.0, 0.0], [40.0, -9.0, 0.0]]) + hips
        if activity == "writing":
            wrists[1, :2] += 1.2 * np.sin(15 * wave), 6 * ((0.25 * wave) % 1) + 0.8 * np.cos(19 * wave)
    yaw, pitch, lean = {
        "writing": (0.0, 40.0, 17.0),
        "thinking": (12.0 * np.sin(0.5 * wave), 12.0, 8.0),
        "looking up": (25.0 * np.sin(0.8 * wave), -4.0, 3.0),
        "turned left": (66.0, 8.0, 8.0),
        "turned right": (-66.0, 8.0, 8.0),
        "hands below": (0.0, 42.0, 8.0),
        "standing": (0.0, 4.0, 0.0),
    }[activity]
    if np.isnan(pupil.wrists).any():
        pupil.wrists, pupil.lean_deg = wrists, lean
    way = wrists - pupil.wrists
    far = np.linalg.norm(way, axis=1, keepdims=True)
    pupil.wrists = pupil.wrists + way * np.minimum(1, _HAND_CM_S * seconds / np.maximum(far, 1e-6))
    pupil.lean_deg += float(np.clip(lean - pupil.lean_deg, -_LEANS_DEG_S * seconds, _LEANS_DEG_S * seconds))
    most = _HEAD_DEG_S * seconds
    walker.head_yaw_deg += float(np.clip(yaw - walker.head_yaw_deg, -most, most))
    walker.head_pitch_deg += float(np.clip(pitch - walker.head_pitch_deg, -most, most))
