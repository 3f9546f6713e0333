"""Telephone numbers: the inventory, the three actions, and the orders they leave behind."""

from __future__ import annotations

from typing import Any

from bot.sandbox import telephony
from bot.sandbox.clock import stamp
from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import collection, next_link, read_query
from bot.sandbox.graph.router import Route
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.model import Number, Operation
from bot.sandbox.tenant import Tenant

__all__ = ["routes"]

HOME = "admin/teams/telephoneNumberManagement"
DEFAULT_PAGE, LARGEST_PAGE = 500, 1000

_ENUMS: dict[str, frozenset[str]] = {
    "numberType": frozenset({"internalError", "directRouting", "callingPlan", "operatorConnect"}),
    "assignmentCategory": frozenset({"primary", "private", "alternate"}),
    "activationState": frozenset(
        {"activated", "assignmentPending", "assignmentFailed", "updatePending", "updateFailed"}
    ),
    "assignmentStatus": frozenset(
        {
            "unassigned", "internalError", "userAssigned", "conferenceAssigned", "voiceApplicationAssigned",
            "thirdPartyAppAssigned", "policyAssigned",
        }
    ),
    "capabilities": frozenset(
        {"conferenceAssignment", "voiceApplicationAssignment", "userAssignment", "teamsPhoneMobile"}
    ),
    "numberSource": frozenset({"online", "onPremises"}),
    "portInStatus": frozenset({"completed", "firmOrderCommitmentAccepted"}),
    "supportedCustomerActions": frozenset({"locationUpdate", "release"}),
    "reverseNumberLookupOptions": frozenset({"skipInternalVoip"}),
}  # fmt: skip
_FILTERABLE = frozenset(
    {
        *_ENUMS, "telephoneNumber", "operatorId", "locationId", "civicAddressId", "networkSiteId",
        "assignmentTargetId", "isoCountryCode",
    }
)  # fmt: skip
"""Every property but `id` and `city`."""

_WRITES = {
    "assignNumber": (
        "telephoneNumber",
        "assignmentTargetId",
        "numberType",
        "assignmentCategory",
        "locationId",
    ),
    "unassignNumber": ("telephoneNumber", "numberType"),
    "updateNumber": ("telephoneNumber", "locationId", "networkSiteId", "reverseNumberLookupOptions"),
}
_REQUIRED = {
    "assignNumber": ("telephoneNumber", "assignmentTargetId", "numberType"),
    "unassignNumber": ("telephoneNumber", "numberType"),
    "updateNumber": ("telephoneNumber",),
}


def routes(tenant: Tenant) -> list[Route]:
    numbers = _Numbers(tenant)
    read, write = roles.READ_NUMBERS, roles.CHANGE_NUMBERS
    listing = frozenset({"$filter", "$top", "$skip"})
    assignments = f"{HOME}/numberAssignments"
    return [
        Route("GET", HOME, numbers.container, roles.TEAMS_BACKEND),
        Route("GET", assignments, numbers.listed, read, listing),
        Route("GET", f"{assignments}/{{number}}", numbers.one, read),
        Route("POST", f"{assignments}/assignNumber", numbers.assign, write, takes_body=True),
        Route("POST", f"{assignments}/unassignNumber", numbers.unassign, write, takes_body=True),
        Route("POST", f"{assignments}/updateNumber", numbers.update, write, takes_body=True),
        Route("GET", f"{HOME}/operations", numbers.no_operations, read),
        Route("GET", f"{HOME}/operations/{{operation}}", numbers.operation, read),
    ]


