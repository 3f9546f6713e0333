"""Call records: ninety days at most, a thousand rows a page; in the beta version a report on dial-out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.calls import CallLog
from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import collection, next_link, read_query
from bot.sandbox.graph.router import Handler, Route
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.tenant import Tenant

__all__ = ["beta_routes", "routes"]

PAGE = 1000
LONGEST = timedelta(days=90)

_HOME = "communications/callRecords"
_ARGUMENTS = "(fromDateTime,toDateTime)"
_PAGED = frozenset({"$skip", "$top"})


def routes(log: CallLog) -> list[Route]:
    calling_plan = _rows(log, frozenset({"callingPlan", "operatorConnect"}), "pstnCallLogRow")
    direct = _rows(log, frozenset({"directRouting"}), "directRoutingLogRow")
    return [
        Route("GET", f"{_HOME}/getPstnCalls{_ARGUMENTS}", calling_plan, roles.READ_CALLS, _PAGED),
        Route("GET", f"{_HOME}/getDirectRoutingCalls{_ARGUMENTS}", direct, roles.READ_DIRECT_ROUTING, _PAGED),
    ]


def beta_routes(log: CallLog, tenant: Tenant) -> list[Route]:
    """What only the beta version has."""
    path = f"{_HOME}/getPstnOnlineMeetingDialoutReport{_ARGUMENTS}"
    return [Route("GET", path, _dial_out(log, tenant), roles.READ_CALLS, _PAGED)]


def _rows(log: CallLog, number_types: frozenset[str], kind: str) -> Handler:
    def answer(call: Call) -> Reply:
        since, until = _span(call)
        query = read_query(call, largest_page=PAGE)
        size = query.top or PAGE
        found, count = log.page(number_types, since, until, query.skip, size)
        return _paged(call, kind, found, count, query.skip + size)

    return answer


def _dial_out(log: CallLog, tenant: Tenant) -> Handler:
    def answer(call: Call) -> Reply:
        since, until = _span(call)
        query = read_query(call, largest_page=PAGE)
        found = [
            {
                "userId": user_id,
                "userPrincipalName": tenant.people[user_id].upn,
                "userDisplayName": tenant.people[user_id].display_name,
                "usageLocation": tenant.people[user_id].now.usage_location,
                "destinationContext": context,
                "currency": currency,
                "totalCalls": dialled.calls,
                "totalCallSeconds": dialled.seconds,
                "totalCallCharge": dialled.charge,
            }
            for (user_id, currency, context), dialled in log.dialled_out(since, until).items()
        ]
        end = query.skip + (query.top or PAGE)
        return _paged(call, "pstnOnlineMeetingDialoutReport", found[query.skip : end], len(found), end)

    return answer


def _paged(call: Call, kind: str, rows: list[dict[str, Any]], count: int, end: int) -> Reply:
    return collection(
        call,
        f"Collection(microsoft.graph.callRecords.{kind})",
        rows,
        count=count,
        nextLink=next_link(call, skip=end) if end < count else None,
    )


def _span(call: Call) -> tuple[datetime, datetime]:
    since, until = _moment(call.params["fromDateTime"]), _moment(call.params["toDateTime"])
    if until < since:
        raise GraphError.bad_request("The toDateTime must not be before the fromDateTime.")
    if until - since > LONGEST:
        raise GraphError.bad_request("The date range cannot exceed 90 days.")
    return since, until


def _moment(text: str) -> datetime:
    """A date or a date with time; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise GraphError.bad_request(f"Invalid date-time literal '{text}'.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
