"""Taking back what a request gave: what is asked about, and the plan (J14b, R19, R20)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.catalogue.products import E3, E5, MCOEV, MCOPSTN1
from bot.domain.keep_or_undo import GAVE, KeepOrUndo, given
from bot.domain.number_choice import with_number
from bot.domain.numbers import NumberType
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning import others
from bot.domain.planning.undoing import undoing
from bot.domain.plans import AssignNumber, ChangeLicences, LicenceAdd, Notify, Plan, Refusal, ReleaseNumber
from bot.domain.requests import StepRecord, StepState
from tests.support.contoso import NOW, PARIS_NUMBERS, WITH_CALLING, holdings, number, person, tenant

MINE = "+33123450042"
GAVE_BOTH = (MCOEV, MCOPSTN1)
ADDS = (LicenceAdd(sku_id=MCOEV, part_number="MCOEV"), LicenceAdd(sku_id=MCOPSTN1, part_number="MCOPSTN1"))
GIVE = ChangeLicences(add=ADDS)
ASSIGN = AssignNumber(number_type=NumberType.CALLING_PLAN, country="FR", city="Paris")


def record(step: int = 0, gave: str = ",".join(GAVE_BOTH), **more: object) -> StepRecord:
    fields = {"kind": "change_licences", "state": StepState.DONE, "attempts": 1, "detail": {GAVE: gave}}
    return StepRecord.model_validate({"index": step, **fields, **more})


def with_phone(*more: str, licences: tuple[HeldLicence, ...] = (), rings: bool = False) -> Holdings:
    mine = number(MINE).model_copy(update={"target_id": "dora"})
    return holdings(
        person(), E3, *more, licences=licences, voice=WITH_CALLING, numbers=(mine,) if rings else ()
    )


def planned(who: Holdings, **more: str) -> Plan:
    found = undoing(GAVE_BOTH, who, tenant(), NOW, **more)
    assert isinstance(found, Plan), found
    return found


def test_what_was_given_is_what_was_sent_and_not_what_was_planned() -> None:
    plan = Plan(steps=(GIVE, ASSIGN))
    assert given(plan, [record()]) == GAVE_BOTH
    assert given(plan, [record(gave=MCOPSTN1)]) == (MCOPSTN1,)
    assert given(plan, [record(gave="")]) == ()
    assert given(plan, []) == ()


@pytest.mark.parametrize(
    ("attempts", "state"), [(0, StepState.DONE), (1, StepState.INTENDED), (1, StepState.FAILED)]
)
def test_what_we_have_not_done_is_not_ours_to_undo(attempts: int, state: StepState) -> None:
    assert given(Plan(steps=(GIVE,)), [record(attempts=attempts, state=state)]) == ()


def test_a_request_that_took_something_or_gave_a_number_is_not_undone() -> None:
    release = ReleaseNumber(telephone_number=MINE, number_type=NumberType.CALLING_PLAN)
    swap = ChangeLicences(add=(LicenceAdd(sku_id=E5, part_number="E5"),), remove=(E3,))
    assert given(Plan(steps=(swap,)), [record()]) == ()
    for step in (release, ASSIGN):
        plan = Plan(steps=(GIVE, step))
        assert given(plan, [record(), record(1, kind=step.kind, detail={})]) == ()


def test_all_in_one_call_and_then_waited_for() -> None:
    plan = planned(with_phone(MCOEV, MCOPSTN1))
    assert [step.kind for step in plan.steps] == ["change_licences", "await_plans", "notify"]
    assert plan.removes == GAVE_BOTH
    assert plan.seats == ()
    assert plan.acknowledge == ()


def test_what_somebody_took_meanwhile_is_not_looked_for() -> None:
    assert planned(with_phone(MCOEV)).removes == (MCOEV,)


def test_what_a_group_gives_stays() -> None:
    by_group = HeldLicence(sku_id=MCOPSTN1, assigned_by_group="g1")
    refused = undoing((MCOPSTN1,), with_phone(MCOEV, licences=(by_group,)), tenant(), NOW)
    assert isinstance(refused, Refusal)
    assert refused.code == "SB-REQ-59"


def test_nothing_is_pulled_away_from_under_a_product_that_somebody_added() -> None:
    refused = undoing((MCOEV,), with_phone(MCOEV, MCOPSTN1), tenant(), NOW)
    assert isinstance(refused, Refusal)
    assert refused.code == "SB-LIC-25"


@pytest.mark.parametrize("known", [None, "+33123450001"])
def test_a_number_goes_only_when_it_is_known_to_be_lost(known: str | None) -> None:
    refused = undoing(GAVE_BOTH, with_phone(*GAVE_BOTH, rings=True), tenant(), NOW, known_loss=known)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.params["number"]) == ("SB-LIC-23", MINE)


def test_a_number_that_is_known_to_be_lost_is_given_back_first_and_rests() -> None:
    plan = planned(with_phone(*GAVE_BOTH, rings=True), known_loss=MINE)
    first, second = plan.steps[:2]
    assert isinstance(first, ReleaseNumber)
    assert first.telephone_number == MINE
    assert isinstance(second, ChangeLicences)
    assert plan.acknowledge == ("SB-LIC-24",)


def test_the_question_is_open_until_it_is_answered_or_its_time_is_over() -> None:
    question = KeepOrUndo(licences=GAVE_BOTH, until=NOW)
    assert question.open(NOW - timedelta(seconds=1))
    assert not question.open(NOW)
    assert not question.model_copy(update={"answer": "keep"}).open(NOW - timedelta(seconds=1))


def test_others_are_offered_only_to_who_wanted_one_that_is_gone() -> None:
    wanted = ASSIGN.model_copy(update={"any_number": False, "telephone_number": "+33123450099"})
    everything = tuple(one.telephone_number for one in PARIS_NUMBERS)
    assert others(wanted, PARIS_NUMBERS, ()) == everything
    assert others(wanted.model_copy(update={"ending": "42"}), PARIS_NUMBERS, ())[0] == MINE
    assert others(wanted, PARIS_NUMBERS, everything[:2]) == everything[2:]
    assert others(ASSIGN, PARIS_NUMBERS, ()) == ()
    assert others(wanted.model_copy(update={"telephone_number": None}), PARIS_NUMBERS, ()) == ()


def test_the_plan_follows_the_choice() -> None:
    wanted = ASSIGN.model_copy(update={"any_number": False, "telephone_number": "+33123450099"})
    plan = Plan(steps=(wanted, Notify()))
    assert with_number(plan, MINE).chosen_number == MINE
    anyone = with_number(plan, None).number_step
    assert anyone is not None
    assert (anyone.any_number, anyone.telephone_number) == (True, None)
