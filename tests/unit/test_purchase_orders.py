"""Purchase order numbers: who carries one already, and a request that is completed with one (R51, J15)."""

from __future__ import annotations

import pytest

from bot.domain.planning.purchase_orders import is_awaited, number_problem, with_number
from bot.domain.plans import AwaitPurchaseOrder, HumanTask, Notice, NoticeLevel, Plan
from bot.domain.requests import Outcome, Request, RequestState
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantFacts
from bot.domain.values import Money
from bot.domain.wishes import CreditsWish
from bot.store.database import Database, Transaction
from bot.store.purchase_orders import used_elsewhere
from tests.support.requests_sample import sample_request, stored_request

ORDER = HumanTask(task=TaskKind.ADD_FUNDS, params={"amount": "800.00", "purchase_order": ""})
WAITS = AwaitPurchaseOrder()
MISSING = Notice(code="SB-CRE-11", level=NoticeLevel.WARN)
OTHER = Notice(code="SB-CRE-26")


def wish(number: str = "") -> CreditsWish:
    amount = Money(minor=80_000, currency="EUR")
    return CreditsWish(beneficiary_id="ana", amount=amount, purchase_order=number)


def incomplete(**changes: object) -> Request:
    lacking = Plan(steps=(ORDER,), notices=(MISSING, OTHER), lacks=("SB-CRE-11",))
    return sample_request(wish=wish(), plan=lacking).model_copy(update=changes)


def test_a_completed_request_is_what_it_was_but_for_its_number() -> None:
    done = with_number(incomplete(outcome=Outcome(notices=(MISSING,))), "PO-1", {})
    assert done.plan.lacks == ()
    assert done.plan.notices == (OTHER,)
    assert [step.params for step in done.plan.steps if isinstance(step, HumanTask)] == [
        {"amount": "800.00", "purchase_order": "PO-1"}
    ]
    assert done.wish == wish("PO-1")
    assert done.outcome is None, "why it stood still does not hold any more"
    assert not is_awaited(done)


def test_a_number_that_is_on_another_request_is_warned_about_then_too() -> None:
    done = with_number(incomplete(), "PO-1", {"po-1": "SB-4K7Q2"})
    (warning,) = (one for one in done.plan.notices if one.code == "SB-CRE-40")
    assert warning.params == {"order": "PO-1", "request": "SB-4K7Q2"}


def test_steps_keep_their_places_when_the_number_follows() -> None:
    later = incomplete(plan=Plan(steps=(WAITS, ORDER)), state=RequestState.WAITING)
    assert is_awaited(later)
    done = with_number(later, "PO-1", {})
    assert [step.kind for step in done.plan.steps] == ["await_purchase_order", "human_task"]
    assert not is_awaited(done)


@pytest.mark.parametrize("state", [RequestState.WITHDRAWN, RequestState.REJECTED, RequestState.DONE])
def test_nobody_waits_for_the_number_of_what_is_over(state: RequestState) -> None:
    assert not is_awaited(incomplete(state=state))


@pytest.mark.parametrize(
    ("number", "form", "fits"),
    [
        ("", "PO-[0-9]{4}", True),
        ("PO-1234", "PO-[0-9]{4}", True),
        ("PO-1234 ", "PO-[0-9]{4}", False),
        ("4711", "PO-[0-9]{4}", False),
        ("4711/26 A", "", True),
        ("订单-7", "", True),
        ("-", "", False),
        ("[x](https://evil.example)", "", False),
        ("1" * 61, "", False),
    ],
)
def test_numbers_look_as_the_organisation_says(number: str, form: str, fits: bool) -> None:
    facts = TenantFacts(purchase_order_required=True, purchase_order_format=form)
    assert (number_problem(number, facts) is None) is fits


def test_a_number_is_used_while_its_request_may_still_be_paid(db: Database) -> None:
    def put(tx: Transaction, request_id: str, number: str, state: RequestState) -> None:
        stored_request(tx, request_id, wish=wish(number), state=state)

    db.run(put, "SB-00001", "PO-1", RequestState.WAITING)
    db.run(put, "SB-00002", "PO-2", RequestState.REJECTED)
    db.run(put, "SB-00003", "PO-3", RequestState.DONE)
    assert db.run(used_elsewhere, "po-1") == {"po-1": "SB-00001"}
    assert db.run(used_elsewhere, "PO-1", "SB-00001") == {}, "not by itself"
    assert db.run(used_elsewhere, "PO-2") == {}
    assert db.run(used_elsewhere, "PO-3") == {"po-3": "SB-00003"}
    assert db.run(used_elsewhere, "") == {}


@pytest.mark.parametrize("typed", ["PO 4711/É", "po4711é", "#PO  4711 - É", "Po-4711.É"])
def test_a_number_is_the_same_however_it_is_typed(db: Database, typed: str) -> None:
    db.run(lambda tx: stored_request(tx, "SB-00001", wish=wish("PO-4711 É"), state=RequestState.WAITING))
    assert db.run(used_elsewhere, typed) == {typed.casefold(): "SB-00001"}
    assert db.run(used_elsewhere, f"{typed}1") == {}
