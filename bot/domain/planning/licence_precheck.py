"""What was agreed about licences, looked at again right before anything is written (V1, V4, V6)."""

from __future__ import annotations

from bot.domain.catalogue.products import plans_of_role, product_name
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.account import for_machines
from bot.domain.planning.afterwards import afterwards, has, lost_number, orphan
from bot.domain.planning.number_precheck import precheck_number
from bot.domain.planning.person import unlicensable
from bot.domain.planning.standing import contents
from bot.domain.planning.templates import line_of
from bot.domain.plans import ChangeLicences, LicenceAdd, Plan, Refusal, ReleaseNumber, SetUsageLocation
from bot.domain.tenant import TenantView
from bot.domain.wishes import PhoneUserWish, Wish

__all__ = ["precheck_licences", "precheck_phone_user"]


def precheck_licences(_wish: Wish, holdings: Holdings, tenant: TenantView, agreed: Plan) -> Refusal | None:
    """Why the agreed change of licences must not be made as things are now; None when it may.

    The account and its usage location (V1, V3), the way the calls go (R06), what the licences build on
    (R05), and a number that nobody has said may go (R20). Stock is waited for, not refused.
    """
    adds = [add for step in agreed.steps if isinstance(step, ChangeLicences) for add in step.add]
    gives = [one for one in holdings.licences if one.sku_id in agreed.removes and not one.assigned_by_group]
    account = unlicensable(holdings) if adds and not for_machines(holdings) else None
    return (
        account
        or _unset(holdings, agreed, adds)
        or _rerouted(holdings, tenant, adds)
        or _foundation_gone(holdings, tenant, gives, adds)
        or _number_at_stake(holdings, tenant, gives, agreed)
    )


def precheck_phone_user(
    wish: PhoneUserWish, holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """The licences, and the number like any other."""
    line = line_of(wish, holdings)
    licences = precheck_licences(wish, line, tenant, agreed)
    if licences or agreed.number_step is None:
        return licences
    return precheck_number(wish, line, tenant, agreed)


def _unset(holdings: Holdings, agreed: Plan, adds: list[LicenceAdd]) -> Refusal | None:
    """No licence can be given without a usage location, and no step of the plan sets one (R18)."""
    sets = any(isinstance(step, SetUsageLocation) for step in agreed.steps)
    if not adds or sets or holdings.person.usage_location:
        return None
    return Refusal(code="SB-LOC-01", params={"name": holdings.person.name})


def _rerouted(holdings: Holdings, tenant: TenantView, adds: list[LicenceAdd]) -> Refusal | None:
    """A Calling Plan was agreed on, and the calls go over the own carrier by now (R06)."""
    calling = plans_of_role("calling")
    only_calling = (add for add in adds if add.takes_seat and calling & contents(add.sku_id, tenant))
    if not holdings.own_pstn or not any(only_calling):
        return None
    return Refusal(code="SB-REQ-06", params={"name": holdings.person.name})


def _after(
    holdings: Holdings, tenant: TenantView, gives: list[HeldLicence], adds: list[LicenceAdd]
) -> Holdings:
    """The person as the agreed change leaves him, switched-on plans included."""
    on = {add.sku_id: add for add in adds if not add.takes_seat}
    new = [add.sku_id for add in adds if add.takes_seat]
    then = afterwards(holdings, tenant, gives, new)
    licences = tuple(
        one.model_copy(update={"disabled_plans": on[one.sku_id].disabled_plans}) if one.sku_id in on else one
        for one in then.licences
    )
    return then.model_copy(update={"licences": licences})


def _foundation_gone(
    holdings: Holdings, tenant: TenantView, gives: list[HeldLicence], adds: list[LicenceAdd]
) -> Refusal | None:
    """A Calling Plan without Teams Phone, or an add-on whose suite goes (R05)."""
    then = _after(holdings, tenant, gives, adds)
    calling = plans_of_role("calling")
    plan = next((add for add in adds if calling & contents(add.sku_id, tenant) - add.disabled_plans), None)
    works = for_machines(holdings) or has(then, tenant, "phone")
    if plan and not works:
        params = {"product": product_name(plan.sku_id), "name": holdings.person.name}
        return Refusal(code="SB-LIC-13", params=params)
    hanging = orphan(holdings, then, tenant)
    if hanging is None:
        return None
    params = {"dependent": hanging.dependent, "product": hanging.base, "name": holdings.person.name}
    return Refusal(code="SB-LIC-25", params=params)


def _number_at_stake(
    holdings: Holdings, tenant: TenantView, gives: list[HeldLicence], agreed: Plan
) -> Refusal | None:
    """The person got a number since, which the change would free unasked (R20)."""
    if any(isinstance(step, ReleaseNumber) for step in agreed.steps):
        return None
    adds = [add for step in agreed.steps if isinstance(step, ChangeLicences) for add in step.add]
    lost = lost_number(holdings, _after(holdings, tenant, gives, adds), tenant)
    if lost is None:
        return None
    params = {"name": holdings.person.name, "number": lost.telephone_number}
    return Refusal(code="SB-LIC-23", params=params)
