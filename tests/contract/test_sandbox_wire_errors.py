"""The simulated tenant refuses word for word as Microsoft Graph has been seen to refuse."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.identity import CONNECTOR_AUDIENCE, GRAPH_AUDIENCE
from bot.sandbox.seed import group_id, person_id
from tests.support.graph_sandbox import (
    DOMESTIC,
    E5,
    NUMBERS,
    PHONE,
    Answer,
    GraphSandbox,
    graph_sandbox,
)
from tests.support.openapi import shared_folder

SEEN = (shared_folder() or Path()) / "graph" / "errors.json"
pytestmark = pytest.mark.skipif(not SEEN.is_file(), reason="the recorded answers are not here")

Provoke = Callable[[GraphSandbox], Awaitable[Answer]]
NEITHER_OWNED_NOR_SOLD = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
async def graph() -> AsyncIterator[GraphSandbox]:
    async with graph_sandbox() as running:
        yield running


def get(path: str) -> Provoke:
    return lambda graph: graph.get(path)


def assigning(key: str, *add: str, remove: tuple[str, ...] = ()) -> Provoke:
    return lambda graph: graph.assign(key, *add, remove=remove)


def with_token(token: Callable[[GraphSandbox], str]) -> Provoke:
    async def ask(graph: GraphSandbox) -> Answer:
        graph.headers = {"Authorization": f"Bearer {token(graph)}"}
        return await graph.get("/users")

    return ask


def with_roles(path: str, *roles: str) -> Provoke:
    async def ask(graph: GraphSandbox) -> Answer:
        await graph.roles(*roles)
        return await graph.get(path)

    return ask


def after_fault(effect: dict[str, Any], then: Provoke) -> Provoke:
    async def ask(graph: GraphSandbox) -> Answer:
        await graph.fault(effect)
        return await then(graph)

    return ask


async def no_token(graph: GraphSandbox) -> Answer:
    graph.headers = {}
    return await graph.get("/users")


async def unknown_user(graph: GraphSandbox) -> Answer:
    body: dict[str, Any] = {"addLicenses": [], "removeLicenses": []}
    return await graph.post(f"/users/{NEITHER_OWNED_NOR_SOLD}/assignLicense", body)


async def throttled_write(graph: GraphSandbox) -> Answer:
    await graph.control("PUT", "throttling", {"enabled": True, "writes_per_150s": 1})
    await graph.assign("dora", PHONE)
    return await graph.assign("dora", PHONE)


async def second_write(graph: GraphSandbox) -> Answer:
    items = [
        {
            "id": key,
            "method": "POST",
            "url": f"/users/{person_id('dora')}/assignLicense",
            "headers": {"Content-Type": "application/json"},
            "body": {"addLicenses": [], "removeLicenses": []},
        }
        for key in "ab"
    ]
    return item_of(await graph.post("/$batch", {"requests": items}), "b")


def item_of(batch: Answer, key: str) -> Answer:
    (item,) = (one for one in batch.body["responses"] if one["id"] == key)
    return Answer(item["status"], item["headers"], item.get("body"))


async def large_batch(graph: GraphSandbox) -> Answer:
    items = [{"id": str(n), "method": "GET", "url": "/users"} for n in range(21)]
    return await graph.post("/$batch", {"requests": items})


async def failed_dependency(graph: GraphSandbox) -> Answer:
    items = [
        {"id": "a", "method": "GET", "url": "/users/nobody"},
        {"id": "b", "method": "GET", "url": "/users", "dependsOn": ["a"]},
    ]
    return item_of(await graph.post("/$batch", {"requests": items}), "b")


async def slow_item(graph: GraphSandbox) -> Answer:
    await graph.fault({"kind": "effect_then_status", "status": 504}, path="^/users$")
    items = [{"id": "a", "method": "GET", "url": "/users"}]
    return item_of(await graph.post("/$batch", {"requests": items}), "a")


async def missing_key(graph: GraphSandbox) -> Answer:
    return await graph.post(f"/users/{person_id('dora')}/assignLicense", {"addLicenses": []})


async def group_assignment(graph: GraphSandbox) -> Answer:
    body = {"addLicenses": [{"skuId": PHONE}], "removeLicenses": []}
    return await graph.post(f"/groups/{group_id('Finance')}/assignLicense", body)


async def reprocessing(graph: GraphSandbox) -> Answer:
    await graph.control("PATCH", "people/petra", {"licences": ["Microsoft_365_E3_(no_Teams)", "MCOEV"]})
    return await graph.ask("POST", f"/users/{person_id('petra')}/reprocessLicenseAssignment")


async def unassigning(graph: GraphSandbox) -> Answer:
    body = {"telephoneNumber": "+33199001010", "numberType": "callingPlan"}
    return await graph.post(f"{NUMBERS}/unassignNumber", body)


async def updating(graph: GraphSandbox) -> Answer:
    return await graph.post(f"{NUMBERS}/updateNumber", {"telephoneNumber": "+33199001010"})


async def assigning_policies(graph: GraphSandbox) -> Answer:
    await graph.roles("TeamsPolicyUserAssign.ReadWrite.All")
    (policy,) = (
        await graph.get("/admin/teams/policy/getPolicyId(type='TeamsMeetingPolicy',name='AllOn')")
    ).value
    about = {"userId": person_id("ana"), "policyType": "TeamsMeetingPolicy", "policyId": policy["policyId"]}
    return await graph.post("/admin/teams/policy/userAssignments/assign", {"value": [about]})


def ordering(number: str, key: str) -> Provoke:
    async def order(graph: GraphSandbox) -> Answer:
        operation = await graph.finished(await graph.order(number, key))
        return Answer(200, {}, operation)

    return order


async def long_range(graph: GraphSandbox) -> Answer:
    until = datetime.now(UTC)
    since = until - timedelta(days=91)
    span = f"fromDateTime={since:%Y-%m-%dT%H:%M:%SZ},toDateTime={until:%Y-%m-%dT%H:%M:%SZ}"
    return await graph.get(f"/communications/callRecords/getPstnCalls({span})")


TOO_MANY = {"kind": "status", "status": 429, "retry_after": 10}
BUSY = {
    "kind": "status",
    "status": 400,
    "body": {
        "error": {
            "code": "Request_BadRequest",
            "message": "Error due to concurrent requests being made to the tenant. "
            "Please wait briefly and retry.",
            "innerError": {},
        }
    },
}
DENIED = {
    "kind": "status",
    "status": 403,
    "body": {
        "error": {
            "code": "UnknownError",
            "message": '{"code":"Forbidden","message":"Access Denied.",'
            '"action":"Provide different credential or request access."}',
            "innerError": {},
        }
    },
}

PROVOKED: dict[tuple[str, str], Provoke] = {
    ("*", "no Authorization header"): no_token,
    ("*", "expired token"): with_token(
        lambda graph: graph.server.identity.app_token(GRAPH_AUDIENCE, life=-9)
    ),
    ("*", "wrong audience"): with_token(lambda graph: graph.server.identity.app_token(CONNECTOR_AUDIENCE)),
    ("* (directory)", "app lacks the permission"): with_roles("/users", "AppCatalog.Read.All"),
    ("* (directory)", "object missing"): get("/users/nobody@contoso.com"),
    ("*", "unknown path segment"): get("/phones"),
    ("* (directory)", "unsupported query"): get("/users?$filter=contains(displayName,'a')"),
    ("* (directory)", "method not allowed"): lambda graph: graph.ask("DELETE", "/subscribedSkus"),
    ("*", "throttled (documented"): after_fault(TOO_MANY, get("/users")),
    ("* (directory)", "throttled (identity"): throttled_write,
    ("* (directory write)", "concurrent writes"): second_write,
    ("* (directory write)", "same, 400 variant"): after_fault(BUSY, assigning("dora", PHONE)),
    ("*", "transient"): after_fault(
        {"kind": "effect_then_status", "status": 503, "retry_after": 5}, assigning("dora", PHONE)
    ),
    ("$batch", "batch malformed"): large_batch,
    ("$batch item", "a dependsOn target failed"): failed_dependency,
    ("$batch item", "item took over 30 s"): slow_item,
    ("POST /users/{id}/assignLicense", "usageLocation"): assigning("nora", PHONE),
    ("POST /users/{id}/assignLicense", "no free units"): assigning("dora", E5),
    ("POST /users/{id}/assignLicense", "SKU not owned"): assigning("dora", NEITHER_OWNED_NOR_SOLD),
    ("POST /users/{id}/assignLicense", "missing prerequisite"): assigning("dora", DOMESTIC),
    ("POST /users/{id}/assignLicense", "mutually exclusive"): assigning(
        "marc", "11dee6af-eca8-419f-8061-6864517c1875"
    ),
    ("POST /users/{id}/assignLicense", "remove a SKU the user"): assigning("dora", remove=(PHONE,)),
    ("POST /users/{id}/assignLicense", "remove a SKU inherited"): assigning(
        "rosa", remove=("0c266dff-15dd-4b49-8397-2bb16070ed52",)
    ),
    ("POST /users/{id}/assignLicense", "body lacks"): missing_key,
    ("POST /users/{id}/assignLicense", "unknown user"): unknown_user,
    ("POST /users/{id}/assignLicense", "adding a SKU already"): assigning("ana", DOMESTIC),
    ("POST /groups/{id}/assignLicense", "accepted"): group_assignment,
    ("POST /users/{id}/reprocessLicenseAssignment", "group licence"): reprocessing,
    ("GET /users/{id}/manager", "user has no manager"): get(f"/users/{person_id('grace')}/manager"),
    ("GET /admin/teams/telephoneNumberManagement/numberAssignments", "token lacks"): with_roles(
        NUMBERS, "User.Read.All"
    ),
    ("GET /admin/teams/userConfigurations", "token lacks"): with_roles(
        "/admin/teams/userConfigurations", "User.Read.All"
    ),
    ("GET /admin/teams/{userConfigurations|telephoneNumberManagement/...}", "tenant/user"): after_fault(
        DENIED, get(NUMBERS)
    ),
    ("GET /admin/teams", "container"): get("/admin/teams"),
    ("GET /admin/teams/telephoneNumberManagement", "container"): get(
        "/admin/teams/telephoneNumberManagement"
    ),
    ("GET /admin/teams/policy", "container"): get("/admin/teams/policy"),
    ("GET /admin/teams/policy/userAssignments", "listing"): get("/admin/teams/policy/userAssignments"),
    ("POST .../numberAssignments/assignNumber", "accepted"): lambda graph: graph.order("+33199001001", "ana"),
    ("POST .../numberAssignments/unassignNumber", "accepted"): unassigning,
    ("POST .../numberAssignments/updateNumber", "done"): updating,
    ("POST /admin/teams/policy/userAssignments/assign|unassign", "done"): assigning_policies,
    ("is not found from tenant", "business failure"): ordering("+33199001099", "ana"),
    ("lacks appropriate licenses", "business failure"): ordering("+33199001001", "dora"),
    ("has already been assigned", "business failure"): ordering("+33199001010", "ana"),
    ("GET .../operations/{id}", "finished"): ordering("+33199001001", "ana"),
    ("GET /communications/callRecords/getPstnCalls(...)", "range over"): long_range,
}
"""How to provoke each recorded answer, by the operation (or a piece of its text) and how `when` begins."""


def recorded() -> list[Any]:
    if not SEEN.is_file():
        return []
    entries = json.loads(SEEN.read_text(encoding="utf-8"))["entries"]
    return [one for one in entries if "(beta)" not in one["operation"]]


def provoke(entry: Any) -> Provoke:
    for (operation, when), how in PROVOKED.items():
        named = operation == entry["operation"] or operation in json.dumps(entry["body"])
        if named and entry["when"].startswith(when):
            return how
    raise LookupError(f"{entry['operation']}: {entry['when']}")


def described(entry: Any) -> str:
    return f"{entry['operation']}: {entry['when'][:30]}"


def same_text(recorded_text: str, text: str) -> bool:
    """Ids differ from tenant to tenant: placeholders and GUIDs stand for anything."""
    varied = r"\{\w+\}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    fixed = [re.escape(part) for part in re.split(varied, recorded_text)]
    return re.fullmatch(".+".join(fixed), text) is not None


@pytest.mark.parametrize("entry", recorded(), ids=described)
async def test_answers_as_recorded(graph: GraphSandbox, entry: Any) -> None:
    answer = await provoke(entry)(graph)
    if "numbers" in (entry["body"] or {}):
        check_operation(entry["body"], answer.body)
        return
    assert answer.status == entry["status"]
    for name, value in entry["headers"].items():
        check_header(name, value, answer.headers[name])
    if entry["body"] is not None:
        check_error(entry["body"]["error"], answer.body["error"])


def check_operation(expected: Any, found: Any) -> None:
    assert found["status"] == expected["status"]
    assert set(found) - {"@odata.context"} == set(expected)
    (wanted,), (got,) = expected["numbers"], found["numbers"]
    assert set(got) == set(wanted)
    assert same_text(wanted.get("statusDetail", ""), got.get("statusDetail", ""))


def check_header(name: str, expected: str, found: str) -> None:
    if name == "Location":
        assert re.search(r"/telephoneNumberManagement/operations\('[A-Za-z0-9_-]+'\)$", found)
    elif name == "Retry-After":
        assert found.isdecimal()
    else:
        assert same_text(expected, found)


def check_error(expected: Any, found: Any) -> None:
    assert found["code"] == expected["code"]
    assert same_text(expected["message"], found["message"])
    inner = {name for name in expected["innerError"] if name not in ("code", "message", "status", "target")}
    scripted_body = found["innerError"] == {}
    assert scripted_body or inner <= set(found["innerError"])
