"""When a pitch is looked for, and what is kept of the looks."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from pipeline.cricket.ball_track import BallTrack
from pipeline.cricket.pitch import PitchSeen
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.watching import PitchWatch, balls_of
from pipeline.data import Crease
from pipeline.geometry.camera import Camera
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.sightings import BallSighting
from pipeline.pictures import Picture, PixelFormat

CAMERA_AT = (50.0, 0.0)
CAMERA = Camera((1280, 720), 3000.0, 3000.0, 640.0, 360.0, 600.0, 9.0)


def seen(bearing_deg: float = 180.0, score: float = 0.5) -> PitchSeen:
    view = PitchView(CAMERA, CAMERA_AT, bearing_deg)
    pitch = FoundPitch(view, np.eye(8), 1.0, stands=True, ends_known=True)
    return PitchSeen(pitch, (Crease("popping", "striker", (0, 0, 1, 1), score),), (), near_striker=0.1)


class Finder:
    """Tells what it was given to tell, the last of it for ever."""

    def __init__(self, *told: PitchSeen) -> None:
        self.told = list(told)
        self.looks = 0

    def find(self, picture: Picture) -> PitchSeen:
        return [found for found in self.parts(picture) if found is not None][-1]

    def parts(self, picture: Picture) -> Iterator[PitchSeen | None]:
        self.looks += 1
        yield None
        yield self.told.pop(0) if len(self.told) > 1 else self.told[0]


def picture(gray: int = 100) -> Picture:
    return Picture(PixelFormat.GRAY8, 1280, 720, (np.full((720, 1280), gray, np.uint8),))


def watched(finder: Finder) -> PitchWatch:
    return PitchWatch(finder)  # pyright: ignore[reportArgumentType]


def test_a_still_camera_is_looked_at_ever_less_often() -> None:
    finder = Finder(seen())
    watch = watched(finder)
    for _ in range(200):
        watch.see(picture())
    assert finder.looks < 10


def test_the_surest_of_the_looks_that_agree_is_kept() -> None:
    finder = Finder(seen(score=0.4), seen(score=0.9), seen(score=0.2))
    watch = watched(finder)
    told = [watch.see(picture()) for _ in range(60)]
    assert told[-1].creases[0].score == 0.9


def test_a_cut_is_looked_at_at_once() -> None:
    finder = Finder(seen(), PitchSeen(None, (), (), 0.4))
    watch = watched(finder)
    watch.see(picture(100))
    assert watch.see(picture(160)).pitch is None


def test_a_camera_that_turns_is_followed_and_somebody_in_the_way_is_not_minded() -> None:
    hidden = PitchSeen(None, (), (), 0.4)
    finder = Finder(seen(), seen(), hidden, seen(bearing_deg=182.0))
    watch = watched(finder)
    told = [watch.see(picture()) for _ in range(60)]
    assert all(each.pitch is not None for each in told)
    assert told[-1].pitch is not None
    assert told[-1].pitch.view.bearing_deg == 182.0


def test_whose_end_is_whose_all_looks_say_together() -> None:
    looks = [seen(), seen(score=0.9).renamed(0.8), seen(), seen()]
    watch = watched(Finder(*looks))
    told = [watch.see(picture()) for _ in range(60)][-1]
    assert told.pitch is not None
    assert told.pitch.ends_known
    assert (told.creases[0].end, told.creases[0].score) == ("striker", 0.9)
    assert told.pitch.view.place_m == CAMERA_AT


def test_a_later_look_is_spread_over_frames_and_does_not_see_what_is_written_over_its_picture() -> None:
    seen_by: list[tuple[int, int]] = []
    at = 0

    class Slow(Finder):
        def parts(self, picture: Picture) -> Iterator[PitchSeen | None]:
            for _ in range(3):
                seen_by.append((at, int(picture.planes[0][0, 0])))
                yield None
            yield self.told[0]

    watch = watched(Slow(seen()))
    memory = picture()
    for at in range(20):
        memory.planes[0][0, 0] = at
        assert watch.see(memory).pitch is not None
    assert seen_by == [(0, 0), (0, 0), (0, 0), (12, 12), (13, 12), (14, 12)]


def test_a_look_beside_the_frames_holds_none_of_them_up() -> None:
    going = threading.Event()

    class Slow(Finder):
        def find(self, picture: Picture) -> PitchSeen:
            assert going.wait(20)
            return super().find(picture)

    finder = Slow(seen())
    watch = PitchWatch(finder, beside=True)  # pyright: ignore[reportArgumentType]
    assert [watch.see(picture()).pitch for _ in range(30)] == [None] * 30
    going.set()
    while watch.see(picture()).pitch is None:
        pass
    watch.close()
    assert finder.looks == 1


def test_the_likelier_of_two_paths_tells_where_the_ball_is() -> None:
    one = BallSighting(3, 0.12, 10.0, 20.0, 4.0, 0.9)
    likely = BallTrack((one,), (), 5.0)
    other = BallTrack((replace(one, x=99.0), replace(one, frame=4, x=50.0)), (), 2.0)
    told = balls_of([likely, other])
    assert (told[3].x, told[4].x) == (10.0, 50.0)


def test_what_goes_along_with_a_likelier_path_is_not_the_ball() -> None:
    flown = tuple(BallSighting(n, n / 25, 10.0 * n, 20.0, 4.0, 0.9) for n in range(10))
    shadow = tuple(replace(each, frame=each.frame + 2, y=80.0) for each in flown)
    told = balls_of([BallTrack(shadow, (), 12.0), BallTrack(flown, (), 20.0)])
    assert {ball.y for ball in told.values()} == {20.0}
    assert sorted(told) == list(range(10))
