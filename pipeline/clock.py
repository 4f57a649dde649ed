"""The wall clock as it is written down."""

import time
from datetime import UTC, datetime


def utc(seconds: float) -> str:
    """Unix seconds as ISO 8601 with milliseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_now() -> str:
    """Now, as ISO 8601 with milliseconds."""
    return utc(time.time())
