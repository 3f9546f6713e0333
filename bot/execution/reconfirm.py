"""An approval that has grown old while a request waited for stock is asked for again (J03).

Not before the stock is there: while there is none, nobody is bothered. Then the request goes back to its
approvers and keeps its place in line. What it was given just now it keeps only as long as nobody else
waits for such a thing: those behind it are approved, and it is not.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.aftermath import changed, gave_licences, past_return, what_stays
from bot.domain.approval.anew import approved_for, asked_anew
from bot.domain.messages import Template
from bot.domain.plans import Notice, NoticeLevel, WaitReason
from bot.domain.requests import Outcome, Request
from bot.execution import journal
from bot.execution.journey import Place, Stored
from bot.execution.readings import Act, Blocked, Parked, Proposal, Refused
from bot.store import holds, outbox, pools, queue, requests
from bot.store.database import Transaction
from bot.store.holds import HoldKind

__all__ = ["propose"]

_STOCK: dict[WaitReason, HoldKind] = {WaitReason.LICENCES: "seat", WaitReason.NUMBER: "number"}


def propose(
    tx: Transaction, place: Place, proposal: Proposal, approval_days: int
) -> tuple[Stored, Act | Blocked | Parked | Refused]:
    """`journal.propose`, unless stock has come for a request that was approved longer ago than
    `approval_days`: that is asked about again instead, and nothing is written."""
    if not _grown_old(tx, place, approval_days):
        return journal.propose(tx, place, proposal)
    # Whoever gives something back to the line holds it before any request's row.
    queue.line_lock(tx)
    decision = proposal(tx)
    if not _served(decision):
        return journal.propose(tx, place, lambda _: decision)
    return Stored(_ask_again(tx, place, approval_days), place.record, tx.now), Parked()


def _grown_old(tx: Transaction, place: Place, approval_days: int) -> bool:
    """Never where the request can only go on to its end: nobody could stop it any more."""
    request = place.request
    age = approved_for(request, tx.now)
    if request.waiting not in _STOCK or age is None or age <= timedelta(days=approval_days):
        return False
    return past_return(request.plan, requests.steps_of(tx, request.id)) is None


def _served(decision: Act | Blocked | Refused) -> bool:
    """Whether what was waited for is there: something is about to be written, or people to be asked."""
    return isinstance(decision, Act) or (
        isinstance(decision, Blocked) and decision.reason is WaitReason.MANUAL
    )


def _ask_again(tx: Transaction, place: Place, days: int) -> Request:
    request = place.request
    anew = asked_anew(request, tx.now).model_copy(update={"outcome": _what_is(tx, request, days)})
    saved = requests.save(tx, anew, lease_token=place.token)
    _pass_on(tx, request)
    tx.audit("approval.too_old", journal.SWITCHBOARD, saved.id, days=days, round=saved.round)
    for person_id in saved.concerned:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            request_id=saved.id,
            params={"code": "SB-APP-36", "request": saved.id, "days": str(days)},
            dedupe_key=f"old:{saved.id}:{saved.round}:{person_id}",
        )
    outbox.refresh_copies(tx, saved.id, saved.version)
    queue.notify(tx)
    return saved


def _what_is(tx: Transaction, request: Request, days: int) -> Outcome:
    """Why it is asked about again, and what was done for it already."""
    done = changed(request.plan, requests.steps_of(tx, request.id))
    products = gave_licences(done)
    given = [Notice(code="SB-REQ-47", level=NoticeLevel.WARN, params={"products": ", ".join(products)})]
    why = Notice(code="SB-APP-37", level=NoticeLevel.WARN, params={"days": str(days)})
    number = request.outcome.telephone_number if request.outcome else None
    return Outcome(notices=(why, *(given if products else ()), *what_stays(done)), telephone_number=number)


def _pass_on(tx: Transaction, request: Request) -> None:
    """Out of its line; with what was to be had, if others wait for that."""
    reason = request.waiting
    if reason in _STOCK and next(queue.waiting(tx, reason), None) is not None:
        holds.release(tx, request.id, _STOCK[reason])
        queue.wake_waiting(tx, reason)
    if request.pool:
        pools.left(tx, request.pool)
