"""Keypoints as the lifting network takes them: what does not depend on where in which picture somebody is seen.

A pixel becomes a ray, so that lens and focal length no longer matter. The rays are turned until the middle of the trunk
lies straight ahead, so that it does not matter where in the picture somebody is, and divided by their spread, so that
shape and size part: the network only adds to the logarithm of the size. How far below the camera's level somebody is
seen remains, where the camera's tilt is known: a body from above looks shorter.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TRUNK = (5, 6, 11, 12)
"""Shoulders and hips."""
MIRRORED = (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)
"""The keypoint that each becomes in a mirror."""
INPUTS = 17 * 4 + 4
_FARTHEST = 8.0
"""Spreads from the trunk at which a keypoint is held: what is farther off is a slip of the pose network's."""
_AHEAD = 0.15
"""The least cosine to straight ahead of a ray that is projected."""


@dataclass(frozen=True, slots=True)
class Features:
    """Of people (N,): the network's inputs (N, INPUTS), and the logarithm of their angular size, which the network's
    logarithm of distance is relative to."""

    inputs: npt.NDArray[np.float32]
    log_spread: Floats


def features_of(
    rays: Floats, scores: Floats, at_edge: Bools, focal_px: npt.ArrayLike, tilt_known: npt.ArrayLike
) -> Features:
    """What the network is given.

    Args:
        rays: of keypoints, (N, 17, 3), [right, forward, up], of any length; where the tilt is not known, as of a
            camera that looks level.
        scores: of keypoints, (N, 17).
        at_edge: which keypoints lie at the picture's edge or outside, (N, 17).
        focal_px: (N,) or a number; says how many pixels somebody is tall.
        tilt_known: whether `up` is up, (N,) or one for all.
    """
    people = len(rays)
    units = rays / np.maximum(np.linalg.norm(rays, axis=-1, keepdims=True), 1e-9)
    middle = units[:, TRUNK].mean(axis=1)
    level = np.maximum(np.hypot(middle[:, 0], middle[:, 1]), 1e-9)
    sin_a, cos_a = middle[:, 0] / level, middle[:, 1] / level
    up = np.arctan2(middle[:, 2], level)
    sin_e, cos_e = np.sin(up), np.cos(up)
    nothing = np.zeros(people)
    turn = np.stack(
        [
            np.stack([cos_a, -sin_a, nothing], axis=-1),
            np.stack([sin_e * sin_a, sin_e * cos_a, -cos_e], axis=-1),
            np.stack([cos_e * sin_a, cos_e * cos_a, sin_e], axis=-1),
        ],
        axis=-1,
    )
    turned = units @ turn
    plane = turned[..., :2] / np.maximum(turned[..., 2:], _AHEAD)
    spread = np.sqrt(np.mean(np.sum(plane**2, axis=-1), axis=-1))
    spread = np.maximum(spread, 1e-4)
    shape = np.clip(plane / spread[:, None, None], -_FARTHEST, _FARTHEST)
    known = np.broadcast_to(np.asarray(tilt_known, float), people)
    size_px = spread * np.broadcast_to(np.asarray(focal_px, float), people)
    inputs = np.concatenate(
        [
            shape[..., 0], shape[..., 1], np.clip(scores, 0, 1), at_edge.astype(float),
            np.stack([np.log(spread) + 2.0, np.log(size_px) - 3.0, up * known, known], axis=-1),
        ],
        axis=-1,
    )  # fmt: skip
    return Features(inputs.astype(np.float32), np.log(spread))


def mirrored(inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The inputs (N, INPUTS) of people seen in a mirror: right is left, and left joints are right ones."""
    other = np.array(MIRRORED)
    places = np.concatenate([other, other + 17, other + 34, other + 51, np.arange(68, INPUTS)])
    changed = inputs[:, places]
    changed[:, :17] *= -1
    return changed
