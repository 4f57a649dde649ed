"""A cricket camera's stage of the way of a frame: ball, creases and stumps into the record, deliveries when they end.

What looks at pictures is passed in (`Eyes`), so that everything from there on can be tested without a network. It does
so on a thread of its own, beside all else that is done with frames; live, deliveries are made out on another, so that
no frame waits for a flight.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from pipeline.cricket.ball_track import BallPaths
from pipeline.cricket.crease_cut import CreaseCut, crease_cut
from pipeline.cricket.events import events_of
from pipeline.cricket.finder import DeliveryFinder, Found
from pipeline.cricket.glance import Glance
from pipeline.cricket.heel import LookAtHeels
from pipeline.cricket.pitch import PitchFinder, PitchSeen
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.telling import tell
from pipeline.cricket.watching import PitchWatch, balls_of
from pipeline.data import Ball, Crease, Delivery, Event, Foot, FrameRecord, Stumps
from pipeline.ids import new_id
from pipeline.perception.ball import LATE, BallNetwork
from pipeline.perception.heels import HeelNetwork
from pipeline.perception.pitch import PitchNetwork
from pipeline.perception.pitch_ends import EndsNetwork
from pipeline.perception.sightings import BallSighting
from pipeline.pictures import Picture

_REMEMBERED = 400
"""Frames whose wall clock is known: more than a delivery lasts at 60 frames a second."""
_BEFORE, _AFTER = 9, 4
"""Frames before and after one, at least, whose sightings say which of its own is the ball. On simulated deliveries
recall is 0.60 with one frame after it, 0.75 with three, 0.815 with five, 0.84 with all, and precision the same."""
_TOGETHER = 3
"""Frames whose balls are told at a time, of the same paths: searching for these is what costs."""
LAG = _AFTER + LATE + _TOGETHER - 1
"""Frames that come before a frame's ball is known, at most: what may be the ball in one is itself told `LATE`."""


class Eyes(Protocol):
    """What looks at one cricket camera's pictures, in their order."""

    def pitch(self, picture: Picture) -> PitchSeen:
        """Where the pitch is in the next picture."""
        ...

    def balls(self, picture: Picture, frame: int, time_s: float) -> Sequence[BallSighting]:
        """What may be the ball in the one `LATE` frames before it."""
        ...

    @property
    def heels(self) -> LookAtHeels:
        """Where the heel is in pictures of a front foot; asked on a thread of its own."""
        ...

    def close(self) -> None:
        """Let go of the networks."""


class Networks:
    """The eyes that Sightline has: its networks of a pitch's marks and of the ball.

    Args:
        in_haste: look for the pitch beside the frames, and for the ball only where it flies from hand to keeper,
            which takes half as long where that is half of the picture; a ball that was struck is not followed out of
            it.

    Raises:
        ModelError: their weights are not here, or are not what they should be.
    """

    def __init__(self, in_haste: bool = False) -> None:
        self._in_haste = in_haste
        self._expected: tuple[float | None, tuple[float, float, float, float] | None] = (None, None)
        """The largest ball's radius, and the part of the picture that is looked at, for `_pitch`."""
        self._marks = PitchNetwork()
        self._ends = EndsNetwork()
        self.heels = HeelNetwork()
        self._watch = PitchWatch(PitchFinder(self._marks, self._ends), beside=in_haste)
        self._ball: tuple[tuple[int, int], BallNetwork] | None = None
        self._pitch: FoundPitch | None = None

    def pitch(self, picture: Picture) -> PitchSeen:
        seen = self._watch.see(picture)
        if seen.pitch is not self._pitch:
            self._pitch = seen.pitch
            self._expected = (None, None)
            if seen.pitch is not None:
                view = seen.pitch.view
                self._expected = view.largest_ball_px, view.flights_px if self._in_haste else None
        return seen

    def balls(self, picture: Picture, frame: int, time_s: float) -> Sequence[BallSighting]:
        if self._ball is None or self._ball[0] != picture.size:
            if self._ball is not None:
                self._ball[1].close()
            self._ball = picture.size, BallNetwork(picture.size)
        return self._ball[1].look(picture, frame, time_s, *self._expected)

    def close(self) -> None:
        self._watch.close()
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
    took_ms: float
    """What looking at the frame took."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A delivery, and the revisions of its event."""

    delivery: Delivery
    events: tuple[Event, ...]
    cuts: dict[Foot, CreaseCut]
    """What shows where its feet landed."""


@dataclass(slots=True)
class _Look:
    frame: int
    time_s: float
    seen: PitchSeen
    of_earlier: Sequence[BallSighting]
    """What may be the ball in the one `LATE` frames before."""
    kept: CreaseCut | None
    took_ms: float
    balls: Sequence[BallSighting] = ()
    ball: Ball | None = None


