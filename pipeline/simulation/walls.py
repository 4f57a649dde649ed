"""What stands upright behind people: fronts of houses and shops, plain walls indoors, hedges and woods."""

import numpy as np

from pipeline.simulation.textures import Field, Surface, flat, lines, mixed, noise, stains

SKY = (196.0, 208.0, 218.0)


def facade(surface: Surface, rng: np.random.Generator) -> Field:
    """Brick, plaster or panels, with storeys of windows, a base, doors or shop fronts, and sky above the eaves."""
    right, up = surface.first, surface.second
    base = np.array(_FRONTS[rng.integers(len(_FRONTS))], np.float32) + rng.uniform(-14, 14)
    colour = flat(surface, tuple(base.tolist()))
    if rng.random() < 0.5:
        row = np.floor(up / 7.5)
        joints = np.maximum(lines(up, 7.5, 1.0, surface.span), lines(right + row % 2 * 12, 24, 1.0, surface.span))
        colour = mixed(colour, tuple((base * 0.82).tolist()), joints)
    colour += 0.8 * stains(surface, rng)[..., None]
    storey, across = rng.uniform(280, 360), rng.uniform(180, 460)
    wide, tall, sill = across * rng.uniform(0.35, 0.75), storey * rng.uniform(0.4, 0.6), rng.uniform(80, 110)
    shops = rng.random() < 0.4
    x, y = right % across - across / 2, up % storey - sill - tall / 2
    inside = (np.abs(x) < wide / 2) & (np.abs(y) < tall / 2)
    frame = (np.abs(x) < wide / 2 + 7) & (np.abs(y) < tall / 2 + 7) & ~inside
    bar = (np.abs(x) < 2.5) & inside if rng.random() < 0.6 else np.zeros_like(inside)
    ground_floor = up < storey
    if shops:
        inside, frame, bar = inside & ~ground_floor, frame & ~ground_floor, bar & ~ground_floor
    pane = ((np.floor(right / across) * 17 + np.floor(up / storey) * 29) % 64).astype(np.intp)
    glass = np.array([62.0, 76.0, 88.0]) + rng.uniform(-22, 70, (64, 1)) * np.array([1.0, 1.0, 0.95])
    glossy = glass[pane] + (0.10 * y)[..., None]
    colour = np.where(inside[..., None], glossy, colour).astype(np.float32)
    trim = np.array([(222, 220, 214), (84, 58, 44), (70, 74, 78)][rng.integers(3)], np.float32)
    colour[frame | bar] = trim
    if shops:
        colour = _shop_fronts(colour, surface, rng, storey, 2 * across)
    else:
        door = (np.abs(right % (across * 4) - across) < 55) & (up < 215)
        colour[door] = np.array([(92, 56, 40), (52, 74, 62), (62, 66, 84)][rng.integers(3)], np.float32)
    colour[up < 38] *= np.float32(0.82)
    eaves = storey * rng.integers(2, 5)
    colour[(up > eaves - 30) & (up <= eaves)] *= np.float32(0.78)
    colour[up > eaves] = SKY
    return colour


def _shop_fronts(colour: Field, surface: Surface, rng: np.random.Generator, storey: float, wide: float) -> Field:
    right, up = surface.first, surface.second
    shop = (np.floor(right / wide) % 16).astype(np.intp)
    signs = (rng.uniform(40, 190, (16, 1)) + rng.uniform(-45, 45, (16, 3))).clip(20, 220).astype(np.float32)
    board = (up > storey * 0.78) & (up < storey * 0.96)
    colour = np.where(board[..., None], signs[shop], colour)
    letters = board & (np.abs(up - storey * 0.87) < 13) & (np.abs(right % wide - wide / 2) < wide * 0.3)
    colour[letters & (noise(surface, rng, 16) > 0.1)] = (236.0, 232.0, 220.0)
    window = (up > 45) & (up < storey * 0.74) & (np.abs(right % wide - wide / 2) < wide * 0.45)
    tone, hue = noise(surface, rng, 50), noise(surface, rng, 120)
    goods = 62 + np.stack([20 * tone + 9 * hue, 20 * tone, 20 * tone - 9 * hue], axis=-1)
    lit = rng.uniform(0.7, 1.9, (16, 1)).astype(np.float32)
    return np.where(window[..., None], np.clip(goods * lit[shop], 20, 240), colour).astype(np.float32)


