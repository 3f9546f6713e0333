"""What a write leaves behind for the audit log."""

from __future__ import annotations

from dataclasses import dataclass

from bot.graph.wire import Answer

__all__ = ["WriteReceipt", "receipt_of"]


@dataclass(frozen=True, slots=True)
class WriteReceipt:
    """The ids under which Microsoft's support, and Entra's own audit log, know a write."""

    request_id: str
    """Given by Graph; empty when it gave none."""
    client_request_id: str
    """Given by us."""


def receipt_of(answer: Answer) -> WriteReceipt:
    """The receipt of a write that succeeded."""
    return WriteReceipt(answer.request_id, answer.client_request_id)
