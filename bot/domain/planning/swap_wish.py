"""One product in place of another, in one call; the number is looked at afterwards (R13, R19, R20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.catalogue.products import find_product, product, product_name, use_name
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.account import account_refusal, admitted
from bot.domain.planning.afterwards import afterwards
from bot.domain.planning.calling_rules import step_up_notices
from bot.domain.planning.exchange import NOTHING, Case, Change, exchange_plan
from bot.domain.planning.licence_change import change_for, licensed_already, together
from bot.domain.planning.wanted import Wanted, wanted
from bot.domain.plans import HumanTask, Notice, Plan, Refusal
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.wishes import SwapWish

__all__ = ["plan_swap"]


def plan_swap(wish: SwapWish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
    """The one call that gives the new product and takes the old ones back, or why it must not be made.

    Nothing that is named is left out: what the person does not have cannot be given up, and whoever only
    gives up hears what goes with it.
    """
    case = admitted(holdings, tenant, now)
    if isinstance(case, Refusal):
        return case
    gives = _given_up(wish, case)
    if isinstance(gives, Refusal):
        return gives
    change = _getting(wish, gives, case) if wish.get else _giving_back(gives, case)
    if isinstance(change, Refusal):
        return change
    return exchange_plan(replace(change, confirms_loss=wish.confirms_loss), case)


def _given_up(wish: SwapWish, case: Case) -> tuple[HeldLicence, ...] | Refusal:
    """The person's licences that the wish names, by skuId, by use, or by what they are called."""
    word = wish.give_up
    if not word:
        return ()
    found = find_product(word, [one.sku_id for one in case.holdings.licences])
    meant = word if product(word) else found.product.sku_id if found.product else word
    held = [one for one in case.holdings.licences if one.in_force]
    gives = tuple(one for one in held if meant == one.sku_id) or tuple(
        one for one in held if found.use and found.use == _use(one.sku_id)
    )
    if gives:
        return gives
    called = product_name(meant) if product(meant) or not found.use else use_name(found.use)
    return Refusal(code="SB-LIC-45", params={"name": case.name, "product": called})


def _use(sku_id: str) -> str:
    known = product(sku_id)
    return known.use if known else ""


def _getting(wish: SwapWish, gives: tuple[HeldLicence, ...], case: Case) -> Change | Refusal:
    """The new product, planned as if what is given up were gone already."""
    one = wanted(wish.get, case.facts, case.tenant)
    if isinstance(one, Refusal):
        return one
    without = replace(case, holdings=afterwards(case.holdings, case.tenant, gives, ()))
    refusal = account_refusal(one, without, outbound_calls=False)
    if refusal:
        return refusal
    change = licensed_already(one, without) or change_for(one, without)
    if isinstance(change, Refusal):
        return change
    kept = next((held for held in gives if held.sku_id in change.gets), None)
    if kept:
        return _needed(one, kept, case)
    said = step_up_notices(one.offer, gives, case.tenant.facts)
    return together(change, Change(NOTHING, gives=gives, notices=said, rules=()))


def _needed(one: Wanted, kept: HeldLicence, case: Case) -> Refusal:
    """What is given up would have to be given again: it is the same, or the new product builds on it."""
    old = product_name(kept.sku_id)
    if kept.sku_id == one.offer.sku_id:
        params = {"name": case.name, "product": old, "source": old}
        return Refusal(code="SB-LIC-14", params=params)
    params = {"name": case.name, "product": old, "dependent": one.offer.name}
    return Refusal(code="SB-LIC-25", params=params)


def _giving_back(gives: tuple[HeldLicence, ...], case: Case) -> Change:
    """Only giving back: direct licences in one call, those of a group by its administrator (J07).

    Whoever leaves a group loses everything that it gives, not only what was meant.
    """
    direct = tuple(one for one in gives if one.assigned_by_group is None)
    inherited = tuple(one for one in gives if one.assigned_by_group is not None)
    groups = {one.assigned_by_group for one in inherited}
    return Change(
        NOTHING,
        gives=direct,
        leaves=tuple(one for one in case.holdings.licences if one.assigned_by_group in groups),
        notices=tuple(_by_group(one, case) for one in inherited),
        tasks=tuple(_leave_group(one, case) for one in inherited),
        rules=("R19", "R20"),
    )


def _by_group(one: HeldLicence, case: Case) -> Notice:
    params = {"name": case.name, "product": product_name(one.sku_id), "group": one.assigned_by_group or ""}
    return Notice(code="SB-LIC-46", params=params)


def _leave_group(one: HeldLicence, case: Case) -> HumanTask:
    params = {
        "group": one.assigned_by_group or "",
        "name": case.name,
        "person": case.holdings.person.upn,
        "product": product_name(one.sku_id),
        "action": "remove",
    }
    return HumanTask(task=TaskKind.CHANGE_GROUP, params=params, rules=("R19",))
