"""`/organization`."""

from __future__ import annotations

from typing import Any

from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import collection, read_query, select
from bot.sandbox.graph.router import Route
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.tenant import Tenant

__all__ = ["routes"]

KIND = "microsoft.graph.organization"


def routes(tenant: Tenant) -> list[Route]:
    def listed(call: Call) -> Reply:
        entity = _entity(tenant)
        return collection(
            call, "organization", [select(entity, read_query(call).select, tuple(entity), KIND)]
        )

    def one(call: Call) -> Reply:
        if call.params["organisation"] != tenant.id:
            raise GraphError.missing(call.params["organisation"])
        entity = _entity(tenant)
        context = {"@odata.context": call.link("$metadata#organization/$entity")}
        return Reply(200, context | select(entity, read_query(call).select, tuple(entity), KIND))

    options = frozenset({"$select"})
    return [
        Route("GET", "organization", listed, roles.READ_ORGANISATION, options),
        Route("GET", "organization/{organisation}", one, roles.READ_ORGANISATION, options),
    ]


def _entity(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": tenant.id,
        "displayName": tenant.display_name,
        "city": "Redmond",
        "country": "US",
        "countryLetterCode": "US",
        "defaultUsageLocation": None,
        "preferredLanguage": "en",
        "tenantType": "AAD",
        "verifiedDomains": [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": True,
                "isInitial": False,
                "name": tenant.domain,
                "type": "Managed",
            }
        ],
    }
