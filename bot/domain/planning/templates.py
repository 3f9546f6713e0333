"""The templates "phone user" and "meeting organiser": all it takes, less what is there already (R12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import Use, plans_of_role, product_name, use_name
from bot.domain.numbers import NumberType
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.account import admitted
from bot.domain.planning.afterwards import has
from bot.domain.planning.base_rules import base_refusal
from bot.domain.planning.exchange import NOTHING, Case, Change, exchange_plan
from bot.domain.planning.licence_change import after, change_for, licensed_already, together
from bot.domain.planning.licence_wish import conferencing_change
from bot.domain.planning.licences import Licences, foundation
from bot.domain.planning.notices import mailbox_notices, option_notices
from bot.domain.planning.number_part import await_voice, newcomer_notices, number_part
from bot.domain.planning.number_wish import first_wait
from bot.domain.planning.order import in_order
from bot.domain.planning.person import (
    already_has,
    eligible_country,
    location_refusal,
    number_type_of,
    unlicensable,
)
from bot.domain.planning.standing import contents, standing
from bot.domain.planning.usage_location import usage_location_steps
from bot.domain.planning.wanted import wanted
from bot.domain.plans import AwaitPlans, HumanTask, Notice, NoticeLevel, Plan, Refusal, Step
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.wishes import MeetingOrganiserWish, PhoneUserWish

__all__ = ["line_of", "plan_organiser", "plan_phone_user"]

_THERE = "SB-LIC-14"
"""The refusal that says that a part of the template is there already."""


@dataclass(frozen=True, slots=True)
class _Base:
    """The suite of a template: what changes for it, and the person as he is once it is there."""

    change: Change
    case: Case


def plan_organiser(
    wish: MeetingOrganiserWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """A suite and Audio Conferencing."""
    case = admitted(holdings, tenant, now)
    if isinstance(case, Refusal):
        return case
    refusal = unlicensable(holdings)
    if refusal:
        return refusal
    base = _base("conferencing", case)
    if isinstance(base, Refusal):
        return base
    one = wanted("conferencing_ppm" if wish.pay_per_minute else "conferencing", case.facts, tenant)
    if isinstance(one, Refusal):
        return one
    change = _on_top(base, conferencing_change(one, wish, base.case))
    return change if isinstance(change, Refusal) else exchange_plan(change, case)


def _on_top(base: _Base, more: Change | Refusal) -> Change | Refusal:
    """What comes on top of the suite; a suite that brings it all is enough."""
    if not isinstance(more, Refusal):
        return together(base.change, more)
    brings_all = more.code == _THERE and bool(base.change.gets)
    return base.change if brings_all else more


def plan_phone_user(
    wish: PhoneUserWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """A suite, Teams Phone, the Calling Plan of the wished kind, and a number."""
    line = line_of(wish, holdings)
    facts = _admitted(wish, line, tenant)
    if isinstance(facts, Refusal):
        return facts
    case = Case(line, tenant, facts, now)
    base = _base("phone", case)
    change = base if isinstance(base, Refusal) else _calls(wish, base)
    if isinstance(change, Refusal):
        return change
    has_number = already_has(line)
    if has_number:
        nothing = not change.licences.adds and not change.gives
        return has_number if nothing else exchange_plan(change, case)
    return _with_number(wish, change, case)


def line_of(wish: PhoneUserWish, holdings: Holdings) -> Holdings:
    """The person as the wish wants the calls to go: with no Calling Plan over the own carrier (R06)."""
    if wish.calling_plan != "none":
        return holdings
    return holdings.model_copy(update={"own_pstn": True})


def _admitted(wish: PhoneUserWish, line: Holdings, tenant: TenantView) -> Country | Refusal:
    """Everything that stands in the way before licences and numbers are looked at."""
    if wish.internal_calls_only:
        return Refusal(code="SB-LIC-16")
    refusal = unlicensable(line)
    if refusal:
        return refusal
    facts = eligible_country(wish, line)
    if isinstance(facts, Refusal):
        return facts
    if line.own_pstn and wish.calling_plan != "none":
        params = {"name": line.person.name, "product": use_name(wish.calling_plan)}
        return Refusal(code="SB-LIC-15", params=params)
    return location_refusal(wish, line, facts, tenant.facts) or facts


def _base(use: Use, case: Case) -> _Base | Refusal:
    """A suite that can carry what comes on top, where the person has none (R12, R21)."""
    if _carries(use, case):
        return _Base(Change(NOTHING, rules=()), case)
    suite = wanted("suite", case.facts, case.tenant)
    change = suite if isinstance(suite, Refusal) else change_for(suite, case)
    if isinstance(suite, Refusal) or isinstance(change, Refusal):
        return Refusal(code="SB-LIC-02", params={"name": case.name})
    inherited = next((one for one in change.gives if one.assigned_by_group), None)
    if inherited is None:
        return _Base(change, after(change, case))
    return _Base(Change(NOTHING, tasks=(_upgrade(inherited, suite.offer.name, case),)), after(change, case))


def _carries(use: Use, case: Case) -> bool:
    held = (one for one in case.holdings.licences if one.in_force)
    base = plans_of_role("base") | plans_of_role("teams")
    can = any(base & contents(one.sku_id, case.tenant) for one in held)
    return can and base_refusal(use, "", case.holdings, case.tenant.facts.era) is None


def _upgrade(held: HeldLicence, better: str, case: Case) -> HumanTask:
    """A group gives the suite that cannot carry it: its administrator gives another (J12a)."""
    params = {
        "name": case.name,
        "person": case.holdings.person.upn,
        "base": product_name(held.sku_id),
        "products": better,
    }
    return HumanTask(task=TaskKind.UPGRADE_BASE, params=params, rules=("R21",))


def _calls(wish: PhoneUserWish, base: _Base) -> Change | Refusal:
    """Teams Phone, and the Calling Plan of the wished kind, on top of the suite (R05, R13)."""
    phone = _phone(base.case)
    if isinstance(phone, Refusal):
        return phone
    change = together(base.change, phone)
    if wish.calling_plan != "none":
        calling = _part(wish.calling_plan, base.case)
        if isinstance(calling, Refusal):
            return calling
        change = together(base.change, calling) if calling else change
    change = change.saying(
        *option_notices(change.licences.taken, base.case.facts, base.case.tenant),
        *mailbox_notices(base.case.holdings),
    )
    return _credits(wish, change, base.case)


def _phone(case: Case) -> Change | Refusal:
    found = foundation(case.holdings, case.tenant, case.facts, ("teams", "phone"))
    return found if isinstance(found, Refusal) else Change(found, rules=("R12",))


def _part(product: str, case: Case) -> Change | Refusal | None:
    """One product of the template with what it needs; None where it is there."""
    one = wanted(product, case.facts, case.tenant)
    if isinstance(one, Refusal):
        return one
    there = licensed_already(one, case)
    if there is None:
        return change_for(one, case)
    return None if isinstance(there, Refusal) and there.code == _THERE else there


def _credits(wish: PhoneUserWish, change: Change, case: Case) -> Change | Refusal:
    """The credits licence, recommended for calls beyond the minutes, E5 included (R39, R42, R54)."""
    if has(case.holdings, case.tenant, "credits"):
        return change
    if not wish.with_credits:
        declined = Notice(code="SB-LIC-43", level=NoticeLevel.WARN, params={"name": case.name})
        return change.saying(declined) if case.tenant.facts.credits_funded else change
    more = _part("credits", case)
    if more is None:
        return change
    return more if isinstance(more, Refusal) else together(change, more)


def _with_number(wish: PhoneUserWish, change: Change, case: Case) -> Plan | Refusal:
    """The plan of the licences, with the wait for Teams and the number in place of the wait for plans."""
    made = exchange_plan(change, case)
    if isinstance(made, Refusal):
        return made
    number = number_part(wish, case.holdings, case.tenant, case.facts, number_type_of(case.holdings))
    voice = _voice(change, case)
    steps: tuple[Step, ...] = in_order(
        (
            *_without_waits(made),
            *(() if change.licences.adds else usage_location_steps(case.holdings.person, case.iso2)),
            *number.tasks,
            *await_voice(voice, case.holdings),
            number.step,
        )
    )
    return made.model_copy(
        update={
            "steps": steps,
            "notices": (
                *newcomer_notices(voice, case.holdings, case.tenant, case.now),
                *made.notices,
                *number.notices,
            ),
            "stock": (*made.stock, *number.stock),
            "waits_for": first_wait(steps, change.licences, number.waits_for),
        }
    )


def _without_waits(made: Plan) -> tuple[Step, ...]:
    """The steps of the licences; whoever waits for Teams has waited for the plans."""
    return tuple(one for one in made.steps if not isinstance(one, AwaitPlans))


def _voice(change: Change, case: Case) -> Licences:
    """What must be effective before the number, with the Calling Plan the number lives on."""
    then = after(change, case).holdings
    under = foundation(then, case.tenant, case.facts, ("teams", "phone"))
    below = () if isinstance(under, Refusal) else under.plans
    calling = standing(plans_of_role("calling"), then, case.tenant).plan_id
    plans: tuple[str, ...] = (*below, calling) if calling else (*below, *change.licences.plans)
    if number_type_of(case.holdings) is not NumberType.CALLING_PLAN:
        plans = below
    return replace(change.licences, plans=tuple(dict.fromkeys(plans)), settled=not change.licences.adds)
