"""What people are told when a request has ended, in the transaction that ends it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.messages import Template
from bot.domain.requests import Request
from bot.store import outbox
from bot.store.database import Transaction
from bot.store.remarks import watchers

__all__ = ["ask_keep_or_undo", "tell", "tell_deciders", "tell_watchers"]


def tell(tx: Transaction, request: Request) -> None:
    """How it ended, for those whom it concerns, and for who else wants to hear it (J09)."""
    _tell(tx, request, Template.OUTCOME, (*request.concerned, *watchers(tx, request.id)))


def tell_watchers(tx: Transaction, request: Request) -> None:
    """The same where whoever it concerns has ended it himself, and knows."""
    _tell(tx, request, Template.OUTCOME, watchers(tx, request.id))


def tell_deciders(tx: Transaction, request: Request) -> None:
    """A line for those who decided, here or on an earlier stage."""
    _tell(tx, request, Template.DECIDED, (one.approver.id for one in request.decisions if not one.void))


def _tell(tx: Transaction, request: Request, template: Template, people: Iterable[str]) -> None:
    for person_id in dict.fromkeys(people):
        outbox.enqueue(
            tx,
            template,
            person_id,
            request_id=request.id,
            dedupe_key=f"{template.value}:{request.id}:{person_id}",
        )


def ask_keep_or_undo(tx: Transaction, request: Request) -> None:
    """Ask whether what the request gave is taken back, if that is a question; whom, is found out then."""
    if request.keep_or_undo is not None:
        key = f"undo:{request.id}"
        outbox.enqueue(tx, Template.UNDO, "", request_id=request.id, dedupe_key=key)
