"""Rain in the air: bright streaks before everything.

Drops fall with 6 to 9 m/s (Gunn and Kinzer 1949) and streak over the exposure (Garg and Nayar, "Vision and Rain", IJCV
75(1), 2007). One field of streaks, moved at random from frame to frame, is as good as new rain in every frame.
"""

import cv2
import numpy as np

from pipeline.pictures import Pixels

_MARGIN = 160


class Rain:
    """Rain before a camera.

    Args:
        rng: of the rain.
        amount: from 0 to 1.
        exposure_s: of the camera, which makes streaks long.
        size: of the picture (width, height).
    """

    def __init__(self, rng: np.random.Generator, amount: float, exposure_s: float, size: tuple[int, int]) -> None:
        self._rng = rng
        width, height = size[0] + _MARGIN, size[1] + _MARGIN
        field = np.zeros((height, width), np.uint8)
        slant = rng.normal(0, 0.12)
        for _ in range(int(2600 * amount * width * height / 1e6)):
            # Near drops are few, long and blurred; far ones many, short and faint.
            near = rng.random() ** 3
            long = size[1] * (0.012 + 0.10 * near) * min(2.5, exposure_s / 0.008)
            x, y = rng.uniform(0, width), rng.uniform(0, height)
            end = (round(16 * (x + slant * long)), round(16 * (y + long)))
            bright = int(16 + 40 * (1 - near) * rng.random())
            cv2.line(field, (round(16 * x), round(16 * y)), end, bright, 1 if near < 0.5 else 2, cv2.LINE_AA, 4)
        self._field = cv2.merge([cv2.GaussianBlur(field, (0, 0), 0.8 * max(1.0, size[1] / 720))] * 3)

    def fall(self, rgb: Pixels) -> None:
        """Let it fall in a picture (height, width, 3), in place."""
        top, left = self._rng.integers(0, _MARGIN, 2)
        cv2.add(rgb, self._field[top : top + rgb.shape[0], left : left + rgb.shape[1]], dst=rgb)
