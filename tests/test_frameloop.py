"""Frames on their way: of cameras that go meanwhile, and those that the network looks at again."""

import time
from dataclasses import dataclass, field

import numpy as np
import pytest

from pipeline.capture.intake import Arrival, CameraRemoved, SourceOpened
from pipeline.capture.link import State
from pipeline.config import Deployment
from pipeline.cricket.stage import LAG, Cricket, Ended
from pipeline.data import Delivery, DeliveryFrames, Event, FootLanding, FrameRecord
from pipeline.frameloop import FrameLoop
from pipeline.perception.detections import Detections
from pipeline.perception.detector import Found
from pipeline.pictures import Frame, Picture, PixelFormat
from pipeline.status import CameraState
from tests.cricket.test_delivery_files import cut_of


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


@dataclass
class Forgetful:
    """A network that finds one person, but for one frame only at the second look."""

    ready_fd: int = -1
    small_size: tuple[int, int] | None = (256, 192)
    has_room: bool = True
    forgets: int = 5
    looks: list = field(default_factory=list)
    done: list = field(default_factory=list)

    def submit(self, token, _picture) -> None:
        x = 10.0 * token.arrival.frame.index
        one = Detections(
            np.array([(300 + x, 100, 340 + x, 220)], np.float32),
            np.ones(1, np.float32),
            np.zeros((1, 17, 3), np.float32),
        )
        forgot = token.arrival.frame.index == self.forgets
        self.done.append(Found(token, Detections.none() if forgot else one, 0.0, (one,), ()))

    def look_again(self, found, _picture, regions) -> None:
        self.looks.append((found.token.arrival.frame.index, regions))
        self.done.append(Found(found.token, found.parts[0], 0.0, found.parts, ()))

    def collect(self):
        done, self.done = self.done, []
        return iter(done)


