"""Somebody in a scene at one moment: who they are, where they stand, how they move, and where their joints are."""

import math
from collections import deque
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.data import PersonState
from pipeline.simulation.actions import Hands
from pipeline.simulation.bodies import Body
from pipeline.simulation.deeds import Deed
from pipeline.simulation.skeleton import JOINT, JOINT_NAMES

Floats = npt.NDArray[np.float64]

STILL_CM_S = 15.0
"""Somebody slower than this stands, and has no heading."""


@dataclass(slots=True)
class Walker:
    """Somebody who does one thing after another."""

    track: int
    body: Body
    rng: np.random.Generator
    position: Floats
    """On the ground, [right, forward] in cm: under the body of those who stand, where the feet are of those who sit."""
    facing_rad: float
    """Of the body, counter-clockwise from [1, 0]."""
    pace_cm_s: float
    """At which they like to walk."""
    velocity: Floats = field(default_factory=lambda: np.zeros(2))
    """Of the position in cm/s, as it really moved."""
    phase: float = 0.0
    feet: Floats = field(default_factory=lambda: np.full((2, 2), np.nan))
    """Where the [left, right] ankles stand or stood last, on the ground in cm."""
    hands: Hands = "free"
    """What they should do."""
    holds: Hands = "free"
    """What they do, or did last."""
    holds_share: float = 0.0
    """How far the hands are there."""
    run_share: float = 0.0
    """How far arms and trunk have gone over from walking to running."""
    head_yaw_deg: float = 0.0
    head_pitch_deg: float = 0.0
    deeds: deque[Deed] = field(default_factory=deque)
    since_s: float = 0.0
    """How long the first deed has been going on."""
    state: PersonState = "standing"
    stuck_s: float = 0.0
    share: float = 0.0
    """How far somebody has sat down, crouched or fallen."""
    gone: bool = False
    joints: Floats = field(default_factory=lambda: np.zeros((len(JOINT_NAMES), 3)))
    joint_speeds: Floats = field(default_factory=lambda: np.zeros((len(JOINT_NAMES), 3)))
    """In cm/s; the exposure smears joints along them."""

    @property
    def speed_cm_s(self) -> float:
        """How fast the position moves."""
        return math.hypot(*self.velocity.tolist())

    def move_joints(self, joints: Floats, seconds: float) -> None:
        """Have the joints (J, 3) elsewhere after some time; where they are for the first time, they are at rest."""
        self.joint_speeds = (joints - self.joints) / seconds if self.joints.any() else np.zeros_like(joints)
        self.joints = joints

    @property
    def deed(self) -> Deed | None:
        """What they are doing."""
        return self.deeds[0] if self.deeds else None

    @property
    def ground(self) -> Floats:
        """The place on the ground under the middle of the body, (2,) in cm."""
        if self.state in ("walking", "running", "standing"):
            return self.position
        hips = self.joints[[JOINT["left_hip"], JOINT["right_hip"]]]
        return hips.mean(axis=0)[:2]

    @property
    def faces(self) -> Floats | None:
        """Where the body's front is turned on the ground, (2,) of length 1; None for somebody who lies."""
        across = self.joints[JOINT["left_shoulder"]] - self.joints[JOINT["right_shoulder"]]
        across = across + self.joints[JOINT["left_hip"]] - self.joints[JOINT["right_hip"]]
        hips = self.joints[[JOINT["left_hip"], JOINT["right_hip"]]].mean(axis=0)
        return _level(np.cross(across, self.joints[JOINT["neck"]] - hips))

    @property
    def looks(self) -> Floats | None:
        """Where the head is turned on the ground, (2,) of length 1; None for one that looks up or down."""
        return _level(self.joints[JOINT["nose"]] - self.joints[[JOINT["left_ear"], JOINT["right_ear"]]].mean(axis=0))


def _level(direction: Floats) -> Floats | None:
    length = float(np.linalg.norm(direction[:2]))
    return direction[:2] / length if length > 0.5 * float(np.linalg.norm(direction)) else None
