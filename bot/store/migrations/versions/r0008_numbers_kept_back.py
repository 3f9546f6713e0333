"""Numbers that admins keep back; lists and figures of everybody's requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "withheld_numbers",
        sa.Column("telephone_number", sa.String(length=16), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kept_by", sa.JSON(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("telephone_number", name=op.f("pk_withheld_numbers")),
    )
    op.drop_index("ix_requests_state", table_name="requests")
    op.create_index("ix_requests_state", "requests", ["state", "updated_at"], unique=False)
    op.create_index("ix_requests_created_at", "requests", ["created_at", "id"], unique=False)
