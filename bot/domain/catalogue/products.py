"""Products (SKUs) and service plans that matter for calling, by their ids.

Part numbers are neither unique nor stable (R02), so nothing here is looked up by part number alone:
two products are called MCOPSTN5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, Literal

from pydantic import BeforeValidator

from bot.domain.catalogue.naming import compact, nearest, normalised, says_all, telling
from bot.domain.catalogue.tables import Row, from_tables, read_table, words_in
from bot.domain.plans import Refusal
from bot.domain.values import CountryCode, ObjectId, Value

__all__ = [
    "E3",
    "E5",
    "MCOEV",
    "MCOEV_PLAN",
    "MCOPSTN1",
    "MCOPSTN1_PLAN",
    "MCOTEAMS_ESSENTIALS",
    "TEAMS1_PLAN",
    "Cloud",
    "Found",
    "Product",
    "Role",
    "Segment",
    "ServicePlanFacts",
    "Unlisted",
    "Use",
    "UseFacts",
    "find_product",
    "plan_ids",
    "plan_name",
    "plans_of_role",
    "product",
    "product_name",
    "products",
    "products_for",
    "unknown_product",
    "unlisted_for",
    "use_name",
    "use_of",
    "uses",
]

E3 = "6fd2c87f-b296-42f0-b197-1e91e994b900"
E5 = "c7df2760-2c81-4ef7-b578-5b5392b571df"
MCOEV = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
MCOPSTN1 = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
MCOTEAMS_ESSENTIALS = "ae2343d1-0999-43f6-ae18-d816516f6e78"

TEAMS1_PLAN = "57ff2da0-773e-42df-b2af-ffb7a2317929"
MCOEV_PLAN = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
MCOPSTN1_PLAN = "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"

Role = Literal["teams", "base", "phone", "calling", "conferencing", "credits", "resource", "mobile"]
"""What a service plan means for a phone. `base`: marks a suite that phone add-ons can build on."""

Use = Literal[
    "",
    "teams",
    "suite",
    "phone",
    "bundle",
    "domestic",
    "domestic_120",
    "domestic_240",
    "international",
    "international_only",
    "payg",
    "conferencing",
    "conferencing_ppm",
    "credits",
    "resource_account",
    "room_basic",
    "room_pro",
    "mobile",
]
"""What a product may be wanted for; empty: only ever recognised, never proposed."""

Cloud = Literal["commercial", "gcc", "gcc_high", "dod", "china"]
Segment = Literal["enterprise", "education", "nonprofit"]

Sale = Literal["sold", "deprecated", "ended", "owned_only"]
"""`deprecated`: still given out, with a warning (R15); `ended`: no longer sold, good where it is owned;
`owned_only`: the same, and its name means it only where the organisation has it (R03)."""

_NEAREST = 3


def _split(cell: object) -> object:
    return tuple(part for part in cell.split("|") if part) if isinstance(cell, str) else cell


class ServicePlanFacts(Row):
    """A service plan: a part of one or more products."""

    plan_id: ObjectId
    code: str
    role: Role | Literal[""]
    """Empty: it means nothing for a phone, and is there for its name."""
    name: str

    @property
    def key(self) -> str:
        return self.plan_id


class UseFacts(Row):
    """What people call a use when they mean no product in particular."""

    use: Use
    name: str
    aliases: Annotated[tuple[str, ...], BeforeValidator(_split)]

    @property
    def key(self) -> str:
        return self.use


class Product(Row):
    """A SKU as Microsoft lists it."""

    sku_id: ObjectId
    part_number: str
    name: str
    category: str
    use: Use
    sale: Sale
    clouds: Annotated[tuple[Cloud, ...], BeforeValidator(words_in)]
    """Where it can be had at all: a tenant never gets the product of another cloud (R78)."""
    segment: Literal["", "education", "nonprofit"]
    """Whom it is made for; empty: anybody."""
    family: str
    """What it is to the add-on decisions (`addons.csv`); empty: nothing."""
    only_in: Annotated[tuple[CountryCode, ...], BeforeValidator(words_in)]
    """The countries it is for; empty: all but `not_in`."""
    not_in: Annotated[tuple[CountryCode, ...], BeforeValidator(words_in)]
    plans: Annotated[tuple[str, ...], BeforeValidator(words_in)]
    """Codes of the service plans inside, as far as they matter for calling."""
    aliases: Annotated[tuple[str, ...], BeforeValidator(_split)]

    @property
    def key(self) -> str:
        return self.sku_id

    @property
    def plan_ids(self) -> frozenset[ObjectId]:
        return plan_ids(self.sku_id)

    def serves(self, iso2: str) -> bool:
        """Whether it is of any use to somebody in this country (R15, R72)."""
        return iso2 in self.only_in if self.only_in else iso2 not in self.not_in


class Unlisted(Row):
    """A product without a published skuId: it is found among the tenant's own by its part number."""

    part_number: str
    name: str
    use: Use
    only_in: Annotated[tuple[CountryCode, ...], BeforeValidator(words_in)]
    as_of: str

    @property
    def key(self) -> str:
        return self.part_number


