"""The checks made at submission, made again right before anything is written: an approval is old data."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import plans_of_role, product_name
from bot.domain.people import Holdings
from bot.domain.planning.licences import calling_plans_for
from bot.domain.planning.person import eligible_country, location_refusal, number_type_of, unlicensable
from bot.domain.planning.releasing import other_number
from bot.domain.planning.standing import Footing, contents, standing
from bot.domain.plans import ChangeLicences, LicenceAdd, Plan, Refusal, SetUsageLocation
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId
from bot.domain.wishes import NumberChangeWish, PersonalNumberWish

__all__ = ["precheck_number", "precheck_number_change"]


def precheck_number(
    wish: PersonalNumberWish, holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """Why the agreed plan must not be carried out as things are now; None when it may.

    The account, the country and the emergency location are looked at afresh (V1, V3, V4); so is what the
    plan was built on: the way the person's calls go (R06), and the licences its own build on (R05).
    Not looked at: stock, which is waited for and not refused (R09), and a number the person has by now,
    which is for the step that assigns it to read back.
    """
    refusal = unlicensable(holdings)
    if refusal:
        return refusal
    facts = eligible_country(wish, holdings)
    if isinstance(facts, Refusal):
        return facts
    return (
        _location_gone(wish, holdings, facts, tenant, agreed)
        or _unset(holdings, agreed)
        or _rerouted(holdings, agreed)
        or _foundation_gone(holdings, tenant, facts, agreed)
    )


def precheck_number_change(
    wish: NumberChangeWish, holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """As for a first number; besides, the number that is given up must be the one that was agreed on."""
    return other_number(holdings, agreed) or precheck_number(wish, holdings, tenant, agreed)


def _unset(holdings: Holdings, agreed: Plan) -> Refusal | None:
    """The usage location went missing, and no step of the plan sets it (R18)."""
    sets = any(isinstance(step, SetUsageLocation) for step in agreed.steps)
    if holdings.person.usage_location is not None or sets:
        return None
    return Refusal(code="SB-LOC-01", params={"name": holdings.person.name})


def _location_gone(
    wish: PersonalNumberWish, holdings: Holdings, facts: Country, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """The emergency location is no longer known; one that a task creates cannot be known yet (J10)."""
    step = agreed.number_step
    if step is not None and step.location_from_task:
        return None
    agreed_on = step.location_id if step else None
    meant = wish.model_copy(update={"location_id": agreed_on or wish.location_id})
    return location_refusal(meant, holdings, facts, tenant.facts)


def _rerouted(holdings: Holdings, agreed: Plan) -> Refusal | None:
    step = agreed.number_step
    if step is None or step.number_type is number_type_of(holdings):
        return None
    return Refusal(code="SB-REQ-06", params={"name": holdings.person.name})


def _foundation_gone(holdings: Holdings, tenant: TenantView, facts: Country, agreed: Plan) -> Refusal | None:
    """A Calling Plan is about to be given to somebody who will have no Teams Phone to use it with (R05)."""
    adds = [add for step in agreed.steps if isinstance(step, ChangeLicences) for add in step.add]
    calling = next((add for add in adds if _brings(add, calling_plans_for(facts, tenant), tenant)), None)
    if calling is None or _has_phone(holdings, tenant, adds):
        return None
    return Refusal(
        code="SB-LIC-13",
        params={"product": product_name(calling.sku_id), "name": holdings.person.name},
    )


def _has_phone(holdings: Holdings, tenant: TenantView, adds: Iterable[LicenceAdd]) -> bool:
    phone = plans_of_role("phone")
    if any(_brings(add, phone, tenant) for add in adds):
        return True
    return standing(phone, holdings, tenant).footing in (Footing.EFFECTIVE, Footing.PENDING)


def _brings(add: LicenceAdd, plans: frozenset[ObjectId], tenant: TenantView) -> bool:
    return bool(plans & contents(add.sku_id, tenant) - add.disabled_plans)
