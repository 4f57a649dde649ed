"""The field around the strip: mown grass, the square with its other pitches, the rope, logos painted on it."""

import numpy as np

from pipeline.geometry.laws import PITCH_M, PITCH_WIDTH_M
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.pitch import Ground
from pipeline.simulation.cricket.textures import Noise, Singles, covered, mix

_MIDDLE = PITCH_M / 2


def grass(ground: Ground, look: Look, noise: Noise, rng: np.random.Generator) -> Singles:
    """Colours (N, 3) of the field without its pitch."""
    along, leg, foot = ground.along, ground.leg, ground.footprint
    green = np.array(look.grass, np.float32)
    straw = np.array((164, 150, 98), np.float32)
    broad = noise.at(along, leg, (17.0, 13.0), foot)
    patchy = noise.at(along, leg + 7, (2.4, 2.0), foot)
    clumps = noise.at(along, leg, (0.45, 0.4), foot)
    blades = noise.at(along + 2, leg, (0.09, 0.05), foot)
    mown = _mown(ground, look)
    shade = 1 + 0.035 * broad + 0.035 * patchy + 0.05 * clumps + 0.07 * blades + look.mowing_strength * mown
    colours = green * shade[:, None]
    thirst = np.clip(look.dry * (0.45 + 0.5 * broad + 0.4 * patchy + 0.2 * clumps), 0, 0.85)
    colours = mix(colours, thirst, straw * shade[:, None])
    if look.setting != "nets":
        colours = _square(colours, ground, look, noise, rng, shade)
        distance = np.hypot(along - _MIDDLE, leg)
        width = np.hypot(ground.along_width, ground.leg_width)
        rope = covered(distance, look.boundary_m - 3.2, look.boundary_m - 2.95, width)
        colours = mix(colours, 0.9 * rope, (238, 238, 236))
    return colours


def _mown(ground: Ground, look: Look) -> Singles:
    """-1 to 1: where the mower went away from the camera and where it came back, faded where too fine to see."""

    def bands(value: Singles, width: Singles) -> Singles:
        wave = np.sin(np.pi * value / look.mowing_m)
        sharp = np.clip(wave * 3 * look.mowing_m / np.maximum(width, 0.3), -1, 1)
        return sharp * np.clip(look.mowing_m / np.maximum(width, 1e-6) - 0.5, 0, 1)

    match look.mowing:
        case "along":
            return bands(ground.leg, ground.leg_width)
        case "across":
            return bands(ground.along, ground.along_width)
        case "checks":
            return 0.6 * bands(ground.leg, ground.leg_width) + 0.6 * bands(ground.along, ground.along_width)
        case "none":
            return np.zeros_like(ground.along)


def _square(
    colours: Singles, ground: Ground, look: Look, noise: Noise, rng: np.random.Generator, shade: Singles
) -> Singles:
    """The finer turf in the middle with the strips of earlier and later matches beside this one's."""
    along, leg, foot = ground.along, ground.leg, ground.footprint
    edge = 0.3 * noise.at(along, leg, (3.0, 3.0), foot)
    wide = float(rng.uniform(9, 16))
    square = covered(leg + edge, -wide, wide, ground.leg_width + 0.8)
    square *= covered(along + edge, -3.4, PITCH_M + 3.4, ground.along_width + 0.8)
    turf = np.array(look.grass, np.float32) * np.float32(rng.uniform(0.98, 1.14)) + np.float32(rng.uniform(-4, 14))
    colours = mix(colours, 0.75 * square, turf * shade[:, None])
    soil = np.array(look.soil, np.float32)
    for number in range(-4, 5):
        used = float(rng.beta(0.8, 1.6)) * (0.4 + 0.6 * look.wear)
        if number == 0 or abs(number) * PITCH_WIDTH_M > wide:
            continue
        middle = number * (PITCH_WIDTH_M + 0.08)
        strip = covered(leg + 0.5 * edge, middle - 1.45, middle + 1.45, ground.leg_width + 0.15)
        strip *= covered(along + edge, -1.4, PITCH_M + 1.4, ground.along_width + 0.6)
        worn = np.clip(used * (0.75 + 0.3 * noise.at(along, leg + 11, (2.8, 0.8), foot)), 0, 0.8)
        colours = mix(colours, strip * worn, soil * shade[:, None])
    return colours
