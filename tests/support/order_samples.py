"""Cards of orders of Communications Credits: incomplete, paid in part, and on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.people import Holdings, Person
from bot.domain.planning import plan
from bot.domain.plans import Notice, NoticeLevel, Plan, WaitReason
from bot.domain.requests import Outcome, Request, RequestState, StepRecord, StepState
from bot.domain.task_texts import task_text
from bot.domain.task_views import TaskView
from bot.domain.tasks import TaskKind, TaskState
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.values import Money
from bot.domain.views import RequestView
from bot.domain.wishes import CreditsWish
from bot.words import Words
from cards import approval, outcome, progress, task
from cards.elements import Card
from tests.support.contoso import STOCK, tenant
from tests.support.task_samples import PRIYA, sample_task

__all__ = ["order_cards"]

_FACTS = TenantFacts(billing="EA", agreements=("E1234567",), purchase_order_required=True)
_LATER = _FACTS.model_copy(update={"purchase_order_may_follow": True})
_PAID = {
    "order": "A-1002", "amount": "300.00", "paid": "800.00", "bought_on": "2026-11-20",
    "differs": "the *least* they sell",
}  # fmt: skip


def _wish(request: Request) -> CreditsWish:
    return CreditsWish(
        beneficiary_id=request.beneficiary.id,
        amount=Money(minor=80_000, currency="EUR"),
        pay_by_agreement=True,
        agreement_number="E1234567",
        reason="The *hotline* calls abroad.",
    )


def _planned(request: Request, facts: TenantFacts) -> Plan:
    one = request.beneficiary
    person = Person(id=one.id, name=one.name, upn=one.upn)
    made = plan(_wish(request), Holdings(person=person), _view(facts), _at(request))
    assert isinstance(made, Plan), made
    return made


def _view(facts: TenantFacts) -> TenantView:
    return tenant(stock=STOCK, facts=facts)


def _at(request: Request) -> datetime:
    return request.created_at


def order_cards(words: Words, base: Request) -> Iterator[tuple[str, Card]]:
    """Each under a name, made of a request that waits for approval."""
    asked = base.model_copy(update={"wish": _wish(base), "plan": _planned(base, _FACTS)})
    me, decides = base.requester.id, base.stages[0].approvers[0].id
    yield "approval_incomplete", approval.build(RequestView(request=asked), decides, words)
    yield "progress_incomplete", progress.build(RequestView(request=asked), me, words)
    yield "progress_order_follows", progress.build(RequestView(request=_following(asked)), me, words)
    yield "outcome_order", outcome.build(_on_record(asked), me, words)
    yield "task_rest", task.build(_rest(), PRIYA.id, words)


def _following(asked: Request) -> Request:
    notice = Notice(
        code="SB-CRE-42", level=NoticeLevel.WARN, params={"request": asked.id, "day": "2026-11-30"}
    )
    return asked.model_copy(
        update={
            "state": RequestState.WAITING,
            "waiting": WaitReason.OWNER,
            "plan": _planned(asked, _LATER),
            "outcome": Outcome(notices=(notice,)),
        }
    )


def _on_record(asked: Request) -> RequestView:
    done = asked.model_copy(update={"state": RequestState.DONE, "outcome": Outcome()})
    step = StepRecord(index=0, kind="human_task", state=StepState.DONE, detail=_PAID)
    return RequestView(request=done, steps=(step,))


def _rest() -> TaskView:
    made = sample_task(TaskKind.ADD_FUNDS, state=TaskState.CLAIMED, claimed_by=PRIYA)
    params = {**made.params, "amount": "300.00", "paid": "500.00", "purpose": "top_up"}
    rest = made.model_copy(update={"params": params})
    return TaskView(task=rest, text=task_text(rest.kind, params, _FACTS))
