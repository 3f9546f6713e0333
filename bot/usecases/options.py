"""What the form of a wish can offer somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from babel.numbers import get_territory_currencies

from bot.domain.catalogue.countries import Country, countries
from bot.domain.catalogue.countries import country as country_facts
from bot.domain.catalogue.products import product
from bot.domain.numbers import NumberType
from bot.domain.people import Actor, Holdings, Person
from bot.domain.planning import Needs
from bot.domain.plans import Refusal
from bot.domain.tenant import EmergencyLocation, TenantFacts, TenantView
from bot.domain.values import Money
from bot.domain.views import CityStock, CountryChoice, ProductChoice, WishOptions
from bot.domain.wishes import FOR_THE_ORGANISATION
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.preview import may_ask
from bot.usecases.refusals import record_refusal
from bot.usecases.snapshot import holdings_of, tenant_view
from bot.usecases.usage_basis import usage_basis

__all__ = ["wish_options"]

_OWN_NUMBER = frozenset({"number", "number_change", "phone_user"})
"""Wishes for a number where the person works."""
_ANOTHER_COUNTRY = frozenset({"mover", "usage_location"})
_MOST_COUNTRIES = 99
_MOST_PRODUCTS = 60
_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "JPY", "CNY")


async def wish_options(
    desk: Desk, actor: Actor, kind: str, beneficiary_id: str, country: str | None = None
) -> WishOptions | Refusal:
    """What there is to choose from for one person; `country` is the one chosen so far, where it is open.

    For a number of one's own the country is the usage location and no other (R18, R68). Where there is
    none it is asked for, and an admin confirms it before anything is done (J06). Raises
    `graph.errors.NotFound` for an unknown person.
    """
    if kind in FOR_THE_ORGANISATION:
        beneficiary_id = actor.id
    refusal = await may_ask(desk, actor, kind, beneficiary_id)
    if refusal:
        await desk.db.transact(_record_refusal, actor, kind, beneficiary_id, refusal)
        return refusal
    holdings = await holdings_of(desk, beneficiary_id)
    person = holdings.person
    offered = _countries(kind, person, desk.facts)
    here = _chosen(offered, country)
    wants_stock = here if kind in _OWN_NUMBER or kind == "mover" else None
    view = await tenant_view(desk, Needs(numbers_of=wants_stock))
    spent = await desk.db.read(usage_basis) if kind == "credits" else ()
    return WishOptions(
        beneficiary=person,
        countries=offered,
        cities=_cities(view, holdings) if wants_stock else (),
        locations=_locations(kind, here, holdings, desk.facts),
        offered=_offered(view, here or person.usage_location or person.country),
        held=_held(holdings),
        numbers=tuple(number.telephone_number for number in holdings.numbers),
        own_carrier=holdings.own_pstn,
        currencies=_currencies(person, desk.facts, spent),
        spent=spent,
        facts=desk.facts,
    )


def _record_refusal(tx: Transaction, actor: Actor, kind: str, about: str, refusal: Refusal) -> None:
    record_refusal(tx, "wish.refused", actor.id, kind=kind, about=about, code=refusal.code)


def _chosen(offered: Iterable[CountryChoice], wanted: str | None) -> str | None:
    known = [one.country for one in offered]
    if wanted in known:
        return wanted
    return known[0] if len(known) == 1 else None


def _countries(kind: str, person: Person, facts: TenantFacts) -> tuple[CountryChoice, ...]:
    if kind in _OWN_NUMBER:
        here = person.usage_location
        return (_country(here),) if here else _likeliest(countries(), person, facts)
    if kind in ("number_order", "number_port", "service_number"):
        sold = {iso2: one for iso2, one in countries().items() if _has_numbers(one, kind)}
        return _likeliest(sold, person, facts)
    return _likeliest(countries(), person, facts) if kind in _ANOTHER_COUNTRY else ()


def _has_numbers(facts: Country, kind: str) -> bool:
    """Many countries have numbers for services and none for people; only a person's kind is brought along."""
    for_services = facts.toll != "no" or facts.toll_free != "no"
    return facts.acquisition != "none" or (for_services and kind != "number_port")


def _likeliest(known: Mapping[str, Country], person: Person, facts: TenantFacts) -> tuple[CountryChoice, ...]:
    """Where the directory says the person works, where the organisation is, then where plans are sold."""
    offices = [place.country for place in facts.emergency_locations]
    near = [one for one in (person.country, person.usage_location, *offices) if one and one in known]
    sold = [iso2 for iso2, one in known.items() if one.calling_plan]
    ranked = list(dict.fromkeys((*near, *sold, *known)))
    return tuple(_country(iso2) for iso2 in ranked[:_MOST_COUNTRIES])


def _country(iso2: str) -> CountryChoice:
    facts = country_facts(iso2)
    return CountryChoice(
        country=iso2,
        name=facts.name if facts else iso2,
        needs_location=facts is not None and facts.emergency_at == "assignment",
        no_emergency_calls=facts is not None and facts.emergency_at == "not_supported",
    )


def _cities(view: TenantView, holdings: Holdings) -> tuple[CityStock, ...]:
    wanted = holdings.own_line if holdings.own_pstn else NumberType.CALLING_PLAN
    for_others = {one.telephone_number for one in view.resting if one.kept_for != holdings.person.id}
    taken = for_others | view.held_numbers
    free = [
        one for one in view.free_numbers if one.number_type is wanted and one.telephone_number not in taken
    ]
    counts = Counter((number.country, number.city or "") for number in free)
    return tuple(
        CityStock(country=country, city=city, free=count) for (country, city), count in sorted(counts.items())
    )


def _locations(
    kind: str, here: str | None, holdings: Holdings, facts: TenantFacts
) -> tuple[EmergencyLocation, ...]:
    """Of the number's country; where a place is all that is asked for, of the country of the number held."""
    if kind == "emergency_location":
        home = holdings.person.usage_location
        held = {number.country for number in holdings.numbers} or {home or ""}
        return tuple(place for place in facts.emergency_locations if place.country in held)
    return tuple(place for place in facts.emergency_locations if place.country == here)


def _offered(view: TenantView, here: str | None) -> tuple[ProductChoice, ...]:
    choices = []
    for sku in view.skus:
        known = product(sku.sku_id)
        if known and known.use and (here is None or known.serves(here)):
            free = view.free_seats(sku.sku_id)
            choices.append(ProductChoice(sku_id=sku.sku_id, use=known.use, free=free))
    return tuple(choices[:_MOST_PRODUCTS])


def _held(holdings: Holdings) -> tuple[ProductChoice, ...]:
    skus = dict.fromkeys(held.sku_id for held in holdings.licences)
    known = [(sku_id, product(sku_id)) for sku_id in skus]
    return tuple(ProductChoice(sku_id=sku_id, use=one.use) for sku_id, one in known if one)[:_MOST_PRODUCTS]


def _currencies(person: Person, facts: TenantFacts, spent: Iterable[Money]) -> tuple[str, ...]:
    """That of the calls first: the organisation pays in it already."""
    here = person.usage_location or person.country
    local = get_territory_currencies(here) if here else []
    priced = [price.monthly.currency for price in facts.prices]
    paid = [one.currency for one in spent]
    return tuple(dict.fromkeys((*paid, *local[:1], *priced, *_CURRENCIES)))
