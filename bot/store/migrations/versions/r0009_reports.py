"""When requests ended, and what reports count by time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("ended_at", sa.BigInteger(), nullable=True))
    # The best that is known of old ones: few were touched again after their end.
    op.execute(
        "UPDATE requests SET ended_at = updated_at "
        "WHERE state IN ('rejected', 'withdrawn', 'expired', 'done', 'partly_done', 'failed')"
    )
    for table, columns in (
        ("requests", ["approved_at", "created_at", "auto_approved"]),
        ("requests", ["ended_at", "state", "created_at", "approved_at"]),
        ("decisions", ["decided_at", "approver_id", "verdict"]),
    ):
        op.create_index(f"ix_{table}_{columns[0]}", table, columns, unique=False)
