"""A camera's states as events: each begins when the camera enters it and ends when it leaves it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from pipeline.clock import utc_now
from pipeline.data import Event, EventState
from pipeline.ids import new_id
from pipeline.status import CameraState

Severity = Literal["info", "alert", "critical"]

_WORDS: dict[CameraState, tuple[Severity, str]] = {
    CameraState.CONNECTING: ("info", "is being connected"),
    CameraState.LIVE: ("info", "is live"),
    CameraState.STALLED: ("alert", "is connected but shows nothing new"),
    CameraState.RECONNECTING: ("alert", "is away and being reconnected"),
    CameraState.FAILED: ("alert", "cannot be read"),
    CameraState.ENDED: ("info", "has come to its end"),
    CameraState.STOPPED: ("info", "was stopped"),
}


class CameraEvents:
    """Tells an event for every state that a camera enters and leaves.

    Args:
        run: the run's id.
        happened: takes event revisions.
    """

    def __init__(self, run: str, happened: Callable[[Event], None]) -> None:
        self._run = run
        self._happened = happened
        self._open: dict[str, Event] = {}

    def entered(self, camera: str, state: CameraState, detail: str) -> None:
        """The camera has left its state and entered this one."""
        now = utc_now()
        before = self._open.get(camera)
        if before is not None:
            self._happened(replace(before, revision=1, state=EventState.END, ended_at=now))
        severity, words = _WORDS[state]
        sentence = f'Camera "{camera}" {words}' + (f": {detail}." if detail else ".")
        event = Event(
            id=new_id(),
            revision=0,
            state=EventState.START,
            camera=camera,
            rule="camera",
            kind=f"camera_{state.value}",
            severity=severity,
            started_at=now,
            run=self._run,
            sentence=sentence,
        )
        self._happened(event)
        self._open[camera] = event
