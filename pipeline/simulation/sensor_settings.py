"""What one camera's optics and electronics are like, and how they are drawn by level.

Ranges: exposure times and gains of surveillance cameras after Axis Communications, "Lightfinder" and "Camera settings
for night scenes"; read-out times of rolling shutters (10 to 30 ms) after Liang, Chang and Chen, "Analysis and
Compensation of Rolling Shutter Effect", IEEE Trans. Image Processing 17(8), 2008; bits per pixel from 0.03 to 0.2 as
surveillance recorders offer for H.264.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Codec = Literal["none", "jpeg", "h264", "hevc"]


@dataclass(frozen=True, slots=True)
class SensorSettings:
    """One camera's. The defaults change nothing; shares are of full scale."""

    gain: float = 1.0
    automatic: bool = False
    """Whether exposure follows the first picture's brightness, before `gain`."""
    contrast: float = 1.0
    black: float = 0.0
    """How far black is lifted by stray light."""
    flicker: float = 0.0
    """By how much lamps and automatic exposure make the gain swing."""
    saturation: float = 1.0
    cast: tuple[float, float] = (0.0, 0.0)
    """A wrong white balance, in levels of Cb and Cr."""
    monochrome: bool = False
    """Infrared light and no colour."""
    vignetting: float = 0.0
    """The share of light that is lost in the corners."""
    dirt: float = 0.0
    drops: int = 0
    """Of rain on the dome."""
    defocus_px: float = 0.0
    """Standard deviation of the blur."""
    resolution: float = 1.0
    """What a stream is scaled up from."""
    sharpening: float = 0.0
    exposure_s: float = 0.004
    samples: int = 1
    """Moments within the exposure that are drawn and averaged."""
    readout_s: float = 0.0
    interlaced: bool = False
    shot_noise: float = 0.0
    """Standard deviation in levels of luma at half of full scale."""
    read_noise: float = 0.0
    """Standard deviation in levels of luma in the dark."""
    chroma_noise: float = 0.0
    grain_px: float = 0.0
    """How far noise is smeared by the camera's own denoising; 0 is a pixel."""
    codec: Codec = "none"
    bits_per_pixel: float = 0.1
    group: int = 50
    """Frames from one key frame to the next."""
    clock: str = ""
    """How the time is written into the picture, as strftime takes it; empty for not at all."""
    clock_left: bool = True
    clock_top: bool = True

    @property
    def changes_tone(self) -> bool:
        """Whether luma is changed."""
        return (self.gain, self.contrast, self.black) != (1.0, 1.0, 0.0)

    @property
    def changes_colour(self) -> bool:
        """Whether chroma is changed."""
        return self.saturation != 1.0 or self.cast != (0.0, 0.0)

    @classmethod
    def drawn(
        cls, rng: np.random.Generator, strength: float, darkness: float, size: tuple[int, int]
    ) -> "SensorSettings":
        """A camera by strength (0 plain, 1 hostile) and darkness (0 day, 1 night)."""
        # Every number is drawn at every level, so that a seed's camera keeps its character from level to level.
        one: dict[str, float] = dict(zip(_DRAWN, rng.random(len(_DRAWN)).tolist(), strict=True))
        bell: dict[str, float] = dict(zip(_DRAWN, rng.standard_normal(len(_DRAWN)).tolist(), strict=True))
        if strength == 0:
            return cls(shot_noise=2.2, read_noise=1.6, grain_px=0.0)

        def happens(what: str, share: float) -> bool:
            return one[what] < share * strength

        scale = size[1] / 720
        dark = darkness * (0.5 + strength)
        exposure = 0.002 + 0.014 * one["exposure"] * strength + 0.022 * darkness * strength
        codec: Codec = "none"
        if strength >= 0.25:
            codec = "hevc" if strength > 0.6 and one["codec"] < 0.2 else "jpeg" if one["codec"] > 0.8 else "h264"
        return cls(
            automatic=True,
            gain=float(np.exp(0.28 * strength * np.clip(bell["gain"], -2, 2))),
            contrast=1.16 + 0.16 * strength * float(np.clip(bell["contrast"], -2, 2)),
            black=0.12 * strength * one["black"] ** 3,
            flicker=0.05 * strength * one["flicker"] if one["flicker"] > 0.6 else 0.0,
            saturation=float(
                np.clip(1 - 0.12 * strength + 0.25 * strength * bell["saturation"] - 0.3 * dark, 0.15, 1.8)
            ),
            cast=(4.5 * strength * bell["cast"], 4 * strength * bell["codec"]),
            monochrome=one["monochrome"] < 0.45 * darkness + 0.08 * strength,
            vignetting=0.45 * strength * one["vignetting"],
            dirt=0.30 * strength * one["dirt"] if happens("dirt", 0.5) else 0.0,
            drops=int(3 + 14 * one["drops"] / 0.5) if strength > 0.6 and happens("drops", 0.35) else 0,
            defocus_px=scale * (0.45 + 1.2 * strength * one["defocus"] ** 2),
            resolution=1 - 0.55 * strength * one["resolution"] if happens("resolution", 0.5) else 1.0,
            sharpening=1.4 * one["sharpening"] * strength,
            exposure_s=exposure,
            samples=1 if exposure < 0.0201 else 2 if exposure < 0.028 else 3,
            readout_s=0.022 * one["readout"] * strength,
            interlaced=strength > 0.6 and happens("interlaced", 0.2),
            shot_noise=1.5 + 3.5 * strength * one["shot"] + 2.0 * dark,
            read_noise=1.2 + 3.0 * strength * one["read"] + 3.0 * dark,
            chroma_noise=1.0 * strength * one["shot"] + 2.2 * dark,
            grain_px=1.1 * one["grain"],
            codec=codec,
            bits_per_pixel=float(0.16 * np.exp(-(strength**2) * (0.5 + 1.5 * one["bits"]))),
            group=int(20 + 130 * one["group"]),
            clock=_CLOCKS[int(one["clock"] / 0.6 * len(_CLOCKS))] if one["clock"] < 0.6 else "",
            clock_left=bool(one["corner"] < 0.5),
            clock_top=bool((one["corner"] * 2) % 1 < 0.5),
        )


_DRAWN = (
    "gain", "contrast", "black", "flicker", "saturation", "cast", "monochrome", "vignetting", "dirt", "drops",
    "defocus", "resolution", "sharpening", "exposure", "readout", "interlaced", "shot", "read", "grain", "codec",
    "bits", "group", "clock", "corner",
)  # fmt: skip
_CLOCKS = ("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m-%d-%Y %a %H:%M:%S", "CAM 01  %H:%M:%S")
