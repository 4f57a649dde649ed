"""What is known of a lens before anything is measured, and the camera that a handful of numbers describe.

A camera that is to be found has seven unknowns: focal length, tilt, roll, height, how far its lens draws the corners
in, and where the optical axis meets the picture. Barrel distortion is told as a share, not as k1, which means nothing
without the focal length. Of the last three little is found out; without them what is found would seem surer than it is.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.errors import InputError
from pipeline.geometry.camera import Camera, Origin

Floats = npt.NDArray[np.float64]

FOCAL, TILT, ROLL, HEIGHT, BARREL, RIGHT, DOWN = range(7)
"""Places in a vector of unknowns: log of the focal length in picture widths, degrees, degrees, log of cm, a share, and
where the axis is off the middle, in picture widths and heights."""
UNKNOWNS = 7
SCALES = np.array([0.1, 3.0, 1.0, 0.1, 0.02, 0.005, 0.005])
"""By how much each of them matters."""
_SURE = 1e-4
"""Deviation of the logarithm of what the user knows."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the user knows of a camera: its focal length in pixels, its height over the ground; None for neither."""

    focal_px: float | None = None
    height_cm: float | None = None


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known before anything is measured, as means (7,) and standard deviations (7,)."""

    mean: Floats
    std: Floats

    def knows(self, place: int) -> bool:
        """Whether the user said what one of the unknowns is."""
        return bool(self.std[place] <= _SURE)


def prior_of(size: tuple[int, int], known: Known) -> Prior:
    """Surveillance cameras see 45 to 85 degrees across, hang 2.5 to 8 m high and look down by 5 to 40 degrees, most of
    them; makers' catalogues and recommendations, as in the simulator."""
    mean = np.array([np.log(0.85), 22.0, 0.0, np.log(430.0), 0.015, 0.0, 0.0])
    std = np.array([0.4, 18.0, 3.0, 0.6, 0.025, 0.005, 0.005])
    for place, value in ((FOCAL, known.focal_px and known.focal_px / size[0]), (HEIGHT, known.height_cm)):
        if value is not None:
            mean[place], std[place] = np.log(value), _SURE
    return Prior(mean, std)


def camera_of(unknowns: Floats, size: tuple[int, int], origin: Origin) -> Camera:
    """The camera that a vector of unknowns (7,) describes."""
    width, height = size
    focal = float(np.exp(unknowns[FOCAL])) * width
    k1 = k1_of(float(unknowns[BARREL]), size, focal)
    axis_x, axis_y = width * (0.5 + float(unknowns[RIGHT])), height * (0.5 + float(unknowns[DOWN]))
    return Camera(
        size, focal, focal, axis_x, axis_y, float(np.exp(unknowns[HEIGHT])), float(unknowns[TILT]),
        float(unknowns[ROLL]), (k1, 0.0, 0.0, 0.0, 0.0), origin,
    )  # fmt: skip


def k1_of(barrel: float, size: tuple[int, int], focal_px: float) -> float:
    """OpenCV's k1 of a lens that draws a picture's corners in by the share `barrel`.

    A corner's own undistorted radius is larger than its place in the picture: one step of the iteration is enough.
    """
    corner = float(np.hypot(*size)) / 2 / focal_px
    return -barrel / (corner * (1 + barrel)) ** 2


def focal_px(fov_deg: float, width: int) -> float:
    """The focal length of a lens that sees so many degrees across a picture of that width.

    Raises:
        InputError: no lens without a fisheye does.
    """
    if not 1 <= fov_deg <= 150:
        raise InputError(f"--fov {fov_deg:g}: give the degrees that the lens sees across the picture, from 1 to 150")
    return width / 2 / float(np.tan(np.radians(fov_deg) / 2))
