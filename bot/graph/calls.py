"""What calls cost, from Graph's logs of telephone calls: ninety days at a time, a thousand records a page.

Two logs are read. `getPstnCalls` has a record for each call. The report on dial-out from meetings, which only
the beta version of Graph has, sums up a span for each organiser; it is there to show what the call records
lack, and works without being there at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from math import isfinite

import phonenumbers

from bot.domain.usage import MILLION, CallCharge
from bot.graph import fields
from bot.graph.countries import country_named
from bot.graph.transport import Transport
from bot.graph.wire import Answer, Call, Json, items

__all__ = ["LONGEST_SPAN", "CallPage", "call_page", "dialled_out", "first_page"]

LONGEST_SPAN = timedelta(days=90)
"""Between the two ends of what is asked for; both belong to it."""

_HOME = "/communications/callRecords"
_LONGEST_ID, _LONGEST_OBJECT_ID, _LONGEST_NAME, _LONGEST_TYPE = 80, 64, 256, 32
"""Characters there is room for: one odd record must not keep all others from being stored."""
_LONGEST_CALL = 2**31 - 1
_DEAREST = 10**15
"""Millionths: a thousand million dollars. More is some error, and sums of it would have no room."""
_NOWHERE = "ZZ"
_PREFIX = 7
"""Digits of a number, without its plus sign, that tell the country, also where several share a code."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """A page of call records."""

    calls: tuple[CallCharge, ...]
    """Also those that cost nothing: they may have cost something when they were read before."""
    unreadable: int
    """Records that cost something, but lack an id, a beginning or a currency."""
    next_page: str
    """Graph's link to the next page; empty on the last one."""

    @property
    def records(self) -> int:
        return len(self.calls) + self.unreadable


async def first_page(graph: Transport, since: datetime, until: datetime) -> CallPage:
    """The calls that began between two moments in UTC, both included, at most `LONGEST_SPAN` apart.

    Raises `Forbidden` without the permission to read them.
    """
    span = f"(fromDateTime={_stamp(since)},toDateTime={_stamp(until)})"
    return _page(await graph.read(Call("GET", f"{_HOME}/getPstnCalls{span}")))


async def call_page(graph: Transport, link: str) -> CallPage:
    """The page a link leads to. Raises `UpstreamRefused` when Graph does not know the link any more."""
    return _page(await graph.read(Call("GET", graph.own(link))))


async def dialled_out(graph: Transport, day: date) -> Mapping[str, int]:
    """Millionths by currency that dial-out from meetings cost on a day in UTC, by the beta report.

    Raises `Forbidden` or another `UpstreamRefused` where the report cannot be had.
    """
    root = graph.base_url.rpartition("/")[0]
    span = f"(fromDateTime={day}T00:00:00Z,toDateTime={day}T23:59:59Z)"
    call = Call("GET", f"{root}/beta{_HOME}/getPstnOnlineMeetingDialoutReport{span}")
    found = Counter[str]()
    for row in await graph.listing(call):
        cost = _millionths(row.get("totalCallCharge"))
        if 0 < abs(cost) <= _DEAREST:
            found[_currency(row)] += cost
    found.pop("", None)
    return found


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _page(answer: Answer) -> CallPage:
    rows = items(answer)
    calls = tuple(call for row in rows if (call := _parsed(row)) is not None)
    return CallPage(calls, len(rows) - len(calls), str(answer.body.get("@odata.nextLink") or ""))


def _parsed(row: Json) -> CallCharge | None:
    call_id, began = fields.text(row, "id"), fields.moment(row, "startDateTime")
    cost, currency = _millionths(row.get("charge")) + _millionths(row.get("connectionCharge")), _currency(row)
    if call_id is None or len(call_id) > _LONGEST_ID or began is None or (cost and not currency):
        return None
    if abs(cost) > _DEAREST:
        return None
    return CallCharge(
        id=call_id,
        began=began,
        seconds=min(max(fields.number(row, "duration"), 0), _LONGEST_CALL),
        currency=currency,
        millionths=cost,
        person_id=(fields.text(row, "userId") or "").lower()[:_LONGEST_OBJECT_ID],
        person=(fields.text(row, "userDisplayName") or fields.text(row, "userPrincipalName") or "")[
            :_LONGEST_NAME
        ],
        country=_country(row),
        call_type=(fields.text(row, "callType") or "")[:_LONGEST_TYPE],
    )


def _currency(row: Json) -> str:
    found = (fields.text(row, "currency") or "").upper()
    return found if len(found) == 3 and found.isascii() and found.isalpha() else ""


def _millionths(amount: object) -> int:
    """Graph's decimals come as numbers, or as text where a client has asked for it."""
    if isinstance(amount, str):
        try:
            told = Decimal(amount)
            return int((told * MILLION).to_integral_value()) if abs(told) < _DEAREST else _DEAREST + 1
        except InvalidOperation:
            return 0
    return round(amount * MILLION) if isinstance(amount, int | float) and isfinite(amount) else 0


def _country(row: Json) -> str:
    """By the name of the destination, or else by the number that was called, of which some may be hidden."""
    named = _named(fields.text(row, "destinationName") or "")
    return named or _country_of((fields.text(row, "calleeNumber") or "").removeprefix("+")[:_PREFIX])


@lru_cache(maxsize=1024)
def _named(destination: str) -> str:
    return country_named(destination) or ""


@lru_cache(maxsize=4096)
def _country_of(prefix: str) -> str:
    if len(prefix) < _PREFIX or not prefix.isdecimal():
        return ""
    try:
        # Only the first digits count, and a whole number has more of them.
        number = phonenumbers.parse(f"+{prefix}0000")
    except phonenumbers.NumberParseException:
        return ""
    found = phonenumbers.region_code_for_number(number)
    found = found or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return found if found.isalpha() and len(found) == 2 and found != _NOWHERE else ""
