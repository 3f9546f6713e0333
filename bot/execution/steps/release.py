"""A number that is given back (J07), and rests before it is offered again.

Whether it is given back is read from the number's own record. While that is under way the number is held,
so that nobody takes it between Graph's word and ours.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import UpstreamRefused
from bot.domain.numbers import PhoneNumber
from bot.domain.planning import Needs
from bot.domain.plans import AssignNumber, ChangeLicences, Notice, ReleaseNumber
from bot.domain.tenant import Resting, TenantView
from bot.domain.values import ObjectId
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import (
    Act,
    Blocked,
    Fence,
    Freed,
    Holds,
    Missing,
    Proposal,
    Reading,
    Refused,
    Sent,
)
from bot.execution.steps.orders import FAILED, open_order, still_running
from bot.execution.steps.taking import held_number, none_free, take
from bot.execution.steps.taking_seats import capacity, out_of_stock, still_missing, take_seats
from bot.execution.survey import holdings_of, tenant_view
from bot.graph.errors import NumberRefused
from bot.store import holds, queue
from bot.store.database import Transaction

__all__ = ["ReleaseHandler"]

Work = StepWork[ReleaseNumber]


class ReleaseHandler:
    """Takes the number from the person."""

    def settle(self, pace: Pace) -> timedelta:
        return pace.settle_unknown_number

    async def read(self, work: Work) -> Reading:
        number = await work.bench.graph.number(work.step.telephone_number)
        if number is None or number.target_id is None:
            return Holds(freed=Freed(work.step.telephone_number, _rests(work)))
        if number.target_id != work.user_id:
            return Holds()
        operation = await open_order(work)
        if operation is None:
            return Missing()
        if operation.refusal is None:
            return still_running(work, lambda detail: _notice(work, detail))
        return Refused(_notice(work, operation.detail), alert=True, outcome=FAILED)

    async def propose(self, work: Work) -> Proposal:
        after = await _what_follows(work) if work.step.after_hold else None

        def decide(tx: Transaction) -> Act | Blocked:
            queue.line_lock(tx)
            lacking = _lacking(tx, work, after) if after else None
            if lacking:
                return lacking
            holds.take_number(tx, work.request.id, work.step.telephone_number)
            return _act(work)

        return decide

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        if isinstance(error, NumberRefused):
            return Refused(_notice(work, error.detail), alert=True)
        return Refused(notice_of(error, work.user_name), alert=True)


@dataclass(frozen=True, slots=True)
class _Following:
    """What the rest of the plan takes from stock, and what there is."""

    number: AssignNumber | None
    seats: tuple[ObjectId, ...]
    view: TenantView


async def _what_follows(work: Work) -> _Following:
    number = work.request.plan.number_step
    asked = Needs(numbers_of=number.country, number_type=number.number_type) if number else Needs()
    holdings, view = await asyncio.gather(holdings_of(work), tenant_view(work, asked))
    later = work.request.plan.steps[work.index + 1 :]
    changes = (step for step in later if isinstance(step, ChangeLicences))
    adds = (add for change in changes for add in still_missing(change, holdings))
    return _Following(number, tuple(add.sku_id for add in adds if add.takes_seat), view)


def _lacking(tx: Transaction, work: Work, after: _Following) -> Blocked | None:
    """Why the old number must go on ringing: what comes in its place is not all there (J18)."""
    if after.number and not _in_hand(tx, work, after.number, after.view):
        return none_free(work, after.number, after.view)
    # A seat may be held and yet be gone, since admins give licences too; the way back is closed after this.
    gone = next((sku_id for sku_id in after.seats if capacity(after.view, sku_id) <= 0), None)
    lacking = gone or take_seats(tx, work.request.id, after.seats, after.view)
    return out_of_stock(work, lacking) if lacking else None


def _in_hand(tx: Transaction, work: Work, successor: AssignNumber, view: TenantView) -> PhoneNumber | None:
    """The number that comes in place of this one, held."""
    held = held_number(tx, work.request.id, {work.step.telephone_number})
    number = take(tx, work, successor, view, held)
    if number is None and held is not None:
        holds.release(tx, work.request.id, "number", held)
        number = take(tx, work, successor, view, None)
    return number


def _rests(work: Work) -> Resting | None:
    step = work.step
    if not step.rest_days:
        return None
    return Resting(
        telephone_number=step.telephone_number,
        until=work.now + timedelta(days=step.rest_days),
        kept_for=step.kept_for,
        tag=step.tag,
    )


def _act(work: Work) -> Act:
    step = work.step

    async def send(fence: Fence, client_request_id: str) -> Sent:
        order = await work.bench.graph.unassign_number(
            step.telephone_number, step.number_type, fence=fence, client_request_id=client_request_id
        )
        return Sent(order.receipt.request_id, {"operation": order.operation_id})

    body = {"telephoneNumber": step.telephone_number, "numberType": step.number_type.value}
    return Act("unassign_number", body, send)


def _notice(work: Work, detail: str) -> Notice:
    return Notice(code="SB-NUM-40", params={"number": work.step.telephone_number, "detail": detail[:300]})
