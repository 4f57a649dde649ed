"""What has happened as events on the wire, with the times at which it began and ended.

The clock of a simulated scene starts at 1970-01-01T00:00:00Z with its first frame, in records and events alike.
"""

from collections.abc import Iterable
from typing import Any

from pipeline.clock import utc
from pipeline.data import Event, EventState, SceneRecord
from pipeline.simulation.happenings import Happening
from pipeline.simulation.scene import Scene

_SENTENCES = {
    "zone_entered": '{who} was inside "{rule}".',
    "zone_heading": '{who} was on the way into "{rule}".',
    "line_crossed": '{who} crossed "{rule}".',
    "loitering": "{who} loitered.",
    "running": "{who} ran.",
    "watching": "{who} watched the camera.",
    "crowding": "{who} crowded together.",
    "fall": "{who} fell.",
    "converging": "{who} closed in on each other fast.",
    "camera_covered": "The lens was covered.",
    "camera_moved": "The camera was moved.",
    "camera_frozen": "The picture was frozen.",
    "camera_defocused": "The lens was out of focus.",
    "turned_to_neighbour": "{who} turned to a neighbour.",
    "standing_up": "{who} stood up.",
    "hands_below_desk": "{who} had their hands below the desk.",
    "walked_in": "{who} walked in.",
}
_ALERTS = ("zone_entered", "fall", "camera_covered", "camera_moved", "converging")


class Teller:
    """What a scene has to tell, kept until it is asked for.

    Args:
        scene: whose clock and names it is.
        about: what the scene is, which is told first.
    """

    def __init__(self, scene: Scene[Any], about: SceneRecord) -> None:
        self._scene = scene
        self._count = 0
        self._told: list[Event | SceneRecord] = [about]

    def tell(self, happening: Happening) -> None:
        """This has happened."""
        self._count += 1
        self._told.append(self._event(happening, self._count, False))

    def told(self) -> list[Event | SceneRecord]:
        """What has been told since this was last asked."""
        told, self._told = self._told, []
        return told

    def going_on(self, happenings: Iterable[Happening]) -> list[Event]:
        """These have begun and not ended."""
        return [self._event(happening, self._count + number, True) for number, happening in enumerate(happenings, 1)]

    def _event(self, happening: Happening, number: int, still: bool) -> Event:
        scene = self._scene
        return event_of(happening, number, scene.run, scene.name, scene.fps, still=still)


def event_of(happening: Happening, number: int, run: str, camera: str, fps: float, *, still: bool = False) -> Event:
    """The event of something that has happened, or still does; `number` counts a scene's events and makes their ids."""
    tracks = happening.tracks
    if len(tracks) > 1:
        who = f"Pedestrians {', '.join(map(str, tracks[:-1]))} and {tracks[-1]}"
    else:
        who = f"Pedestrian {tracks[0]}" if tracks else ""
    return Event(
        id=f"{run}-{camera}-{number:05d}",
        revision=0,
        state=EventState.START if still else EventState.END,
        camera=camera,
        rule=happening.rule,
        kind=happening.kind,
        severity="alert" if happening.kind in _ALERTS else "info",
        started_at=utc(happening.begin_s),
        ended_at=None if still else utc(happening.end_s),
        run=run,
        sentence=_SENTENCES[happening.kind].format(who=who, rule=happening.rule),
        tracks=tracks,
        frame=round(happening.begin_s * fps),
    )
