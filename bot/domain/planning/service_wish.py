"""A number for a call queue, an auto attendant, the conferencing bridge or a room (J17).

Graph gives numbers to people and rooms only, so that for services it is licences by us and the rest by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.catalogue.countries import Country, country
from bot.domain.dialling import is_toll_free
from bot.domain.numbers import PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning.number_wish import licence_steps, seat_stock
from bot.domain.planning.order import in_order
from bot.domain.planning.person import already_has, unlicensable
from bot.domain.planning.resource_account import AccountPart, account_part
from bot.domain.planning.room_number import plan_room_number
from bot.domain.planning.service_numbers import (
    CAPABILITY,
    availability,
    choose_service_number,
    fitting_services,
    toll_free_refusal,
)
from bot.domain.plans import (
    AwaitPlans,
    HumanTask,
    Notice,
    NoticeLevel,
    NumberNeed,
    Plan,
    Refusal,
    Step,
    StockLine,
    WaitReason,
)
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.wishes import NumberUsage, ServiceNumberWish, Tariff

__all__ = ["plan_service_number", "precheck_service_number"]


@dataclass(frozen=True, slots=True)
class _Number:
    """The number, as far as there is one."""

    need: NumberNeed
    tasks: tuple[HumanTask, ...] = ()
    """What has to happen to it before it can be used (R70)."""
    notices: tuple[Notice, ...] = ()


def plan_service_number(
    wish: ServiceNumberWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """The account's licences, the number, and the task that brings the two together.

    `holdings` are those of the account where there is one, which the wish is for then; otherwise the
    requester's, and are not looked at.
    """
    facts = country(wish.country)
    if facts is None:
        return Refusal(code="SB-NUM-02", params={"country": wish.country})
    if wish.account_id is not None and wish.account_id != holdings.person.id:
        return Refusal(code="SB-SVC-02")
    if wish.purpose == "room":
        return plan_room_number(wish, holdings, tenant, now)
    number = _has_one(wish, holdings) or _number(wish, tenant, facts)
    if isinstance(number, Refusal):
        return number
    account = account_part(wish, holdings, tenant, facts)
    return account if isinstance(account, Refusal) else _plan(wish, holdings, tenant, number, account)


def precheck_service_number(
    wish: ServiceNumberWish, holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """The account is still what it was, and there is still something to pay toll-free calls from (R39)."""
    facts = country(wish.country)
    if facts is None:
        return Refusal(code="SB-NUM-02", params={"country": wish.country})
    if wish.purpose == "room":
        return unlicensable(holdings)
    account = account_part(wish, holdings, tenant, facts)
    if isinstance(account, Refusal):
        return account
    return toll_free_refusal(_agreed_tariff(agreed), tenant.facts)


def _agreed_tariff(agreed: Plan) -> Tariff:
    """Of the number itself: one that was picked need not be of the tariff that was wished."""
    needs = (step.number for step in agreed.steps if isinstance(step, HumanTask) and step.number)
    return "toll_free" if any(need.toll_free for need in needs) else "toll"


def _has_one(wish: ServiceNumberWish, holdings: Holdings) -> Refusal | None:
    """An account has one number; another account in front of the same queue may have another."""
    return already_has(holdings) if wish.account_id and wish.purpose != "bridge" else None


def _plan(
    wish: ServiceNumberWish, holdings: Holdings, tenant: TenantView, number: _Number, account: AccountPart
) -> Plan:
    changes = licence_steps(account.licences, tenant)
    steps: tuple[Step, ...] = (
        *account.location,
        *account.changes(changes),
        *((AwaitPlans(plans=account.licences.plans, rules=("R07",)),) if changes else ()),
        *number.tasks,
        _task(wish, holdings, number.need),
    )
    return Plan(
        steps=in_order(steps),
        notices=(*account.notices, *number.notices),
        stock=(*seat_stock(account.licences), *_number_stock(number.need, tenant)),
        waits_for=_first_wait(account, number),
    )


def _first_wait(account: AccountPart, number: _Number) -> WaitReason | None:
    if account.location:
        return WaitReason.OWNER
    if any(not one.in_stock for one in account.licences.taken):
        return WaitReason.LICENCES
    return None if number.need.telephone_number else WaitReason.NUMBER


def _number(wish: ServiceNumberWish, tenant: TenantView, facts: Country) -> _Number | Refusal:
    if wish.telephone_number is not None:
        return _named(wish, wish.telephone_number, tenant, facts)
    refusal = toll_free_refusal(wish.tariff, tenant.facts)
    if refusal:
        return refusal
    need = _need(wish, wish.tariff)
    chosen = choose_service_number(
        need,
        tenant.service_numbers,
        tenant.held_numbers,
        spread=wish.name or wish.beneficiary_id,
        resting=tenant.resting,
    )
    if chosen is not None:
        return _Number(need.model_copy(update={"telephone_number": chosen.telephone_number}))
    offered = availability(facts, wish.tariff, tenant.facts.era)
    if isinstance(offered, Refusal):
        return offered
    none_free = Notice(code="SB-SVC-11", level=NoticeLevel.WARN, params={"country": facts.iso2})
    return _Number(need, notices=(none_free, *offered))


def _named(wish: ServiceNumberWish, wanted: str, tenant: TenantView, facts: Country) -> _Number | Refusal:
    """A number that was picked: it must be free and for this (R60), or may be converted while free (R70)."""
    free = _free(wanted, tenant)
    if free is None or free.country != wish.country:
        return Refusal(code="SB-SVC-13", params={"number": wanted, "country": facts.iso2})
    tariff: Tariff = "toll_free" if is_toll_free(wanted, facts.iso2) else "toll"
    refusal = toll_free_refusal(tariff, tenant.facts)
    if refusal:
        return refusal
    need = _need(wish, tariff).model_copy(update={"telephone_number": wanted, "named": True, "city": None})
    if need.capability in free.capabilities:
        return _Number(need)
    if not wish.convert:
        return Refusal(code="SB-SVC-12", params={"number": wanted})
    target: NumberUsage = "conference" if wish.purpose == "bridge" else "voice_application"
    convert = HumanTask(
        task=TaskKind.CONVERT_NUMBER, params={"number": wanted, "target": target}, rules=("R70",)
    )
    return _Number(need, tasks=(convert,))


def _free(wanted: str, tenant: TenantView) -> PhoneNumber | None:
    at_rest = {one.telephone_number for one in tenant.resting}
    if wanted in tenant.held_numbers or wanted in at_rest:
        return None
    numbers = (*tenant.service_numbers, *tenant.free_numbers)
    return next((one for one in numbers if one.telephone_number == wanted), None)


def _need(wish: ServiceNumberWish, tariff: Tariff) -> NumberNeed:
    """Toll-free numbers are of no city."""
    return NumberNeed(
        country=wish.country,
        city=wish.city if tariff == "toll" else None,
        capability=CAPABILITY[wish.purpose],
        toll_free=tariff == "toll_free",
    )


def _task(wish: ServiceNumberWish, holdings: Holdings, need: NumberNeed) -> HumanTask:
    """By hand: with an account or for the bridge the number is assigned, otherwise everything is created."""
    params = {
        "purpose": wish.purpose,
        "name": wish.name,
        "country": wish.country,
        "city": wish.city or "",
        "tariff": "toll_free" if need.toll_free else "toll",
        "number": need.telephone_number or "",
    }
    if wish.account_id is None and wish.purpose != "bridge":
        return HumanTask(
            task=TaskKind.VOICE_APPLICATION, params=params, number=need, rules=("R60", "R73", "R75")
        )
    account = holdings.person if wish.account_id else None
    params |= {
        "account": account.upn if account else "",
        "name": wish.name or (account.name if account else ""),
    }
    return HumanTask(task=TaskKind.SERVICE_NUMBER, params=params, number=need, rules=("R60", "R75"))


def _number_stock(need: NumberNeed, tenant: TenantView) -> tuple[StockLine, ...]:
    facts = country(need.country)
    name = facts.name if facts else need.country
    services = tenant.service_numbers
    free = len(fitting_services(need, services, tenant.held_numbers, resting=tenant.resting))
    label = f"{name}, {need.city}" if need.city else name
    after = max(free - (1 if need.telephone_number else 0), 0)
    return (StockLine(label=label, kind="number", key=need.country, free_before=free, free_after=after),)
