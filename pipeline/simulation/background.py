"""The street without its people, drawn once a camera: ground with joints and stains, a kerb, a wall with windows."""

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data import Pixels
from pipeline.geometry.camera import Camera

Floats = npt.NDArray[np.float64]


def background(camera: Camera, seed: int) -> Pixels:
    """RGB of shape (height, width, 3)."""
    rng = np.random.default_rng([seed, 2])
    width, height = camera.size
    grid = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1)
    rays = camera.rays(grid)
    wall_at = float(rng.uniform(2700, 3600))
    with np.errstate(divide="ignore", invalid="ignore"):
        to_ground = np.where(rays[..., 2] < -1e-6, -camera.height_cm / rays[..., 2], np.inf)
        to_wall = np.where(rays[..., 1] > 1e-6, wall_at / rays[..., 1], np.inf)
    ground = to_ground < to_wall
    distance = np.where(ground, to_ground, np.minimum(to_wall, 1e5))[..., None]
    places = rays * distance + (0, 0, camera.height_cm)
    picture = np.where(ground[..., None], _ground(places, rng), _wall(places, rng))
    haze = np.clip(distance / 14_000, 0, 0.25)
    picture = picture * (1 - haze) + np.array([186.0, 196.0, 204.0]) * haze
    return np.clip(picture, 0, 255).astype(np.uint8)


def _ground(places: Floats, rng: np.random.Generator) -> Floats:
    right, forward = places[..., 0], places[..., 1]
    asphalt = np.array([104.0, 104.0, 106.0]) + rng.uniform(-18, 18)
    paving = np.array([158.0, 152.0, 142.0]) + rng.uniform(-14, 14)
    kerb = float(rng.uniform(1300, 1900))
    on_paving = forward > kerb
    colour = np.where(on_paving[..., None], paving, asphalt)
    joints = (np.abs(right % 120 - 60) > 57.5) | (np.abs(forward % 120 - 60) > 57.5)
    colour = np.where((on_paving & joints)[..., None], colour - 20, colour)
    colour = np.where((np.abs(forward - kerb) < 9)[..., None], np.array([198.0, 196.0, 190.0]), colour)
    line = (np.abs(forward - 0.62 * kerb) < 7) & (right % 400 < 220)
    colour = np.where(line[..., None], np.array([208.0, 206.0, 196.0]), colour)
    return colour + _stains(right, forward, rng)[..., None]


def _wall(places: Floats, rng: np.random.Generator) -> Floats:
    right, up = places[..., 0], places[..., 2]
    brick = np.array([[142.0, 92.0, 74.0], [176.0, 164.0, 146.0], [120.0, 116.0, 112.0]])[rng.integers(3)]
    colour = np.broadcast_to(brick, (*right.shape, 3)).copy()
    mortar = (up % 30 < 2.5) | ((right + 30 * (up // 30 % 2)) % 60 < 2.5)
    colour[mortar] -= 14
    across, floor = right % 420, up % 330
    window = (across > 110) & (across < 300) & (floor > 100) & (floor < 260)
    frame = (across > 98) & (across < 312) & (floor > 90) & (floor < 270) & ~window
    colour[frame] = (214, 212, 206)
    glass = np.array([74.0, 88.0, 98.0]) + 26 * ((right // 420) % 2)[..., None]
    colour = np.where(window[..., None], glass, colour)
    above = up > 1050
    colour[above] = (188, 202, 214)
    colour[up < 45] -= 22
    return colour + 0.4 * _stains(right, up, rng)[..., None]


def _stains(first: Floats, second: Floats, rng: np.random.Generator) -> Floats:
    """Smooth noise of several sizes, tied to places and not to pixels."""
    total = np.zeros(first.shape)
    for size, strength in ((400.0, 9.0), (90.0, 6.0), (14.0, 5.0)):
        quarter = np.asarray(cv2.GaussianBlur(rng.standard_normal((128, 128)).astype(np.float32), (0, 0), 1.2))
        # Mirrored, so that it goes on without a seam where it begins again.
        tile = np.block([[quarter, quarter[:, ::-1]], [quarter[::-1], quarter[::-1, ::-1]]])
        tile = (tile * (strength / quarter.std())).astype(np.float32)
        x = (first / size * 4 % 256).astype(np.float32)
        y = (second / size * 4 % 256).astype(np.float32)
        total += cv2.remap(tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return total
