"""Tasks for people, the line for each kind of stock, and numbers that rest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _line_for_stock()
    _resting_numbers()
    _tasks()
    _messages_about_tasks()


def _line_for_stock() -> None:
    op.add_column("requests", sa.Column("pool", sa.String(length=160), nullable=True))
    op.create_index(
        "ix_requests_pool",
        "requests",
        ["pool", "approved_at", "id"],
        unique=False,
        sqlite_where=sa.text("pool IS NOT NULL"),
        postgresql_where=sa.text("pool IS NOT NULL"),
    )


def _resting_numbers() -> None:
    op.create_table(
        "resting_numbers",
        sa.Column("telephone_number", sa.String(length=16), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("kept_for", sa.String(length=64), nullable=True),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_resting_numbers_request_id")),
        sa.PrimaryKeyConstraint("telephone_number", name=op.f("pk_resting_numbers")),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=16), nullable=True),
        sa.Column("step_index", sa.Integer(), nullable=True),
        sa.Column("pool", sa.String(length=160), nullable=True),
        sa.Column("claimed_by", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("confirmed_by_graph", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["requests.id"], name=op.f("fk_tasks_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("request_id", "step_index", name=op.f("uq_tasks_request_id_step_index")),
    )
    op.create_index("ix_tasks_pool", "tasks", ["pool", "updated_at"], unique=False)
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'claimed')"),
        postgresql_where=sa.text("state IN ('open', 'claimed')"),
    )
    op.create_index(
        "uq_tasks_pool",
        "tasks",
        ["pool"],
        unique=True,
        sqlite_where=sa.text("pool IS NOT NULL AND state IN ('open', 'claimed')"),
        postgresql_where=sa.text("pool IS NOT NULL AND state IN ('open', 'claimed')"),
    )


def _messages_about_tasks() -> None:
    """A card is a request's or a task's; SQLite can only drop NOT NULL by copying the table."""
    op.add_column("outbox", sa.Column("task_id", sa.String(length=16), nullable=True))
    op.add_column("card_copies", sa.Column("task_id", sa.String(length=16), nullable=True))
    with op.batch_alter_table("card_copies") as copies:
        copies.alter_column("request_id", existing_type=sa.String(length=16), nullable=True)
    op.create_index("ix_card_copies_task_id", "card_copies", ["task_id"], unique=False)
