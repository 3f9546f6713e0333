"""Taking the seats of a request: in turn, and all of them or none (R09, J03)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.catalogue.products import product_name
from bot.domain.errors import Conflict
from bot.domain.people import Holdings
from bot.domain.plans import ChangeLicences, LicenceAdd, Notice, WaitReason
from bot.domain.tenant import TenantView
from bot.execution import errands
from bot.execution.journey import StepWork
from bot.execution.readings import Blocked
from bot.store import holds, queue
from bot.store.database import Transaction

__all__ = ["capacity", "out_of_stock", "still_missing", "take_seats"]


def still_missing(step: ChangeLicences, holdings: Holdings) -> tuple[LicenceAdd, ...]:
    """What of the step the person does not have yet."""
    return tuple(add for add in step.add if not _has(holdings, add))


def _has(holdings: Holdings, add: LicenceAdd) -> bool:
    """In force with nothing switched off but what may be off."""
    return any(
        licence.sku_id == add.sku_id and licence.in_force and licence.disabled_plans <= add.disabled_plans
        for licence in holdings.licences
    )


def take_seats(tx: Transaction, request_id: str, seats: Sequence[str], view: TenantView) -> str | None:
    """Make sure of a seat of each SKU, or of none; the first that is out of stock for us, if any.

    Those who wait for the same seats and were approved earlier come first; they are woken when they are
    the reason why we get none.
    """
    queue.line_lock(tx)
    promised = holds.active_seats(tx, except_request=request_id)
    mine = {hold.key for hold in holds.of_request(tx, request_id) if hold.kind == "seat"}
    wanted = [sku_id for sku_id in seats if sku_id not in mine]
    for sku_id in wanted:
        free = capacity(view, sku_id) - promised.get(sku_id, 0)
        if free <= 0:
            return sku_id
        if _ahead(tx, request_id, sku_id, free) >= free:
            queue.wake_waiting(tx, WaitReason.LICENCES, free)
            return sku_id
    for sku_id in wanted:
        if not holds.take_seat(tx, request_id, sku_id, capacity(view, sku_id)):
            raise Conflict(f"{request_id}: the last seat of {sku_id} went to somebody else")
    return None


def capacity(view: TenantView, sku_id: str) -> int:
    """Seats nobody holds in Graph, before anything we promised."""
    return view.free_seats(sku_id) + view.reserved_seats.get(sku_id, 0)


def _ahead(tx: Transaction, request_id: str, sku_id: str, at_most: int) -> int:
    """How many wait for a seat of the SKU and come before us; not counted beyond `at_most`."""
    found = 0
    for plan in queue.waiting_before(tx, request_id, WaitReason.LICENCES):
        found += sku_id in plan.seats
        if found >= at_most:
            break
    return found


def out_of_stock(work: StepWork[Any], sku_id: str) -> Blocked:
    """People are asked to buy more once a product, not once a request (J03)."""
    notice = Notice(code="SB-LIC-04", params={"product": product_name(sku_id)})
    return Blocked(
        WaitReason.LICENCES,
        work.bench.pace.stock,
        (notice,),
        gives_back="seat",
        tell_deciders=errands.overdue(work),
        task=errands.seats(work, sku_id),
    )
