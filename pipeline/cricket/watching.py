"""A cricket camera watched frame by frame: where its pitch is, and where its ball flew.

A pitch is looked for now and then, and at once where the picture changes all over, as by a cut: of a camera that stands
still the surest look is kept, and one that has moved is seen anew. Whose end is whose all looks say together. A look is
spread over a few frames where something is known already, so that none of them waits for all of it; live, it is made on
a thread beside them, so that no frame waits at all.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.cricket.ball_track import BallTrack
from pipeline.cricket.pitch import PitchFinder, PitchSeen, luma_of
from pipeline.cricket.sightings import FoundPitch
from pipeline.data import Ball
from pipeline.geometry.pitch_marks import MARKS_M, near_end, turned
from pipeline.pictures import Picture, Pixels

Floats = npt.NDArray[np.float64]
_EVERY = 12
"""Frames from one look to the next, until the pitch is known well, …"""
_SETTLED = 50
"""… and from then on."""
_LOOKS = 4
"""How many looks that agree make it known well."""
_REMEMBERED = 20
"""So many looks say whose end is whose. They see the same people: n of them count as the square root of n."""
_SAME_PX = 0.006
"""How far marks may differ from one look to the next where the camera stands still, in widths of the picture."""
_CUT = 18.0
"""By how much gray values change on average over a cut."""
_THUMBNAIL = (64, 36)
_NOTHING = PitchSeen(None, (), (), 0.5)
"""Before the first look is made."""


class PitchWatch:
    """Where a camera's pitch is.

    Args:
        finder: what finds it in a picture.
        beside: whether looks are made on a thread of their own: what they find is then known some frames later.
    """

    def __init__(self, finder: PitchFinder, beside: bool = False) -> None:
        self._finder = finder
        self._thread = ThreadPoolExecutor(1, "pitch") if beside else None
        self._held: PitchSeen | None = None
        self._looking: Iterator[PitchSeen | None] | None = None
        self._odds: list[float] = []
        self._agreed = 0
        self._wait = 0
        self._small: Pixels | None = None

    def see(self, picture: Picture) -> PitchSeen:
        """What is known of the pitch in the next picture."""
        small = np.asarray(cv2.resize(luma_of(picture), _THUMBNAIL, interpolation=cv2.INTER_AREA), np.uint8)
        cut = self._small is None or float(np.abs(small.astype(int) - self._small).mean()) > _CUT
        self._small = small
        if cut:
            self._held, self._looking, self._agreed, self._wait = None, None, 0, 0
        self._wait -= 1
        if self._wait < 0:
            self._look(picture)
        return self._held or _NOTHING

    def close(self) -> None:
        """Wait for a look that is being made."""
        if self._thread is not None:
            self._thread.shutdown()

    def _look(self, picture: Picture) -> None:
        """A part of a look, or all of it where nothing is known yet."""
        if self._looking is None:
            # What a camera sends next may be written over this picture.
            picture = replace(picture, planes=tuple(plane.copy() for plane in picture.planes))
            self._looking = (
                self._finder.parts(picture) if self._thread is None else _made(self._thread, self._finder, picture)
            )
        found = next(self._looking)
        while found is None and self._held is None and self._thread is None:
            found = next(self._looking)
        if found is not None:
            self._looking = None
            self._take(found)

    def _take(self, found: PitchSeen) -> None:
        held = self._held
        if held is None or held.pitch is None or found.pitch is None or not _agree(held, found):
            # A camera that has moved shows its pitch elsewhere; a look that finds none is somebody in the way.
            keeps = held is not None and held.pitch is not None and found.pitch is None and self._agreed > 0
            self._agreed = self._agreed - 1 if keeps else 0
            if not keeps:
                self._held, self._odds = found, [_odds(found)]
        else:
            self._agreed = min(self._agreed + 1, _LOOKS)
            self._odds = [*self._odds, _odds(found)][-_REMEMBERED:]
            striker = 1 / (1 + np.exp(-np.sum(self._odds) / np.sqrt(len(self._odds))))
            self._held = max(held, found, key=_sureness).renamed(float(striker))
        self._wait = (_SETTLED if self._agreed >= _LOOKS else _EVERY) - 1


def _made(thread: ThreadPoolExecutor, finder: PitchFinder, picture: Picture) -> Iterator[PitchSeen | None]:
    """A look made on a thread: None until it is done."""
    look = thread.submit(finder.find, picture)
    while not look.done():
        yield None
    yield look.result()


def _agree(one: PitchSeen, other: PitchSeen) -> bool:
    assert one.pitch is not None
    assert other.pitch is not None
    width, height = one.pitch.view.camera.size
    first, second = (_marks(seen.pitch) for seen in (one, other) if seen.pitch is not None)
    inside = ((first >= 0) & (first <= (width, height))).all(axis=1)
    return bool(inside.any()) and float(np.linalg.norm(first - second, axis=1)[inside].mean()) <= _SAME_PX * width


def _marks(pitch: FoundPitch) -> Floats:
    """Where the marks of the near and the far end are, whosever they are."""
    near = near_end(pitch.view.place_m[0])
    return pitch.view.project(MARKS_M if near == "striker" else turned(MARKS_M))[0]


def _odds(seen: PitchSeen) -> float:
    """The logarithm of the odds that the near end is the striker's."""
    striker = float(np.clip(seen.near_striker, 0.01, 0.99))
    return float(np.log(striker / (1 - striker)))


def _sureness(seen: PitchSeen) -> float:
    return sum(crease.score for crease in seen.creases) + sum(stumps.score for stumps in seen.stumps)


def balls_of(tracks: Iterable[BallTrack]) -> dict[int, Ball]:
    """The ball in each frame that a path leads through. There is one ball: what goes along with a likelier path for
    most of its way is that one's shadow, or nothing."""
    told: dict[int, Ball] = {}
    for track in sorted(tracks, key=lambda track: -track.score):
        own = [each for each in track.sightings if each.frame not in told]
        if 2 * len(own) < len(track.sightings):
            continue
        for each in own:
            told[each.frame] = Ball(round(each.x, 2), round(each.y, 2), round(each.radius_px, 2), round(each.score, 3))
    return told
