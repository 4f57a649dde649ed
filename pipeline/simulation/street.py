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
from pipeline.simulation.bodies import Body
from pipeline.simulation.gait import step_cm, stride
from pipeline.simulation.persons import persons
from pipeline.simulation.rendering import Renderer
from pipeline.simulation.scene import Scene, SceneParameters
from pipeline.simulation.setting import SettingParameters, setting_of
from pipeline.simulation.skeleton import Segments, joints_of
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]

_MARGIN = 0.03
"""The share of the picture at its border in which nobody has a goal."""
_PERSONAL_CM = 90.0
_TURN_RAD_S = 1.6


class StreetParameters(SettingParameters):
    """A street's."""

    people: int = Field(default=8, ge=0, le=50, description="how many walk there; all of them stay in view")


class Street(Scene[StreetParameters]):
    """The street and its people."""

    name: ClassVar[str] = "street"
    Parameters: ClassVar[type[SceneParameters]] = StreetParameters

    def __init__(self, parameters: StreetParameters) -> None:
        super().__init__(parameters)
        self.setting = setting_of(parameters)
        self.walkers = [self._walker(self.random("walker", n), n + 1) for n in range(parameters.people)]
        for _ in range(round(2 * self.fps)):
            self.step()  # so that nobody stands still at the first frame

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
        seconds = 1 / self.fps
        for walker, (aside, slow) in zip(self.walkers, self._ways_round(), strict=True):
            self._steer(walker, aside, slow, seconds)
        for walker in self.walkers:
            walker.position = walker.position + walker.velocity * seconds
            length = float(step_cm(walker.body.segments, walker.speed_cm_s))
            walker.phase += np.pi * walker.speed_cm_s * seconds / max(length, 1.0)
        if self.walkers:
            self._move_joints(seconds)

    def _move_joints(self, seconds: float) -> None:
        bodies = Segments.stacked([walker.body.segments for walker in self.walkers])
        pose = stride(bodies, [w.phase for w in self.walkers], [w.speed_cm_s for w in self.walkers])
        places = np.stack([walker.position for walker in self.walkers])
        joints = joints_of(bodies, pose, places, [walker.facing_rad for walker in self.walkers])
        for walker, own in zip(self.walkers, joints, strict=True):
            walker.joint_speeds = (own - walker.joints) / seconds
            walker.joints = own

    def _ways_round(self) -> list[tuple[Floats, float]]:
        """For each walker, where those who are near push them, and the share of their pace that this leaves."""
        if not self.walkers:
            return []
        positions = np.stack([walker.position for walker in self.walkers])
        velocities = np.stack([walker.velocity for walker in self.walkers])
        apart = positions[:, None] - positions[None]
        distance = np.maximum(np.linalg.norm(apart, axis=2), 1e-6)
        near = (distance < 2 * _PERSONAL_CM) & ~np.eye(len(positions), dtype=bool)
        away = apart / distance[..., None]
        # To the left of whom one meets, as people who see each other do.
        left = np.stack([-away[..., 1], away[..., 0]], axis=-1)
        push = np.where(near, 2 - distance / _PERSONAL_CM, 0.0)[..., None]
        pushed = (push * (0.8 * away + 0.5 * left)).sum(axis=1)
        closing = np.einsum("ijk,ik->ij", apart, velocities) < 0
        slow = (near & (distance < _PERSONAL_CM) & closing).any(axis=1)
        pushed += self.setting.place.aside(positions)
        return [(push, 0.35 if late else 1.0) for push, late in zip(pushed, slow, strict=True)]

    def _steer(self, walker: Walker, aside: Floats, slow: float, seconds: float) -> None:
        if np.linalg.norm(walker.goal - walker.position) < 60:
            walker.goal = self._somewhere(walker.rng)
        wish = walker.goal - walker.position
        wish = wish / max(float(np.linalg.norm(wish)), 1.0) + aside
        turn = float((np.arctan2(wish[1], wish[0]) - walker.facing_rad + np.pi) % (2 * np.pi) - np.pi)
        most = _TURN_RAD_S * seconds
        walker.facing_rad += float(np.clip(turn, -most, most))
        target = walker.pace_cm_s * slow * (1.0 if abs(turn) < 0.9 else 0.6)
        walker.speed_cm_s += float(np.clip(target - walker.speed_cm_s, -180 * seconds, 120 * seconds))

    def _walker(self, rng: np.random.Generator, track: int) -> Walker:
        return Walker(
            track=track,
            body=Body.drawn(rng),
            rng=rng,
            position=self._somewhere(rng),
            goal=self._somewhere(rng),
            pace_cm_s=float(rng.normal(128, 16)),
            facing_rad=float(rng.uniform(0, 2 * np.pi)),
            phase=float(rng.uniform(0, 2 * np.pi)),
        )

    def _somewhere(self, rng: np.random.Generator) -> Floats:
        """A place on the ground that is seen, with a person standing on it."""
        near, far = self.setting.reach
        width, height = self.size
        while True:
            distance = rng.uniform(near, far)
            place = np.array([rng.uniform(-1, 1) * distance, distance])
            if not self.setting.place.free(place).all():
                continue
            pixels, _ = self.camera.project([[*place, 0.0], [*place, 185.0]])
            inside = (pixels > (_MARGIN * width, 0.015 * height)) & (pixels < ((1 - _MARGIN) * width, 0.985 * height))
            if inside.all():
                return place
