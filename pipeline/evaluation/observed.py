"""What was said of a clip, by the truth or by `analyze`: its frames, events and scene, on the clip's clock."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError
from scipy.optimize import linear_sum_assignment
from trackers.eval import box_iou

from pipeline.data import Event, EventState, FrameRecord, Person, SceneRecord, from_json, schema_name
from pipeline.errors import InputError

_SAME_BOX = 0.35


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something went on, in seconds of the clip; told at `told_s`."""

    begin_s: float
    end_s: float
    told_s: float


class Observed:
    """A clip's frames and events.

    Args:
        records: of all its frames, in their order.
        events: every revision.
        scene: what it is, in the truth.
        kinds: the kinds of events that were looked for; None are those that the scene tells and those that there are.
    """

    def __init__(
        self,
        records: Iterable[FrameRecord],
        events: Iterable[Event],
        scene: SceneRecord | None = None,
        kinds: set[str] | None = None,
    ) -> None:
        self.scene = scene
        self.people: dict[int, tuple[Person, ...]] = {}
        self._at: dict[int, float] = {}
        clock: list[tuple[float, float]] = []
        for record in records:
            self.people[record.frame] = record.people
            self._at[record.frame] = record.pts_ms / 1e3
            clock.append((_unix(record.captured_at), record.pts_ms / 1e3))
        self._clock = sorted(clock)
        self._frames = sorted(self._at)
        self._times = [self._at[frame] for frame in self._frames]
        self.visible = {
            frame: {p.track: 1.0 if p.visible is None else p.visible for p in people}
            for frame, people in self.people.items()
        }
        self._told: dict[str, float] = {}
        last: dict[str, Event] = {}
        for event in events:
            if event.revision == 0 and event.frame is not None:
                self._told[event.id] = self._at.get(event.frame, 0.0)
            if event.id not in last or event.revision > last[event.id].revision:
                last[event.id] = event
        self.events = list(last.values())
        told = set(scene.kinds) if scene is not None else set()
        self.kinds = told | {event.kind for event in self.events} if kinds is None else kinds

    @property
    def seconds(self) -> float:
        """Of the clip."""
        return self._times[-1] - self._times[0] if self._times else 0.0

    def at_s(self, frame: int) -> float:
        """When a frame is."""
        return self._at[frame]

    def span(self, event: Event) -> Span:
        """When an event was; one without an end goes on to the clip's end."""
        begin = self._on_clip(event.started_at)
        going_on = event.ended_at is None and event.state is not EventState.END
        end = self._times[-1] if going_on else self._on_clip(event.ended_at or event.started_at)
        return Span(begin, max(begin, end), self._told.get(event.id, begin))

    def frames_within(self, begin_s: float, end_s: float) -> list[int]:
        """The frames between two times; the nearest one where there is none."""
        first, last = bisect_left(self._times, begin_s - 1e-6), bisect_right(self._times, end_s + 1e-6)
        return self._frames[first:last] or self._frames[max(0, first - 1) : first]

    def _on_clip(self, at: str) -> float:
        """A time on the wall as one of the clip: of the frame that was captured then."""
        unix = _unix(at)
        place = min(max(bisect_left(self._clock, (unix - 5e-4, -1.0)), 0), len(self._clock) - 1)
        return self._clock[place][1]


def read_observed(path: Path) -> Observed:
    """What a file of JSON lines, or the folder that `analyze` wrote, says of a clip.

    Raises:
        InputError: it cannot be read, with the number of the faulty line, or holds no frames.
    """
    files = [path / "frames.jsonl", path / "events.jsonl"] if path.is_dir() else [path]
    read: dict[type, list[Any]] = {FrameRecord: [], Event: [], SceneRecord: []}
    schemas = {kind.__dataclass_fields__["schema"].default: kind for kind in read}
    for file in files:
        try:
            lines = file.read_bytes().splitlines()
        except OSError as error:
            raise InputError(
                f"{file}: cannot be read ({error.strerror}); give the simulator's truth or the folder of `analyze`"
            ) from error
        for number, line in enumerate(lines, 1):
            try:
                kind = schemas.get(schema_name(line))
                if kind is not None:
                    read[kind].append(from_json(kind, line))
            except ValidationError as error:
                fault = error.errors(include_url=False)[0]
                raise InputError(f"{file}:{number}: not a line of a record: {fault['loc']}: {fault['msg']}") from error
    if not read[FrameRecord]:
        raise InputError(f"{path}: holds no frames; give the simulator's truth or the folder of `analyze`")
    scene = read[SceneRecord][0] if read[SceneRecord] else None
    return Observed(read[FrameRecord], read[Event], scene, _looked_for(path))


def _looked_for(path: Path) -> set[str] | None:
    """The kinds of the rules that `analyze` had."""
    summary = path / "summary.json"
    if not path.is_dir() or not summary.is_file():
        return None
    rules = json.loads(summary.read_text(encoding="utf-8")).get("rules")
    return None if rules is None else {str(rule["kind"]) for rule in rules.values()}


def pair_people(true: Observed, found: Observed) -> dict[int, dict[int, int]]:
    """For each frame, whom (track of the truth) each track that was found there is."""
    names: dict[int, dict[int, int]] = {}
    for frame, people in found.people.items():
        real = true.people.get(frame)
        if not real or not people:
            continue
        likeness = np.asarray(box_iou(_boxes(people), _boxes(real), box_format="xyxy"))
        rows, columns = linear_sum_assignment(likeness, maximize=True)
        names[frame] = {
            people[row].track: real[column].track
            for row, column in zip(rows, columns, strict=True)
            if likeness[row, column] >= _SAME_BOX
        }
    return names


def _boxes(people: tuple[Person, ...]) -> np.ndarray:
    return np.array([person.box for person in people], float).reshape(-1, 4)


def _unix(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
