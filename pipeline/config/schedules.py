"""When rules are on: spans of local time on days of the week."""

from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from pipeline.config.section import Section

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
DAY_MINUTES = 24 * 60


def _minutes(value: object) -> object:
    """HH:MM as minutes after midnight. YAML 1.1 reads 22:00 without quotes as the number 1320, which is just that."""
    if isinstance(value, str):
        hours, colon, minutes = value.partition(":")
        if colon and hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and int(minutes) < 60:
            return 60 * int(hours) + int(minutes)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError('write a time of day as "HH:MM", "00:00" to "24:00"')


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("no such time zone; write a name such as Europe/Berlin or UTC") from error
    return name


TimeOfDay = Annotated[int, BeforeValidator(_minutes), Field(ge=0, le=DAY_MINUTES)]
TimeZone = Annotated[str, AfterValidator(_zone)]


class Span(Section):
    """Some hours of some days. A span that ends before it begins goes on until that time of the next day."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    days: tuple[Day, ...] = Field(
        default=DAYS, min_length=1, description="The days on which it begins: mon, tue, wed, thu, fri, sat, sun."
    )
    begin: TimeOfDay = Field(default=0, alias="from", description='Local time at which it begins, as "22:00".')
    end: TimeOfDay = Field(
        default=DAY_MINUTES,
        alias="to",
        description="Local time of its end; not later than `from` is the next day.",
    )


Schedule = Annotated[tuple[Span, ...], Field(min_length=1)]
