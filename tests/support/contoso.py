"""Contoso as plain values: the fixture tenant, its people and its numbers, for tests of pure functions."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.catalogue.products import E3, E5, MCOPSTN1, plan_ids, products
from bot.domain.numbers import Capability, NumberType, PhoneNumber
from bot.domain.people import HeldLicence, Holdings, Person, PersonRef, VoiceProfile
from bot.domain.tenant import EmergencyLocation, ServicePlan, Sku, TenantFacts, TenantView
from bot.domain.wishes import NumberWish

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

REDMOND_HQ = EmergencyLocation(
    id="loc-redmond", name="Redmond HQ", country="US", city="Redmond", address="1 Microsoft Way"
)
PARIS = EmergencyLocation(id="loc-paris", name="Paris siège", country="FR", city="Paris")
FACTS = TenantFacts(emergency_locations=(REDMOND_HQ, PARIS))

STOCK = {
    "ENTERPRISEPACK": (500, 480),
    "ENTERPRISEPREMIUM": (200, 200),
    "MCOEV": (60, 57),
    "MCOPSTN1": (50, 49),
    "MCOPSTN_5": (10, 2),
    "MCOMEETADV": (40, 12),
    "MCOPSTNC": (10_000_000, 31),
    "PHONESYSTEM_VIRTUALUSER": (30, 5),
}
"""Seats bought and consumed."""


def sku_id(part_number: str) -> str:
    """The skuId behind a part number; the first, where two share it."""
    return next(one.sku_id for one in products().values() if one.part_number == part_number)


def sku(part_number: str, enabled: int, consumed: int, **more: object) -> Sku:
    found = sku_id(part_number)
    plans = tuple(ServicePlan(id=plan, name=plan) for plan in sorted(plan_ids(found)))
    fields = {"part_number": part_number, "plans": plans, "enabled": enabled, "consumed": consumed}
    return Sku.model_validate({"sku_id": found, **fields, **more})


def number(
    digits: str,
    country: str = "FR",
    city: str | None = "Paris",
    location: str | None = "loc-paris",
    kind: NumberType = NumberType.CALLING_PLAN,
    capabilities: frozenset[Capability] = frozenset({Capability.USER}),
) -> PhoneNumber:
    return PhoneNumber(
        telephone_number=digits,
        number_type=kind,
        country=country,
        city=city,
        location_id=location,
        capabilities=capabilities,
    )


PARIS_NUMBERS = (number("+33123450001"), number("+33123450002"), number("+33123450042"))
REDMOND_NUMBERS = (
    number("+14255550101", "US", "Redmond", None),
    number("+14255550102", "US", "Redmond", None),
)
CARRIER_NUMBERS = (number("+493012345", "DE", None, None, NumberType.DIRECT_ROUTING),)


def tenant(
    *numbers: PhoneNumber,
    stock: dict[str, tuple[int, int]] | None = None,
    facts: TenantFacts = FACTS,
    reserved: dict[str, int] | None = None,
    held: frozenset[str] = frozenset(),
) -> TenantView:
    """The fixture tenant with these free numbers, or all of its own."""
    skus = tuple(sku(name, *seats) for name, seats in (STOCK if stock is None else stock).items())
    return TenantView(
        skus=skus,
        free_numbers=numbers or (*PARIS_NUMBERS, *REDMOND_NUMBERS, *CARRIER_NUMBERS),
        facts=facts,
        reserved_seats=reserved or {},
        held_numbers=held,
    )


def person(name: str = "dora", country: str | None = "FR", **more: object) -> Person:
    fields = {"id": name, "upn": f"{name}@contoso.com", "name": name.title(), "usage_location": country}
    return Person.model_validate({**fields, "created_at": LONG_AGO, **more})


def ref(name: str) -> PersonRef:
    return person(name).ref


def holdings(
    who: Person | None = None,
    *held: str,
    voice: VoiceProfile | None = None,
    licences: tuple[HeldLicence, ...] = (),
    own_pstn: bool = False,
    numbers: tuple[PhoneNumber, ...] = (),
) -> Holdings:
    """Somebody with licences by skuId, all of them effective and known to Teams unless said otherwise."""
    direct = tuple(HeldLicence(sku_id=one) for one in held)
    effective = frozenset().union(*(plan_ids(one) for one in held)) if held else frozenset()
    for one in licences:
        effective |= plan_ids(one.sku_id) - one.disabled_plans
    return Holdings(
        person=who or person(),
        licences=(*direct, *licences),
        enabled_plans=effective,
        voice=voice,
        own_pstn=own_pstn,
        numbers=numbers,
    )


KNOWN = VoiceProfile(feature_types=frozenset({"Teams"}))
WITH_PHONE = VoiceProfile(feature_types=frozenset({"Teams", "PhoneSystem"}))
WITH_CALLING = VoiceProfile(feature_types=frozenset({"Teams", "PhoneSystem", "CallingPlan"}))


def dora() -> Holdings:
    """A new phone user: E3, France, known to Teams, nothing for the phone."""
    return holdings(person("dora"), E3, voice=KNOWN)


def ana() -> Holdings:
    """Has all licences and no number: E5 and a Calling Plan, France."""
    return holdings(person("ana"), E5, MCOPSTN1, voice=WITH_CALLING)


def ben() -> Holdings:
    """E3 in the United States."""
    return holdings(person("ben", "US"), E3, voice=KNOWN)


def dieter() -> Holdings:
    """E3 in Germany, whose calls go over the organisation's own carrier."""
    return holdings(person("dieter", "DE"), E3, voice=KNOWN, own_pstn=True)


def wish(who: Holdings, country: str | None = None, **more: object) -> NumberWish:
    here = country or who.person.usage_location
    return NumberWish.model_validate({"beneficiary_id": who.person.id, "country": here, **more})
