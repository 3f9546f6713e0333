"""What the planner says to a wish, in the words tests use."""

from __future__ import annotations

from bot.domain.people import Holdings
from bot.domain.planning import plan
from bot.domain.plans import HumanTask, Plan, Refusal
from bot.domain.task_texts.params import checked
from bot.domain.tenant import TenantView
from bot.domain.wishes import Wish
from tests.support.code_params import needed_params
from tests.support.contoso import NOW, tenant


def made(one: Wish, who: Holdings, view: TenantView | None = None) -> Plan:
    """The plan, where there must be one, with everything that what it says and asks for is filled in with."""
    found = plan(one, who, view or tenant(), NOW)
    assert isinstance(found, Plan), found
    for notice in found.notices:
        assert needed_params(notice.code) <= notice.params.keys(), notice
    for step in tasks(found):
        checked(step.task, step.params)
    return found


def refused(one: Wish, who: Holdings, view: TenantView | None = None) -> str:
    """The code of the refusal, where there must be one."""
    found = plan(one, who, view or tenant(), NOW)
    assert isinstance(found, Refusal), found
    assert needed_params(found.code) <= found.params.keys(), found
    return found.code


def kinds(found: Plan) -> list[str]:
    """Its steps in order; a task for people by what has to be done."""
    return [step.task if isinstance(step, HumanTask) else step.kind for step in found.steps]


def codes(found: Plan) -> list[str]:
    return [notice.code for notice in found.notices]


def tasks(found: Plan) -> list[HumanTask]:
    return [step for step in found.steps if isinstance(step, HumanTask)]