class _Numbers:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def container(self, call: Call) -> Reply:
        raise GraphError.bad_request(
            "This API is not supported for AAD accounts "
            "(no addressUrl for Microsoft.IC3.TelephoneNumberManagement,False)."
        )

    def no_operations(self, call: Call) -> Reply:
        raise GraphError.backend(
            403, "Forbidden", "Access Denied.", "Provide different credential or request access."
        )

    def listed(self, call: Call) -> Reply:
        query = read_query(call, largest_page=LARGEST_PAGE)
        for path, _, literal in query.filter.uses if query.filter else ():
            _check_filter(path, literal)
        entities = [self._entity(one) for one in self._tenant.numbers.values()]
        found = [one for one in entities if query.filter is None or query.filter.test(one)]
        size = query.top or DEFAULT_PAGE
        page = found[query.skip : query.skip + size]
        more = query.skip + size < len(found)
        # Microsoft's $top is the page, not the whole answer: the rest is behind the link.
        link = next_link(call, skip=query.skip + size) if more else None
        return collection(call, f"{HOME}/numberAssignments", page, nextLink=link)

    def one(self, call: Call) -> Reply:
        number = self._tenant.number_by_id(call.params["number"])
        if number is None:
            raise GraphError.teams_missing()
        context = {"@odata.context": call.link(f"$metadata#{HOME}/numberAssignments/$entity")}
        return Reply(200, context | self._entity(number))

    def _entity(self, number: Number) -> dict[str, Any]:
        location = self._tenant.locations.get(number.location_id or "")
        return {
            "id": self._tenant.number_id(number),
            "telephoneNumber": number.telephone_number,
            "operatorId": _NO_OPERATOR if number.number_type == "directRouting" else _OPERATOR,
            "numberType": number.number_type,
            "activationState": number.activation_state(self._tenant.clock.now()),
            "capabilities": list(number.capabilities),
            "locationId": number.location_id,
            "civicAddressId": location.civic_address_id if location else None,
            "networkSiteId": number.network_site_id,
            "assignmentTargetId": number.target_id,
            "assignmentCategory": number.category,
            "portInStatus": number.port_in,
            "assignmentStatus": number.status,
            "isoCountryCode": number.country,
            "city": number.city,
            "numberSource": number.source,
            "supportedCustomerActions": ["locationUpdate", "release"]
            if number.number_type == "callingPlan"
            else [],
            "reverseNumberLookupOptions": list(number.reverse_lookup),
        }

    def assign(self, call: Call) -> Reply:
        body = _read(call, "assignNumber")
        operation = telephony.place_order(
            self._tenant,
            "Assignment",
            body["telephoneNumber"],
            body["numberType"],
            body["assignmentTargetId"],
        )
        operation.location_id = body.get("locationId") or None
        operation.category = body.get("assignmentCategory")
        return self._accepted(call, operation)

    def unassign(self, call: Call) -> Reply:
        body = _read(call, "unassignNumber")
        operation = telephony.place_order(
            self._tenant, "Unassignment", body["telephoneNumber"], body["numberType"]
        )
        return self._accepted(call, operation)

    def _accepted(self, call: Call, operation: Operation) -> Reply:
        operation.hollow, operation.doomed, operation.log_seq = call.hollow, call.doomed, call.log_seq
        location = call.link(f"{HOME}/operations('{operation.id}')")
        return Reply(202, None, {"Location": location})

    def update(self, call: Call) -> Reply:
        """Empty text clears a value, null or nothing keeps it."""
        body = _read(call, "updateNumber")
        number = self._tenant.find_number(body["telephoneNumber"])
        if number is None:
            raise GraphError.teams_missing()
        location = body.get("locationId")
        if location and location not in self._tenant.locations:
            raise GraphError.bad_request(f"Emergency location '{location}' is not found.")
        before = (number.location_id, number.network_site_id, number.reverse_lookup)
        if location is not None:
            number.location_id = location or None
        if body.get("networkSiteId") is not None:
            number.network_site_id = body["networkSiteId"] or None
        if body.get("reverseNumberLookupOptions") is not None:
            number.reverse_lookup = tuple(one for one in body["reverseNumberLookupOptions"] if one)
        if before != (number.location_id, number.network_site_id, number.reverse_lookup):
            self._tenant.touch()
        return Reply(200)

    def operation(self, call: Call) -> Reply:
        operation = self._tenant.operations.get(call.params["operation"])
        if operation is None:
            raise GraphError.teams_missing()
        context = {"@odata.context": call.link(f"$metadata#{HOME}/operations/$entity")}
        return Reply(200, context | self._operation_entity(call, operation))

    def _operation_entity(self, call: Call, operation: Operation) -> dict[str, Any]:
        status = operation.status(self._tenant.clock.now())
        number = self._tenant.numbers.get(operation.telephone_number)
        known = self._tenant.number_id(number) if number else operation.telephone_number
        about = {"resourceLocation": call.link(f"{HOME}/numberAssignments/{known}"), "status": status}
        if operation.detail is not None:
            about["statusDetail"] = operation.detail
        return {
            "id": operation.id,
            "createdDateTime": stamp(operation.created_at),
            "status": status,
            "numbers": [about],
        }


_OPERATOR = "83d289bc-a4d3-41e6-8a3f-cff260a3f091"
"""Who runs Calling Plan numbers."""
_NO_OPERATOR = "00000000-0000-0000-0000-000000000000"


def _check_filter(path: str, literal: Any) -> None:
    if path and path not in _FILTERABLE:
        raise GraphError.bad_request(f"Filtering on property '{path}' is not supported.")
    allowed = _ENUMS.get(path)
    if allowed is not None and literal is not None and literal not in allowed:
        raise GraphError.bad_request(f"The value '{literal}' is not valid for property '{path}'.")


def _read(call: Call, action: str) -> dict[str, Any]:
    """The body of an action. Raises GraphError 400 for anything its schema does not allow."""
    body = call.json(known=_WRITES[action])
    for name in _REQUIRED[action]:
        if not body.get(name):
            raise GraphError.bad_request(f"The {name} field is required.")
    for name, value in body.items():
        _check_type(name, value)
    _check_number(body["telephoneNumber"])
    return body


def _check_type(name: str, value: Any) -> None:
    if name == "reverseNumberLookupOptions":
        valid = isinstance(value, list) and all(isinstance(one, str) for one in value)
    else:
        valid = value is None or isinstance(value, str)
    allowed = _ENUMS.get(name)
    if valid and isinstance(value, str) and allowed is not None:
        valid = value in allowed
    if not valid:
        raise GraphError.bad_request(
            f"Cannot convert the literal '{value}' to the expected type of '{name}'."
        )


def _check_number(text: str) -> None:
    digits = text.removeprefix("+")
    if not digits.isdecimal() or not digits.isascii() or not 4 <= len(digits) <= 15:
        raise GraphError.bad_request(f"Telephone number '{text}' is not in E.164 format.")
