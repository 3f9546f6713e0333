"""Licences on the person: adds and removes together, in one call (R19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.catalogue.products import product_name
from bot.domain.errors import UpstreamRefused
from bot.domain.keep_or_undo import GAVE
from bot.domain.people import Holdings
from bot.domain.planning import Needs
from bot.domain.plans import ChangeLicences, HumanTask, KeepNumber, LicenceAdd, Notice
from bot.domain.tasks import TaskKind
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import (
    Act,
    Blocked,
    Fence,
    Holds,
    Missing,
    Proposal,
    Reading,
    Refused,
    Sent,
    Underway,
)
from bot.execution.steps.orders import not_ready
from bot.execution.steps.taking_seats import out_of_stock, still_missing, take_seats
from bot.execution.survey import holdings_of, tenant_view
from bot.graph.errors import DependencyViolation, NoSeats, NotAssigned, NotFound, UnknownSku
from bot.store import holds
from bot.store.database import Transaction

__all__ = ["LicencesHandler"]


class LicencesHandler:
    """One `assignLicense` call; done when the user's licence states say so, disabled plans included."""

    def settle(self, pace: Pace) -> timedelta:
        return pace.settle_unknown

    async def read(self, work: StepWork[ChangeLicences]) -> Reading:
        try:
            holdings = await holdings_of(work)
        except NotFound:
            if work.step.add:
                raise
            # An account that is gone has nothing left to take back (J07).
            return Holds(gives_back="seat")
        change = _remaining(work.step, holdings)
        if change.add or change.remove:
            return Missing()
        inherited = None if work.record.attempts else _inherited(work.step, holdings)
        if inherited is None:
            return Holds(gives_back="seat", frees=work.step.remove if work.record.attempts else ())
        params = {"name": work.user_name, "product": product_name(inherited)}
        return Refused(Notice(code="SB-LIC-80", params=params))

    async def propose(self, work: StepWork[ChangeLicences]) -> Proposal:
        change = _remaining(work.step, await holdings_of(work))
        view = await tenant_view(work, Needs())

        def decide(tx: Transaction) -> Act | Blocked:
            lacking = take_seats(tx, work.request.id, change.seats, view)
            if lacking:
                return out_of_stock(work, lacking)
            _hold_what_is_kept(tx, work)
            return _act(work, change)

        return decide

    def refused(self, work: StepWork[ChangeLicences], error: UpstreamRefused) -> Reading:
        if isinstance(error, NoSeats | UnknownSku) and error.sku_id:
            # What Graph counts is right; our promise was not. Back in line, by the age of the approval.
            return out_of_stock(work, error.sku_id)
        if isinstance(error, DependencyViolation) and _group_changed(work):
            return not_ready(work, Notice(code="SB-PRP-05"), notice_of(error, work.user_name))
        if isinstance(error, NotAssigned):
            # Somebody else took it away meanwhile: the next read sees what is left to do.
            return Underway(work.bench.business(work.bench.pace.clash))
        return Refused(notice_of(error, work.user_name), alert=True)


@dataclass(frozen=True, slots=True)
class _Change:
    """What is still to be done of the step; exactly this is sent."""

    add: tuple[LicenceAdd, ...]
    remove: tuple[str, ...]

    @property
    def seats(self) -> tuple[str, ...]:
        return tuple(add.sku_id for add in self.add if add.takes_seat)

    @property
    def body(self) -> dict[str, Any]:
        return {
            "addLicenses": [
                {"skuId": add.sku_id, "disabledPlans": sorted(add.disabled_plans)} for add in self.add
            ],
            "removeLicenses": list(self.remove),
        }


def _remaining(step: ChangeLicences, holdings: Holdings) -> _Change:
    add = still_missing(step, holdings)
    direct = {licence.sku_id for licence in holdings.licences if licence.assigned_by_group is None}
    return _Change(add, tuple(sku_id for sku_id in step.remove if sku_id in direct))


def _group_changed(work: StepWork[ChangeLicences]) -> bool:
    """People have just changed a group for this request, and Microsoft takes its time to follow."""
    before = work.request.plan.steps[: work.index]
    return any(isinstance(step, HumanTask) and step.task is TaskKind.CHANGE_GROUP for step in before)


def _inherited(step: ChangeLicences, holdings: Holdings) -> str | None:
    """A licence that was to be taken away and is there by a group only, which no call can change (J07)."""
    return next((one.sku_id for one in holdings.licences if one.sku_id in step.remove), None)


def _hold_what_is_kept(tx: Transaction, work: StepWork[ChangeLicences]) -> None:
    """Should the change free the person's number after all, nobody gets it before it is given again (R19)."""
    for step in work.request.plan.steps[work.index :]:
        if isinstance(step, KeepNumber):
            holds.take_number(tx, work.request.id, step.telephone_number)


def _act(work: StepWork[ChangeLicences], change: _Change) -> Act:
    async def send(fence: Fence, client_request_id: str) -> Sent:
        receipt = await work.bench.graph.change_licences(
            work.user_id, change.add, change.remove, fence=fence, client_request_id=client_request_id
        )
        return Sent(receipt.request_id)

    return Act("change_licences", change.body, send, detail={GAVE: ",".join(change.seats)})
