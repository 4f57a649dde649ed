"""Light and weather: sun or clouds, dusk, night with lamps, rooms, rain, fog and wet ground.

Light is in linear shares of a sunlit (or, by night, a well-lit) ground and becomes levels of a display through the
power 1 / 2.2. Fog follows Koschmieder's law, contrast falls as exp(-distance / visual range * 3.912) (Middleton, Vision
through the Atmosphere, 1952). A lamp's light falls with the square of distance and the cosine on the ground.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Light = Literal["day", "dusk", "night", "indoors"]
Weather = Literal["sun", "clouds", "rain", "fog"]
GAMMA = 2.2
_GROUND = 0.25
"""What the ground sends back of the sky's light: an upright surface sees half of either."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """A lamp: where it hangs [right, forward, up] in cm, and its colour as linear gains."""

    position: tuple[float, float, float]
    strength: float
    """The light on the ground straight under it."""
    colour: tuple[float, float, float] = (1.0, 0.86, 0.62)


@dataclass(frozen=True, slots=True)
class Environment:
    """The light and the air of a scene. Without arguments: noon in summer, and clear air."""

    light: Light = "day"
    sun: tuple[float, float, float] = (0.35, -0.5, 0.79)
    """The direction towards it, a unit vector [right, forward, up]."""
    direct: float = 0.65
    """The share of light that casts shadows, 0 under clouds."""
    ambient: tuple[float, float, float] = (0.35, 0.35, 0.35)
    """The rest, from everywhere, as linear gains."""
    warmth: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """The colour of what comes straight from the sun."""
    lamps: tuple[Lamp, ...] = ()
    visual_range_cm: float = 2e6
    """At this distance 2 % of contrast is left."""
    air: tuple[float, float, float] = (190.0, 200.0, 208.0)
    """The colour of fog and haze, as a display shows it."""
    rain: float = 0.0
    wetness: float = 0.0
    """How much the ground mirrors, from 0 to 1; indoors, how it is polished."""

    @property
    def darkness(self) -> float:
        """What the camera's gain and exposure follow: 0 by day, 1 by night."""
        return {"day": 0.0, "indoors": 0.12, "dusk": 0.5, "night": 1.0}[self.light]

    def lit(self, points: npt.ArrayLike, normal: npt.ArrayLike = (0.0, 0.0, 1.0), sunlit: bool = True) -> Floats:
        """Linear gains (..., 3) of surfaces at points (..., 3) in cm that face `normal` (3,) or (..., 3).

        Args:
            points: where.
            normal: unit vectors.
            sunlit: False for what lies in a shadow.
        """
        where, facing = np.asarray(points, np.float32), np.asarray(normal, np.float32)
        sky = 0.5 + 0.5 * facing[..., 2:]
        seen = 1.0 if self.light == "indoors" else sky + _GROUND * (1 - sky)
        gains = np.broadcast_to(np.asarray(self.ambient, np.float32) * seen, where.shape).copy()
        if sunlit and self.direct:
            # A sunlit ground gets its whole share whatever the height of the sun: the camera's exposure sees to that.
            falling = np.clip(facing @ np.asarray(self.sun, np.float32), 0, None) / self.sun[2]
            gains += np.minimum(falling, 1.6)[..., None] * self.direct * np.asarray(self.warmth, np.float32)
        for lamp in self.lamps:
            gains += lamp_light(lamp, where, facing)[..., None] * np.asarray(lamp.colour, np.float32)
        return np.asarray(gains)

    def clear(self, distance_cm: npt.ArrayLike) -> Floats:
        """The share of light (...) that comes through the air from a distance; the rest is the air's colour."""
        return np.exp(np.asarray(distance_cm, np.float32) * np.float32(-3.912 / self.visual_range_cm))


def lamp_light(lamp: Lamp, points: Floats, normal: npt.ArrayLike) -> Floats:
    """What a lamp gives to surfaces at points (..., 3), linear."""
    to_lamp = np.asarray(lamp.position, np.float32) - np.asarray(points, np.float32)
    square = np.maximum(np.einsum("...i,...i->...", to_lamp, to_lamp), 900.0)
    cosine = np.clip(np.sum(to_lamp * np.asarray(normal, np.float32), axis=-1) / np.sqrt(square), 0.05, 1)
    return lamp.strength * lamp.position[2] ** 2 / square * cosine


def drawn_environment(
    rng: np.random.Generator, strength: float, indoors: bool, light: Light | None, weather: Weather | None
) -> Environment:
    """An environment by strength (0 plain, 1 hostile); `light` and `weather` override what is drawn.

    Lamps are the place's: add them with `dataclasses.replace`.
    """
    pick, sky, up, around, spread, tint, far, wet = rng.random(8).tolist()
    if light is None:
        night, dusk = 0.36 * strength**2, 0.24 * strength**2
        light = "indoors" if indoors else "night" if pick < night else "dusk" if pick < night + dusk else "day"
    if weather is None:
        rain, fog = 0.26 * strength**2, 0.18 * strength**2
        weather = "rain" if sky < rain else "fog" if sky < rain + fog else "sun" if sky < 0.65 else "clouds"
    if indoors or light == "indoors":
        level = 0.62 + 0.2 * spread
        return Environment(
            "indoors", sun=(0.05, -0.1, 0.99), direct=0.22, ambient=(level, level * (0.97 + 0.05 * tint), level),
            visual_range_cm=4e6, wetness=0.5 * wet * (strength > 0),
        )  # fmt: skip
    high = np.radians((35 + 30 * up) if strength == 0 else (14 + 54 * up))
    turn = 2 * np.pi * around
    sun = (float(np.cos(turn) * np.cos(high)), float(np.sin(turn) * np.cos(high)), float(np.sin(high)))
    direct = (0.55 + 0.2 * spread) if weather == "sun" else 0.0
    if weather == "sun" and strength == 0:
        direct = 0.62
    if light == "dusk":
        direct *= 0.35
    if light == "night":
        direct = 0.0
    whole = {"day": 1.0, "dusk": 0.42, "night": 0.07 + 0.05 * spread}[light]
    rest = max(whole - direct, 0.05)
    blue = {"day": 1.0 + 0.10 * tint, "dusk": 1.25, "night": 1.15}[light]
    # Rain leaves 400 m to 2.4 km, clear air more than 4 km; fog begins where 1 km is left, and is dense below 50 m.
    fog = (1200 + 6500 * far * far) * (1 + 7 * (1 - strength))
    clear = {"fog": fog, "rain": 40_000 + 200_000 * far}.get(weather, 4e5 + 1.6e6 * far)
    grey = {"day": 1.0, "dusk": 0.5, "night": 0.24}[light]
    raining = (0.35 + 0.65 * wet) * (0.5 + 0.5 * strength) if weather == "rain" else 0.0
    soaked = raining > 0 or (strength > 0 and wet < 0.18)
    return Environment(
        light=light,
        sun=sun,
        direct=direct,
        ambient=(rest, rest * (0.99 + 0.02 * tint), rest * blue),
        warmth=(1.06, 1.0, 0.9) if np.degrees(high) > 25 else (1.2, 1.0, 0.72),
        visual_range_cm=clear,
        air=(190 * grey, 199 * grey, 206 * grey),
        rain=raining,
        wetness=0.35 + 0.6 * far if soaked else 0.0,
    )
