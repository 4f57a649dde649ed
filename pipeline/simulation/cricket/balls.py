"""The ball in the picture: a streak as long as the exposure, shaded while it is slow enough to look round.

A ball that moves during the exposure covers each pixel only for a part of that time: its streak is fainter than it is,
most of all at the ends. The share of time is found exactly, from how long a disc on a straight way covers a point.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.laws import BALL_RADIUS_M
from pipeline.pictures import Pixels
from pipeline.simulation.cricket.cameras import PitchView
from pipeline.simulation.cricket.look import BallColour, Look

Floats = npt.NDArray[np.float64]
_COLOURS: dict[BallColour, tuple[float, float, float]] = {
    "red": (150, 26, 28), "white": (242, 240, 232), "pink": (244, 74, 128),
}  # fmt: skip
_FINE = 4


@dataclass(frozen=True, slots=True)
class Streak:
    """The ball during an exposure: `start` and `end` (2,) of its centre and `middle` at half time, in pixels."""

    start: Floats
    end: Floats
    middle: Floats
    radius: float
    depth_cm: float

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the pixels that it touches."""
        low = np.floor(np.minimum(self.start, self.end) - self.radius).astype(int).tolist()
        high = np.ceil(np.maximum(self.start, self.end) + self.radius).astype(int).tolist()
        return low[0], low[1], high[0], high[1]


def streak_of(view: PitchView, places_m: Floats) -> Streak | None:
    """The ball at the beginning, the middle and the end of an exposure (3, 3), seen by a camera."""
    if not view.faces(places_m).all():
        return None
    pixels, depths = view.project(places_m)
    radius = 100 * BALL_RADIUS_M * view.camera.fx / float(depths[1])
    return Streak(pixels[0], pixels[2], pixels[1], radius, float(depths[1]))


def shares(streak: Streak, fine: int = _FINE) -> tuple[int, int, npt.NDArray[np.float32]] | None:
    """Left and top of a region, and for each of its pixels the share of light that the ball takes from what is behind:
    the share of its area and of the exposure's time that the disc covers it."""
    left, top, right, bottom = streak.box
    if right - left > 4000 or bottom - top > 4000:
        return None
    step = np.arange(0.5 / fine, 1, 1 / fine)
    x = (np.arange(left, right)[:, None] + step).reshape(-1) - streak.start[0]
    y = (np.arange(top, bottom)[:, None] + step).reshape(-1) - streak.start[1]
    way = streak.end - streak.start
    length = float(np.hypot(*way))
    if length < 1e-3:
        inside = (x**2 + (y**2)[:, None] <= streak.radius**2).astype(np.float32)
    else:
        ux, uy = way / length
        along = x * ux + (y * uy)[:, None]
        across = x * uy - (y * ux)[:, None]
        half = np.sqrt(np.maximum(streak.radius**2 - across**2, 0))
        inside = (np.clip(along + half, 0, length) - np.clip(along - half, 0, length)).astype(np.float32) / length
    rows, columns = bottom - top, right - left
    return left, top, inside.reshape(rows, fine, columns, fine).mean(axis=(1, 3))


def draw_ball(rgb: Pixels, streak: Streak, look: Look, light: Floats, shade: float = 1.0) -> None:
    """Into a picture (height, width, 3).

    Args:
        light: the direction (2,) towards the sun in the picture.
        shade: how much light falls on the ball, 1 for all.
    """
    found = shares(streak)
    if found is None:
        return
    left, top, share = found
    height, width = rgb.shape[:2]
    rows, columns = share.shape
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + columns, width), min(top + rows, height)
    if x0 >= x1 or y0 >= y1:
        return
    share = share[y0 - top : y1 - top, x0 - left : x1 - left, None]
    colour = np.array(_COLOURS[look.ball], np.float32) * np.array(look.tint, np.float32) * np.float32(shade)
    shades = np.ones(share.shape, np.float32)
    if streak.radius > 1.2:
        # Bright towards the light, dark on the other side: by the nearest point of the streak.
        grid_x, grid_y = np.meshgrid(np.arange(x0, x1) + 0.5, np.arange(y0, y1) + 0.5)
        way = streak.end - streak.start
        square = max(float(way @ way), 1e-9)
        at = np.clip(((grid_x - streak.start[0]) * way[0] + (grid_y - streak.start[1]) * way[1]) / square, 0, 1)
        off_x = grid_x - streak.start[0] - at * way[0]
        off_y = grid_y - streak.start[1] - at * way[1]
        towards = (off_x * light[0] + off_y * light[1]) / streak.radius
        shades = (0.86 + 0.3 * np.clip(towards, -1.1, 1.0))[..., None].astype(np.float32)
    region = rgb[y0:y1, x0:x1].astype(np.float32)
    rgb[y0:y1, x0:x1] = np.round(region + (np.clip(colour * shades, 0, 255) - region) * share).astype(np.uint8)
