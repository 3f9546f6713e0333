"""A wish for a phone number becomes ordered steps with reasons, warnings and stock.

It answers with a refusal where somebody must change something first, and with a plan that says what it
waits for where something is merely out of stock (R09), or where people have to say or make something
first: the usage location (J06) or an emergency address (J10).
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.catalogue.countries import Country
from bot.domain.people import Holdings
from bot.domain.planning.licences import Licences, licences_for
from bot.domain.planning.money import monthly_cost
from bot.domain.planning.notices import licence_notices, mailbox_notices
from bot.domain.planning.number_part import await_voice, newcomer_notices, number_part
from bot.domain.planning.order import in_order
from bot.domain.planning.person import (
    already_has,
    eligible_country,
    location_refusal,
    number_type_of,
    unlicensable,
)
from bot.domain.planning.usage_location import usage_location_steps
from bot.domain.plans import (
    ChangeLicences,
    HumanTask,
    Notify,
    Plan,
    Refusal,
    Step,
    StockLine,
    WaitReason,
)
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.wishes import NumberWish

__all__ = ["first_wait", "licence_steps", "plan_number", "seat_stock"]


def plan_number(wish: NumberWish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
    """What it takes to give the person a number, or why it cannot be.

    `tenant.free_numbers` need only hold numbers of the wished country; `now` is business time.
    """
    facts = _admitted(wish, holdings, tenant)
    if isinstance(facts, Refusal):
        return facts
    number_type = number_type_of(holdings)
    licences = licences_for(holdings, tenant, facts, number_type)
    if isinstance(licences, Refusal):
        return licences
    number = number_part(wish, holdings, tenant, facts, number_type)
    steps: tuple[Step, ...] = (
        *usage_location_steps(holdings.person, wish.country),
        *number.tasks,
        *licence_steps(licences, tenant),
        *await_voice(licences, holdings),
        number.step,
        Notify(rules=("R69",)),
    )
    return Plan(
        steps=in_order(steps),
        notices=(
            *newcomer_notices(licences, holdings, tenant, now),
            *licence_notices(licences, holdings, tenant, facts),
            *number.notices,
            *mailbox_notices(holdings),
        ),
        stock=(*seat_stock(licences), *number.stock),
        waits_for=first_wait(steps, licences, number.waits_for),
    )


def licence_steps(licences: Licences, tenant: TenantView) -> tuple[ChangeLicences, ...]:
    """Everything that is added, in one call; nothing where nothing is missing."""
    if not licences.adds:
        return ()
    cost = monthly_cost(licences.taken, tenant.facts)
    return (ChangeLicences(add=licences.adds, monthly_cost=cost, rules=("R05", "R10", "R26")),)


def first_wait(
    steps: tuple[Step, ...], licences: Licences, number_waits: WaitReason | None
) -> WaitReason | None:
    """The wait that comes first in the order of the steps."""
    tasks = {step.task for step in steps if isinstance(step, HumanTask)}
    if TaskKind.CONFIRM_LOCATION in tasks:
        return WaitReason.OWNER
    if TaskKind.EMERGENCY_ADDRESS in tasks:
        return WaitReason.ADDRESS
    if any(not one.in_stock for one in licences.taken):
        return WaitReason.LICENCES
    return number_waits


def seat_stock(licences: Licences) -> tuple[StockLine, ...]:
    """One line for each new licence."""
    return tuple(
        StockLine(
            label=one.name,
            kind="seat",
            key=one.sku_id,
            free_before=one.free,
            free_after=max(one.free - 1, 0),
        )
        for one in licences.taken
    )


def _admitted(wish: NumberWish, holdings: Holdings, tenant: TenantView) -> Country | Refusal:
    """Everything that stands in the way before licences and numbers are looked at."""
    refusal = unlicensable(holdings)
    if refusal:
        return refusal
    facts = eligible_country(wish, holdings)
    if isinstance(facts, Refusal):
        return facts
    return already_has(holdings) or location_refusal(wish, holdings, facts, tenant.facts) or facts
