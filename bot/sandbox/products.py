"""The products Contoso can own: part numbers, ids and plans, as Microsoft's licensing reference has them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = [
    "CALLING_PLANS",
    "EXCLUSIVE_PLANS",
    "PREREQUISITES",
    "Plan",
    "PlanId",
    "Product",
    "find_product",
    "products",
]


@dataclass(frozen=True, slots=True)
class Plan:
    """A service plan."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Product:
    """A SKU as it is sold, before anybody has bought seats of it."""

    sku_id: str
    part_number: str
    plans: tuple[Plan, ...]


class PlanId:
    """The service plans that rules are about."""

    TEAMS = "57ff2da0-773e-42df-b2af-ffb7a2317929"
    PHONE = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
    PHONE_RESOURCE_ACCOUNT = "f47330e9-c134-43b3-9993-e7f004506889"
    CONFERENCING = "3e26ee1f-8a5f-4d52-aee2-b81ce45c8f40"
    DOMESTIC = "4ed3ff63-69d7-4fb7-b984-5aec7f605ca8"
    INTERNATIONAL = "5a10155d-f5c1-411a-a8ec-e99aae125390"
    MINUTES_120 = "54a152dc-90de-4996-93d2-bc47e670fc06"
    MINUTES_240 = "346d83bf-6fe6-42ca-b424-b9300d2e21bf"
    PAY_AS_YOU_GO = "156a1efe-17cd-4b03-9f17-2eb512298fb3"
    EXCHANGE_STANDARD = "9aaf7827-d63c-4b61-89c3-182f06f82e5c"
    EXCHANGE_ENTERPRISE = "efb87545-963c-4e0d-99df-69c6916d9eb0"
    SHAREPOINT_STANDARD = "c7699d2e-19aa-44de-8edf-1736da088ca1"
    SHAREPOINT_ENTERPRISE = "5dbe027f-2339-4123-9542-606e4d348a72"


CALLING_PLANS = frozenset(
    {
        PlanId.DOMESTIC,
        PlanId.INTERNATIONAL,
        PlanId.MINUTES_120,
        PlanId.MINUTES_240,
        PlanId.PAY_AS_YOU_GO,
    }
)
"""Any one of these lets a person hold a Microsoft number."""

PREREQUISITES: Mapping[str, tuple[str, ...]] = {
    PlanId.PHONE: (PlanId.TEAMS,),
    PlanId.CONFERENCING: (PlanId.TEAMS,),
    **dict.fromkeys(CALLING_PLANS, (PlanId.PHONE,)),
    # What a resource account calls out with.
    PlanId.PAY_AS_YOU_GO: (PlanId.PHONE, PlanId.PHONE_RESOURCE_ACCOUNT),
}
"""A plan on the left is refused without one of the enabled plans on the right."""

EXCLUSIVE_PLANS: tuple[frozenset[str], ...] = (
    CALLING_PLANS,
    frozenset({PlanId.PHONE, PlanId.PHONE_RESOURCE_ACCOUNT}),
    frozenset({PlanId.EXCHANGE_STANDARD, PlanId.EXCHANGE_ENTERPRISE}),
    frozenset({PlanId.SHAREPOINT_STANDARD, PlanId.SHAREPOINT_ENTERPRISE}),
)
"""At most one plan of each set can be enabled for a person."""


@cache
def products() -> Mapping[str, Product]:
    """Every product by its skuId."""
    plans: dict[tuple[str, str], list[Plan]] = {}
    text = files("bot.sandbox").joinpath("products.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        key = (row["sku_id"], row["part_number"])
        plans.setdefault(key, []).append(Plan(row["plan_id"], row["plan_name"]))
    return {sku_id: Product(sku_id, part, tuple(found)) for (sku_id, part), found in plans.items()}


def find_product(key: str) -> Product | None:
    """By skuId or part number, in any case."""
    wanted = key.strip().casefold()
    return next(
        (one for one in products().values() if wanted in (one.sku_id, one.part_number.casefold())), None
    )
