"""What is known of a lens before anything is measured, and the camera that a handful of numbers describe.

A camera that is to be found has five unknowns: focal length, tilt, roll, height, and how far its lens draws the corners
in. The last is told as a share, not as k1, since k1 means nothing without the focal length. The optical axis is taken
to meet the picture's middle.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import InputError
from pipeline.geometry.camera import Camera, Origin

Floats = npt.NDArray[np.float64]

FOCAL, TILT, ROLL, HEIGHT, BARREL = range(5)
"""Places in a vector of unknowns: log of the focal length in picture widths, degrees, degrees, log of cm, a share."""
_SURE = 1e-4
"""Deviation of the logarithm of what the user knows."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the user knows of a camera: its focal length in pixels, its height over the ground; None for neither."""

    focal_px: float | None = None
    height_cm: float | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known before anything is measured, as means (5,) and standard deviations (5,)."""

    mean: Floats
    std: Floats

    def knows(self, place: int) -> bool:
        """Whether the user said what one of the unknowns is."""
        return bool(self.std[place] <= _SURE)


def prior_of(size: tuple[int, int], known: Known) -> Prior:
    """Surveillance cameras see 45 to 85 degrees across, hang 2.5 to 8 m high and look down by 5 to 40 degrees, most of
    them; makers' catalogues and recommendations, as in the simulator."""
    mean = np.array([np.log(0.85), 22.0, 0.0, np.log(430.0), 0.015])
    std = np.array([0.4, 18.0, 3.0, 0.6, 0.025])
    for place, value in ((FOCAL, known.focal_px and known.focal_px / size[0]), (HEIGHT, known.height_cm)):
        if value is not None:
            mean[place], std[place] = np.log(value), _SURE
    return Prior(mean, std)


def camera_of(unknowns: Floats, size: tuple[int, int], origin: Origin) -> Camera:
    """The camera that a vector of unknowns (5,) describes."""
    width, height = size
    focal = float(np.exp(unknowns[FOCAL])) * width
    barrel = float(unknowns[BARREL])
    corner = float(np.hypot(width, height)) / 2 / focal
    k1 = -barrel / (corner * (1 + barrel)) ** 2
    return Camera(
        size, focal, focal, width / 2, height / 2, float(np.exp(unknowns[HEIGHT])), float(unknowns[TILT]),
        float(unknowns[ROLL]), (k1, 0.0, 0.0, 0.0, 0.0), origin,
    )  # fmt: skip


def focal_px(fov_deg: float, width: int) -> float:
    """The focal length of a lens that sees so many degrees across a picture of that width.

    Raises:
        InputError: no lens without a fisheye does.
    """
    if not 1 <= fov_deg <= 150:
        raise InputError(f"--fov {fov_deg:g}: give the degrees that the lens sees across the picture, from 1 to 150")
    return width / 2 / float(np.tan(np.radians(fov_deg) / 2))
