"""A wish for one product: closed where it is there already, refused where it is of no use, else a plan.

The same functions plan the templates and the swaps; see `licence_change`.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.catalogue.products import Use, plans_of_role, product_name
from bot.domain.people import Holdings
from bot.domain.planning.account import account_refusal, admitted, for_machines, is_basic_room, licensed_as
from bot.domain.planning.afterwards import has
from bot.domain.planning.conferencing_rules import (
    OrganiserWish,
    conferencing_notices,
    conferencing_refusal,
    conferencing_tasks,
)
from bot.domain.planning.exchange import Case, Change, exchange_plan
from bot.domain.planning.licence_change import after, change_for, licensed_already, together
from bot.domain.planning.notices import mailbox_notices
from bot.domain.planning.standing import contents
from bot.domain.planning.wanted import CALLING, Wanted, wanted
from bot.domain.plans import Notice, NoticeLevel, Plan, Refusal
from bot.domain.tenant import TenantView
from bot.domain.wishes import LicenceWish

__all__ = ["conferencing_change", "credits_change", "plan_licence"]

_FOR_CALLS: frozenset[Use] = frozenset({"phone", "bundle"})


def plan_licence(wish: LicenceWish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
    """What it takes to have a product, or why not; "has it already" is a refusal too, before any approval."""
    case = admitted(holdings, tenant, now)
    if isinstance(case, Refusal):
        return case
    one = wanted(wish.product, case.facts, tenant)
    if isinstance(one, Refusal):
        return one
    refusal = _refusal(one, wish, case)
    if refusal:
        return refusal
    change = _change(one, wish, case)
    return change if isinstance(change, Refusal) else exchange_plan(change, case)


def _refusal(one: Wanted, wish: LicenceWish, case: Case) -> Refusal | None:
    if wish.internal_calls_only and _is_for_calls(one):
        return Refusal(code="SB-LIC-16")
    return account_refusal(one, case, outbound_calls=wish.outbound_calls)


def _is_for_calls(one: Wanted) -> bool:
    return one.use in CALLING or one.use in _FOR_CALLS


def _change(one: Wanted, wish: LicenceWish, case: Case) -> Change | Refusal:
    if is_basic_room(case.holdings) and _is_for_calls(one):
        return _better_room(one, case)
    if one.use == "credits":
        return credits_change(one, case)
    if one.category == "audio_conferencing":
        return conferencing_change(one, wish, case)
    if one.use == "payg" and for_machines(case.holdings):
        return _payg_of_a_machine(one, case)
    change = licensed_already(one, case) or change_for(one, case)
    if isinstance(change, Refusal):
        return change
    return change.saying(*mailbox_notices(case.holdings)) if one.use in _FOR_CALLS else change


def conferencing_change(one: Wanted, wish: OrganiserWish, case: Case) -> Change | Refusal:
    """Audio Conferencing for somebody who leads meetings (R31-R38)."""
    there = licensed_already(one, case)
    if there is not None:
        return there
    refusal = conferencing_refusal(one.offer, wish, case)
    if refusal:
        return refusal
    change = change_for(one, case)
    if isinstance(change, Refusal):
        return change
    return change.saying(*conferencing_notices(one.offer, wish, case), tasks=conferencing_tasks(case))


def credits_change(one: Wanted, case: Case) -> Change | Refusal:
    """The credits licence, for whoever calls, E5 included (R41, R42, R54)."""
    if not _can_use_credits(case.tenant):
        return Refusal(code="SB-LIC-41")
    change = licensed_already(one, case) or change_for(one, case)
    if isinstance(change, Refusal):
        return change
    return change.saying(*_cannot_call(case))


def _can_use_credits(tenant: TenantView) -> bool:
    """Whether the tenant owns conferencing, or Teams Phone with a Calling Plan (R41)."""
    inside = frozenset[str]().union(*(contents(sku.sku_id, tenant) for sku in tenant.skus if sku.enabled))
    conferencing = inside & plans_of_role("conferencing")
    return bool(conferencing or (inside & plans_of_role("phone") and inside & plans_of_role("calling")))


def _cannot_call(case: Case) -> tuple[Notice, ...]:
    holdings, tenant = case.holdings, case.tenant
    calls = has(holdings, tenant, "phone") and (has(holdings, tenant, "calling") or holdings.own_pstn)
    if calls or has(holdings, tenant, "conferencing"):
        return ()
    return (Notice(code="SB-LIC-42", level=NoticeLevel.WARN, params={"name": case.name}),)


def _payg_of_a_machine(one: Wanted, case: Case) -> Change | Refusal:
    """Pay-as-you-go for a resource account, on top of the licence such an account has (R74, R76)."""
    change = licensed_already(one, case) or change_for(one, case)
    if isinstance(change, Refusal) or has(case.holdings, case.tenant, "resource"):
        return change
    own = wanted("resource_account", case.facts, case.tenant)
    under = own if isinstance(own, Refusal) else change_for(own, case)
    return under if isinstance(under, Refusal) else together(under, change)


def _better_room(one: Wanted, case: Case) -> Change | Refusal:
    """A room without a phone becomes one with it, and takes the Calling Plan in the same call (R77)."""
    pro = wanted("room_pro", case.facts, case.tenant)
    if isinstance(pro, Refusal):
        return pro
    change = change_for(pro, case)
    if isinstance(change, Refusal):
        return change
    basic = product_name(licensed_as(case.holdings, "room_basic") or "")
    said = Notice(code="SB-LIC-35", params={"product": basic, "better": pro.offer.name})
    change = change.saying(said, rules=("R77",))
    if one.use not in CALLING:
        return change
    calling = change_for(one, after(change, case))
    return calling if isinstance(calling, Refusal) else together(change, calling)
