"""Pieces of paths put together to what may be one ball's path, and taken apart again where it was out of sight."""

from itertools import pairwise

import numpy as np

from pipeline.cricket.ball_track import BallTrack
from pipeline.perception.sightings import BallSighting

_SHARED = 3
"""Frames that a path and the one it leads to may share at most."""
_BRIDGED_S = 0.32
_REACH_RADII = 50.0
"""For how long a ball may be out of sight, and how far it flies in a frame."""
_HIDDEN_S = 0.13
"""A ball that is out of sight for longer is hidden by somebody."""


def joined(tracks: list[BallTrack]) -> list[tuple[BallSighting, ...]]:
    """Paths of which one may lead to another, as one: a ball leaves the hand, strikes the ground, passes behind
    somebody; whether it flew so is for the fit to say."""
    paths: list[tuple[BallSighting, ...]] = []
    for track in sorted(tracks, key=lambda track: track.sightings[0].frame):
        before = [path for path in paths if _may_lead(path, track)]
        if before:
            longest = max(before, key=len)
            paths.remove(longest)
            paths.append((*_before(longest, track), *track.sightings))
        else:
            paths.append(track.sightings)
    return paths


def _before(path: tuple[BallSighting, ...], track: BallTrack) -> tuple[BallSighting, ...]:
    """The sightings of a path before a track begins: where one gives way to the other both may have a few frames."""
    return tuple(each for each in path if each.frame < track.sightings[0].frame)


def _may_lead(path: tuple[BallSighting, ...], track: BallTrack) -> bool:
    first = track.sightings[0]
    kept = _before(path, track)
    if len(path) - len(kept) > _SHARED or not kept:
        return False
    last = kept[-1]
    gap = first.frame - last.frame
    if first.time_s - last.time_s > _BRIDGED_S:
        return False
    apart = float(np.hypot(first.x - last.x, first.y - last.y))
    return apart <= _REACH_RADII * max(first.radius_px, last.radius_px) * gap


def first_part(path: tuple[BallSighting, ...]) -> tuple[BallSighting, ...]:
    """A path until the ball was first out of sight for a while."""
    for number, (one, other) in enumerate(pairwise(path)):
        if other.time_s - one.time_s > _HIDDEN_S:
            return path[: number + 1]
    return path