class Found(Value):
    """What a text means (R02): one product, or one use that several products serve, or nothing certain."""

    product: Product | None = None
    use: Use | None = None
    """Of the product too: another product may serve it in the tenant's cloud (R78)."""
    nearest: tuple[Product, ...] = ()
    """Where there is no one product: those it may be."""


def product(sku_id: str) -> Product | None:
    """The product with this skuId, if it matters for calling."""
    return products().get(sku_id)


def product_name(sku_id: str) -> str:
    """The name to show; the skuId itself for a product that is not in the table."""
    found = product(sku_id)
    return found.name if found else sku_id


def use_name(use: Use) -> str:
    """What to call a use where no product is chosen yet."""
    found = uses().get(use)
    return found.name if found else use


@from_tables
def use_of(part_number: str) -> Use | None:
    """What products of this part number are wanted for; None where it is unknown, or does not say.

    A part number may be shared (R02); what those that share it are wanted for is not.
    """
    wanted = part_number.casefold()
    listed = {one.use for one in products().values() if one.part_number.casefold() == wanted}
    found = listed | {one.use for one in _unlisted() if one.part_number.casefold() == wanted}
    return _common(found)


def plan_name(plan_id: str) -> str:
    """The name to show for a service plan; its id where it is not in the table."""
    return next((plan.name for plan in _plans() if plan.plan_id == plan_id), plan_id)


@from_tables
def plans_of_role(role: Role) -> frozenset[ObjectId]:
    """Ids of the service plans with this meaning."""
    return frozenset(plan.plan_id for plan in _plans() if plan.role == role)


@from_tables
def products_for(
    use: Use, iso2: str, cloud: Cloud = "commercial", segment: Segment = "enterprise"
) -> tuple[Product, ...]:
    """What can be proposed for this use to somebody in this country, the preferred first.

    The cloud is a limit: no tenant gets a product of another one (R78). The segment is an order: what is
    made for it comes first, then what is made for anybody, then the rest, for who owns that all the same.
    """
    found = (one for one in products().values() if one.use == use and one.serves(iso2))
    return tuple(sorted((one for one in found if cloud in one.clouds), key=lambda one: _fit(one, segment)))


@from_tables
def unlisted_for(use: Use, iso2: str) -> tuple[Unlisted, ...]:
    """What else serves this use in a country, known by part number only (R72)."""
    return tuple(one for one in _unlisted() if one.use == use and iso2 in one.only_in)


def _fit(one: Product, segment: Segment) -> int:
    if one.segment == segment:
        return 0
    return 2 if one.segment else 1


@from_tables
def plan_ids(sku_id: str) -> frozenset[ObjectId]:
    """Ids of the service plans inside a product, as far as they matter for calling."""
    found = product(sku_id)
    codes = set(found.plans) if found else set()
    return frozenset(plan.plan_id for plan in _plans() if plan.code in codes)


def find_product(text: str, owned: Collection[str] = ()) -> Found:
    """What `text` means (R02): an id, a part number, a name that a product or a use has or had, or the id or
    code of a service plan that is all there is in it.

    `owned` are the skuIds the organisation has: they decide when a name is shared, or is an old one (R03).
    Names that differ in wording but not in product are one product (R04). Nothing is guessed: what is only
    similar is in `nearest`.
    """
    typed = normalised(text)
    for key in (compact(text), compact(text.rpartition(":")[2]), compact(telling(typed))):
        named = _named().get(key) or _with_plan().get(key, ())
        found = _settled(named, owned) or _use_called(key)
        if found or named:
            return found or _instead(named)
    return _settled(_by_words(typed), owned) or Found(nearest=_alike(typed))


