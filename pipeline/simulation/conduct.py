"""How people go about a deed: what velocity, facing and gaze they wish for at each moment, and when it is done."""

from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from pipeline.geometry.angles import turn_rad
from pipeline.geometry.camera import Camera
from pipeline.simulation.deeds import Accompany, Chase, Crouch, FallDown, Gaze, Go, Leave, Sit, Stay
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]
_SITS_S, _CROUCHES_S = 1.5, 1.1
"""How long sitting down and going down take."""
_STUCK_S = 4.0
_BRISK = 20.0
"""The fastest that people walk to catch up is this times the root of their legs' length in cm (Froude number 0.41)."""


def _still() -> Floats:
    return np.zeros(2)


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wishes for."""

    velocity: Floats = field(default_factory=_still)
    """(2,) in cm/s."""
    facing_rad: float | None = None
    """None for where they go."""
    head_yaw_deg: float = 0.0
    """To the left of the body."""
    head_pitch_deg: float = 0.0
    """Down."""
    straight: bool = False
    """Makes way for nobody."""
    fixed: bool = False
    """Is not moved by anybody either."""


def pursue(walker: Walker, camera: Camera, seconds: float) -> Intent:
    """Let somebody go on with what they do, and begin the next thing when it is done."""
    deed = walker.deed
    walker.since_s += seconds
    match deed:
        case Go():
            return _go(walker, deed, camera, seconds)
        case Stay():
            walker.hands = deed.hands or walker.hands
            if walker.since_s >= deed.seconds:
                done(walker)
            return _gazing(walker, deed.gaze, camera, Intent(facing_rad=_towards(walker, deed.towards)))
        case Sit():
            return _sit(walker, deed, camera, seconds)
        case Crouch():
            walker.state = "crouching"
            walker.share = _there_and_back(walker.since_s, _CROUCHES_S, deed.seconds, _CROUCHES_S)
            _upright_when_done(walker)
            return Intent(fixed=True)
        case FallDown():
            walker.share = _there_and_back(walker.since_s, deed.falls_s, deed.lies_s, deed.rises_s)
            walker.state = "lying" if walker.share > 0.97 else "falling"
            _upright_when_done(walker)
            return Intent(fixed=True)
        case Accompany():
            return _accompany(walker, deed, camera)
        case Chase():
            to = deed.prey.position - walker.position
            far = float(np.linalg.norm(to))
            if walker.since_s > deed.seconds or deed.prey.gone:
                done(walker)
            pace = deed.pace_cm_s if far > 140 else min(deed.pace_cm_s, deed.prey.speed_cm_s)
            return Intent(velocity=to / max(far, 1.0) * pace)
        case Leave():
            walker.gone = True
        case None:
            pass
    return Intent()


def done(walker: Walker) -> None:
    """Go on to the next deed."""
    walker.deeds.popleft()
    walker.since_s = 0.0
    walker.stuck_s = 0.0


def _go(walker: Walker, deed: Go, camera: Camera, seconds: float) -> Intent:
    walker.hands = deed.hands or walker.hands
    to = np.asarray(deed.place) - walker.position
    far = float(np.linalg.norm(to))
    following = walker.deeds[1] if len(walker.deeds) > 1 else None
    walker.stuck_s = walker.stuck_s + seconds if walker.speed_cm_s < 0.2 * deed.pace_cm_s else 0.0
    if far < deed.near_cm or walker.stuck_s > _STUCK_S:
        done(walker)
    pace = deed.pace_cm_s * (min(1.0, 0.25 + far / 110) if isinstance(following, Stay | Sit | Crouch) else 1.0)
    return _gazing(walker, deed.gaze, camera, Intent(velocity=to / max(far, 1.0) * pace, straight=deed.straight))


def _sit(walker: Walker, deed: Sit, camera: Camera, seconds: float) -> Intent:
    to = np.asarray(deed.seat.feet) - walker.position
    turn = turn_rad(walker.facing_rad, deed.seat.facing_rad)
    if walker.share == 0 and (np.linalg.norm(to) > 6 or abs(turn) > 0.12):
        if walker.since_s > 12:
            done(walker)
            return Intent()
        walker.since_s -= 0.75 * seconds
        close = float(np.linalg.norm(to)) < 30
        return Intent(velocity=1.6 * to, facing_rad=deed.seat.facing_rad if close else None, straight=True)
    if walker.share == 0:
        walker.since_s = 0.001
    walker.state = "sitting"
    walker.share = _there_and_back(walker.since_s, _SITS_S, deed.seconds, _SITS_S)
    _upright_when_done(walker)
    return _gazing(walker, deed.gaze, camera, Intent(facing_rad=deed.seat.facing_rad, fixed=True))


def _accompany(walker: Walker, deed: Accompany, camera: Camera) -> Intent:
    leader = deed.leader
    if leader.gone:
        way = walker.position + 250 * leader.velocity / max(leader.speed_cm_s, 1.0)
        walker.deeds = deque([Go((float(way[0]), float(way[1])), walker.pace_cm_s), Leave()])
        return Intent(velocity=leader.velocity)
    ahead = np.array([np.cos(leader.facing_rad), np.sin(leader.facing_rad)])
    left = np.array([-ahead[1], ahead[0]])
    to = leader.position + deed.aside_cm * left - deed.behind_cm * ahead - walker.position
    far = float(np.linalg.norm(to))
    walker.hands = "free" if walker.hands == "phone" else walker.hands
    if leader.speed_cm_s < 20 and far < 45:
        return _gazing(walker, "ahead", camera, Intent(facing_rad=_towards(walker, tuple(leader.position))))
    velocity = leader.velocity + 0.9 * to
    # Who has fallen behind somebody who walks walks faster, but does not run.
    walks = leader.state != "running"
    most = min(1.35 * leader.speed_cm_s + 40, _BRISK * np.sqrt(float(walker.body.segments.hip_cm))) if walks else 500.0
    velocity = velocity * min(1.0, most / max(float(np.linalg.norm(velocity)), 1e-6))
    talk = 40.0 * np.sign(deed.aside_cm) * -1.0 if np.sin(0.9 * walker.since_s + walker.track) > 0.75 else 0.0
    return Intent(velocity=velocity, head_yaw_deg=float(talk))


def _gazing(walker: Walker, gaze: Gaze, camera: Camera, intent: Intent) -> Intent:
    yaw = pitch = 0.0
    if walker.hands == "phone":
        pitch = 26.0
    elif gaze == "down":
        pitch = 24.0
    elif gaze == "around":
        yaw = 55.0 * float(np.sin(0.7 * walker.since_s + walker.track) ** 3)
    elif gaze == "camera":
        bearing = float(np.arctan2(-walker.position[1], -walker.position[0]))
        off = float(np.degrees(turn_rad(walker.facing_rad, bearing)))
        yaw = float(np.clip(off, -78, 78))
        rise = camera.height_cm - 0.93 * walker.body.stature_cm
        pitch = -float(np.clip(np.degrees(np.arctan2(rise, np.linalg.norm(walker.position))), -30, 35))
    return replace(intent, head_yaw_deg=yaw, head_pitch_deg=pitch)


def _towards(walker: Walker, place: tuple[float, ...] | None) -> float:
    if place is None:
        return walker.facing_rad
    return float(np.arctan2(place[1] - walker.position[1], place[0] - walker.position[0]))


def _there_and_back(since: float, there_s: float, stay_s: float, back_s: float) -> float:
    """0 to 1, some time at 1, and back to 0."""
    return float(min(np.clip(since / there_s, 0, 1), np.clip((there_s + stay_s + back_s - since) / back_s, 0, 1)))


def _upright_when_done(walker: Walker) -> None:
    if walker.share <= 0 and walker.since_s > 0.5:
        walker.state = "standing"
        done(walker)
