"""A cricket camera's frames: looked at as they come, told of a few frames later."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.cricket.pitch import PitchSeen
from pipeline.cricket.sightings import FoundPitch
from pipeline.cricket.stage import LAG, CricketStage
from pipeline.data import FrameRecord
from pipeline.geometry.camera import Camera
from pipeline.geometry.pitch_view import PitchView
from pipeline.perception.sightings import BallSighting
from pipeline.pictures import Picture, PixelFormat, Pixels

SIZE = (1280, 720)
VIEW = PitchView(Camera(SIZE, 3000.0, 3000.0, 640.0, 360.0, 600.0, 9.0), (50.0, 0.0), 180.0)
PICTURE = Picture(PixelFormat.GRAY8, *SIZE, (np.zeros((720, 1280), np.uint8),))


class Eyes:
    """Sees a ball that flies over the picture, in each frame as soon as the one after it has come."""

    def __init__(self, pitch: bool = True) -> None:
        self._pitch = FoundPitch(VIEW, np.eye(8), 1.0, stands=True, ends_known=True) if pitch else None
        self.closed = False

    def pitch(self, _picture: Picture) -> PitchSeen:
        return PitchSeen(self._pitch, (), (), 0.5)

    def balls(self, _picture: Picture, frame: int, time_s: float) -> Sequence[BallSighting]:
        if frame == 0:
            return ()
        return (BallSighting(frame - 1, time_s - 0.04, 100.0 + 20 * (frame - 1), 300.0, 3.0, 0.9),)

    def heels(self, cuts: Sequence[Pixels]) -> npt.NDArray[np.float64]:
        raise AssertionError

    def close(self) -> None:
        self.closed = True


def record(frame: int) -> FrameRecord:
    return FrameRecord("r", "wicket", frame, 40.0 * frame, "2026-01-01T00:00:00.000Z", SIZE, {}, ())


def looked_at(stage: CricketStage, frames: int) -> None:
    for frame in range(frames):
        stage.look(PICTURE, frame, frame / 25)
    while stage.looking():
        pass


def test_a_balls_first_frame_is_told_when_later_ones_show_its_path() -> None:
    stage = CricketStage("wicket", "r", Eyes(), lambda: None)
    looked_at(stage, LAG + 3)
    stage.tell_balls()
    assert [stage.knows(frame) for frame in range(4)] == [True, True, True, False]
    told = [stage.see(record(frame)).ball for frame in range(3)]
    assert [ball and (ball.x, ball.y) for ball in told] == [(100.0, 300.0), (120.0, 300.0), (140.0, 300.0)]
    stage.close()


def test_where_no_frame_comes_any_more_those_that_wait_are_told_of() -> None:
    eyes, woken = Eyes(), []
    stage = CricketStage("wicket", "r", eyes, lambda: woken.append(True))
    looked_at(stage, 8)
    stage.tell_balls(wait=False)
    assert stage.knows(7)
    told = [stage.see(record(frame)).ball for frame in range(8)]
    # Nothing has been told of the last: a ball is seen with the frame after its own.
    assert [ball is not None for ball in told] == [True] * 7 + [False]
    assert stage.rest() == ()
    stage.close()
    assert (len(woken), eyes.closed) == (8, True)


def test_without_a_pitch_no_ball_is_looked_for() -> None:
    class Strict(Eyes):
        def balls(self, _picture: Picture, frame: int, time_s: float) -> Sequence[BallSighting]:
            raise AssertionError

    stage = CricketStage("wicket", "r", Strict(pitch=False), lambda: None)
    looked_at(stage, 3)
    stage.tell_balls(wait=False)
    assert [stage.see(record(frame)).ball for frame in range(3)] == [None] * 3
    stage.close()


def test_a_look_that_fails_is_not_passed_over() -> None:
    class Broken(Eyes):
        def pitch(self, _picture: Picture) -> PitchSeen:
            raise RuntimeError("no network")

    stage = CricketStage("wicket", "r", Broken(), lambda: None)
    with pytest.raises(RuntimeError, match="no network"):
        looked_at(stage, 1)
    stage.close()


@pytest.mark.parametrize("turned", [False, True])
def test_balls_fly_in_a_part_of_the_picture_whichever_end_is_whose(turned: bool) -> None:
    view = VIEW.from_other_end() if turned else VIEW
    left, top, right, bottom = view.flights_px
    assert 0 < left < 640 < right < 1280
    assert 0 <= top < bottom <= 720
    away = replace(VIEW, bearing_deg=0.0)
    assert away.flights_px == (0.0, 0.0, 1280.0, 720.0)
