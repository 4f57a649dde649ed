"""`sim://hall`: an exam hall seen from a corner, with rows of pupils who write, an invigilator who walks, and somebody
who walks in.

What happens is told as events: turned_to_neighbour (the head more than 40° to a side, for 1 s or more),
hands_below_desk (both hands under the top of the desk while sitting, for 1 s or more), standing_up (from leaving the
chair to sitting again), walked_in (from coming through the door until standing still).
"""

from collections import deque
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from pipeline.data import Event, FrameRecord, SceneRecord
from pipeline.geometry.camera import Camera
from pipeline.pictures import Picture
from pipeline.simulation.background import Standing
from pipeline.simulation.bodies import Body
from pipeline.simulation.classroom import Classroom, classroom_of
from pipeline.simulation.crowd import Crowd
from pipeline.simulation.deeds import Go, Leave, Stay
from pipeline.simulation.figures import Figure, arms_of, upper_of
from pipeline.simulation.ground import Ground
from pipeline.simulation.happenings import Spans
from pipeline.simulation.persons import persons
from pipeline.simulation.pupils import Pupil, step_pupils
from pipeline.simulation.rendering import Figures, Renderer
from pipeline.simulation.scene import Scene, SceneParameters
from pipeline.simulation.shadows import Shadow
from pipeline.simulation.skeleton import JOINT
from pipeline.simulation.telling import Teller
from pipeline.simulation.walkers import Walker

TURNED_DEG = 40.0
_LEAST_S = {"turned_to_neighbour": 1.0, "hands_below_desk": 1.0, "standing_up": 0.5, "walked_in": 0.2}
_GAP_S = {"turned_to_neighbour": 0.3, "hands_below_desk": 0.3, "standing_up": 0.1, "walked_in": 0.3}
_BEHIND, _BESIDE = 0.45, -0.3
"""Above these cosines of facing and line of sight a pupil is seen from behind and from the side."""
_COMES_S = (8.0, 30.0)
"""After how long somebody walks in, and comes again."""


class HallParameters(SceneParameters):
    """A hall's."""

    people: int = Field(default=16, ge=1, le=60, description="how many pupils sit there")
    invigilators: int = Field(default=1, ge=0, le=4, description="how many walk about")


