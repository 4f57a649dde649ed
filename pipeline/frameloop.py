"""The way of a frame through the worker: intake, batcher, network, tracks, record.

One thread does all but the network, which runs beside it; it waits only where there is nothing to do. What becomes
of a record is a sink's affair: the bus for a live deployment, files for `analyze`.

A live cricket camera's ball is looked for in every frame for which its ring has a slot, however old: a ball is
followed from frame to frame. People are looked for in as many of them as that leaves time for; in those between, they
are where the tracker expects them. A record waits for the people of the frames before it, and for the few frames after
it that say where its ball is.
"""

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from pipeline.attributes.crop_networks import CropNetworks
from pipeline.attributes.lifting import Lifter
from pipeline.attributes.portraits import PortraitReader
from pipeline.capture.intake import Arrival, CameraRemoved, CaptureLost, Intake, Reconfigured, SourceOpened
from pipeline.capture.link import ClipMade, Figures, Recording, State
from pipeline.clock import utc
from pipeline.config import Deployment
from pipeline.cricket.stage import CricketStage, Ended, Networks
from pipeline.data import Event, FrameRecord
from pipeline.inference.batcher import Batcher, Dropped
from pipeline.media.foot_picture import fault_picture
from pipeline.people_stage import PeopleStage
from pipeline.perception.clothing import Clothing
from pipeline.perception.detector import Detector, Found
from pipeline.perception.followed import FollowedNetwork
from pipeline.perception.masks import outside_of
from pipeline.perception.reid import Reid
from pipeline.pictures import Picture
from pipeline.rules.watches import Watches
from pipeline.sink import Sink
from pipeline.status import AT_REST, CameraState

_LOOKS_AHEAD = 3
"""Frames that a cricket camera's thread may be given at a time, so that it does not wait for this one."""
_LOOKS_WHILE = 0.5
"""Of the age that live frames may have: the network looks again only while it keeps up."""


@dataclass(slots=True)
class _Work:
    arrival: Arrival
    taken: float
    found: Found | None = None
    """None while the network looks, and where it does not."""
    unasked: bool = False
    """Whether the network does not look for people in it."""
    looked_again: bool = False
    abandoned: bool = False
    """Whether its camera was removed while the network had it."""


@dataclass(slots=True)
class _Camera:
    fps: float
    people: PeopleStage
    cricket: CricketStage | None
    last: FrameRecord | None = None
    """The newest record."""
    quiet: bool = False
    """Whether no frame comes for now."""
    work: deque[_Work] = field(default_factory=deque)
    """Frames under way, in their order: results may overtake each other, records may not."""
    unlooked: deque[_Work] = field(default_factory=deque)
    """Those of them in which the ball is still to be looked for."""


