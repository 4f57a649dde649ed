"""Surveillance cameras by level: how high they hang, how they look down, how wide they see, how their lens bends.

Heights from 2 to 8 m and opening angles from 40 to 105 degrees are what makers of surveillance cameras offer and
recommend. Barrel distortion is told as the share by which a corner is drawn in.
"""

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.geometry.lens import k1_of

Floats = npt.NDArray[np.float64]

TALLEST_PX, SMALLEST_PX = 300.0, 84.0
"""The heights in the picture between which people walk, at 360 to 720 lines; in proportion at others."""


def surveillance_camera(
    rng: np.random.Generator, size: tuple[int, int], strength: float, indoors: bool = False
) -> Camera:
    """A camera by strength (0 plain, 1 hostile) that looks at the middle of where people walk."""
    width, height = size
    open_, high_, aim, roll, barrel, shift = rng.random(6).tolist()
    if strength == 0:
        focal = (0.85 + 0.2 * open_) * width
        high = 330 + 190 * high_
        barrel_share = 0.02 * barrel
    else:
        widest = 0.85 - 0.42 * strength
        focal = width * float(np.exp(np.log(widest) + open_ * np.log((0.95 + 0.45 * strength) / widest)))
        lowest, highest = 330 - 130 * strength, 520 + 280 * strength
        high = lowest + (min(highest, 330.0) - lowest if indoors else highest - lowest) * high_
        barrel_share = 0.16 * strength * barrel**1.5
    k1 = k1_of(barrel_share, size, focal)
    near, far = (focal * 170 / px for px in heights_px(size))
    near = max(near, 0.45 * high)
    middle = 1 / (0.5 / near + 0.5 / far)
    tilt = float(np.degrees(np.arctan2(high - 60, middle)) + (aim - 0.5) * (3 + 5 * strength))
    turned = (roll - 0.5) * 2 * (1.2 + 3.8 * strength)
    off = (shift - 0.5) * 0.02 * strength
    return Camera(
        size, focal, focal, width * (0.5 + off), height * (0.5 - off), high, tilt, turned, (k1, 0.0, 0.0, 0.0, 0.0),
        "simulated",
    )  # fmt: skip


def heights_px(size: tuple[int, int]) -> tuple[float, float]:
    """The heights in the picture of the nearest and the farthest people."""
    scale = max(1.0, size[1] / 720) * min(1.0, size[1] / 360)
    return TALLEST_PX * scale, SMALLEST_PX * scale


def reach_of(camera: Camera) -> tuple[float, float]:
    """The distances on the ground in cm at which a person of 170 cm is as large and as small as wanted."""
    tallest, smallest = heights_px(camera.size)
    distances = np.linspace(100, 8000, 800)
    feet = np.stack([np.zeros_like(distances), distances, np.zeros_like(distances)], axis=1)
    low, _ = camera.project(feet)
    high, _ = camera.project(feet + (0, 0, 170.0))
    tall = np.linalg.norm(low - high, axis=1)
    ahead = (camera.to_camera(feet)[:, 2] > 50) & (low[:, 1] > high[:, 1]) & unfolded(camera, feet)
    inside = (low[:, 1] < camera.size[1]) & (high[:, 1] > 0)
    fits = ahead & inside & (tall <= tallest) & (tall >= smallest)
    if np.count_nonzero(fits) < 30:
        # A camera that looks down steeply: wherever whole people are seen.
        fits = ahead & inside & (tall <= 1.5 * tallest) & (tall >= 0.6 * smallest)
    good = distances[fits] if fits.any() else distances[ahead & (low[:, 1] < camera.size[1]) & (low[:, 1] > 0)]
    return float(good[0]), float(good[-1])


def unfolded(camera: Camera, points: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether the lens' polynomial holds at points (..., 3): far off the axis it turns back into the picture."""
    seen = camera.to_camera(points)
    with np.errstate(divide="ignore", invalid="ignore"):
        square = (seen[..., 0] ** 2 + seen[..., 1] ** 2) / seen[..., 2] ** 2
    k1, k2 = camera.distortion[:2]
    return (seen[..., 2] > 0) & (1 + 3 * k1 * square + 5 * k2 * square**2 > 0.2)
