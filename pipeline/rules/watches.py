"""The rules of all cameras of a worker, as the configuration has them, and as it is changed while they run."""

from pipeline.attributes.marks import Border
from pipeline.config import CameraConfig, Deployment
from pipeline.config.masks import Outline
from pipeline.data import Delivery, Event, FrameRecord
from pipeline.pictures import Picture
from pipeline.rules.moment import CountingLine
from pipeline.rules.watch import RuleSet, RuleWatch


class Watches:
    """One `RuleWatch` a camera, made when its first frame comes.

    Args:
        run: the run's id.
        deployment: whose cameras, schedules and time zone they are.
    """

    def __init__(self, run: str, deployment: Deployment) -> None:
        self._run = run
        self._deployment = deployment
        self._watches: dict[str, RuleWatch] = {}

    def masks(self, camera: str) -> tuple[Outline, ...]:
        """The regions of a camera in which nobody is to be found."""
        known = self._deployment.cameras.get(camera)
        return () if known is None else known.masks.detection

    def step(
        self,
        record: FrameRecord,
        picture: Picture | None,
        borders: tuple[Border, ...] = (),
        delivery: Delivery | None = None,
    ) -> list[Event]:
        """What a frame of a camera gives rise to.

        Args:
            record: of the frame, with attributes.
            picture: of the frame; None where it is gone.
            borders: the camera's lines, as they lie for this frame.
            delivery: that ended with this frame.
        """
        watch = self._watches.get(record.camera)
        if watch is None:
            watch = self._watches[record.camera] = RuleWatch(record.camera, self._run, self._rules(record.camera))
        lines = {
            border.name: CountingLine(tuple((float(x), float(y)) for x, y in border.points), border.plane == "ground")
            for border in borders
        }
        return watch.step(record, picture, lines, delivery=delivery)

    def change(self, deployment: Deployment) -> list[Event]:
        """Go on by another configuration; the last revisions of what is no longer watched for."""
        self._deployment = deployment
        ended: list[Event] = []
        for camera, watch in self._watches.items():
            ended += watch.change(self._rules(camera))
        return ended

    def rest(self, camera: str) -> list[Event]:
        """A camera brings no frames for now: what went on has ended."""
        watch = self._watches.pop(camera, None)
        return [] if watch is None else watch.close()

    def close(self) -> list[Event]:
        """The last revisions of all that goes on."""
        return [event for camera in list(self._watches) for event in self.rest(camera)]

    def _rules(self, camera: str) -> RuleSet:
        known: CameraConfig | None = self._deployment.cameras.get(camera)
        rules = {} if known is None else known.rules
        return RuleSet(rules, self._deployment.schedules, self._deployment.timezone)
