"""The simulated tenant's people, groups, mailboxes, calls and apps, and what it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.identity import CONNECTOR_AUDIENCE, GRAPH_AUDIENCE
from bot.sandbox.seed import group_id, manifest_id, person_id
from tests.support.graph_sandbox import GraphSandbox, graph_sandbox

VOICE_ADMINS = f"/groups/{group_id('Voice Admins')}"


@pytest.fixture
async def graph() -> AsyncIterator[GraphSandbox]:
    async with graph_sandbox() as running:
        yield running


async def test_users_by_id_or_name_show_only_the_default_properties(graph: GraphSandbox) -> None:
    by_name = await graph.get("/users/Ana@Contoso.com")
    by_id = await graph.get(f"/users/{person_id('ana')}")
    assert by_name.body == by_id.body
    assert "usageLocation" not in by_id.body
    chosen = await graph.get("/users/ana@contoso.com?$select=usageLocation")
    assert set(chosen.body) == {"@odata.context", "usageLocation"}


async def test_answers_carry_graphs_headers(graph: GraphSandbox) -> None:
    answer = await graph.get("/users/ana@contoso.com", client_request_id="abc")
    assert answer.headers["client-request-id"] == "abc"
    assert answer.headers["Content-Type"].startswith("application/json;odata.metadata=minimal")
    assert answer.headers["OData-Version"] == "4.0"
    assert answer.headers["x-ms-resource-unit"] == "1"


async def test_lists_are_paged_with_a_link_to_follow(graph: GraphSandbox) -> None:
    seen, path = [], "/users?$top=20&$select=userPrincipalName"
    while path:
        page = await graph.get(path)
        seen += [one["userPrincipalName"] for one in page.value]
        path = page.body.get("@odata.nextLink", "").removeprefix(f"{graph.server.url}/v1.0")
    assert len(seen) == len(set(seen)) == 37


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("startswith(displayName,'Zo')", ["zoe"]),
        ("startswith(displayName,'tom o''n')", ["tom"]),
        ("usageLocation eq 'CN' and department eq 'Finance'", ["lin"]),
        ("accountEnabled eq false", ["walter", "camille"]),
        ("userPrincipalName in ('ana@contoso.com','ben@contoso.com')", ["ben", "ana"]),
        ("assignedLicenses/any(x:x/skuId eq dcf0408c-aaec-446c-afd4-43e3683943ea)", ["petra"]),
    ],
)
async def test_filters(graph: GraphSandbox, condition: str, expected: list[str]) -> None:
    found = await graph.get(f"/users?$select=id&$filter={condition}")
    assert [one["id"] for one in found.value] == [person_id(key) for key in expected]


async def test_advanced_queries_need_the_header(graph: GraphSandbox) -> None:
    search = '/users?$search="displayName:陈伟"'
    refused = await graph.get(search)
    assert (refused.status, refused.code) == (400, "Request_UnsupportedQuery")
    found = await graph.get(search, ConsistencyLevel="eventual")
    assert [one["userPrincipalName"] for one in found.value] == ["chen@contoso.com"]
    unequal = "/users?$count=true&$filter=usageLocation ne 'US'"
    assert (await graph.get(unequal)).status == 400
    assert (await graph.get(unequal, ConsistencyLevel="eventual")).body["@odata.count"] == 23


@pytest.mark.parametrize(
    "path",
    [
        "/users?$skip=3",
        "/users?$select=shoeSize",
        "/users?$filter=shoeSize eq '42'",
        "/users?$filter=displayName eq",
        "/users?$filter=contains(displayName,'a')",
        "/users?$top=1000",
        "/users?color=blue",
        "/subscribedSkus?$filter=skuPartNumber eq 'MCOEV'",
        "/users/ana@contoso.com/presence",
        "/admin/teams/phones",
        "/me",
    ],
)
async def test_what_graph_does_not_understand(graph: GraphSandbox, path: str) -> None:
    assert (await graph.get(path)).status == 400


async def test_other_versions_and_methods(graph: GraphSandbox) -> None:
    async with graph.http.get(f"{graph.server.url}/beta/users", headers=graph.headers) as response:
        assert response.status == 400
    assert (await graph.ask("DELETE", "/subscribedSkus")).status == 405
    assert (await graph.ask("POST", "/users/ana@contoso.com/manager", {})).status == 405


async def test_bodies_need_their_type(graph: GraphSandbox) -> None:
    url = f"{graph.server.url}/v1.0/users/{person_id('ana')}/checkMemberGroups"
    for kind, status in (("text/plain", 415), ("application/json", 400)):
        headers = graph.headers | {"Content-Type": kind}
        async with graph.http.post(url, data=b"{not json", headers=headers) as response:
            assert response.status == status


async def test_managers_and_reports(graph: GraphSandbox) -> None:
    manager = await graph.get(f"/users/{person_id('dora')}/manager?$select=displayName")
    assert manager.body["displayName"] == "Marc Dubois"
    expanded = await graph.get(f"/users/{person_id('dora')}?$select=id&$expand=manager($select=id)")
    assert expanded.body["manager"]["id"] == person_id("marc")
    nobody = await graph.get(f"/users/{person_id('grace')}/manager")
    assert (nobody.status, nobody.code) == (404, "Request_ResourceNotFound")
    assert nobody.message.startswith("Resource 'manager' does not exist")
    reports = await graph.get(f"/users/{person_id('marc')}/directReports?$select=id")
    assert {one["id"] for one in reports.value} == {person_id(key) for key in ("ana", "dora", "jules")}
    await graph.control("PATCH", "people/dora", {"manager": None})
    assert (await graph.get(f"/users/{person_id('dora')}/manager")).status == 404


async def test_groups_direct_and_nested(graph: GraphSandbox) -> None:
    direct = await graph.get(f"{VOICE_ADMINS}/members?$select=displayName")
    assert {one["@odata.type"] for one in direct.value} == {
        "#microsoft.graph.user",
        "#microsoft.graph.group",
    }
    for cast in ("microsoft.graph.user", "graph.user"):
        deep = await graph.get(f"{VOICE_ADMINS}/transitiveMembers/{cast}?$select=id")
        assert {one["id"] for one in deep.value} == {
            person_id(key) for key in ("priya", "tom", "walter", "yann")
        }


async def test_membership_checks_are_transitive(graph: GraphSandbox) -> None:
    asked = {"groupIds": [group_id("Voice Admins"), group_id("Finance")]}
    path = f"/users/{person_id('yann')}/checkMemberGroups"
    assert (await graph.post(path, asked)).value == [group_id("Voice Admins")]
    await graph.control("DELETE", "groups/Voice Admins EMEA/members/yann")
    assert (await graph.post(path, asked)).value == []
    assert (await graph.post(path, {"groupIds": ["x"] * 21})).status == 400
    assert (await graph.post(path, {})).status == 400


async def test_automatic_replies(graph: GraphSandbox) -> None:
    away = await graph.get(f"/users/{person_id('karin')}/mailboxSettings")
    assert away.body["automaticRepliesSetting"]["status"] == "scheduled"
    here = await graph.get(f"/users/{person_id('ana')}/mailboxSettings")
    assert here.body["automaticRepliesSetting"]["status"] == "disabled"
    none = await graph.get(f"/users/{person_id('elif')}/mailboxSettings")
    assert (none.status, none.code) == (404, "MailboxNotEnabledForRESTAPI")


def calls(function: str, days: float) -> str:
    until = datetime.now(UTC)
    since = until - timedelta(days=days)
    span = f"fromDateTime={since:%Y-%m-%d},toDateTime={until:%Y-%m-%dT%H:%M:%SZ}"
    return f"/communications/callRecords/{function}({span})"


async def test_call_records_come_by_the_thousand(graph: GraphSandbox) -> None:
    first = await graph.get(calls("microsoft.graph.callRecords.getPstnCalls", 89))
    assert len(first.value) == 1000 < first.body["@odata.count"]
    seen, page = {row["id"] for row in first.value}, first
    while "@odata.nextLink" in page.body:
        page = await graph.get(page.body["@odata.nextLink"].removeprefix(f"{graph.server.url}/v1.0"))
        seen |= {row["id"] for row in page.value}
    assert len(seen) == first.body["@odata.count"]
    assert any(row["charge"] == 0 for row in first.value)
    direct = await graph.get(calls("getDirectRoutingCalls", 10))
    assert {row["userId"] for row in direct.value} == {person_id("karin"), person_id("mei")}
    assert (await graph.get(calls("getPstnCalls", 92))).message == "The date range cannot exceed 90 days."


async def test_installing_the_app_once(graph: GraphSandbox) -> None:
    catalogue = await graph.get(f"/appCatalogs/teamsApps?$filter=externalId eq '{manifest_id()}'")
    app_id = catalogue.value[0]["id"]
    home = f"/users/{person_id('dora')}/teamwork/installedApps"
    bind = {"teamsApp@odata.bind": f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{app_id}"}
    condition = f"$expand=teamsApp&$filter=teamsApp/externalId eq '{manifest_id()}'"
    assert (await graph.get(f"{home}?{condition}")).value == []
    done = await graph.post(home, bind)
    assert (done.status, done.body) == (201, None)
    assert (await graph.post(home, bind)).status == 409
    (installed,) = (await graph.get(f"{home}?{condition}")).value
    chat = await graph.get(f"{home}/{installed['id']}/chat")
    assert chat.body["chatType"] == "oneOnOne"


async def test_tokens(graph: GraphSandbox) -> None:
    identity = graph.server.identity
    texts = {
        "": "Access token is empty.",
        identity.app_token(GRAPH_AUDIENCE, life=-10): "Access token has expired or is not yet valid.",
        identity.app_token(CONNECTOR_AUDIENCE): "Access token validation failure. Invalid audience.",
    }
    for token, text in texts.items():
        graph.headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await graph.get("/users")
        assert (answer.status, answer.code, answer.message) == (401, "InvalidAuthenticationToken", text)


async def test_permissions(graph: GraphSandbox) -> None:
    await graph.roles("TeamsTelephoneNumber.Read.All")
    directory = await graph.get("/users")
    assert (directory.status, directory.code) == (403, "Authorization_RequestDenied")
    teams = await graph.post("/admin/teams/telephoneNumberManagement/numberAssignments/updateNumber", {})
    assert (teams.status, teams.code) == (403, "forbidden")
    assert "TeamsTelephoneNumber.ReadWrite.All." in teams.message
    assert (await graph.get("/admin/teams/telephoneNumberManagement/numberAssignments")).status == 200


async def test_reset_puts_the_tenant_back(graph: GraphSandbox) -> None:
    before = await graph.control("GET", "state/people")
    await graph.control("DELETE", "people/ana")
    await graph.control("POST", "people", {"displayName": "Test Person", "licences": ["ENTERPRISEPACK"]})
    await graph.control("POST", "reset")
    after = await graph.control("GET", "state/people")
    assert [one["id"] for one in after["value"]] == [one["id"] for one in before["value"]]
    assert (await graph.sku("ENTERPRISEPACK"))["consumed"] == 480
