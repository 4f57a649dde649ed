"""What a camera makes of a drawn picture: lens, sensor, image processing and encoder, in the order of the real thing.

The order is that of a camera's pipeline (Nakamura, Image Sensors and Signal Processing for Digital Still Cameras,
2006): light through the lens (drops on the dome, defocus, vignetting), exposure over time (motion blur, interlaced
fields, rows one after another), noise, tone and colour, sharpening, the burnt-in time, and compression by a real
encoder. Nearly all of it works on the planes of 4:2:0, where a pixel costs half as much as in RGB.

Truth is of the middle of the exposure: blur, fields and rows lie evenly around it.
"""

import datetime
import math
from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.pictures import Picture, PixelFormat, Pixels
from pipeline.simulation.codec import Codec, codec_of
from pipeline.simulation.lens import Drops, vignette
from pipeline.simulation.noise import Noise
from pipeline.simulation.scene import SceneParameters, stream
from pipeline.simulation.sensor_settings import SensorSettings

Floats = npt.NDArray[np.float64]
_WANTED_LUMA = 104.0
"""Over black; what automatic exposure aims at."""
_REACH = math.sqrt(2 * math.log(256))
"""In standard deviations; what is farther away has less than a level of 256 of a Gaussian's peak."""
Draw = Callable[[float], Pixels]
"""RGB (height, width, 3) of the scene so many seconds after now (before it, if negative); the array is the caller's."""


def settings_of(parameters: SceneParameters, darkness: float = 0.0) -> SensorSettings:
    """The camera of a scene, by its seed and level; `darkness` is 0 by day and 1 by night.

    A scene with things that move fast draws them with its `exposure_s` and `readout_s`: how long a frame gathers light,
    and how much later the last row does so than the first (the middle row is exposed at the frame's moment).
    """
    rng = stream(parameters.seed, "sensor")
    return SensorSettings.drawn(rng, parameters.strength, darkness, parameters.size)


