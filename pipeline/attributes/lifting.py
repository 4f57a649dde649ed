"""What one person's keypoints in one picture say of their distance, size and facing, and how surely.

A small network that learned from simulated bodies alone (pipeline/weights/lifting.md). A single picture does not tell
a small person nearby from a tall one farther off, so distance and height are nearly one unknown: their covariance goes
along, and whoever fuses the answer with a ground plane or with time must use it.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.attributes.directions import BINS, MIRRORED
from pipeline.attributes.features import features_of, mirrored
from pipeline.geometry.camera import Camera
from pipeline.geometry.stature import DEVIATION, MEAN_CM
from pipeline.inference.small import small_network

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
WEIGHTS = Path(__file__).parents[1] / "weights" / "lifting.onnx"
EDGE = 0.006
"""Keypoints nearer to the picture's edge than this share of its longer side count as at the edge."""
_SIZES = 9
_OUTPUTS = _SIZES + 2 * BINS
_LOWEST, _HIGHEST = -5.0, 2.0
"""Between which the logarithms of deviations are held, as in training."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """Of N people."""

    log_cm: Floats
    """Means (N, 3) of the natural logarithms of distance, height and width in cm: the straight line from the camera to
    the middle of the body, standing height, biacromial breadth."""
    covariance: Floats
    """Of these logarithms, (N, 3, 3)."""
    facing: Floats
    """Densities (N, BINS) of where the trunk is turned (`directions`): 0 is towards the camera, 90° to the image's
    right."""
    head: Floats
    """Of the head, in the same way."""

    def __len__(self) -> int:
        return len(self.log_cm)


class Lifter:
    """The lifting network. Takes 1 ms for 20 people on one core.

    Args:
        mean_stature_cm: of the adults of the place, where it is known; means of nations are from 155 to 176 cm
            (NCD-RisC 2016, eLife 5, e13410).

    Raises:
        EngineError: the network cannot be run here.
    """

    def __init__(self, mean_stature_cm: float = MEAN_CM) -> None:
        self._taller = float(np.log(mean_stature_cm / MEAN_CM))
        self._request = small_network(WEIGHTS)

    def __call__(self, keypoints: Floats, camera: Camera, tilt_known: bool = True) -> Lifted:
        """Lift people.

        Args:
            keypoints: (N, 17, 3), x and y in pixels and score, in COCO's order; all that the pose network said, also
                of low score, as its guesses carry information.
            camera: its lens, and its tilt and roll where they are known.
            tilt_known: False for a camera of which nobody knows how it looks down.
        """
        if not len(keypoints):
            return _lifted(np.empty((0, _OUTPUTS)), self._taller)
        return _lifted(self._outputs(inputs_of(keypoints, camera, tilt_known)), self._taller)

    def _outputs(self, given: "Inputs") -> Floats:
        """(N, _OUTPUTS), the mean of what the network says of people and of their mirror images."""
        people = len(given.rows)
        self._request.infer([np.concatenate([given.rows, mirrored(given.rows)])], share_inputs=True)
        both = np.array(self._request.get_output_tensor(0).data, float)
        both[people:, _SIZES:] = both[people:, _SIZES:].reshape(people, 2, BINS)[..., MIRRORED].reshape(people, -1)
        found = (both[:people] + both[people:]) / 2
        found[:, 0] -= given.log_spread
        return found


@dataclass(frozen=True, slots=True)
class Inputs:
    """Rows (N, INPUTS) for the network, and the logarithm (N,) of people's angular size."""

    rows: npt.NDArray[np.float32]
    log_spread: Floats


def inputs_of(keypoints: Floats, camera: Camera, tilt_known: bool) -> Inputs:
    """What the network is given of keypoints (N, 17, 3) that a camera saw."""
    pixels = keypoints[..., :2]
    level = camera if tilt_known else replace(camera, tilt_deg=0.0, roll_deg=0.0)
    edge = at_edge(pixels, np.array(camera.size, float))
    found = features_of(level.rays(pixels), keypoints[..., 2], edge, camera.fx, tilt_known)
    return Inputs(found.inputs, found.log_spread)


def at_edge(pixels: Floats, picture: Floats) -> Bools:
    """Which keypoints (N, 17, 2) lie at the edge of a picture (2,), or of one each (N, 2), or outside."""
    margin = EDGE * picture.max(axis=-1)
    low, high = np.expand_dims(margin, (-1, -2)), picture[..., None, :] - np.expand_dims(margin, (-1, -2))
    return np.any((pixels < low) | (pixels > high), axis=-1)


def _lifted(rows: Floats, taller: float) -> Lifted:
    """What rows (N, _OUTPUTS) of the network's outputs mean."""
    factor = np.zeros((len(rows), 3, 3))
    factor[:, range(3), range(3)] = np.exp(np.clip(rows[:, 3:6], _LOWEST, _HIGHEST))
    factor[:, (1, 2, 2), (0, 0, 1)] = rows[:, 6:9]
    covariance = factor @ np.swapaxes(factor, 1, 2)
    # Where the prior's mean of log height moves, the means move by their covariance with it over the prior's variance.
    moved = taller * np.minimum(covariance[:, :, 1] / DEVIATION**2, 1.0)
    logits = rows[:, _SIZES:].reshape(-1, 2, BINS)
    densities = np.exp(logits - logits.max(axis=2, keepdims=True))
    densities /= densities.sum(axis=2, keepdims=True)
    return Lifted(rows[:, :3] + moved, covariance, densities[:, 0], densities[:, 1])