def unknown_product(text: str, found: Found) -> Refusal:
    """What to say where a text means no one product: the nearest there are (R02)."""
    named = ", ".join(f"{one.name} ({one.part_number})" for one in found.nearest[:_NEAREST])
    return Refusal(code="SB-LIC-09", params={"text": text.strip(), "nearest": named or "-"})


def _settled(candidates: Iterable[Product], owned: Collection[str]) -> Found | None:
    """The one product, the one use of several, or None where the candidates have nothing in common."""
    usable = [one for one in candidates if one.sale != "owned_only" or one.sku_id in owned]
    meant = [one for one in usable if one.sku_id in owned] or usable
    meanings = {one.use for one in meant}
    use = _common(meanings)
    if len(meant) == 1:
        return Found(product=meant[0], use=use)
    return Found(use=use, nearest=tuple(meant)) if use else None


def _instead(named: Iterable[Product]) -> Found:
    """Old products that the organisation does not have: what is sold for the same (R03)."""
    wanted = {one.use for one in named}
    return Found(nearest=tuple(one for one in _on_sale() if one.use in wanted)[:_NEAREST])


def _common(meanings: set[Use]) -> Use | None:
    """The one use there is; None for several, and for what is only ever recognised."""
    only = next(iter(meanings), None) if len(meanings) == 1 else None
    return only or None


def _use_called(key: str) -> Found | None:
    use = _uses_named().get(key)
    if use is None:
        return None
    return Found(use=use, nearest=tuple(one for one in _on_sale() if one.use == use)[:_NEAREST])


def _on_sale() -> Iterable[Product]:
    return (one for one in products().values() if one.sale == "sold")


def _by_words(typed: str) -> tuple[Product, ...]:
    """Products with a name that contains every word typed."""
    found = {one.sku_id: one for name, named in _spelt().items() if says_all(name, typed) for one in named}
    return tuple(found.values())


def _alike(typed: str) -> tuple[Product, ...]:
    names = nearest(typed, list(_spelt()), _NEAREST * 4)
    found = {one.sku_id: one for name in names for one in _spelt()[name] if one.sale != "owned_only"}
    return tuple(found.values())[:_NEAREST]


@from_tables
def _spelt() -> dict[str, tuple[Product, ...]]:
    """Everything a product is called, word by word."""
    named: dict[str, dict[str, Product]] = {}
    for one in products().values():
        for name in (one.sku_id, one.part_number, one.name, *one.aliases):
            named.setdefault(normalised(name), {})[one.sku_id] = one
    return {name: tuple(found.values()) for name, found in named.items()}


@from_tables
def _named() -> dict[str, tuple[Product, ...]]:
    """The same without blanks."""
    joined: dict[str, dict[str, Product]] = {}
    for name, found in _spelt().items():
        joined.setdefault(name.replace(" ", ""), {}).update({one.sku_id: one for one in found})
    return {name: tuple(found.values()) for name, found in joined.items()}


@from_tables
def _with_plan() -> dict[str, tuple[Product, ...]]:
    """Products that are one service plan and nothing else, by the plan's id and code."""
    return {
        compact(name): tuple(one for one in products().values() if one.plans == (plan.code,))
        for plan in _plans()
        for name in (plan.plan_id, plan.code)
    }


@from_tables
def _uses_named() -> dict[str, Use]:
    named = {compact(name): one.use for one in uses().values() for name in (one.name, *one.aliases)}
    return named | {compact(name): one.use for one in _unlisted() for name in (one.name, one.part_number)}


@from_tables
def products() -> dict[str, Product]:
    """All products by skuId, in the order of preference."""
    return {row.sku_id: row for row in read_table("products.csv", Product)}


@from_tables
def uses() -> dict[str, UseFacts]:
    """What products are wanted for, and the names of it."""
    return {row.use: row for row in read_table("uses.csv", UseFacts)}


@from_tables
def _unlisted() -> tuple[Unlisted, ...]:
    return read_table("unlisted.csv", Unlisted)


@from_tables
def _plans() -> tuple[ServicePlanFacts, ...]:
    return read_table("plans.csv", ServicePlanFacts)
