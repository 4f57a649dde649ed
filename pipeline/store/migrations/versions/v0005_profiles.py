"""What an upload is watched for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Uploads from before were watched for nothing."""
    op.add_column("jobs", sa.Column("profile", sa.Text))
