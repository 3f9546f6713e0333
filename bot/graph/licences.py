"""Products the tenant owns, licences people hold, and the one call that changes them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import HeldLicence
from bot.domain.plans import LicenceAdd
from bot.domain.tenant import ServicePlan, Sku
from bot.graph import fields
from bot.graph.odata import below, with_query
from bot.graph.receipts import WriteReceipt, receipt_of
from bot.graph.transport import Fence, Transport
from bot.graph.wire import Call, Json

__all__ = [
    "LICENCE_FIELDS",
    "change_licences",
    "parse_enabled_plans",
    "parse_has_mailbox",
    "parse_licences",
    "set_usage_location",
    "skus",
]

LICENCE_FIELDS = "assignedLicenses,licenseAssignmentStates,assignedPlans"
"""Graph returns these only when they are named."""

_SKU_FIELDS = "skuId,skuPartNumber,capabilityStatus,consumedUnits,prepaidUnits,servicePlans"
_USABLE = frozenset({"Enabled", "Warning"})
"""`capabilityStatus` of a plan that works; Warning is a subscription's grace period."""


async def skus(graph: Transport) -> tuple[Sku, ...]:
    """Every product the tenant has bought, with its seats."""
    found = await graph.listing(Call("GET", with_query("/subscribedSkus", {"$select": _SKU_FIELDS})))
    return tuple(_parse_sku(entry) for entry in found if fields.text(entry, "skuId"))


def _parse_sku(entry: Json) -> Sku:
    units = entry.get("prepaidUnits") or {}
    return Sku(
        sku_id=str(entry["skuId"]).lower(),
        part_number=fields.text(entry, "skuPartNumber") or "",
        plans=tuple(
            ServicePlan(id=plan_id.lower(), name=fields.text(plan, "servicePlanName") or "")
            for plan in fields.objects(entry, "servicePlans")
            if (plan_id := fields.text(plan, "servicePlanId"))
        ),
        enabled=fields.number(units, "enabled"),
        warning=fields.number(units, "warning"),
        consumed=fields.number(entry, "consumedUnits"),
        status=fields.text(entry, "capabilityStatus") or "Enabled",
    )


def parse_licences(user: Json) -> tuple[HeldLicence, ...]:
    """The licences of a `user`: its assignment states, and what is assigned but has no state yet."""
    states = [_parse_licence(entry) for entry in fields.objects(user, "licenseAssignmentStates")]
    known = {licence.sku_id for licence in states if licence}
    bare = [_parse_licence(entry) for entry in fields.objects(user, "assignedLicenses")]
    new = [licence for licence in bare if licence and licence.sku_id not in known]
    return tuple(licence for licence in [*states, *new] if licence)


def _parse_licence(entry: Json) -> HeldLicence | None:
    sku_id = fields.text(entry, "skuId")
    if sku_id is None:
        return None
    group = fields.text(entry, "assignedByGroup")
    return HeldLicence(
        sku_id=sku_id.lower(),
        disabled_plans=fields.ids(fields.strings(entry, "disabledPlans")),
        assigned_by_group=group.lower() if group else None,
        state=fields.text(entry, "state") or "Active",
    )


def parse_enabled_plans(user: Json) -> frozenset[str]:
    """Service plans of a `user` that are effective: usable, also within a grace period."""
    plans = (p for p in fields.objects(user, "assignedPlans") if p.get("capabilityStatus") in _USABLE)
    return fields.ids(plan_id for plan in plans if (plan_id := fields.text(plan, "servicePlanId")))


_NO_MAILBOX = "113feb6c-3fe4-4440-bddc-54d774bf0318"
"""EXCHANGE_S_FOUNDATION: what many products carry that only look people up in Exchange."""


def parse_has_mailbox(user: Json) -> bool | None:
    """Whether a `user` has a mailbox plan in force, which voicemail needs (R24); None: not said."""
    if not isinstance(user.get("assignedPlans"), list):
        return None
    return any(
        (fields.text(plan, "service") or "").lower() == "exchange"
        and plan.get("capabilityStatus") in _USABLE
        and (fields.text(plan, "servicePlanId") or "").lower() != _NO_MAILBOX
        for plan in fields.objects(user, "assignedPlans")
    )


async def change_licences(
    graph: Transport,
    user_id: str,
    add: Sequence[LicenceAdd],
    remove: Sequence[str],
    *,
    fence: Fence,
    client_request_id: str,
) -> WriteReceipt:
    """Add and remove together, in one atomic `assignLicense` (R19); a SKU that is held gets its plans anew.

    Raises, besides what `Transport.write` raises: `NotFound`, `NoSeats`, `UnknownSku`,
    `DependencyViolation`, `ExclusivePlans`, `InvalidUsageLocation`, `NotAssigned`, `InheritedLicence`.
    """
    body: Json = {
        # Graph answers 400 when either key is missing, even if there is nothing under it.
        "addLicenses": [
            {"skuId": licence.sku_id, "disabledPlans": sorted(licence.disabled_plans)} for licence in add
        ],
        "removeLicenses": list(remove),
    }
    call = Call("POST", below("/users/{user}/assignLicense", user=user_id), body)
    return receipt_of(await graph.write(call, fence=fence, client_request_id=client_request_id))


async def set_usage_location(
    graph: Transport, user_id: str, country: str, *, fence: Fence, client_request_id: str
) -> WriteReceipt:
    """Set where the person uses the services: an ISO 3166-1 alpha-2 code. Raises `NotFound`."""
    call = Call("PATCH", below("/users/{user}", user=user_id), {"usageLocation": country})
    return receipt_of(await graph.write(call, fence=fence, client_request_id=client_request_id))
