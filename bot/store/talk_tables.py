"""Tables of what is said: where people are, what they sent, what dialogs remember. See `tables`."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import Moment, metadata

__all__ = ["conversations", "dialog_states", "inbound_activities", "metadata"]

# Where a person or channel can be reached; refreshed by every inbound activity.
conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("tenant_id", sa.String(64), nullable=False),
    sa.Column("service_url", sa.String(256), nullable=False),
    sa.Column("conversation_id", sa.String(256)),
    sa.Column("channel_user_id", sa.String(256)),
    sa.Column("bot_id", sa.String(256)),
    sa.Column("locale", sa.String(16)),
    sa.Column("name", sa.String(256)),
    sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("welcomed_at", Moment),
    sa.Column("seen_at", Moment, nullable=False),
)

inbound_activities = sa.Table(
    "inbound_activities",
    metadata,
    sa.Column("conversation_id", sa.String(256), primary_key=True),
    sa.Column("activity_id", sa.String(128), primary_key=True),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("lease_until", Moment),
    # Set once answered; a repeat gets the same answer and runs nothing.
    sa.Column("status", sa.Integer),
    sa.Column("answer", sa.Text),
    sa.Index("ix_inbound_activities_received_at", "received_at"),
)

dialog_states = sa.Table(
    "dialog_states",
    metadata,
    sa.Column("key", sa.String(512), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)
