"""How often an upload was begun."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """One column more."""
    op.add_column("jobs", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
