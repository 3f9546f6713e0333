"""Every table there is, for whoever needs the whole schema: the migrations and the tests."""

from __future__ import annotations

from bot.store import (  # noqa: F401 - each adds its tables to the metadata
    approval_tables,
    credit_tables,
    oversight_tables,
    proof_tables,
    talk_tables,
    watch_tables,
)
from bot.store.tables import metadata

__all__ = ["metadata"]
