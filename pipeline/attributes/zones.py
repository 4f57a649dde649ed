"""Who is inside of a zone, and who heads for one: filled into `Person.zones`.

Inside is where somebody stands: on the ground where the camera is known, else by the feet in the picture. Heading is a
forecast, made before: the probability of being inside within the zone's time (`entering`). Both have a memory, so that
somebody on the edge, or a forecast near its threshold, does not flicker.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.attributes.entering import Motion, entry_probability
from pipeline.attributes.feet import Feet, Steps
from pipeline.attributes.marks import Area
from pipeline.data import Person, ZoneRelation
from pipeline.geometry.angles import seen_direction
from pipeline.geometry.polygons import edge_distance

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_MARGIN_CM, _MARGIN_HEIGHTS = 12.0, 0.04
"""So far beyond the edge somebody has certainly come in or gone out; between, what was true stays true."""
_INSIDE_AFTER_S = 0.25
"""Somebody within the margin has come in if that lasts."""
_KEEPS_S = 0.6
"""Somebody whose place is not known, or who is not seen, stays where they were for so long."""
_HEADS_AFTER_S, _HEADS_UNTIL_S = 0.2, 0.4
"""A forecast is told when it has held for so long, and taken back when it has not for so long."""
_TAKEN_BACK = 0.6
"""Share of a zone's probability below which a forecast no longer holds."""
_WALKS_CM_S, _WALKS_HEIGHTS_S = 30.0, 0.2
"""Who is slower heads nowhere; in the picture, in heights of the person."""
_SPEED_STD_CM_S, _SPEED_STD_SHARE = 10.0, 0.12
"""How far a speed on the ground is from that of the seconds to come."""
_LATERAL_STD = 0.015
"""Deviation of a place across the line of sight as a share of the distance: a foot's width in the picture."""
_FORGET_S = 5.0


@dataclass(slots=True)
class _State:
    """What is known of a track and a zone; times are the frames' seconds, None where it is not so."""

    inside: bool = False
    within_since: float | None = None
    placed_at: float = 0.0
    heading: bool = False
    probable_since: float | None = None
    improbable_since: float | None = None
    seen_at: float = 0.0


@dataclass(frozen=True, slots=True)
class _Plane:
    """How people stand in a plane: their motion, margins (N,) in its unit, who has a place (N,) and who walks (N,)."""

    motion: Motion
    margins: Floats
    placed: Bools
    walking: Bools


@dataclass(slots=True)
class Zones:
    """The zones of one camera, over time."""

    _feet: Feet = field(default_factory=Feet)
    _states: dict[tuple[int, str], _State] = field(default_factory=dict)

    def update(
        self, areas: Sequence[Area], people: Sequence[Person], seconds: float, size: tuple[int, int]
    ) -> list[tuple[ZoneRelation, ...]]:
        """How each of the people of a frame stands to the zones.

        Args:
            areas: the zones, as they lie for this frame.
            people: with their places and headings, where they are known.
            seconds: the frame's PTS.
            size: of its picture, (width, height) in pixels.
        """
        found: list[list[ZoneRelation]] = [[] for _ in people]
        planes = {}
        for area in areas:
            if area.plane not in planes:
                steps = self._feet.update(people, seconds, size) if area.plane == "picture" else None
                planes[area.plane] = _on_ground(people) if steps is None else _in_picture(steps)
            plane: _Plane = planes[area.plane]
            distances = edge_distance(area.corners, plane.motion.places) if people else np.empty(0)
            chances = _chances(area, plane, distances)
            for index, person in enumerate(people):
                state = self._states.setdefault((person.track, area.name), _State(placed_at=seconds))
                placed = bool(plane.placed[index])
                _stands(state, seconds, float(distances[index]) if placed else None, float(plane.margins[index]))
                _heads(state, seconds, float(chances[index]), area.config.probability)
                state.seen_at = seconds
                if state.inside:
                    found[index].append(ZoneRelation(area.name, "inside"))
                elif state.heading:
                    found[index].append(ZoneRelation(area.name, "heading"))
        for key in [key for key, state in self._states.items() if seconds - state.seen_at > _FORGET_S]:
            del self._states[key]
        return [tuple(relations) for relations in found]