class FrameLoop:
    """Turns the frames of an intake into records.

    Args:
        run: the run's id, which every record carries.
        deployment: how to batch and to track.
        intake: where frames come from.
        detector: what finds people.
        sink: where records go.
        networks: what looks at people's crops, None for nothing.
    """

    _POLL_S = 0.1

    def __init__(
        self,
        run: str,
        deployment: Deployment,
        intake: Intake,
        detector: Detector,
        sink: Sink,
        networks: CropNetworks | None = None,
    ) -> None:
        self._run = run
        self._deployment = deployment
        self._intake = intake
        self._detector = detector
        self._sink = sink
        self._batcher = Batcher(deployment.live.max_age_ms / 1e3)
        self._cameras: dict[str, _Camera] = {}
        self._lifter, self._reader = Lifter(), PortraitReader()
        self._followed = FollowedNetwork() if deployment.tracking.look_for else None
        self._appearance = Reid() if deployment.tracking.appearance == "reid" else Clothing()
        self._networks = networks
        self._watches = Watches(run, deployment)
        self._resting: set[str] = set()
        """Cameras that have come to rest, and whose last frames may still be under way."""
        self._looked_fd = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        """Can be read when a cricket camera's frame has been looked at."""
        intake.wake_on(detector.ready_fd)
        intake.wake_on(self._looked_fd)

    @property
    def busy(self) -> bool:
        """Whether frames wait or are under way."""
        return len(self._batcher) > 0 or any(camera.work for camera in self._cameras.values())

    def run(self, going: Callable[[], bool]) -> None:
        """Go on while `going()` says so.

        Raises:
            EngineError: the engine failed.
        """
        while going():
            self.step()

    def step(self) -> None:
        """Wait for something to happen, at most a moment, and deal with it."""
        for happening in self._intake.poll(self._POLL_S):
            match happening:
                case Arrival():
                    self._arrived(happening)
                    # At once, so that the network starts while the next message is still being read.
                    self._feed()
                case SourceOpened():
                    self._opened(happening)
                case State():
                    self._sink.changed(happening)
                    if happening.camera in self._cameras:
                        self._cameras[happening.camera].quiet = happening.state is not CameraState.LIVE
                    if happening.state in AT_REST:
                        self._resting.add(happening.camera)
                case Figures():
                    self._sink.figures(happening)
                case Recording():
                    self._sink.recording(happening)
                case ClipMade():
                    self._sink.clip(happening)
                case Reconfigured():
                    self._change(happening.deployment)
                case CameraRemoved():
                    self._remove(happening.camera)
                    self._sink.removed(happening.camera)
                case CaptureLost():
                    self._sink.lost(happening)
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self._looked_fd)
        for found in self._detector.collect():
            work: _Work = found.token
            work.found = found
            if work.abandoned:
                work.arrival.release()
            self._feed()
        for name, camera in self._cameras.items():
            self._look(camera)
            self._tell_balls(name, camera)
            while camera.work and self._is_done(camera, camera.work[0]):
                self._finish(camera, camera.work.popleft())
        for name in [name for name in self._resting if not self._under_way(name)]:
            self._resting.discard(name)
            self._rest(name)
        self._feed()
        self._sink.idle(time.monotonic())

    def _arrived(self, arrival: Arrival) -> None:
        camera = self._cameras.get(arrival.frame.camera)
        if camera is None:
            arrival.release()  # of a camera that was removed
            return
        camera.quiet = False
        if arrival.live and camera.cricket is not None:
            self._enter(camera, _Work(arrival, arrival.frame.captured, unasked=True))
            self._look(camera)
            return
        for dropped in self._batcher.add(arrival):
            self._drop(dropped)

    def _enter(self, camera: _Camera, work: _Work) -> _Work:
        """A frame is under way."""
        camera.work.append(work)
        if camera.cricket is not None:
            camera.unlooked.append(work)
        return work

    def _look(self, camera: _Camera) -> None:
        """Look for the ball in a cricket camera's next frames."""
        if camera.cricket is None:
            return
        while camera.unlooked and camera.cricket.looking() < _LOOKS_AHEAD:
            work = camera.unlooked.popleft()
            frame = work.arrival.frame
            if work.arrival.live:
                self._ask(camera, work, time.monotonic())
            camera.cricket.look(frame.picture, frame.index, frame.pts_ms / 1e3)

    def _ask(self, camera: _Camera, work: _Work, now: float) -> None:
        """Have people looked for in a live frame too if it is the newest, and they are being looked for in no other."""
        pending = any(not other.unasked and other.found is None for other in camera.work)
        work.taken = now
        if not pending and now - work.arrival.frame.captured <= 1 / camera.fps:
            work.unasked = False
            for dropped in self._batcher.add(work.arrival):
                self._drop(dropped)

    def _tell_balls(self, name: str, camera: _Camera) -> None:
        if camera.cricket is not None:
            pending = camera.cricket.looking() > 0 or bool(camera.unlooked) or self._batcher.holds(name)
            camera.cricket.tell_balls(wait=pending or not camera.quiet)

    def _is_done(self, camera: _Camera, work: _Work) -> bool:
        """Whether the first frame that is under way can become a record; asks the network for another look if not."""
        if work.found is None and not work.unasked:
            return False
        if camera.cricket is not None and not camera.cricket.knows(work.arrival.frame.index):
            return False
        return work.found is None or not self._looks_again(camera, work, work.found)

    def _change(self, deployment: Deployment) -> None:
        """Go on with other rules, zones, lines, looks and masks; the rest of a deployment does not change."""
        self._deployment = deployment
        for name, camera in self._cameras.items():
            camera.people.change(deployment.cameras.get(name))
        self._told(self._watches.change(deployment), None)

    def _opened(self, event: SourceOpened) -> None:
        if event.camera not in self._cameras:
            people = PeopleStage(
                event.camera,
                self._deployment,
                event.fps,
                self._lifter,
                self._reader,
                self._followed,
                self._appearance,
                self._networks,
            )
            self._cameras[event.camera] = _Camera(event.fps, people, self._cricket(event))
        self._sink.opened(event)

    def _remove(self, name: str) -> None:
        self._resting.discard(name)
        self._rest(name)
        camera = self._cameras.pop(name, None)
        if camera is not None and camera.cricket is not None:
            camera.cricket.close()
        for arrival in self._batcher.remove(name):
            work = None if camera is None else _waiting(camera, arrival)
            if work is None:
                arrival.release()
            else:
                work.unasked = True
        for work in camera.work if camera else ():
            work.abandoned = True
            if work.found is not None or work.unasked:
                work.arrival.release()

    def close(self) -> None:
        """Nothing comes any more: what goes on has ended with the last frame."""
        for name, camera in self._cameras.items():
            self._rest(name)
            if camera.cricket is not None:
                camera.cricket.close()
        os.close(self._looked_fd)

    def _cricket(self, event: SourceOpened) -> CricketStage | None:
        config = self._deployment.cameras.get(event.camera)
        if config is None or not config.cricket:
            return None
        return CricketStage(event.camera, self._run, Networks(event.live), self._awake, event.live)

    def _awake(self) -> None:
        """On a cricket camera's thread: there is something to take."""
        os.eventfd_write(self._looked_fd, 1)

    def _rest(self, name: str) -> None:
        """A camera shows nothing for now: what went on has ended."""
        camera = self._cameras.get(name)
        if camera is not None and camera.cricket is not None:
            ended = camera.cricket.rest()
            self._ended(ended, None)
            if camera.last is not None:
                for each in ended:
                    self._judge(camera, camera.last, None, each)
        self._told(self._watches.rest(name), None)

    def _ended(self, ended: tuple[Ended, ...], picture: Picture | None) -> None:
        for each in ended:
            self._sink.delivered(each.delivery, each.cuts)
            self._told(each.events, picture)

    def _judge(self, camera: _Camera, record: FrameRecord, picture: Picture | None, ended: Ended | None) -> None:
        """Go by the rules, with a delivery that ended with the record."""
        delivery = None if ended is None else ended.delivery
        for event in self._watches.step(record, picture, camera.people.marks.borders, delivery):
            foot = fault_picture(ended.delivery, ended.cuts) if ended is not None and event.kind == "no_ball" else None
            self._sink.happened(event, foot or picture)

    def _under_way(self, camera: str) -> bool:
        known = self._cameras.get(camera)
        return self._batcher.holds(camera) or (known is not None and bool(known.work))

    def _told(self, events: Iterable[Event], picture: Picture | None) -> None:
        for event in events:
            self._sink.happened(event, picture)

    def _feed(self) -> None:
        while self._detector.has_room:
            now = time.monotonic()
            for dropped in self._batcher.late(now):
                self._drop(dropped)
            taken = self._batcher.take()
            if taken is None:
                return
            camera = self._cameras[taken.frame.camera]
            work = _waiting(camera, taken) or self._enter(camera, _Work(taken, now))
            work.taken = now
            self._detector.submit(work, taken.frame.picture)
            self._look(camera)

    def _drop(self, dropped: Dropped) -> None:
        camera = self._cameras.get(dropped.arrival.frame.camera)
        work = None if camera is None else _waiting(camera, dropped.arrival)
        if work is not None:
            work.unasked = True
            return
        dropped.arrival.release()
        self._sink.dropped(dropped.arrival.frame.camera, dropped.cause)

    def _looks_again(self, camera: _Camera, work: _Work, found: Found) -> bool:
        """Whether the network looks once more for people of a frame, all frames before which are done."""
        shape, most = self._detector.small_size, self._deployment.model.look_again
        frame = work.arrival.frame
        most_s = _LOOKS_WHILE * self._deployment.live.max_age_ms / 1e3
        late = work.arrival.live and time.monotonic() - frame.captured > most_s
        if shape is None or not most or work.looked_again or late:
            return False
        work.looked_again = True
        regions = camera.people.missed(frame, found.detections, shape, most)
        if regions:
            work.found = None
            self._detector.look_again(found, frame.picture, regions)
        return bool(regions)

    def _finish(self, camera: _Camera, work: _Work) -> None:
        frame, found = work.arrival.frame, work.found
        stages = {"decode": frame.decode_ms, "wait": (work.taken - frame.captured) * 1e3}
        if found is None:
            people = camera.people.carry(frame)
        else:
            # A cricket camera's frames wait for others, which is not what tracking takes.
            since = found.finished if camera.cricket is None else time.monotonic()
            completed = camera.people.completed(frame, found.detections)
            detections = outside_of(self._watches.masks(frame.camera), completed, frame.picture.size)
            attended = camera.people.attend(frame, detections, since)
            if attended.placed is not None:
                self._sink.placed(frame.camera, attended.placed)
            people = attended.people
            stages |= {"inference": (found.finished - work.taken) * 1e3, **attended.stages}
        record = FrameRecord(
            run=self._run,
            camera=frame.camera,
            frame=frame.index,
            pts_ms=frame.pts_ms,
            captured_at=utc(frame.captured_at),
            size=frame.picture.size,
            stages_ms={},
            people=people,
        )
        ended: tuple[Ended, ...] = ()
        described = time.monotonic()
        if camera.cricket is not None:
            seen = camera.cricket.see(record)
            record = replace(record, ball=seen.ball, creases=seen.creases, stumps=seen.stumps)
            ended = seen.ended
            self._ended(ended, frame.picture)
            stages["cricket"] = seen.took_ms + (time.monotonic() - described) * 1e3
        watched = time.monotonic()
        for each in ended[:-1]:
            self._judge(camera, record, None, each)
        self._judge(camera, record, frame.picture, ended[-1] if ended else None)
        judged = time.monotonic()
        stages |= {"rules": (judged - watched) * 1e3, "publish": (time.monotonic() - judged) * 1e3}
        camera.last = record
        timed = replace(record, stages_ms={stage: round(value, 3) for stage, value in stages.items()})
        self._sink.frame(timed, work.arrival)


def _waiting(camera: _Camera, arrival: Arrival) -> _Work | None:
    """The work of a frame whose ball has been looked for before its people are."""
    return next((work for work in reversed(camera.work) if work.arrival is arrival), None)
