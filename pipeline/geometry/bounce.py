"""A ball that strikes the ground: restitution along the normal, friction across it until the ball rolls.

The rigid model that Carré, James and Haake fitted to cricket pitches (Carré, James and Haake, Impact of a
non-homogeneous sphere on a rigid surface, Proc. IMechE C 218 (2004) 273-281; James, Carré and Haake, Predicting the
playing character of cricket pitches, Sports Engineering 8 (2005) 193-207): a ball that comes at a flat angle slides
through the impact and loses mu (1 + e) of its normal speed, one that comes steeply rolls off and loses 2/7 of its slip.
Restitution and friction differ from pitch to pitch and from ball to ball. What the seam does is a turn of the path.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.geometry.flight import State
from pipeline.geometry.laws import BALL_RADIUS_M

_INERTIA = 0.4
"""Of a solid sphere, in m r²."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Where a ball lands: `restitution` of normal speed, Coulomb `friction`."""

    restitution: float
    friction: float

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Surface":
        """A pitch, from slow and low to hard and bouncy."""
        return cls(float(rng.uniform(0.42, 0.62)), float(rng.uniform(0.25, 0.5)))

    def worn(self, rng: np.random.Generator, spread: float = 0.05) -> "Surface":
        """The same pitch at one spot."""
        return Surface(
            float(np.clip(self.restitution * (1 + spread * rng.standard_normal()), 0.2, 0.8)),
            float(np.clip(self.friction * (1 + 1.5 * spread * rng.standard_normal()), 0.1, 0.8)),
        )


def bounced(ball: State, surface: Surface, seam_deg: float = 0.0) -> State:
    """The ball after it has struck level ground.

    Args:
        seam_deg: how far the seam turns the path, counter-clockwise seen from above.
    """
    down = -ball.velocity[2]
    level = np.array([ball.velocity[0], ball.velocity[1], 0.0])
    arm = np.array([0.0, 0.0, -BALL_RADIUS_M])
    slip = level + np.cross(ball.spin, arm) * (1, 1, 0)
    sliding = float(np.linalg.norm(slip))
    # The impulse per mass that stops the slip, or as much of it as friction gives.
    most = surface.friction * (1 + surface.restitution) * down
    rolls = sliding / (1 + 1 / _INERTIA)
    impulse = -slip / max(sliding, 1e-12) * min(most, rolls)
    after = level + impulse
    spin = ball.spin + np.cross(arm, impulse) / (_INERTIA * BALL_RADIUS_M**2)
    turn = np.radians(seam_deg)
    cos, sin = np.cos(turn), np.sin(turn)
    velocity = [after[0] * cos - after[1] * sin, after[0] * sin + after[1] * cos, surface.restitution * down]
    return State(ball.place.copy(), np.array(velocity), spin)
