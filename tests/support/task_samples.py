"""Samples of tasks for people, one of every kind, and of their cards in every state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.people import PersonRef
from bot.domain.plans import Refusal
from bot.domain.task_texts import required_params, task_text
from bot.domain.task_views import TaskView, Waiter
from bot.domain.tasks import Task, TaskKind, TaskState
from bot.domain.tenant import TenantFacts
from bot.words import Words
from cards import task as task_card
from cards import tasks_list
from cards.elements import Card

__all__ = ["PRIYA", "sample_params", "sample_task", "sample_view", "task_cards"]

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PRIYA = PersonRef(id="00000000-0000-0000-0000-00000000a1a0", name="Priya Natarajan", upn="priya@contoso.com")
DORA = PersonRef(id="00000000-0000-0000-0000-00000000d05a", name="Dora Dubois", upn="dora@contoso.com")

_VALUES = {
    "account": "reception@contoso.com",
    "action": "remove",
    "agreement": "E1234567",
    "amount": "800.00",
    "base": "Microsoft 365 Apps for enterprise",
    "billing": "EA",
    "city": "Paris",
    "country": "FR",
    "currency": "EUR",
    "group": "11111111-2222-3333-4444-555555555555",
    "name": DORA.name,
    "number": "+33170189942",
    "operator": "Orange",
    "partner": "",
    "person": DORA.upn,
    "product": "Domestic Calling Plan",
    "products": "Office 365 E3, Microsoft 365 E5",
    "provider": "InterCall",
    "purchase_order": "PO-4711",
    "purpose": "queue",
    "quantity": "2",
    "recharge": "200.00",
    "sku_id": "0dab259f-bf13-4952-b7f8-7db8f131b28d",
    "subject": "no dial pad",
    "tariff": "toll",
    "trigger": "50.00",
    "usage": "user",
}
_PATHS = {TaskKind.ORDER_NUMBERS: "admin_centre", TaskKind.PORT_NUMBERS: "wizard"}
_TARGETS = {TaskKind.FORWARD_CALLS: "+33170189900", TaskKind.CONVERT_NUMBER: "voice_application"}


def sample_params(kind: TaskKind) -> dict[str, str]:
    """What a task of a kind is filled in with."""
    of_kind = {"path": _PATHS.get(kind, ""), "target": _TARGETS.get(kind, "")}
    return {name: (_VALUES | of_kind)[name] for name in required_params(kind)}


def sample_task(kind: TaskKind = TaskKind.BUY_SEATS, **changes: Any) -> Task:
    params = sample_params(kind)
    made = Task(
        id="TK-4K7Q2",
        version=3,
        kind=kind,
        audience=task_text(kind, params, TenantFacts()).audience,
        params=params,
        request_id="SB-4K7Q2",
        step_index=0,
        created_at=AT,
        updated_at=AT + timedelta(hours=2),
    )
    return made.model_copy(update=changes)


def sample_view(kind: TaskKind = TaskKind.BUY_SEATS, **changes: Any) -> TaskView:
    """The task, with one who waits."""
    made = sample_task(kind, **changes)
    return TaskView(
        task=made,
        text=task_text(made.kind, made.params, TenantFacts(monthly_commitment=True)),
        waiters=(Waiter(request_id="SB-4K7Q2", person=DORA),),
        waiting=1,
    )


def task_cards(words: Words) -> Iterator[tuple[str, Card]]:
    """Every kind as it comes, and one kind in every state."""
    for kind in TaskKind:
        yield f"task_{kind.value}", task_card.build(sample_view(kind), PRIYA.id, words)
    for state in (TaskState.CLAIMED, TaskState.DONE, TaskState.CANNOT, TaskState.DROPPED):
        ended = sample_view(
            state=state,
            claimed_by=PRIYA,
            evidence={"quantity": "2", "order": "*4711*"} if state is TaskState.DONE else {},
            reason="No budget" if state is TaskState.CANNOT else "",
        )
        yield f"task_is_{state.value}", task_card.build(ended, PRIYA.id, words)
    confirmed = sample_view(state=TaskState.DONE, confirmed_by_graph=True)
    yield "task_confirmed", task_card.build(confirmed, PRIYA.id, words)
    crowd = sample_view(pool="seats:x").model_copy(update={"waiting": 7})
    yield "task_crowd", task_card.build(crowd, PRIYA.id, words)
    for count in (task_card.MOST_NUMBERS, task_card.MOST_NUMBERS + 1):
        numbers = tuple(f"+336{one:012}" for one in range(count))
        ported = sample_view(TaskKind.PORT_NUMBERS).model_copy(update={"numbers": numbers})
        yield f"task_port_of_{count}", task_card.build(ported, PRIYA.id, words)
    wrong = {"quantity": Refusal(code="SB-TSK-25")}
    remark = words("Please correct: {error}", error="x")
    typed = {"quantity": "many", "reason": "x"}
    yield (
        "task_problems",
        task_card.build(sample_view(), PRIYA.id, words, remark=remark, problems=wrong, typed=typed),
    )
    page = [sample_view(), sample_view(TaskKind.CLEAR_LINE, state=TaskState.CLAIMED, claimed_by=PRIYA)]
    yield "tasks", tasks_list.build(page, 0, words)
    yield "tasks_none", tasks_list.build([], 0, words)
