"""Call records as Graph sends them, and odd ones, become what a call cost, by whom and to where."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import UpstreamRefused
from bot.domain.usage import CallCharge
from bot.graph import Graph
from bot.graph.calls import CallPage
from tests.support.graph_server import GraphServer, Reply, StaticTokens, graph_server

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[GraphServer]:
    async with graph_server() as running:
        yield running


def record(**more: Any) -> dict[str, Any]:
    return {
        "id": "9c4984c7-6c3c-427d-a30c-bd0b2eacee90",
        "userId": "DB03C14B-06EB-4189-939B-7CBF3A20BA27",
        "userPrincipalName": "ana@contoso.example",
        "userDisplayName": "Ana Silva",
        "startDateTime": "2026-11-20T09:30:00.1234567Z",
        "duration": 61,
        "charge": 0.0135,
        "connectionCharge": 0.01,
        "currency": "eur",
        "callType": "user_out",
        "calleeNumber": "+4930231259",
        "destinationName": "Germany",
        "newProperty": {"of": "tomorrow"},
        **more,
    }


async def page(server: GraphServer, *records: Any) -> CallPage:
    server.will(Reply(body={"value": list(records)}))
    async with Graph(server.base_url, StaticTokens()) as graph:
        return await graph.calls(NOW - timedelta(days=90), NOW)


async def test_a_record_says_what_a_call_cost_and_nothing_of_the_numbers(server: GraphServer) -> None:
    found = await page(server, record())
    assert found.calls == (
        CallCharge(
            id="9c4984c7-6c3c-427d-a30c-bd0b2eacee90",
            began=NOW.replace(microsecond=123456),
            seconds=61,
            currency="EUR",
            millionths=23_500,
            person_id="db03c14b-06eb-4189-939b-7cbf3a20ba27",
            person="Ana Silva",
            country="DE",
            call_type="user_out",
        ),
    )
    assert (found.records, found.unreadable, found.next_page) == (1, 0, "")
    asked = server.last.url
    assert asked.endswith("/getPstnCalls(fromDateTime=2026-08-22T09:30:00Z,toDateTime=2026-11-20T09:30:00Z)")


@pytest.mark.parametrize(
    ("told", "field", "expected"),
    [
        ({"charge": None, "connectionCharge": None}, "millionths", 0),
        ({"charge": "0.0135", "connectionCharge": 0}, "millionths", 13_500),
        ({"charge": "much", "connectionCharge": 0}, "millionths", 0),
        ({"charge": 3, "connectionCharge": 0}, "millionths", 3_000_000),
        ({"destinationName": "Allemagne"}, "country", "DE"),
        ({"destinationName": "Atlantis"}, "country", "DE"),
        ({"destinationName": None, "calleeNumber": "+1416555****"}, "country", "CA"),
        ({"destinationName": None, "calleeNumber": "+12065550100"}, "country", "US"),
        ({"destinationName": None, "calleeNumber": "+80012345678"}, "country", ""),
        ({"destinationName": None, "calleeNumber": "anonymous"}, "country", ""),
        ({"destinationName": None, "calleeNumber": None}, "country", ""),
        ({"userId": None}, "person_id", ""),
        ({"userDisplayName": ""}, "person", "ana@contoso.example"),
        ({"userDisplayName": "x" * 999}, "person", "x" * 256),
        ({"duration": None}, "seconds", 0),
        ({"duration": 10**12}, "seconds", 2**31 - 1),
        ({"charge": "NaN", "connectionCharge": 0}, "millionths", 0),
        ({"charge": -0.5, "connectionCharge": 0.1}, "millionths", -400_000),
        ({"callType": None}, "call_type", ""),
        ({"startDateTime": "2026-11-20T10:30:00+01:00"}, "began", NOW),
    ],
)
async def test_what_is_odd_or_absent_harms_nothing_else(
    server: GraphServer, told: dict[str, Any], field: str, expected: object
) -> None:
    (call,) = (await page(server, record(**told))).calls
    assert getattr(call, field) == expected


@pytest.mark.parametrize(
    "told",
    [
        {"id": None},
        {"id": "x" * 81},
        {"startDateTime": "yesterday"},
        {"currency": "€"},
        {"charge": 1e300},
        {"charge": "1E+999999"},
        {"charge": "-Infinity"},
    ],
)
async def test_a_record_that_cannot_be_counted_is_said_to_be_there(
    server: GraphServer, told: dict[str, Any]
) -> None:
    found = await page(server, record(**told), record(id="other"))
    assert ([one.id for one in found.calls], found.records, found.unreadable) == (["other"], 2, 1)


async def test_pages_are_followed_as_graph_names_them_and_nowhere_else(server: GraphServer) -> None:
    link = f"{server.base_url}/communications/callRecords/getPstnCalls(x=1)?$skip=1000"
    server.will(Reply(body={"value": [record()], "@odata.nextLink": link}))
    async with Graph(server.base_url, StaticTokens()) as graph:
        first = await graph.calls(NOW - timedelta(days=1), NOW)
        assert first.next_page == link
        await graph.more_calls(first.next_page)
        assert server.last.url.endswith("?$skip=1000")
        with pytest.raises(UpstreamRefused):
            await graph.more_calls("https://elsewhere.example/page")


async def test_the_report_on_dial_out_is_the_beta_versions_and_sums_by_currency(server: GraphServer) -> None:
    rows = [
        {"userId": "a", "currency": "EUR", "totalCallCharge": 1.25},
        {"userId": "b", "currency": "EUR", "totalCallCharge": "0.5"},
        {"userId": "b", "currency": "USD", "totalCallCharge": 2},
        {"userId": "c", "currency": "", "totalCallCharge": 9},
        {"userId": "d", "currency": "CHF", "totalCallCharge": 0},
    ]
    server.will(Reply(body={"value": rows}))
    async with Graph(server.base_url, StaticTokens()) as graph:
        found = await graph.dialled_out(date(2026, 11, 2))
    assert found == {"EUR": 1_750_000, "USD": 2_000_000}
    assert server.last.url == (
        "/beta/communications/callRecords/getPstnOnlineMeetingDialoutReport"
        "(fromDateTime=2026-11-02T00:00:00Z,toDateTime=2026-11-02T23:59:59Z)"
    )
