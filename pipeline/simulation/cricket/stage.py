"""One moment before one camera: who and what is in the picture, in the order of its depth."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.pictures import Pixels
from pipeline.simulation.cricket.balls import Streak, draw_ball, streak_of
from pipeline.simulation.cricket.cameras import PitchView
from pipeline.simulation.cricket.graphics import Panel
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.players import Moment, Wanted
from pipeline.simulation.cricket.shadows import ball_shadow, cast_shadows
from pipeline.simulation.cricket.spell import BallState, Spell
from pipeline.simulation.cricket.wickets import Wicket, cover_of, wicket
from pipeline.simulation.figures import Figure, figures_of
from pipeline.simulation.layers import overlap
from pipeline.simulation.painting import Tint, paintings

Floats = npt.NDArray[np.float64]
_NEAREST_CM = 120.0


@dataclass(frozen=True, slots=True)
class BallSeen:
    """The ball as the camera sees it, with its place in pitch coordinates at the middle of the exposure."""

    streak: Streak
    places_m: Floats
    """(3, 3): at the beginning, the middle and the end of the exposure."""
    state: BallState


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that is drawn over the backdrop, the farthest first."""

    view: PitchView
    look: Look
    people: list[tuple[Moment, Figure]]
    wickets: list[Wicket]
    ball: BallSeen | None
    panels: tuple[Panel, ...] = ()
    """What a broadcaster lays over everything."""

    @property
    def items(self) -> list[tuple[Moment, Figure] | Wicket | BallSeen]:
        """All of it, the farthest first."""
        everything: list[tuple[float, tuple[Moment, Figure] | Wicket | BallSeen]] = []
        everything += [(person[1].depth, person) for person in self.people]
        everything += [(found.depth_cm, found) for found in self.wickets]
        if self.ball is not None:
            everything.append((self.ball.streak.depth_cm, self.ball))
        return [item for _, item in sorted(everything, key=lambda pair: -pair[0])]

    def draw(self, rgb: Pixels) -> None:
        """Over the backdrop (height, width, 3), in place."""
        towards = self.view.camera.rotation @ self.view.direction(self.look.sun)
        light = towards[:2] / max(float(np.hypot(*towards[:2])), 1e-6)
        cast_shadows(rgb, [moment for moment, _ in self.people], self.view, self.look)
        if self.ball is not None and self.ball.state != "held":
            ball_shadow(rgb, self.ball.places_m[0], self.ball.places_m[2], self.view, self.look)
        tint = Tint((float(light[0]), float(light[1])), self.look.tint)
        painted = iter(paintings([figure for _, figure in self.people], [tint] * len(self.people)))
        for item in self.items:
            match item:
                case Wicket():
                    stumps = cover_of(self.view, item.end, self.look, bool(item.bails))
                    if stumps is not None:
                        stumps.draw(rgb)
                case BallSeen():
                    draw_ball(rgb, item.streak, self.look, light)
                case _:
                    next(painted).paint(rgb)
        for panel in self.panels:
            panel.draw(rgb)


def stage(spell: Spell, look: Look, view: PitchView, match_s: float, exposure_s: float, readout_s: float) -> Stage:
    """What is before a camera at a moment.

    Args:
        match_s: match time in the middle of the exposure.
        exposure_s: for how long the ball draws its streak, in match time.
        readout_s: how much later the last row of the picture is exposed than the first, in match time.
    """
    moments = spell.moments(match_s, _in_view(view))
    places = np.stack([moment.joints_cm for moment in moments]) / 100
    figures = figures_of([moment.player.shape for moment in moments], view.to_world(places), view.camera)
    people = []
    faced = np.all(view.faces(places), axis=1).tolist()
    for moment, figure, whole in zip(moments, figures, faced, strict=True):
        if whole and figure.depth > _NEAREST_CM and overlap(figure.box, (0, 0, *view.camera.size)):
            people.append((moment, figure))
    people.sort(key=lambda pair: -pair[1].depth)
    found = [wicket(view, "striker", spell.bails_on(match_s)), wicket(view, "bowler") if spell.far_stumps else None]
    ball = _ball(spell, view, match_s, exposure_s, readout_s, moments)
    return Stage(view, look, people, [stumps for stumps in found if stumps is not None], ball)


def _in_view(view: PitchView) -> Wanted:
    """Where somebody, or their shadow, may be in the picture."""
    width, height = view.camera.size
    body = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 2.0]])

    def seen(places_m: Floats) -> npt.NDArray[np.bool_]:
        feet = np.insert(places_m, 2, 0.0, axis=1)
        pixels, depths = view.project(feet[:, None] + body)
        near = 400 * view.camera.fx / np.maximum(depths, 1.0)[..., None]
        beside = np.any(np.all((pixels > -near) & (pixels < near + (width, height)), axis=2), axis=1)
        return np.asarray(beside & (depths.max(axis=1) > _NEAREST_CM))

    return seen


def _ball(
    spell: Spell, view: PitchView, match_s: float, exposure_s: float, readout_s: float, moments: list[Moment]
) -> BallSeen | None:
    now = spell.ball(match_s, moments)
    if now is None:
        return None
    middle_s = match_s
    if readout_s and now.state != "held":
        # The row that the ball is in has its exposure earlier or later than the middle row.
        for _ in range(2):
            pixels, _ = view.project(now.place_m)
            row = float(np.clip(pixels[1] / view.camera.size[1] - 0.5, -0.5, 0.5))
            middle_s = match_s + readout_s * row
            now = spell.ball(middle_s, moments) or now
    places = []
    for offset in (-0.5, 0.0, 0.5):
        at = spell.ball(middle_s + offset * exposure_s, moments) if now.state != "held" else now
        places.append((at or now).place_m)
    streak = streak_of(view, np.stack(places))
    return None if streak is None else BallSeen(streak, np.stack(places), now.state)
