"""A number for a room: a room is an account like a person's, with a licence of its own kind (R77)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import plans_of_role, product, product_name, use_name
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.choice import Offer, offers
from bot.domain.planning.groups import group_notices, leave_groups, taken_directly
from bot.domain.planning.licences import Licences, licences_for
from bot.domain.planning.notices import licence_notices
from bot.domain.planning.number_part import await_voice, newcomer_notices, number_part
from bot.domain.planning.number_wish import first_wait, licence_steps, seat_stock
from bot.domain.planning.order import in_order
from bot.domain.planning.person import (
    already_has,
    eligible_country,
    location_refusal,
    number_type_of,
    unlicensable,
)
from bot.domain.planning.standing import contents
from bot.domain.planning.usage_location import usage_location_steps
from bot.domain.plans import ChangeLicences, Notice, NoticeLevel, Plan, Refusal, Step
from bot.domain.tenant import TenantView
from bot.domain.wishes import NumberWish, ServiceNumberWish

__all__ = ["plan_room_number"]

_FOR_PLACES = frozenset({"teams_rooms", "shared_device"})
"""Categories of products that are made for rooms and lobbies, not for people."""


def plan_room_number(
    wish: ServiceNumberWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """Teams Rooms Basic becomes Pro in one call, a Calling Plan where it takes one, and then the number."""
    refusal = _refusal(wish, holdings, tenant)
    if refusal:
        return refusal
    # Where a place must be named with the number, admins name the room's: nobody works there who could.
    as_person = NumberWish(
        beneficiary_id=wish.beneficiary_id,
        country=wish.country,
        city=wish.city,
        new_location=True,
        accepts_no_emergency_calls=wish.accepts_no_emergency_calls,
    )
    facts = _admitted(as_person, holdings, tenant)
    if isinstance(facts, Refusal):
        return facts
    basic = _basic(holdings)
    pro = _pro(holdings, basic, tenant, wish.country)
    if isinstance(pro, Refusal):
        return pro
    number_type = number_type_of(holdings)
    found = licences_for(_with_pro(holdings, basic, pro), tenant, facts, number_type)
    if isinstance(found, Refusal):
        return found
    licences = replace(found, taken=(*pro, *found.taken))
    number = number_part(as_person, holdings, tenant, facts, number_type)
    steps: tuple[Step, ...] = (
        *usage_location_steps(holdings.person, wish.country),
        *number.tasks,
        *_changes(licences, basic, tenant),
        *leave_groups(basic, holdings.person),
        *await_voice(licences, holdings),
        number.step,
    )
    return Plan(
        steps=in_order(steps),
        notices=(
            *_swap_notices(basic, pro),
            *group_notices(basic, holdings.person),
            *newcomer_notices(licences, holdings, tenant, now),
            *licence_notices(licences, holdings, tenant, facts),
            *number.notices,
        ),
        stock=(*seat_stock(licences), *number.stock),
        waits_for=first_wait(steps, licences, number.waits_for),
    )


def _admitted(as_person: NumberWish, holdings: Holdings, tenant: TenantView) -> Country | Refusal:
    facts = eligible_country(as_person, holdings)
    if isinstance(facts, Refusal):
        return facts
    return location_refusal(as_person, holdings, facts, tenant.facts) or facts


def _refusal(wish: ServiceNumberWish, holdings: Holdings, tenant: TenantView) -> Refusal | None:
    if wish.tariff == "toll_free":
        return Refusal(code="SB-SVC-01")
    if wish.account_id is None:
        return Refusal(code="SB-SVC-06")
    return _no_room(holdings, tenant) or unlicensable(holdings) or already_has(holdings)


def _no_room(holdings: Holdings, tenant: TenantView) -> Refusal | None:
    """A person's account must not get by this way what the person's manager has to ask for."""
    held = [one for one in holdings.licences if one.in_force]
    suites = plans_of_role("base") | plans_of_role("teams")
    personal = any(suites & contents(one.sku_id, tenant) for one in held)
    if not personal or any(_category(one) in _FOR_PLACES for one in held):
        return None
    return Refusal(code="SB-SVC-17", params={"name": holdings.person.name})


def _basic(holdings: Holdings) -> tuple[HeldLicence, ...]:
    return tuple(one for one in holdings.licences if one.in_force and _use(one) == "room_basic")


def _use(one: HeldLicence) -> str:
    known = product(one.sku_id)
    return known.use if known else ""


def _category(one: HeldLicence) -> str:
    known = product(one.sku_id)
    return known.category if known else ""


def _pro(
    holdings: Holdings, basic: tuple[HeldLicence, ...], tenant: TenantView, iso2: str
) -> tuple[Offer, ...] | Refusal:
    """Pro in the place of Basic, or for a room that has no licence at all."""
    suites = plans_of_role("teams") | plans_of_role("base")
    licensed = any(suites & contents(one.sku_id, tenant) for one in holdings.licences if one.in_force)
    if licensed and not basic:
        return ()
    found = offers("room_pro", iso2, tenant)
    if not found:
        return Refusal(code="SB-SVC-15", params={"product": use_name("room_pro"), "country": iso2})
    return (next((one for one in found if one.in_stock), found[0]),)


def _with_pro(holdings: Holdings, basic: tuple[HeldLicence, ...], pro: tuple[Offer, ...]) -> Holdings:
    """The room as it will be, before Microsoft has acted on it."""
    kept = tuple(one for one in holdings.licences if one not in basic)
    new = tuple(HeldLicence(sku_id=one.sku_id) for one in pro)
    return holdings.model_copy(update={"licences": (*kept, *new)})


def _changes(
    licences: Licences, basic: tuple[HeldLicence, ...], tenant: TenantView
) -> tuple[ChangeLicences, ...]:
    """Basic goes in the call that gives Pro (R19, R77)."""
    remove = taken_directly(basic)
    return tuple(one.model_copy(update={"remove": remove}) for one in licence_steps(licences, tenant))


def _swap_notices(basic: tuple[HeldLicence, ...], pro: tuple[Offer, ...]) -> tuple[Notice, ...]:
    return tuple(
        Notice(
            code="SB-LIC-35",
            level=NoticeLevel.WARN,
            params={"product": product_name(one.sku_id), "better": pro[0].name},
        )
        for one in basic[:1]
    )
