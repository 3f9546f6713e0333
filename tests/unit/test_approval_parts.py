"""Approving a part: whatever is left out, what remains is a plan like any other, or is refused."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.approval.parts import NUMBER, parts, without
from bot.domain.catalogue.products import MCOEV, MCOEV_PLAN, MCOPSTN1, TEAMS1_PLAN
from bot.domain.planning import plan
from bot.domain.plans import AwaitPlans, AwaitVoice, ChangeLicences, Plan, Refusal
from bot.domain.tenant import Price
from bot.domain.values import Money
from tests.support.any_wish import WISHES, Situation, situations
from tests.support.contoso import NOW, dora
from tests.support.licence_plans import added, kinds, phone_user
from tests.support.plan_laws import (
    LAWS,
    can_be_told,
    nothing_is_looked_at_that_is_not_read,
    same_question_same_answer,
)

OF_WHOLE_PLANS = (same_question_same_answer, nothing_is_looked_at_that_is_not_read)
"""What is said of what the planner answers, not of what people leave of it."""


@pytest.mark.parametrize("kind", WISHES)
@given(data=st.data())
@settings(max_examples=40)
def test_what_is_left_obeys_every_law(kind: str, data: st.DataObject) -> None:
    case = data.draw(situations(kind))
    found = plan(case.wish, case.holdings, case.tenant, NOW)
    if not isinstance(found, Plan):
        return
    keys = [one.key for one in parts(found)]
    assert len(set(keys)) == len(keys)
    for dropped in chain.from_iterable(combinations(keys, size) for size in range(1, len(keys) + 1)):
        left = without(found, dropped, case.tenant.facts.prices)
        if isinstance(left, Refusal):
            can_be_told(left)
            continue
        assert len(dropped) < len(keys)
        holds_every_law(case, left)
        gives_less(found, left, set(dropped))


def holds_every_law(case: Situation, left: Plan) -> None:
    for law in LAWS:
        if law not in OF_WHOLE_PLANS:
            law(case, left)


def gives_less(before: Plan, left: Plan, dropped: set[str]) -> None:
    """Just what was left out is gone, and with it everything that tells of it."""
    gone = {key.removeprefix("licence:") for key in dropped if key != NUMBER}
    assert set(left.seats) == set(before.seats) - gone
    assert (left.number_step is None) == (before.number_step is None or NUMBER in dropped)
    assert {line.key for line in left.stock if line.kind == "seat"}.isdisjoint(gone)
    if left.number_step is None:
        assert not [line for line in left.stock if line.kind == "number"]
        assert not [step for step in left.steps if isinstance(step, AwaitVoice)]
    assert set(left.acknowledge) <= {notice.code for notice in left.notices}


PRICES = (
    Price(part_number="MCOEV", monthly=Money(minor=800, currency="EUR"), as_of="2026-10-01"),
    Price(part_number="MCOPSTN1", monthly=Money(minor=1000, currency="EUR"), as_of="2026-10-01"),
)
PHONE, CALLING = f"licence:{MCOEV}", f"licence:{MCOPSTN1}"


def j02() -> Plan:
    found = phone_user(dora(), city="Paris")
    assert isinstance(found, Plan)
    return found


def test_j02_the_number_may_be_left_out_and_the_rest_follows() -> None:
    left = without(j02(), {NUMBER}, PRICES)
    assert isinstance(left, Plan)
    assert kinds(left) == ["change_licences", "await_plans", "notify"]
    assert left.chosen_number is None
    assert [line.key for line in left.stock] == [MCOEV, MCOPSTN1]
    assert not [one for one in left.notices if one.code.startswith("SB-NUM-")]
    assert left.waits_for is None


def test_j02_minutes_and_cost_follow_the_licences() -> None:
    left = without(j02(), {NUMBER, CALLING}, PRICES)
    assert isinstance(left, Plan)
    assert added(left) == ["MCOEV"]
    (change, wait, _) = left.steps
    assert change.monthly_cost == Money(minor=800, currency="EUR")
    assert isinstance(wait, AwaitPlans)
    assert wait.plans == (TEAMS1_PLAN, MCOEV_PLAN)
    told = {notice.code for notice in left.notices}
    assert told.isdisjoint({"SB-LIC-38", "SB-LIC-39", "SB-LIC-40"})
    assert {notice.code for notice in j02().notices} & {"SB-LIC-38", "SB-LIC-39"}


@pytest.mark.parametrize(
    ("dropped", "code"),
    [
        ({PHONE}, "SB-APP-64"),
        ({PHONE, CALLING}, "SB-APP-66"),
        ({CALLING}, "SB-APP-66"),
        ({PHONE, NUMBER}, "SB-APP-64"),
        ({PHONE, CALLING, NUMBER}, "SB-APP-65"),
        ({"licence:nonsense"}, "SB-APP-63"),
        ({""}, "SB-APP-63"),
    ],
)
def test_r05_what_is_kept_keeps_what_it_builds_on(dropped: set[str], code: str) -> None:
    left = without(j02(), dropped, PRICES)
    assert isinstance(left, Refusal)
    assert left.code == code


def test_nothing_is_offered_where_it_is_all_or_nothing() -> None:
    one_thing = without(j02(), {NUMBER, CALLING}, PRICES)
    assert isinstance(one_thing, Plan)
    assert parts(one_thing) == ()
    takes_back = j02().model_copy(update={"steps": (ChangeLicences(remove=(MCOEV,)), *j02().steps)})
    assert parts(takes_back) == ()
    assert without(j02(), (), PRICES) == j02()
