"""Events in the order in which they were accepted, with what they are filtered by; evidence, reviews, subscriptions."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_READ_FROM_BODY = ("state", "rule", "severity", "started_at", "ended_at")
_TOGETHER = 1000


def upgrade() -> None:
    """Events get their order; the other tables are new."""
    _events()
    op.create_table(
        "evidence",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made_from", sa.Text, nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
    )
    op.create_index("evidence_by_event", "evidence", ["event_id"])
    op.create_index("evidence_by_age", "evidence", ["created_at"])
    op.create_table(
        "reviews",
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("mark", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("did", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("accepted_at", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("deliveries_by_camera", "deliveries", ["camera", "id"])
    _subscriptions()


def _events() -> None:
    op.rename_table("events", "events_before")
    op.drop_index("events_by_camera", table_name="events_before")
    op.create_table(
        "events",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("started_at", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
        sa.Column("accepted_at", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("id", "revision", name="events_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_by_camera", "events", ["camera", "id"])
    op.create_index("events_by_start", "events", ["started_at"])
    names = ("id", "revision", "camera", "kind", "body")
    before = sa.table("events_before", *(sa.column(name) for name in names))
    after = sa.table("events", *(sa.column(name) for name in (*names, *_READ_FROM_BODY, "accepted_at")))
    bind = op.get_bind()
    rows = bind.execute(sa.select(before).order_by(before.c.id, before.c.revision)).all()
    for first in range(0, len(rows), _TOGETHER):
        bind.execute(after.insert(), [_with_columns(row._mapping) for row in rows[first : first + _TOGETHER]])
    op.drop_table("events_before")


def _with_columns(row: Any) -> dict[str, Any]:
    """A row of today. When it was accepted is not known; it began before."""
    body = json.loads(row["body"])
    return {**row, **{name: body[name] for name in _READ_FROM_BODY}, "accepted_at": body["started_at"]}


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("subscription", sa.Text, sa.ForeignKey("subscriptions.name", ondelete="CASCADE"), nullable=False),
        sa.Column("sequence", sa.Integer, sa.ForeignKey("events.sequence", ondelete="CASCADE"), nullable=False),
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.Text),
        sa.Column("since", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subscription", "sequence"),
    )
    op.create_index("alerts_by_state", "alerts", ["subscription", "state", "sequence"])
    op.create_index("alerts_by_event", "alerts", ["sequence"])
    op.create_table(
        "cursors", sa.Column("name", sa.Text, primary_key=True), sa.Column("sequence", sa.Integer, nullable=False)
    )
