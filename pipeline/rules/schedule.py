"""Whether a schedule is on.

Spans are of local time, so that a night is from ten to six on the day the clocks change too:
the comparison is of what a clock on the wall shows, and the hour that comes twice in autumn counts twice."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from pipeline.config.schedules import DAYS, Span


class Clock:
    """What a clock on the wall of a deployment shows.

    Args:
        zone: the time zone's name; None is the machine's.
    """

    def __init__(self, zone: str | None) -> None:
        self._zone: tzinfo | None = None if zone is None else ZoneInfo(zone)

    def local(self, at: str) -> datetime:
        """The local time of a moment that was written down as ISO 8601."""
        return datetime.fromisoformat(at).astimezone(self._zone)


def is_on(spans: Sequence[Span], local: datetime) -> bool:
    """Whether one of the spans holds at a local time."""
    return any(_holds(span, local) for span in spans)


def _holds(span: Span, local: datetime) -> bool:
    minute = 60 * local.hour + local.minute
    today = DAYS[local.weekday()]
    yesterday = DAYS[(local.weekday() - 1) % 7]
    if span.begin < span.end:
        return today in span.days and span.begin <= minute < span.end
    return (today in span.days and minute >= span.begin) or (yesterday in span.days and minute < span.end)
