"""`sim://cricket`: a cricket pitch seen by a camera, with deliveries bowled one after another.

Everything is a function of the seed and of time: any moment can be drawn without those before it, in any order, from
any camera. That is what makes replays and cuts true.
"""

from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Literal

import cv2
import numpy as np
from pydantic import Field

from pipeline.data import Delivery, FrameRecord
from pipeline.geometry.camera import Camera
from pipeline.pictures import Picture, Pixels
from pipeline.simulation.cricket.backdrop import backdrop
from pipeline.simulation.cricket.cameras import EVERYWHERE, POSITIONS, PitchView, Position, close_up, view_drawn
from pipeline.simulation.cricket.delivery import Margins
from pipeline.simulation.cricket.graphics import graphics
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.scorer import delivery_truth
from pipeline.simulation.cricket.spell import Direction, Shown, Spell
from pipeline.simulation.cricket.stage import Stage, stage
from pipeline.simulation.cricket.truth import Truth, shot_of
from pipeline.simulation.scene import Scene, SceneParameters
from pipeline.simulation.sensor import Sensor, settings_of

Where = Literal["any", "bowler-high", "bowler-low", "keeper", "side", "corner", "striker", "square"]


class CricketParameters(SceneParameters):
    """A pitch's."""

    view: Where = Field(default="bowler-high", description="where the camera stands; any draws it by the seed")
    setting: Literal["any", "stadium", "club", "nets"] = Field(default="any", description="what kind of ground it is")
    light: Literal["any", "day", "evening", "floodlit"] = Field(default="any", description="the time of day")
    cuts: bool = Field(default=False, description="replays, zooms and close-ups between deliveries")
    gap_s: float = Field(default=12.0, ge=8, le=120, description="seconds from one release to the next, about")
    margin_cm: float = Field(default=25.0, ge=0, le=40, description="front-foot margins are even within plus and minus")
    back_margin_cm: float | None = Field(
        default=None, ge=0, le=40,
        description="back-foot margins are even within plus and minus; left out, bowlers keep well inside",
    )  # fmt: skip
    fielders: int = Field(default=4, ge=0, le=9, description="how many stand around besides the keeper")


