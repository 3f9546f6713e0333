"""How the directory shows people and groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.sandbox.clock import stamp
from bot.sandbox.graph.odata import select
from bot.sandbox.graph.wire import GraphError
from bot.sandbox.model import DirectoryState, Group, Licence, Person
from bot.sandbox.tenant import Tenant

__all__ = ["GROUP_KIND", "USER_DEFAULT", "USER_KIND", "group_entity", "lookup", "member", "user_entity"]

USER_KIND = "microsoft.graph.user"
GROUP_KIND = "microsoft.graph.group"

USER_DEFAULT = (
    "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName", "id",
)  # fmt: skip
"""What is returned without `$select`; licences and usage location are not among it."""

GROUP_DEFAULT = (
    "id", "createdDateTime", "description", "displayName", "groupTypes", "mail", "mailEnabled",
    "mailNickname", "securityEnabled", "visibility",
)  # fmt: skip

_SERVICES = {"MCO": "MicrosoftCommunicationsOnline", "TEAMS": "TeamspaceAPI", "EXCHANGE": "exchange"}


def lookup(tenant: Tenant, key: str) -> Person:
    """Raises GraphError 404 for somebody who is not there."""
    person = tenant.find_person(key)
    if person is None:
        raise GraphError.missing(key)
    return person


def user_entity(tenant: Tenant, person: Person, state: DirectoryState | None = None) -> dict[str, Any]:
    """Every property that is modelled; `state` for what a replica is to show, by default a little stale."""
    shown = state or tenant.visible(person)
    return _profile(person) | {
        "usageLocation": shown.usage_location,
        "assignedLicenses": _assigned_licences(shown),
        "licenseAssignmentStates": [_assignment_state(one, person.created_at) for one in shown.licences],
        "assignedPlans": _assigned_plans(tenant, shown, person.created_at),
        "provisionedPlans": [],
    }


def _profile(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "userPrincipalName": person.upn,
        "displayName": person.display_name,
        "givenName": person.given_name,
        "surname": person.surname,
        "mail": person.mail,
        "mailNickname": person.upn.partition("@")[0],
        "jobTitle": person.job_title,
        "department": person.department,
        "employeeOrgData": {"costCenter": person.cost_centre, "division": None}
        if person.cost_centre
        else None,
        "officeLocation": person.office,
        "city": person.city,
        "country": person.country,
        "companyName": None,
        "preferredLanguage": person.language,
        "businessPhones": [],
        "mobilePhone": None,
        "accountEnabled": person.enabled,
        "userType": "Guest" if person.guest else "Member",
        "isResourceAccount": person.resource_account or None,
        "createdDateTime": stamp(person.created_at),
        "employeeId": None,
        "onPremisesSyncEnabled": None,
    }


def _assigned_licences(state: DirectoryState) -> list[dict[str, Any]]:
    """Direct and inherited licences cannot be told apart here, as in Graph."""
    merged: dict[str, list[str]] = {}
    for licence in state.licences:
        if licence.state == "Active":
            merged.setdefault(licence.sku_id, sorted(licence.disabled_plans))
    return [{"disabledPlans": disabled, "skuId": sku_id} for sku_id, disabled in merged.items()]


def _assignment_state(licence: Licence, default: datetime) -> dict[str, Any]:
    return {
        "skuId": licence.sku_id,
        "disabledPlans": sorted(licence.disabled_plans),
        "assignedByGroup": licence.assigned_by_group,
        "state": licence.state,
        "error": licence.error,
        "lastUpdatedDateTime": stamp(licence.since or default),
    }


def _assigned_plans(tenant: Tenant, state: DirectoryState, default: datetime) -> list[dict[str, Any]]:
    """One entry a plan; switched off in one SKU and on in another counts as on."""
    found: dict[str, dict[str, Any]] = {}
    enabled = tenant.enabled_plans(state)
    for licence in state.licences:
        if licence.state != "Active":
            continue
        for plan in tenant.skus[licence.sku_id].plans:
            found[plan.id] = {
                "assignedDateTime": stamp(licence.since or default),
                "capabilityStatus": "Enabled" if plan.id in enabled else "Deleted",
                "service": next(
                    (to for start, to in _SERVICES.items() if plan.name.startswith(start)), "other"
                ),
                "servicePlanId": plan.id,
            }
    return list(found.values())


def group_entity(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "createdDateTime": stamp(group.created_at),
        "description": group.description,
        "displayName": group.display_name,
        "groupTypes": [],
        "mail": None,
        "mailEnabled": False,
        "mailNickname": group.display_name.replace(" ", ""),
        "securityEnabled": True,
        "visibility": None,
        "assignedLicenses": [
            {"disabledPlans": sorted(off), "skuId": sku_id} for sku_id, off in group.licences.items()
        ],
    }


def member(tenant: Tenant, one: Person | Group, wanted: Sequence[str]) -> dict[str, Any]:
    """A directory object in a mixed collection; a property its type does not have is left out."""
    if isinstance(one, Person):
        entity, kind = user_entity(tenant, one), USER_KIND
    else:
        entity, kind = group_entity(one), GROUP_KIND
    default = USER_DEFAULT if isinstance(one, Person) else GROUP_DEFAULT
    own = [name for name in wanted if name in entity]
    return {"@odata.type": f"#{kind}"} | select(entity, own, ("id",) if wanted else default, kind)
