"""What stands around the field: boards, fence, crowd and stands, sight screens, trees and sky; nets of a net session.

Everything upright is on a surface round the field (or on the flat sides of a net), found where a pixel's ray meets it.
"""

import numpy as np

from pipeline.geometry.laws import PITCH_M
from pipeline.simulation.cricket.look import Look
from pipeline.simulation.cricket.textures import Noise, Singles, covered, mix

SEAT_M, ROW_M = 0.55, 0.62
_NET_M, _NET_HIGH_M, NET_BACK_M = 0.05, 3.3, -3.1


def stands(
    around: Singles, up: Singles, facing: Singles, size: Singles, look: Look, rng: np.random.Generator
) -> Singles:
    """Colours (N, 3) around the field.

    Args:
        around, up: metres along the boundary and above the ground.
        facing: the part of the boundary, as an angle from `along` in radians.
        size: metres that a pixel covers there.
    """
    noise = Noise(rng)
    colours = np.empty((len(around), 3), np.float32)
    colours[:] = look.sky
    colours = mix(colours, np.clip(up / 120, 0, 0.35), np.array(look.sky) * 0.8)
    if look.setting == "stadium":
        colours = _tiers(colours, around, up, size, look, rng)
    else:
        colours = _trees(colours, around, up, size, look, noise, rng)
    boards = covered(up, 0.0, 0.95, size)
    if look.setting == "stadium" or rng.random() < 0.4:
        colours = mix(colours, boards, _boards(around, up, size, look, rng))
    else:
        colours = mix(colours, boards * 0.8, _near(colours, look))
    if look.setting != "nets":
        ends = np.minimum(np.abs(facing), np.pi - np.abs(facing)) * look.boundary_m
        screen = covered(ends, -1.0, 5.2, size) * covered(up, 0.4, 6.4, size)
        slats = 1 - 0.03 * (np.floor(around / 0.9) % 2)
        colours = mix(colours, screen, np.array(look.screen, np.float32) * slats[:, None])
    return colours


def _near(colours: Singles, look: Look) -> Singles:
    return np.broadcast_to(np.array(look.grass, np.float32) * 0.55, colours.shape)


def _tiers(
    colours: Singles, around: Singles, up: Singles, size: Singles, look: Look, rng: np.random.Generator
) -> Singles:
    dark = 0.45 if look.light == "floodlit" else 1.0
    concrete = np.array((138, 136, 134), np.float32) * dark
    seat = np.array(((70, 84, 120), (120, 122, 128), (150, 60, 50), (60, 110, 90))[int(rng.integers(4))], np.float32)
    tiers = ((2.0, 9.0), (10.4, 17.5)) if rng.random() < 0.7 else ((2.0, 10.5),)
    top = tiers[-1][1]
    colours = mix(colours, covered(up, 0, top + 2.2, size), concrete * 0.75)
    for low, high in tiers:
        inside = covered(up, low, high, size)
        row, column = np.floor((up - low) / ROW_M), np.floor(around / SEAT_M)
        crowd = _crowd(column, row, look.crowd, seat, rng)
        # Where a pixel covers several seats, it shows their mean; single heads stand out less and less.
        single = np.clip(0.9 * SEAT_M / np.maximum(size, 1e-3) - 0.25, 0, 1)[:, None]
        mean = seat * (1 - look.crowd) + np.array((120, 104, 98), np.float32) * look.crowd
        crowd = (mean + (crowd - mean) * single) * np.float32(0.62 * dark)
        rise = 1 - 0.18 * (((up - low) / ROW_M) % 1 < 0.35) * single[:, 0]
        aisle = covered(around % 13.0, 0, 1.1, size)
        crowd = mix(crowd * rise[:, None], aisle * 0.8, concrete)
        colours = mix(colours, inside, crowd)
        colours = mix(colours, covered(up, high, high + 1.4, size), np.array(look.boards[3], np.float32) * 0.5 * dark)
    roof = covered(up, top + 1.4, top + 2.2, size)
    return mix(colours, roof, np.array((206, 208, 212), np.float32) * dark)


def _crowd(column: Singles, row: Singles, taken: float, seat: Singles, rng: np.random.Generator) -> Singles:
    table = rng.normal(112, 50, (128, 128, 3)).astype(np.float32)
    skins = np.array(((206, 160, 130), (150, 104, 78), (104, 74, 58)), np.float32)
    table[::2] = skins[rng.integers(0, 3, (64, 128))] * rng.uniform(0.8, 1.1, (64, 128, 1))
    full = rng.random((64, 128)) < taken
    empty = ~np.repeat(full, 2, axis=0)
    table[empty] = seat * rng.uniform(0.85, 1.1, (int(empty.sum()), 1)).astype(np.float32)
    return np.clip(table[(2 * row).astype(int) % 128, column.astype(int) % 128], 10, 245)


