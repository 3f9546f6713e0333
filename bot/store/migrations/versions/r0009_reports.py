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
    op.create_index("ix_requests_ended_at", "requests", ["ended_at"], unique=False)
    op.create_index("ix_decisions_decided_at", "decisions", ["decided_at"], unique=False)
