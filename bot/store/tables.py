"""The tables, for SQLite and PostgreSQL alike; more of them are in `approval_tables` and `talk_tables`.

Moments are stored as integer microseconds since the epoch (UTC): exact, ordered, and the same on both
databases. Domain values are stored as the JSON of their pydantic models.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

__all__ = [
    "Moment",
    "audit_entries",
    "audit_head",
    "card_copies",
    "decisions",
    "drafts",
    "holds",
    "metadata",
    "outbox",
    "requests",
    "resting_numbers",
    "steps",
    "tasks",
    "writer_locks",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, as integer microseconds since the epoch."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("waiting", sa.String(16)),
    # What it stands in line for together with others, while it waits.
    sa.Column("pool", sa.String(160)),
    sa.Column("requester_id", sa.String(64), nullable=False),
    sa.Column("requester", sa.JSON, nullable=False),
    sa.Column("beneficiary_id", sa.String(64), nullable=False),
    sa.Column("beneficiary", sa.JSON, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("wish", sa.JSON, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("policy_version", sa.String(64), nullable=False),
    sa.Column("rule", sa.String(160), nullable=False, server_default=""),
    sa.Column("auto_approved", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("round", sa.Integer, nullable=False, server_default="0"),
    sa.Column("stages", sa.JSON, nullable=False),
    sa.Column("stage_index", sa.Integer, nullable=False),
    sa.Column("outcome", sa.JSON(none_as_null=True)),
    # Once it has ended: the question whether what it gave is taken back, and the answer.
    sa.Column("keep_or_undo", sa.JSON(none_as_null=True)),
    # Withdrawn while a change was on its way: nothing more is begun after it.
    sa.Column("stop_asked", sa.Boolean, nullable=False, server_default=sa.false()),
    # The request whose licences this one takes back.
    sa.Column("undoes", sa.String(16)),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("approved_at", Moment),
    sa.Column("ended_at", Moment),
    # The queue of the runner. due_at is business time; lease_until is real (database) time.
    sa.Column("due_at", Moment),
    sa.Column("lease_token", sa.String(32)),
    sa.Column("lease_until", Moment),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    # The submitter's key (a draft id): the same click twice is the same request (J09).
    sa.Column("idempotency_key", sa.String(128), nullable=False, unique=True),
    # The same wish while another is open is refused by the database, whatever raced (V5).
    sa.Column("open_key", sa.String(160), unique=True),
    sa.Index(
        "ix_requests_due",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    sa.Index("ix_requests_requester_id", "requester_id", "created_at"),
    sa.Index("ix_requests_beneficiary_id", "beneficiary_id"),
    sa.Index("ix_requests_state", "state", "updated_at"),
    # Everybody's, newest first.
    sa.Index("ix_requests_created_at", "created_at", "id"),
    # All that reports need of many requests: their rows are large, and are not read for it.
    sa.Index("ix_requests_approved_at", "approved_at", "created_at", "auto_approved"),
    sa.Index("ix_requests_ended_at", "ended_at", "state", "created_at", "approved_at"),
    # Who waits for the same thing, first approved first.
    sa.Index(
        "ix_requests_line",
        "waiting",
        "approved_at",
        "id",
        sqlite_where=sa.text("waiting IS NOT NULL"),
        postgresql_where=sa.text("waiting IS NOT NULL"),
    ),
    sa.Index(
        "ix_requests_pool",
        "pool",
        "approved_at",
        "id",
        sqlite_where=sa.text("pool IS NOT NULL"),
        postgresql_where=sa.text("pool IS NOT NULL"),
    ),
)

steps = sa.Table(
    "steps",
    metadata,
    sa.Column("request_id", sa.ForeignKey("requests.id"), primary_key=True),
    sa.Column("step_index", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("started_at", Moment),
    sa.Column("finished_at", Moment),
    sa.Column("detail", sa.JSON, nullable=False),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("request_id", sa.ForeignKey("requests.id"), nullable=False),
    sa.Column("stage_index", sa.Integer, nullable=False),
    sa.Column("round", sa.Integer, nullable=False, server_default="0"),
    sa.Column("approver_id", sa.String(64), nullable=False),
    sa.Column("approver", sa.JSON, nullable=False),
    sa.Column("instead_of", sa.JSON(none_as_null=True)),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    sa.Column("dropped", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("decided_at", Moment, nullable=False),
    # Why the vote does not count any more, as a code; "" while it does.
    sa.Column("void", sa.String(16), nullable=False, server_default=""),
    # One vote a person, stage and round, whatever raced; a void one makes room for another.
    sa.Index(
        "uq_decisions_vote",
        "request_id",
        "stage_index",
        "round",
        "approver_id",
        unique=True,
        sqlite_where=sa.text("void = ''"),
        postgresql_where=sa.text("void = ''"),
    ),
    sa.Index("ix_decisions_request_id", "request_id"),
    sa.Index("ix_decisions_approver_id", "approver_id"),
    sa.Index("ix_decisions_decided_at", "decided_at", "approver_id", "verdict"),
)

# One row a promise: a seat of a SKU, or a number. Active while released_at is NULL.
holds = sa.Table(
    "holds",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("request_id", sa.ForeignKey("requests.id"), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("held_at", Moment, nullable=False),
    sa.Column("released_at", Moment),
    sa.Index("ix_holds_request_id", "request_id"),
    sa.Index(
        "ix_holds_active",
        "kind",
        "key",
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    ),
    # At most one holder per number.
    sa.Index(
        "uq_holds_number",
        "key",
        unique=True,
        sqlite_where=sa.text("kind = 'number' AND released_at IS NULL"),
        postgresql_where=sa.text("kind = 'number' AND released_at IS NULL"),
    ),
    # At most one promise of the same thing per request.
    sa.Index(
        "uq_holds_request",
        "request_id",
        "kind",
        "key",
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    ),
)

# Numbers that were given back and are not offered yet, but to whoever they are kept for (J07).
resting_numbers = sa.Table(
    "resting_numbers",
    metadata,
    sa.Column("telephone_number", sa.String(16), primary_key=True),
    sa.Column("until", Moment, nullable=False),
    sa.Column("kept_for", sa.String(64)),
    sa.Column("tag", sa.Text, nullable=False),
    sa.Column("request_id", sa.ForeignKey("requests.id"), nullable=False),
)

# One writer a user in Graph: whoever holds the row may change the user.
writer_locks = sa.Table(
    "writer_locks",
    metadata,
    sa.Column("user_id", sa.String(64), primary_key=True),
    sa.Column("request_id", sa.String(16), nullable=False),
    sa.Column("lease_token", sa.String(32), nullable=False),
    sa.Column("lease_until", Moment, nullable=False),
)

# What people are asked to do by hand, for a step of one request or for stock that several wait for.
tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("audience", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("params", sa.JSON, nullable=False),
    sa.Column("request_id", sa.ForeignKey("requests.id")),
    sa.Column("step_index", sa.Integer),
    sa.Column("pool", sa.String(160)),
    sa.Column("claimed_by", sa.JSON(none_as_null=True)),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("confirmed_by_graph", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.UniqueConstraint("request_id", "step_index"),
    # At most one open task a pool, whatever raced.
    sa.Index(
        "uq_tasks_pool",
        "pool",
        unique=True,
        sqlite_where=sa.text("pool IS NOT NULL AND state IN ('open', 'claimed')"),
        postgresql_where=sa.text("pool IS NOT NULL AND state IN ('open', 'claimed')"),
    ),
    sa.Index("ix_tasks_pool", "pool", "updated_at"),
    sa.Index(
        "ix_tasks_open",
        "created_at",
        "id",
        sqlite_where=sa.text("state IN ('open', 'claimed')"),
        postgresql_where=sa.text("state IN ('open', 'claimed')"),
    ),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    # What to show: a template name of bot/domain/messages.py with its parameters; rendered when sent.
    sa.Column("template", sa.String(32), nullable=False),
    sa.Column("params", sa.JSON, nullable=False),
    # What it is about, if anything: a request, a task, or a policy that was proposed.
    sa.Column("request_id", sa.String(16)),
    sa.Column("task_id", sa.String(16)),
    sa.Column("policy_version", sa.String(64)),
    sa.Column("recipient_id", sa.String(64), nullable=False),
    # Set for a refresh of a card that was sent before.
    sa.Column("copy_id", sa.Integer),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", Moment),
    sa.Column("lease_token", sa.String(32)),
    sa.Column("lease_until", Moment),
    sa.Column("last_error", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
    # The same message is never queued twice.
    sa.Column("dedupe_key", sa.String(160), nullable=False, unique=True),
    sa.Index(
        "ix_outbox_due",
        "due_at",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    # One message at a time to a recipient, in order.
    sa.Index(
        "ix_outbox_recipient_id",
        "recipient_id",
        "id",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
    sa.Index("ix_outbox_request_id", "request_id"),
    # What could not be delivered, for whoever looks after it.
    sa.Index(
        "ix_outbox_failed",
        "finished_at",
        "id",
        sqlite_where=sa.text("state IN ('undelivered', 'blocked', 'not_installed', 'gone')"),
        postgresql_where=sa.text("state IN ('undelivered', 'blocked', 'not_installed', 'gone')"),
    ),
    sa.Index(
        "ix_outbox_copy_id",
        "copy_id",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    ),
)

# Every card of a request, a task or a proposed policy that stands in somebody's chat, so that all of them
# can be updated.
card_copies = sa.Table(
    "card_copies",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    # One of the three.
    sa.Column("request_id", sa.String(16)),
    sa.Column("task_id", sa.String(16)),
    sa.Column("policy_version", sa.String(64)),
    sa.Column("template", sa.String(32), nullable=False),
    sa.Column("recipient_id", sa.String(64), nullable=False),
    sa.Column("conversation_id", sa.String(256), nullable=False),
    sa.Column("service_url", sa.String(256), nullable=False),
    sa.Column("activity_id", sa.String(128), nullable=False),
    # The version of it that the copy shows; a refresh that brings nothing newer is skipped.
    sa.Column("shown_version", sa.Integer, nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("conversation_id", "activity_id"),
    sa.Index("ix_card_copies_request_id", "request_id"),
    sa.Index("ix_card_copies_task_id", "task_id"),
    sa.Index("ix_card_copies_policy_version", "policy_version"),
)

# A wish being filled in; outlives restarts, and remembers the request it became.
drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner_id", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("request_id", sa.String(16)),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index("ix_drafts_owner_id", "owner_id", "kind", "updated_at"),
)

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    sa.Column(
        "seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("action", sa.String(48), nullable=False),
    sa.Column("request_id", sa.String(16)),
    # Canonical JSON (RFC 8785) of the whole entry; the columns above only index it.
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_audit_entries_request_id", "request_id"),
    sa.Index("ix_audit_entries_actor", "actor"),
)

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
