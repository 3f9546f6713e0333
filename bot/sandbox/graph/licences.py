"""`assignLicense` and everything that shows licences and seats."""

from __future__ import annotations

import re
from typing import Any

from bot.sandbox import licensing
from bot.sandbox.clock import stamp
from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import collection, read_query, select
from bot.sandbox.graph.router import Route
from bot.sandbox.graph.user_view import USER_DEFAULT, USER_KIND, lookup, user_entity
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.licensing import LicenceRefused
from bot.sandbox.model import Sku, opaque_id
from bot.sandbox.tenant import Tenant

__all__ = ["read_change", "routes"]

_SELECT = frozenset({"$select"})
_GUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_LICENSING = (
    "assignedLicenses",
    "assignedPlans",
    "licenseAssignmentStates",
    "usageLocation",
    "accountEnabled",
)
_SUBSCRIPTION_STATES = {"Enabled": "Enabled", "Warning": "Warning", "Suspended": "Suspended"}


def routes(tenant: Tenant) -> list[Route]:
    licences = _Licences(tenant)
    assign, read, subscriptions = roles.ASSIGN_LICENCES, roles.READ_LICENCES, roles.READ_SUBSCRIPTIONS
    return [
        Route(
            "POST", "users/{user}/assignLicense", licences.assign, assign, locks_user=True, takes_body=True
        ),
        Route(
            "POST",
            "users/{user}/reprocessLicenseAssignment",
            licences.reprocess,
            roles.REPROCESS_LICENCES,
            locks_user=True,
        ),
        Route("GET", "users/{user}/licenseDetails", licences.details, read, _SELECT),
        Route("GET", "subscribedSkus", licences.skus, read, _SELECT),
        Route("GET", "subscribedSkus/{sku}", licences.sku, read, _SELECT),
        Route("GET", "directory/subscriptions", licences.subscriptions, subscriptions, _SELECT),
        Route("GET", "directory/subscriptions/{subscription}", licences.subscription, subscriptions, _SELECT),
        Route(
            "GET",
            "directory/subscriptions(commerceSubscriptionId)",
            licences.subscription,
            subscriptions,
            _SELECT,
        ),
    ]


def read_change(call: Call) -> tuple[dict[str, frozenset[str]], list[str]]:
    """The licences to add (with plans switched off) and to remove. Raises GraphError 400."""
    body = call.json()
    missing = [name for name in ("addLicenses", "removeLicenses") if name not in body]
    if missing:
        raise GraphError.refused(
            "One or more parameters of the operation 'assignLicense' are missing from the request payload. "
            f"The missing parameters are: {', '.join(missing)}."
        )
    call.json(known=("addLicenses", "removeLicenses"))
    adds = [_read_add(one) for one in _array(body, "addLicenses")]
    return dict(adds), [_guid(one) for one in _array(body, "removeLicenses")]


def _array(body: dict[str, Any], name: str) -> list[Any]:
    if not isinstance(body[name], list):
        raise GraphError.refused(f"Cannot convert the value of '{name}' to a collection.")
    found: list[Any] = body[name]
    return found


def _read_add(one: Any) -> tuple[str, frozenset[str]]:
    if not isinstance(one, dict) or set(one) - {"skuId", "disabledPlans"} or "skuId" not in one:
        raise GraphError.refused("Invalid value specified for property 'addLicenses' of resource 'User'.")
    disabled = one.get("disabledPlans") or []
    if not isinstance(disabled, list):
        raise GraphError.refused("Cannot convert the value of 'disabledPlans' to a collection.")
    return _guid(one["skuId"]), frozenset(_guid(plan) for plan in disabled)


def _guid(value: Any) -> str:
    if not isinstance(value, str) or not _GUID.match(value):
        raise GraphError.refused(f"Cannot convert the literal '{value}' to the expected type 'Edm.Guid'.")
    return value.lower()


