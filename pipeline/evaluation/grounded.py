"""The ground as further evidence of one picture: how far off the feet of somebody stand, where the camera's height over
the ground is known.

A foot seen at an angle below the camera's level stands where its ray meets the ground. That tells little of people far
off, where half a degree of the camera's tilt is many metres, and is worth the more the steeper it looks: it is fused
with what the lifting network says by the variances of the logarithms of distance.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.keypoints import LabelledKeypoints
from pipeline.evaluation.people import Attributes
from pipeline.geometry.stature import ANKLES

Floats = npt.NDArray[np.float64]
_ANKLES = [15, 16]
_TILT_STD_RAD = np.radians(0.6)
"""Of a car that brakes and rolls, and of a road that is not quite flat."""
_FOOT_STD = 0.03
"""Of the middle of the ankles, as a share of the body's height."""
_LEAST_RAD = np.radians(0.8)
"""Below the level, for feet to tell anything."""


def grounded(people: LabelledKeypoints, found: Attributes, camera_height_cm: float) -> Attributes:
    """What was found, with distances to which the ground has its say.

    Args:
        people: the keypoints.
        found: what the lifting network said of them.
        camera_height_cm: of the camera over the ground on which all of them stand.
    """
    feet = people.keypoints[:, _ANKLES, :2].mean(axis=1)
    rays = people.camera.rays(feet)
    down = np.arctan2(-rays[:, 2], np.hypot(rays[:, 0], rays[:, 1]))
    drop = camera_height_cm - ANKLES * found.height_found_cm
    told = (down > _LEAST_RAD) & (drop > 0)
    angle = np.maximum(down, _LEAST_RAD)
    away = drop / np.tan(angle)
    distance = np.hypot(away, camera_height_cm - found.height_found_cm / 2)
    share = _FOOT_STD * found.height_found_cm / np.maximum(distance, 1.0)
    deviation = np.hypot(_TILT_STD_RAD, share) / (np.sin(angle) * np.cos(angle))
    weight = np.where(told, deviation**-2, 0.0)
    own = found.distance_std_log**-2
    log = (own * np.log(found.distance_found_m) + weight * np.log(np.maximum(distance, 1.0) / 100)) / (own + weight)
    return replace(found, distance_found_m=np.exp(log), distance_std_log=(own + weight) ** -0.5)
