"""Tables of what the watch has found. See `tables` for how values are stored."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import Moment, metadata

__all__ = ["agreed", "drifts", "metadata", "watch_marks"]

# What is to be so, since it was approved and done: the newest word on each thing, as
# bot/domain/drift/agreed.py tells it.
agreed = sa.Table(
    "agreed",
    metadata,
    sa.Column("key", sa.String(160), primary_key=True),
    sa.Column("person_id", sa.String(64), nullable=False),
    # NULL: nothing is expected any more, which is kept so that older words do not come back.
    sa.Column("want", sa.Text),
    sa.Column("fact", sa.JSON, nullable=False),
    sa.Index("ix_agreed_person_id", "person_id"),
)

# What was found to be otherwise, and what became of that.
drifts = sa.Table(
    "drifts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(160), nullable=False),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("finding", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("found_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    sa.Column("closed_by", sa.String(64)),
    # The request that is to put it right.
    sa.Column("request_id", sa.ForeignKey("requests.id")),
    # One at a time about each thing.
    sa.Index(
        "uq_drifts_key",
        "key",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

# How far the watch has looked.
watch_marks = sa.Table(
    "watch_marks",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("at", Moment, nullable=False),
)
