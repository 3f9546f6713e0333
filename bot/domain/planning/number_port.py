"""Numbers brought along from another operator: one order a tariff, and one country at a time (J16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.catalogue.countries import Country, country
from bot.domain.catalogue.limits import port_path
from bot.domain.dialling import is_of_country, is_toll_free
from bot.domain.people import Holdings
from bot.domain.planning.service_numbers import toll_free_refusal
from bot.domain.plans import HumanTask, Notice, NoticeLevel, Plan, Refusal
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.values import E164
from bot.domain.wishes import NumberPortWish, Tariff

__all__ = ["plan_number_port", "ported_numbers"]

_NAMED = 3
"""How many numbers that do not belong are named."""


def plan_number_port(
    wish: NumberPortWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """A task for the admins a tariff; the numbers themselves stay with the wish (`ported_numbers`)."""
    facts = country(wish.country)
    if facts is None:
        return Refusal(code="SB-NUM-02", params={"country": wish.country})
    refusal = _refusal(wish, facts)
    if refusal:
        return refusal
    toll, toll_free = ported_numbers(wish, "toll"), ported_numbers(wish, "toll_free")
    refusal = _tariff_refusal(wish, toll_free, tenant)
    if refusal:
        return refusal
    orders: tuple[tuple[Tariff, Sequence[E164]], ...] = (("toll", toll), ("toll_free", toll_free))
    return Plan(
        steps=tuple(_task(wish, tariff, len(numbers)) for tariff, numbers in orders if numbers),
        notices=(*_split(toll, toll_free), *_notices(facts)),
    )


def ported_numbers(wish: NumberPortWish, tariff: Tariff) -> tuple[E164, ...]:
    """The numbers of one order, each once, as they were given."""
    free = tariff == "toll_free"
    return tuple(one for one in dict.fromkeys(wish.numbers) if is_toll_free(one, wish.country) is free)


def _refusal(wish: NumberPortWish, facts: Country) -> Refusal | None:
    if not wish.numbers:
        return Refusal(code="SB-ORD-10")
    if facts.acquisition == "none":
        return Refusal(code="SB-ORD-03", params={"country": facts.iso2})
    if wish.usage == "conference" and not facts.ported_for_conferencing:
        return Refusal(code="SB-ORD-12", params={"country": facts.iso2})
    strangers = [one for one in wish.numbers if not is_of_country(one, wish.country)]
    if not strangers:
        return None
    named = ", ".join(strangers[:_NAMED])
    return Refusal(code="SB-ORD-11", params={"country": facts.iso2, "numbers": named})


def _tariff_refusal(wish: NumberPortWish, toll_free: Sequence[E164], tenant: TenantView) -> Refusal | None:
    """Toll-free numbers are for services (R60), and somebody has to pay for their calls (R39)."""
    if not toll_free:
        return None
    if wish.usage == "user":
        return Refusal(code="SB-SVC-01")
    return toll_free_refusal("toll_free", tenant.facts)


def _task(wish: NumberPortWish, tariff: Tariff, quantity: int) -> HumanTask:
    params = {
        "country": wish.country,
        "quantity": str(quantity),
        "usage": wish.usage,
        "path": port_path(quantity),
        "operator": wish.operator,
        "tariff": tariff,
    }
    return HumanTask(task=TaskKind.PORT_NUMBERS, params=params, rules=("R59", "R61"))


def _split(toll: Sequence[E164], toll_free: Sequence[E164]) -> tuple[Notice, ...]:
    """Two orders, since one with both would get the wrong capacity (R61)."""
    if not toll or not toll_free:
        return ()
    params = {"toll": str(len(toll)), "toll_free": str(len(toll_free))}
    return (Notice(code="SB-ORD-13", params=params),)


def _notices(facts: Country) -> tuple[Notice, ...]:
    """Papers, and no promise of a date (R59)."""
    params = {"country": facts.iso2}
    weeks = facts.port_lead_time
    found = [Notice(code="SB-ORD-14", level=NoticeLevel.WARN)]
    if facts.port_bill:
        found.append(Notice(code="SB-ORD-15", params=params))
    if weeks:
        lead = {**params, "least": str(weeks.least), "most": str(weeks.most)}
        found.append(Notice(code="SB-ORD-16", params=lead))
    return tuple(found)
