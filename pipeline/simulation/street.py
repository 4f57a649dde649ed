"""`sim://street`: a street seen by a calibrated camera, with people who are about in it.

Everything follows from the seed: camera, people, paths and pixels. Time goes in steps of one frame, and people are
moved before they are drawn, so that a scene is the same whether its pictures are made or not.
"""

import dataclasses
from functools import cached_property
from typing import ClassVar, get_args

import numpy as np
from pydantic import Field

from pipeline.data import Event, FrameRecord, Person, SceneRecord
from pipeline.geometry.camera import Camera
from pipeline.pictures import Picture
from pipeline.simulation.crowd import Crowd
from pipeline.simulation.disturbances import Disturbance, DisturbanceKind, covered, defocused, moved
from pipeline.simulation.ground import discs_of, ground_of
from pipeline.simulation.habits import Habits
from pipeline.simulation.happenings import Happening, Watch
from pipeline.simulation.persons import persons
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.scene import Scene, SceneParameters
from pipeline.simulation.setting import SettingParameters, setting_of
from pipeline.simulation.stories import EVERY_S, FIRST_S, STORIES, Stage, StoryName, disturbance_of, marks_of, play
from pipeline.simulation.telling import Teller
from pipeline.simulation.walkers import Walker

_WARM_UP_S = 2.0


class StreetParameters(SettingParameters):
    """A street's."""

    people: int = Field(default=8, ge=0, le=50, description="how many are there at a time")
    story: StoryName = Field(default="none", description=f"what happens: {', '.join(STORIES)}")


class Street(Scene[StreetParameters]):
    """The street and its people."""

    name: ClassVar[str] = "street"
    Parameters: ClassVar[type[SceneParameters]] = StreetParameters

    def __init__(self, parameters: StreetParameters) -> None:
        super().__init__(parameters)
        self.setting = setting_of(parameters)
        self._now_s = 0.0
        self._arrivals = self.random("arrivals")
        ground = ground_of(self.setting)
        zones, lines = marks_of(parameters.story, ground, self.random("marks"))
        shunned = [disc for zone in zones for disc in discs_of(zone.polygon)]
        ground = dataclasses.replace(ground, shunned=np.array(shunned).reshape(-1, 3))
        self._habits = Habits(ground, parameters.strength, lambda track: self.random("walker", track))
        self._crowd = Crowd(ground, self._habits.next_deeds)
        self._crowd.walkers = self._habits.population(parameters.people, self.random("population"))
        self._stage = Stage(ground, self.random("story"), self._join, zones, lines)
        self._watch = Watch(zones, lines)
        self._frozen: tuple[Person, ...] | None = None
        self._last: Picture | None = None
        for _ in range(round(_WARM_UP_S * self.fps)):
            self._crowd.step(1 / self.fps)  # so that nobody stands still at the first frame
        self._teller = Teller(self, self._described())

    @property
    def walkers(self) -> list[Walker]:
        """Everybody who is there now."""
        return self._crowd.walkers

    @property
    def camera(self) -> Camera:
        return self._pushed if self._disturbed("camera_moved") else self.setting.camera

    def picture(self) -> Picture:
        if self._disturbed("camera_frozen") and self._last is not None:
            return self._last
        picture = self._renderer.picture(self.walkers)
        if amount := self._disturbed("camera_covered"):
            picture = covered(picture, amount, self.random("cover", round(self._now_s * self.fps)))
        if amount := self._disturbed("camera_defocused"):
            picture = defocused(picture, amount)
        self._last = picture
        return picture

    def truth(self, run: str, camera: str, frame: int) -> FrameRecord:
        return self.record(run, camera, frame, people=self._frozen if self._frozen is not None else self._people())

    def happened(self) -> list[Event | SceneRecord]:
        return self._teller.told()

    def going_on(self) -> list[Event]:
        return self._teller.going_on(self._watch.going_on())

    def step(self) -> None:
        """Let one frame's time pass."""
        seconds = 1 / self.fps
        before = self._now_s
        self._now_s += seconds
        if _turn_of(before) != _turn_of(self._now_s):
            self._stage.walkers = list(self.walkers)
            play(self.parameters.story, self._stage)
        if self._disturbed("camera_frozen"):
            self._frozen = self._people() if self._frozen is None else self._frozen
        else:
            self._frozen = None
        if len(self.walkers) < self.parameters.people:
            self._crowd.walkers.append(self._habits.arrival(self._arrivals))
        self._crowd.step(seconds)
        for happening in self._watch.step(self._now_s, self.walkers):
            self._teller.tell(happening)
        disturbance = self._disturbance
        if disturbance is not None and before < disturbance.end_s <= self._now_s:
            self._teller.tell(Happening(disturbance.kind, disturbance.begin_s, disturbance.end_s, (), disturbance.kind))

    @cached_property
    def _normal_view(self) -> Renderer:
        return Renderer(self.parameters, self.setting)

    @cached_property
    def _pushed_view(self) -> Renderer:
        return Renderer(self.parameters, dataclasses.replace(self.setting, camera=self._pushed))

    @cached_property
    def _pushed(self) -> Camera:
        return moved(self.setting.camera, self.random("push"))

    @property
    def _renderer(self) -> Renderer:
        return self._pushed_view if self._disturbed("camera_moved") else self._normal_view

    @property
    def _disturbance(self) -> Disturbance | None:
        turn = _turn_of(self._now_s)
        return None if turn is None else disturbance_of(self.parameters.story, FIRST_S + turn * EVERY_S)

    def _disturbed(self, kind: DisturbanceKind) -> float:
        """How much the camera is disturbed in that way now, 0 to 1."""
        disturbance = self._disturbance
        return disturbance.amount(self._now_s) if disturbance is not None and disturbance.kind == kind else 0.0

    def _people(self) -> tuple[Person, ...]:
        if self._disturbed("camera_covered") > 0.5:
            return ()
        figures = self._renderer.figures(self.walkers)
        return persons(self.camera, figures, self._renderer.occlusion(figures), self._watch.relations)

    def _join(self) -> Walker:
        walker = self._habits.arrival(self._arrivals)
        walker.position = self._crowd.ground.somewhere(walker.rng)
        self._crowd.walkers.append(walker)
        self._stage.walkers.append(walker)
        return walker

    def _described(self) -> SceneRecord:
        given, camera = self.parameters, self.setting.camera
        zones = tuple(zone.seen(camera) for zone in self._stage.zones)
        lines = tuple(line.seen(camera) for line in self._stage.lines)
        kinds = self._watch.kinds + get_args(DisturbanceKind)
        return SceneRecord(self.run, self.name, self.name, given.seed, given.level, given.story, zones, lines, kinds)


def _turn_of(now_s: float) -> int | None:
    """How often a story has begun before."""
    return int((now_s - FIRST_S) // EVERY_S) if now_s >= FIRST_S else None
