"""What people did: their marks on events, and the audit of everything that was asked of Sightline."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from pipeline.clock import utc_now
from pipeline.store.database import Database
from pipeline.store.schema import audit, reviews

Mark = Literal["reviewed", "false"]


@dataclass(frozen=True, slots=True)
class Review:
    """A person's verdict on an event: that it was looked at, or that nothing of the kind happened."""

    event_id: str
    mark: Mark
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Somebody did something to something; `detail` never holds a secret."""

    sequence: int
    at: str
    who: str
    did: str
    what: str
    detail: str


class ReviewStore:
    """Marks and audit entries, written together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, event_id: str, mark: Mark | None, who: str) -> None:
        """Mark an event, or take its mark away."""
        with self._database.write() as connection:
            if mark is None:
                connection.execute(delete(reviews).where(reviews.c.event_id == event_id))
            else:
                values = {"mark": mark, "who": who, "at": utc_now()}
                row = upsert(reviews).values(event_id=event_id, **values)
                connection.execute(row.on_conflict_do_update(index_elements=["event_id"], set_=values))
            note(connection, who, "marked an event", event_id, mark or "no mark")

    def of(self, event_ids: Iterable[str]) -> dict[str, Review]:
        """The marks of these events, by their id."""
        query = select(reviews).where(reviews.c.event_id.in_(list(event_ids)))
        with self._database.read() as connection:
            return {row.event_id: Review(**row._mapping) for row in connection.execute(query)}

    def note(self, who: str, did: str, what: str, detail: str = "") -> None:
        """Write an audit entry."""
        with self._database.write() as connection:
            note(connection, who, did, what, detail)

    def audit(self, limit: int = 100) -> list[AuditEntry]:
        """The newest audit entries first."""
        query = select(audit).order_by(audit.c.sequence.desc()).limit(limit)
        with self._database.read() as connection:
            return [AuditEntry(**row._mapping) for row in connection.execute(query)]


def note(connection: Connection, who: str, did: str, what: str, detail: str = "") -> None:
    """Write an audit entry in the transaction of what it tells of."""
    connection.execute(insert(audit).values(at=utc_now(), who=who, did=did, what=what, detail=detail))
