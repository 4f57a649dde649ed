"""The strip between the wickets: soil and grass, where it is worn, and the creases painted on it.

Paint is laid on by area: a pixel that a crease covers by a third is a third white, so that a line's place in the
picture is right to a fraction of a pixel (tests/simulation/cricket/test_pitch.py).
"""

from dataclasses import dataclass

import numpy as np

from pipeline.geometry.laws import PITCH_M, PITCH_WIDTH_M, POPPING_M, RETURN_M, markings
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.textures import Noise, Singles, covered, mix

_GUIDE_M = 0.43
"""Wide guidelines of limited-overs cricket, inside the return creases; ICC one-day playing conditions, 22.1."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Places on the ground that pixels show, all (N,) in metres: where, and how much `along` and `leg` change from a
    pixel to the next, summed over both directions in the picture."""

    along: Singles
    leg: Singles
    along_width: Singles
    leg_width: Singles

    def __getitem__(self, chosen: np.ndarray) -> "Ground":
        return Ground(self.along[chosen], self.leg[chosen], self.along_width[chosen], self.leg_width[chosen])

    @property
    def footprint(self) -> Singles:
        """A pixel's size on the ground: between its longer side and that of a square of the same area, as detail that
        one side blurs must not come out as streaks along the other."""
        return 0.5 * np.sqrt(self.along_width * self.leg_width) + 0.4 * np.maximum(self.along_width, self.leg_width)


def laid_strip(colours: Singles, ground: Ground, look: Look, noise: Noise) -> Singles:
    """Colours (N, 3) of the ground with the pitch laid over it."""
    along, leg, foot = ground.along, ground.leg, ground.footprint
    beyond = 3.4 if look.setting == "nets" else 1.9 + 0.4 * look.table_m
    rough = 0.05 * noise.at(along, leg, (4.5, 1.5), foot) + 0.03 * noise.at(along, leg, (0.7, 0.3), foot)
    ragged = 0.0 * foot if look.artificial else rough
    half = PITCH_WIDTH_M / 2 + (0.15 if look.setting == "nets" else look.table_m)
    strip = covered(leg + ragged, -half, half, ground.leg_width + (0 if look.artificial else 0.3))
    strip *= covered(along + ragged, -beyond, PITCH_M + beyond, ground.along_width + (0 if look.artificial else 0.5))
    return mix(colours, strip, 0) + _surface(ground, look, noise) * strip[:, None]


def _surface(ground: Ground, look: Look, noise: Noise) -> Singles:
    along, leg, foot = ground.along, ground.leg, ground.footprint
    soil = np.array(look.soil, np.float32)
    mottled = noise.at(along, leg, (2.6, 1.1), foot)
    streaks = noise.at(along, leg, (9.0, 0.16), ground.leg_width)
    fine = noise.at(along + 3.1, leg, (0.09, 0.06), foot)
    grain = noise.at(along, leg + 1.7, (0.35, 0.22), foot)
    shade = 1 + 0.03 * mottled + 0.022 * streaks + 0.05 * fine + 0.035 * grain
    colours = soil * shade[:, None]
    if look.artificial:
        return colours
    # Grass that is left on the strip thins out where balls land and bowlers run.
    green = np.array(look.grass, np.float32) * np.float32(1.12) + np.float32(10)
    thin = 0.55 * look.strip_grass * (1 + 0.5 * mottled + 0.3 * streaks)
    thin -= 0.5 * look.wear * _bump(np.abs(leg), 0.0, 0.8) * _bump(along, 6.0, 3.5)
    colours = mix(colours, np.clip(thin, 0, 0.85), green * shade[:, None])
    colours = _worn(colours, ground, look, noise, mottled, fine)
    if look.wear > 0.55 and look.strip_grass < 0.4:
        veins = np.abs(noise.at(along + 0.3 * mottled, leg, (0.9, 0.5), foot))
        cracks = np.clip(1 - veins / 0.07, 0, 1) * np.clip(0.03 / np.maximum(foot, 0.03), 0, 1)
        colours = mix(colours, 0.35 * look.wear * cracks, soil * 0.45)
    return colours


