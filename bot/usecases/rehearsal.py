"""Try something without doing it: the same use cases on a desk whose transactions are taken back."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.people import Actor
from bot.store.database import Transaction
from bot.usecases.desk import Desk

__all__ = ["record_asking", "rehearsing"]


def rehearsing(desk: Desk) -> Desk:
    """The desk as it is, on which nothing that is done lasts.

    Use cases change the tenant only through requests that the runner carries out, and the runner never
    sees one of these: so what they answer is what would be, and nobody notices.
    """
    return replace(desk, db=desk.db.rehearsing(), wake=_nobody)


def _nobody() -> None:
    """There is nothing to do for the runner."""


async def record_asking(desk: Desk, actor: Actor, command: str) -> None:
    """Put on record that a command was tried without being done: the only trace it leaves."""

    def record(tx: Transaction) -> None:
        tx.audit("command.rehearsed", actor.id, command=command)

    await desk.db.transact(record)