class CricketStage:
    """Watches one camera: looks at a frame as soon as it comes, and says what was in it when its people are known and a
    few frames after it have been looked at. Not for several threads.

    Args:
        camera: its name.
        run: that its events name.
        eyes: what looks at its pictures, on another thread.
        on_done: called on that thread when a look is done.
        in_haste: tell a delivery some frames late, if making it out takes that long, rather than have them wait.
    """

    def __init__(self, camera: str, run: str, eyes: Eyes, on_done: Callable[[], None], in_haste: bool = False) -> None:
        self._run = run
        self._clock: deque[tuple[int, str]] = deque(maxlen=_REMEMBERED)
        self._camera = camera
        self._eyes = eyes
        self._on_done = on_done
        self._thread = ThreadPoolExecutor(1, f"cricket {camera}")
        self._looking: deque[Future[_Look]] = deque()
        self._paths = BallPaths()
        self._finder = DeliveryFinder(eyes.heels)
        self._in_haste = in_haste
        self._finding = ThreadPoolExecutor(1, f"deliveries {camera}")
        self._sought: deque[Future[list[Found]]] = deque()
        self._looks: deque[_Look] = deque()
        self._open = 0
        """How many of the newest looks do not yet say where the ball is."""

    def look(self, picture: Picture, frame: int, time_s: float) -> None:
        """Start to look at the next frame, as soon as those before it are done with.

        Args:
            picture: of the frame, which must stay as it is until the frame has been seen.
            frame: its number.
            time_s: its PTS.
        """
        look = self._thread.submit(self._look, picture, frame, time_s)
        self._looking.append(look)
        look.add_done_callback(lambda _: self._on_done())

    def looking(self) -> int:
        """How many frames are still being looked at; takes what was seen in those that are done.

        Raises:
            EngineError: a network failed.
        """
        while self._looking and self._looking[0].done():
            look = self._looking.popleft().result()
            self._looks.append(look)
            self._open += 1
            self._paths.add(look.of_earlier)
            for before in reversed(self._looks) if look.of_earlier else ():
                if before.frame == look.of_earlier[0].frame:
                    before.balls = look.of_earlier
                    break
        return len(self._looking)

    def tell_balls(self, wait: bool = True) -> None:
        """Say where the ball was in frames after which enough others have been looked at; or in all, where no frame
        comes for now that it would be worth to `wait` for."""
        while self._open > (LAG if wait else 0):
            self._tell_some()

    def knows(self, frame: int) -> bool:
        """Whether it is known where the ball of a frame is that has been looked at."""
        return self._open < len(self._looks) and self._looks[-1 - self._open].frame >= frame

    def see(self, record: FrameRecord) -> Cricket:
        """What was in the oldest frame of which it has not been said, whose ball is known and whose record has its
        people."""
        while self._looks[0].frame < record.frame - _BEFORE:
            self._looks.popleft()
        look = next(look for look in self._looks if look.frame == record.frame)
        self._clock.append((look.frame, record.captured_at))
        glance = Glance(
            look.frame, look.time_s, look.seen.pitch, tuple(look.balls), record.people, look.seen.creases, look.kept
        )
        self._sought.append(self._finding.submit(self._finder.see, glance))
        ended = self._ended(wait=not self._in_haste)
        return Cricket(look.ball, look.seen.creases, look.seen.stumps, ended, look.took_ms)

    def rest(self) -> tuple[Ended, ...]:
        """Nothing comes any more, for now: the deliveries that ended with the last frame."""
        self._looks.clear()
        self._open = 0
        self._paths = BallPaths()
        self._sought.append(self._finding.submit(self._finder.finish))
        return self._ended(wait=True)

    def _ended(self, wait: bool) -> tuple[Ended, ...]:
        """The deliveries that have been made out since the last time."""
        ended: list[Ended] = []
        while self._sought and (wait or self._sought[0].done()):
            ended += [self._told(found) for found in self._sought.popleft().result()]
        return tuple(ended)

    def _tell_some(self) -> None:
        at = len(self._looks) - self._open
        told = min(self._open, _TOGETHER)
        self._open -= told
        self._paths.forget(self._looks[max(0, at - _BEFORE)].frame)
        balls = balls_of(self._paths.tracks())
        for look in islice(self._looks, at, at + told):
            look.ball = None if look.seen.pitch is None else balls.get(look.frame)

    def close(self) -> None:
        """Wait for what is being looked at, and let go of the networks."""
        self._thread.shutdown()
        self._finding.shutdown()
        self._eyes.close()

    def _look(self, picture: Picture, frame: int, time_s: float) -> _Look:
        begin = time.monotonic()
        seen = self._eyes.pitch(picture)
        # Without a pitch no ball is told, so none is looked for.
        balls = () if seen.pitch is None else self._eyes.balls(picture, frame, time_s)
        kept = None if seen.pitch is None else crease_cut(picture, seen.pitch.view)
        return _Look(frame, time_s, seen, balls, kept, (time.monotonic() - begin) * 1e3)

    def _told(self, found: Found) -> Ended:
        delivery = tell(found, new_id(), self._camera)
        kept: dict[int | None, CreaseCut] = {each.frame: each.kept for each in found.glances if each.kept is not None}
        cuts: dict[Foot, CreaseCut] = {
            foot: kept[landing.frame] for foot, landing in delivery.feet.items() if landing.frame in kept
        }
        return Ended(delivery, tuple(events_of(delivery, self._run, self._captured_at)), cuts)

    def _captured_at(self, frame: int) -> str:
        """The wall clock of the frame that is nearest to one."""
        return min(self._clock, key=lambda known: abs(known[0] - frame))[1]