def _worn(colours: Singles, ground: Ground, look: Look, noise: Noise, mottled: Singles, fine: Singles) -> Singles:
    """Bare, dusty and scuffed places: the batter's guard, footholes, where balls land."""
    along, leg = ground.along, ground.leg
    soil = np.array(look.soil, np.float32)
    dust = np.clip(soil * 1.13 + 8, 0, 255)
    for end in (along, PITCH_M - along):
        guard = _bump(end, 0.8, 1.05) * _bump(leg, 0.0, 0.85)
        blotched = noise.at(along, leg + 2, (0.8, 0.5), ground.footprint)
        bare = np.clip(1.3 * look.wear * guard * (0.9 + 0.35 * mottled + 0.35 * blotched), 0, 0.92)
        colours = mix(colours, bare, dust)
        for side in (-0.45, 0.5):
            # The front foot's hole at the popping crease, and the tracks of the follow-through behind it.
            hole = _bump(end, POPPING_M - 0.05, 0.42) * _bump(leg, side, 0.26)
            track = _bump(end, POPPING_M + 1.7, 1.1) * _bump(leg, 1.25 * side, 0.24)
            scuff = np.clip(look.wear * (1.1 * hole + 0.6 * track) * (1 + 0.5 * fine + 0.4 * mottled), 0, 0.95)
            colours = mix(colours, scuff, soil * np.float32(0.66))
    landed = _bump(along, 5.8, 2.2) * _bump(leg, -0.1, 0.55) + _bump(PITCH_M - along, 5.8, 2.2) * _bump(leg, 0.1, 0.55)
    marks = np.clip(noise.at(along, leg + 5, (0.22, 0.1), ground.footprint) - 1.1, 0, 1)
    return mix(colours, np.clip(1.2 * look.wear * landed * marks, 0, 0.7), soil * np.float32(0.6))


def painted(colours: Singles, ground: Ground, look: Look, noise: Noise) -> Singles:
    """Colours (N, 3) with the creases painted on, as far as they are not worn off."""
    along, leg, width = ground.along, ground.leg, look.paint_width_m
    paint = np.zeros(along.shape, np.float32)
    for mark in markings(look.popping_half_m, look.return_length_m, look.bowling_half_m):
        (x0, y0), (x1, y1), (px, py) = mark.start_m, mark.end_m, mark.paint
        low_x, high_x = min(x0, x1, x0 + px * width), max(x0, x1, x0 + px * width)
        low_y, high_y = min(y0, y1, y0 + py * width), max(y0, y1, y0 + py * width)
        area = covered(along, low_x, high_x, ground.along_width) * covered(leg, low_y, high_y, ground.leg_width)
        paint = np.maximum(paint, area)
    if look.guides:
        aside = RETURN_M - _GUIDE_M
        for end in (along, PITCH_M - along):
            ahead = covered(end, 0.35, POPPING_M - 0.1, ground.along_width)
            for side in (-aside, aside):
                blue = ahead * covered(leg, side - width / 2, side + width / 2, ground.leg_width)
                colours = mix(colours, 0.75 * blue * (1 - 0.7 * look.paint_wear), (226, 228, 236))
    rubbed = noise.at(along, leg, (0.5, 0.3), ground.footprint) + 0.7 * noise.at(
        along, leg, (0.12, 0.07), ground.footprint
    )
    trodden = 0.4 + 1.2 * _bump(np.abs(leg), 0.35, 0.6)
    left = np.clip(
        1.15 - 1.5 * look.paint_wear * trodden - 0.55 * np.sqrt(look.paint_wear) * np.maximum(rubbed, 0), 0.12, 1
    )
    fresh = 0.96 - 0.12 * look.paint_wear
    return mix(colours, np.clip(paint, 0, 1) * np.minimum(left, fresh).astype(np.float32), look.paint)


def _bump(value: Singles, middle: float, spread: float) -> Singles:
    return np.exp(-(((value - np.float32(middle)) / np.float32(spread)) ** 2))
