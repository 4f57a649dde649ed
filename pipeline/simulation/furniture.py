"""What stands about in places and hides people: lamp posts, bins, benches, bollards, trees, kiosks, cars, shelves.

Measures are those of the usual things: benches 45 cm high to sit on, bollards 1 m, parked cars 4.0 to 4.7 m by 1.8 m,
shop shelves 1.4 to 2 m.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.simulation.solids import Leaves, Prism, Solid, box, disc

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Item:
    """A thing at its place: its solids in the order in which they can be drawn, and where nobody can walk (N, 2)."""

    name: str
    solids: tuple[Solid, ...]
    footprint: Floats
    lamp: tuple[float, float, float] | None = None
    """Where its light is, [right, forward, up] in cm."""


Maker = Callable[[Floats, float, np.random.Generator], Item]
"""A thing at a place (2,), turned by radians."""


_TYRE = (26.0, 26.0, 28.0)


def lamp_post(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """4.5 to 8 m, with an arm or without."""
    high = float(rng.uniform(450, 800))
    tone = float(rng.uniform(60, 190))
    paint = (tone, tone * 1.02, tone * 1.03)
    arm = float(rng.choice([0.0, 90.0, 140.0]))
    out = place + arm * np.array([np.cos(turn), np.sin(turn)])
    solids: list[Solid] = [Prism(disc(place, 9, 8), 0, 110, paint), Prism(disc(place, 6, 8), 110, high, paint, 0.7)]
    if arm:
        solids.append(Prism(box((place + out) / 2, (arm, 7), turn), high - 8, high, paint))
    solids.append(Prism(box(out, (60, 26), turn), high - 14, high + 2, (226, 224, 214), glows=True))
    return Item("lamp post", tuple(solids), disc(place, 18), (float(out[0]), float(out[1]), high - 14))


def bin_(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """A litter bin, round or square, or a wheeled one."""
    paint = _paint(rng, ((40, 66, 50), (52, 54, 58), (120, 30, 30), (30, 52, 96)))
    high, half = float(rng.uniform(85, 118)), float(rng.uniform(24, 32))
    outline = disc(place, half) if rng.random() < 0.5 else box(place, (2 * half, 2 * half), turn)
    lid = (0.6 * paint[0], 0.6 * paint[1], 0.6 * paint[2])
    return Item("bin", (Prism(outline, 0, high, paint), Prism(outline, high, high + 6, lid, 0.9)), outline)


def bench(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """Two legs, a seat and mostly a back."""
    wood = _paint(rng, ((132, 92, 60), (96, 72, 52), (120, 118, 112)))
    long = float(rng.uniform(140, 200))
    along = np.array([np.cos(turn), np.sin(turn)])
    back = np.array([-along[1], along[0]])
    legs = [Prism(box(place + side * 0.4 * long * along, (8, 42), turn), 0, 42, (48, 48, 50)) for side in (-1, 1)]
    seat = Prism(box(place, (long, 46), turn), 41, 46, wood)
    rest = Prism(box(place + 22 * back, (long, 5), turn), 52, 86, wood)
    solids: list[Solid] = [*legs, seat]
    # The back is drawn before the seat where it stands behind it.
    if rng.random() < 0.8:
        solids = [rest, *solids] if back @ place > 0 else [*solids, rest]
    return Item("bench", tuple(solids), box(place, (long, 52), turn))


def bollard(place: Floats, _turn: float, rng: np.random.Generator) -> Item:
    """A post of a metre, or a traffic cone."""
    if rng.random() < 0.3:
        cone = (Prism(disc(place, 18, 4), 0, 4, (40, 40, 42)), Prism(disc(place, 13), 4, 70, (226, 92, 36), 0.2))
        return Item("cone", cone, disc(place, 20))
    paint = _paint(rng, ((44, 46, 50), (150, 150, 148), (214, 176, 60)))
    high = float(rng.uniform(80, 115))
    collar = Prism(disc(place, 8.4), high - 24, high - 14, (222, 222, 216))
    return Item("bollard", (Prism(disc(place, 8), 0, high, paint), collar), disc(place, 14))


def sign(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """A plate on a post."""
    paint = _paint(rng, ((30, 110, 116), (188, 36, 34), (36, 70, 150), (222, 222, 216)))
    low, high = float(rng.uniform(150, 210)), float(rng.uniform(235, 290))
    plate = Prism(box(place, (float(rng.uniform(40, 90)), 3), turn), low, high, paint)
    return Item("sign", (Prism(disc(place, 3.5, 8), 0, high, (140, 142, 144)), plate), disc(place, 12))


def tree(place: Floats, _turn: float, rng: np.random.Generator) -> Item:
    """A trunk and a crown of leaves, which is bare now and then."""
    trunk, crown = float(rng.uniform(9, 20)), float(rng.uniform(110, 230))
    under = float(rng.uniform(190, 320))
    bark = _paint(rng, ((84, 70, 56), (104, 98, 88)))
    solids: list[Solid] = [Prism(disc(place, trunk), 0, under + 0.6 * crown, bark, 0.7)]
    if rng.random() < 0.85:
        green = (float(rng.uniform(44, 92)), float(rng.uniform(78, 112)), float(rng.uniform(26, 50)))
        solids.append(Leaves(_cloud(rng, place, under + 0.8 * crown, crown, 0.8 * crown), green))
    return Item("tree", tuple(solids), disc(place, trunk + 8))


def bush(place: Floats, _turn: float, rng: np.random.Generator) -> Item:
    """A shrub, or a planter with one."""
    wide = float(rng.uniform(40, 90))
    green = (float(rng.uniform(40, 80)), float(rng.uniform(70, 104)), float(rng.uniform(28, 50)))
    base = 0.0
    solids: list[Solid] = []
    if rng.random() < 0.5:
        base = 45.0
        solids.append(Prism(disc(place, 0.8 * wide), 0, base, (148, 142, 134)))
    solids.append(Leaves(_cloud(rng, place, base + 0.7 * wide, wide, 0.7 * wide), green))
    return Item("bush", tuple(solids), disc(place, wide))


def kiosk(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """A stall with a counter and a roof."""
    paint = _paint(rng, ((44, 82, 66), (150, 44, 40), (56, 74, 120), (196, 188, 170)))
    size = (float(rng.uniform(180, 320)), float(rng.uniform(160, 230)))
    outline = box(place, size, turn)
    body = Prism(outline, 0, 105, paint)
    glass = Prism(box(place, (size[0] - 6, size[1] - 6), turn), 105, 195, (88, 98, 106))
    roof = Prism(
        box(place, (size[0] + 40, size[1] + 40), turn), 225, 245, (0.8 * paint[0], 0.8 * paint[1], 0.8 * paint[2])
    )
    return Item("kiosk", (body, glass, Prism(outline, 195, 225, paint), roof), outline)


def car(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """A parked car or van: body, cabin with windows, wheels, lights."""
    paint = _paint(rng, ((220, 222, 222), (34, 36, 40), (142, 146, 150), (128, 24, 28), (28, 52, 104), (86, 92, 88)))
    van = rng.random() < 0.2
    long, wide, high = (
        (500.0, 196.0, 205.0) if van else (float(rng.uniform(395, 470)), 178.0, float(rng.uniform(138, 160)))
    )
    along = np.array([np.cos(turn), np.sin(turn)])
    across = np.array([-along[1], along[0]])
    # Of wheels and lights only those on the sides that the camera sees are drawn over the body.
    seen_side = -1 if across @ place > 0 else 1
    seen_end = -1 if along @ place > 0 else 1
    wheels = {
        y: [Prism(box(place + x * 0.31 * long * along + y * (wide / 2 - 9) * across, (62, 20), turn), 0, 58, _TYRE)
            for x in (-seen_end, seen_end)]
        for y in (-1, 1)
    }  # fmt: skip
    sill = 0.52 * high
    lower = Prism(box(place, (long, wide), turn), 24, sill, paint)
    hood = Prism(box(place, (long, wide), turn), sill, sill + 12, paint, 0.95)
    middle = place - (0.02 if van else 0.05) * long * along
    cabin = Prism(
        box(middle, ((0.94 if van else 0.62) * long, wide - 12), turn), sill + 10, high - 6, (52, 62, 70), 0.8
    )
    roof = Prism(box(middle, ((0.80 if van else 0.49) * long, 0.80 * (wide - 12)), turn), high - 8, high, paint)
    lamp = (236.0, 234.0, 222.0) if seen_end > 0 else (150.0, 26.0, 24.0)
    ends = [
        Prism(box(place + seen_end * 0.497 * long * along + y * 0.36 * wide * across, (6, 34), turn), 56, 72, lamp)
        for y in (-1, 1)
    ]
    solids = (*wheels[-seen_side], lower, *wheels[seen_side], *ends, hood, cabin, roof)
    return Item("car", solids, box(place, (long, wide), turn))


_GOODS = ((190, 60, 50), (60, 110, 170), (220, 200, 90), (90, 140, 80), (214, 210, 200), (60, 50, 60))


def shelf(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """A shop's shelf, full of goods in rows."""
    long, deep, high = float(rng.uniform(160, 320)), 55.0, float(rng.uniform(130, 190))
    along = np.array([np.cos(turn), np.sin(turn)])
    solids: list[Solid] = [Prism(box(place, (long, deep), turn), 0, high, (150, 148, 142))]
    for low in np.arange(18, high - 20, 38):
        at = -long / 2
        while at < long / 2 - 12:
            wide = float(rng.uniform(10, 34))
            goods = _paint(rng, _GOODS)
            middle = place + (at + wide / 2) * along
            solids.append(
                Prism(box(middle, (wide - 2, deep + 3), turn), float(low), float(low + rng.uniform(18, 32)), goods)
            )
            at += wide
    return Item("shelf", tuple(solids), box(place, (long, deep + 20), turn))


