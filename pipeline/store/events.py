"""Events: accepted when committed, with an outbox that publishes every one of them."""

from sqlalchemy import and_, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.data import Event, from_json, to_json
from pipeline.store.database import Database
from pipeline.store.schema import events, outbox


class EventStore:
    """The durable record of events. Idempotent by (id, revision)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, event: Event) -> bool:
        """Commit an event and its place in the outbox together; False where it was there already."""
        body = to_json(event).decode()
        row = {"id": event.id, "revision": event.revision, "camera": event.camera, "kind": event.kind, "body": body}
        with self._database.write() as connection:
            new = connection.execute(insert(events).values(row).on_conflict_do_nothing()).rowcount == 1
            if new:
                connection.execute(insert(outbox).values(body=body))
        return new

    def pending(self, limit: int = 100) -> list[tuple[int, str]]:
        """What has not been published, in the order in which it was accepted: (sequence, Event as JSON)."""
        with self._database.read() as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.sequence).limit(limit))
            return [(row.sequence, row.body) for row in rows]

    def published(self, sequences: list[int]) -> None:
        """These are on the bus."""
        with self._database.write() as connection:
            connection.execute(delete(outbox).where(outbox.c.sequence.in_(sequences)))

    def latest(self, camera: str | None = None, limit: int = 100) -> list[Event]:
        """The last revision of each event, the newest event first."""
        last = select(events.c.id, func.max(events.c.revision).label("revision")).group_by(events.c.id).subquery()
        query = select(events.c.body).join(last, and_(events.c.id == last.c.id, events.c.revision == last.c.revision))
        if camera is not None:
            query = query.where(events.c.camera == camera)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(events.c.id.desc()).limit(limit))
            return [from_json(Event, row.body) for row in rows]
