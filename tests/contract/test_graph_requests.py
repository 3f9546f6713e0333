"""Every request the service sends to Graph is one Microsoft's own description allows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime

import pytest

from bot.domain.errors import LeaseLost
from bot.domain.numbers import NumberType
from bot.domain.planning import Needs
from bot.domain.plans import LicenceAdd
from bot.graph import Graph
from tests.support.graph_server import GraphServer, Recorded, Reply, StaticTokens, graph_server
from tests.support.openapi import GraphContract, graph_contract, version_of

USER = "9e4b1f6a-0c1d-4c62-8d2f-6a1b5d3c2e10"
GROUP = "11111111-aaaa-4bbb-8ccc-0123456789ab"
SKU = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
PLAN = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7"
PAGE_OF_CALLS = (
    "/communications/callRecords/getPstnCalls"
    "(fromDateTime=2026-08-01T00:00:00Z,toDateTime=2026-10-01T00:00:00Z)?$skip=1000"
)
ACCEPTED = {"Location": "https://graph.microsoft.com/v1.0/admin/teams/x/operations('QXNzaWdubWVudHwx')"}


def passed() -> None:
    """A fence that is open."""


WRITE = {"fence": passed, "client_request_id": "5b0b0a3e-0000-4000-8000-000000000001"}


@pytest.fixture(scope="module")
def contract() -> GraphContract:
    return graph_contract()


@pytest.fixture
async def server() -> AsyncIterator[GraphServer]:
    async with graph_server() as running:
        running.script = _plausible
        yield running


def _plausible(recorded: Recorded) -> Reply | None:
    """Just enough of an answer for the caller to carry on."""
    path = recorded.url.split("?")[0].removeprefix("/v1.0")
    person = {"id": USER, "userPrincipalName": "ana@contoso.example", "accountEnabled": True}
    if path == "/$batch":
        return Reply(
            body={
                "responses": [
                    {"id": each["id"], "status": 200, "body": {**person, "value": []}}
                    for each in reversed(recorded.body["requests"])
                ]
            }
        )
    if path.endswith(("assignNumber", "unassignNumber")):
        return Reply(202, headers=ACCEPTED)
    if path == "/appCatalogs/teamsApps":
        return Reply(body={"value": [{"id": "catalogue-app"}]})
    if path == "/organization":
        return Reply(body={"value": [{"id": USER, "displayName": "Contoso"}]})
    collections = (
        "/transitiveMembers/microsoft.graph.user", "/numberAssignments", "/installedApps", "/directReports",
    )  # fmt: skip
    if (
        recorded.method == "GET"
        and path.startswith(("/users/", "/admin/"))
        and not path.endswith(collections)
    ):
        return Reply(body=person)
    return None


CALLS: dict[str, Callable[[Graph], Awaitable[object]]] = {
    "person": lambda g: g.person(USER),
    "person by name": lambda g: g.person("o'hara+desk@contoso.example"),
    "guest by name": lambda g: g.person("ben_fabrikam.example#EXT#@contoso.example"),
    "people called": lambda g: g.people_called(["ana@contoso.example", "o'hara+1@contoso.example"]),
    "licensed": lambda g: g.people_with([SKU]),
    "search": lambda g: g.search_people("O'Hara + Sons", limit=5),
    "manager": lambda g: g.manager(USER),
    "reports": lambda g: g.has_reports(USER),
    "group members": lambda g: g.group_members(GROUP),
    "group name": lambda g: g.group_name(GROUP),
    "groups of": lambda g: g.groups_of(USER, [GROUP]),
    "holdings": lambda g: g.holdings(USER),
    "holdings with carrier": lambda g: g.holdings(USER, own_pstn_group=GROUP),
    "skus": lambda g: g.skus(),
    "free numbers": lambda g: g.free_numbers("FR"),
    "free numbers of a kind": lambda g: g.free_numbers("FR", NumberType.CALLING_PLAN, "Paris"),
    "stock": lambda g: g.stock(Needs(numbers_of="FR", service_numbers_of="FR", acquired=True)),
    "stock of a kind": lambda g: g.stock(Needs(numbers_of="DE", number_type=NumberType.DIRECT_ROUTING)),
    "numbers": lambda g: g.numbers(),
    "number": lambda g: g.number("+33155550100"),
    "numbers of": lambda g: g.numbers_of(USER),
    "accounts": lambda g: g.accounts([USER] * 40),
    "numbers about": lambda g: g.numbers_about(["+33155550100"], [USER]),
    "operation": lambda g: g.operation("QXNzaWdubWVudHwx"),
    "automatic replies": lambda g: g.automatic_replies(USER),
    "install app": lambda g: g.install_app(USER, GROUP),
    "catalogue": lambda g: g.catalogue_id(GROUP),
    "app secrets": lambda g: g.app_secrets(GROUP),
    "organisation": lambda g: g.organisation(),
    "calls": lambda g: g.calls(datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)),
    "more calls": lambda g: g.more_calls(f"{g._wire.base_url}{PAGE_OF_CALLS}"),
    "dialled out": lambda g: g.dialled_out(date(2026, 8, 1)),
    "change licences": lambda g: g.change_licences(
        USER,
        [LicenceAdd(sku_id=SKU, part_number="MCOEV", disabled_plans=frozenset({PLAN}))],
        [SKU],
        **WRITE,
    ),
    "change nothing": lambda g: g.change_licences(USER, [], [], **WRITE),
    "usage location": lambda g: g.set_usage_location(USER, "FR", **WRITE),
    "assign": lambda g: g.assign_number(USER, "+33155550100", NumberType.CALLING_PLAN, **WRITE),
    "assign with place": lambda g: g.assign_number(
        USER, "+14255550100", NumberType.OPERATOR_CONNECT, location_id="loc", **WRITE
    ),
    "unassign": lambda g: g.unassign_number("+33155550100", NumberType.DIRECT_ROUTING, **WRITE),
    "update": lambda g: g.update_number("+33155550100", location_id="", **WRITE),
}


@pytest.mark.parametrize("name", CALLS)
async def test_request_fits_the_published_description(name: str, server: GraphServer) -> None:
    async with Graph(server.base_url, StaticTokens()) as graph:
        await CALLS[name](graph)
    assert server.requests
    for each in server.requests:
        graph_contract(version_of(each.url)).check(each.method, each.url, each.body)


def test_every_question_and_write_is_covered() -> None:
    public = {name for name in vars(Graph) if not name.startswith("_")} - {"aclose", "granted_roles"}
    used = {name for call in CALLS.values() for name in call.__code__.co_names}
    assert public <= used


def test_both_licence_keys_are_always_there(contract: GraphContract) -> None:
    with pytest.raises(AssertionError, match="removeLicenses"):
        contract.check("POST", f"/users/{USER}/assignLicense", {"addLicenses": []})


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "/beta/users", None),
        ("GET", f"/users/{USER}/phoneNumbers", None),
        ("DELETE", f"/users/{USER}", None),
        ("GET", f"/users/{USER}?$filter=displayName eq 'x'", None),
        ("GET", f"/users/{USER}?$select=displayName,licences", None),
        ("GET", "/users?$top=many", None),
        ("GET", "/users?$filter=startswith(name,'x')", None),
        ("GET", "/users?$filter=startswith(displayName,'O'Hara')", None),
        ("POST", f"/users/{USER}/reprocessLicenseAssignment", {"x": 1}),
        ("PATCH", f"/users/{USER}", {"usage_location": "FR"}),
        ("PATCH", f"/users/{USER}", {"usageLocation": 33}),
        ("POST", f"/users/{USER}/assignLicense", {"addLicenses": [{"skuId": "E5"}], "removeLicenses": []}),
        (
            "POST",
            "/admin/teams/telephoneNumberManagement/numberAssignments/assignNumber",
            {"telephoneNumber": "+1", "assignmentTargetId": USER, "numberType": "CallingPlan"},
        ),
        ("POST", "/$batch", {"requests": [{"id": "1", "method": "GET", "url": "/me/nonsense/x"}]}),
        ("POST", "/$batch", {"requests": [{"id": "1", "method": "GET", "url": "/users"}] * 2}),
        (
            "POST",
            "/$batch",
            {"requests": [{"id": str(i), "method": "GET", "url": "/users"} for i in range(21)]},
        ),
    ],
)
def test_judge_refuses_what_graph_would(contract: GraphContract, method: str, url: str, body: object) -> None:
    with pytest.raises(AssertionError):
        contract.check(method, url, body)


@pytest.mark.parametrize(
    "url",
    [
        "https://graph.microsoft.com/v1.0/users/delta?$deltatoken=abc",
        "/admin/teams/telephoneNumberManagement/operations('QXNzaWdubWVudHwx')",
        "/communications/callRecords/getPstnCalls(fromDateTime=2026-08-01,toDateTime=2026-10-01)",
        "/communications/callRecords/microsoft.graph.callRecords.getPstnCalls"
        "(fromDateTime=2026-08-01T00:00:00Z,toDateTime=2026-10-01T00:00:00Z)",
        "/groups/g/transitiveMembers/microsoft.graph.user?$count=true&$top=999",
    ],
)
def test_judge_knows_functions_casts_and_links(contract: GraphContract, url: str) -> None:
    contract.check("GET", url)


async def test_numbers_keep_their_plus_and_names_their_apostrophe(server: GraphServer) -> None:
    async with Graph(server.base_url, StaticTokens()) as graph:
        await graph.number("+33155550100")
        assert "%27%2B33155550100%27" in server.last.url
        await graph.search_people("O'Hara")
        assert "O%27%27Hara" in server.last.url
        await graph.person("a+b#c@contoso.example")
        assert server.last.url.split("?")[0] == "/v1.0/users/a%2Bb%23c@contoso.example"


async def test_a_lost_lease_sends_nothing(server: GraphServer) -> None:
    def lost() -> None:
        raise LeaseLost

    async with Graph(server.base_url, StaticTokens()) as graph:
        with pytest.raises(LeaseLost):
            await graph.change_licences(USER, [], [SKU], fence=lost, client_request_id="x")
        assert server.requests == []
        await graph.change_licences(USER, [], [SKU], **WRITE)
    assert len(server.requests) == 1
