"""Cameras that operators add."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One table more."""
    op.create_table("cameras", sa.Column("name", sa.Text, primary_key=True), sa.Column("body", sa.Text, nullable=False))
