"""The simulated tenant's licences: rules, atomicity, seats, and reads that lag behind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.seed import group_id, person_id
from tests.support.graph_sandbox import CREDITS, DOMESTIC, E3, E5, PHONE, GraphSandbox, graph_sandbox

FIXTURE = {
    "ENTERPRISEPACK": (500, 480),
    "ENTERPRISEPREMIUM": (200, 200),
    "MCOEV": (60, 57),
    "MCOPSTN1": (50, 49),
    "MCOPSTN_5": (10, 2),
    "MCOMEETADV": (40, 12),
    "MCOPSTNC": (10_000_000, 31),
    "PHONESYSTEM_VIRTUALUSER": (30, 5),
}
DORA = f"/users/{person_id('dora')}"


@pytest.fixture
async def graph() -> AsyncIterator[GraphSandbox]:
    async with graph_sandbox() as running:
        yield running


async def licences_shown(graph: GraphSandbox, key: str) -> set[str]:
    found = await graph.get(f"/users/{person_id(key)}?$select=assignedLicenses")
    return {one["skuId"] for one in found.body["assignedLicenses"]}


async def test_seats_are_those_of_the_fixture(graph: GraphSandbox) -> None:
    found = {one["skuPartNumber"]: one for one in (await graph.get("/subscribedSkus")).value}
    for part_number, (enabled, consumed) in FIXTURE.items():
        sku = found[part_number]
        assert (sku["prepaidUnits"]["enabled"], sku["consumedUnits"]) == (enabled, consumed)


async def test_the_answer_is_fresh_and_later_reads_lag(graph: GraphSandbox) -> None:
    answer = await graph.assign("dora", PHONE, DOMESTIC)
    assert answer.status == 200
    assert {one["skuId"] for one in answer.body["assignedLicenses"]} == {E3, PHONE, DOMESTIC}
    assert await licences_shown(graph, "dora") == {E3}
    assert [one["skuId"] for one in (await graph.get(f"{DORA}/licenseDetails")).value] == [E3]
    await graph.advance(5)
    assert await licences_shown(graph, "dora") == {E3, PHONE, DOMESTIC}
    assert len((await graph.get(f"{DORA}/licenseDetails")).value) == 3


async def test_teams_follows_much_later(graph: GraphSandbox) -> None:
    path = f"/admin/teams/userConfigurations/{person_id('dora')}"
    await graph.assign("dora", PHONE, DOMESTIC)
    await graph.advance(600)
    early = (await graph.get(path)).body
    assert (early["featureTypes"], early["isEnterpriseVoiceEnabled"]) == (["Teams"], False)
    await graph.advance(601)
    late = (await graph.get(path)).body
    assert (late["featureTypes"], late["isEnterpriseVoiceEnabled"]) == (
        ["Teams", "PhoneSystem", "CallingPlan"],
        True,
    )


async def test_delays_can_be_set(graph: GraphSandbox) -> None:
    await graph.control("PUT", "delays", {"directory_read": 0, "teams_voice": 0})
    await graph.assign("dora", PHONE)
    assert PHONE in await licences_shown(graph, "dora")


async def test_seats_move_with_each_assignment(graph: GraphSandbox) -> None:
    await graph.assign("dora", PHONE)
    assert (await graph.sku("MCOEV"))["consumed"] == 58
    await graph.assign("dora", PHONE)
    assert (await graph.sku("MCOEV"))["consumed"] == 58
    await graph.assign("dora", remove=(PHONE,))
    assert (await graph.sku("MCOEV"))["consumed"] == 57


async def test_the_last_seat_is_given_once(graph: GraphSandbox) -> None:
    first = await graph.assign("dora", PHONE, DOMESTIC)
    second = await graph.assign("ben", PHONE, DOMESTIC)
    assert (first.status, second.status) == (200, 400)
    assert second.message == f"Subscription with SKU {DOMESTIC} does not have any available licenses."
    assert [one["skuId"] for one in (await graph.person("ben"))["licences"]] == [E3]
    assert (await graph.sku("MCOEV"))["consumed"] == 58


REFUSALS = [
    ("nora", [CREDITS], (), "License assignment cannot be done for user with invalid usage location."),
    ("dora", [E5], (), f"Subscription with SKU {E5} does not have any available licenses."),
    (
        "dora",
        ["d3b4fe1f-9992-4930-8acb-ca6ec609365e"],
        (),
        "License d3b4fe1f-9992-4930-8acb-ca6ec609365e does not correspond to a valid company License.",
    ),
    (
        "petra",
        [PHONE],
        (),
        "License assignment failed because service plan 4828c8ec-dc2e-4779-b502-87ac9ce28ab7 "
        "depends on the service plan(s) 57ff2da0-773e-42df-b2af-ffb7a2317929",
    ),
    (
        "dora",
        [DOMESTIC],
        (),
        "License assignment failed because service plan 4ed3ff63-69d7-4fb7-b984-5aec7f605ca8 "
        "depends on the service plan(s) 4828c8ec-dc2e-4779-b502-87ac9ce28ab7",
    ),
    (
        "frank",
        [],
        (PHONE,),
        "License assignment failed because service plan 4ed3ff63-69d7-4fb7-b984-5aec7f605ca8 "
        "depends on the service plan(s) 4828c8ec-dc2e-4779-b502-87ac9ce28ab7",
    ),
    (
        "marc",
        ["11dee6af-eca8-419f-8061-6864517c1875"],
        (),
        "License assignment failed because service plans 4ed3ff63-69d7-4fb7-b984-5aec7f605ca8, "
        "54a152dc-90de-4996-93d2-bc47e670fc06 are mutually exclusive.",
    ),
    ("dora", [], (PHONE,), "User does not have a corresponding license."),
    (
        "rosa",
        [],
        ("0c266dff-15dd-4b49-8397-2bb16070ed52",),
        "User license is inherited from a group membership and it cannot be removed directly from the user.",
    ),
]


@pytest.mark.parametrize(("key", "add", "remove", "text"), REFUSALS)
async def test_refusals_change_nothing(
    graph: GraphSandbox, key: str, add: list[str], remove: tuple[str, ...], text: str
) -> None:
    before = await graph.person(key), (await graph.control("GET", "state/skus"))
    answer = await graph.assign(key, *add, remove=remove)
    assert (answer.status, answer.code, answer.message) == (400, "Request_BadRequest", text)
    assert (await graph.person(key), await graph.control("GET", "state/skus")) == before
    assert [one["applied"] for one in await graph.log(path="assignLicense")] == [False]


async def test_one_bad_removal_undoes_the_additions(graph: GraphSandbox) -> None:
    answer = await graph.assign("dora", PHONE, remove=(DOMESTIC,))
    assert answer.status == 400
    assert [one["skuId"] for one in (await graph.person("dora"))["licences"]] == [E3]


@pytest.mark.parametrize(
    ("body", "fragment"),
    [
        ({"addLicenses": []}, "The missing parameters are: removeLicenses."),
        ({"removeLicenses": []}, "The missing parameters are: addLicenses."),
        ({"addLicenses": [], "removeLicenses": [], "more": 1}, "'more'"),
        ({"addLicenses": [{"skuId": "MCOEV"}], "removeLicenses": []}, "Edm.Guid"),
    ],
)
async def test_malformed_changes(graph: GraphSandbox, body: object, fragment: str) -> None:
    answer = await graph.post(f"{DORA}/assignLicense", body)
    assert answer.status == 400
    assert fragment in answer.message


async def test_a_swap_in_one_call_keeps_the_number(graph: GraphSandbox) -> None:
    await graph.control("PATCH", "skus/ENTERPRISEPREMIUM", {"enabled": 201})
    answer = await graph.assign("frank", E5, remove=(E3, PHONE))
    assert answer.status == 200
    assert (await graph.person("frank"))["numbers"] == ["+14255550142"]


async def test_losing_the_plan_loses_the_number(graph: GraphSandbox) -> None:
    await graph.assign("frank", remove=(DOMESTIC,))
    assert (await graph.person("frank"))["numbers"] == []
    assert (await graph.number("+14255550142"))["assignmentStatus"] == "unassigned"


async def test_a_switched_off_plan_is_not_a_licence(graph: GraphSandbox) -> None:
    sam = (await graph.get(f"/users/{person_id('sam')}?$select=assignedPlans")).body
    plans = {one["servicePlanId"]: one["capabilityStatus"] for one in sam["assignedPlans"]}
    assert plans["4828c8ec-dc2e-4779-b502-87ac9ce28ab7"] == "Deleted"
    answer = await graph.post(
        f"/users/{person_id('sam')}/assignLicense",
        {"addLicenses": [{"skuId": E5, "disabledPlans": []}], "removeLicenses": []},
    )
    assert answer.status == 200
    assert (await graph.sku("ENTERPRISEPREMIUM"))["consumed"] == 200


async def test_group_licences_are_inherited_and_show_their_errors(graph: GraphSandbox) -> None:
    await graph.control("PATCH", "skus/MCOMEETADV", {"enabled": 12})
    await graph.control("POST", "groups/Meeting organisers/members", {"id": "ben"})
    await graph.advance(5)
    found = await graph.get(f"/users/{person_id('ben')}?$select=licenseAssignmentStates")
    state = found.body["licenseAssignmentStates"][-1]
    assert (state["assignedByGroup"], state["state"], state["error"]) == (
        group_id("Meeting organisers"),
        "Error",
        "CountViolation",
    )


async def test_group_assignment_is_accepted_and_reaches_the_members(graph: GraphSandbox) -> None:
    body = {"addLicenses": [{"skuId": CREDITS}], "removeLicenses": []}
    answer = await graph.post(f"/groups/{group_id('Voice Admins')}/assignLicense", body)
    assert answer.status == 202
    assert (await graph.sku("MCOPSTNC"))["consumed"] == 35


async def test_two_writes_of_one_parallel_batch_collide(graph: GraphSandbox) -> None:
    def item(key: str, sku: str) -> dict[str, object]:
        return {
            "id": key,
            "method": "POST",
            "url": f"{DORA}/assignLicense",
            "headers": {"Content-Type": "application/json"},
            "body": {"addLicenses": [{"skuId": sku}], "removeLicenses": []},
        }

    answer = await graph.post("/$batch", {"requests": [item("a", PHONE), item("b", CREDITS)]})
    found = {one["id"]: one for one in answer.body["responses"]}
    assert (found["a"]["status"], found["b"]["status"]) == (200, 409)
    assert found["b"]["body"]["error"]["code"] == "Directory_ConcurrencyViolation"


async def test_usage_location(graph: GraphSandbox) -> None:
    nora = f"/users/{person_id('nora')}"
    assert (await graph.ask("PATCH", nora, {"usageLocation": "Spain"})).status == 400
    done = await graph.ask("PATCH", nora, {"usageLocation": "ES"})
    assert (done.status, done.body) == (204, None)
    assert (await graph.assign("nora", CREDITS)).status == 200
