"""Where the feet of people who walk about stand: each stays at its place until it swings to the next one.

The gait's own feet are those of somebody who keeps straight on at a steady pace; these follow turns, steps aside,
starts and stops.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.simulation.gait import Feet, cycles, duty, stance_width_cm, step_cm, strike_cm
from pipeline.simulation.skeleton import Segments
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]
_SHUFFLE = 0.055
"""Feet of somebody who stands are brought back when they are farther than this from under the body, in statures."""
_SHUFFLE_RAD_S = 2 * np.pi * 0.8
_FLAT, _RAISED = 0.27, 0.14
"""How far a foot that stands can be from under the body, in statures, and how much farther when its heel is raised; a
farther one is dragged along."""


def step_feet(walkers: Sequence[Walker], bodies: Segments, seconds: float) -> Feet:
    """Let time pass for the phases and feet of people (after their positions have moved); where the feet are now, as
    the gait wants them."""
    speed = np.array([walker.speed_cm_s for walker in walkers])
    length = step_cm(bodies, speed)
    phase = np.array([walker.phase for walker in walkers])
    ahead = np.array([[np.cos(walker.facing_rad), np.sin(walker.facing_rad)] for walker in walkers])
    position = np.stack([walker.position for walker in walkers])
    last = np.stack([walker.feet for walker in walkers])
    neutral = _world(position, ahead, np.zeros((len(walkers), 2)), stance_width_cm(bodies, speed))
    last = np.where(np.isnan(last), neutral, last)
    stature = np.asarray(bodies.stature_cm)
    astray = np.linalg.norm(last - neutral, axis=2).max(axis=1) > _SHUFFLE * stature
    rate = np.pi * speed / np.maximum(length, 1e-6)
    rate = np.where(speed < 12.0, np.where(astray, _SHUFFLE_RAD_S, 0.0), rate)
    before, phase = cycles(phase), phase + rate * seconds
    done = cycles(phase)
    strike = np.where(speed < 12.0, 0.0, strike_cm(bodies, speed))[:, None]
    velocity = np.stack([walker.velocity for walker in walkers])
    remaining = np.where(rate[:, None] > 0, (1 - done) * 2 * np.pi / np.maximum(rate[:, None], 1e-6), 0.0)
    landing = _world(position, ahead, strike + np.zeros(2), stance_width_cm(bodies, speed))
    landed = done < before
    # A foot that has come down did so a moment ago, when the body was not yet so far.
    ago = np.where(rate[:, None] > 0, done * 2 * np.pi / np.maximum(rate[:, None], 1e-6), 0.0)
    last = np.where(landed[..., None], landing - ago[..., None] * velocity[:, None], last)
    following = landing + remaining[..., None] * velocity[:, None]
    local_last = _local(position, ahead, last)
    far = np.linalg.norm(local_last, axis=2)
    stance = done / duty(bodies, speed)[:, None]
    most = (_FLAT + _RAISED * stance) * stature[:, None]
    local_last *= np.where(stance < 1, np.minimum(1, most / np.maximum(far, 1e-6)), 1.0)[..., None]
    last = _world(position, ahead, local_last[..., 0], local_last[..., 1])
    for walker, own_phase, own_feet in zip(walkers, phase, last, strict=True):
        walker.phase = float(own_phase % (2 * np.pi))
        walker.feet = own_feet
    return Feet(local_last, _local(position, ahead, following))


def _world(position: Floats, ahead: Floats, forward: Floats, left: Floats) -> Floats:
    """Places (N, 2, 2) on the ground, from [forward, left] of bodies (N, 2) for each foot."""
    aside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    return position[:, None] + forward[..., None] * ahead[:, None] + left[..., None] * aside[:, None]


def _local(position: Floats, ahead: Floats, places: Floats) -> Floats:
    """[forward, left] of bodies of places (N, 2, 2) on the ground."""
    apart = places - position[:, None]
    aside = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    return np.stack([np.sum(apart * ahead[:, None], axis=2), np.sum(apart * aside[:, None], axis=2)], axis=2)
