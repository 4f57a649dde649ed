"""The tables of the durable record, as they are today; pipeline/store/migrations/ says how they came to be so."""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True, comment="the order in which they were accepted"),
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("accepted_at", Text, nullable=False),
    Column("body", Text, nullable=False, comment="the Event as JSON"),
    UniqueConstraint("id", "revision", name="events_once"),
    Index("events_by_camera", "camera", "id"),
    Index("events_by_start", "started_at"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("body", Text, nullable=False, comment="the Event as JSON"),
    sqlite_autoincrement=True,
)

evidence = Table(
    "evidence",
    metadata,
    Column("path", Text, primary_key=True, comment="below the store's folder"),
    Column("event_id", Text, nullable=False),
    Column("camera", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="snapshot, clip or observations"),
    Column("made_from", Text, nullable=False, comment="packets, pictures or records"),
    Column("bytes", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("evidence_by_event", "event_id"),
    Index("evidence_by_age", "created_at"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("mark", Text, nullable=False, comment="reviewed or false"),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("did", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("camera", Text, nullable=False),
    Column("accepted_at", Text, nullable=False),
    Column("body", Text, nullable=False, comment="the cricket Delivery as JSON"),
    Index("deliveries_by_camera", "camera", "id"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("name", Text, primary_key=True),
    Column("origin", Text, nullable=False, comment="file: the deployment's YAML; api: added while it ran"),
    Column("since", Integer, nullable=False, comment="the last event that was accepted before it was there"),
    Column("created_at", Text, nullable=False),
    Column("body", Text, nullable=False, comment="the SubscriptionConfig as JSON, with its secrets"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("subscription", Text, ForeignKey("subscriptions.name", ondelete="CASCADE"), nullable=False),
    Column("sequence", Integer, ForeignKey("events.sequence", ondelete="CASCADE"), nullable=False),
    Column("camera", Text, nullable=False),
    Column("state", Text, nullable=False, comment="waiting, delivered or dead"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", Text),
    Column("since", Text, nullable=False, comment="when it came to be in this state"),
    PrimaryKeyConstraint("subscription", "sequence"),
    Index("alerts_by_state", "subscription", "state", "sequence"),
    Index("alerts_by_event", "sequence"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sequence", Integer, nullable=False, comment="of the last event that was dealt with"),
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
    Column("profile", Text, comment="what it is watched for; nothing but people where there is none"),
)

cameras = Table(
    "cameras",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", Text, nullable=False, comment="the CameraConfig as JSON"),
)
