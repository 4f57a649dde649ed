"""A cricket camera's stage of the way of a frame: ball, creases and stumps into the record, deliveries when they end.

What looks at pictures is passed in (`Eyes`), so that everything from there on can be tested without a network.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.cricket.ball_track import ball_tracks
from pipeline.cricket.events import events_of
from pipeline.cricket.finder import DeliveryFinder, Found, feet_of
from pipeline.cricket.glance import Glance
from pipeline.cricket.pitch import PitchFinder, PitchSeen
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.telling import tell
from pipeline.cricket.watching import PitchWatch
from pipeline.data import Ball, Crease, Delivery, Event, FrameRecord, Stumps
from pipeline.ids import new_id
from pipeline.perception.ball import BallNetwork
from pipeline.perception.pitch import PitchNetwork
from pipeline.perception.pitch_ends import EndsNetwork
from pipeline.perception.sightings import BallSighting
from pipeline.pictures import Picture

_REMEMBERED = 400
"""Frames whose wall clock is known: more than a delivery lasts at 60 frames a second."""
_TRACKED = 10
"""Frames whose sightings say which of the newest is the ball."""


class Eyes(Protocol):
    """What looks at one cricket camera's pictures, in their order."""

    def pitch(self, picture: Picture) -> PitchSeen:
        """Where the pitch is in the next picture."""
        ...

    def balls(self, picture: Picture, frame: int, time_s: float) -> Sequence[BallSighting]:
        """What may be the ball in it."""
        ...

    def close(self) -> None:
        """Let go of the networks."""


class Networks:
    """The eyes that Sightline has: its networks of a pitch's marks and of the ball.

    Raises:
        ModelError: their weights are not here, or are not what they should be.
    """

    def __init__(self) -> None:
        self._marks = PitchNetwork()
        self._ends = EndsNetwork()
        self._watch = PitchWatch(PitchFinder(self._marks, self._ends))
        self._ball: tuple[tuple[int, int], BallNetwork] | None = None
        self._pitch: FoundPitch | None = None

    def pitch(self, picture: Picture) -> PitchSeen:
        seen = self._watch.see(picture)
        self._pitch = seen.pitch
        return seen

    def balls(self, picture: Picture, frame: int, time_s: float) -> Sequence[BallSighting]:
        if self._ball is None or self._ball[0] != picture.size:
            if self._ball is not None:
                self._ball[1].close()
            self._ball = picture.size, BallNetwork(picture.size, newest=True)
        largest_px = None if self._pitch is None else self._pitch.view.largest_ball_px
        return self._ball[1].look(picture, frame, time_s, largest_px)

    def close(self) -> None:
        self._marks.close()
        self._ends.close()
        if self._ball is not None:
            self._ball[1].close()


@dataclass(frozen=True, slots=True)
class Cricket:
    """What cricket adds to the record of a frame, and the deliveries that it ended."""

    ball: Ball | None
    creases: tuple[Crease, ...]
    stumps: tuple[Stumps, ...]
    ended: tuple["Ended", ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """A delivery, and the revisions of its event."""

    delivery: Delivery
    events: tuple[Event, ...]


class CricketStage:
    """Watches one camera.

    Args:
        camera: its name.
        run: that its events name.
        eyes: what looks at its pictures.
    """

    def __init__(self, camera: str, run: str, eyes: Eyes) -> None:
        self._run = run
        self._clock: deque[tuple[int, str]] = deque(maxlen=_REMEMBERED)
        self._camera = camera
        self._eyes = eyes
        self._finder = DeliveryFinder()
        self._recent: deque[Sequence[BallSighting]] = deque(maxlen=_TRACKED)

    def see(self, picture: Picture, record: FrameRecord) -> Cricket:
        """Look at the next frame, whose record has its people."""
        frame, time_s = record.frame, record.pts_ms / 1e3
        self._clock.append((frame, record.captured_at))
        seen = self._eyes.pitch(picture)
        # Without a pitch no ball is told, so none is looked for.
        balls = tuple(self._eyes.balls(picture, frame, time_s)) if seen.pitch is not None else ()
        self._recent.append(balls)
        found = self._finder.see(Glance(frame, time_s, seen.pitch, balls, record.people, seen.creases))
        ball = _ball_of(self._recent, frame) if seen.pitch is not None else None
        return Cricket(ball, seen.creases, seen.stumps, tuple(map(self._told, found)))

    def rest(self) -> tuple[Ended, ...]:
        """Nothing comes any more, for now: the deliveries that ended with the last frame."""
        self._recent.clear()
        return tuple(map(self._told, self._finder.finish()))

    def close(self) -> None:
        """Let go of the networks."""
        self._eyes.close()

    def _told(self, found: Found) -> Ended:
        delivery = tell(found, new_id(), self._camera, feet_of(found))
        return Ended(delivery, tuple(events_of(delivery, self._run, self._captured_at)))

    def _captured_at(self, frame: int) -> str:
        """The wall clock of the frame that is nearest to one."""
        return min(self._clock, key=lambda known: abs(known[0] - frame))[1]


def _ball_of(recent: Sequence[Sequence[BallSighting]], frame: int) -> Ball | None:
    """The ball in the newest frame: the sighting of the likeliest path that leads there."""
    for track in ball_tracks(recent):
        last = track.sightings[-1]
        if last.frame == frame and last.score > 0:
            return Ball(round(last.x, 2), round(last.y, 2), round(last.radius_px, 2), round(last.score, 3))
    return None
