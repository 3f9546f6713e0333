"""Run by Alembic for every command, on the connection and transaction that `upgrade` has opened."""

from __future__ import annotations

from alembic import context

from bot.store.every_table import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    on_version_apply=context.config.attributes["on_version_apply"],
    render_as_batch=True,
)
context.run_migrations()