def table(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """A round or square table on one foot."""
    wood = _paint(rng, ((150, 108, 70), (220, 218, 212), (70, 60, 54)))
    outline = disc(place, 40) if rng.random() < 0.5 else box(place, (75, 75), turn)
    foot = (Prism(disc(place, 22), 0, 4, (80, 80, 82)), Prism(disc(place, 4, 8), 4, 72, (120, 120, 122)))
    return Item("table", (*foot, Prism(outline, 72, 76, wood)), disc(place, 48))


def pillar(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """A pillar that carries the ceiling."""
    tone = float(rng.uniform(150, 225))
    wide = float(rng.uniform(25, 50))
    outline = box(place, (wide, wide), turn)
    return Item(
        "pillar", (Prism(outline, 0, 420, (tone, tone, 0.97 * tone)),), box(place, (wide + 14, wide + 14), turn)
    )


def crate(place: Floats, turn: float, rng: np.random.Generator) -> Item:
    """A pallet with boxes."""
    card = _paint(rng, ((172, 136, 94), (150, 116, 80), (90, 104, 120)))
    outline = box(place, (110, 85), turn)
    pallet = Prism(outline, 0, 14, (140, 112, 76))
    boxes = Prism(box(place, (100, 76), turn), 14, float(rng.uniform(60, 130)), card)
    return Item("crate", (pallet, boxes), outline)


def inside(footprint: Floats, places: Floats, margin_cm: float = 0.0) -> npt.NDArray[np.bool_]:
    """Which places (N, 2) lie within a footprint or nearer to it than the margin."""
    hull = np.asarray(footprint, np.float32).reshape(-1, 1, 2)
    return np.array([cv2.pointPolygonTest(hull, (float(x), float(y)), True) > -margin_cm for x, y in places], bool)


def _cloud(rng: np.random.Generator, place: Floats, high: float, wide: float, tall: float) -> Floats:
    """Blobs (N, 4) in an ellipsoid around a point over a place."""
    count = 240
    directions = rng.standard_normal((count, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    shares = rng.uniform(0.25, 1, (count, 1)) ** 0.5
    centres = directions * shares * np.array([wide, wide, tall]) * 0.82 + np.array([*place, high])
    centres[:, 2] = np.maximum(centres[:, 2], 12)
    return np.column_stack([centres, rng.uniform(0.07, 0.16, count) * wide])


def _paint(rng: np.random.Generator, colours: tuple[tuple[float, float, float], ...]) -> tuple[float, float, float]:
    red, green, blue = np.clip(np.array(colours[rng.integers(len(colours))]) * rng.uniform(0.8, 1.15), 10, 245).tolist()
    return red, green, blue
