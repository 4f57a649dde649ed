"""Alerts: an event's revision for a subscription, from when it is due until a sink has confirmed it or it is given up.

The queue is a table, so that nothing that was promised is forgotten by a crash: an event is handed out to all who want
it in the same transaction that notes how far that has come.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from pipeline.clock import utc_now
from pipeline.data import Event, from_json
from pipeline.store.database import Database
from pipeline.store.reviews import note
from pipeline.store.schema import alerts, cursors, events, subscriptions

_CURSOR = "alerts"
Wanted = Callable[[int, Event], Iterable[str]]
"""The names of the subscriptions that want an event, by its sequence and itself."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What is to be delivered; `since` is when it became due (ISO 8601)."""

    subscription: str
    sequence: int
    event: Event
    attempts: int
    since: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How a subscription is doing; `error` is why the oldest that waits could not be delivered yet."""

    waiting: int = 0
    delivered: int = 0
    dead: int = 0
    error: str | None = None


class AlertStore:
    """The queues of all subscriptions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hand_out(self, wanted: Wanted, limit: int = 500) -> int:
        """Queue the next events for all who want them; how many events that were."""
        with self._database.read() as connection:
            if connection.execute(_next(_reached(connection), 1)).first() is None:
                return 0
        with self._database.write() as connection:
            found = connection.execute(_next(_reached(connection), limit)).all()
            there = set(connection.execute(select(subscriptions.c.name)).scalars())
            now = utc_now()
            rows = [
                {"subscription": name, "sequence": row.sequence, "camera": row.camera, "state": "waiting", "since": now}
                for row in found
                for name in wanted(row.sequence, from_json(Event, row.body))
                if name in there
            ]
            if rows:
                connection.execute(insert(alerts), rows)
            if found:
                last = found[-1].sequence
                cursor = upsert(cursors).values(name=_CURSOR, sequence=last)
                connection.execute(
                    cursor.on_conflict_do_update(index_elements=["name"], set_={"sequence": last})
                )  # fmt: skip
        return len(found)

    def waiting(self, subscription: str, limit: int, without: Collection[str] = ()) -> list[Alert]:
        """What is due next, in order, leaving some cameras out."""
        mine = (alerts.c.subscription == subscription) & (alerts.c.state == "waiting")
        query = _alerts().where(mine).order_by(alerts.c.sequence).limit(limit)
        if without:
            query = query.where(alerts.c.camera.not_in(list(without)))
        with self._database.read() as connection:
            return [_alert(row) for row in connection.execute(query)]

    def delivered(self, subscription: str, sequences: Sequence[int]) -> None:
        """The sink has confirmed these."""
        self._end(subscription, sequences, {"state": "delivered", "error": None})

    def failed(self, subscription: str, sequence: int, reason: str, dead: bool) -> None:
        """It could not be delivered: it waits on, or is a dead letter."""
        change: dict[str, Any] = {"attempts": alerts.c.attempts + 1, "error": reason[:500]}
        self._end(subscription, [sequence], {**change, "state": "dead"} if dead else change)

    def _end(self, subscription: str, sequences: Sequence[int], change: dict[str, Any]) -> None:
        which = (alerts.c.subscription == subscription) & alerts.c.sequence.in_(list(sequences))
        values = {**change, "since": utc_now()} if "state" in change else change
        with self._database.write() as connection:
            connection.execute(update(alerts).where(which, alerts.c.state == "waiting").values(values))

    def dead(self, limit: int = 100) -> list[Alert]:
        """The dead letters, the newest first."""
        query = _alerts().where(alerts.c.state == "dead").order_by(alerts.c.since.desc()).limit(limit)
        with self._database.read() as connection:
            return [_alert(row) for row in connection.execute(query)]

    def again(self, subscription: str, sequences: Sequence[int] | None, who: str) -> int:
        """Dead letters are due again, all of a subscription's with None; how many."""
        which = (alerts.c.subscription == subscription) & (alerts.c.state == "dead")
        if sequences is not None:
            which &= alerts.c.sequence.in_(list(sequences))
        change = {"state": "waiting", "attempts": 0, "error": None, "since": utc_now()}
        with self._database.write() as connection:
            count = connection.execute(update(alerts).where(which).values(change)).rowcount
            if count:
                note(connection, who, "sent dead letters again", subscription, str(count))
        return count

    def progress(self) -> dict[str, Progress]:
        """How every subscription that has had alerts is doing, by its name."""
        counts = [func.sum(case((alerts.c.state == state, 1), else_=0)) for state in ("waiting", "delivered", "dead")]
        first = (
            select(alerts.c.subscription, func.min(alerts.c.sequence).label("sequence"))
            .where(alerts.c.state == "waiting").group_by(alerts.c.subscription).subquery()
        )  # fmt: skip
        head = select(alerts.c.subscription, alerts.c.error).join(
            first, (alerts.c.subscription == first.c.subscription) & (alerts.c.sequence == first.c.sequence)
        )
        with self._database.read() as connection:
            errors = {row.subscription: row.error for row in connection.execute(head)}
            rows = connection.execute(select(alerts.c.subscription, *counts).group_by(alerts.c.subscription))
            found: list[tuple[str, int, int, int]] = [tuple(row) for row in rows]
        return {name: Progress(waiting, delivered, dead, errors.get(name)) for name, waiting, delivered, dead in found}


def _reached(connection: Any) -> int:
    query = select(cursors.c.sequence).where(cursors.c.name == _CURSOR)
    return connection.execute(query).scalar_one_or_none() or 0


def _next(reached: int, limit: int) -> Any:
    query = select(events.c.sequence, events.c.camera, events.c.body).where(events.c.sequence > reached)
    return query.order_by(events.c.sequence).limit(limit)


def _alerts() -> Any:
    columns = (alerts.c.subscription, alerts.c.sequence, alerts.c.attempts, alerts.c.since, alerts.c.error)
    return select(*columns, events.c.body).join(events, events.c.sequence == alerts.c.sequence)


def _alert(row: Any) -> Alert:
    event = from_json(Event, row.body)
    return Alert(row.subscription, row.sequence, event, row.attempts, row.since, row.error)
