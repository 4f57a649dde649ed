"""A case: all that there is of an event in one zip, with the hash of each file, to be handed on.

Every file is compared with the hash that was noted when it was made, so that one that was changed since is not passed
on as what was seen.
"""

import hashlib
import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from pipeline import __version__
from pipeline.clock import utc_now
from pipeline.data import Event, to_json
from pipeline.errors import InputError
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.evidence import EvidenceStore, sha256_of
from pipeline.store.reviews import ReviewStore

_PIECE = 1 << 20


def write_case(database: Database, event_id: str, out: IO[bytes], who: str) -> list[str]:
    """Write an event's case as a zip, and note that somebody took it.

    Args:
        database: the record.
        event_id: which event.
        out: where to; need not be seekable.
        who: takes it, for the audit.

    Returns:
        The names of the files in it.

    Raises:
        InputError: there is no such event.
    """
    revisions = EventStore(database).revisions(event_id)
    if not revisions:
        raise InputError(f"{event_id}: no such event")
    reviews = ReviewStore(database)
    review = reviews.of([event_id]).get(event_id)
    manifest: dict[str, Any] = {
        "schema": "sightline.case/1",
        "event": event_id,
        "exported_at": utc_now(),
        "exported_by": who,
        "sightline": __version__,
        "review": None if review is None else asdict(review),
        "files": [],
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as case:
        _write_revisions(case, revisions, manifest)
        for piece in EvidenceStore(database).of(event_id):
            path = database.folder / piece.path
            entry = {"name": path.name, "kind": piece.kind, "made_from": piece.made_from, "sha256": piece.sha256}
            if not path.is_file():
                entry["fault"] = "is no longer there"
            elif sha256_of(path) != piece.sha256:
                entry["fault"] = "is not what it was when it was made; left out"
            else:
                _copy(case, path)
            manifest["files"].append(entry)
        case.writestr("manifest.json", json.dumps(manifest, indent=2) + "\n")
        sums = [f"{entry['sha256']}  {entry['name']}\n" for entry in manifest["files"] if "fault" not in entry]
        case.writestr("SHA256SUMS", "".join(sums))
        names = case.namelist()
    reviews.note(who, "exported a case", event_id)
    return names


def _write_revisions(case: zipfile.ZipFile, revisions: list[Event], manifest: dict[str, Any]) -> None:
    text = b"".join(to_json(revision) + b"\n" for revision in revisions)
    case.writestr("event.jsonl", text)
    digest = hashlib.sha256(text).hexdigest()
    manifest["files"].append({"name": "event.jsonl", "kind": "revisions", "made_from": "record", "sha256": digest})


def _copy(case: zipfile.ZipFile, path: Path) -> None:
    with path.open("rb") as file, case.open(path.name, "w", force_zip64=True) as entry:
        while piece := file.read(_PIECE):
            entry.write(piece)
