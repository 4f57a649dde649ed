"""`sim://street`: a street seen by a calibrated camera, with people who walk about in it.

Everything follows from the seed: camera, people, paths and pixels. Time goes in steps of one frame, and people are
moved before they are drawn, so that a scene is the same whether its pictures are made or not.
"""

from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from pipeline.data import FrameRecord, Picture
from pipeline.geometry.camera import Camera
from pipeline.simulation.crowd import Crowd
from pipeline.simulation.ground import Ground
from pipeline.simulation.habits import Habits
from pipeline.simulation.persons import persons
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.scene import Scene, SceneParameters
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]

TALLEST_PX, SMALLEST_PX = 285.0, 64.0
"""The heights in the picture between which people walk, at 720 lines or less."""


class StreetParameters(SceneParameters):
    """A street's."""

    people: int = Field(default=8, ge=0, le=50, description="how many are there at a time")


class Street(Scene[StreetParameters]):
    """The street and its people."""

    name: ClassVar[str] = "street"
    Parameters: ClassVar[type[SceneParameters]] = StreetParameters

    def __init__(self, parameters: StreetParameters) -> None:
        super().__init__(parameters)
        self._camera = _camera(self.random("camera"), self.size)
        self._light = _light(self.random("light"))
        self._arrivals = self.random("arrivals")
        ground = Ground(self._camera, *_reach(self._camera))
        self._habits = Habits(ground, parameters.strength, lambda track: self.random("walker", track))
        self._crowd = Crowd(ground, self._habits.next_deeds)
        self._crowd.walkers = self._habits.population(parameters.people, self.random("population"))
        for _ in range(round(2 * self.fps)):
            self.step()  # so that nobody stands still at the first frame

    @property
    def walkers(self) -> list[Walker]:
        """Everybody who is there now."""
        return self._crowd.walkers

    @property
    def camera(self) -> Camera:
        return self._camera

    def picture(self) -> Picture:
        return self._renderer.picture(self.walkers)

    def truth(self, run: str, camera: str, frame: int) -> FrameRecord:
        return self.record(run, camera, frame, people=persons(self.camera, self._renderer.figures(self.walkers)))

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self.parameters, self.camera, self._light)

    def step(self) -> None:
        """Let one frame's time pass."""
        self._crowd.step(1 / self.fps)
        if len(self.walkers) < self.parameters.people:
            self._crowd.walkers.append(self._habits.arrival(self._arrivals))


def _camera(rng: np.random.Generator, size: tuple[int, int]) -> Camera:
    width, height = size
    focal = float(rng.uniform(0.85, 1.05) * width)
    high = float(rng.uniform(330, 520))
    near, far = (focal * 170 / px for px in (TALLEST_PX, SMALLEST_PX))
    # The middle of the picture looks at a place between the nearest and the farthest people.
    middle = 1 / (0.5 / near + 0.5 / far)
    tilt = float(np.degrees(np.arctan2(high - 60, middle)) + rng.uniform(-1.5, 1.5))
    return Camera(
        size, focal, focal, width / 2, height / 2, high, tilt, float(rng.normal(0, 0.8)),
        (float(rng.normal(-0.03, 0.02)), 0.0, 0.0, 0.0, 0.0), "simulated",
    )  # fmt: skip


def _reach(camera: Camera) -> tuple[float, float]:
    """The distances on the ground at which a person of 170 cm is as large and as small as wanted."""
    distances = np.linspace(200, 6000, 400)
    feet = np.stack([np.zeros_like(distances), distances, np.zeros_like(distances)], axis=1)
    low, _ = camera.project(feet)
    high, _ = camera.project(feet + (0, 0, 170.0))
    tall = low[:, 1] - high[:, 1]
    ahead = (camera.to_camera(feet)[:, 2] > 50) & (tall > 0)
    good = distances[ahead & (tall <= TALLEST_PX) & (tall >= SMALLEST_PX)]
    return float(good[0]), float(good[-1])


def _light(rng: np.random.Generator) -> Floats:
    """The direction towards the sun, a unit vector."""
    around, up = rng.uniform(0, 2 * np.pi), np.radians(rng.uniform(35, 65))
    return np.array([np.cos(around) * np.cos(up), np.sin(around) * np.cos(up), np.sin(up)])
