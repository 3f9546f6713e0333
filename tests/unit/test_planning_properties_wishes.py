"""For anybody, anywhere, who wishes for anything: there is an answer, and every plan keeps every law.

The laws are in `tests/support/plan_laws.py`, what is drawn in `tests/support/any_wish.py`.
"""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from bot.domain.planning import plan
from bot.domain.plans import Plan
from bot.domain.wishes import Wish
from tests.support.any_wish import WISHES, Situation, situations
from tests.support.contoso import NOW
from tests.support.plan_laws import LAWS, can_be_told

EVERY_KIND = pytest.mark.parametrize("kind", WISHES)


def holds_every_law(case: Situation) -> None:
    found = plan(case.wish, case.holdings, case.tenant, NOW)
    if not isinstance(found, Plan):
        can_be_told(found)
        return
    for law in LAWS:
        law(case, found)


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=50)
def test_every_wish_has_an_answer_that_keeps_the_laws(kind: str, data: st.DataObject) -> None:
    holds_every_law(data.draw(situations(kind)))


@pytest.mark.soak
@EVERY_KIND
@given(data=st.data())
@settings(max_examples=1500)
def test_every_wish_has_an_answer_that_keeps_the_laws_for_long(kind: str, data: st.DataObject) -> None:
    holds_every_law(data.draw(situations(kind)))


@EVERY_KIND
def test_there_are_plans_to_be_judged(kind: str) -> None:
    def is_planned(case: Situation) -> bool:
        return isinstance(plan(case.wish, case.holdings, case.tenant, NOW), Plan)

    quick = settings(max_examples=500, phases=[Phase.generate], database=None)
    assert is_planned(find(situations(kind), is_planned, settings=quick))


def test_no_kind_of_wish_is_left_out() -> None:
    (union, _) = get_args(Wish)
    assert {one.model_fields["kind"].default for one in get_args(union)} == set(WISHES)