class _Licences:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def assign(self, call: Call) -> Reply:
        person = lookup(self._tenant, call.params["user"])
        add, remove = read_change(call)
        if not call.hollow:
            try:
                licensing.assign(self._tenant, person, add, remove)
            except LicenceRefused as refused:
                raise GraphError.refused(str(refused)) from None
        return self._fresh(call, person.id)

    def reprocess(self, call: Call) -> Reply:
        person = lookup(self._tenant, call.params["user"])
        licensing.apply_group_licences(self._tenant, person)
        try:
            licensing.check_plans(self._tenant.enabled_plans(person.now))
        except LicenceRefused as refused:
            raise GraphError.refused(str(refused)) from None
        return self._fresh(call, person.id)

    def _fresh(self, call: Call, user_id: str) -> Reply:
        """The answer to a write shows the write, whatever later reads show."""
        person = lookup(self._tenant, user_id)
        entity = user_entity(self._tenant, person, person.now)
        context = {"@odata.context": call.link("$metadata#users/$entity")}
        return Reply(200, context | select(entity, (*USER_DEFAULT, *_LICENSING), (), USER_KIND))

    def details(self, call: Call) -> Reply:
        person = lookup(self._tenant, call.params["user"])
        shown = self._tenant.visible(person)
        wanted = read_query(call).select
        value: list[dict[str, Any]] = []
        for licence in shown.licences:
            if licence.state != "Active" or any(one["skuId"] == licence.sku_id for one in value):
                continue
            sku = self._tenant.skus[licence.sku_id]
            value.append(self._detail(person.id, sku, licence.disabled_plans))
        kept = [select(one, wanted, tuple(one), "microsoft.graph.licenseDetails") for one in value]
        return collection(call, f"users('{person.id}')/licenseDetails", kept)

    def _detail(self, user_id: str, sku: Sku, disabled: frozenset[str]) -> dict[str, Any]:
        return {
            "id": opaque_id(user_id, sku.sku_id),
            "skuId": sku.sku_id,
            "skuPartNumber": sku.part_number,
            "servicePlans": [
                plan | {"provisioningStatus": "Disabled"} if plan["servicePlanId"] in disabled else plan
                for plan in _plans(sku)
            ],
        }

    def skus(self, call: Call) -> Reply:
        wanted = read_query(call).select
        value = [self._sku(sku, wanted) for sku in self._tenant.skus.values()]
        return collection(call, "subscribedSkus", value)

    def sku(self, call: Call) -> Reply:
        sku_id = call.params["sku"].rpartition("_")[2]
        sku = self._tenant.skus.get(sku_id)
        if sku is None or call.params["sku"] != f"{self._tenant.id}_{sku_id}":
            raise GraphError.missing(call.params["sku"])
        context = {"@odata.context": call.link("$metadata#subscribedSkus/$entity")}
        return Reply(200, context | self._sku(sku, read_query(call).select))

    def _sku(self, sku: Sku, wanted: tuple[str, ...]) -> dict[str, Any]:
        entity = {
            "id": f"{self._tenant.id}_{sku.sku_id}",
            "accountId": self._tenant.id,
            "accountName": self._tenant.display_name.lower(),
            "appliesTo": "User",
            "capabilityStatus": sku.status,
            "consumedUnits": self._tenant.consumed(sku),
            "prepaidUnits": {"enabled": sku.enabled, "suspended": 0, "warning": sku.warning, "lockedOut": 0},
            "servicePlans": _plans(sku),
            "skuId": sku.sku_id,
            "skuPartNumber": sku.part_number,
            "subscriptionIds": [sku.subscription_id],
        }
        return select(entity, wanted, tuple(entity), "microsoft.graph.subscribedSku")

    def subscriptions(self, call: Call) -> Reply:
        wanted = read_query(call).select
        value = [self._subscription(sku, wanted) for sku in self._tenant.skus.values()]
        return collection(call, "directory/subscriptions", value)

    def subscription(self, call: Call) -> Reply:
        key = call.params.get("subscription") or call.params["commerceSubscriptionId"]
        for sku in self._tenant.skus.values():
            if sku.subscription_id == key:
                context = {"@odata.context": call.link("$metadata#directory/subscriptions/$entity")}
                return Reply(200, context | self._subscription(sku, read_query(call).select))
        raise GraphError.missing(key)

    def _subscription(self, sku: Sku, wanted: tuple[str, ...]) -> dict[str, Any]:
        entity = {
            "id": sku.subscription_id,
            "commerceSubscriptionId": sku.subscription_id,
            "createdDateTime": stamp(sku.created_at or self._tenant.clock.now()),
            "isTrial": False,
            "nextLifecycleDateTime": None,
            "ownerId": None,
            "ownerTenantId": None,
            "ownerType": None,
            "serviceStatus": _plans(sku),
            "skuId": sku.sku_id,
            "skuPartNumber": sku.part_number,
            "status": _SUBSCRIPTION_STATES.get(sku.status, "Deleted"),
            "totalLicenses": sku.enabled,
        }
        return select(entity, wanted, tuple(entity), "microsoft.graph.companySubscription")


def _plans(sku: Sku) -> list[dict[str, Any]]:
    return [
        {
            "servicePlanId": plan.id,
            "servicePlanName": plan.name,
            "provisioningStatus": "Success",
            "appliesTo": "User",
        }
        for plan in sku.plans
    ]
