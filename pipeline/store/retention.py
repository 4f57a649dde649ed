"""What is old enough goes, and the least severe and oldest snapshots and clips where all take too much.

A file goes with its entry; the other way round, a file that a crash left without an entry is looked after here too: a
clip that is complete, or cut off, becomes its event's, and what belongs to nobody goes after an hour.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import case, delete, func, select

from pipeline.clock import utc
from pipeline.config.evidence import DaysConfig, RetentionConfig
from pipeline.store.attaching import attach_clip
from pipeline.store.database import Database
from pipeline.store.evidence import FOLDER, EvidenceStore
from pipeline.store.schema import audit, deliveries, events, evidence, reviews

_TOGETHER = 200
"""Events that are deleted in one transaction: others want to write too."""
_DAY_S = 86_400.0
_QUIET_S = 60.0
"""A clip that nobody has written to for this long is not being written."""
_LOST_S = 3600.0


def sweep(database: Database, kept: RetentionConfig, now: float) -> int:
    """Delete what is not to be kept.

    Args:
        database: of the record; its folder holds the files.
        kept: for how long.
        now: Unix seconds.

    Returns:
        How many events and files went.
    """
    gone = 0
    for camera, days in [*((name, own.days) for name, own in kept.cameras.items() if own.days), (None, kept.days)]:
        others = [name for name, own in kept.cameras.items() if own.days] if camera is None else []
        for severity in DaysConfig.model_fields:
            before = utc(now - getattr(days, severity) * _DAY_S)
            which = [events.c.severity == severity, events.c.started_at < before]
            which += [events.c.camera == camera] if camera else [events.c.camera.not_in(others)]
            gone += _forget_events(database, which)
    for camera, own in kept.cameras.items():
        if own.gigabytes is not None:
            gone += _shrink(database, own.gigabytes * 1e9, [evidence.c.camera == camera])
    gone += _shrink(database, kept.gigabytes * 1e9, [])
    with database.write() as connection:
        old = deliveries.c.accepted_at < utc(now - kept.deliveries_days * _DAY_S)
        connection.execute(delete(deliveries).where(old))
        connection.execute(delete(audit).where(audit.c.at < utc(now - kept.audit_days * _DAY_S)))
    return gone


def _forget_events(database: Database, which: list[Any]) -> int:
    gone = 0
    while True:
        with database.write() as connection:
            oldest = select(events.c.id).where(*which).distinct().limit(_TOGETHER)
            ids = list(connection.execute(oldest).scalars())
            files = list(connection.execute(select(evidence.c.path).where(evidence.c.event_id.in_(ids))).scalars())
            # Entries go after their files: a crash in between leaves entries, which the next sweep deals with.
            _unlink(database.folder, files)
            for table, column in (
                (evidence, evidence.c.event_id),
                (reviews, reviews.c.event_id),
                (events, events.c.id),
            ):
                connection.execute(delete(table).where(column.in_(ids)))
        gone += len(ids)
        if len(ids) < _TOGETHER:
            return gone


def _shrink(database: Database, most_bytes: float, which: list[Any]) -> int:
    """Delete files until the rest takes no more than that."""
    rank = case({"info": 0, "alert": 1}, value=evidence.c.severity, else_=2)
    with database.write() as connection:
        total = connection.execute(select(func.coalesce(func.sum(evidence.c.bytes), 0)).where(*which)).scalar_one()
        if total <= most_bytes:
            return 0
        going = []
        for row in connection.execute(select(evidence).where(*which).order_by(rank, evidence.c.created_at)):
            if total <= most_bytes:
                break
            total -= row.bytes
            going.append(row.path)
        _unlink(database.folder, going)
        for first in range(0, len(going), _TOGETHER):
            connection.execute(delete(evidence).where(evidence.c.path.in_(going[first : first + _TOGETHER])))
    return len(going)


def look_after_orphans(database: Database, now: float | None = None) -> int:
    """Deal with files that no entry knows; how many clips found their event.

    Args:
        database: of the record.
        now: Unix seconds.
    """
    now = time.time() if now is None else now
    known = EvidenceStore(database).paths()
    found = 0
    for path, quiet_s in _files(database.folder / FOLDER, now):
        name = path.name.removeprefix(".").removesuffix(".partial")
        whole = path.with_name(name)
        if str(path.relative_to(database.folder)) in known or quiet_s < _QUIET_S:
            continue
        if name.endswith(".mp4"):
            if path != whole:
                path.replace(whole)
            # What it was made from nobody can tell any more; a copy is the rule.
            if attach_clip(database, whole.stem, "packets"):
                found += 1
                continue
        if quiet_s > _LOST_S:
            whole.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
    return found


def _files(folder: Path, now: float) -> Iterator[tuple[Path, float]]:
    for path in list(folder.glob("*/*/*")):
        with suppress(FileNotFoundError):
            yield path, now - path.stat().st_mtime


def _unlink(root: Path, paths: Iterable[str]) -> None:
    for path in paths:
        (root / path).unlink(missing_ok=True)
        with suppress(OSError):
            (root / path).parent.rmdir()  # the day, if nothing else is left of it
