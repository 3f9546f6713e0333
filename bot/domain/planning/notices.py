"""What people should read with a plan: about the licences, the number and the country."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import plans_of_role, product, product_name
from bot.domain.numbers import PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning.choice import Offer, offers, smaller_plan
from bot.domain.planning.licences import Licences
from bot.domain.planning.money import unpriced
from bot.domain.planning.purchases import purchase_notices
from bot.domain.planning.standing import contents
from bot.domain.plans import AssignNumber, Notice, NoticeLevel
from bot.domain.tenant import TenantView

__all__ = [
    "country_notices",
    "licence_notices",
    "mailbox_notices",
    "minutes_notices",
    "number_notices",
    "offer_notices",
    "option_notices",
]

_ADD_ONS = frozenset({"phone_system", "phone_system_with_calling_plan", "calling_plan", "audio_conferencing"})
_MANY_ADD_ONS = 2


def licence_notices(
    licences: Licences, holdings: Holdings, tenant: TenantView, facts: Country
) -> tuple[Notice, ...]:
    """What there is to say about the new licences of a number, with the minutes they bring (R14, R17)."""
    minutes = (notice for one in licences.taken for notice in minutes_notices(one, facts, tenant))
    return (*offer_notices(licences.taken, holdings, tenant, facts), *minutes)


def offer_notices(
    taken: Sequence[Offer], holdings: Holdings, tenant: TenantView, facts: Country
) -> tuple[Notice, ...]:
    """Shortages (R09) and how they are bought, a smaller plan that need not wait, missing prices (R81), the
    suite hint (R23).
    """
    short = [one for one in taken if not one.in_stock]
    return (
        *(_short(one) for one in short),
        *purchase_notices(short, tenant.facts),
        *_smaller(taken, tenant, facts),
        *unpriced(taken, tenant.facts),
        *_suite_hint(taken, holdings, tenant),
    )


def minutes_notices(new: Offer, facts: Country, tenant: TenantView) -> tuple[Notice, ...]:
    """The minutes of the plan (R14, R16), and with how many people they are shared at most (R17)."""
    found = facts.minutes(new.part_number)
    if found is None:
        return ()
    params = {
        "product": new.name,
        "country": facts.iso2,
        "as_of": facts.as_of,
        "minutes": str(found.domestic),
        "international": str(found.international),
    }
    code = "SB-LIC-39" if found.international else "SB-LIC-38"
    sku = tenant.sku(new.sku_id)
    people = 1 + (sku.consumed if sku else 0)
    shared = {"people": str(people), "minutes": str(found.pooled(people).domestic)}
    return (Notice(code=code, params=params), Notice(code="SB-LIC-40", params=shared))


def option_notices(taken: Sequence[Offer], facts: Country, tenant: TenantView) -> tuple[Notice, ...]:
    """What would do in place of what is taken, where it is owned and free: fewer minutes, or one licence in
    place of two (J02).
    """
    full = next((one for one in taken if one.use == "domestic" and one.in_stock), None)
    if full is None:
        return ()
    small = smaller_plan(facts, tenant)
    fewer = Notice(code="SB-LIC-48", params={"product": full.name, "other": small.name}) if small else None
    phone = any(one.use == "phone" for one in taken)
    bundle = next((one for one in offers("bundle", facts.iso2, tenant) if one.in_stock), None)
    both = Notice(code="SB-LIC-49", params={"other": bundle.name}) if phone and bundle else None
    return tuple(one for one in (fewer, both) if one)


def _short(one: Offer) -> Notice:
    code = "SB-LIC-04" if one.owned else "SB-LIC-05"
    return Notice(code=code, level=NoticeLevel.WARN, params={"product": one.name})


def _smaller(taken: Iterable[Offer], tenant: TenantView, facts: Country) -> tuple[Notice, ...]:
    waiting = any(one.use == "domestic" and not one.in_stock for one in taken)
    other = smaller_plan(facts, tenant) if waiting else None
    return (Notice(code="SB-LIC-10", params={"product": other.name}),) if other else ()


def _suite_hint(taken: Iterable[Offer], holdings: Holdings, tenant: TenantView) -> tuple[Notice, ...]:
    """Several add-ons on a suite without a phone may cost more than a suite with one (R23)."""
    held = [one.sku_id for one in holdings.licences if one.in_force]
    afterwards = {*held, *(one.sku_id for one in taken)}
    add_ons = [sku_id for sku_id in afterwards if _category(sku_id) in _ADD_ONS]
    phone = plans_of_role("phone")
    suites = [
        sku_id
        for sku_id in held
        if _category(sku_id) == "suite" and phone.isdisjoint(contents(sku_id, tenant))
    ]
    if len(add_ons) < _MANY_ADD_ONS or not suites or not any(True for _ in taken):
        return ()
    params = {"name": holdings.person.name, "base": product_name(suites[0])}
    return (Notice(code="SB-LIC-07", params=params),)


def _category(sku_id: str) -> str:
    found = product(sku_id)
    return found.category if found else ""


def number_notices(wanted: AssignNumber, chosen: PhoneNumber | None) -> tuple[Notice, ...]:
    """The wished ending was not there and another number was taken (J01)."""
    if chosen is None or wanted.ending is None or chosen.telephone_number.endswith(wanted.ending):
        return ()
    return (Notice(code="SB-NUM-11", params={"ending": wanted.ending}),)


def country_notices(facts: Country, holdings: Holdings) -> tuple[Notice, ...]:
    """Emergency calls that are not possible (R66), and facts that are not certain (R71)."""
    found = []
    if facts.emergency_at == "not_supported":
        params = {"country": facts.iso2, "name": holdings.person.name}
        found.append(Notice(code="SB-LOC-06", level=NoticeLevel.WARN, params=params))
    if facts.confidence == "low":
        params = {"country": facts.iso2, "as_of": facts.as_of}
        found.append(Notice(code="SB-NUM-13", level=NoticeLevel.WARN, params=params))
    return tuple(found)


def mailbox_notices(holdings: Holdings) -> tuple[Notice, ...]:
    """Voicemail needs a mailbox, and no licence of its own (R24)."""
    if holdings.has_mailbox is not False:
        return ()
    params = {"name": holdings.person.name}
    return (Notice(code="SB-NUM-16", level=NoticeLevel.WARN, params=params),)
