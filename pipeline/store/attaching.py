"""A clip becomes a part of its event when the event has ended: one more revision, which says where it is.

Not before, because the revisions until then are numbered by who watches the event.
"""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from pipeline.data import Event, EventState, from_json
from pipeline.store.database import Database
from pipeline.store.events import add_event
from pipeline.store.evidence import add_evidence, evidence_of
from pipeline.store.schema import events


def attach_clip(database: Database, event_id: str, made_from: Literal["packets", "pictures"]) -> bool:
    """Enter an event's clip, whose file is complete; False where the event has not ended yet, or is not known.

    Raises:
        OSError: the file cannot be read.
    """
    last = _last(database, event_id)
    if last is None or last.ended_at is None:
        return False
    if last.clip is not None:
        return True
    piece = evidence_of(Path(database.folder), last, "clip", made_from)
    with database.write() as connection:
        revision = replace(last, revision=last.revision + 1, state=EventState.UPDATE, clip=piece.path)
        if add_event(connection, revision):
            add_evidence(connection, piece)
    return True


def end_open(database: Database, run: str, now: str) -> int:
    """End the events that an earlier run left open: nobody watches them any more. How many there were."""
    latest = select(events.c.body, events.c.id, events.c.revision).order_by(events.c.id, events.c.revision)
    with database.write() as connection:
        last = {row.id: row.body for row in connection.execute(latest.where(_may_be_open()))}
        open_events = [from_json(Event, body) for body in last.values()]
        ended = [
            replace(event, revision=event.revision + 1, state=EventState.END, ended_at=now)
            for event in open_events
            if event.ended_at is None and event.run != run
        ]
        for event in ended:
            add_event(connection, event)
    return len(ended)


def _may_be_open():
    """Events of which no revision has ended."""
    return events.c.id.not_in(select(events.c.id).where(events.c.ended_at.is_not(None)))


def _last(database: Database, event_id: str) -> Event | None:
    query = select(events.c.body).where(events.c.id == event_id).order_by(events.c.revision.desc()).limit(1)
    with database.read() as connection:
        body = connection.execute(query).scalar_one_or_none()
    return None if body is None else from_json(Event, body)
