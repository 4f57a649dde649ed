"""Where the results of frames go: the bus for a live deployment, files for `analyze`."""

from collections.abc import Mapping
from typing import Protocol

from pipeline.attributes.relations import Placed
from pipeline.capture.intake import Arrival, CaptureLost, SourceOpened
from pipeline.capture.link import ClipMade, Figures, Recording, State
from pipeline.cricket.crease_cut import CreaseCut
from pipeline.data import Delivery, Event, Foot, FrameRecord
from pipeline.pictures import Picture


class Sink(Protocol):
    """Where the worker's results go. Called on the worker's thread; none of it may block."""

    def opened(self, event: SourceOpened) -> None:
        """A camera's source was opened."""

    def changed(self, event: State) -> None:
        """A camera's state changed."""

    def figures(self, event: Figures) -> None:
        """What a camera has sent lately, and what was dropped before it came here."""

    def recording(self, event: Recording) -> None:
        """Whether a camera's stream is being kept."""

    def clip(self, event: ClipMade) -> None:
        """A clip that was asked for is complete."""

    def lost(self, event: CaptureLost) -> None:
        """A camera's capture process is gone."""

    def removed(self, camera: str) -> None:
        """A camera is no longer a part of the deployment."""

    def placed(self, camera: str, marks: Placed) -> None:
        """How a camera's zones and lines lie in its pictures from the next frame on."""

    def dropped(self, camera: str, cause: str) -> None:
        """A frame will not be analysed."""

    def frame(self, record: FrameRecord, arrival: Arrival) -> None:
        """A frame is done. The sink releases the arrival when it no longer needs the picture."""

    def delivered(self, delivery: Delivery, cuts: Mapping[Foot, CreaseCut]) -> None:
        """A delivery has ended, and there are pictures of where its feet landed."""

    def happened(self, event: Event, picture: Picture | None) -> None:
        """A revision of an event, before its frame is done, and what shows it; None where nothing does."""

    def idle(self, now: float) -> None:
        """Called between frames, at least a few times a second."""
