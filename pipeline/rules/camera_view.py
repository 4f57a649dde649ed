"""camera_covered, camera_moved, camera_frozen, camera_defocused: something is wrong with the camera's view."""

from collections.abc import Iterable

from pipeline.config.rules import CameraViewConfig
from pipeline.rules.moment import Moment
from pipeline.rules.rule import Claim, Rule


class CameraView(Rule[CameraViewConfig]):
    """Reads what `view.ViewMeter` has measured."""

    kinds = ("camera_covered", "camera_moved", "camera_frozen", "camera_defocused")
    needs_view = True

    def look(self, moment: Moment) -> Iterable[Claim]:
        if moment.view is not None and getattr(moment.view, self.kind.removeprefix("camera_")):
            yield Claim()
