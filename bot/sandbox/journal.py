"""What has been asked of the tenant: every request, its answer, and whether it changed anything."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.clock import stamp

__all__ = ["Entry", "Journal"]

LENGTH = 200_000
"""Entries kept; a long soak forgets its oldest."""


@dataclass(slots=True)
class Entry:
    """One request. `status` is None while it is being handled, and for good when it was never answered."""

    seq: int
    at: datetime
    method: str
    path: str
    query: str
    body: Any
    client_request_id: str
    batch: int | None = None
    """seq of the batch it came in."""
    batch_item: str | None = None
    """Its id inside that batch."""
    status: int | None = None
    applied: bool = False
    """Whether the tenant is different for it; for a number order, once the order has been carried out."""
    effect: str | None = None
    """The scripted fault that hit it."""

    def described(self) -> dict[str, Any]:
        return asdict(self) | {"at": stamp(self.at)}


class Journal:
    """The request log."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=LENGTH)
        self._by_seq: dict[int, Entry] = {}
        self._seq = 0

    def open(self, entry: Entry) -> Entry:
        """Write down a request as it arrives; it is given its seq here."""
        self._seq += 1
        entry.seq = self._seq
        if len(self._entries) == LENGTH:
            self._by_seq.pop(self._entries[0].seq, None)
        self._entries.append(entry)
        self._by_seq[entry.seq] = entry
        return entry

    def mark_applied(self, seq: int | None) -> None:
        """What an earlier request ordered has come to pass."""
        entry = self._by_seq.get(seq or 0)
        if entry is not None:
            entry.applied = True

    def entries(self) -> list[Entry]:
        return list(self._entries)

    def clear(self) -> None:
        """Forget all entries; numbering goes on."""
        self._entries.clear()
        self._by_seq.clear()
