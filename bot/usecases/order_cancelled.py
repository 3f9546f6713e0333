"""An order that was put on record and did not come true: its money does not count, and people hear of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.amounts import with_currency
from bot.domain.credits import Correction, right_amount
from bot.domain.messages import Template
from bot.domain.payments import entry_of_order
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.domain.values import Money
from bot.store import credits as ledger
from bot.store import outbox, queue, requests
from bot.store.database import Transaction
from bot.usecases.credits_book import BOOKKEEPERS, alone_with_the_book
from bot.usecases.desk import Desk
from bot.usecases.payments import not_paid_after_all
from bot.usecases.refusals import record_refusal
from bot.usecases.roles import refused

__all__ = ["order_cancelled"]

_LONGEST = 300


async def order_cancelled(desk: Desk, actor: Actor, order: str, why: str) -> Money | Refusal:
    """Take an order's money off the ledger; the amount, or why not. The order stays on record beside it.

    Raises `TransientUpstream` and `AdminError`.
    """
    refusal = await refused(desk, actor, BOOKKEEPERS, "credits.cancellation")
    if refusal is not None:
        return refusal
    done = await desk.db.transact(_take_off, actor.id, order, " ".join(why.split())[:_LONGEST])
    if isinstance(done, Money):
        desk.wake()
    return done


def _take_off(tx: Transaction, actor_id: str, order: str, why: str) -> Money | Refusal:
    queue.line_lock(tx)
    alone_with_the_book(tx)
    entry_id = entry_of_order(order)
    paid = right_amount(ledger.entries(tx), entry_id)
    if paid is None or not paid.minor or not why:
        unknown = Refusal(code="SB-CRE-52", params={"order": order[:60]})
        refusal = Refusal(code="SB-CRE-36") if paid and not why else unknown
        record_refusal(tx, "credits.cancellation.refused", actor_id, order=order[:60], code=refusal.code)
        return refusal
    # It may have come true after all, and be cancelled once more.
    change = Correction(id=f"cancelled:{tx.now:%y%m%d%H%M%S%f}:{entry_id}", of=entry_id, by=-paid.minor)
    request_id = next((one.request_id for one in ledger.recorded(tx) if one.entry.id == entry_id), None)
    ledger.record(tx, change, source="cancelled", actor=actor_id, note=why, request_id=request_id)
    request = requests.by_id(tx, request_id) if request_id else None
    if request is not None:
        not_paid_after_all(tx, request, paid)
        params = {"order": order[:60], "amount": with_currency(paid), "detail": why}
        _tell(tx, request, change.id, params)
    return paid


def _tell(tx: Transaction, request: Request, change: str, params: Mapping[str, str]) -> None:
    """Whoever asked for it, and whoever approved it."""
    approved = (vote.approver.id for vote in request.decisions if not vote.void)
    for person_id in dict.fromkeys((*request.concerned, *approved)):
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            request_id=request.id,
            params={"code": "SB-CRE-51", **params},
            dedupe_key=f"notice:{request.id}:{change}:{person_id}",
        )
