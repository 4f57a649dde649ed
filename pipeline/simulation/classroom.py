"""An exam hall's room: walls, rows of desks and chairs, and a camera in a corner under the ceiling.

Room measures after DIN 18040 and EN 1729-1 (chairs 43 to 46 cm, desks 71 to 76 cm for those over 159 cm); seats stand
1.5 m or more apart, as exam rules ask.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.geometry.camera import Camera
from pipeline.simulation.environment import drawn_environment
from pipeline.simulation.furniture import Item
from pipeline.simulation.places import Place, Wall
from pipeline.simulation.scene import SceneParameters, stream
from pipeline.simulation.setting import Setting
from pipeline.simulation.solids import Prism, box
from pipeline.simulation.textures import boards, concrete, tiles
from pipeline.simulation.walls import plain_wall

Floats = npt.NDArray[np.float64]
_DESK_AHEAD_CM, _DESK_CM = 54.0, (70.0, 50.0)
_CORNER_CM = 35.0
_AISLE_CM = 85.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A pupil's place."""

    hips: Floats
    """The place on the ground under the hips of who sits there, (2,) in cm."""
    facing_rad: float
    chair_cm: float
    desk_cm: float
    """Of the top over the ground."""
    table: Item
    rest: Item
    """The back of the chair."""

    @property
    def ahead(self) -> Floats:
        """The direction in which the sitter faces, (2,)."""
        return np.array([np.cos(self.facing_rad), np.sin(self.facing_rad)])


@dataclass(frozen=True, slots=True)
class Classroom:
    """The room, and where people can be in it."""

    setting: Setting
    desks: tuple[Desk, ...]
    aisles: tuple[Floats, ...]
    """Places (2,) between the rows where an invigilator walks, in the order of a round."""
    door: Floats
    front: Floats


