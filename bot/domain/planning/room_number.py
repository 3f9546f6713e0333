"""A number for a room: a room is an account like a person's, with a licence of its own kind (R77)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.catalogue.products import plans_of_role, product, product_name, use_name
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.choice import Offer, offers
from bot.domain.planning.licences import Licences, licences_for
from bot.domain.planning.notices import licence_notices
from bot.domain.planning.number_part import await_voice, newcomer_notices, number_part
from bot.domain.planning.number_wish import first_wait, licence_steps, seat_stock
from bot.domain.planning.order import in_order
from bot.domain.planning.person import already_has, eligible_country, number_type_of, unlicensable
from bot.domain.planning.standing import contents
from bot.domain.planning.usage_location import usage_location_steps
from bot.domain.plans import ChangeLicences, HumanTask, Notice, NoticeLevel, Plan, Refusal, Step
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.wishes import NumberWish, ServiceNumberWish

__all__ = ["plan_room_number"]


def plan_room_number(
    wish: ServiceNumberWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """Teams Rooms Basic becomes Pro in one call, a Calling Plan where it takes one, and then the number."""
    refusal = _refusal(wish, holdings)
    if refusal:
        return refusal
    # Where a place must be named with the number, admins name the room's: nobody works there who could.
    as_person = NumberWish(
        beneficiary_id=wish.beneficiary_id, country=wish.country, city=wish.city, new_location=True
    )
    facts = eligible_country(as_person, holdings)
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
        *_group_tasks(holdings, basic),
        *await_voice(licences, holdings),
        number.step,
    )
    return Plan(
        steps=in_order(steps),
        notices=(
            *_swap_notices(holdings, basic, pro),
            *newcomer_notices(licences, holdings, tenant, now),
            *licence_notices(licences, holdings, tenant, facts),
            *number.notices,
        ),
        stock=(*seat_stock(licences), *number.stock),
        waits_for=first_wait(steps, licences, number.waits_for),
    )


def _refusal(wish: ServiceNumberWish, holdings: Holdings) -> Refusal | None:
    if wish.tariff == "toll_free":
        return Refusal(code="SB-SVC-01")
    if wish.account_id is None:
        return Refusal(code="SB-SVC-06")
    return unlicensable(holdings) or already_has(holdings)


def _basic(holdings: Holdings) -> HeldLicence | None:
    found = (one for one in holdings.licences if one.in_force)
    return next((one for one in found if _use(one) == "room_basic"), None)


def _use(one: HeldLicence) -> str:
    known = product(one.sku_id)
    return known.use if known else ""


def _pro(
    holdings: Holdings, basic: HeldLicence | None, tenant: TenantView, iso2: str
) -> tuple[Offer, ...] | Refusal:
    """Pro in the place of Basic, or for a room that has no licence at all."""
    suites = plans_of_role("teams") | plans_of_role("base")
    licensed = any(suites & contents(one.sku_id, tenant) for one in holdings.licences if one.in_force)
    if licensed and basic is None:
        return ()
    found = offers("room_pro", iso2, tenant)
    if not found:
        return Refusal(code="SB-SVC-15", params={"product": use_name("room_pro"), "country": iso2})
    return (next((one for one in found if one.in_stock), found[0]),)


def _with_pro(holdings: Holdings, basic: HeldLicence | None, pro: tuple[Offer, ...]) -> Holdings:
    """The room as it will be, before Microsoft has acted on it."""
    kept = tuple(one for one in holdings.licences if one is not basic)
    new = tuple(HeldLicence(sku_id=one.sku_id) for one in pro)
    return holdings.model_copy(update={"licences": (*kept, *new)})


def _changes(licences: Licences, basic: HeldLicence | None, tenant: TenantView) -> tuple[ChangeLicences, ...]:
    """Basic goes in the call that gives Pro (R19, R77)."""
    steps = licence_steps(licences, tenant)
    if basic is None or basic.assigned_by_group is not None:
        return steps
    return tuple(one.model_copy(update={"remove": (basic.sku_id,)}) for one in steps)


def _group_tasks(holdings: Holdings, basic: HeldLicence | None) -> tuple[HumanTask, ...]:
    if basic is None or basic.assigned_by_group is None:
        return ()
    params = {
        "group": basic.assigned_by_group,
        "name": holdings.person.name,
        "person": holdings.person.upn,
        "product": product_name(basic.sku_id),
        "action": "remove",
    }
    return (HumanTask(task=TaskKind.CHANGE_GROUP, params=params, rules=("R77",)),)


def _swap_notices(
    holdings: Holdings, basic: HeldLicence | None, pro: tuple[Offer, ...]
) -> tuple[Notice, ...]:
    if basic is None:
        return ()
    params = {"product": product_name(basic.sku_id), "better": pro[0].name}
    swap = Notice(code="SB-LIC-35", level=NoticeLevel.WARN, params=params)
    if basic.assigned_by_group is None:
        return (swap,)
    inherited = {"product": product_name(basic.sku_id), "name": holdings.person.name}
    return swap, Notice(code="SB-SVC-16", level=NoticeLevel.WARN, params=inherited)
