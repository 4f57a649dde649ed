"""Alerts for a program of one's own: a stream with a consumer group on the deployment's broker.

Delivered is what the program has acknowledged (XACK), and not what merely lies on the stream: a broker that loses its
memory loses nothing that was not read. Acknowledged entries are deleted, so the stream holds what is under way.
"""

import time
from collections.abc import Sequence
from typing import Any

import redis

from pipeline.alerts.sink import Sink, SinkAwayError, Surroundings, message
from pipeline.bus import keys
from pipeline.bus.connection import connect
from pipeline.config.sinks import RedisConfig
from pipeline.store.alerts import Alert

_WAIT_S = 0.5
_POLL_S = 0.01


class Consumers(Sink):
    """A consumer group."""

    settings_kind = "redis"
    batch = 100

    def __init__(self, name: str, settings: RedisConfig, around: Surroundings) -> None:
        self._stream = keys.alerts(name)
        self._group = settings.group
        self._client = connect(around.bus_url)
        self._entries: dict[int, bytes] | None = None
        """What lies on the stream: sequences and entries' ids; None before anybody looked."""

    def deliver(self, alerts: Sequence[Alert]) -> Sequence[int]:
        try:
            return self._deliver(alerts)
        except (redis.RedisError, OSError) as error:
            self._client.connection_pool.disconnect()
            self._entries = None
            raise SinkAwayError(
                "the broker is away" if not isinstance(error, redis.ResponseError) else str(error)
            ) from error

    def _deliver(self, alerts: Sequence[Alert]) -> Sequence[int]:
        client: Any = self._client
        entries = self._known(client)
        new = [alert for alert in alerts if alert.sequence not in entries]
        with client.pipeline(transaction=True) as pipeline:
            for alert in new:
                pipeline.xadd(self._stream, {keys.ALERT_FIELD: message(alert), "sequence": alert.sequence})
            entries.update(zip((alert.sequence for alert in new), pipeline.execute(), strict=True))
        limit = time.monotonic() + _WAIT_S
        while not (arrived := self._acknowledged(client, {a.sequence: entries[a.sequence] for a in alerts})):
            if time.monotonic() > limit:
                return []
            time.sleep(_POLL_S)
        client.xdel(self._stream, *(entries.pop(sequence) for sequence in arrived))
        return arrived

    def _known(self, client: Any) -> dict[int, bytes]:
        """What lies on the stream; read anew where the broker has forgotten some of it."""
        if self._entries is None or client.xlen(self._stream) < len(self._entries):
            self._create_group(client)
            self._entries = {int(fields[b"sequence"]): entry for entry, fields in client.xrange(self._stream)}
        return self._entries

    def _create_group(self, client: Any) -> None:
        try:
            client.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    def _acknowledged(self, client: Any, entries: dict[int, bytes]) -> list[int]:
        groups = {group["name"]: group for group in client.xinfo_groups(self._stream)}
        group = groups.get(self._group.encode())
        if group is None:
            self._create_group(client)
            return []
        read = _order(group["last-delivered-id"])
        ids = sorted(entries.values(), key=_order)
        held: Any = client.xpending_range(self._stream, self._group, ids[0], ids[-1], 10 * len(ids))
        pending = {entry["message_id"] for entry in held}
        return [sequence for sequence, entry in entries.items() if _order(entry) <= read and entry not in pending]

    def close(self) -> None:
        self._client.close()


def _order(entry: bytes) -> tuple[int, int]:
    """An entry's id as numbers."""
    milliseconds, _, number = entry.decode().partition("-")
    return int(milliseconds), int(number or 0)
