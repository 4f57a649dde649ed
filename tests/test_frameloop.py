"""Cameras that go while their frames are on their way."""

from dataclasses import dataclass, field

import numpy as np

from pipeline.capture.intake import Arrival, CameraRemoved, SourceOpened
from pipeline.config import Deployment
from pipeline.frameloop import FrameLoop
from pipeline.pictures import Frame, Picture, PixelFormat


@dataclass
class Happenings:
    """An intake that says what a test wants."""

    waiting: list = field(default_factory=list)

    def wake_on(self, _descriptor: int) -> None:
        return

    def poll(self, _timeout: float):
        said, self.waiting = self.waiting, []
        return iter(said)


@dataclass
class Busy:
    """A network that never gets done."""

    ready_fd: int = -1
    room: int = 1
    tokens: list = field(default_factory=list)

    @property
    def has_room(self) -> bool:
        return len(self.tokens) < self.room

    def submit(self, token, _picture) -> None:
        self.tokens.append(token)

    def collect(self):
        return []


class Quiet:
    """A sink that notes which cameras it hears of."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def __getattr__(self, name: str):
        return lambda *args: self.heard.append(name) if name != "idle" else None


def test_a_camera_that_is_removed_takes_its_frames_with_it():
    released: list[int] = []
    picture = Picture.packed(PixelFormat.GRAY8, 4, 4, np.zeros(16, np.uint8))

    def arrival(index: int) -> Arrival:
        frame = Frame("gate", index, index * 40.0, 0.0, 1e12, 0.0, picture)
        return Arrival(frame, True, lambda: released.append(index))

    intake, sink = Happenings(), Quiet()
    loop = FrameLoop("r", Deployment(), intake, Busy(), sink)
    intake.waiting = [SourceOpened("gate", "rtsp://cam", True, 25.0, None, (4, 4)), arrival(0), arrival(1), arrival(2)]
    loop.step()
    intake.waiting = [CameraRemoved("gate"), arrival(3)]
    loop.step()
    loop.step()
    # The first is with the network, which gives it back when it is done with it.
    assert sorted(released) == [1, 2, 3]
    assert sink.heard == ["opened", "removed"]
