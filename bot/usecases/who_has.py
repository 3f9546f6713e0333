"""Whose a number is, or what becomes of it. Looking is recorded: it is about a person."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.dialling import as_e164
from bot.domain.numbers import PhoneNumber
from bot.domain.people import Actor, Person
from bot.domain.plans import Refusal
from bot.domain.roles import Role
from bot.domain.stock_views import StockedNumber, stocked
from bot.domain.values import E164
from bot.store.database import Transaction
from bot.store.stock_reasons import reasons
from bot.usecases import people
from bot.usecases.desk import Desk
from bot.usecases.roles import refused

__all__ = ["SEES_OWNERS", "NumberOwner", "who_has"]

SEES_OWNERS = frozenset({Role.VOICE_ADMIN, Role.AUDITOR, Role.OWNER})


@dataclass(frozen=True, slots=True)
class NumberOwner:
    """A number of the tenant, and who it is assigned to."""

    number: StockedNumber
    holder: Person | None = None
    """None: nobody, or somebody the directory does not know any more."""


async def who_has(desk: Desk, actor: Actor, typed: str) -> NumberOwner | Refusal:
    """Whose a number is by Graph's word now. Raises `TransientUpstream` when Graph cannot be asked."""
    refusal = await refused(desk, actor, SEES_OWNERS, "number.read")
    if refusal is not None:
        return refusal
    e164 = as_e164(typed)
    if e164 is None:
        return Refusal(code="SB-ADM-40", params={"number": typed[:40]})
    found = await desk.graph.number(e164)
    await desk.db.transact(_record, actor, e164, found)
    if found is None:
        return Refusal(code="SB-ADM-41", params={"number": e164})
    (one,) = stocked([found], await desk.db.read(reasons))
    return NumberOwner(one, await people.person(desk, found.target_id) if found.target_id else None)


def _record(tx: Transaction, actor: Actor, number: E164, found: PhoneNumber | None) -> None:
    tx.audit("number.read", actor.id, number=number, about=found.target_id if found else None)
