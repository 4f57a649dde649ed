"""The tables, and how a database of an earlier version becomes one of today's."""

from sqlalchemy import Column, Connection, Float, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, text

from pipeline.errors import InputError

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("camera", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False, comment="the Event as JSON"),
    PrimaryKeyConstraint("id", "revision"),
    Index("events_by_camera", "camera", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("body", Text, nullable=False, comment="the Event as JSON"),
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, comment="the file's name as it was uploaded"),
    Column("path", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer),
    Column("fps", Float, nullable=False, default=0.0),
    Column("error", Text),
    Column("created_at", Text, nullable=False),
    Column("started_at", Text),
    Column("ended_at", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
)

cameras = Table(
    "cameras",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False, comment="the CameraConfig as JSON"),
)

_STEPS: tuple[tuple[str, ...], ...] = (
    ("CREATE TABLE cameras (name TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL)",),
    ("ALTER TABLE jobs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",),
)
"""From version N to N + 1, by index N - 1; version 1 is what `metadata` made first."""

VERSION = len(_STEPS) + 1


def migrate(connection: Connection, name: str) -> None:
    """Bring the database to today's version, in the transaction that `connection` is in.

    Raises:
        InputError: a newer Sightline has written it.
    """
    found = connection.execute(text("PRAGMA user_version")).scalar_one()
    if found > VERSION:
        raise InputError(
            f"{name}: was written by a newer Sightline (version {found}, this one knows {VERSION}); update"
        )
    if found == 0:
        metadata.create_all(connection)
    else:
        for step in _STEPS[found - 1 :]:
            for statement in step:
                connection.execute(text(statement))
    connection.execute(text(f"PRAGMA user_version = {VERSION}"))
