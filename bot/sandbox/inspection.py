"""The tenant as it truly is, stale reads and all delays aside: for tests and for people who look in."""

from __future__ import annotations

from typing import Any

from bot.sandbox import telephony
from bot.sandbox.clock import stamp
from bot.sandbox.model import Group, Number, Person, Sku
from bot.sandbox.tenant import Tenant

__all__ = ["group_truth", "number_truth", "person_truth", "sku_truth"]


def person_truth(tenant: Tenant, person: Person) -> dict[str, Any]:
    boss = tenant.people.get(person.manager_id or "")
    return {
        "id": person.id,
        "userPrincipalName": person.upn,
        "displayName": person.display_name,
        "accountEnabled": person.enabled,
        "userType": "Guest" if person.guest else "Member",
        "usageLocation": person.now.usage_location,
        "manager": boss.upn if boss else None,
        "groups": [group.display_name for group in tenant.groups_of(person)],
        "licences": [
            {
                "skuId": one.sku_id,
                "skuPartNumber": tenant.skus[one.sku_id].part_number,
                "disabledPlans": sorted(one.disabled_plans),
                "assignedByGroup": one.assigned_by_group,
                "state": one.state,
                "error": one.error,
            }
            for one in person.now.licences
        ],
        "numbers": [one.telephone_number for one in tenant.numbers_of(person)],
        "knownToTeams": tenant.known_to_teams(person),
        "featureTypes": telephony.features(tenant, person),
        "createdDateTime": stamp(person.created_at),
    }


def sku_truth(tenant: Tenant, sku: Sku) -> dict[str, Any]:
    return {
        "skuId": sku.sku_id,
        "skuPartNumber": sku.part_number,
        "enabled": sku.enabled,
        "warning": sku.warning,
        "consumed": tenant.consumed(sku),
        "free": tenant.free_seats(sku),
        "status": sku.status,
    }


def number_truth(tenant: Tenant, number: Number) -> dict[str, Any]:
    return {
        "telephoneNumber": number.telephone_number,
        "numberType": number.number_type,
        "isoCountryCode": number.country,
        "city": number.city,
        "capabilities": list(number.capabilities),
        "locationId": number.location_id,
        "assignmentStatus": number.status,
        "assignmentTargetId": number.target_id,
        "activationState": number.activation_state(tenant.clock.now()),
    }


def group_truth(tenant: Tenant, group: Group) -> dict[str, Any]:
    members = [tenant.people.get(key) or tenant.groups.get(key) for key in group.members]
    return {
        "id": group.id,
        "displayName": group.display_name,
        "members": [one.upn if isinstance(one, Person) else one.display_name for one in members if one],
        "licences": [tenant.skus[sku_id].part_number for sku_id in group.licences],
    }
