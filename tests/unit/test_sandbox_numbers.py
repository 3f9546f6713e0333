"""The simulated tenant's telephone numbers: orders that take time, and what can stand against them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.seed import location_id, person_id, tenant_id
from tests.support.graph_sandbox import NUMBERS, GraphSandbox, graph_sandbox

PARIS = "+33199001001"
FREE = "assignmentStatus eq 'unassigned' and capabilities/any(c:c eq 'userAssignment')"


@pytest.fixture
async def graph() -> AsyncIterator[GraphSandbox]:
    async with graph_sandbox() as running:
        yield running


async def listed(graph: GraphSandbox, condition: str) -> list[Any]:
    return (await graph.get(f"{NUMBERS}?$filter={condition}")).value


async def test_the_inventory_is_that_of_the_fixture(graph: GraphSandbox) -> None:
    free = [one for one in await listed(graph, FREE) if one["numberType"] == "callingPlan"]
    assert sorted((one["isoCountryCode"], one["city"]) for one in free) == [
        ("FR", "Paris"),
        ("FR", "Paris"),
        ("FR", "Paris"),
        ("US", "Redmond"),
        ("US", "Redmond"),
    ]
    assert {one["isoCountryCode"] for one in free if one["locationId"] is None} == {"US"}


async def test_an_assignment_from_order_to_activation(graph: GraphSandbox) -> None:
    accepted = await graph.order(PARIS, "ana")
    assert (accepted.status, accepted.body) == (202, None)
    path = accepted.headers["Location"].removeprefix(f"{graph.server.url}/v1.0")
    assert "/operations('" in path
    assert (await graph.get(path)).body["status"] == "notStarted"
    await graph.advance(2)
    assert (await graph.get(path)).body["status"] == "running"
    # The number is still shown as free while the order is being carried out.
    assert (await graph.number(PARIS))["assignmentStatus"] == "unassigned"
    await graph.advance(3)
    done = (await graph.get(path)).body
    assert (done["status"], done["numbers"][0]["status"]) == ("succeeded", "succeeded")
    pending = await graph.number(PARIS)
    assert (pending["assignmentTargetId"], pending["activationState"]) == (
        person_id("ana"),
        "assignmentPending",
    )
    await graph.advance(5)
    assert (await graph.number(PARIS))["activationState"] == "activated"
    profile = (await graph.get(f"/admin/teams/userConfigurations/{person_id('ana')}")).body
    assert profile["telephoneNumbers"] == [{"telephoneNumber": PARIS, "assignmentCategory": "primary"}]
    assert [one["applied"] for one in await graph.log(path="assignNumber")] == [True]


async def test_operations_can_be_addressed_both_ways_and_qualified(graph: GraphSandbox) -> None:
    wish = {
        "telephoneNumber": PARIS.removeprefix("+"),
        "assignmentTargetId": person_id("ana"),
        "numberType": "callingPlan",
    }
    accepted = await graph.post(f"{NUMBERS}/microsoft.graph.teamsAdministration.assignNumber", wish)
    key = accepted.headers["Location"].split("'")[1]
    found = await graph.get(f"/admin/teams/telephoneNumberManagement/operations/{key}")
    assert found.body["id"] == key
    assert (await graph.finished(accepted))["status"] == "succeeded"


FAILURES = [
    ("+33199001099", "ana", {}, f"Telephone Number '+33199001099' is not found from tenant '{tenant_id()}'"),
    (
        PARIS,
        "dora",
        {},
        f"User '{person_id('dora')}' lacks appropriate licenses to assign a 'CallingPlan' number",
    ),
    (
        PARIS,
        "sam",
        {},
        f"User '{person_id('sam')}' lacks appropriate licenses to assign a 'CallingPlan' number",
    ),
    ("+33199001010", "ana", {}, "Telephone Number '+33199001010' has already been assigned to another user"),
    (PARIS, "kai", {}, f"User '{person_id('kai')}' is not found from tenant '{tenant_id()}'"),
    (PARIS, "frank", {}, f"Telephone Number '{PARIS}' is not of the usage location"),
    (PARIS, "marc", {}, f"User '{person_id('marc')}' already has a telephone number assigned"),
    (PARIS, "ana", {"locationId": location_id("redmond")}, "is not valid for Telephone Number"),
]


@pytest.mark.parametrize(("number", "key", "more", "text"), FAILURES)
async def test_orders_that_fail(
    graph: GraphSandbox, number: str, key: str, more: dict[str, str], text: str
) -> None:
    accepted = await graph.order(number, key, **more)
    assert accepted.status == 202
    operation = await graph.finished(accepted)
    assert (operation["status"], operation["numbers"][0]["status"]) == ("failed", "failed")
    assert text in operation["numbers"][0]["statusDetail"]
    assert [one["applied"] for one in await graph.log(path="assignNumber")] == [False]


async def test_american_numbers_need_a_location(graph: GraphSandbox) -> None:
    await graph.control("PATCH", "people/ben", {"licences": ["ENTERPRISEPACK", "MCOEV", "MCOPSTN1"]})
    without = await graph.finished(await graph.order("+14255550101", "ben"))
    assert "without an emergency location" in without["numbers"][0]["statusDetail"]
    with_one = await graph.order("+14255550101", "ben", locationId=location_id("redmond"))
    assert (await graph.finished(with_one))["status"] == "succeeded"
    assert (await graph.number("+14255550101"))["locationId"] == location_id("redmond")


async def test_own_pstn_people_get_a_direct_routing_number(graph: GraphSandbox) -> None:
    accepted = await graph.order("+493023125101", "dieter", numberType="directRouting")
    assert (await graph.finished(accepted))["status"] == "succeeded"
    wrong_type = await graph.finished(await graph.order("+861066601001", "fang"))
    assert "is not found" in wrong_type["numbers"][0]["statusDetail"]


async def test_of_two_orders_for_one_number_the_first_wins(graph: GraphSandbox) -> None:
    await graph.control("PATCH", "people/zoe", {"licences": ["ENTERPRISEPACK", "MCOEV", "MCOPSTN1"]})
    first = await graph.order(PARIS, "ana")
    second = await graph.order(PARIS, "zoe")
    assert (await graph.finished(first))["status"] == "succeeded"
    assert (await graph.finished(second))["status"] == "failed"


async def test_a_number_taken_behind_our_back(graph: GraphSandbox) -> None:
    accepted = await graph.order(PARIS, "ana")
    await graph.control("PATCH", f"numbers/{PARIS}", {"assignmentTargetId": "louis"})
    assert (await graph.finished(accepted))["status"] == "failed"


async def test_unassigning(graph: GraphSandbox) -> None:
    body = {"telephoneNumber": "+33199001010", "numberType": "callingPlan"}
    accepted = await graph.post(f"{NUMBERS}/unassignNumber", body)
    assert (await graph.finished(accepted))["status"] == "succeeded"
    assert (await graph.person("marc"))["numbers"] == []


async def test_updating_keeps_null_and_clears_empty(graph: GraphSandbox) -> None:
    for location, expected in ((None, location_id("paris")), ("", None)):
        body = {"telephoneNumber": PARIS, "locationId": location}
        answer = await graph.post(f"{NUMBERS}/updateNumber", body)
        assert (answer.status, answer.body) == (200, None)
        assert (await graph.number(PARIS))["locationId"] == expected


@pytest.mark.parametrize(
    "body",
    [
        {"telephoneNumber": PARIS, "assignmentTargetId": "x"},
        {"telephoneNumber": PARIS, "assignmentTargetId": "x", "numberType": "CallingPlan"},
        {"telephoneNumber": PARIS, "assignmentTargetId": "x", "numberType": "callingPlan", "surprise": 1},
        {"telephoneNumber": "Paris", "assignmentTargetId": "x", "numberType": "callingPlan"},
        {"telephoneNumber": PARIS, "assignmentTargetId": 7, "numberType": "callingPlan"},
    ],
)
async def test_orders_that_are_not_taken(graph: GraphSandbox, body: Any) -> None:
    assert (await graph.post(f"{NUMBERS}/assignNumber", body)).status == 400
    assert await graph.log(path="assignNumber", applied="true") == []


@pytest.mark.parametrize(
    "query",
    [
        "$top=1001",
        "$top=0",
        "$skip=-1",
        "$filter=city eq 'Paris'",
        "$filter=assignmentStatus eq 'Unassigned'",
        "$filter=assignmentStatus eq",
        "$select=id",
        "$count=true",
        "top=5",
    ],
)
async def test_queries_the_service_does_not_know(graph: GraphSandbox, query: str) -> None:
    assert (await graph.get(f"{NUMBERS}?{query}")).status == 400


async def test_pages_by_skip(graph: GraphSandbox) -> None:
    first = await graph.get(f"{NUMBERS}?$filter={FREE}&$top=6")
    second = await graph.get(first.body["@odata.nextLink"].removeprefix(f"{graph.server.url}/v1.0"))
    seen = [one["telephoneNumber"] for one in (*first.value, *second.value)]
    assert len(first.value) == 6
    assert "@odata.nextLink" not in second.body
    assert len(seen) == len(set(seen)) == 10


async def test_one_number_by_its_opaque_id(graph: GraphSandbox) -> None:
    (found,) = await listed(graph, "telephoneNumber eq '%2B14255550142'")
    assert (await graph.get(f"{NUMBERS}/{found['id']}")).body["assignmentTargetId"] == person_id("frank")
    assert (await graph.get(f"{NUMBERS}/nothing")).status == 404


async def test_teams_does_not_know_new_or_teamless_people(graph: GraphSandbox) -> None:
    home = "/admin/teams/userConfigurations"
    for key in ("kai", "petra", "elif"):
        assert (await graph.get(f"{home}/{person_id(key)}")).status == 404
    await graph.advance(4 * 3600)
    assert (await graph.get(f"{home}/{person_id('kai')}")).status == 200
