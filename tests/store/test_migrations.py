"""Databases of earlier versions become today's, with all that they hold."""

import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.data import Event, EventState, to_json
from pipeline.store.database import Database
from pipeline.store.events import EventStore
from pipeline.store.jobs import JobStore
from pipeline.store.schema import metadata

BEFORE = """
CREATE TABLE events (id TEXT NOT NULL, revision INTEGER NOT NULL, camera TEXT NOT NULL, kind TEXT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (id, revision));
CREATE INDEX events_by_camera ON events (camera, id);
CREATE TABLE outbox (sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE jobs (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, state TEXT NOT NULL,
  done INTEGER NOT NULL, total INTEGER, fps FLOAT NOT NULL, error TEXT, created_at TEXT NOT NULL, started_at TEXT,
  ended_at TEXT);
INSERT INTO jobs VALUES ('j', 'a.mp4', '/a', 'queued', 0, NULL, 0.0, NULL, '2026-01-01T00:00:00.000Z', NULL, NULL);
"""
"""What the first version made; each later one added to it."""
ADDED = (
    "CREATE TABLE cameras (name TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL)",
    "ALTER TABLE jobs ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",
)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_database_that_counted_its_versions_itself_is_brought_up_to_date(tmp_path, version):
    began = "2026-01-01T00:00:00.000Z"
    life = [
        Event("a", 0, EventState.START, "gate", "camera", "camera_live", "info", began, "r", "s"),
        Event("a", 1, EventState.END, "gate", "camera", "camera_live", "info", began, "r", "s", ended_at=began),
    ]
    with sqlite3.connect(tmp_path / "sightline.db") as connection:
        connection.executescript(BEFORE)
        for statement in ADDED[: version - 1]:
            connection.execute(statement)
        for event in reversed(life):
            row = (event.id, event.revision, event.camera, event.kind, to_json(event).decode())
            connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", row)
        connection.execute(f"PRAGMA user_version = {version}")
    database = Database(tmp_path)
    store = EventStore(database)
    assert [accepted.event for accepted in store.after(0)] == life
    assert store.open() == []
    assert not store.accept(life[1])
    assert JobStore(database).get("j").attempts == 0
    database.close()
    assert EventStore(Database(tmp_path)).revisions("a") == life


def test_the_migrations_make_the_tables_that_the_code_knows(tmp_path):
    with Database(tmp_path).read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
