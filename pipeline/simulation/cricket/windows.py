"""A part of a camera's picture, drawn alone: what is in it is as large and as fast as in the whole, at a tenth of the
cost. A window of a picture is a camera too, with its middle moved."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from pipeline.pictures import Picture, Pixels
from pipeline.simulation.cricket.backdrop import backdrop
from pipeline.simulation.cricket.cameras import PitchView
from pipeline.simulation.cricket.scene import Cricket
from pipeline.simulation.cricket.stage import Stage, stage
from pipeline.simulation.dataset import SampleParameters
from pipeline.simulation.sensor import Sensor


class Window:
    """One part of the picture.

    Args:
        scene: what is drawn.
        view: the camera of the whole picture.
        corner: left and top of the window in it, in pixels.
        size: of the window.
    """

    def __init__(self, scene: Cricket, view: PitchView, corner: tuple[int, int], size: tuple[int, int]) -> None:
        self._scene = scene
        camera = view.camera
        moved = replace(camera, size=size, cx=camera.cx - corner[0], cy=camera.cy - corner[1])
        self.view = replace(view, camera=moved)

    def stage(self, match_s: float) -> Stage:
        """Who and what is before it at a moment of match time."""
        return stage(self._scene.spell, self._scene.look, self.view, match_s, self._scene.exposure_s, 0.0)

    def pictures(self, moments: list[Stage]) -> list[Picture]:
        """Moments one after another, as the camera's sensor sees them."""
        scene, (width, height) = self._scene, self.view.camera.size
        parameters = scene.parameters.model_copy(update={"width": width, "height": height})
        sensor = Sensor(parameters, replace(scene.settings, samples=1, clock="", drops=0))
        return [sensor.picture(lambda _, now=now: self._drawn(now)) for now in moments]

    def _drawn(self, now: Stage) -> Pixels:
        rgb = self._behind.copy()
        now.draw(rgb)
        return rgb

    @cached_property
    def _behind(self) -> Pixels:
        return backdrop(self.view, self._scene.look, self._scene.parameters.seed)


def cricket_drawn(rng: np.random.Generator, parameters: SampleParameters, **others: object) -> Cricket:
    """Another match for samples."""
    return Cricket.of(seed=int(rng.integers(1 << 31)), level=parameters.drawn_level(rng), **others)
