"""Keep the book of credits: what was left at the beginning, what is seen, what was bought, what was wrong.

Billing administrators do. Every entry is audited with the move, and so is every refused attempt.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from bot.domain.amounts import with_currency
from bot.domain.credits import Check, Correction, Entry, Purchase, change_to, right_amount
from bot.domain.credits import expires_on as forfeited_on
from bot.domain.errors import Conflict
from bot.domain.payments import entry_of_order
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import Role
from bot.domain.values import Money
from bot.store import credits as ledger
from bot.store.database import Transaction
from bot.store.holds import one_at_a_time
from bot.usecases.credit_troubles import money_came
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal
from bot.usecases.roles import refused

__all__ = ["BOOKKEEPERS", "alone_with_the_book", "bought", "correct", "open_book", "seen"]

T = TypeVar("T")

BOOKKEEPERS = frozenset({Role.BILLING_ADMIN})
"""Who may enter anything."""


async def open_book(
    desk: Desk, actor: Actor, left: Money, on: date | None = None, bought_on: date | None = None
) -> Check | Refusal:
    """Begin the ledger of a currency with what was left at the end of a day (UTC); today unless said.

    `bought_on` is the day of the oldest purchase that money is left of: it is lost twelve months later.
    Refused once anything was entered in that currency. Raises `TransientUpstream` and `AdminError`.
    """

    def enter(tx: Transaction) -> Check | Refusal:
        day = on or tx.now.date()
        problem = _problem(tx, left, day, bought_on) or _begun(tx, left.currency)
        return problem or ledger.reconciled(tx, day, left, actor.id, bought_on)

    return await _entered(desk, actor, "credits.opening", enter)


async def seen(desk: Desk, actor: Actor, left: Money, on: date | None = None) -> Check | Refusal:
    """Enter the balance read in the admin centre at the end of a day (UTC), today unless said.

    The ledger goes on from it; the difference to what it expected is in the answer. Raises
    `TransientUpstream` and `AdminError`.
    """

    def enter(tx: Transaction) -> Check | Refusal:
        day = on or tx.now.date()
        return _problem(tx, left, day) or ledger.reconciled(tx, day, left, actor.id)

    return await _entered(desk, actor, "credits.seen", enter)


async def bought(
    desk: Desk, actor: Actor, order: str, amount: Money, on: date, note: str = ""
) -> Purchase | Refusal:
    """Enter money that was paid in without a request, such as an automatic recharge.

    `order` is Microsoft's number of the order or invoice: the same once more is the same purchase. Raises
    `TransientUpstream` and `AdminError`.
    """
    purchase = Purchase(id=entry_of_order(order), on=on, amount=amount)

    def enter(tx: Transaction) -> Purchase | Refusal:
        problem = _problem(tx, amount, on)
        if problem is None and ledger.record(tx, purchase, source="manual", actor=actor.id, note=note):
            money_came(tx)
        return problem or purchase

    try:
        return await _entered(desk, actor, "credits.purchase", enter)
    except Conflict:
        return await _noted(
            desk, actor, "credits.purchase", Refusal(code="SB-CRE-38", params={"entry": order})
        )


async def correct(desk: Desk, actor: Actor, entry_id: str, right: Money, why: str) -> Correction | Refusal:
    """Put an entry right that was recorded with a wrong amount; it stays, and the correction beside it.

    `right` is what it should say, all earlier corrections included. Raises `TransientUpstream` and
    `AdminError`.
    """

    def enter(tx: Transaction) -> Correction | Refusal:
        known = ledger.entries(tx)
        wrong = right_amount(known, entry_id)
        if wrong is None:
            return Refusal(code="SB-CRE-34", params={"entry": entry_id[:64]})
        problem = _cannot_correct(entry_id, wrong, right, why)
        if problem is not None:
            return problem
        change = Correction(
            id=f"correction:{tx.now:%Y-%m-%dT%H:%M:%S.%fZ}:{entry_id}"[:200],
            of=entry_id,
            by=change_to(known, entry_id, right),
        )
        ledger.record(tx, change, source="manual", actor=actor.id, note=why.strip())
        return change

    return await _entered(desk, actor, "credits.correction", enter)


def _cannot_correct(entry_id: str, wrong: Money, right: Money, why: str) -> Refusal | None:
    entry = {"entry": entry_id[:64]}
    if wrong.currency != right.currency:
        return Refusal(code="SB-CRE-35", params=entry | {"currency": wrong.currency})
    if not why.strip():
        return Refusal(code="SB-CRE-36")
    if right.minor < 0:
        return Refusal(code="SB-CRE-39")
    if right == wrong:
        return Refusal(code="SB-CRE-37", params=entry | {"amount": with_currency(right)})
    return None


def _problem(tx: Transaction, amount: Money, on: date, bought_on: date | None = None) -> Refusal | None:
    if amount.minor < 0:
        return Refusal(code="SB-CRE-39")
    if on > tx.now.date():
        return Refusal(code="SB-CRE-31", params={"day": on.isoformat()})
    if bought_on is not None and not bought_on <= on < forfeited_on(bought_on):
        return Refusal(code="SB-CRE-32", params={"day": bought_on.isoformat()})
    return None


def _begun(tx: Transaction, currency: str) -> Refusal | None:
    found = any(_currency(one.entry) == currency for one in ledger.recorded(tx))
    return Refusal(code="SB-CRE-33", params={"currency": currency}) if found else None


def _currency(entry: Entry) -> str:
    return "" if isinstance(entry, Correction) else entry.amount.currency


def alone_with_the_book(tx: Transaction) -> None:
    """Nobody else enters anything until we commit that follows from what the book says now."""
    one_at_a_time(tx, "credits.book")


async def _entered(
    desk: Desk, actor: Actor, attempt: str, enter: Callable[[Transaction], T | Refusal]
) -> T | Refusal:
    """Enter, if the actor may and it can be: all of it in one transaction."""
    not_his = await refused(desk, actor, BOOKKEEPERS, attempt)
    if not_his is not None:
        return not_his

    def alone(tx: Transaction) -> T | Refusal:
        alone_with_the_book(tx)
        return enter(tx)

    done = await desk.db.transact(alone)
    return await _noted(desk, actor, attempt, done) if isinstance(done, Refusal) else done


async def _noted(desk: Desk, actor: Actor, attempt: str, refusal: Refusal) -> Refusal:
    await desk.db.transact(lambda tx: record_refusal(tx, f"{attempt}.refused", actor.id, code=refusal.code))
    return refusal
