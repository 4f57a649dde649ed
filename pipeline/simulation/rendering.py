"""Pictures of people in a setting: background, shadows, people and what stands before them, rain, and the sensor."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.pictures import Picture, Pixels
from pipeline.simulation.background import Background, Standing, background, standing
from pipeline.simulation.cameras import unfolded
from pipeline.simulation.environment import GAMMA
from pipeline.simulation.figures import Figure, figures_of
from pipeline.simulation.layers import ordered, overlap
from pipeline.simulation.occlusion import Occlusion
from pipeline.simulation.painting import Tint, paintings
from pipeline.simulation.rain import Rain
from pipeline.simulation.scene import SceneParameters, stream
from pipeline.simulation.sensor import Sensor, settings_of
from pipeline.simulation.setting import Setting
from pipeline.simulation.shadows import Shadow, cast, shadows
from pipeline.simulation.shapes import Shape, shape_of
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]
Figures = list[tuple[Walker, Figure]]

_NEAREST_CM = 60.0


class Renderer:
    """Draws people as they are now. What pictures alone need is made when the first one is asked for.

    Args:
        parameters: the scene's.
        setting: where people are.
    """

    def __init__(self, parameters: SceneParameters, setting: Setting) -> None:
        self._parameters = parameters
        self._setting = setting
        self._camera = setting.camera
        self._settings = settings_of(parameters, setting.environment.darkness)
        self._standing = standing(setting.camera, setting.place.items)
        self._shapes: dict[int, Shape] = {}

    def picture(self, walkers: Sequence[Walker]) -> Picture:
        """The picture as 4:2:0, as cameras send it."""
        return self._sensor.picture(lambda offset_s: self._drawn(walkers, offset_s))

    def figures(self, walkers: Sequence[Walker], offset_s: float = 0.0) -> Figures:
        """Everybody before the camera so long after now, the farthest first."""
        seen = [walker for walker in walkers if walker.joints.any()]
        if not seen:
            return []
        joints = self._joints(seen, offset_s)
        middles = joints[:, :17].mean(axis=1)
        good = unfolded(self._camera, middles) & (self._camera.to_camera(middles)[:, 2] > _NEAREST_CM)
        seen = [walker for walker, ahead in zip(seen, good, strict=True) if ahead]
        if not seen:
            return []
        # Those who have left are forgotten: a live camera meets new people for ever.
        self._shapes = {walker.track: self._shapes.get(walker.track) or shape_of(walker.body) for walker in seen}
        figures = figures_of([self._shapes[walker.track] for walker in seen], joints[good], self._camera)
        return sorted(zip(seen, figures, strict=True), key=lambda pair: -pair[1].depth)

    def occlusion(self, figures: Figures) -> Occlusion:
        """Who is seen where, people and things considered; the first figure is number 1 there, the next one 2 …"""
        return Occlusion(
            self._camera.size,
            [
                layer if isinstance(layer, Standing) else (layer[0] + 1, layer[1])
                for layer in self._layers(figures, np.zeros(len(self._standing), bool))
            ],
        )

    @cached_property
    def _background(self) -> Background:
        setting = self._setting
        return background(self._camera, setting.place, setting.environment, self._parameters.seed)

    @cached_property
    def _sensor(self) -> Sensor:
        return Sensor(self._parameters, self._settings)

    @cached_property
    def _rain(self) -> Rain | None:
        amount = self._setting.environment.rain
        rng = stream(self._parameters.seed, "rain")
        return Rain(rng, amount, self._settings.exposure_s, self._camera.size) if amount else None

    def _drawn(self, walkers: Sequence[Walker], offset_s: float) -> Pixels:
        rgb = self._background.lit.copy()
        figures = self.figures(walkers, offset_s)
        fallen = self._fallen(figures)
        cast(rgb, self._background, fallen)
        layers, tints = self._layers(figures, self._shadowed(fallen)), self._tints(figures)
        people = [layer for layer in layers if not isinstance(layer, Standing)]
        painted = iter(paintings([figure for _, figure in people], [tints[number] for number, _ in people]))
        for layer in layers:
            if isinstance(layer, Standing):
                layer.put(self._background.lit, rgb)
            else:
                next(painted).paint(rgb)
        if self._rain is not None:
            self._rain.fall(rgb)
        return rgb

    def _fallen(self, figures: Figures) -> list[Shadow]:
        """The shadows of people on the ground."""
        return shadows(self._camera, self._setting.environment, [figure for _, figure in figures])

    def _layers(self, figures: Figures, shadowed: npt.NDArray[np.bool_]) -> list[tuple[int, Figure] | Standing]:
        """People, as their index and what is drawn of them, and things, in the order in which they are drawn."""
        order = ordered([(walker.position, figure.box) for walker, figure in figures], self._standing, shadowed)
        return [layer if isinstance(layer, Standing) else (layer, figures[layer][1]) for layer in order]

    def _shadowed(self, fallen: Sequence[Shadow]) -> npt.NDArray[np.bool_]:
        """Which things have a shadow drawn over them, that should lie on the ground behind or before them."""
        touched = np.zeros(len(self._standing), bool)
        for shadow in fallen:
            for number, thing in enumerate(self._standing):
                touched[number] |= overlap(shadow.region, thing.box)
        return touched

    def _tints(self, figures: Figures) -> list[Tint]:
        """The light where people stand, and the air before them."""
        if not figures:
            return []
        environment, camera = self._setting.environment, self._camera
        feet = np.array([(*walker.position, 0.0) for walker, _ in figures])
        chests = feet + (0.0, 0.0, 100.0)
        height, width = self._background.sunlit.shape
        x, y = camera.project(feet)[0].astype(int).T
        sunlit = self._background.sunlit[np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
        # What the camera sees of somebody faces it, and half of it the sky.
        facing = -feet / np.linalg.norm(feet, axis=1, keepdims=True) * 0.8 + (0.0, 0.0, 0.6)
        shaded = environment.lit(chests, facing, sunlit=False)
        bright = (environment.lit(chests) + environment.lit(chests, facing)) / 2
        gains = np.where(sunlit[:, None], bright, shaded) ** (1 / GAMMA)
        if environment.lamps:
            heads = np.array([lamp.position for lamp in environment.lamps])
            towards = heads[np.argmin(np.linalg.norm(feet[:, None] - heads, axis=2), axis=1)] - chests
        else:
            towards = np.broadcast_to(np.asarray(environment.sun), feet.shape)
        light = towards / np.linalg.norm(towards, axis=1, keepdims=True) @ camera.rotation.T
        clear = environment.clear([figure.depth for _, figure in figures])
        return [
            Tint((one[0], one[1]), (red, green, blue), through, environment.air)
            for one, (red, green, blue), through in zip(light.tolist(), gains.tolist(), clear.tolist(), strict=True)
        ]

    def _joints(self, walkers: Sequence[Walker], offset_s: float) -> Floats:
        """Where joints (people, joints, 3) are so long after now, the rows' own delays included."""
        joints = np.stack([walker.joints for walker in walkers])
        if not offset_s and not self._settings.readout_s:
            return joints
        speeds = np.stack([walker.joint_speeds for walker in walkers])
        if self._settings.readout_s:
            pixels, _ = self._camera.project(joints)
            delays = self._settings.readout_s * (np.clip(pixels[..., 1:] / self._camera.size[1], 0, 1) - 0.5)
            return joints + (offset_s + delays) * speeds
        return joints + offset_s * speeds
