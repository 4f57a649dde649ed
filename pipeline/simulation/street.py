"""`sim://street`: a street seen by a calibrated camera, with people who walk about in it.

Everything follows from the seed: camera, people, paths and pixels. Time goes in steps of one frame, and people are
moved before they are drawn, so that a scene is the same whether its pictures are made or not.
"""

from functools import cached_property
from typing import ClassVar

from pydantic import Field

from pipeline.data import FrameRecord, Picture
from pipeline.geometry.camera import Camera
from pipeline.simulation.crowd import Crowd
from pipeline.simulation.ground import ground_of
from pipeline.simulation.habits import Habits
from pipeline.simulation.persons import persons
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.scene import Scene, SceneParameters
from pipeline.simulation.setting import SettingParameters, setting_of
from pipeline.simulation.walkers import Walker


class StreetParameters(SettingParameters):
    """A street's."""

    people: int = Field(default=8, ge=0, le=50, description="how many are there at a time")


class Street(Scene[StreetParameters]):
    """The street and its people."""

    name: ClassVar[str] = "street"
    Parameters: ClassVar[type[SceneParameters]] = StreetParameters

    def __init__(self, parameters: StreetParameters) -> None:
        super().__init__(parameters)
        self.setting = setting_of(parameters)
        self._arrivals = self.random("arrivals")
        ground = ground_of(self.setting)
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
        return self.setting.camera

    def picture(self) -> Picture:
        return self._renderer.picture(self.walkers)

    def truth(self, run: str, camera: str, frame: int) -> FrameRecord:
        figures = self._renderer.figures(self.walkers)
        people = persons(self.camera, figures, self._renderer.occlusion(figures))
        return self.record(run, camera, frame, people=people)

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self.parameters, self.setting)

    def step(self) -> None:
        """Let one frame's time pass."""
        self._crowd.step(1 / self.fps)
        if len(self.walkers) < self.parameters.people:
            self._crowd.walkers.append(self._habits.arrival(self._arrivals))