def _chances(area: Area, plane: _Plane, distances: Floats) -> Floats:
    """The probability (N,) of each to be inside in time; who is inside, stands, or is too far has none."""
    within_s = area.config.within_s
    chances = np.zeros(len(distances))
    possible = plane.walking & (distances <= 0) & (-distances < plane.motion.farthest(within_s))
    if possible.any():
        chances[possible] = entry_probability(area.corners, plane.motion.of(possible), within_s)
    return chances


def _stands(state: _State, now: float, distance: float | None, margin: float) -> None:
    """`distance` is positive inside; None where somebody's place is not known."""
    if distance is None:
        if now - state.placed_at > _KEEPS_S:
            state.inside, state.within_since = False, None
        return
    state.placed_at = now
    if distance <= 0:
        state.within_since = None
        state.inside = state.inside and distance > -margin
        return
    if state.within_since is None:
        state.within_since = now
    state.inside = state.inside or distance > margin or now - state.within_since >= _INSIDE_AFTER_S


def _heads(state: _State, now: float, chance: float, least: float) -> None:
    if chance >= least and not state.inside:
        state.improbable_since = None
        if state.probable_since is None:
            state.probable_since = now
        state.heading = state.heading or now - state.probable_since >= _HEADS_AFTER_S
    elif chance < _TAKEN_BACK * least or state.inside:
        state.probable_since = None
        if state.improbable_since is None:
            state.improbable_since = now
        over = state.inside or now - state.improbable_since >= _HEADS_UNTIL_S
        state.heading = state.heading and not over
    else:
        state.improbable_since = None
        if not state.heading:
            state.probable_since = None


def _on_ground(people: Sequence[Person]) -> _Plane:
    """From the people's own attributes, in centimetres."""
    placed = np.array([person.ground_cm is not None for person in people], bool)
    places = np.array([person.ground_cm or (0.0, 0.0) for person in people], float).reshape(-1, 2)
    far = np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1.0)
    walking = np.array(
        [(person.speed_cm_s or 0) > _WALKS_CM_S and person.heading_deg is not None for person in people], bool
    )
    turns = np.radians([person.heading_deg or 0.0 for person in people])
    turn_stds = np.radians([person.heading_std_deg or 0.0 for person in people])
    speeds = np.array([person.speed_cm_s or 0.0 for person in people])
    deep = np.array([person.distance_std_cm or 0.0 for person in people])
    sine, cosine = np.sin(turns), np.cos(turns)
    directions = seen_direction(places, turns)
    wide = _LATERAL_STD * far[:, 0]
    along, across = np.hypot(cosine * deep, sine * wide), np.hypot(sine * deep, cosine * wide)
    speed_stds = np.hypot(_SPEED_STD_CM_S, _SPEED_STD_SHARE * speeds)
    motion = Motion(places, directions, turn_stds, speeds, speed_stds, along, across)
    return _Plane(motion, np.full(len(people), _MARGIN_CM), placed, walking & placed)


def _in_picture(steps: Steps) -> _Plane:
    """From the way of the feet in the picture, in pixels."""
    speeds = np.linalg.norm(steps.velocities, axis=1)
    safe = np.maximum(speeds, 1e-6)
    directions = np.where(speeds[:, None] > 1e-6, steps.velocities / safe[:, None], (1.0, 0.0))
    # Beyond half a turn a direction is not known at all.
    turn_stds = np.minimum(steps.velocity_stds / safe, np.pi)
    speed_stds = np.hypot(steps.velocity_stds, _SPEED_STD_SHARE * speeds)
    walking = steps.known & (speeds > _WALKS_HEIGHTS_S * steps.heights)
    motion = Motion(steps.places, directions, turn_stds, speeds, speed_stds, steps.place_stds, steps.place_stds)
    return _Plane(motion, _MARGIN_HEIGHTS * steps.heights, steps.known, walking)
