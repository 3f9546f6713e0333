"""What is true right now: Graph's word plus our own reservations, and those who stand in line."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import islice

from bot.domain.people import Holdings
from bot.domain.planning import Needs, choose_number, choose_service_number
from bot.domain.plans import AssignNumber, NumberNeed, WaitReason
from bot.domain.tenant import TenantFacts, TenantView
from bot.store import queue
from bot.store.database import Transaction
from bot.store.promises import promises
from bot.usecases.desk import Desk

__all__ = ["holdings_of", "tenant_view"]


async def holdings_of(desk: Desk, person_id: str) -> Holdings:
    """The person with licences, voice profile and numbers.

    Raises `graph.errors.NotFound` when there is no such user, `TransientUpstream` when Graph is out of reach.
    """
    facts = desk.facts
    return await desk.graph.holdings(person_id, own_pstn_group=facts.own_pstn_group, own_line=facts.own_line)


_LINE_COUNTED = 200
"""How many in line are thought of; whoever stands further back finds out when it is his turn."""


async def tenant_view(desk: Desk, needs: Needs, *, except_request: str | None = None) -> TenantView:
    """Stock and the numbers that `needs` asks for, less what is promised to others or would be theirs first.

    Stock that has just come in belongs to those who already wait for it, although they may not have looked
    since (J03). What `except_request` holds counts as free.
    """
    stock, (promised, seats, theirs, services) = await asyncio.gather(
        desk.graph.stock(needs), desk.db.read(_promises, desk.facts, except_request)
    )
    view = stock.promised(promised)
    reserved = Counter(view.reserved_seats) + Counter(seats)
    held = set(view.held_numbers)
    for step in theirs:
        number = choose_number(step, view.free_numbers, held, resting=view.resting)
        if number is not None:
            held.add(number.telephone_number)
    for need in services:
        number = choose_service_number(need, view.service_numbers, held, resting=view.resting)
        if number is not None:
            held.add(number.telephone_number)
    return view.model_copy(update={"reserved_seats": dict(reserved), "held_numbers": frozenset(held)})


def _promises(
    tx: Transaction, facts: TenantFacts, except_request: str | None
) -> tuple[TenantView, list[str], list[AssignNumber], list[NumberNeed]]:
    """What is held; the seats, and the numbers for people and for services, that those in line wait for."""
    for_seats = islice(queue.waiting(tx, WaitReason.LICENCES), _LINE_COUNTED)
    for_numbers = list(islice(queue.waiting(tx, WaitReason.NUMBER), _LINE_COUNTED))
    return (
        promises(tx, facts, except_request=except_request),
        [sku_id for plan in for_seats for sku_id in plan.seats],
        [plan.number_step for plan in for_numbers if plan.number_step],
        [need for plan in for_numbers for need in plan.service_needs],
    )
