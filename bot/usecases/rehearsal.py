"""Try something without doing it: the same use cases on a desk whose transactions are taken back."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.people import Actor
from bot.store.database import AuditEntry, Transaction
from bot.usecases.desk import Desk

__all__ = ["record_asking", "rehearsing"]

_HAPPENED = (".read", ".verified", ".refused")
"""How actions end that trying does as well: what was looked at was seen, what was refused attempted."""


def rehearsing(desk: Desk) -> Desk:
    """The desk as it is, on which nothing that is done lasts; looks and refusals stay on the audit log.

    Use cases change the tenant only through requests that the runner carries out, and the runner never
    sees one of these: so what they answer is what would be, and nobody notices.
    """
    return replace(desk, db=desk.db.rehearsing(_has_happened), wake=_nobody)


def _has_happened(entry: AuditEntry) -> bool:
    return entry.action.endswith(_HAPPENED)


def _nobody() -> None:
    """There is nothing to do for the runner."""


async def record_asking(desk: Desk, actor: Actor, command: str) -> None:
    """Put on record that a command was tried without being done: the only trace it leaves besides looks."""

    def record(tx: Transaction) -> None:
        tx.audit("command.rehearsed", actor.id, command=command)

    await desk.db.transact(record)
