"""Where scenes play: streets, squares, car parks, parks, shop floors, corridors and workshops.

A place is a ground, walls that stand beyond or beside it, and things that stand about. It is laid out around a camera,
so that the ground before it is mostly free.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from pipeline.simulation import furniture
from pipeline.simulation.furniture import Item, Maker
from pipeline.simulation.textures import (
    Field,
    Surface,
    Texture,
    asphalt,
    band,
    boards,
    concrete,
    grass,
    gravel,
    lines,
    littered,
    mixed,
    noise,
    paving,
    tiles,
)
from pipeline.simulation.walls import facade, greenery, plain_wall

Floats = npt.NDArray[np.float64]
PlaceName = Literal["street", "square", "car park", "park", "shop", "corridor", "workshop"]
PLACES: tuple[PlaceName, ...] = get_args(PlaceName)
INDOORS: tuple[PlaceName, ...] = ("shop", "corridor", "workshop")


_LEAST_FREE = 0.6
"""Of the ground before the camera: things leave that much to people."""


@dataclass(frozen=True, slots=True)
class Wall:
    """An upright plane `normal @ [right, forward] = distance_cm`, seen from the side where the left is smaller."""

    normal: tuple[float, float]
    distance_cm: float
    texture: Texture


@dataclass(frozen=True, slots=True)
class Place:
    """A place without light. `ground` gives RGB of places on the ground."""

    name: PlaceName
    indoors: bool
    ground: Texture
    walls: tuple[Wall, ...]
    items: tuple[Item, ...]
    ceiling_cm: float | None = None

    def free(self, places: npt.ArrayLike, margin_cm: float = 40.0) -> npt.NDArray[np.bool_]:
        """Whether people can stand at places (N, 2) on the ground."""
        where = np.asarray(places, float).reshape(-1, 2)
        free = np.ones(len(where), bool)
        for wall in self.walls:
            free &= where @ np.array(wall.normal) < wall.distance_cm - margin_cm
        for item in self.items:
            free &= ~furniture.inside(item.footprint, where, margin_cm)
        return free


def place_of(
    name: PlaceName, rng: np.random.Generator, reach: tuple[float, float], sides: float, strength: float
) -> Place:
    """A place around a camera.

    Args:
        name: of which kind.
        rng: what it follows from.
        reach: the distances in cm between which people walk.
        sides: how far to either side the camera sees, as a share of the distance.
        strength: of randomisation, from 0 to 1.
    """
    layout = _LAYOUTS[name]
    far = reach[1]
    turn = float(rng.normal(0, 0.5)) * strength
    walls = layout.walls(rng, far, turn, sides)
    ground = layout.ground(rng, far, turn)
    if strength:
        ground = littered(ground, layout.indoors)
    ceiling = float(rng.uniform(270, 480)) if layout.indoors else None
    count = round(strength * rng.uniform(4, 11) * layout.crowded) if strength else 0
    items = _furnished(rng, layout.things, walls, count, reach, sides)
    if not layout.indoors and strength:
        items = [*_behind_people(rng, walls, far, sides, strength), *items]
    return Place(name, layout.indoors, ground, walls, tuple(items), ceiling)


def _behind_people(
    rng: np.random.Generator, walls: tuple[Wall, ...], far: float, sides: float, strength: float
) -> list[Item]:
    """What stands farther away than anybody walks, along the walls."""
    found: list[Item] = []
    makers = (furniture.tree, furniture.car, furniture.bush, furniture.lamp_post, furniture.sign)
    for _ in range(round(rng.uniform(3, 9) * (0.5 + strength))):
        distance = far * float(rng.uniform(1.02, 1.6))
        place = np.array([rng.uniform(-1.1, 1.1) * sides * distance, distance])
        item = makers[rng.integers(len(makers))](place, float(rng.normal(0, 0.12)), rng)
        room = Place("street", False, asphalt, walls, tuple(found))
        if room.free(np.vstack([item.footprint, item.footprint.mean(axis=0)]), 30).all():
            found.append(item)
    return sorted(found, key=lambda item: -float(np.linalg.norm(item.footprint.mean(axis=0))))


def _furnished(
    rng: np.random.Generator,
    things: Sequence[tuple[Maker, float]],
    walls: tuple[Wall, ...],
    count: int,
    reach: tuple[float, float],
    sides: float,
) -> list[Item]:
    """Things at random places that are free, large ones rather at the back."""
    near, far = reach
    shares = np.array([share for _, share in things])
    found: list[Item] = []
    away = np.linspace(near, far, 12)
    spots = np.stack(np.broadcast_arrays(away[:, None] * np.linspace(-0.8, 0.8, 9) * sides, away[:, None]), axis=-1)
    spots = spots.reshape(-1, 2)
    spots = free = spots[Place("street", False, asphalt, walls, ()).free(spots)]
    for _ in range(count * 6):
        if len(found) >= count:
            break
        maker, _share = things[rng.choice(len(things), p=shares / shares.sum())]
        large = maker in _LARGE
        distance = rng.uniform(near + (0.45 if large else 0.1) * (far - near), (1.15 if large else 1.0) * far)
        place = np.array([rng.uniform(-1.05, 1.05) * sides * distance, distance])
        turn = float(rng.choice([0.0, np.pi / 2]) + rng.normal(0, 0.15))
        item = maker(place, turn, rng)
        here = Place("street", False, asphalt, walls, tuple(found))
        room = here.free(np.vstack([item.footprint, item.footprint.mean(axis=0)]), 50).all()
        left = free[~furniture.inside(item.footprint, free, 40.0)]
        if room and len(spots) and len(left) / len(spots) >= _LEAST_FREE:
            found.append(item)
            free = left
    return sorted(found, key=lambda item: -float(np.linalg.norm(item.footprint.mean(axis=0))))


@dataclass(frozen=True, slots=True)
class _Layout:
    indoors: bool
    ground: Callable[[np.random.Generator, float, float], Texture]
    walls: Callable[[np.random.Generator, float, float, float], tuple[Wall, ...]]
    things: tuple[tuple[Maker, float], ...]
    crowded: float = 1.0


def _behind(texture: Texture, rng: np.random.Generator, far: float, turn: float, least: float = 1.08) -> Wall:
    return Wall((float(np.sin(turn)), float(np.cos(turn))), far * float(rng.uniform(least, 1.8)), texture)


def _open_walls(rng: np.random.Generator, far: float, turn: float, _sides: float) -> tuple[Wall, ...]:
    texture = facade if rng.random() < 0.75 else greenery
    walls = [_behind(texture, rng, far, 0.6 * turn)]
    if rng.random() < 0.35:
        side = float(rng.choice([-1.0, 1.0]))
        walls.append(Wall((side * 0.96, 0.28), far * float(rng.uniform(0.62, 0.9)), facade))
    return tuple(walls)


def _green_walls(rng: np.random.Generator, far: float, turn: float, _sides: float) -> tuple[Wall, ...]:
    return (_behind(greenery if rng.random() < 0.8 else facade, rng, far, 0.6 * turn, 1.2),)


def _room(rng: np.random.Generator, far: float, turn: float, sides: float) -> tuple[Wall, ...]:
    walls = [_behind(plain_wall, rng, 0.92 * far, 0.3 * turn)]
    for side in (-1.0, 1.0):
        if rng.random() < 0.6:
            walls.append(Wall((side, 0.0), 0.85 * sides * far * float(rng.uniform(0.7, 1.0)), plain_wall))
    return tuple(walls)


def _passage(rng: np.random.Generator, far: float, _turn: float, _sides: float) -> tuple[Wall, ...]:
    left, right = rng.uniform(170, 330, 2).tolist()
    return (
        Wall((0.0, 1.0), 1.15 * far, plain_wall), Wall((-1.0, 0.0), left, plain_wall),
        Wall((1.0, 0.0), right, plain_wall),
    )  # fmt: skip


def _street_ground(rng: np.random.Generator, far: float, turn: float) -> Texture:
    """A road between a kerb and a near pavement or verge."""
    kerb, wide = far * float(rng.uniform(0.55, 0.75)), float(rng.uniform(500, 900))
    verge = grass if rng.random() < 0.35 else paving
    dashes, yellow = rng.random() < 0.7, rng.random() < 0.4
    shift, bend = float(rng.uniform(0, 400)), float(rng.uniform(-0.00005, 0.00005)) * abs(turn)

    def ground(surface: Surface, own: np.random.Generator) -> Field:
        here = surface.turned(turn)
        along, across = here.first, here.second + bend * here.first**2
        road = (across < kerb) & (across > kerb - wide)
        colour = np.where(road[..., None], asphalt(here, own), paving(here, own))
        beyond = across < kerb - wide
        if verge is grass:
            colour = np.where(beyond[..., None], grass(here, own), colour)
        for edge in (kerb, kerb - wide):
            colour = mixed(colour, (186.0, 184.0, 178.0), band(across - edge, 15, here.span))
        if yellow:
            for away in (30, 48):
                colour = mixed(colour, (206.0, 176.0, 52.0), 0.85 * band(across - kerb + away, 8, here.span))
        if dashes:
            middle = band(across - kerb + wide / 2, 12, here.span) * ((along + shift) % 500 < 240)
            worn = np.clip(0.85 + 0.25 * noise(here, own, 80), 0, 1)
            colour = mixed(colour, (214.0, 212.0, 204.0), (middle * worn).astype(np.float32))
        return colour

    return ground


def _square_ground(rng: np.random.Generator, _far: float, turn: float) -> Texture:
    bands = rng.random() < 0.6
    period = float(rng.uniform(400, 900))

    def ground(surface: Surface, own: np.random.Generator) -> Field:
        here = surface.turned(turn)
        colour = paving(here, own)
        if bands:
            grid = np.maximum(lines(here.first, period, 40, here.span), lines(here.second, period, 40, here.span))
            colour = mixed(colour, (112.0, 106.0, 100.0), 0.8 * grid)
        return colour

    return ground


def _car_park_ground(rng: np.random.Generator, far: float, turn: float) -> Texture:
    first, deep = far * float(rng.uniform(0.45, 0.7)), 500.0
    bay = float(rng.uniform(240, 270))
    green = float(rng.uniform(0.9, 1.2)) * far

    def ground(surface: Surface, own: np.random.Generator) -> Field:
        here = surface.turned(turn)
        colour = asphalt(here, own)
        rows = (here.second > first) & (here.second < first + deep)
        marks = lines(here.first, bay, 10, here.span) * rows
        marks = np.maximum(marks, band(here.second - first - deep, 10, here.span))
        worn = np.clip(0.8 + 0.3 * noise(here, own, 90), 0, 1)
        colour = mixed(colour, (216.0, 216.0, 210.0), (marks * worn).astype(np.float32))
        return np.where((here.second > green)[..., None], grass(here, own), colour)

    return ground


def _park_ground(rng: np.random.Generator, far: float, turn: float) -> Texture:
    path = (gravel, asphalt, paving)[rng.integers(3)]
    wide = float(rng.uniform(220, 500))
    at, swing, long = far * float(rng.uniform(0.45, 0.65)), float(rng.uniform(40, 260)), float(rng.uniform(900, 2400))
    crossing = rng.random() < 0.5

    def ground(surface: Surface, own: np.random.Generator) -> Field:
        here = surface.turned(turn)
        colour = grass(here, own)
        ragged = 9 * noise(here, own, 220) + 4 * noise(here, own, 50)
        share = band(here.second - at - swing * np.sin(here.first / long * 6.28) + ragged, wide, here.span)
        if crossing:
            share = np.maximum(share, band(here.first - 0.3 * here.second + 200 + ragged, 0.8 * wide, here.span))
        return mixed(colour, path(here, own), share.astype(np.float32))

    return ground


def _one_texture(*choices: Texture) -> Callable[[np.random.Generator, float, float], Texture]:
    def choose(rng: np.random.Generator, _far: float, turn: float) -> Texture:
        chosen = choices[rng.integers(len(choices))]
        return lambda surface, own: chosen(surface.turned(0.6 * turn), own)

    return choose


_LARGE = (furniture.car, furniture.kiosk, furniture.shelf, furniture.tree)
_OUTSIDE: tuple[tuple[Maker, float], ...] = (
    (furniture.lamp_post, 2), (furniture.bin_, 1.5), (furniture.bench, 1.5), (furniture.bollard, 2.5),
    (furniture.sign, 1.5), (furniture.tree, 1.5),
)  # fmt: skip
_LAYOUTS: dict[PlaceName, _Layout] = {
    "street": _Layout(False, _street_ground, _open_walls, (*_OUTSIDE, (furniture.car, 3))),
    "square": _Layout(
        False, _square_ground, _open_walls, (*_OUTSIDE, (furniture.kiosk, 1), (furniture.bush, 1.5)), 1.1
    ),
    "car park": _Layout(
        False, _car_park_ground, _green_walls,
        ((furniture.car, 7), (furniture.lamp_post, 1.5), (furniture.bollard, 1.5), (furniture.sign, 1)),
    ),
    "park": _Layout(
        False, _park_ground, _green_walls,
        ((furniture.tree, 3), (furniture.bench, 2), (furniture.bin_, 1), (furniture.bush, 2),
         (furniture.lamp_post, 1.5)),
    ),
    "shop": _Layout(
        True, _one_texture(tiles, boards), _room,
        ((furniture.shelf, 4), (furniture.table, 1.5), (furniture.pillar, 1), (furniture.crate, 1)),
    ),
    "corridor": _Layout(
        True, _one_texture(tiles, concrete), _passage,
        ((furniture.bench, 1), (furniture.bin_, 1), (furniture.bush, 1)), 0.35,
    ),
    "workshop": _Layout(
        True, _one_texture(concrete), _room,
        ((furniture.pillar, 3), (furniture.crate, 3), (furniture.bollard, 1), (furniture.table, 0.5)), 0.8,
    ),
}  # fmt: skip
