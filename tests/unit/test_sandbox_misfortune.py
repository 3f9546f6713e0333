"""The simulated tenant's faults, parked requests, throttling, batches and request log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.sandbox.seed import person_id
from tests.support.graph_sandbox import PHONE, GraphSandbox, graph_sandbox
from tests.support.until import until

ASSIGN = "assignLicense$"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def graph() -> AsyncIterator[GraphSandbox]:
    async with graph_sandbox() as running:
        yield running


async def has_phone(graph: GraphSandbox, key: str = "dora") -> bool:
    return PHONE in [one["skuId"] for one in (await graph.person(key))["licences"]]


async def test_a_status_instead_of_the_effect(graph: GraphSandbox) -> None:
    await graph.fault({"kind": "status", "status": 429, "retry_after": 7}, path=ASSIGN)
    refused = await graph.assign("dora", PHONE)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "7")
    assert not await has_phone(graph)
    assert (await graph.assign("dora", PHONE)).status == 200


async def test_nth_and_times(graph: GraphSandbox) -> None:
    await graph.fault({"kind": "status", "status": 503}, path="^/users$", method="get", nth=2, times=2)
    assert [(await graph.get("/users")).status for _ in range(4)] == [200, 503, 503, 200]
    await graph.fault({"kind": "status", "status": 500}, path="^/v1.0/groups", times=None)
    assert [(await graph.get("/groups")).status for _ in range(3)] == [500, 500, 500]


async def test_effect_then_status(graph: GraphSandbox) -> None:
    await graph.fault({"kind": "effect_then_status", "status": 502}, path=ASSIGN)
    assert (await graph.assign("dora", PHONE)).status == 502
    assert await has_phone(graph)
    (entry,) = await graph.log(path=ASSIGN)
    assert (entry["status"], entry["applied"], entry["effect"]) == (502, True, "effect_then_status")


@pytest.mark.parametrize(("kind", "applied"), [("drop_before_apply", False), ("drop_after_apply", True)])
async def test_dropped_connections(graph: GraphSandbox, kind: str, applied: bool) -> None:
    await graph.fault({"kind": kind}, path=ASSIGN)
    with pytest.raises(aiohttp.ClientError):
        await graph.assign("dora", PHONE)
    assert await has_phone(graph) is applied
    (entry,) = await graph.log(path=ASSIGN)
    assert (entry["status"], entry["applied"]) == (None, applied)


async def test_a_lie_after_202(graph: GraphSandbox) -> None:
    await graph.fault({"kind": "lie_after_202"}, path="assignNumber")
    operation = await graph.finished(await graph.order("+33199001001", "ana"))
    assert operation["status"] == "succeeded"
    assert (await graph.number("+33199001001"))["assignmentStatus"] == "unassigned"
    assert [one["applied"] for one in await graph.log(path="assignNumber")] == [False]


async def test_an_order_that_fails_with_a_given_detail(graph: GraphSandbox) -> None:
    await graph.fault({"kind": "operation_fails", "detail": "Out of order"}, path="assignNumber")
    operation = await graph.finished(await graph.order("+33199001001", "ana"))
    assert operation["numbers"][0]["statusDetail"] == "Out of order"


async def parked(graph: GraphSandbox) -> list[Any]:
    return list((await graph.control("GET", "holds"))["value"])


async def test_hold_before_and_release(graph: GraphSandbox) -> None:
    await graph.fault({"kind": "hold_before"}, path=ASSIGN)
    asking = asyncio.create_task(graph.assign("dora", PHONE))
    await until(lambda: parked(graph))
    (held,) = await parked(graph)
    assert (held["phase"], held["method"]) == ("before", "POST")
    assert not await has_phone(graph)
    await graph.control("POST", f"holds/{held['id']}/release")
    assert (await asking).status == 200
    assert await has_phone(graph)


@pytest.mark.parametrize(("kind", "applied"), [("hold_before", False), ("hold_after", True)])
async def test_a_client_that_dies_while_parked(graph: GraphSandbox, kind: str, applied: bool) -> None:
    await graph.fault({"kind": kind}, path=ASSIGN)
    asking = asyncio.create_task(graph.assign("dora", PHONE))
    await until(lambda: parked(graph))
    asking.cancel()

    async def gone() -> bool:
        return not await parked(graph)

    await until(gone)
    assert await has_phone(graph) is applied
    # Nobody is in the way afterwards.
    assert (await graph.assign("dora", PHONE)).status == 200


async def test_a_write_still_under_way_collides_with_the_next(graph: GraphSandbox) -> None:
    await graph.control("PUT", "delays", {"directory_write": 0.2})
    both = await asyncio.gather(graph.assign("dora", PHONE), graph.assign("dora", PHONE))
    assert sorted(one.status for one in both) == [200, 409]


async def test_throttling_asks_to_wait(graph: GraphSandbox) -> None:
    limits = {"enabled": True, "writes_per_150s": 2, "units_per_10s": 100, "teams_per_second": 1}
    await graph.control("PUT", "throttling", limits)
    statuses = [(await graph.assign("dora", PHONE)).status for _ in range(2)]
    refused = await graph.assign("dora", PHONE)
    assert (statuses, refused.status) == ([200, 200], 429)
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["x-ms-throttle-information"] == "WriteLimitExceeded"
    path = "/admin/teams/userConfigurations"
    assert [(await graph.get(path)).status for _ in range(2)] == [200, 429]
    await graph.control("PUT", "throttling", {"enabled": False})
    assert (await graph.assign("dora", PHONE)).status == 200


def reading(key: str, url: str, *needs: str) -> dict[str, Any]:
    return {"id": key, "method": "GET", "url": url} | ({"dependsOn": list(needs)} if needs else {})


async def test_batches(graph: GraphSandbox) -> None:
    wanted = [
        reading("a", f"/users/{person_id('ana')}"),
        reading("b", "users/nobody", "a"),
        reading("c", "/subscribedSkus", "b"),
        {"id": "d", "method": "PATCH", "url": "/users/x", "headers": JSON, "body": {}},
    ]
    answer = await graph.post("/$batch", {"requests": wanted})
    found = {one["id"]: one for one in answer.body["responses"]}
    assert {key: one["status"] for key, one in found.items()} == {"a": 200, "b": 404, "c": 424, "d": 404}
    assert found["a"]["body"]["displayName"] == "Ana Moreau"
    log = await graph.log()
    assert log[0]["path"] == "/v1.0/$batch"
    assert {one["batch_item"] for one in log if one["batch"] == log[0]["seq"]} == {"a", "b", "d"}


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        [reading(str(n), "/users") for n in range(21)],
        [reading("a", "/users"), reading("a", "/groups")],
        [reading("a", "/users", "b"), reading("b", "/users")],
        [reading("a", "https://graph.microsoft.com/v1.0/users")],
        [{"id": "a", "method": "PATCH", "url": "/users/x", "body": {}}],
        [{"id": 1, "method": "GET", "url": "/users"}],
    ],
)
async def test_batches_that_are_refused_as_a_whole(graph: GraphSandbox, wanted: Any) -> None:
    answer = await graph.post("/$batch", {"requests": wanted})
    assert (answer.status, answer.code) == (400, "BadRequest")


async def test_items_of_a_batch_are_throttled_one_by_one(graph: GraphSandbox) -> None:
    await graph.fault({"kind": "status", "status": 429, "retry_after": 3}, path="^/groups")
    answer = await graph.post("/$batch", {"requests": [reading("a", "/users"), reading("b", "/groups")]})
    found = {one["id"]: one for one in answer.body["responses"]}
    assert (answer.status, found["a"]["status"], found["b"]["status"]) == (200, 200, 429)
    assert found["b"]["headers"]["Retry-After"] == "3"


async def test_a_dropped_item_drops_the_batch_after_the_rest_was_done(graph: GraphSandbox) -> None:
    await graph.fault({"kind": "drop_after_apply"}, path="^/groups")
    with pytest.raises(aiohttp.ClientError):
        await graph.post("/$batch", {"requests": [reading("a", "/groups"), reading("b", "/users")]})
    assert {one["status"] for one in await graph.log(path="users")} == {200}


async def test_the_log_is_filtered_and_cleared(graph: GraphSandbox) -> None:
    await graph.get("/users?$top=3")
    await graph.assign("dora", PHONE)
    (entry,) = await graph.log(applied="true")
    assert entry["body"]["addLicenses"] == [{"skuId": PHONE}]
    (read,) = await graph.log(method="get")
    assert read["query"] == "%24top=3"
    await graph.control("DELETE", "requests")
    assert await graph.log() == []


async def test_wrong_wishes_are_answered_plainly(graph: GraphSandbox) -> None:
    for path, body, status in [
        ("faults", {"effect": {"kind": "status"}}, 400),
        ("faults", {"match": {"path": "("}, "effect": {"kind": "drop_after_apply"}}, 400),
        ("faults", {"effect": {"kind": "explode"}}, 400),
        ("clock", {"advance_seconds": -1}, 400),
        ("people", {"displayName": "X", "manager": "nobody"}, 404),
    ]:
        async with graph.http.post(f"{graph.server.url}/sandbox/{path}", json=body) as response:
            assert response.status == status, path
            assert (await response.json())["error"]
