"""The tenant's telephone numbers (`/admin/teams/telephoneNumberManagement`)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

import phonenumbers

from bot.domain.dialling import is_toll_free
from bot.domain.errors import Bug, UnknownOutcome
from bot.domain.numbers import ActivationState, AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.tenant import Acquired
from bot.graph import fields
from bot.graph.errors import NumberRefusal, number_refusal
from bot.graph.odata import below, literal, with_query
from bot.graph.receipts import WriteReceipt, receipt_of
from bot.graph.transport import Fence, Transport
from bot.graph.wire import Answer, Call, Json, entity

__all__ = [
    "NumberOperation",
    "NumberOrder",
    "OperationStatus",
    "acquired",
    "assign_number",
    "every_number",
    "free_numbers",
    "free_service_numbers",
    "held_call",
    "inventory_call",
    "number",
    "numbers_of",
    "operation",
    "parse_numbers",
    "unassign_number",
    "update_number",
]

_ROOT = "/admin/teams/telephoneNumberManagement"
_ASSIGNMENTS = f"{_ROOT}/numberAssignments"
_PAGE = 1000
"""The most numbers Graph puts on one page."""
_FREE = "assignmentStatus eq 'unassigned'"
_FOR_PEOPLE = "capabilities/any(c:c eq 'userAssignment')"
_FOR_SERVICES = (
    "(capabilities/any(c:c eq 'voiceApplicationAssignment')"
    " or capabilities/any(c:c eq 'conferenceAssignment'))"
)


class OperationStatus(StrEnum):
    """How far an assignment or its undoing is; whatever Graph says that we do not know counts as running."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NumberOperation:
    """One `telephoneNumberLongRunningOperation`."""

    id: str
    status: OperationStatus
    detail: str = ""
    """The number service's own text; set when it failed."""

    @property
    def refusal(self) -> NumberRefusal | None:
        """Why it failed, as far as the text is known; None unless it failed."""
        return number_refusal(self.detail) if self.status is OperationStatus.FAILED else None


@dataclass(frozen=True, slots=True)
class NumberOrder:
    """A number write Graph has accepted: not done yet, to be followed by its operation."""

    operation_id: str
    receipt: WriteReceipt


def parse_numbers(entries: list[Json]) -> tuple[PhoneNumber, ...]:
    """The `numberAssignment`s that name a usable telephone number and a country."""
    return tuple(found for entry in entries if (found := _parse_number(entry)))


def _parse_number(entry: Json) -> PhoneNumber | None:
    telephone = fields.e164(fields.text(entry, "telephoneNumber"))
    country = fields.country(entry, "isoCountryCode") or _country_of(telephone)
    if telephone is None or country is None:
        return None
    target = fields.text(entry, "assignmentTargetId")
    return PhoneNumber(
        telephone_number=telephone,
        number_type=fields.enum(NumberType, entry, "numberType", NumberType.UNKNOWN),
        country=country,
        city=fields.text(entry, "city"),
        capabilities=_capabilities(entry),
        assignment_status=fields.enum(AssignmentStatus, entry, "assignmentStatus", AssignmentStatus.UNKNOWN),
        activation_state=_activation(entry),
        target_id=target.lower() if target else None,
        location_id=fields.text(entry, "locationId"),
        on_premises=fields.text(entry, "numberSource") == "onPremises",
        ported=fields.text(entry, "portInStatus") is not None,
    )


def _country_of(telephone: str | None) -> str | None:
    """The country a number belongs to: Direct Routing numbers carry none of their own."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(telephone or ""))
    except phonenumbers.NumberParseException:
        return None
    return region if region and region.isalpha() else None


def _capabilities(entry: Json) -> frozenset[Capability]:
    known = set(Capability)
    return frozenset(Capability(name) for name in fields.strings(entry, "capabilities") if name in known)


def _activation(entry: Json) -> ActivationState | None:
    if fields.text(entry, "activationState") is None:
        return None
    return fields.enum(ActivationState, entry, "activationState", ActivationState.UNKNOWN)


def _listing_call(condition: str) -> Call:
    return Call("GET", with_query(_ASSIGNMENTS, {"$filter": condition, "$top": _PAGE}))


def inventory_call() -> Call:
    """Asks for every number of the tenant, in pages as large as Graph makes them."""
    return Call("GET", with_query(_ASSIGNMENTS, {"$top": _PAGE}))


def held_call(user_id: str) -> Call:
    """Asks for the numbers assigned to a user."""
    return _listing_call(f"assignmentTargetId eq {literal(user_id)}")


async def _matching(graph: Transport, condition: str) -> tuple[PhoneNumber, ...]:
    return parse_numbers(await graph.listing(_listing_call(condition)))


async def free_numbers(
    graph: Transport, country: str, number_type: NumberType | None = None, city: str | None = None
) -> tuple[PhoneNumber, ...]:
    """Numbers of a country that nobody holds and a person may be given (R60)."""
    condition = f"{_FREE} and {_FOR_PEOPLE} and isoCountryCode eq {literal(country)}"
    if number_type is not None:
        condition += f" and numberType eq {literal(number_type)}"
    found = await _matching(graph, condition)
    # The city is among the few properties Graph cannot filter by.
    return tuple(number for number in found if city is None or number.city == city)


async def every_number(graph: Transport) -> tuple[PhoneNumber, ...]:
    """All numbers of the tenant, assigned or not: a page a thousand. Not by country, which Graph does not
    know of numbers of an own carrier."""
    return parse_numbers(await graph.listing(inventory_call()))


async def free_service_numbers(graph: Transport, country: str) -> tuple[PhoneNumber, ...]:
    """Numbers of a country that nobody holds, for queues, attendants and conferencing bridges (R60)."""
    condition = f"{_FREE} and {_FOR_SERVICES} and isoCountryCode eq {literal(country)}"
    return await _matching(graph, condition)


async def acquired(graph: Transport) -> Acquired:
    """How many numbers Microsoft has given the tenant, assigned or not; ported ones do not count (R57)."""
    found = await _matching(graph, f"numberType eq {literal(NumberType.CALLING_PLAN)}")
    kinds = Counter(_kind(number) for number in found if not number.ported)
    return Acquired(user=kinds["user"], toll=kinds["toll"], toll_free=kinds["toll_free"])


def _kind(number: PhoneNumber) -> str:
    if Capability.USER in number.capabilities:
        return "user"
    return "toll_free" if is_toll_free(number.telephone_number, number.country) else "toll"


async def number(graph: Transport, telephone_number: str) -> PhoneNumber | None:
    """One number of the tenant; None when it is not the tenant's."""
    found = await _matching(graph, f"telephoneNumber eq {literal(telephone_number)}")
    return next((each for each in found if each.telephone_number == telephone_number), None)


