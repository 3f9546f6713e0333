"""Ninety days of telephone calls, made up the same way in each run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.model import Number, Person
from bot.sandbox.tenant import Tenant

__all__ = ["CallLog"]

DAYS = 90
BUSY_DAY = 9
"""Most calls one person makes or takes on a day."""

_PLACES = {
    "US": (("Domestic", "United States", "+12065550100"), ("International", "France", "+33199009900")),
    "FR": (("Domestic", "France", "+33199009901"), ("International", "Germany", "+493023125900")),
    "DE": (("Domestic", "Germany", "+493023125901"), ("International", "China", "+861066609900")),
    "CN": (("Domestic", "China", "+861066609901"), ("International", "United States", "+12065550101")),
}
_CURRENCIES = {"US": "USD", "FR": "EUR", "DE": "EUR", "CN": "CNY"}


@dataclass(frozen=True, slots=True)
class _Call:
    began: datetime
    seconds: int
    outgoing: bool
    far: tuple[str, str, str]
    """Context, country and number of the other side."""


class CallLog:
    """The calls of everybody who has a number, made when first asked for."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._made: dict[str, list[tuple[datetime, dict[str, Any]]]] = {}

    def forget(self) -> None:
        """Make the log anew when it is next asked for, as after putting the tenant back."""
        self._made.clear()

    def rows(self, number_types: frozenset[str], since: datetime, until: datetime) -> list[dict[str, Any]]:
        """Calls that began in this span, both ends included, oldest first."""
        key = ",".join(sorted(number_types))
        if key not in self._made:
            self._made[key] = sorted(self._make(number_types), key=lambda row: row[0])
        return [row for began, row in self._made[key] if since <= began <= until]

    def _make(self, number_types: frozenset[str]) -> Iterator[tuple[datetime, dict[str, Any]]]:
        today = self._tenant.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
        for number in list(self._tenant.numbers.values()):
            person = self._tenant.people.get(number.target_id or "")
            if person is None or number.number_type not in number_types:
                continue
            # Seeded by the number, so that one person's calls do not depend on who else is there.
            dice = random.Random(number.telephone_number)  # noqa: S311 - made-up data, not secrets
            for index, call in enumerate(_calls(dice, number.country, today)):
                row = self._direct if number.number_type == "directRouting" else self._pstn
                yield call.began, row(person, number, call, index)

    def _ids(self, number: Number, index: int) -> tuple[str, str]:
        name = f"call/{number.telephone_number}/{index}"
        return self._tenant.stable_id(name), self._tenant.stable_id(f"{name}/leg")

    def _pstn(self, person: Person, number: Number, call: _Call, index: int) -> dict[str, Any]:
        row_id, call_id = self._ids(number, index)
        context, place, far = call.far
        minutes = -(-call.seconds // 60)
        # Calls within the country are part of the plan's minutes and cost nothing.
        charge = round(minutes * 0.04, 2) if call.outgoing and context == "International" else 0
        return _who(person) | {
            "id": row_id,
            "callId": call_id,
            "startDateTime": _precise(call.began),
            "endDateTime": _precise(call.began + timedelta(seconds=call.seconds)),
            "duration": call.seconds,
            "charge": charge,
            "connectionCharge": 0,
            "currency": _CURRENCIES.get(number.country, "USD"),
            "callType": "user_out" if call.outgoing else "user_in",
            "callerNumber": number.telephone_number if call.outgoing else far,
            "calleeNumber": far if call.outgoing else number.telephone_number,
            "usageCountryCode": number.country,
            "tenantCountryCode": "US",
            "destinationContext": context,
            "destinationName": place,
            "conferenceId": None,
            "licenseCapability": "MCOPSTNPP" if charge else "MCOPSTN1",
            "inventoryType": "Subscriber",
            "operator": "Microsoft",
            "callDurationSource": "microsoft",
        }

    def _direct(self, person: Person, number: Number, call: _Call, index: int) -> dict[str, Any]:
        row_id, correlation = self._ids(number, index)
        far = call.far[2]
        return _who(person) | {
            "id": row_id,
            "correlationId": correlation,
            "inviteDateTime": _precise(call.began - timedelta(seconds=4)),
            "startDateTime": _precise(call.began),
            "failureDateTime": None,
            "endDateTime": _precise(call.began + timedelta(seconds=call.seconds)),
            "duration": call.seconds,
            "callType": "ByotOut" if call.outgoing else "ByotIn",
            "successfulCall": True,
            "callerNumber": number.telephone_number if call.outgoing else far,
            "calleeNumber": far if call.outgoing else number.telephone_number,
            "mediaPathLocation": "EMEA",
            "signalingLocation": "EMEA",
            "finalSipCode": 200,
            "callEndSubReason": 0,
            "finalSipCodePhrase": "OK",
            "trunkFullyQualifiedDomainName": f"sbc.{self._tenant.domain}",
            "mediaBypassEnabled": True,
        }


def _calls(dice: random.Random, country: str, today: datetime) -> Iterator[_Call]:
    for days_ago in range(DAYS - 1, 0, -1):
        for _ in range(dice.randint(2, BUSY_DAY)):
            yield _Call(
                began=today - timedelta(days=days_ago) + timedelta(seconds=dice.randint(8 * 3600, 19 * 3600)),
                seconds=dice.randint(5, 1800),
                outgoing=dice.random() < 0.6,
                far=_PLACES.get(country, _PLACES["US"])[dice.random() < 0.15],
            )


def _who(person: Person) -> dict[str, Any]:
    return {"userId": person.id, "userPrincipalName": person.upn, "userDisplayName": person.display_name}


def _precise(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
