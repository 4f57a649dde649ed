"""Events: accepted when committed, with an outbox that publishes every one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, func, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.clock import utc_now
from pipeline.data import Event, from_json, to_json
from pipeline.store.database import Database
from pipeline.store.evidence import Evidence, add_evidence
from pipeline.store.schema import events, outbox, reviews


@dataclass(frozen=True, slots=True)
class Accepted:
    """A revision with its place in the order in which all were accepted."""

    sequence: int
    event: Event


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are asked for; what is None or empty does not matter.

    `mark` is "reviewed", "false", or "none" for events that nobody has looked at; `before` is the id of an event that
    is newer than all that are asked for; `since` and `until` bound `started_at` (ISO 8601).
    """

    cameras: Sequence[str] = ()
    kinds: Sequence[str] = ()
    rules: Sequence[str] = ()
    severities: Sequence[str] = ()
    mark: str | None = None
    before: str | None = None
    since: str | None = None
    until: str | None = None


EVERYTHING = EventFilter()


class EventStore:
    """The durable record of events. Idempotent by (id, revision)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, event: Event) -> bool:
        """Commit an event and its place in the outbox together; False where it was there already."""
        return self.accept_all([event]) == 1

    def accept_all(self, new: Sequence[Event], shown: Sequence[Evidence] = ()) -> int:
        """Commit several revisions, and what there is to see of them, in one transaction, all or none.

        Returns:
            How many of the revisions were not there already.
        """
        with self._database.write() as connection:
            added = sum(add_event(connection, event) for event in new)
            for piece in shown:
                add_evidence(connection, piece)
            return added

    def pending(self, limit: int = 100) -> list[tuple[int, str]]:
        """What has not been published, in the order in which it was accepted: (sequence, Event as JSON)."""
        with self._database.read() as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.sequence).limit(limit))
            return [(row.sequence, row.body) for row in rows]

    def published(self, sequences: list[int]) -> None:
        """These are on the bus."""
        with self._database.write() as connection:
            connection.execute(delete(outbox).where(outbox.c.sequence.in_(sequences)))

    def latest(self, camera: str | None = None, limit: int = 100, which: EventFilter = EVERYTHING) -> list[Event]:
        """The last revision of each event, the newest event first."""
        query = select(events.c.body).where(_is_last(), *_conditions(which))
        if camera is not None:
            query = query.where(events.c.camera == camera)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(events.c.id.desc()).limit(limit))
            return [from_json(Event, row.body) for row in rows]

    def revisions(self, event_id: str) -> list[Event]:
        """All revisions of an event, the first first; none where there is no such event."""
        query = select(events.c.body).where(events.c.id == event_id).order_by(events.c.revision)
        with self._database.read() as connection:
            return [from_json(Event, row.body) for row in connection.execute(query)]

    def open(self, camera: str | None = None) -> list[Event]:
        """The last revisions of all events, or of a camera's, that have not ended."""
        query = select(events.c.body).where(_is_last(), events.c.ended_at.is_(None)).order_by(events.c.sequence)
        if camera is not None:
            query = query.where(events.c.camera == camera)
        with self._database.read() as connection:
            return [from_json(Event, row.body) for row in connection.execute(query)]

    def after(self, sequence: int, limit: int = 100) -> list[Accepted]:
        """What was accepted after that, in order."""
        query = select(events.c.sequence, events.c.body).where(events.c.sequence > sequence)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(events.c.sequence).limit(limit))
            return [Accepted(row.sequence, from_json(Event, row.body)) for row in rows]

    def newest(self) -> int:
        """The sequence of what was accepted last; 0 before anything was."""
        with self._database.read() as connection:
            return newest(connection)

    def known(self) -> dict[str, list[str]]:
        """The kinds and rules that there are events of, by camera: `kinds` and `rules` hold all names there are."""
        columns = {"cameras": events.c.camera, "kinds": events.c.kind, "rules": events.c.rule}
        with self._database.read() as connection:
            return {
                name: list(connection.execute(select(column).distinct().order_by(column)).scalars())
                for name, column in columns.items()
            }


def newest(connection: Connection) -> int:
    """The sequence of the event that was accepted last."""
    return connection.execute(select(func.coalesce(func.max(events.c.sequence), 0))).scalar_one()


def add_event(connection: Connection, event: Event) -> int:
    """Add a revision in a transaction; 0 where it was there already."""
    body = to_json(event).decode()
    row = {
        "id": event.id, "revision": event.revision, "state": event.state.value, "camera": event.camera,
        "kind": event.kind, "rule": event.rule, "severity": event.severity, "started_at": event.started_at,
        "ended_at": event.ended_at, "accepted_at": utc_now(), "body": body,
    }  # fmt: skip
    new = connection.execute(insert(events).values(row).on_conflict_do_nothing()).rowcount
    if new:
        connection.execute(insert(outbox).values(body=body))
    return new


def _is_last() -> Any:
    """Whether a row is its event's last revision."""
    later = events.alias()
    return ~exists().where(and_(later.c.id == events.c.id, later.c.revision > events.c.revision))


def _conditions(which: EventFilter) -> list[Any]:
    found: list[Any] = []
    for values, column in (
        (which.cameras, events.c.camera),
        (which.kinds, events.c.kind),
        (which.rules, events.c.rule),
        (which.severities, events.c.severity),
    ):
        if values:
            found.append(column.in_(values))
    mark = select(reviews.c.mark).where(reviews.c.event_id == events.c.id).scalar_subquery()
    if which.mark == "none":
        found.append(mark.is_(None))
    elif which.mark is not None:
        found.append(mark == which.mark)
    if which.before is not None:
        found.append(events.c.id < which.before)
    if which.since is not None:
        found.append(events.c.started_at >= which.since)
    if which.until is not None:
        found.append(events.c.started_at < which.until)
    return found
