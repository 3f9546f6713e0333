"""Products (SKUs) and service plans that matter for calling, by their ids.

Part numbers are neither unique nor stable (R02), so nothing here is looked up by part number alone:
two products are called MCOPSTN5.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import BeforeValidator

from bot.domain.catalogue.tables import read_table, words_in
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
    "Product",
    "Role",
    "ServicePlanFacts",
    "Use",
    "plan_ids",
    "plan_name",
    "plans_of_role",
    "product",
    "product_name",
    "products",
    "products_for",
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

Use = Literal["", "teams", "phone", "domestic", "domestic_small", "bundle"]
"""What a plan for somebody may take a product for; empty: only ever recognised, never proposed."""


def _split(cell: object) -> object:
    return tuple(part for part in cell.split("|") if part) if isinstance(cell, str) else cell


class ServicePlanFacts(Value):
    """A service plan: a part of one or more products."""

    plan_id: ObjectId
    code: str
    role: Role
    name: str


class Product(Value):
    """A SKU as Microsoft lists it."""

    sku_id: ObjectId
    part_number: str
    name: str
    category: str
    use: Use
    only_in: Annotated[tuple[CountryCode, ...], BeforeValidator(words_in)]
    """The countries it is for; empty: all but `not_in`."""
    not_in: Annotated[tuple[CountryCode, ...], BeforeValidator(words_in)]
    plans: Annotated[tuple[str, ...], BeforeValidator(words_in)]
    """Codes of the service plans inside, as far as they matter for calling."""
    aliases: Annotated[tuple[str, ...], BeforeValidator(_split)]

    @property
    def plan_ids(self) -> frozenset[ObjectId]:
        return plan_ids(self.sku_id)

    def serves(self, iso2: str) -> bool:
        """Whether it is of any use to somebody in this country (R15, R72)."""
        return iso2 in self.only_in if self.only_in else iso2 not in self.not_in


def product(sku_id: str) -> Product | None:
    """The product with this skuId, if it matters for calling."""
    return products().get(sku_id)


def product_name(sku_id: str) -> str:
    """The name to show; the skuId itself for a product that is not in the table."""
    found = product(sku_id)
    return found.name if found else sku_id


def plan_name(plan_id: str) -> str:
    """The name to show for a service plan; its id where it is not in the table."""
    return next((plan.name for plan in _plans() if plan.plan_id == plan_id), plan_id)


@cache
def plans_of_role(role: Role) -> frozenset[ObjectId]:
    """Ids of the service plans with this meaning."""
    return frozenset(plan.plan_id for plan in _plans() if plan.role == role)


@cache
def products_for(use: Use, iso2: str) -> tuple[Product, ...]:
    """What can be proposed for this use to somebody in this country, the preferred first."""
    return tuple(one for one in products().values() if one.use == use and one.serves(iso2))


@cache
def plan_ids(sku_id: str) -> frozenset[ObjectId]:
    """Ids of the service plans inside a product, as far as they matter for calling."""
    found = product(sku_id)
    codes = set(found.plans) if found else set()
    return frozenset(plan.plan_id for plan in _plans() if plan.code in codes)


@cache
def products() -> dict[str, Product]:
    """All products by skuId, in the order of preference."""
    return {row.sku_id: row for row in read_table("products.csv", Product)}


@cache
def _plans() -> tuple[ServicePlanFacts, ...]:
    return read_table("plans.csv", ServicePlanFacts)
