"""How things are said on the pages."""

from pipeline.data import SystemStatus


def running_on(system: SystemStatus | None) -> str:
    """What the networks run on."""
    return f"**Running on: {system.device}**" if system else "**Running on:** the worker is starting"


def duration(seconds: float) -> str:
    """1:05 or 2:03:04."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    text = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{hours}:{text}" if hours else text.removeprefix("0")


def count(number: int, thing: str, things: str | None = None) -> str:
    """1 frame, 2 frames."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"
