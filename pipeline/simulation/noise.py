"""A sensor's noise, new in every frame.

Photons come as a Poisson process and the amplifier adds Gaussian noise, so that the variance of the light measured is
a * light + b (Foi et al., "Practical Poissonian-Gaussian Noise Modeling and Fitting for Single-Image Raw-Data", IEEE
Trans. Image Processing 17(10), 2008). Luma is light to the power of 1 / 2.2, whose slope turns it into levels.
A picture-sized window moves at random over a larger field of unit noise, which is turned at random: as good as new
noise in every frame, at the cost of an addition.
"""

import cv2
import numpy as np

from pipeline.data import Pixels
from pipeline.simulation.sensor_settings import SensorSettings

_MARGIN = 64
_GAMMA = 2.2
_UNIT = 32
"""Of the field of noise, in steps a standard deviation."""


class Noise:
    """The noise of a camera of a size (width, height)."""

    def __init__(self, rng: np.random.Generator, settings: SensorSettings, size: tuple[int, int]) -> None:
        self._rng = rng
        self._levels = _levels(settings)
        self._uniform = np.ptp(self._levels[16:236]) < 0.02
        self._luma = self._chroma = None
        width, height = size
        if self._levels.max() > 0:
            field = _field(rng, (height + _MARGIN, width + _MARGIN), settings.grain_px)
            self._luma = np.round(field * (self._levels[126] if self._uniform else _UNIT)).astype(np.int16)
        if settings.chroma_noise > 0:
            field = _field(rng, (height // 2 + _MARGIN, width // 2 + _MARGIN), 0.8 + settings.grain_px)
            self._chroma = np.round(field * settings.chroma_noise).astype(np.int16)

    def add(self, luma: Pixels, chroma: Pixels) -> None:
        """Add noise to luma (height, width) and chroma (2, height / 2, width / 2), in place."""
        if self._luma is not None:
            window = self._window(self._luma, luma.shape)
            if not self._uniform:
                strength = cv2.LUT(luma, self._levels)
                window = cv2.multiply(window, strength, scale=1 / _UNIT, dtype=cv2.CV_16S)
            cv2.add(luma, window, dst=luma, dtype=cv2.CV_8U)
        if self._chroma is not None:
            for plane in chroma:
                cv2.add(plane, self._window(self._chroma, plane.shape), dst=plane, dtype=cv2.CV_8U)

    def _window(self, field: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        top, left = self._rng.integers(0, _MARGIN, 2)
        return field[top : top + shape[0], left : left + shape[1]]


def _levels(settings: SensorSettings) -> np.ndarray:
    """The standard deviation in levels for each level of luma, (256,) float32."""
    luma = np.clip((np.arange(256) - 16) / 219, 0.02, 1)
    light = luma**_GAMMA
    middle = 0.5**_GAMMA
    slope = luma ** (1 - _GAMMA)
    # Both are told in levels where they are measured: shot noise at half of full scale, read noise near black.
    shot = settings.shot_noise * np.sqrt(light / middle) * slope / 0.5 ** (1 - _GAMMA)
    dark = np.minimum(slope / 0.12 ** (1 - _GAMMA), 1.6)
    return np.sqrt(shot**2 + (settings.read_noise * dark) ** 2).astype(np.float32)


def _field(rng: np.random.Generator, shape: tuple[int, int], grain_px: float) -> np.ndarray:
    field = rng.standard_normal(shape, np.float32)
    if grain_px > 0.2:
        smooth = np.asarray(cv2.GaussianBlur(field, (0, 0), grain_px))
        field = 0.4 * field + 0.6 * smooth / smooth.std()
        field /= field.std()
    return field