def _boards(around: Singles, up: Singles, size: Singles, look: Look, rng: np.random.Generator) -> Singles:
    """Hoardings: coloured panels with blocks of something like letters."""
    panel = float(rng.uniform(5, 14))
    number = np.floor(around / panel).astype(int) % len(look.boards)
    fields = np.array(look.boards, np.float32)
    colours = fields[number]
    inks = np.where(fields.mean(axis=1, keepdims=True) > 140, np.float32(40), np.float32(244)) * np.ones(
        (1, 3), np.float32
    )
    inks[0] = fields[-1] if abs(float(fields[-1].mean() - fields[0].mean())) > 60 else inks[0]
    # Letters as strokes on a grid of 3 by 5, with a gap after each.
    wide = float(rng.uniform(0.10, 0.17))
    column = np.floor(around / wide).astype(int)
    strokes = rng.random((48, 3, 5)) < 0.5
    strokes[:, 0] |= rng.random((48, 1)) < 0.65
    strokes[:, :, 0] |= rng.random((48, 1)) < 0.5
    line = np.clip((up - 0.15) / 0.135, 0, 4.99).astype(int)
    inked = strokes[(column // 4) % 48, np.minimum(column % 4, 2), line] & (column % 4 < 3) & (up > 0.15) & (up < 0.82)
    within = np.abs(around % panel - panel / 2) < panel * 0.36
    share = (inked & within) * np.clip(0.3 / np.maximum(size, 1e-3) - 0.2, 0.25, 1)
    glow = np.float32(1.0 if look.light != "floodlit" else 1.3)
    return np.clip(mix(colours, share.astype(np.float32), inks[number]) * glow, 0, 255)


def _trees(
    colours: Singles, around: Singles, up: Singles, size: Singles, look: Look, noise: Noise, rng: np.random.Generator
) -> Singles:
    dark = 0.25 if look.light == "floodlit" else 1.0
    leaf = np.array(((62, 84, 46), (84, 98, 58), (52, 72, 50))[int(rng.integers(3))], np.float32) * dark
    far = noise.at(around, 0 * up, (60.0, 60.0), size)
    tops = 7 + 2.4 * far + 1.1 * noise.at(around, up, (7.0, 6.0), size) + 0.5 * noise.at(around, up, (1.6, 1.5), size)
    shade = 1 + 0.16 * noise.at(around, up, (3.0, 2.4), size) + 0.14 * noise.at(around, up, (0.8, 0.6), size)
    colours = mix(colours, np.clip((tops - up) / 0.8, 0, 1), leaf * shade[:, None])
    if rng.random() < 0.6:
        # A pavilion: a light wall with a dark band of windows and a roof.
        at, half = float(rng.uniform(-60, 60)), float(rng.uniform(8, 18))
        within = covered(around, at - half, at + half, size)
        colours = mix(colours, within * covered(up, 0, 5.0, size), np.array((214, 208, 196), np.float32) * dark)
        colours = mix(colours, within * covered(up, 1.0, 3.0, size) * 0.8, np.array((70, 76, 84), np.float32) * dark)
        colours = mix(colours, within * covered(up, 5.0, 6.6, size), np.array((134, 76, 60), np.float32) * dark)
    fence = covered(up, 0.0, 1.3, size) * (0.55 + 0.3 * (np.abs(around % 2.4) < 0.12))
    return mix(colours, fence * 0.5, np.array((196, 198, 194), np.float32) * dark)


def netting(
    colours: Singles, across: Singles, up: Singles, size: Singles, look: Look, noise: Noise, opaque: float
) -> Singles:
    """Colours (N, 3) behind a net: threads where they can be told apart, a veil where not, and its folds."""
    inside = covered(up, 0.0, _NET_HIGH_M, size)
    fine = np.clip(1.3 * _NET_M / np.maximum(size, 1e-4) - 0.6, 0, 1)
    thread = ((across % _NET_M < 0.012) | (up % _NET_M < 0.012)).astype(np.float32)
    veil = opaque + 0.10 * noise.at(across, 0.2 * up, (0.8, 3.0), size)
    share = inside * np.clip(veil * (1 - fine) + fine * np.maximum(0.85 * thread, veil - 0.3), 0, 0.97)
    net = np.array(look.net, np.float32) * (1 + 0.14 * noise.at(across, up, (0.5, 2.4), size))[:, None]
    colours = mix(colours, share, net)
    posts = covered(np.abs((across % 3.6) - 1.8), -0.03, 0.03, size) * covered(up, 0.0, _NET_HIGH_M, size)
    rail = covered(up, _NET_HIGH_M - 0.05, _NET_HIGH_M, size)
    return mix(colours, np.clip(posts + rail, 0, 1) * 0.8, (150, 152, 150))


def net_sides(look: Look) -> tuple[tuple[float, float], ...]:
    """The long sides of a net, as [leg] and how far along it reaches."""
    return ((-2.05, PITCH_M - 3.0), (2.05, PITCH_M - 3.0)) if look.setting == "nets" else ()
