"""What a plan does to somebody, read off its steps alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from bot.domain.catalogue.products import Role, plans_of_role
from bot.domain.people import HeldLicence
from bot.domain.planning.standing import contents
from bot.domain.plans import ChangeLicences, HumanTask, LicenceAdd, Plan, SetUsageLocation
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.values import Value
from tests.support.any_wish import Situation

__all__ = [
    "added",
    "country_afterwards",
    "gone",
    "has",
    "in_force",
    "licences_after",
    "plans_after",
    "plans_before",
    "steps_of",
]

S = TypeVar("S", bound=Value)


def steps_of(found: Plan, kind: type[S]) -> list[S]:
    return [step for step in found.steps if isinstance(step, kind)]


def added(found: Plan) -> list[LicenceAdd]:
    return [add for step in steps_of(found, ChangeLicences) for add in step.add]


def has(plans: Iterable[str], role: Role) -> bool:
    return not plans_of_role(role).isdisjoint(plans)


def gone(case: Situation, found: Plan) -> list[HeldLicence]:
    """What the plan takes away, and what its tasks have groups take away."""
    left = {step.params["group"] for step in steps_of(found, HumanTask) if step.task is TaskKind.CHANGE_GROUP}
    return [
        one
        for one in case.holdings.licences
        if (one.assigned_by_group is None and one.sku_id in found.removes) or one.assigned_by_group in left
    ]


def licences_after(case: Situation, found: Plan) -> list[HeldLicence]:
    lost, on = gone(case, found), {add.sku_id: add for add in added(found) if not add.takes_seat}
    kept = [
        one.model_copy(update={"disabled_plans": on[one.sku_id].disabled_plans})
        if one.sku_id in on and one.assigned_by_group is None
        else one
        for one in case.holdings.licences
        if one not in lost
    ]
    new = [
        HeldLicence(sku_id=add.sku_id, disabled_plans=add.disabled_plans)
        for add in added(found)
        if add.takes_seat
    ]
    return [*kept, *new]


def in_force(licences: Iterable[HeldLicence], tenant: TenantView) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for one in licences:
        if one.in_force:
            found |= contents(one.sku_id, tenant) - one.disabled_plans
    return found


def plans_before(case: Situation) -> frozenset[str]:
    return in_force(case.holdings.licences, case.tenant)


def plans_after(case: Situation, found: Plan) -> frozenset[str]:
    return in_force(licences_after(case, found), case.tenant)


def country_afterwards(case: Situation, found: Plan) -> str | None:
    for step in steps_of(found, SetUsageLocation):
        return step.country
    return case.holdings.person.usage_location