def plain_wall(surface: Surface, rng: np.random.Generator) -> Field:
    """A wall indoors: paint, a skirting board, doors, notices and pictures."""
    right, up = surface.first, surface.second
    base = np.array([(214, 212, 204), (190, 200, 204), (206, 196, 172), (172, 178, 172)][rng.integers(4)], np.float32)
    colour = flat(surface, tuple(base.tolist())) + 0.45 * stains(surface, rng)[..., None]
    if rng.random() < 0.4:
        colour = np.where((up < 110)[..., None], colour * np.float32(rng.uniform(0.6, 0.9)), colour)
    period = rng.uniform(350, 900)
    door = (np.abs(right % period - period / 2) < 46) & (up < 205)
    edge = (np.abs(right % period - period / 2) < 54) & (up < 212) & ~door
    colour[door] = np.array([(150, 104, 66), (196, 194, 186), (84, 104, 128)][rng.integers(3)], np.float32)
    colour[edge] = (120.0, 116.0, 110.0)
    for _ in range(int(rng.integers(2, 7))):
        at, high = rng.uniform(0, 1200), rng.uniform(120, 200)
        wide, tall = rng.uniform(20, 70), rng.uniform(25, 60)
        paper = (np.abs(right % 1200 - at) < wide / 2) & (np.abs(up - high) < tall / 2) & ~door
        colour[paper] = rng.uniform(60, 240, 3).astype(np.float32)
    colour[up < 10] = tuple((0.55 * base).tolist())
    return colour.astype(np.float32)


def ceiling(surface: Surface, rng: np.random.Generator) -> Field:
    """Panels with strips of light in rows."""
    tone = float(rng.uniform(150, 205))
    colour = flat(surface, (tone, tone, 0.98 * tone)) + 0.4 * stains(surface, rng)[..., None]
    size = float(rng.choice([60.0, 120.0]))
    joints = np.maximum(lines(surface.first, size, 2, surface.span), lines(surface.second, size, 2, surface.span))
    colour = mixed(colour, (0.75 * tone, 0.75 * tone, 0.75 * tone), 0.7 * joints)
    across, along = rng.uniform(180, 380), rng.uniform(220, 420)
    lamp = lines(surface.first, across, 28, surface.span) * (surface.second % along < 0.55 * along)
    return mixed(colour, (255.0, 254.0, 248.0), lamp)


def greenery(surface: Surface, rng: np.random.Generator) -> Field:
    """A hedge or the edge of a wood, darker inside, with sky above its ragged top."""
    right, up = surface.first, surface.second
    tone = np.array([rng.uniform(48, 88), rng.uniform(70, 104), rng.uniform(32, 54)], np.float32)
    leaves = 15 * noise(surface, rng, 12) + 14 * noise(surface, rng, 45) + 13 * noise(surface, rng, 180)
    colour = tone + leaves[..., None] * np.array([0.9, 1.0, 0.6], np.float32)
    high = rng.uniform(160, 900)
    ragged = Surface(right, np.zeros_like(up), surface.span)
    top = high * (1 + 0.10 * noise(ragged, rng, 400) + 0.05 * noise(surface, rng, 60))
    trunks = (noise(ragged, rng, 90) > 1.5) & (up < 0.5 * high) & (high > 400)
    colour[trunks] = (64.0, 54.0, 44.0)
    colour[up < 30] *= np.float32(0.7)
    return np.where((up > top)[..., None], np.asarray(SKY, np.float32), colour).astype(np.float32)


_FRONTS = ((150, 94, 72), (178, 166, 148), (126, 122, 118), (204, 196, 180), (166, 132, 98), (188, 192, 194))
