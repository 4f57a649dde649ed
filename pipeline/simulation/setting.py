"""Where and when a scene plays: a camera, a place and an environment that go together."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from pipeline.geometry.camera import Camera
from pipeline.simulation.cameras import reach_of, surveillance_camera
from pipeline.simulation.environment import Environment, Lamp, Light, Weather, drawn_environment
from pipeline.simulation.places import INDOORS, PLACES, Place, PlaceName, place_of
from pipeline.simulation.scene import SceneParameters, stream
from pipeline.simulation.sensor import settings_of


class SettingParameters(SceneParameters):
    """Of scenes that can play anywhere; what is not given is drawn by seed and level."""

    place: PlaceName | Literal["drawn"] = Field(default="drawn", description=f"where: {', '.join(PLACES)}")
    light: Light | Literal["drawn"] = Field(default="drawn", description="day, dusk, night or indoors")
    weather: Weather | Literal["drawn"] = Field(default="drawn", description="sun, clouds, rain or fog")


@dataclass(frozen=True, slots=True)
class Setting:
    """What does not move. `reach` is the distances in cm between which people are as large as wanted."""

    camera: Camera
    place: Place
    environment: Environment
    reach: tuple[float, float]


def setting_of(parameters: SettingParameters) -> Setting:
    """The setting of a scene, by its parameters alone."""
    strength, seed = parameters.strength, parameters.seed
    name = parameters.place
    if name == "drawn":
        choice = stream(seed, "place name").random()
        name = "street" if strength == 0 else PLACES[int(np.searchsorted(_SHARES, choice, side="right"))]
    light = None if parameters.light == "drawn" else parameters.light
    weather = None if parameters.weather == "drawn" else parameters.weather
    indoors = name in INDOORS
    camera = surveillance_camera(stream(seed, "camera"), parameters.size, strength, indoors)
    reach = reach_of(camera)
    place = place_of(name, stream(seed, "place"), reach, parameters.width / 2 / camera.fx, strength)
    environment = drawn_environment(stream(seed, "environment"), strength, indoors, light, weather)
    if environment.light in ("dusk", "night"):
        lamps = _lamps(place, environment, reach, seed)
        if settings_of(parameters, environment.darkness).monochrome:
            lamps += (_infrared(camera, reach),)
        environment = dataclasses.replace(environment, lamps=lamps)
    return Setting(camera, place, environment, reach)


def _infrared(camera: Camera, reach: tuple[float, float]) -> Lamp:
    """The camera's own lamp, which lights people in the middle of the picture well."""
    near, far = reach
    away = near + 0.4 * (far - near)
    strength = 0.5 * (away**2 + camera.height_cm**2) / camera.height_cm**2
    return Lamp((0.0, -20.0, camera.height_cm), strength, (1.0, 1.0, 1.0))


def _lamps(place: Place, environment: Environment, reach: tuple[float, float], seed: int) -> tuple[Lamp, ...]:
    """The lamps of lamp posts that are seen, and of some that are not."""
    rng = stream(seed, "lamps")
    colour = ((1.0, 0.86, 0.62), (1.0, 0.70, 0.36), (0.92, 0.97, 1.0))[rng.integers(3)]
    bright = 0.45 if environment.light == "dusk" else 0.8
    heads = [item.lamp for item in place.items if item.lamp is not None]
    near, far = reach
    for _ in range(int(rng.integers(2, 4))):
        away = float(rng.uniform(0.3 * near, 1.1 * far))
        heads.append((float(rng.uniform(-0.8, 0.8)) * (away + 300), away, float(rng.uniform(480, 800))))
    return tuple(Lamp(head, bright * float(rng.uniform(0.6, 1.2)), colour) for head in heads)


_SHARES = np.cumsum([0.30, 0.18, 0.14, 0.16, 0.08, 0.07])
"""Of PLACES, up to the last one."""
