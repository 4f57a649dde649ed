"""What happens among people, seen by one who knows everything: the truth of the events that rules look for.

Nothing is scripted here: an event is true from the moment at which its definition holds to the moment at which it does
no longer. The definitions:

| kind | holds while |
|---|---|
| zone_entered | somebody's place on the ground is inside a zone |
| zone_heading | somebody outside walks (over 40 cm/s) straight at a zone and would be there within 3 s, for 0.6 s |
| line_crossed | at the moment at which somebody's place on the ground crosses a line |
| loitering | somebody has been within 2.5 m of a place for 20 s or more |
| running | somebody runs, for 0.8 s or more |
| watching | somebody stands with the head within 15° of the camera, for 3 s or more |
| crowding | 6 people or more within 2.5 m of one of them, for 2 s or more |
| fall | somebody falls, lies, and gets up |
| converging | two close in on each other at 3.5 m/s or more and would meet within 3 s, for 0.4 s or more |
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.data import ZoneRelation
from pipeline.geometry.angles import seen_angle_deg
from pipeline.simulation.marks import Line, Zone
from pipeline.simulation.walkers import Walker

Floats = npt.NDArray[np.float64]
Key = tuple[object, ...]

HEADING_S, HEADING_CM_S = 3.0, 40.0
LOITERS_CM, LOITERS_S = 250.0, 20.0
WATCHES_DEG = 15.0
CROWD_CM, CROWD = 250.0, 6
CLOSING_CM_S, MEETS_S, MISSES_CM = 350.0, 3.0, 120.0
_ANYWHERE = ("loitering", "running", "watching", "crowding", "fall", "converging")
_LEAST_S = {"zone_heading": 0.6, "running": 0.8, "watching": 3.0, "crowding": 2.0, "converging": 0.4}
_GAP_S = {"zone_heading": 0.5, "running": 0.6, "watching": 0.6, "crowding": 1.0, "converging": 0.3}
"""An interruption that is no longer does not end an event."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that has happened; times are seconds of the scene."""

    kind: str
    begin_s: float
    end_s: float
    tracks: tuple[int, ...]
    rule: str
    """The zone's or line's name, or the kind."""


@dataclass(slots=True)
class _Span:
    begin_s: float
    last_s: float
    tracks: set[int] = field(default_factory=set)


class Spans:
    """Makes what holds at moments into what has happened between two of them.

    Args:
        least_s: by kind, what is shorter did not happen.
        gap_s: by kind, an interruption that is no longer ends nothing.
    """

    def __init__(self, least_s: Mapping[str, float], gap_s: Mapping[str, float]) -> None:
        self._least_s = least_s
        self._gap_s = gap_s
        self._open: dict[Key, _Span] = {}

    def step(
        self, now_s: float, true: Mapping[Key, Sequence[int]], begun_s: Mapping[Key, float] | None = None
    ) -> list[Happening]:
        """What has ended by now.

        Args:
            now_s: the moment.
            true: what holds, as (kind, …) with the tracks; the third part of a key that has one is the rule.
            begun_s: when it began, if not now.
        """
        for key, tracks in true.items():
            span = self._open.setdefault(key, _Span((begun_s or {}).get(key, now_s), now_s))
            span.last_s = now_s
            span.tracks.update(tracks)
        over = [key for key, span in self._open.items() if now_s - span.last_s > self._gap_s.get(str(key[0]), 0.0)]
        return self._closed([key for key in over if key not in true])

    def going_on(self) -> list[Happening]:
        """What has not ended; its end is when it was last seen."""
        return list(self._true(self._open.items()))

    def _closed(self, keys: Iterable[Key]) -> list[Happening]:
        return list(self._true([(key, self._open.pop(key)) for key in keys]))

    def _true(self, spans: Iterable[tuple[Key, _Span]]) -> Iterator[Happening]:
        """What lasted long enough."""
        for key, span in spans:
            kind = str(key[0])
            if span.last_s - span.begin_s >= self._least_s.get(kind, 0.0):
                rule = str(key[2]) if kind.startswith("zone") else kind
                yield Happening(kind, span.begin_s, span.last_s, tuple(sorted(span.tracks)), rule)


