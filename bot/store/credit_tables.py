"""Tables of the Communications Credits as bought, used and seen. See `tables` for how values are stored."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import Moment, metadata

__all__ = [
    "call_charges",
    "credit_days",
    "credit_entries",
    "credit_people",
    "credit_readings",
    "credit_usage",
    "metadata",
]

# What people recorded: purchases, corrections, looks into the admin centre. Never changed, never removed.
credit_entries = sa.Table(
    "credit_entries",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("entry", sa.JSON, nullable=False),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("request_id", sa.String(16)),
    sa.Column("recorded_at", Moment, nullable=False),
)

# One row a call that cost something, so that a record read again is known again, and a changed one noticed.
call_charges = sa.Table(
    "call_charges",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("began", Moment, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    # Millionths of the currency's unit, here and below.
    sa.Column("millionths", sa.BigInteger, nullable=False),
    sa.Column("person", sa.Integer, nullable=False),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("call_type", sa.String(32), nullable=False),
)

# Who called. The calls know only the number of the row, so that a person can be forgotten in one place.
credit_people = sa.Table(
    "credit_people",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("person_id", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(256), nullable=False, server_default=""),
    sa.Column("department", sa.String(128), nullable=False, server_default=""),
    # When the directory was last asked for the department.
    sa.Column("looked_up_at", Moment),
)

# `call_charges` summed by everything people ask about; kept in step with it, row by row.
credit_usage = sa.Table(
    "credit_usage",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("currency", sa.String(3), primary_key=True),
    sa.Column("person", sa.Integer, primary_key=True),
    sa.Column("country", sa.String(2), primary_key=True),
    sa.Column("call_type", sa.String(32), primary_key=True),
    sa.Column("calls", sa.Integer, nullable=False),
    sa.Column("seconds", sa.BigInteger, nullable=False),
    sa.Column("millionths", sa.BigInteger, nullable=False),
)

# The same by day alone: all that the balance needs, for years, in a few hundred rows.
credit_days = sa.Table(
    "credit_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("currency", sa.String(3), primary_key=True),
    sa.Column("millionths", sa.BigInteger, nullable=False),
)

# Each reading of call records, and how far one that has not ended has come.
credit_readings = sa.Table(
    "credit_readings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    # What is being read, and where in it the next page begins; "" for its first.
    sa.Column("window_since", Moment, nullable=False),
    sa.Column("window_until", Moment, nullable=False),
    sa.Column("next_page", sa.Text, nullable=False, server_default=""),
    # Records seen, those that cost something for the first time, and those that cost something else now.
    sa.Column("records", sa.Integer, nullable=False, server_default="0"),
    sa.Column("charged", sa.Integer, nullable=False, server_default="0"),
    sa.Column("corrected", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unreadable", sa.Integer, nullable=False, server_default="0"),
    sa.Column("began_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.Index("ix_credit_readings_done_at", "done_at"),
)
