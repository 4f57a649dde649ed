"""A sensor's noise, new in every frame.

Photons come as a Poisson process and the amplifier adds Gaussian noise, so that the variance of the light measured is
a * light + b (Foi et al., "Practical Poissonian-Gaussian Noise Modeling and Fitting for Single-Image Raw-Data", IEEE
Trans. Image Processing 17(10), 2008). Luma is light to the power of 1 / 2.2, whose slope turns it into levels.
A picture-sized window moves at random over a larger field of unit noise, which is turned at random: as good as new
noise in every frame, at the cost of an addition.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.pictures import Pixels
from pipeline.simulation.sensor_settings import SensorSettings

_MARGIN = 64
_GAMMA = 2.2
_UNIT, _STEP = 32, 8
"""Of the field of noise, in steps a standard deviation, and of its strength, in steps a level; all is kept in bytes,
which OpenCV adds and multiplies several times as fast as wider numbers."""


class Noise:
    """The noise of a camera of a size (width, height)."""

    def __init__(self, rng: np.random.Generator, settings: SensorSettings, size: tuple[int, int]) -> None:
        self._rng = rng
        self._luma = self._chroma = None
        width, height = size
        levels = _levels(settings)
        self._strength = np.clip(np.round(levels * _STEP), 0, 255).astype(np.uint8)
        if levels.max() > 0:
            field = _field(rng, (height + _MARGIN, width + _MARGIN), settings.grain_px)
            self._luma = _Signed.of(field * _UNIT)
        if settings.chroma_noise > 0:
            field = _field(rng, (height // 2 + _MARGIN, width // 2 + _MARGIN), 0.8 + settings.grain_px)
            self._chroma = _Signed.of(field * settings.chroma_noise)

    def add(self, luma: Pixels, chroma: Pixels) -> None:
        """Add noise to luma (height, width) and chroma (2, height / 2, width / 2), in place."""
        if self._luma is not None:
            window = self._luma.window(self._rng, luma.shape)
            strength = cv2.LUT(luma, self._strength)
            size = np.asarray(cv2.multiply(window.size, strength, scale=1 / (_UNIT * _STEP)), np.uint8)
            _Signed(size, window.up).add_to(luma)
        if self._chroma is not None:
            for plane in chroma:
                self._chroma.window(self._rng, plane.shape).add_to(plane)


@dataclass(frozen=True, slots=True)
class _Signed:
    """Numbers in bytes: their sizes, and 255 where they are above 0."""

    size: Pixels
    up: Pixels

    @classmethod
    def of(cls, field: np.ndarray) -> "_Signed":
        size = np.clip(np.round(np.abs(field)), 0, 255).astype(np.uint8)
        return cls(size, np.where(field > 0, 255, 0).astype(np.uint8))

    def window(self, rng: np.random.Generator, shape: tuple[int, ...]) -> "_Signed":
        top, left = rng.integers(0, _MARGIN, 2)
        window = slice(top, top + shape[0]), slice(left, left + shape[1])
        return _Signed(self.size[window], self.up[window])

    def add_to(self, plane: Pixels) -> None:
        above = cv2.bitwise_and(self.size, self.up)
        cv2.add(plane, above, dst=plane)
        cv2.subtract(plane, cv2.subtract(self.size, above), dst=plane)


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
