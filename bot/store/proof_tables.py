"""Tables of the audit log's proofs. See `tables` for how values are stored."""

from __future__ import annotations

from bot.store.tables import metadata

__all__ = ["metadata"]
