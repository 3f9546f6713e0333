"""Approving a part: whatever is left out, what remains is a plan like any other, or is refused."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.approval.parts import NUMBER, parts, without
from bot.domain.planning import plan
from bot.domain.plans import AwaitVoice, Plan, Refusal
from tests.support.any_wish import WISHES, Situation, situations
from tests.support.contoso import NOW
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