class Records(Quiet):
    """A sink that keeps records and events."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list = []
        self.events: list[Event] = []
        self.pictures: list[Picture | None] = []

    def happened(self, event: Event, picture: Picture | None) -> None:
        self.events.append(event)
        self.pictures.append(picture)

    def frame(self, record, _arrival) -> None:
        self.records.append(record)


def walked_past(network: Forgetful, deployment: Deployment, live: bool = False, old_s: float = 0.0) -> Records:
    """What the loop says of ten frames, so many seconds old, in which somebody walks by."""
    picture = Picture.packed(PixelFormat.GRAY8, 1280, 720, np.zeros(1280 * 720, np.uint8))
    intake, sink = Happenings(), Records()
    loop = FrameLoop("r", deployment, intake, network, sink)
    intake.waiting = [SourceOpened("gate", "clip.mp4", False, 10.0, None, (1280, 720))]
    for index in range(10):
        frame = Frame("gate", index, index * 100.0, 0.0, time.monotonic() - old_s, 0.0, picture)
        intake.waiting.append(Arrival(frame, live, lambda: None))
    for _ in range(15):
        loop.step()
    return sink


def test_somebody_who_is_missed_is_looked_for_again_before_the_frame_is_done():
    network = Forgetful()
    sink = walked_past(network, Deployment())
    ((frame, regions),) = network.looks
    assert frame == network.forgets
    assert regions[0].left < 350 < 390 < regions[0].left + regions[0].width
    assert [record.frame for record in sink.records] == list(range(10))
    assert [person.score for record in sink.records[2:] for person in record.people] == [1.0] * 8


def test_nobody_is_looked_for_again_where_it_is_switched_off_or_the_network_cannot():
    for network, most in ((Forgetful(), 0), (Forgetful(small_size=None), 3)):
        sink = walked_past(network, Deployment.model_validate({"model": {"look_again": most}}))
        assert network.looks == []
        assert sink.records[network.forgets].people[0].score == 0  # the motion model's


@pytest.mark.parametrize(("old_s", "looks"), [(0.0, 1), (0.2, 0)])
def test_a_live_frame_that_is_late_is_not_kept_for_a_second_look(old_s: float, looks: int):
    network = Forgetful()
    deployment = Deployment.model_validate({"live": {"max_age_ms": 300}})
    walked_past(network, deployment, live=True, old_s=old_s)
    assert len(network.looks) == looks


@dataclass
class Leisurely(Forgetful):
    """A network that is not done with a frame before it is told to be."""

    asked: list = field(default_factory=list)
    works: bool = True

    def submit(self, token, picture) -> None:
        self.asked.append(token.arrival.frame.index)
        super().submit(token, picture)

    def collect(self):
        return super().collect() if self.works else iter(())


def test_no_frame_of_a_live_cricket_camera_is_left_out_while_people_are_looked_for():
    count, stuck = 24, 8
    picture = Picture.packed(PixelFormat.GRAY8, 1280, 720, np.zeros(1280 * 720, np.uint8))
    intake, sink, network = Happenings(), Records(), Leisurely(small_size=None, forgets=-1)
    deployment = Deployment.model_validate({"cameras": {"gate": {"source": "rtsp://cam", "cricket": True}}})
    loop = FrameLoop("r", deployment, intake, network, sink)
    intake.waiting = [SourceOpened("gate", "rtsp://cam", True, 1.0, None, (1280, 720))]

    def step_until(done) -> None:
        limit = time.monotonic() + 20
        while not done():
            assert time.monotonic() < limit
            loop.step()
            time.sleep(0.002)

    loop.step()
    works = loop._cameras["gate"].work
    for index in range(count):
        network.works = index < stuck
        frame = Frame("gate", index, index * 1000.0, 0.0, time.monotonic(), 0.0, picture)
        intake.waiting.append(Arrival(frame, True, lambda: None))
        step_until(lambda index=index: works and works[-1].arrival.frame.index == index)
        step_until(lambda: not network.works or all(work.unasked or work.found for work in works))
    step_until(lambda: len(sink.records) == stuck)
    network.works = True
    step_until(lambda: len(sink.records) >= count - LAG)
    assert network.asked[: stuck + 1] == list(range(stuck + 1))
    assert set(range(stuck + 1, count - LAG)).isdisjoint(network.asked)
    intake.waiting = [State("gate", "rtsp://cam", CameraState.RECONNECTING, "", None, 1)]
    step_until(lambda: len(sink.records) == count)
    assert [record.frame for record in sink.records] == list(range(count))
    seen, carried = sink.records[stuck].people[0], sink.records[stuck + 2].people[0]
    assert (seen.score, carried.score, carried.keypoints) == (1.0, 0.0, ())
    assert carried.track == seen.track
    assert carried.box[0] == pytest.approx(seen.box[0] + 20, abs=3)
    loop.close()
    assert "dropped" not in sink.heard


class LastBall:
    """A cricket stage that finds a no-ball when the last frame has gone by."""

    def __init__(self, *_: object) -> None:
        self.rested = False

    def look(self, *_: object) -> None:
        """Sees nothing."""

    def looking(self) -> int:
        return 0

    def tell_balls(self, wait: bool) -> None:
        """There are none."""

    def knows(self, _frame: int) -> bool:
        return True

    def see(self, _record: FrameRecord) -> Cricket:
        return Cricket(None, (), (), (), 0.0)

    def rest(self) -> tuple[Ended, ...]:
        before, self.rested = self.rested, True
        foot = FootLanding("no-ball", -8.0, 2.0, 0, (10.0, 10.0), (5.0, 12.0, 15.0, 12.0))
        delivery = Delivery("d", "gate", DeliveryFrames(), front_foot=foot)
        return () if before else (Ended(delivery, (), {"front foot": cut_of(np.zeros((20, 20, 3), np.uint8))}),)

    def close(self) -> None:
        """Has nothing."""


def test_a_no_ball_in_a_clips_last_frames_is_told_of_too(monkeypatch):
    monkeypatch.setattr("pipeline.frameloop.CricketStage", LastBall)
    intake, sink, network = Happenings(), Records(), Forgetful(small_size=None, forgets=-1)
    camera = {"source": "match.mp4", "cricket": True, "rules": {"no-ball": {"kind": "no_ball"}}}
    loop = FrameLoop("r", Deployment.model_validate({"cameras": {"gate": camera}}), intake, network, sink)
    picture = Picture.packed(PixelFormat.GRAY8, 1280, 720, np.zeros(1280 * 720, np.uint8))
    frame = Frame("gate", 0, 0.0, 0.0, time.monotonic(), 0.0, picture)
    intake.waiting = [
        SourceOpened("gate", "match.mp4", False, 25.0, 1, picture.size),
        Arrival(frame, False, lambda: None),
    ]
    while not sink.records:
        loop.step()
    loop.close()
    assert [(event.rule, event.frame) for event in sink.events] == [("no-ball", 0)]
    # It is shown by its foot.
    (shown,) = sink.pictures
    assert shown is not None
    assert shown.size[0] > 20
