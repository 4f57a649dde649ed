"""Poses at moments, and the poses between them."""

from dataclasses import fields, replace

import numpy as np
import numpy.typing as npt

from pipeline.simulation.skeleton import Pose

Floats = npt.NDArray[np.float64]
_NAMES = tuple(part.name for part in fields(Pose))
_LIMBS = ("shoulder", "elbow", "hip", "knee", "ankle")
_WIDTHS = tuple(2 if name.startswith(_LIMBS) else 1 for name in _NAMES)
_SIDED = ("pelvis_roll_deg", "pelvis_yaw_deg", "trunk_side_deg", "trunk_twist_deg", "head_yaw_deg", "head_roll_deg")
_ENDS = np.cumsum(_WIDTHS)


class Keyframes:
    """A movement of one person.

    Args:
        keys: moments in seconds, growing, with the pose at each; a limb's angles are numbers or (1, 2).
        mirrored: whether left and right change sides.
    """

    def __init__(self, keys: list[tuple[float, Pose]], mirrored: bool = False) -> None:
        self._times = np.array([time for time, _ in keys])
        values = np.concatenate([vectors_of(mirrored_pose(pose) if mirrored else pose) for _, pose in keys])
        slopes = np.zeros_like(values)
        if len(keys) > 2:
            slopes[1:-1] = (values[2:] - values[:-2]) / (self._times[2:] - self._times[:-2])[:, None]
        self._values, self._slopes = values, slopes

    def at(self, time_s: float) -> Pose:
        """The pose at a moment; before the first and after the last it stays as it is."""
        return pose_of(self.vector(time_s))

    def vector(self, time_s: float) -> Floats:
        """The same as numbers, for `blended`."""
        time = float(np.clip(time_s, self._times[0], self._times[-1]))
        last = int(np.clip(np.searchsorted(self._times, time, side="right"), 1, len(self._times) - 1))
        first = last - 1
        span = self._times[last] - self._times[first]
        u = (time - self._times[first]) / span
        v = 1 - u
        return (
            (1 + 2 * u) * v**2 * self._values[first]
            + u * v**2 * span * self._slopes[first]
            + u**2 * (3 - 2 * u) * self._values[last]
            - u**2 * v * span * self._slopes[last]
        )


def ease(share: float) -> float:
    """How far a movement has come when a share of its time is over, 0 to 1, without a jerk at either end."""
    share = float(np.clip(share, 0.0, 1.0))
    return share * share * (3 - 2 * share)


def both(left: float, right: float) -> Floats:
    """A limb's angles as poses hold them, (1, 2)."""
    return np.array([[left, right]])


def blended(first: Floats, second: Floats, share: float) -> Floats:
    """From one pose's numbers to another's, without a jerk at either end."""
    if share <= 0:
        return first
    if share >= 1:
        return second
    return first + ease(share) * (second - first)


def vectors_of(pose: Pose) -> Floats:
    """Poses of people as numbers (N, M), without the pelvis' height: the lowest part rests on the ground."""
    values = [np.asarray(getattr(pose, name), float) for name in _NAMES]
    people = max(value.shape[0] if value.ndim else 1 for value in values)
    vectors, first = np.empty((people, sum(_WIDTHS))), 0
    for value, width in zip(values, _WIDTHS, strict=True):
        vectors[:, first : first + width] = value if value.ndim == 2 else value.reshape(-1, 1)
        first += width
    return np.nan_to_num(vectors, copy=False)


def pose_of(vectors: Floats) -> Pose:
    """The poses (N, M), or one (M,), of those numbers."""
    parts = np.split(np.atleast_2d(vectors), _ENDS[:-1], axis=1)
    pose = Pose(**{n: part if part.shape[1] == 2 else part[:, 0] for n, part in zip(_NAMES, parts, strict=True)})
    return replace(pose, pelvis_height_cm=np.nan)


def mirrored_pose(pose: Pose) -> Pose:
    """The pose with left and right changed."""
    changed = {}
    for name, width in zip(_NAMES, _WIDTHS, strict=True):
        value = np.asarray(getattr(pose, name), float)
        if width == 2 and value.size == 2:
            changed[name] = value.reshape(1, 2)[:, ::-1]
        elif name in _SIDED:
            changed[name] = -value
    return replace(pose, **changed)
