"""The eight numbers that describe a camera beside a pitch, and where many such cameras see the same places.

A fit tries hundreds of cameras that differ by a little: `seen_by` projects for all of them at once, a tenth of what one
`PitchView` after another costs.
"""

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.geometry.lens import k1_of
from pipeline.geometry.pitch_view import PitchView

Floats = npt.NDArray[np.float64]

FOCAL, TILT, ROLL, HEIGHT, BARREL, BEARING, ALONG, LEG = range(8)
"""Places in a vector of unknowns: log of the focal length in picture widths, degrees, degrees, log of cm, a share of
the corners' distance, degrees, metres, metres."""
UNKNOWNS = 8
SCALES = np.array([0.1, 1.0, 1.0, 0.1, 0.02, 1.0, 1.0, 0.3])
"""By how much each of them matters."""
_STEP = 1e-5
"""Of derivatives, in scales."""


def view_of(unknowns: Floats, size: tuple[int, int]) -> PitchView:
    """The camera beside a pitch that a vector of unknowns (8,) describes."""
    focal = float(np.exp(unknowns[FOCAL])) * size[0]
    camera = Camera(
        size, focal, focal, size[0] / 2, size[1] / 2, float(np.exp(unknowns[HEIGHT])), float(unknowns[TILT]),
        float(unknowns[ROLL]), (k1_of(float(unknowns[BARREL]), size, focal), 0.0, 0.0, 0.0, 0.0), "creases",
    )  # fmt: skip
    return PitchView(camera, (float(unknowns[ALONG]), float(unknowns[LEG])), float(unknowns[BEARING]))


def seen_by(unknowns: Floats, places_m: Floats, size: tuple[int, int]) -> tuple[Floats, Floats]:
    """Pixels (K, N, 2) and depths in cm (K, N) of places (N, 3), as the cameras of unknowns (K, 8) see them: what
    `view_of(...).project(...)` answers for each."""
    focal, height = np.exp(unknowns[:, FOCAL, None]) * size[0], np.exp(unknowns[:, HEIGHT, None])
    (sin_tilt, cos_tilt), (sin_roll, cos_roll), (sin, cos) = (
        (np.sin(angle), np.cos(angle)) for angle in np.radians(unknowns[:, (TILT, ROLL, BEARING), None]).swapaxes(0, 1)
    )
    along, leg = 100 * (places_m[:, 0] - unknowns[:, ALONG, None]), 100 * (places_m[:, 1] - unknowns[:, LEG, None])
    right, ahead, up = sin * along - cos * leg, cos * along + sin * leg, 100 * places_m[:, 2] - height
    down, depths = -sin_tilt * ahead - cos_tilt * up, cos_tilt * ahead - sin_tilt * up
    scale = 1 / np.where(depths == 0, 1.0, depths)
    x, y = (cos_roll * right + sin_roll * down) * scale, (cos_roll * down - sin_roll * right) * scale
    barrel = unknowns[:, BARREL, None]
    corner = float(np.hypot(*size)) / 2 / focal * (1 + barrel)
    with np.errstate(over="ignore", invalid="ignore"):
        bent = focal * (1 - barrel / corner**2 * (x * x + y * y))
        return np.stack([x * bent + size[0] / 2, y * bent + size[1] / 2], axis=-1), depths


def around(unknowns: Floats) -> Floats:
    """The unknowns (9, 8) that tell values and derivatives at a vector (8,): itself, and a step ahead in each."""
    return unknowns + np.concatenate([np.zeros((1, UNKNOWNS)), _STEP * np.diag(SCALES)])


def derivatives(values: Floats) -> Floats:
    """Derivatives (..., 8) of what is (9, ...) at `around`."""
    return np.moveaxis(values[1:] - values[0], 0, -1) / (_STEP * SCALES)