async def numbers_of(graph: Transport, user_id: str) -> tuple[PhoneNumber, ...]:
    """The numbers assigned to a user."""
    return parse_numbers(await graph.listing(held_call(user_id)))


async def operation(graph: Transport, operation_id: str) -> NumberOperation:
    """How far an accepted number write is. Raises `NotFound`."""
    path = below(f"{_ROOT}/operations/{{operation}}", operation=operation_id)
    found = entity(await graph.read(Call("GET", path)))
    details = [fields.text(each, "statusDetail") or "" for each in fields.objects(found, "numbers")]
    return NumberOperation(
        id=operation_id,
        status=fields.enum(OperationStatus, found, "status", OperationStatus.RUNNING),
        detail="; ".join(filter(None, details)),
    )


async def assign_number(
    graph: Transport,
    user_id: str,
    telephone_number: str,
    number_type: NumberType,
    *,
    location_id: str | None = None,
    fence: Fence,
    client_request_id: str,
) -> NumberOrder:
    """Order a number for a user; `location_id` is the emergency location where R66 asks for one.

    Raises, besides what `Transport.write` raises, `NumberRefused`.
    """
    body: Json = {
        "telephoneNumber": telephone_number,
        "assignmentTargetId": user_id,
        "numberType": _writable(number_type),
        "assignmentCategory": "primary",
    }
    if location_id is not None:
        body["locationId"] = location_id
    answer = await _act(graph, "assignNumber", body, fence, client_request_id)
    return _order_of(answer)


async def unassign_number(
    graph: Transport,
    telephone_number: str,
    number_type: NumberType,
    *,
    fence: Fence,
    client_request_id: str,
) -> NumberOrder:
    """Order a number off whoever holds it. Raises as `assign_number`."""
    body: Json = {"telephoneNumber": telephone_number, "numberType": _writable(number_type)}
    return _order_of(await _act(graph, "unassignNumber", body, fence, client_request_id))


async def update_number(
    graph: Transport,
    telephone_number: str,
    *,
    location_id: str | None = None,
    network_site_id: str | None = None,
    fence: Fence,
    client_request_id: str,
) -> WriteReceipt:
    """Change a number's places, at once; "" clears, None keeps. Raises as `assign_number`."""
    wanted = {"locationId": location_id, "networkSiteId": network_site_id}
    body: Json = {"telephoneNumber": telephone_number}
    body |= {name: value for name, value in wanted.items() if value is not None}
    return receipt_of(await _act(graph, "updateNumber", body, fence, client_request_id))


def _writable(number_type: NumberType) -> str:
    if number_type is NumberType.UNKNOWN:
        raise Bug("a number of an unknown kind was about to be written")
    return number_type.value


async def _act(graph: Transport, action: str, body: Json, fence: Fence, client_request_id: str) -> Answer:
    call = Call("POST", f"{_ASSIGNMENTS}/{action}", body)
    return await graph.write(call, fence=fence, client_request_id=client_request_id)


_OPERATION = re.compile(r"/operations(?:\('([^']+)'\)|/([^/?]+))")


def _order_of(answer: Answer) -> NumberOrder:
    """The operation named by `Location`, in either of OData's spellings of a key."""
    found = _OPERATION.search(answer.headers.get("location", ""))
    if found is None:
        raise UnknownOutcome("accepted, but without the operation to follow", answer.evidence)
    return NumberOrder(unquote(found[1] or found[2]), receipt_of(answer))
