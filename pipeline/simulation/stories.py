"""Stories on demand: what a rule is to find, played by some of the people of a scene, again and again.

A story only tells people what to do; whether and when what it is about has happened is seen by `happenings`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from pipeline.simulation.deeds import Accompany, Chase, Deed, FallDown, Go, Stay
from pipeline.simulation.disturbances import Disturbance, DisturbanceKind
from pipeline.simulation.ground import Ground
from pipeline.simulation.marks import Line, Zone, line_in, zone_in
from pipeline.simulation.solids import disc
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]
StoryName = Literal[
    "none", "no_pass", "chase", "fall", "loitering", "watching", "watching_again", "converging", "crowding", "running",
    "line_crossing", "camera_covered", "camera_moved", "camera_frozen", "camera_defocused",
]  # fmt: skip
STORIES: tuple[StoryName, ...] = get_args(StoryName)
FIRST_S, EVERY_S = 2.0, 45.0
"""When a story begins for the first time, and how often it begins again."""
_CAMERA_BEGINS_S, _CAMERA_LASTS_S = 3.0, 8.0
_CROWD = 7
_RING_CM = 95.0


@dataclass(slots=True)
class Stage:
    """Where a story is played, and by whom."""

    ground: Ground
    rng: np.random.Generator
    add: Callable[[], Walker]
    """Brings somebody new into the picture."""
    zones: tuple[Zone, ...] = ()
    lines: tuple[Line, ...] = ()
    walkers: list[Walker] = field(default_factory=list)

    def actors(self, number: int, good: Callable[[Walker], bool] = lambda walker: True) -> list[Walker]:
        """People who are on their own and on their feet; new ones if there are too few."""
        led = {id(w.deed.leader) for w in self.walkers if isinstance(w.deed, Accompany)}
        free = [
            walker
            for walker in self.walkers
            if id(walker) not in led
            and not isinstance(walker.deed, Accompany)
            and walker.share == 0
            and self.ground.in_view(walker.position)
            and good(walker)
        ]
        found = free[:number]
        while len(found) < number:
            found.append(self.add())
        for walker in found:
            walker.deeds.clear()
            walker.since_s = 0.0
            walker.hands = "bag_left" if walker.hands == "bag_left" else "free"
        return found


def marks_of(name: StoryName, ground: Ground, rng: np.random.Generator) -> tuple[tuple[Zone, ...], tuple[Line, ...]]:
    """The zones and lines that a story needs."""
    if name == "no_pass":
        return (zone_in(ground, rng, "no-pass area"),), ()
    if name == "line_crossing":
        return (), (line_in(ground, rng, "entrance"),)
    return (), ()


def disturbance_of(name: StoryName, begin_s: float) -> Disturbance | None:
    """What a story that begins at a moment does to the camera."""
    if not name.startswith("camera_"):
        return None
    kinds: dict[str, DisturbanceKind] = {kind: kind for kind in get_args(DisturbanceKind)}
    begin_s += _CAMERA_BEGINS_S
    return Disturbance(kinds[name], begin_s, begin_s + _CAMERA_LASTS_S)


def play(name: StoryName, stage: Stage) -> None:
    """Let a story begin."""
    part = _PARTS.get(name)
    if part is not None:
        part(stage)


def _no_pass(stage: Stage) -> None:
    """One walks into the area and out again; two others head for it and turn away."""
    zone = stage.zones[0]

    def apart(walker: Walker) -> bool:
        return bool(np.linalg.norm(walker.position - zone.middle) > 330 and not zone.holds(walker.position[None])[0])

    intruder, *others = stage.actors(3, apart)
    beyond = _clear_of(stage, zone, intruder.position)
    intruder.deeds.extend([
        _to(zone.middle, intruder.pace_cm_s, straight=True), Stay(3.0, "around"),
        _to(beyond, intruder.pace_cm_s, straight=True),
    ])  # fmt: skip
    for walker in others:
        start = _clear_of(stage, zone, walker.position)
        to = zone.middle - start
        length = float(np.linalg.norm(to))
        before = start + to / length * max(zone.ahead_cm(start, to / length) - 95.0, 0.3 * length)
        back = _clear_of(stage, zone, before)
        walker.deeds.extend([
            _to(start, walker.pace_cm_s), _to(before, walker.pace_cm_s, near=25.0, straight=True),
            _to(back, walker.pace_cm_s),
        ])  # fmt: skip


def _clear_of(stage: Stage, zone: Zone, position: Floats) -> Floats:
    """A place some metres from the zone, on the side of a position, so that the way there does not lead through it."""
    out = position - zone.middle
    turn = np.arctan2(out[1], out[0])
    radius = float(np.linalg.norm(zone.polygon - zone.middle, axis=1).max())
    for spread in np.linspace(0.05, 1.4, 60):
        angle = turn + stage.rng.uniform(-spread, spread)
        place = zone.middle + (radius + stage.rng.uniform(170, 420)) * np.array([np.cos(angle), np.sin(angle)])
        if stage.ground.in_view(place) and stage.ground.free(place):
            return place
    return zone.middle + (radius + 200) * out / max(float(np.linalg.norm(out)), 1.0)


def _chase(stage: Stage) -> None:
    """One runs away, another runs after them."""
    prey, hunter = stage.actors(2)
    pace = 330.0
    prey.deeds.extend(_to(place, pace) for place in _far_apart(stage, prey.position, 3))
    hunter.deeds.append(Chase(prey, 1.08 * pace, 9.0))


def _fall(stage: Stage) -> None:
    """One falls, lies and gets up."""
    (walker,) = stage.actors(1)
    kind = ("back", "belly", "left", "right")[stage.rng.integers(4)]
    place = stage.ground.somewhere(stage.rng, walker.position, 350.0)
    walker.deeds.extend([_to(place, walker.pace_cm_s), FallDown(kind, 9.0), Stay(2.0)])


def _loitering(stage: Stage) -> None:
    """One hangs about at a place."""
    (walker,) = stage.actors(1)
    place = stage.ground.somewhere(stage.rng, walker.position, 250.0)
    deeds: list[Deed] = []
    for _ in range(4):
        near = place + stage.rng.uniform(-65, 65, 2)
        deeds += [_to(near if stage.ground.free(near) else place, 70.0), Stay(float(stage.rng.uniform(5, 8)), "around")]
    walker.deeds.extend(deeds)


def _watching(stage: Stage, times: int = 1, seconds: float = 14.0) -> None:
    """One stands and looks into the camera."""
    (walker,) = stage.actors(1, lambda somebody: somebody.body.outfit.hat != "hood")
    for _ in range(times):
        place = stage.ground.somewhere(stage.rng, walker.position, 260.0)
        deeds = [_to(place, walker.pace_cm_s), Stay(seconds, "camera", (0.0, 0.0), "free")]
        walker.deeds.extend(deeds)


def _watching_again(stage: Stage) -> None:
    """One looks into the camera again and again."""
    _watching(stage, 4, 5.0)


def _converging(stage: Stage) -> None:
    """Two run up to each other."""
    first, second = stage.actors(2)
    starts = _far_apart(stage, first.position, 2)
    first.deeds.append(_to(starts[0], first.pace_cm_s))
    second.deeds.append(_to(starts[1], second.pace_cm_s))
    first.deeds.extend([Stay(_wait(second, starts[1], first, starts[0])), Chase(second, 280.0, 6.0), Stay(3.0)])
    second.deeds.extend([Stay(_wait(first, starts[0], second, starts[1])), Chase(first, 280.0, 6.0), Stay(3.0)])


def _wait(other: Walker, theirs: Floats, own: Walker, place: Floats) -> float:
    """How long to wait for somebody who has a longer way."""

    def way_s(walker: Walker, goal: Floats) -> float:
        return float(np.linalg.norm(goal - walker.position)) / walker.pace_cm_s

    return max(way_s(other, theirs) - way_s(own, place), 0.0) + 1.0


def _crowding(stage: Stage) -> None:
    """Several come together and stand around."""
    actors = stage.actors(_CROWD)
    middle = stage.ground.somewhere(stage.rng)
    for _ in range(60):
        ring = disc(middle, _RING_CM, _CROWD)
        if all(stage.ground.free(place) for place in ring) and stage.ground.in_view(ring).all():
            break
        middle = stage.ground.somewhere(stage.rng)
    for walker, place in zip(actors, disc(middle, _RING_CM, _CROWD), strict=True):
        walker.deeds.extend([_to(place, walker.pace_cm_s), Stay(22.0, "ahead", tuple(middle.tolist()))])


def _running(stage: Stage) -> None:
    """One runs about."""
    (walker,) = stage.actors(1, lambda somebody: somebody.body.age_years < 65)
    walker.deeds.extend(_to(place, 340.0) for place in _far_apart(stage, walker.position, 4))


def _line_crossing(stage: Stage) -> None:
    """One crosses a line and comes back, another crosses it once."""
    line = stage.lines[0]
    along = line.ends[1] - line.ends[0]
    across = np.array([-along[1], along[0]]) / np.linalg.norm(along)
    for walker, times in zip(stage.actors(2), (3, 2), strict=True):
        middle = line.ends.mean(axis=0) + stage.rng.uniform(-0.2, 0.2) * along
        side = 1 if (walker.position - middle) @ across > 0 else -1
        for number in range(times):
            place = middle + side * (-1) ** number * 170 * across
            walker.deeds.append(_to(place, walker.pace_cm_s, near=35.0, straight=number > 0))


def _far_apart(stage: Stage, start: Floats, number: int) -> list[Floats]:
    """Places of which each is far from the one before."""
    found = [start]
    for _ in range(number):
        choice = [stage.ground.somewhere(stage.rng) for _ in range(24)]
        found.append(max(choice, key=lambda place: min(float(np.linalg.norm(place - found[-1])), 1400.0)))
    return found[1:]


def _to(place: Floats, pace_cm_s: float, near: float = 45.0, straight: bool = False) -> Go:
    return Go((float(place[0]), float(place[1])), pace_cm_s, near, straight=straight)


_PARTS: dict[StoryName, Callable[[Stage], None]] = {
    "no_pass": _no_pass, "chase": _chase, "fall": _fall, "loitering": _loitering, "watching": _watching,
    "watching_again": _watching_again, "converging": _converging, "crowding": _crowding, "running": _running,
    "line_crossing": _line_crossing,
}  # fmt: skip


def kinds_of(name: StoryName) -> Iterator[str]:
    """The kinds of events that a story is about."""
    about = {
        "no_pass": ("zone_entered", "zone_heading"), "chase": ("running",), "fall": ("fall",),
        "watching_again": ("watching",), "line_crossing": ("line_crossed",), "none": (),
    }  # fmt: skip
    yield from about.get(name, (name,))
