"""What only an administrator hears of Communications Credits, passed on: a recharge that failed or went
through, nothing left (R49). Microsoft tells it by mail, and Graph does not tell it at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.domain.catalogue.products import product
from bot.domain.credits import Purchase
from bot.domain.dialling import is_toll_free
from bot.domain.numbers import AssignmentStatus, PhoneNumber
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import Role
from bot.domain.values import Money
from bot.store.database import Transaction
from bot.usecases import credits_book
from bot.usecases.alerting import alert
from bot.usecases.credit_troubles import KEYS, Trouble, forget_old, money_came, payers
from bot.usecases.desk import Desk
from bot.usecases.roles import refused

__all__ = ["MAY_TELL", "recharged", "trouble", "who_depends_on_credits"]

MAY_TELL = frozenset({Role.BILLING_ADMIN, Role.VOICE_ADMIN})
"""Microsoft writes to some twenty roles of administrators (R49): whoever reads it first may pass it on."""

_CODES: dict[Trouble, str] = {"failed": "SB-CRE-53", "zero": "SB-CRE-54"}
_MOST_NAMED = 10


async def trouble(desk: Desk, actor: Actor, what: Trouble) -> bool | Refusal:
    """Alert the billing administrators, once, with everybody who cannot call or be called without money.

    False when they know already. Raises `TransientUpstream` and `AdminError`.
    """
    refusal = await refused(desk, actor, MAY_TELL, "credits.event")
    if refusal is not None:
        return refusal
    concerned = await who_depends_on_credits(desk)
    await desk.db.transact(_told, actor.id, what)
    return await alert(desk, await payers(desk), KEYS[what], _CODES[what], {"who": _named(concerned)})


def _named(concerned: Sequence[str]) -> str:
    more = len(concerned) - _MOST_NAMED
    return ", ".join([*concerned[:_MOST_NAMED], *([f"+{more}"] if more > 0 else [])]) or "-"


async def recharged(desk: Desk, actor: Actor, amount: Money, order: str) -> Purchase | Refusal:
    """Money came by itself: put it on the ledger under the number of its invoice, and all is clear again.

    Raises `TransientUpstream` and `AdminError`.
    """
    today = (await desk.db.read(lambda tx: tx.now)).date()
    bought = await credits_book.bought(desk, actor, order, amount, today, note="automatic recharge")
    if isinstance(bought, Purchase):
        await desk.db.transact(_well_again, actor.id)
    return bought


async def who_depends_on_credits(desk: Desk) -> tuple[str, ...]:
    """Toll-free numbers that are in use, then everybody whose calls are all paid by the minute (R39, R40).

    Raises `TransientUpstream`.
    """
    skus = await desk.graph.skus()
    by_minute = [one.sku_id for one in skus if _is_by_minute(one.sku_id)]
    numbers, people = await asyncio.gather(desk.graph.numbers(), desk.graph.people_with(by_minute))
    free = sorted(one.telephone_number for one in numbers if _is_free_to_call(one))
    return (*free, *(one.name for one in people))


def _is_by_minute(sku_id: str) -> bool:
    known = product(sku_id)
    return known is not None and known.use in ("payg", "conferencing_ppm")


def _is_free_to_call(number: PhoneNumber) -> bool:
    in_use = number.assignment_status is not AssignmentStatus.UNASSIGNED
    return in_use and is_toll_free(number.telephone_number, number.country)


def _told(tx: Transaction, actor_id: str, what: Trouble) -> None:
    tx.audit("credits.event", actor_id, event=what)
    forget_old(tx, what)


def _well_again(tx: Transaction, actor_id: str) -> None:
    tx.audit("credits.event", actor_id, event="recharged")
    money_came(tx)
