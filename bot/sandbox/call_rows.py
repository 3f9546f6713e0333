"""Call records as Graph spells them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.sandbox.model import Person

__all__ = ["Began", "Place", "direct_row", "pstn_row"]


class Place(NamedTuple):
    """The other side of a call."""

    context: str
    """`Domestic` or `International`."""
    name: str
    """Of the country, in English."""
    number: str


class Began(NamedTuple):
    """What one call was, before anybody put a price on it."""

    at: datetime
    seconds: int
    outgoing: bool
    far: Place


def pstn_row(
    ids: tuple[str, str],
    person: Person,
    own: tuple[str, str],
    call: Began,
    kind: str,
    price: tuple[float, str],
) -> dict[str, Any]:
    """A `pstnCallLogRow`. `own`: the person's number and its country; `price`: charge and currency."""
    number, country = own
    charge, currency = price
    return _who(person) | {
        "id": ids[0],
        "callId": ids[1],
        "startDateTime": _precise(call.at),
        "endDateTime": _precise(call.at + timedelta(seconds=call.seconds)),
        "duration": call.seconds,
        "charge": charge,
        "connectionCharge": 0,
        "currency": currency,
        "callType": kind,
        "callerNumber": number if call.outgoing else call.far.number,
        "calleeNumber": call.far.number if call.outgoing else number,
        "usageCountryCode": country,
        "tenantCountryCode": "US",
        "destinationContext": call.far.context,
        "destinationName": call.far.name,
        "conferenceId": None,
        "licenseCapability": "MCOPSTNPP" if charge else "MCOPSTN1",
        "inventoryType": "Subscriber",
        "operator": "Microsoft",
        "callDurationSource": "microsoft",
    }


def direct_row(ids: tuple[str, str], person: Person, number: str, call: Began, trunk: str) -> dict[str, Any]:
    """A `directRoutingLogRow`: no charge, since the organisation's own carrier sends the bill."""
    far = call.far.number
    return _who(person) | {
        "id": ids[0],
        "correlationId": ids[1],
        "inviteDateTime": _precise(call.at - timedelta(seconds=4)),
        "startDateTime": _precise(call.at),
        "failureDateTime": None,
        "endDateTime": _precise(call.at + timedelta(seconds=call.seconds)),
        "duration": call.seconds,
        "callType": "ByotOut" if call.outgoing else "ByotIn",
        "successfulCall": True,
        "callerNumber": number if call.outgoing else far,
        "calleeNumber": far if call.outgoing else number,
        "mediaPathLocation": "EMEA",
        "signalingLocation": "EMEA",
        "finalSipCode": 200,
        "callEndSubReason": 0,
        "finalSipCodePhrase": "OK",
        "trunkFullyQualifiedDomainName": trunk,
        "mediaBypassEnabled": True,
    }


def _who(person: Person) -> dict[str, Any]:
    return {"userId": person.id, "userPrincipalName": person.upn, "userDisplayName": person.display_name}


def _precise(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='seconds')[:19]}.0000000Z"
