"""What operators ask of the supervisor: cameras added or changed, started, stopped, removed.

A command only names a camera; what is asked for stands in the store, so that no password passes over the bus.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from redis import Redis

from pipeline.bus import keys


@dataclass(frozen=True, slots=True)
class Command:
    """One request; "add" is for a camera that the store holds, new or changed."""

    do: Literal["add", "start", "stop", "remove"]
    camera: str


def command_fields(command: Command) -> Any:
    """The fields of a command's entry in the stream."""
    return {keys.COMMAND_FIELD: json.dumps(asdict(command))}


class CommandReader:
    """Reads commands in their order, from now on."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._last: bytes | str = "$"

    def read(self, wait_s: float) -> list[Command]:
        """The commands that have come, after waiting at most `wait_s` for one; ones nobody understands are left out.

        Raises:
            redis.RedisError: the broker is away.
        """
        answer: Any = self._client.xread({keys.COMMANDS: self._last}, count=100, block=max(1, round(wait_s * 1e3)))
        commands = []
        for _, entries in answer or []:
            for entry, fields in entries:
                self._last = entry
                commands += _parsed(fields.get(keys.COMMAND_FIELD.encode(), b""))
        if self._last == "$":
            # Something may come between two reads: from here on, count from the newest entry there is.
            newest: Any = self._client.xrevrange(keys.COMMANDS, count=1)
            self._last = newest[0][0] if newest else "0-0"
        return commands


def _parsed(text: bytes) -> list[Command]:
    try:
        fields = json.loads(text)
        if fields["do"] not in ("add", "start", "stop", "remove") or not isinstance(fields["camera"], str):
            return []
        return [Command(fields["do"], fields["camera"])]
    except (ValueError, KeyError, TypeError):
        return []
