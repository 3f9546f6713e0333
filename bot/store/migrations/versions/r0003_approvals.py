"""Rounds and void votes, delegations, questions, confirmations, policies on record, channels, digests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rounds()
    _votes()
    _people()
    _policies()
    _places()


def _rounds() -> None:
    op.add_column("requests", sa.Column("rule", sa.String(length=160), server_default="", nullable=False))
    op.add_column(
        "requests", sa.Column("auto_approved", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("requests", sa.Column("round", sa.Integer(), server_default="0", nullable=False))
    op.add_column("requests", sa.Column("keep_or_undo", sa.JSON(none_as_null=True)))
    op.add_column("requests", sa.Column("undoes", sa.String(length=16)))
    op.add_column(
        "requests", sa.Column("stop_asked", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    # What waits for approval is looked after from now on, beginning with what waited longest.
    op.execute("UPDATE requests SET due_at = updated_at WHERE state = 'submitted'")


def _votes() -> None:
    """A vote that became void stays on record beside the one that took its place."""
    op.execute("CREATE TABLE decisions_kept AS SELECT * FROM decisions")
    op.drop_table("decisions")
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("stage_index", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), server_default="0", nullable=False),
        sa.Column("approver_id", sa.String(length=64), nullable=False),
        sa.Column("approver", sa.JSON(), nullable=False),
        sa.Column("instead_of", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("dropped", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("void", sa.String(length=16), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_decisions_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.execute(
        "INSERT INTO decisions "
        "(request_id, stage_index, approver_id, approver, verdict, comment, decided_at) "
        "SELECT request_id, stage_index, approver_id, approver, verdict, comment, decided_at "
        "FROM decisions_kept ORDER BY decided_at"
    )
    op.drop_table("decisions_kept")
    op.create_index(
        "uq_decisions_vote",
        "decisions",
        ["request_id", "stage_index", "round", "approver_id"],
        unique=True,
        sqlite_where=sa.text("void = ''"),
        postgresql_where=sa.text("void = ''"),
    )
    op.create_index("ix_decisions_request_id", "decisions", ["request_id"], unique=False)


def _people() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.JSON(), nullable=False),
        sa.Column("delegate_id", sa.String(length=64), nullable=False),
        sa.Column("delegate", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    op.create_index("ix_delegations_owner_id", "delegations", ["owner_id", "until"], unique=False)
    op.create_index("ix_delegations_delegate_id", "delegations", ["delegate_id", "until"], unique=False)
    op.create_table(
        "remarks",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("author", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_remarks_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    op.create_index("ix_remarks_request_id", "remarks", ["request_id", "id"], unique=False)
    op.create_table(
        "confirmations",
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("approver_id", sa.String(length=64), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("stage_index", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=128), server_default="", nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_confirmations_request_id")),
        sa.PrimaryKeyConstraint("request_id", "approver_id", name=op.f("pk_confirmations")),
    )
    op.create_index("ix_confirmations_begun_at", "confirmations", ["begun_at"], unique=False)


def _policies() -> None:
    op.create_table(
        "policies",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=64), server_default="", nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_index(
        "uq_policies_state",
        "policies",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state IN ('active', 'proposed')"),
        postgresql_where=sa.text("state IN ('active', 'proposed')"),
    )
    op.create_table(
        "policy_votes",
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("proposal", sa.Integer(), nullable=False),
        sa.Column("admin_id", sa.String(length=64), nullable=False),
        sa.Column("admin", sa.JSON(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("void", sa.String(length=16), server_default="", nullable=False),
        sa.Column("voted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["policies.version"], name=op.f("fk_policy_votes_version")),
        sa.PrimaryKeyConstraint("version", "proposal", "admin_id", name=op.f("pk_policy_votes")),
    )
    # Cards of a proposal follow it, as those of a task do.
    op.add_column("outbox", sa.Column("policy_version", sa.String(length=64), nullable=True))
    op.add_column("card_copies", sa.Column("policy_version", sa.String(length=64), nullable=True))
    op.create_index("ix_card_copies_policy_version", "card_copies", ["policy_version"], unique=False)


def _places() -> None:
    op.create_table(
        "channels",
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("conversation_id", sa.String(length=256), nullable=False),
        sa.Column("service_url", sa.String(length=256), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_channels")),
    )
    op.create_table(
        "digests",
        sa.Column("recipient_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("copy_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("recipient_id", name=op.f("pk_digests")),
    )
    op.create_table(
        "askings",
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("stage_index", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_askings_request_id")),
        sa.PrimaryKeyConstraint("request_id", "person_id", name=op.f("pk_askings")),
    )
    op.create_index("ix_askings_person_id", "askings", ["person_id", "asked_at", "request_id"], unique=False)
    op.create_index(
        "ix_outbox_failed",
        "outbox",
        ["finished_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('undelivered', 'blocked', 'not_installed', 'gone')"),
        postgresql_where=sa.text("state IN ('undelivered', 'blocked', 'not_installed', 'gone')"),
    )
