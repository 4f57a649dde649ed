"""What there is to see of events: files below the store's folder, each with its length and hash in the record."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from pipeline.clock import utc_now
from pipeline.data import Event
from pipeline.store.database import Database
from pipeline.store.schema import evidence

EvidenceKind = Literal["snapshot", "clip", "observations"]
FOLDER = "events"
"""Where it lies in the store's folder."""
_SUFFIXES: dict[EvidenceKind, str] = {"snapshot": ".jpg", "clip": ".mp4", "observations": ".jsonl.gz"}
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """One file. `made_from` says whether a clip is the camera's own packets or was encoded from pictures."""

    path: str
    event_id: str
    camera: str
    severity: str
    kind: EvidenceKind
    made_from: Literal["packets", "pictures", "records"]
    bytes: int
    sha256: str
    created_at: str


def path_of(event: Event, kind: EvidenceKind) -> str:
    """Where an event's evidence lies below the store's folder: camera, day, event."""
    return f"{FOLDER}/{event.camera}/{event.started_at[:10]}/{event.id}{_SUFFIXES[kind]}"


def evidence_of(
    root: Path, event: Event, kind: EvidenceKind, made_from: Literal["packets", "pictures", "records"]
) -> Evidence:
    """The entry of a file that is complete.

    Raises:
        OSError: it cannot be read.
    """
    path = path_of(event, kind)
    digest = sha256_of(root / path)
    length = (root / path).stat().st_size
    return Evidence(path, event.id, event.camera, event.severity, kind, made_from, length, digest, utc_now())


def sha256_of(path: Path) -> str:
    """A file's SHA-256, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


class EvidenceStore:
    """The entries of all files."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.root = database.folder

    def of(self, event_id: str) -> list[Evidence]:
        """What there is of an event."""
        query = select(evidence).where(evidence.c.event_id == event_id).order_by(evidence.c.path)
        with self._database.read() as connection:
            return [Evidence(**row._mapping) for row in connection.execute(query)]

    def add(self, piece: Evidence) -> None:
        """Enter a file; one of that name that was there is replaced."""
        with self._database.write() as connection:
            add_evidence(connection, piece)

    def paths(self) -> set[str]:
        """All files that are known."""
        with self._database.read() as connection:
            return set(connection.execute(select(evidence.c.path)).scalars())


def add_evidence(connection: Connection, piece: Evidence) -> None:
    """Enter a file in a transaction."""
    row = asdict(piece)
    entry = insert(evidence).values(row)
    connection.execute(entry.on_conflict_do_update(index_elements=["path"], set_=row))