class Watch:
    """Sees what happens.

    Args:
        zones: whose entering and heading for is watched.
        lines: whose crossing is watched.
    """

    def __init__(self, zones: Sequence[Zone] = (), lines: Sequence[Line] = ()) -> None:
        self._zones = zones
        self._lines = lines
        self._spans = Spans(_LEAST_S, _GAP_S)
        self._anchors: dict[int, tuple[Floats, float]] = {}
        self._before: dict[int, Floats] = {}

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is seen when it happens."""
        zones = ("zone_entered", "zone_heading") if self._zones else ()
        return _ANYWHERE + zones + (("line_crossed",) if self._lines else ())

    def relations(self, walker: Walker) -> Iterator[ZoneRelation]:
        """How somebody stands to the zones."""
        for zone in self._zones:
            if zone.holds(walker.ground[None])[0]:
                yield ZoneRelation(zone.name, "inside")
            elif _heads_for(walker, zone):
                yield ZoneRelation(zone.name, "heading")

    def step(self, now_s: float, walkers: Sequence[Walker]) -> list[Happening]:
        """What has ended by now."""
        crossed = list(self._crossed(now_s, walkers))
        true = dict(self._true(walkers)) | dict(self._loitering(now_s, walkers))
        begun = {key: self._anchors[tracks[0]][1] for key, tracks in true.items() if key[0] == "loitering"}
        here = {walker.track for walker in walkers}
        self._before = {walker.track: walker.ground.copy() for walker in walkers}
        self._anchors = {track: anchor for track, anchor in self._anchors.items() if track in here}
        return crossed + self._spans.step(now_s, true, begun)

    def going_on(self) -> list[Happening]:
        """What has not ended."""
        return self._spans.going_on()

    def _true(self, walkers: Sequence[Walker]) -> Iterator[tuple[Key, list[int]]]:
        """What holds at this moment."""
        for walker in walkers:
            track = [walker.track]
            for zone in self.relations(walker):
                yield ("zone_entered" if zone.relation == "inside" else "zone_heading", walker.track, zone.name), track
            if walker.state == "running":
                yield ("running", walker.track), track
            if walker.state in ("falling", "lying"):
                yield ("fall", walker.track), track
            if _watches(walker):
                yield ("watching", walker.track), track
        yield from _together(walkers)

    def _loitering(self, now_s: float, walkers: Sequence[Walker]) -> Iterator[tuple[Key, list[int]]]:
        for walker in walkers:
            place, since = self._anchors.get(walker.track, (walker.ground, now_s))
            if np.linalg.norm(walker.ground - place) > LOITERS_CM:
                place, since = walker.ground.copy(), now_s
            self._anchors[walker.track] = (place, since)
            if now_s - since >= LOITERS_S:
                yield ("loitering", walker.track), [walker.track]

    def _crossed(self, now_s: float, walkers: Sequence[Walker]) -> Iterator[Happening]:
        for walker in walkers:
            before = self._before.get(walker.track, walker.ground)
            for line in self._lines:
                if line.crossed(before, walker.ground):
                    yield Happening("line_crossed", now_s, now_s, (walker.track,), line.name)


def _heads_for(walker: Walker, zone: Zone) -> bool:
    speed = walker.speed_cm_s
    return speed > HEADING_CM_S and zone.ahead_cm(walker.ground, walker.velocity / speed) < HEADING_S * speed


def _watches(walker: Walker) -> bool:
    looks = walker.looks if walker.state == "standing" else None
    if looks is None:
        return False
    off = float(seen_angle_deg(walker.ground, looks))
    return min(off, 360 - off) <= WATCHES_DEG


def _together(walkers: Sequence[Walker]) -> Iterator[tuple[Key, list[int]]]:
    if len(walkers) < 2:
        return
    places = np.stack([walker.ground for walker in walkers])
    velocities = np.stack([walker.velocity for walker in walkers])
    between = places[None] - places[:, None]
    distance = np.linalg.norm(between, axis=2)
    near = distance < CROWD_CM
    if near.sum(axis=1).max() >= CROWD:
        crowded = near[near.sum(axis=1) >= CROWD].any(axis=0)
        yield ("crowding",), [walker.track for walker, there in zip(walkers, crowded, strict=True) if there]
    relative = velocities[None] - velocities[:, None]
    speed = np.linalg.norm(relative, axis=2)
    closing = -np.sum(between * relative, axis=2) / np.maximum(distance, 1e-6)
    until = closing * distance / np.maximum(speed**2, 1e-6)
    miss = np.linalg.norm(between + until[..., None] * relative, axis=2)
    meets = (closing > CLOSING_CM_S) & (until < MEETS_S) & (miss < MISSES_CM)
    for first, second in zip(*np.nonzero(np.triu(meets, 1)), strict=True):
        pair = sorted((walkers[first].track, walkers[second].track))
        yield ("converging", *pair), pair
