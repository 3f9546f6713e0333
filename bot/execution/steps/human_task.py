"""What people do by hand: asked for once, looked for in Graph where Graph can tell, and gone on from.

Nothing is written to Graph here. The task and the wait for it are stored in one move; whoever ends the task
wakes the request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import UpstreamRefused
from bot.domain.people import Holdings
from bot.domain.plans import HumanTask, Notice, NumberNeed, WaitReason
from bot.domain.task_texts import confirmation_needs, confirmed, opening_params
from bot.domain.tasks import Audience, Task, TaskKind, TaskOrder, TaskState
from bot.domain.tenant import TenantView
from bot.execution import errands
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import Blocked, Holds, Missing, Proposal, Reading, Refused
from bot.execution.steps.taking_services import no_service_number, take_service
from bot.execution.survey import holdings_of, tenant_view
from bot.graph.errors import NotFound
from bot.store import queue, tasks
from bot.store.database import Transaction
from bot.store.holds import HoldKind

__all__ = ["HumanTaskHandler"]

Work = StepWork[HumanTask]

_WAITS_FOR = {
    TaskKind.CONFIRM_LOCATION: WaitReason.OWNER,
    TaskKind.EMERGENCY_ADDRESS: WaitReason.ADDRESS,
}


class HumanTaskHandler:
    """Done when people say so, or when Graph shows it."""

    def settle(self, pace: Pace) -> timedelta:
        return timedelta()

    async def read(self, work: Work) -> Reading:
        """The evidence is kept in the step's record, where later steps find it."""
        task = await work.bench.db.read(tasks.of_step, work.request.id, work.index)
        if task is not None and task.state is TaskState.DONE:
            return Holds(task.evidence, gives_back=_held_for(work))
        if task is not None and task.state is TaskState.CANNOT:
            return _cannot(work, task)
        try:
            return await _look(work, task)
        except NotFound:
            if _ends_with_the_account(work.step):
                return Holds({"confirmed": "graph"})
            raise

    async def propose(self, work: Work) -> Proposal:
        """Only ever a wait: people are asked in the move that records it."""
        kind, params, need = work.step.task, work.step.params, work.step.number
        asked = confirmation_needs(kind, params)
        if need is not None:
            asked = replace(asked, service_numbers_of=need.country)
        view = await tenant_view(work, asked)
        opening = opening_params(kind, params, view)
        if need is None:
            order = errands.by_hand(work, opening)
            return lambda tx: _waiting(work, order)
        return lambda tx: _with_number(tx, work, need, view, opening)

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        return Refused(notice_of(error, work.user_name))


def _ends_with_the_account(step: HumanTask) -> bool:
    """J07: calls to an account that is gone go nowhere, and no group has it as a member."""
    leaves_group = step.task is TaskKind.CHANGE_GROUP and step.params["action"] == "remove"
    return leaves_group or step.task is TaskKind.FORWARD_CALLS


def _held_for(work: Work) -> HoldKind | None:
    """The service number is in use by now."""
    return "number" if work.step.number else None


async def _look(work: Work, task: Task | None) -> Reading:
    """What Graph shows."""
    kind, params = work.step.task, task.params if task else work.step.params
    holdings, view = await asyncio.gather(
        holdings_of(work), tenant_view(work, confirmation_needs(kind, params))
    )
    seen = confirmed(kind, params, holdings, view)
    if seen:
        return Holds({"confirmed": "graph"}, gives_back=_held_for(work))
    elsewhere = _another_country(work, holdings)
    if elsewhere is not None:
        return Refused(elsewhere)
    return Missing() if task is None else _waiting(work, errands.by_hand(work, params))


def _with_number(
    tx: Transaction, work: Work, need: NumberNeed, view: TenantView, opening: Mapping[str, str]
) -> Blocked:
    """The task is opened with the number it is to use, which nobody else gets meanwhile (R60)."""
    queue.line_lock(tx)
    number = take_service(tx, work, need, view)
    if number is None:
        return no_service_number(work, need)
    return _waiting(work, errands.by_hand(work, {**opening, "number": number}))


def _another_country(work: Work, holdings: Holdings) -> Notice | None:
    """R68: somebody has set a country, and it is not the one this request is for."""
    home = holdings.person.usage_location
    if work.step.task is not TaskKind.CONFIRM_LOCATION or home is None:
        return None
    params = {"name": work.user_name, "country": work.step.params["country"], "location_country": home}
    return Notice(code="SB-TSK-10", params=params)


def _waiting(work: Work, order: TaskOrder) -> Blocked:
    asked = {Audience.VOICE_ADMINS: "SB-TSK-01", Audience.BILLING_ADMINS: "SB-TSK-02"}
    reason = _WAITS_FOR.get(order.kind, WaitReason.MANUAL)
    return Blocked(reason, work.bench.pace.tasks, (Notice(code=asked[order.audience]),), task=order)


def _cannot(work: Work, task: Task) -> Refused:
    if task.kind is TaskKind.CONFIRM_LOCATION:
        about = {"name": work.user_name, "country": task.params["country"], "detail": task.reason}
        return Refused(Notice(code="SB-TSK-11", params=about))
    said = {"detail": task.reason, "name": task.claimed_by.name if task.claimed_by else ""}
    return Refused(Notice(code="SB-TSK-08", params=said))
