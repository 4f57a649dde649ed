"""Somebody in a scene at one moment: who they are, where they stand, how they move, and where their joints are."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.simulation.bodies import Body
from pipeline.simulation.skeleton import JOINT_NAMES

Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class Walker:
    """Somebody on the way to a goal."""

    track: int
    body: Body
    rng: np.random.Generator
    position: Floats
    goal: Floats
    pace_cm_s: float
    facing_rad: float
    speed_cm_s: float = 0.0
    phase: float = 0.0
    joints: Floats = field(default_factory=lambda: np.zeros((len(JOINT_NAMES), 3)))
    joint_speeds: Floats = field(default_factory=lambda: np.zeros((len(JOINT_NAMES), 3)))
    """In cm/s; the exposure smears joints along them."""

    @property
    def velocity(self) -> Floats:
        """Of the body, (2,) in cm/s."""
        return self.speed_cm_s * np.array([np.cos(self.facing_rad), np.sin(self.facing_rad)])