class Cricket(Scene[CricketParameters]):
    """The pitch and its players."""

    name: ClassVar[str] = "cricket"
    Parameters: ClassVar[type[SceneParameters]] = CricketParameters

    def __init__(self, parameters: CricketParameters) -> None:
        super().__init__(parameters)
        given = parameters
        strength = given.strength
        self.look = Look.drawn(
            self.random("look"), strength,
            None if given.setting == "any" else given.setting, None if given.light == "any" else given.light,
        )  # fmt: skip
        wide = given.back_margin_cm
        margins = Margins((-given.margin_cm, given.margin_cm), None if wide is None else (-wide, wide))
        self.spell = Spell(given.seed, self.look, margins, given.gap_s, given.fielders)
        broadcast = 0.6 * strength if self.look.setting == "stadium" else 0.0
        self._panels = tuple(graphics(self.random("graphics"), self.size, broadcast))
        self._views = self._cameras()
        self._direction = Direction(given.seed, self.spell, given.cuts, len(self._views))
        self.settings = settings_of(parameters, _darkness(self.look))
        self.exposure_s = _exposure_s(self.random("exposure"), strength, self.look)
        """For how long the shutter is open."""
        self._frame = 0
        self._told = 0
        self._staged: tuple[tuple[float, ...], Stage] | None = None
        self._backdrops: dict[tuple[float, ...], Pixels] = {}

    @property
    def camera(self) -> Camera:
        return self._view(self.shown).camera

    @property
    def time_s(self) -> float:
        """Clip time of this moment."""
        return self._frame / self.fps

    @property
    def shown(self) -> Shown:
        """What is shown at this moment."""
        return self._direction.shot(self.time_s)

    def step(self) -> None:
        self._frame += 1

    def seek(self, clip_s: float) -> None:
        """Go to the frame nearest to a moment of the clip, forwards or back."""
        self._frame = round(clip_s * self.fps)

    def stand(self, view: PitchView) -> None:
        """Put another camera in the main one's place, which remembers nothing of earlier pictures."""
        self._views[0] = view
        self._staged = None
        vars(self).pop("_sensor", None)

    def picture(self) -> Picture:
        return self._sensor.picture(self._drawn)

    def truth(self, run: str, camera: str, frame: int) -> FrameRecord:
        shown = self.shown
        now = self.stage()
        batter = self.spell.current(shown.match_at(self.time_s)).plan.batter
        true = Truth(now)
        return self.record(
            run, camera, frame, people=true.people(), ball=true.ball(batter), creases=true.creases(),
            stumps=true.stumps(), shot=shot_of(now, shown, batter),
        )  # fmt: skip

    def happened(self) -> list[Delivery]:
        found = []
        while (told := delivery_truth(self, self._told)) is not None:
            found.append(told)
            self._told += 1
        return found

    def stage(self) -> Stage:
        """Who and what is before the camera, for as long as the shutter is open."""
        settings = self.settings
        exposure = self.exposure_s if settings.samples == 1 else settings.exposure_s
        return self._stage(0.0, exposure)

    def _stage(self, offset_s: float, exposure_s: float) -> Stage:
        key = (self._frame, offset_s, exposure_s)
        if self._staged is None or self._staged[0] != key:
            shown = self.shown
            time = shown.match_at(self.time_s) + shown.rate * offset_s
            readout = self.settings.readout_s if self.parameters.strength else 0.0
            now = stage(self.spell, self.look, self._view(shown), time, shown.rate * exposure_s, shown.rate * readout)
            self._staged = (key, replace(now, panels=self._panels))
        return self._staged[1]

    @cached_property
    def _sensor(self) -> Sensor:
        return Sensor(self.parameters, self.settings)

    @property
    def main_view(self) -> PitchView:
        """The camera that deliveries are played on."""
        return self._views[0]

    def shown_at(self, clip_s: float) -> Shown:
        """What is shown at another moment of the clip."""
        return self._direction.shot(clip_s)

    def _cameras(self) -> list[PitchView]:
        """The main camera, and with cuts one of every other kind."""
        rng = self.random("camera")
        strength = self.parameters.strength
        positions: list[Position] = [*POSITIONS[: 2 if self.look.setting == "nets" else None]]
        wanted = positions[int(rng.integers(len(positions)))]
        for known in EVERYWHERE:
            if known.replace(" ", "-") == self.parameters.view:
                wanted = known
        below = 0.14 if self._panels else 0.0
        views = [view_drawn(rng, wanted, self.size, strength, below)]
        for other in positions if self.parameters.cuts else []:
            if other != wanted:
                views.append(view_drawn(rng, other, self.size, strength, below))
        return views

    def _view(self, shown: Shown) -> PitchView:
        view = self._views[shown.view]
        if shown.target is not None:
            spell = self.spell
            moments = spell.moments(shown.match_at(shown.start_s + 0.5 * (shown.end_s - shown.start_s)))
            whom = next(moment for moment in moments if moment.player.role == shown.target)
            return close_up(view, [*whom.place_m, 1.1], 1.15)
        return view.zoomed(shown.zoom_at(self.time_s)) if shown.zoom != 1.0 else view

    def _drawn(self, offset_s: float) -> Pixels:
        """RGB so long after this moment; with several samples of the exposure, the share of one of them."""
        samples = self.settings.samples
        now = self._stage(offset_s, self.exposure_s if samples == 1 else self.settings.exposure_s / samples)
        rgb = self._behind(now.view)
        now.draw(rgb)
        return rgb

    def _behind(self, view: PitchView) -> Pixels:
        """What lies behind everybody; while a lens zooms, its widest picture enlarged."""
        shown = self.shown
        if shown.zoom == 1.0:
            return self._backdrop(view)
        camera = view.camera
        factor = camera.fx / self._views[shown.view].camera.fx
        # OpenCV's pixels have their middle at whole numbers, a camera's at halves.
        moved = (1 - factor) * np.array([camera.cx - 0.5, camera.cy - 0.5])
        enlarged = np.array([[factor, 0.0, moved[0]], [0.0, factor, moved[1]]])
        wide = self._backdrop(self._views[shown.view])
        return np.asarray(cv2.warpAffine(wide, enlarged, self.size, flags=cv2.INTER_LINEAR), np.uint8)

    def _backdrop(self, view: PitchView) -> Pixels:
        """A copy of what lies behind everybody, drawn once a camera."""
        camera = view.camera
        key = (camera.fx, camera.tilt_deg, camera.height_cm, view.bearing_deg, *view.place_m)
        if key not in self._backdrops:
            if len(self._backdrops) > 8:
                self._backdrops.pop(next(iter(self._backdrops)))
            self._backdrops[key] = backdrop(view, self.look, self.parameters.seed)
        return self._backdrops[key].copy()


def _exposure_s(rng: np.random.Generator, strength: float, look: Look) -> float:
    """For how long the shutter is open: short by day, as sports cameras are set, longer under lamps."""
    low, high = (0.0005, 0.003) if look.light == "day" else (0.002, 0.008)
    return float(np.exp(rng.uniform(np.log(low), np.log(high + (0.012 - high) * strength))))


def _darkness(look: Look) -> float:
    return {"day": 0.0, "evening": 0.15, "floodlit": 0.3}[look.light]
