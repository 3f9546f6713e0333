"""Call records: ninety days at most, a thousand rows a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.sandbox.calls import CallLog
from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import collection, next_link, read_query
from bot.sandbox.graph.router import Handler, Route
from bot.sandbox.graph.wire import Call, GraphError, Reply

__all__ = ["routes"]

PAGE = 1000
LONGEST = timedelta(days=90)


def routes(log: CallLog) -> list[Route]:
    home, paged = "communications/callRecords", frozenset({"$skip", "$top"})
    arguments = "(fromDateTime,toDateTime)"
    calling_plan = _rows(log, frozenset({"callingPlan", "operatorConnect"}), "pstnCallLogRow")
    direct = _rows(log, frozenset({"directRouting"}), "directRoutingLogRow")
    return [
        Route("GET", f"{home}/getPstnCalls{arguments}", calling_plan, roles.READ_CALLS, paged),
        Route("GET", f"{home}/getDirectRoutingCalls{arguments}", direct, roles.READ_DIRECT_ROUTING, paged),
    ]


def _rows(log: CallLog, number_types: frozenset[str], kind: str) -> Handler:
    def answer(call: Call) -> Reply:
        since = _moment(call.params["fromDateTime"])
        until = _moment(call.params["toDateTime"])
        if until < since:
            raise GraphError.bad_request("The toDateTime must not be before the fromDateTime.")
        if until - since > LONGEST:
            raise GraphError.bad_request("The date range cannot exceed 90 days.")
        query = read_query(call, largest_page=PAGE)
        found = log.rows(number_types, since, until)
        end = query.skip + (query.top or PAGE)
        return collection(
            call,
            f"Collection(microsoft.graph.callRecords.{kind})",
            found[query.skip : end],
            count=len(found),
            nextLink=next_link(call, skip=end) if end < len(found) else None,
        )

    return answer


def _moment(text: str) -> datetime:
    """A date or a date with time; without a zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise GraphError.bad_request(f"Invalid date-time literal '{text}'.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
