"""What kind of account somebody asks for, and which products are for it (R01, R74, R76, R77)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.catalogue.countries import country
from bot.domain.catalogue.limits import rooms_basic
from bot.domain.catalogue.products import plans_of_role, product
from bot.domain.numbers import NumberType
from bot.domain.people import AccountType, Holdings
from bot.domain.planning.exchange import Case
from bot.domain.planning.person import unlicensable
from bot.domain.planning.wanted import CALLING, Wanted
from bot.domain.plans import Refusal
from bot.domain.tenant import TenantView

__all__ = ["account_refusal", "admitted", "for_machines", "is_basic_room", "licensed_as"]


def admitted(holdings: Holdings, tenant: TenantView, now: datetime) -> Case | Refusal:
    """The case to plan with, unless nothing is known of the country (R18, R71).

    The country is the usage location; where there is none, the directory's, which people confirm (J06).
    """
    here = holdings.person.usage_location or holdings.person.country
    if here is None:
        return Refusal(code="SB-LOC-01", params={"name": holdings.person.name})
    facts = country(here)
    if facts is None:
        return Refusal(code="SB-NUM-02", params={"country": here})
    return Case(holdings, tenant, facts, now)


def account_refusal(one: Wanted, case: Case, *, outbound_calls: bool) -> Refusal | None:
    """Why this product is not for this account; None where it is."""
    if for_machines(case.holdings):
        return _for_a_machine(one, case, outbound_calls=outbound_calls)
    if one.category == "resource_account":
        return Refusal(code="SB-LIC-32", params={"name": case.name, "product": one.offer.name})
    if one.use == "room_basic" and _basic_rooms(case.tenant) >= rooms_basic():
        return Refusal(code="SB-LIC-34", params={"count": str(rooms_basic()), "product": one.offer.name})
    return unlicensable(case.holdings)


def for_machines(holdings: Holdings) -> bool:
    """Whether the account is a resource account, by Teams' word or by its licence."""
    account = holdings.voice.account_type if holdings.voice else AccountType.USER
    resource = plans_of_role("resource")
    return account is AccountType.RESOURCE_ACCOUNT or not resource.isdisjoint(holdings.enabled_plans)


def is_basic_room(holdings: Holdings) -> bool:
    """Whether the account is a room whose licence comes without a phone (R77)."""
    return licensed_as(holdings, "room_basic") is not None


def licensed_as(holdings: Holdings, use: str) -> str | None:
    """The skuId of a product for this use that the account holds."""
    found = (one.sku_id for one in holdings.licences if one.in_force and _use(one.sku_id) == use)
    return next(found, None)


def _use(sku_id: str) -> str:
    known = product(sku_id)
    return known.use if known else ""


def _for_a_machine(one: Wanted, case: Case, *, outbound_calls: bool) -> Refusal | None:
    """A resource account takes its own licence, and pay-as-you-go to call out (R74, R76)."""
    if one.use == "payg":
        return None
    needs_payg = outbound_calls and not _calls_out(case.holdings)
    if needs_payg or one.use in CALLING:
        return Refusal(code="SB-LIC-33", params={"name": case.name})
    if one.category != "resource_account":
        return Refusal(code="SB-WHO-05", params={"name": case.name})
    return None


def _calls_out(holdings: Holdings) -> bool:
    """Pay-as-you-go, or a number of the organisation's own carrier, which Microsoft does not count."""
    own_carrier = any(one.number_type is not NumberType.CALLING_PLAN for one in holdings.numbers)
    return own_carrier or licensed_as(holdings, "payg") is not None


def _basic_rooms(tenant: TenantView) -> int:
    return sum(
        sku.consumed + tenant.reserved_seats.get(sku.sku_id, 0)
        for sku in tenant.skus
        if _use(sku.sku_id) == "room_basic"
    )
