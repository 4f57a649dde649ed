"""The API of the durable record: events with what there is to see of them, marks, cases, deliveries, the audit."""

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from typing import IO, Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict

from pipeline.data import Delivery, Event
from pipeline.server.services import current
from pipeline.store.events import EventFilter
from pipeline.store.evidence import EvidenceKind
from pipeline.store.export import write_case
from pipeline.store.reviews import AuditEntry, Mark

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=1000)]
Names = Annotated[list[str], Query()]
WHO = "operator"
"""Who asks, until there are accounts."""
_PIECE = 1 << 20
_IN_MEMORY = 1 << 24


class Marked(BaseModel):
    """A mark for an event; null takes it away."""

    model_config = ConfigDict(extra="forbid")

    mark: Mark | None


@router.get("/events")
def events(
    camera: Names = [],  # noqa: B006
    kind: Names = [],  # noqa: B006
    rule: Names = [],  # noqa: B006
    severity: Names = [],  # noqa: B006
    mark: str | None = None,
    since: str | None = None,
    until: str | None = None,
    before: str | None = None,
    limit: Limit = 100,
) -> list[Event]:
    """The newest events, each in its last revision; `before` the id of an event goes on where that one stood."""
    which = EventFilter(camera, kind, rule, severity, mark, before, since, until)
    return current().events.latest(limit=limit, which=which)


@router.get("/events/{event_id}")
def event(event_id: str) -> dict[str, Any]:
    """An event's revisions, its mark, and what there is to see of it."""
    services = current()
    revisions = _revisions(event_id)
    review = services.reviews.of([event_id]).get(event_id)
    return {
        "revisions": revisions,
        "review": None if review is None else asdict(review),
        "evidence": [asdict(piece) for piece in services.evidence.of(event_id)],
    }


@router.get("/events/{event_id}/snapshot")
def snapshot(event_id: str) -> FileResponse:
    """The picture of the frame at which it was told."""
    return _file(event_id, "snapshot")


@router.get("/events/{event_id}/clip")
def clip(event_id: str) -> FileResponse:
    """The clip, once the event is over and for as long as it is kept."""
    return _file(event_id, "clip")


@router.get("/events/{event_id}/export")
def export(event_id: str) -> StreamingResponse:
    """The case as a zip: revisions, snapshot, clip, observations, and the hash of each."""
    out = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (the answer closes it)
    try:
        write_case(current().database, event_id, out, WHO)  # pyright: ignore[reportArgumentType]
    except BaseException:
        out.close()
        raise
    headers = {"Content-Disposition": f'attachment; filename="case-{event_id}.zip"'}
    return StreamingResponse(_pieces(out), media_type="application/zip", headers=headers)  # pyright: ignore


@router.post("/events/{event_id}/review")
def review(event_id: str, marked: Marked) -> dict[str, Any]:
    """Mark an event as reviewed, or as one of which nothing happened."""
    _revisions(event_id)
    current().reviews.mark(event_id, marked.mark, WHO)
    return {"id": event_id, "mark": marked.mark}


@router.get("/deliveries")
def deliveries(camera: str | None = None, limit: Limit = 100) -> list[Delivery]:
    """The newest deliveries of cricket."""
    return current().deliveries.latest(camera, limit)


@router.get("/audit")
def audit(limit: Limit = 100) -> list[AuditEntry]:
    """Who asked for what, the newest first."""
    return current().reviews.audit(limit)


def _revisions(event_id: str) -> list[Event]:
    found = current().events.revisions(event_id)
    if not found:
        raise HTTPException(404, f"{event_id}: no such event")
    return found


def _file(event_id: str, kind: EvidenceKind) -> FileResponse:
    services = current()
    for piece in services.evidence.of(event_id):
        path = services.database.folder / piece.path
        if piece.kind == kind and path.is_file():
            return FileResponse(path)
    raise HTTPException(404, f"{event_id}: has no {kind}, not yet or not any more")


def _pieces(out: IO[bytes]) -> Iterator[bytes]:
    with out:
        out.seek(0)
        while piece := out.read(_PIECE):
            yield piece
