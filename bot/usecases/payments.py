"""What ending a task means for the ledger: an order that people put on record is money paid in (J08).

The entry and the task's end are stored together or not at all. Nobody but the person who says so has seen the
money: Graph shows neither funds nor orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.amounts import money_text, read_amount, with_currency
from bot.domain.errors import Bug
from bot.domain.messages import Template
from bot.domain.payments import PAID_FOR, Payment, payment_of
from bot.domain.people import PersonRef
from bot.domain.plans import HumanTask, Refusal
from bot.domain.requests import Request
from bot.domain.task_texts import EvidenceProblems
from bot.domain.tasks import Task
from bot.domain.values import Money
from bot.store import credits as ledger
from bot.store import outbox, requests, tasks
from bot.store.database import Transaction
from bot.usecases.credit_troubles import money_came

__all__ = ["is_part_paid", "no_more", "not_paid_after_all", "order_of", "paid_in"]


def paid_in(
    tx: Transaction, task: Task, person: PersonRef, evidence: Mapping[str, str]
) -> Task | EvidenceProblems:
    """Record the order, and end its task; where some of the amount is still to come, the task stays open
    for the rest. An order that is on record already is refused."""
    payment = payment_of(task.params, evidence)
    if _is_known(tx, payment) or not _recorded(tx, task, person, payment):
        return EvidenceProblems({"order": Refusal(code="SB-CRE-47", params={"order": payment.order})})
    money_came(tx)
    request = _request(tx, task)
    if payment.left.minor:
        _tell(tx, request, "SB-CRE-49", payment)
        return tasks.part_done(tx, task, person, evidence, _for_the_rest(task, payment))
    if not payment.as_approved:
        _tell(tx, request, "SB-CRE-50", payment, _deciders(request))
    return tasks.finish(tx, task, person, _with_total(evidence, payment))


def is_part_paid(task: Task) -> bool:
    """Whether some of what the task asks for is on the ledger already."""
    return task.kind in PAID_FOR and bool(task.params.get("paid"))


def order_of(tx: Transaction, request: Request) -> Task | None:
    """The task of a request that money is paid in for, once there is one."""
    steps = enumerate(request.plan.steps)
    orders = (index for index, step in steps if isinstance(step, HumanTask) and step.task in PAID_FOR)
    return next((task for index in orders if (task := tasks.of_step(tx, request.id, index))), None)


def not_paid_after_all(tx: Transaction, request: Request, gone: Money) -> None:
    """Of an order that is still open for the rest, this is to come as well."""
    task = order_of(tx, request)
    if task is None or task.ended or not is_part_paid(task):
        return
    paid, left = (_money(task.params[name], gone.currency) for name in ("paid", "amount"))
    still = Money(minor=max(paid.minor - gone.minor, 0), currency=gone.currency)
    more = Money(minor=left.minor + paid.minor - still.minor, currency=gone.currency)
    shown = money_text(still) if still.minor else ""
    tasks.update_params(tx, task, {**task.params, "amount": money_text(more), "paid": shown})


def no_more(tx: Transaction, task: Task, person: PersonRef, why: str) -> Task:
    """The rest is not coming: the task ends with what was paid in, and the reason on record."""
    request, currency = _request(tx, task), task.params["currency"]
    paid, left = (_money(task.params[name], currency) for name in ("paid", "amount"))
    asked = Money(minor=paid.minor + left.minor, currency=currency)
    params = {"paid": with_currency(paid), "amount": with_currency(asked), "detail": why}
    _send(tx, request, "SB-CRE-50", params, f"{task.id}:rest", _deciders(request))
    return tasks.finish(tx, task, person, {"paid": task.params["paid"], "differs": why})


def _money(text: str, currency: str) -> Money:
    found = read_amount(text, currency)
    if found is None:
        raise Bug(f"{text!r} was kept as an amount of {currency}")
    return found


def _recorded(tx: Transaction, task: Task, person: PersonRef, payment: Payment) -> bool:
    """False where somebody else has recorded the very same just now."""
    return ledger.record(
        tx,
        payment.purchase,
        source="order",
        actor=person.id,
        note=f"{task.id}: order {payment.order}",
        request_id=task.request_id,
    )


def _is_known(tx: Transaction, payment: Payment) -> bool:
    return any(one.entry.id == payment.purchase.id for one in ledger.recorded(tx))


def _for_the_rest(task: Task, payment: Payment) -> dict[str, str]:
    return {**task.params, "amount": money_text(payment.left), "paid": money_text(payment.paid)}


def _with_total(evidence: Mapping[str, str], payment: Payment) -> dict[str, str]:
    """Of several orders the last one is kept in full, and what all of them came to."""
    return {**evidence, "paid": money_text(payment.paid)} if payment.before.minor else {**evidence}


def _tell(tx: Transaction, request: Request, code: str, payment: Payment, others: Iterable[str] = ()) -> None:
    params = {"paid": with_currency(payment.paid), "amount": with_currency(payment.asked)}
    _send(tx, request, code, {**params, "detail": payment.differs}, payment.purchase.id, others)


def _send(
    tx: Transaction,
    request: Request,
    code: str,
    params: Mapping[str, str],
    about: str,
    others: Iterable[str] = (),
) -> None:
    """Whoever asked hears of it, and `others`; `about` keeps it from being told twice."""
    for person_id in dict.fromkeys((*request.concerned, *others)):
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            request_id=request.id,
            params={"code": code, **params},
            dedupe_key=f"notice:{request.id}:{about}:{person_id}",
        )


def _deciders(request: Request) -> tuple[str, ...]:
    return tuple(vote.approver.id for vote in request.decisions if not vote.void)


def _request(tx: Transaction, task: Task) -> Request:
    request = requests.by_id(tx, task.request_id or "")
    if request is None:
        raise Bug(f"{task.id} is for no request, and money is only paid in for one")
    return request
