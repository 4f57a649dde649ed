"""Frame records of people who do what a test wants."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from pipeline.clock import utc
from pipeline.config.rules import AnyRule
from pipeline.data import Event, FrameRecord, Person
from pipeline.rules.moment import CountingLine
from pipeline.rules.watch import RuleSet, RuleWatch

BEGIN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday."""
FPS = 10.0
_RULES: TypeAdapter[Any] = TypeAdapter(dict[str, AnyRule])


def person(track: int, **known: Any) -> Person:
    """Somebody who is seen; on the ground and in the picture at a place that belongs together."""
    x, y = known.get("ground_cm") or (0.0, 800.0)
    middle, foot = 640 + x, 900 - 0.5 * y
    given = {"box": (middle - 30, foot - 160, middle + 30, foot), "score": 0.9, "distance_cm": y, "height_cm": 175.0}
    return Person(track=track, **{**given, **known})


def record(frame: int, people: Iterable[Person], begin: datetime = BEGIN) -> FrameRecord:
    """A frame at ten a second."""
    at = (begin + timedelta(seconds=frame / FPS)).timestamp()
    return FrameRecord("run", "gate", frame, frame * 1e3 / FPS, utc(at), (1280, 720), {}, tuple(people))


def rules(**configs: Mapping[str, Any]) -> dict[str, Any]:
    """Rules by name."""
    return _RULES.validate_python(configs)


def watch(config: Mapping[str, Any], **more: Any) -> RuleWatch:
    """A watch with one rule, `rule`."""
    return RuleWatch("gate", "run", RuleSet(rules(rule=config), **more))


def events(
    config: Mapping[str, Any],
    seconds: float,
    who: Callable[[float], Iterable[Person]],
    lines: Mapping[str, CountingLine] | None = None,
) -> list[Event]:
    """The last revision of every event of one rule, while `who(seconds)` are there."""
    watching = watch(config)
    told = [
        event
        for frame in range(round(seconds * FPS))
        for event in watching.step(record(frame, who(frame / FPS)), None, lines)
    ]
    last = {event.id: event for event in [*told, *watching.close()]}
    return list(last.values())
