"""Tables of what the service does by itself, and of what admins have set. See `tables` for values."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import Moment, metadata

__all__ = ["alerts", "chores", "metadata", "switches", "withheld_numbers"]

# Work that comes back: when each is due next, and who is at it.
chores = sa.Table(
    "chores",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("lease_token", sa.String(64)),
    sa.Column("lease_until", Moment),
    sa.Column("began_at", Moment),
    # When it was last done to its end.
    sa.Column("done_at", Moment),
    # Why it last was not; "" once it was.
    sa.Column("trouble", sa.String(512), nullable=False, server_default=""),
)

# What people were alerted to and is still so. A row goes when all is clear, and may come back then.
alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("key", sa.String(160), primary_key=True),
    sa.Column("code", sa.String(16), nullable=False),
    sa.Column("params", sa.JSON, nullable=False),
    sa.Column("raised_at", Moment, nullable=False),
    sa.Index("ix_alerts_raised_at", "raised_at"),
)

# What an admin has set for the whole service and every replica, such as a pause.
switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("set_by", sa.String(64), nullable=False),
    sa.Column("set_at", Moment, nullable=False),
)

# Free numbers that an admin keeps back, and why.
withheld_numbers = sa.Table(
    "withheld_numbers",
    metadata,
    sa.Column("telephone_number", sa.String(16), primary_key=True),
    sa.Column("until", Moment, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("kept_by", sa.JSON, nullable=False),
    sa.Column("since", Moment, nullable=False),
)
