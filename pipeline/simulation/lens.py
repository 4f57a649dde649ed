"""What the glass before the sensor does: less light in the corners, smears, and drops of rain.

Vignetting follows cos^4 of the angle off the axis, scaled to the loss asked for (Ray, Applied Photographic Optics, 3rd
ed., ch. 11). A drop shows the whole scene, upside down and small, as a strong lens does (Garg and Nayar, "Vision and
Rain", IJCV 75(1), 2007).
"""

import cv2
import numpy as np

from pipeline.pictures import Pixels


def vignette(size: tuple[int, int], loss: float, dirt: float, rng: np.random.Generator) -> Pixels | None:
    """The share of light (of 255) that reaches each pixel (height, width); None for all of it everywhere."""
    if loss <= 0 and dirt <= 0:
        return None
    width, height = size
    x = (np.arange(width) + 0.5) / width * 2 - 1
    y = ((np.arange(height) + 0.5) / height * 2 - 1)[:, None]
    corner = np.tan(np.arccos((1 - min(loss, 0.95)) ** 0.25))
    share = (1 + corner**2 * (x**2 + y**2) / 2) ** -2
    if dirt > 0:
        coarse = rng.random((9, 16)).astype(np.float32) ** 3
        share = share * (1 - dirt * np.asarray(cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)).clip(0, 1))
    return np.round(255 * share).astype(np.uint8)


class Drops:
    """Drops on the dome; each slides or is replaced now and then.

    Args:
        rng: of the drops.
        number: how many.
        size: of the picture (width, height).
    """

    def __init__(self, rng: np.random.Generator, number: int, size: tuple[int, int]) -> None:
        self._rng = rng
        self._size = size
        self._drops = [self._drop() for _ in range(number)]
        self._masks = {drop[2]: _mask(drop[2]) for drop in self._drops}

    def refract(self, rgb: Pixels) -> None:
        """Draw the drops over a picture (height, width, 3), in place."""
        if not self._drops:
            return
        width, height = self._size
        small = cv2.GaussianBlur(cv2.resize(rgb, (width // 6, height // 6), interpolation=cv2.INTER_AREA), (0, 0), 1.5)
        turned = cv2.flip(small, -1)
        for number, (x, y, radius) in enumerate(self._drops):
            if self._rng.random() < 0.002:
                self._drops[number] = (*self._drop()[:2], radius)
            left, top = max(0, x - radius), max(0, y - radius)
            right, bottom = min(width, x + radius), min(height, y + radius)
            lens = np.asarray(cv2.resize(turned, (2 * radius, 2 * radius), interpolation=cv2.INTER_LINEAR), np.float32)
            inside = (slice(top - y + radius, bottom - y + radius), slice(left - x + radius, right - x + radius))
            share = self._masks[radius][inside]
            region = rgb[top:bottom, left:right]
            region[:] = (region * (1 - share) + lens[inside] * share).astype(np.uint8)

    def _drop(self) -> tuple[int, int, int]:
        width, height = self._size
        radius = int(height * self._rng.uniform(0.008, 0.035))
        return int(self._rng.integers(0, width)), int(self._rng.integers(0, height)), max(radius, 3)


def _mask(radius: int) -> np.ndarray:
    """How much of a drop covers what lies behind it (2 radius, 2 radius, 1): thin at its rim, out of focus."""
    at = np.arange(2 * radius) + 0.5 - radius
    away = np.hypot(at, at[:, None]) / radius
    return (0.85 * np.clip((1 - away) / 0.45, 0, 1))[..., None].astype(np.float32)
