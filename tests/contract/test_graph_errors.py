"""Every known answer of Graph, sent back over HTTP, comes out as the error the service can act on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import stamina

from bot.domain.errors import Misconfigured, SwitchboardError
from bot.domain.numbers import NumberType
from bot.graph import Graph, NumberOrder, OperationStatus
from bot.graph.errors import (
    ConcurrentWrite,
    DependencyViolation,
    ExclusivePlans,
    Forbidden,
    InheritedLicence,
    InvalidUsageLocation,
    NoSeats,
    NotAssigned,
    NotFound,
    NumberRefusal,
    NumberRefused,
    Throttled,
    Unavailable,
    UnknownOutcome,
    UnknownSku,
    UpstreamRefused,
)
from tests.support.graph_server import GraphServer, Recorded, Reply, StaticTokens, graph_server
from tests.support.openapi import shared_folder

USER = "9e4b1f6a-0c1d-4c62-8d2f-6a1b5d3c2e10"
SKU = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
PLAN = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
NUMBERS = "/admin/teams/telephoneNumberManagement"

Entry = dict[str, Any]
Ask = Callable[[Graph], Awaitable[object]]


def passed() -> None:
    """A fence that is open."""


def read(graph: Graph) -> Awaitable[object]:
    return graph.person(USER)


def write(graph: Graph) -> Awaitable[object]:
    return graph.change_licences(USER, [], [SKU], fence=passed, client_request_id="ours")


def assign(graph: Graph) -> Awaitable[object]:
    return graph.assign_number(
        USER, "+33155550100", NumberType.CALLING_PLAN, fence=passed, client_request_id="ours"
    )


def unassign(graph: Graph) -> Awaitable[object]:
    return graph.unassign_number(
        "+33155550100", NumberType.CALLING_PLAN, fence=passed, client_request_id="ours"
    )


def update(graph: Graph) -> Awaitable[object]:
    return graph.update_number("+33155550100", location_id="", fence=passed, client_request_id="ours")


ANYTHING: dict[str, list[tuple[Ask, type[SwitchboardError]]]] = {
    "no Authorization header": [(read, Misconfigured), (write, Unavailable)],
    "expired token": [(read, Misconfigured), (write, Unavailable)],
    "wrong audience": [(read, Misconfigured), (write, Unavailable)],
    "app lacks the permission": [(read, Forbidden), (write, Forbidden)],
    "object missing": [(read, NotFound), (write, NotFound)],
    "unknown path segment": [(read, UpstreamRefused), (write, UpstreamRefused)],
    "unsupported query": [(read, UpstreamRefused)],
    "method not allowed": [(read, UpstreamRefused), (write, UpstreamRefused)],
    "throttled": [(read, Throttled), (write, Throttled), (assign, Throttled)],
    "concurrent writes": [(write, ConcurrentWrite), (assign, ConcurrentWrite)],
    "400 variant": [(write, ConcurrentWrite)],
    "transient": [(read, Unavailable), (write, UnknownOutcome), (assign, UnknownOutcome)],
}
LICENSING: dict[str, list[tuple[Ask, type[SwitchboardError]]]] = {
    "usageLocation null": [(write, InvalidUsageLocation)],
    "no free units": [(write, NoSeats)],
    "not owned by the tenant": [(write, UnknownSku)],
    "missing prerequisite plan": [(write, DependencyViolation)],
    "mutually exclusive": [(write, ExclusivePlans)],
    "does not have": [(write, NotAssigned)],
    "inherited from a group": [(write, InheritedLicence)],
    "body lacks": [(write, UpstreamRefused)],
    "unknown user": [(write, NotFound)],
}
REFUSALS = {
    "*": ANYTHING,
    "* (directory)": ANYTHING,
    "* (directory write)": ANYTHING,
    "POST /users/{id}/assignLicense": LICENSING,
    "$batch": {"batch malformed": [(lambda g: g.holdings(USER), UpstreamRefused)]},
    f"GET {NUMBERS}/numberAssignments": {"token lacks": [(lambda g: g.free_numbers("FR"), Forbidden)]},
    "GET /admin/teams/userConfigurations": {"token lacks": [(lambda g: g.holdings(USER), Forbidden)]},
    "GET /admin/teams/{userConfigurations|telephoneNumberManagement/...}": {
        "refused by the Teams backend": [
            (lambda g: g.holdings(USER), Forbidden),
            (lambda g: g.numbers_of(USER), Forbidden),
        ]
    },
}
SUCCESSES: dict[tuple[str, str], Ask] = {
    ("POST .../numberAssignments/assignNumber", "accepted"): assign,
    ("POST .../numberAssignments/unassignNumber", "accepted"): unassign,
    ("POST .../numberAssignments/updateNumber", "done"): update,
    ("POST /users/{id}/assignLicense", "already assigned directly"): write,
}
ELSEWHERE = (
    "$batch item",
    "GET /users/{id}/manager",
    "GET .../operations/{id}",
    "POST .../numberAssignments/assignNumber",
)
"""Covered by tests of their own below."""
UNUSED = (
    "/groups/{id}/assignLicense",
    "reprocessLicenseAssignment",
    "/admin/teams/policy",
    "getPstnCalls",
    "cloudLicensing",
)
"""Operations the service does not call."""
CONTAINERS = {"GET /admin/teams", f"GET {NUMBERS}", "GET /admin/teams/policy"}


def _entries() -> list[Entry]:
    folder = shared_folder()
    if folder is None or not (folder / "graph" / "errors.json").is_file():
        return []
    text = (folder / "graph" / "errors.json").read_text()
    text = text.replace("{skuId}", SKU).replace("{planId}", PLAN)
    found: list[Entry] = json.loads(text)["entries"]
    return found


ENTRIES = _entries()
needs_entries = pytest.mark.skipif(not ENTRIES, reason="the list of Graph's answers is not here")


def _expected(entry: Entry) -> list[tuple[Ask, type[SwitchboardError]]]:
    table = REFUSALS.get(entry["operation"], {})
    return next((asks for when, asks in table.items() if when in entry["when"]), [])


def _success(entry: Entry) -> Ask | None:
    for (operation, when), ask in SUCCESSES.items():
        if entry["operation"] == operation and when in entry["when"]:
            return ask
    return None


def _name(entry: Entry) -> str:
    return f"{entry['operation']} {entry['when'][:40]}"


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


@pytest.fixture
async def server() -> AsyncIterator[GraphServer]:
    async with graph_server() as running:
        yield running


@needs_entries
def test_every_entry_is_judged() -> None:
    left = [
        _name(entry)
        for entry in ENTRIES
        if not _expected(entry)
        and not _success(entry)
        and entry["operation"] not in CONTAINERS
        and not entry["operation"].startswith(ELSEWHERE)
        and not any(part in entry["operation"] for part in UNUSED)
    ]
    assert left == []


@needs_entries
@pytest.mark.parametrize("entry", [each for each in ENTRIES if _expected(each)], ids=_name)
async def test_refusal_becomes_its_error(entry: Entry, server: GraphServer) -> None:
    server.script = lambda recorded: _refusal(entry, recorded)
    for ask, error in _expected(entry):
        async with Graph(server.base_url, StaticTokens()) as graph:
            with pytest.raises(error) as caught:
                await ask(graph)
        assert type(caught.value) is error
        _check_evidence(caught.value, entry)


def _refusal(entry: Entry, recorded: Recorded) -> Reply:
    """The entry as the answer; in a batch, as the answer to the item it is about."""
    if "/$batch" not in recorded.url or "$batch" in entry["operation"]:
        return Reply(entry["status"], entry["body"], entry["headers"])
    fine = {"status": 200, "body": {"id": USER, "userPrincipalName": "ana@contoso.example", "value": []}}
    refused = {name: entry[name] for name in ("status", "headers", "body")}
    answers = [
        {"id": each["id"], **(refused if "/userConfigurations/" in each["url"] else fine)}
        for each in recorded.body["requests"]
    ]
    return Reply(body={"responses": answers})


def _check_evidence(error: Exception, entry: Entry) -> None:
    if isinstance(error, Misconfigured):
        assert "\n" not in str(error)
        return
    assert isinstance(error, UpstreamRefused | Throttled | ConcurrentWrite | Unavailable | UnknownOutcome)
    assert error.evidence["status"] == str(entry["status"])
    assert json.loads(error.evidence["body"]) == entry["body"]
    assert error.evidence["client-request-id"]
    if isinstance(error, Throttled):
        assert error.retry_after == 10
    if isinstance(error, NoSeats | UnknownSku):
        assert error.sku_id == SKU
    if isinstance(error, DependencyViolation | ExclusivePlans):
        assert error.plans == (PLAN, PLAN)


@needs_entries
@pytest.mark.parametrize("entry", [each for each in ENTRIES if _success(each)], ids=_name)
async def test_success_without_a_body(entry: Entry, server: GraphServer) -> None:
    headers = {
        name: value.replace('{base64url("', "b64-").replace('"', "")
        for name, value in entry["headers"].items()
    }
    server.will(Reply(entry["status"], entry["body"], headers))
    ask = _success(entry)
    assert ask
    async with Graph(server.base_url, StaticTokens()) as graph:
        done = await ask(graph)
    receipt = done.receipt if isinstance(done, NumberOrder) else done
    assert (receipt.client_request_id, receipt.request_id) == (  # type: ignore[attr-defined]
        "ours",
        "11111111-2222-3333-4444-555555555555",
    )


@needs_entries
@pytest.mark.parametrize(
    "entry", [each for each in ENTRIES if each["status"] == "operation:failed"], ids=lambda e: "failed"
)
async def test_failed_operation_names_its_reason(entry: Entry, server: GraphServer) -> None:
    server.will(Reply(body=entry["body"]))
    async with Graph(server.base_url, StaticTokens()) as graph:
        operation = await graph.operation("op")
    assert operation.status is OperationStatus.FAILED
    assert operation.detail == entry["body"]["numbers"][0]["statusDetail"]
    assert operation.refusal not in (None, NumberRefusal.OTHER)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Telephone Number '+1' is not found from tenant 't'", NumberRefusal.NOT_IN_TENANT),
        ("User 'u' LACKS appropriate licenses to assign a 'CallingPlan' number", NumberRefusal.LACKS_LICENCE),
        ("Telephone Number '+1' has already been assigned to another user", NumberRefusal.TAKEN),
    ],
)
async def test_number_service_may_also_refuse_at_once(
    text: str, reason: NumberRefusal, server: GraphServer
) -> None:
    server.will(Reply(400, {"error": {"code": "BadRequest", "message": text}}))
    async with Graph(server.base_url, StaticTokens()) as graph:
        with pytest.raises(NumberRefused) as caught:
            await assign(graph)
    assert (caught.value.reason, caught.value.detail) == (reason, text)


@needs_entries
async def test_nobody_is_a_manager_of_the_top(server: GraphServer) -> None:
    entry = next(each for each in ENTRIES if each["operation"] == "GET /users/{id}/manager")
    server.will(Reply(entry["status"], entry["body"]))
    async with Graph(server.base_url, StaticTokens()) as graph:
        assert await graph.manager(USER) is None


@needs_entries
@pytest.mark.parametrize(
    "entry", [each for each in ENTRIES if each["operation"] == "$batch item"], ids=lambda e: str(e["status"])
)
async def test_item_of_a_batch_is_asked_for_again(entry: Entry, server: GraphServer) -> None:
    person = {"id": USER, "userPrincipalName": "ana@contoso.example"}
    troubled = {"id": "1", "status": entry["status"], "headers": entry["headers"], "body": entry["body"]}
    fine = [{"id": "2", "status": 200, "body": {"value": []}}, {"id": "0", "status": 200, "body": person}]
    profile = {"id": "1", "status": 200, "body": {"featureTypes": ["Teams"]}}
    server.will(Reply(body={"responses": [*fine, troubled]}), Reply(body={"responses": [profile]}))
    async with Graph(server.base_url, StaticTokens()) as graph:
        holdings = await graph.holdings(USER)
    assert holdings.voice is not None
    assert [each["id"] for each in server.last.body["requests"]] == ["1"]


async def test_odd_spellings_of_an_error_are_understood(server: GraphServer) -> None:
    wrapped = {
        "error": {"code": "UnknownError", "message": '{"code":"NotFound","message":"Resource not found."}'}
    }
    server.will(Reply(404, wrapped), Reply(400, text="<html>"), Reply(400, {"error": "x"}))
    async with Graph(server.base_url, StaticTokens()) as graph:
        for error in (NotFound, UpstreamRefused, UpstreamRefused):
            with pytest.raises(error) as caught:
                await graph.person(USER)
            assert caught.value.evidence["body"]
