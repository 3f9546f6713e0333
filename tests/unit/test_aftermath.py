"""What stays of a request that is withdrawn, and from when on it no longer can be (J14)."""

from __future__ import annotations

import pytest

from bot.domain.aftermath import changed, past_return, what_stays
from bot.domain.catalogue.products import E3, E5
from bot.domain.numbers import NumberType
from bot.domain.plans import (
    AssignNumber,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    LicenceAdd,
    Plan,
    ReleaseNumber,
    SetLocation,
    SetUsageLocation,
    Step,
)
from bot.domain.requests import StepRecord, StepState
from bot.domain.tasks import TaskKind

NUMBER = "+33199001012"
GIVE = ChangeLicences(add=(LicenceAdd(sku_id=E5, part_number="E5"),))
TAKE = ChangeLicences(remove=(E3,))
SWAP = ChangeLicences(add=GIVE.add, remove=TAKE.remove)
RELEASE = ReleaseNumber(telephone_number=NUMBER, number_type=NumberType.CALLING_PLAN)
KEEP = KeepNumber(telephone_number=NUMBER, number_type=NumberType.CALLING_PLAN)
ASSIGN = AssignNumber(number_type=NumberType.CALLING_PLAN, country="FR")
MOVE = SetLocation(telephone_number=NUMBER, location_id="paris", location_name="Paris")
BY_HAND = HumanTask(task=TaskKind.FORWARD_CALLS)


def done(plan: Plan, count: int, **more: object) -> list[StepRecord]:
    """Records of the first `count` steps, carried out by us unless said otherwise."""
    fields = {"state": StepState.DONE, "attempts": 1, **more}
    return [
        StepRecord.model_validate({"index": index, "kind": step.kind, **fields})
        for index, step in enumerate(plan.steps[:count])
    ]


@pytest.mark.parametrize(
    ("steps", "so_far", "code"),
    [
        ((GIVE, ASSIGN), 1, None),
        ((GIVE, ASSIGN), 2, "SB-REQ-41"),
        ((RELEASE, TAKE), 0, None),
        ((RELEASE, TAKE), 1, "SB-REQ-41"),
        ((SWAP, KEEP), 0, None),
        ((SWAP, KEEP), 1, "SB-REQ-48"),
        ((SWAP,), 1, None),
        ((MOVE, BY_HAND), 1, None),
    ],
)
def test_once_a_number_is_given_or_taken_the_request_goes_on(
    steps: tuple[Step, ...], so_far: int, code: str | None
) -> None:
    plan = Plan(steps=steps)
    assert past_return(plan, done(plan, so_far)) == code


def test_a_number_that_was_gone_before_we_came_binds_nobody_and_one_that_rings_does() -> None:
    leaver, newcomer = Plan(steps=(RELEASE, TAKE)), Plan(steps=(GIVE, ASSIGN))
    assert past_return(leaver, done(leaver, 1, attempts=0)) is None
    assert past_return(newcomer, done(newcomer, 2, attempts=0)) == "SB-REQ-41"


@pytest.mark.parametrize(
    ("step", "codes"),
    [
        (GIVE, []),
        (TAKE, ["SB-REQ-42"]),
        (SWAP, ["SB-REQ-42"]),
        (RELEASE, ["SB-REQ-43"]),
        (SetUsageLocation(country="FR"), ["SB-REQ-44"]),
        (MOVE, ["SB-REQ-45"]),
        (BY_HAND, ["SB-REQ-46"]),
        (KEEP, []),
    ],
)
def test_everything_that_stays_is_said(step: Step, codes: list[str]) -> None:
    plan = Plan(steps=(step,))
    kept = changed(plan, done(plan, 1))
    assert kept == (step,)
    assert [notice.code for notice in what_stays(kept)] == codes


def test_the_same_thing_is_said_once() -> None:
    assert len(what_stays((BY_HAND, BY_HAND, TAKE))) == 2


@pytest.mark.parametrize(
    ("step", "more"),
    [
        (GIVE, {"attempts": 0}),
        (GIVE, {"state": StepState.FAILED}),
        (BY_HAND, {"detail": {"confirmed": "graph"}}),
        (HumanTask(task=TaskKind.CONFIRM_LOCATION), {"detail": {"country": "ES"}}),
    ],
)
def test_what_nobody_did_for_the_request_does_not_count(step: Step, more: dict[str, object]) -> None:
    plan = Plan(steps=(step,))
    assert changed(plan, done(plan, 1, **more)) == ()