class Sensor:
    """A camera's optics and electronics; it keeps what a camera remembers, so ask it for pictures in order.

    Args:
        parameters: the scene's.
        settings: what this camera is like; `settings_of` draws it by seed and level.
    """

    def __init__(self, parameters: SceneParameters, settings: SensorSettings) -> None:
        rng = stream(parameters.seed, "lens")
        self.settings = settings
        self._size = parameters.size
        self._fps = parameters.fps
        self._noise = Noise(stream(parameters.seed, "noise"), self.settings, parameters.size)
        self._codec: Codec | None = codec_of(self.settings, parameters.size, parameters.fps)
        self._vignette = vignette(parameters.size, self.settings.vignetting, self.settings.dirt, rng)
        self._drops = Drops(stream(parameters.seed, "drops"), self.settings.drops, parameters.size)
        self._phase = float(rng.uniform(0, 2 * np.pi))
        self._start = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=int(rng.integers(0, 31_000_000)))
        self._frame = 0
        self._automatic = 1.0

    def picture(self, draw: Draw) -> Picture:
        """What is sent of this moment, as 4:2:0."""
        rgb = self._exposed(draw)
        self._drops.refract(rgb)
        width, height = self._size
        yuv = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
        luma = yuv[:height]
        chroma = yuv[height:].reshape(2, height // 2, width // 2)
        self._focus(luma, chroma)
        if self._frame == 0 and self.settings.automatic:
            self._automatic = _automatic_gain(float(luma.mean()))
        self._tone(luma, chroma)
        self._noise.add(luma, chroma)
        self._sharpen(luma)
        if self.settings.clock:
            self._burn_clock(luma, chroma)
        if self._codec is not None:
            yuv = self._codec.sent(yuv)
        self._frame += 1
        return Picture.packed(PixelFormat.I420, width, height, yuv)

    def _exposed(self, draw: Draw) -> Pixels:
        """The light gathered while the shutter is open, in one go or in two fields half a frame apart."""
        if not self.settings.interlaced:
            return self._gathered(draw, 0.0)
        rgb = self._gathered(draw, -0.25 / self._fps)
        rgb[1::2] = self._gathered(draw, 0.25 / self._fps)[1::2]
        return rgb

    def _gathered(self, draw: Draw, at_s: float) -> Pixels:
        samples = self.settings.samples
        if samples == 1:
            return draw(at_s)
        exposure_s = min(self.settings.exposure_s, 1 / self._fps)
        offsets = at_s + exposure_s * ((np.arange(samples) + 0.5) / samples - 0.5)
        total = np.zeros((self._size[1], self._size[0], 3), np.float32)
        for offset in offsets.tolist():
            cv2.accumulate(draw(offset), total)
        return np.asarray(cv2.convertScaleAbs(total, alpha=1 / samples), np.uint8)

    def _focus(self, luma: Pixels, chroma: Pixels) -> None:
        settings = self.settings
        width, height = self._size
        if settings.resolution < 1:
            small = (max(16, round(width * settings.resolution)), max(16, round(height * settings.resolution)))
            # Down to half, the mean of four neighbours is as good as that of areas, and several times as fast.
            low = cv2.resize(luma, small, interpolation=cv2.INTER_LINEAR)
            cv2.resize(low, (width, height), dst=luma, interpolation=cv2.INTER_LINEAR)
            for plane in chroma:
                low = cv2.resize(plane, (small[0] // 2, small[1] // 2), interpolation=cv2.INTER_LINEAR)
                cv2.resize(low, (width // 2, height // 2), dst=plane, interpolation=cv2.INTER_LINEAR)
        _blur(luma, settings.defocus_px)
        for plane in chroma:
            _blur(plane, settings.defocus_px / 2)

    def _tone(self, luma: Pixels, chroma: Pixels) -> None:
        settings = self.settings
        if self._vignette is not None:
            cv2.multiply(luma, self._vignette, dst=luma, scale=1 / 255)
        drift = self._automatic + settings.flicker * float(np.sin(self._phase + 0.9 * self._frame))
        if settings.changes_tone or drift != 1:
            cv2.LUT(luma, _tone_curve(settings, drift), dst=luma)
        if settings.monochrome:
            chroma[:] = 128
        elif settings.changes_colour:
            for plane, cast in zip(chroma, settings.cast, strict=True):
                cv2.LUT(plane, _colour_curve(settings.saturation, cast), dst=plane)

    def _sharpen(self, luma: Pixels) -> None:
        if self.settings.sharpening > 0:
            soft = cv2.blur(luma, (3, 3))
            cv2.addWeighted(luma, 1 + self.settings.sharpening, soft, -self.settings.sharpening, 0, dst=luma)

    def _burn_clock(self, luma: Pixels, chroma: Pixels) -> None:
        now = self._start + datetime.timedelta(seconds=self._frame / self._fps)
        text = now.strftime(self.settings.clock)
        width, height = self._size
        scale = height / 720 * 0.8
        thick = max(1, round(2 * scale))
        (long, tall), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
        left = round(0.02 * width) if self.settings.clock_left else width - long - round(0.02 * width)
        base = tall + round(0.02 * height) if self.settings.clock_top else height - round(0.03 * height)
        for colour, weight in ((16, thick + 2), (235, thick)):
            cv2.putText(luma, text, (left, base), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, weight, cv2.LINE_AA)
        chroma[:, max(0, (base - tall) // 2) : base // 2 + 1, max(0, left // 2) : (left + long) // 2 + 1] = 128


def _blur(plane: Pixels, deviation_px: float) -> None:
    """Blur a plane in place, by those neighbours whose weight is over a level of 256."""
    reach = math.ceil(_REACH * deviation_px - 1)
    if reach > 0:
        cv2.GaussianBlur(plane, (2 * reach + 1, 2 * reach + 1), deviation_px, dst=plane)


def _automatic_gain(mean: float) -> float:
    """What automatic exposure makes of a picture's mean luma: most of the way to the middle, within its range."""
    return float(np.clip((_WANTED_LUMA / max(mean - 16, 4.0)) ** 0.6, 0.7, 2.6))


def _tone_curve(settings: SensorSettings, gain: float) -> Pixels:
    """Luma in video range to luma: exposure, contrast around the middle, and a lifted black."""
    light = (np.arange(256) - 16) / 219
    light = light * settings.gain * gain
    light = 0.5 + (light - 0.5) * settings.contrast
    light = settings.black + (1 - settings.black) * light
    # A shoulder instead of a hard edge, as every camera has; it leaves shadows alone.
    light = np.where(light > 0.85, 0.85 + 0.15 * np.tanh((light - 0.85) / 0.15), light)
    return np.clip(np.round(16 + 219 * light), 16, 235).astype(np.uint8)


def _colour_curve(saturation: float, cast: float) -> Pixels:
    return np.clip(np.round(128 + saturation * (np.arange(256) - 128) + cast), 16, 240).astype(np.uint8)
