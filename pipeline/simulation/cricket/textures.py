"""Noise tied to places on the ground, and areas of pixels that a shape on the ground covers."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.floating[Any]]
"""float32, for speed; whether sums of them stay so is not worth proving."""


class Noise:
    """Smooth noise of unit deviation over a plane, without an end and without a seam."""

    def __init__(self, rng: np.random.Generator) -> None:
        quarter = np.asarray(cv2.GaussianBlur(rng.standard_normal((256, 256)).astype(np.float32), (0, 0), 1.1))
        tile = np.block([[quarter, quarter[:, ::-1]], [quarter[::-1], quarter[::-1, ::-1]]])
        self._tile = np.ascontiguousarray(tile / tile.std(), np.float32)

    def at(self, first: Singles, second: Singles, size_m: tuple[float, float], footprint_m: Singles) -> Singles:
        """Noise whose lumps measure `size_m` along the two axes; fades where a pixel covers more than a lump."""
        shape = first.shape
        if not first.size:
            return np.zeros(shape, np.float32)
        x = (first * np.float32(4 / size_m[0]) % 512).reshape(1, -1)
        y = (second * np.float32(4 / size_m[1]) % 512).reshape(1, -1)
        # cv2.remap takes pictures of fewer than 32767 columns.
        rows = -(-x.size // 16384)
        padded = -(-x.size // rows) * rows
        x, y = (np.pad(v, ((0, 0), (0, padded - v.size))).reshape(rows, -1) for v in (x, y))
        value = np.asarray(cv2.remap(self._tile, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP), np.float32)
        value = value.reshape(-1)[: first.size].reshape(shape)
        return value * np.clip(2 * np.float32(min(size_m)) / np.maximum(footprint_m, 1e-6) - 0.3, 0, 1)


def covered(value: Singles, low: float, high: float, width: Singles) -> Singles:
    """The share of each pixel that lies between `low` and `high`, where `value` changes by `width` over a pixel."""
    wide = np.maximum(width, 1e-6)
    return np.clip((value - low) / wide + 0.5, 0, 1) - np.clip((value - high) / wide + 0.5, 0, 1)


def mix(colours: Singles, share: Singles, colour: npt.ArrayLike) -> Singles:
    """Colours (N, 3) with a share (N,) of another laid over them."""
    return colours + (np.asarray(colour, np.float32) - colours) * share[:, None]