def classroom_of(parameters: SceneParameters, pupils: int) -> Classroom:
    """The room of a seed, with desks for that many."""
    rng = stream(parameters.seed, "room")
    columns = int(np.ceil(np.sqrt(pupils * 1.1)))
    rows = int(np.ceil(pupils / columns))
    gap, row = float(rng.uniform(165, 190)), float(rng.uniform(150, 170))
    wide, deep = columns * gap + 2 * _AISLE_CM, rows * row + 330.0
    from_front = rng.random() < 0.7
    left = rng.random() < 0.5
    corner = np.array([_CORNER_CM if left else wide - _CORNER_CM, _CORNER_CM if from_front else deep - _CORNER_CM])
    # In the room x goes along the rows and y from the front wall to the back; the camera looks at the rows' middle.
    seats = [
        np.array([_AISLE_CM + (column + 0.5) * gap, 235.0 + (number + 0.5) * row])
        for number in range(rows)
        for column in range(columns)
    ][:pupils]
    middle = np.mean(seats, axis=0)
    view = _View(corner, float(np.arctan2(*(middle - corner)[::-1])))
    camera = _camera(rng, parameters.size, float(np.linalg.norm(middle - corner)))
    chair_cm, desk_cm = float(rng.uniform(43, 46)), float(rng.uniform(71, 75))
    paint = ((186, 152, 108), (206, 200, 188), (150, 156, 160))[rng.integers(3)]
    facing = view.turned(np.array([0.0, -1.0]))
    turn = float(np.arctan2(facing[1], facing[0]))
    items: list[Item] = []
    desks = []
    for seat in seats:
        hips = view.seen(seat + rng.normal(0, 2.5, 2))
        table = _table(hips + _DESK_AHEAD_CM * facing, turn, desk_cm, paint)
        rest, chair = _chair(hips, turn, chair_cm)
        desks.append(Desk(hips, turn, chair_cm, desk_cm, table, rest))
        items += [table, rest, chair]
    items.sort(key=lambda item: -float(np.linalg.norm(item.footprint.mean(axis=0))))
    aisles = [view.seen(place) for place in _round(columns, gap, deep)]
    door = np.array([wide - 60 if left else 60.0, 90.0])
    place = Place("corridor", True, tiles if rng.random() < 0.5 else concrete if rng.random() < 0.5 else boards,
                  _walls(view, wide, deep), tuple(items))  # fmt: skip
    environment = drawn_environment(stream(parameters.seed, "environment"), parameters.strength, True, "indoors", None)
    reach = (150.0, float(np.hypot(wide, deep)))
    return Classroom(
        Setting(camera, place, environment, reach), tuple(desks), tuple(aisles), view.seen(door),
        view.seen(np.array([0.5 * wide, 110.0])),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _View:
    """From places in the room to [right, forward] of the camera, which looks in a direction of the room."""

    camera: Floats
    look_rad: float

    def turned(self, direction: Floats) -> Floats:
        forward = np.array([np.cos(self.look_rad), np.sin(self.look_rad)])
        return np.array([direction[0] * forward[1] - direction[1] * forward[0], direction @ forward])

    def seen(self, place: Floats) -> Floats:
        return self.turned(place - self.camera)


def _camera(rng: np.random.Generator, size: tuple[int, int], middle_cm: float) -> Camera:
    focal = float(rng.uniform(0.56, 0.66)) * size[0]
    high = float(rng.uniform(265, 310))
    tilt = float(np.degrees(np.arctan2(high - 75, middle_cm)) + rng.uniform(1, 4))
    return Camera(
        size, focal, focal, size[0] / 2, size[1] / 2, high, tilt, float(rng.normal(0, 0.6)),
        (float(rng.normal(-0.04, 0.015)), 0.0, 0.0, 0.0, 0.0), "simulated",
    )  # fmt: skip


def _walls(view: _View, wide: float, deep: float) -> tuple[Wall, ...]:
    found = []
    for normal, place in (
        ((1.0, 0.0), (wide, 0.0)), ((-1.0, 0.0), (0.0, 0.0)), ((0.0, 1.0), (0.0, deep)), ((0.0, -1.0), (0.0, 0.0)),
    ):  # fmt: skip
        turned = view.turned(np.array(normal))
        found.append(Wall((float(turned[0]), float(turned[1])), float(turned @ view.seen(np.array(place))), plain_wall))
    return tuple(found)


def _round(columns: int, gap: float, deep: float) -> list[Floats]:
    """Up one aisle and down the next."""
    places = []
    for column in range(columns + 1):
        x = (
            _AISLE_CM
            + column * gap
            - (0.28 * _AISLE_CM if column == 0 else 0)
            + (0.28 * _AISLE_CM if column == columns else 0)
        )
        ends = [np.array([x, 130.0]), np.array([x, deep - 65.0])]
        places += ends if column % 2 == 0 else ends[::-1]
    return places


def _table(place: Floats, turn: float, high: float, paint: tuple[int, int, int]) -> Item:
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    wide, deep = _DESK_CM
    legs = [
        Prism(
            box(place + x * (deep / 2 - 4) * along + y * (wide / 2 - 4) * across, (4, 4), turn),
            0,
            high - 3,
            (70, 72, 76),
        )
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    top = Prism(box(place, (deep, wide), turn), high - 3, high, paint)
    paper = Prism(box(place - 4 * along, (29, 21), turn), high, high + 0.4, (236, 236, 230))
    return Item("desk", (*legs, top, paper), box(place, (deep, wide), turn))


def _chair(place: Floats, turn: float, high: float) -> tuple[Item, Item]:
    """The back of a chair, and the rest of it, on which somebody sits."""
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    steel, shell = (90, 92, 96), (52, 66, 92)
    legs = [
        Prism(box(place + x * 16 * along + y * 17 * across, (3, 3), turn), 0, high - 3, steel)
        for x in (-1, 1)
        for y in (-1, 1)
    ]
    seat = Prism(box(place, (40, 40), turn), high - 3, high, shell)
    behind = place - 21 * along
    posts = [Prism(box(behind + y * 14 * across, (2.5, 2.5), turn), high, high + 14, steel) for y in (-1, 1)]
    back = Prism(box(behind, (3, 38), turn), high + 14, high + 38, shell)
    return (
        Item("back of a chair", (*posts, back), box(behind, (4, 38), turn)),
        Item("chair", (*legs, seat), box(place, (40, 40), turn)),
    )