class Hall(Scene[HallParameters]):
    """The hall, its pupils and who walks there."""

    name: ClassVar[str] = "hall"
    Parameters: ClassVar[type[SceneParameters]] = HallParameters

    def __init__(self, parameters: HallParameters) -> None:
        super().__init__(parameters)
        self.room = classroom_of(parameters, parameters.people)
        self.pupils = [
            Pupil.drawn(number + 1, desk, self.random("pupil", number)) for number, desk in enumerate(self.room.desks)
        ]
        setting = self.room.setting
        self._crowd = Crowd(Ground(setting.camera, *setting.reach), self._walk_on)
        self._legs: dict[int, int] = {}
        self._tracks = len(self.pupils)
        for number in range(parameters.invigilators):
            self._add_invigilator(number)
        self._visits = self.random("visits")
        self._comes_s = float(self._visits.uniform(4, 10))
        self._now_s = 0.0
        self._spans = Spans(_LEAST_S, _GAP_S)
        told = (self.run, self.name, self.name, parameters.seed, parameters.level, "none")
        about = SceneRecord(*told, kinds=tuple(_LEAST_S))
        self._teller = Teller(self, about)
        self._advance(1 / self.fps)

    @property
    def camera(self) -> Camera:
        return self.room.setting.camera

    @property
    def walkers(self) -> list[Walker]:
        """Everybody who is there now."""
        return [pupil.walker for pupil in self.pupils] + self._crowd.walkers

    def picture(self) -> Picture:
        return self._renderer.picture(self.walkers)

    def truth(self, run: str, camera: str, frame: int) -> FrameRecord:
        figures = self._renderer.figures(self.walkers)
        return self.record(run, camera, frame, people=persons(self.camera, figures, self._renderer.occlusion(figures)))

    def happened(self) -> Sequence[Event | SceneRecord]:
        return self._teller.told()

    def going_on(self) -> list[Event]:
        return self._teller.going_on(self._spans.going_on())

    def step(self) -> None:
        """Let one frame's time pass."""
        seconds = 1 / self.fps
        self._now_s += seconds
        if self._now_s >= self._comes_s:
            self._comes_s = self._now_s + float(self._visits.uniform(*_COMES_S))
            self._walk_in()
        self._advance(seconds)
        true: dict[tuple[object, ...], list[int]] = {(kind, track): [track] for kind, track in self._true()}
        for happening in self._spans.step(self._now_s, true):
            self._teller.tell(happening)

    def _advance(self, seconds: float) -> None:
        step_pupils(self.pupils, self._now_s, seconds)
        self._crowd.step(seconds)

    @cached_property
    def _renderer(self) -> "_HallRenderer":
        return _HallRenderer(self.parameters, self.room, len(self.pupils))

    def _true(self) -> list[tuple[str, int]]:
        """What holds at this moment, of whom."""
        found = []
        for pupil in self.pupils:
            walker, desk = pupil.walker, pupil.desk
            sits = walker.share > 0.95
            hands = walker.joints[[JOINT["left_hand"], JOINT["right_hand"]], 2]
            if not sits:
                found.append(("standing_up", walker.track))
            elif (hands < desk.desk_cm - 2).all():
                found.append(("hands_below_desk", walker.track))
            looks = walker.looks
            if sits and looks is not None and looks @ desk.ahead < np.cos(np.radians(TURNED_DEG)):
                found.append(("turned_to_neighbour", walker.track))
        for walker in self._crowd.walkers:
            if walker.track not in self._legs and isinstance(walker.deed, Go) and len(walker.deeds) > 2:
                found.append(("walked_in", walker.track))
        return found

    def _somebody(self, place: np.ndarray, age_years: float) -> Walker:
        self._tracks += 1
        rng = self.random("walker", self._tracks)
        body = Body.drawn(rng, age_years).wearing(bag="none", hat="none")
        walker = Walker(self._tracks, body, rng, np.array(place), 0.0, 95.0)
        self._crowd.walkers.append(walker)
        return walker

    def _add_invigilator(self, number: int) -> None:
        start = (number * len(self.room.aisles)) // max(1, self.parameters.invigilators)
        walker = self._somebody(self.room.aisles[start], float(self.random("age", number).uniform(28, 60)))
        walker.hands = "behind" if walker.rng.random() < 0.5 else "free"
        self._legs[walker.track] = start

    def _walk_on(self, walker: Walker) -> None:
        """The invigilator's next part of a round; others stay where they are."""
        if walker.track not in self._legs:
            walker.deeds.append(Stay(5.0))
            return
        leg = self._legs[walker.track] = (self._legs[walker.track] + 1) % (2 * len(self.room.aisles) - 2)
        last = len(self.room.aisles) - 1
        goal = self.room.aisles[leg if leg <= last else 2 * last - leg]
        pace = float(walker.rng.uniform(55, 85))
        walker.deeds.append(Go((float(goal[0]), float(goal[1])), pace, 20.0, "around", straight=True))
        if walker.rng.random() < 0.4:
            walker.deeds.append(Stay(float(walker.rng.uniform(1.5, 5)), "around"))

    def _walk_in(self) -> None:
        door, front = self.room.door, self.room.front
        walker = self._somebody(door, float(self._visits.uniform(20, 60)))
        walker.facing_rad = float(np.arctan2(*(front - door)[::-1]))
        inside = tuple(map(float, front + self._visits.uniform(-60, 60, 2) * (1, 0.2)))
        back = (float(door[0]), float(door[1]))
        walker.deeds = deque([
            Go((inside[0], inside[1]), 110.0), Stay(float(self._visits.uniform(3, 8)), "around"), Go(back, 110.0),
            Leave(),
        ])  # fmt: skip


class _HallRenderer(Renderer):
    """Draws place by place, the farthest first: whoever sits there, the desk before them or behind, the arms on it."""

    def __init__(self, parameters: HallParameters, room: Classroom, pupils: int) -> None:
        super().__init__(parameters, room.setting)
        self._room = room
        self._pupils = pupils
        self._things = {id(thing.item): thing for thing in self._standing}

    def _fallen(self, figures: Figures) -> list[Shadow]:
        return []

    def _layers(self, figures: Figures, shadowed: npt.NDArray[np.bool_]) -> list[tuple[int, Figure] | Standing]:
        spots = []
        for number, (walker, figure) in enumerate(figures):
            spots.append((float(np.linalg.norm(walker.ground)), number, walker, figure))
        layers: list[tuple[int, Figure] | Standing] = []
        for _, number, walker, figure in sorted(spots, key=lambda spot: -spot[0]):
            if walker.track > self._pupils:
                layers.append((number, figure))
                continue
            desk = self._room.desks[walker.track - 1]
            table, rest = self._things.get(id(desk.table)), self._things.get(id(desk.rest))
            away = float(desk.ahead @ desk.hips) / float(np.linalg.norm(desk.hips))
            if away > _BEHIND:
                layers += [table] if table else []
                layers.append((number, figure))
                layers += [rest] if rest else []
                continue
            layers.append((number, figure))
            layers += [table] if table else []
            if away > _BESIDE:
                layers.append((number, upper_of(figure)))
            elif walker.joints[JOINT["left_hand"], 2] > desk.desk_cm:
                layers.append((number, arms_of(figure)))
        return layers
