"""Graph's objects become domain values, whatever else Graph puts into them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from bot.domain.errors import Bug, Misconfigured, UpstreamRefused
from bot.domain.numbers import ActivationState, AssignmentStatus, Capability, NumberType
from bot.domain.people import AccountType
from bot.domain.planning import Needs
from bot.graph import Graph, OperationStatus
from tests.support.graph_server import GraphServer, Recorded, Reply, StaticTokens, graph_server

USER = "9e4b1f6a-0c1d-4c62-8d2f-6a1b5d3c2e10"
SKU = "E43B5B99-8dfb-405f-9987-dc307f34bcbd"
PLAN = "4828C8EC-dc2e-4779-b502-87ac9ce28ab7"
GROUP = "11111111-aaaa-4bbb-8ccc-0123456789ab"


def user(**more: Any) -> dict[str, Any]:
    return {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users",
        "id": USER.upper(),
        "userPrincipalName": "ana@contoso.example",
        "displayName": "Ana Silva",
        "accountEnabled": True,
        "newProperty": {"of": "tomorrow"},
        **more,
    }


def number(telephone: str = "+33155550100", **more: Any) -> dict[str, Any]:
    return {
        "telephoneNumber": telephone,
        "numberType": "callingPlan",
        "isoCountryCode": "FR",
        "city": "Paris",
        "assignmentStatus": "unassigned",
        "capabilities": ["userAssignment", "somethingNew"],
        **more,
    }


@pytest.fixture
async def server() -> AsyncIterator[GraphServer]:
    async with graph_server() as running:
        yield running


@pytest.fixture
async def graph(server: GraphServer) -> AsyncIterator[Graph]:
    async with Graph(server.base_url, StaticTokens()) as running:
        yield running


async def test_person(server: GraphServer, graph: Graph) -> None:
    server.will(
        Reply(
            body=user(
                usageLocation="fr",
                userType="Guest",
                preferredLanguage="fr-FR",
                createdDateTime="2026-11-01T08:00:00.1234567Z",
                mail=None,
            )
        )
    )
    person = await graph.person("ana@contoso.example")
    assert (person.id, person.name, person.usage_location) == (USER, "Ana Silva", "FR")
    assert (person.guest, person.enabled, person.mail, person.language) == (True, True, None, "fr-FR")
    assert person.created_at == datetime(2026, 11, 1, 8, 0, 0, 123456, UTC)


@pytest.mark.parametrize(
    ("written", "country"),
    [
        ("es", "ES"),
        ("Spain", "ES"),
        ("Espagne", "ES"),
        ("西班牙", "ES"),
        (" united  states ", "US"),
        ("USA", "US"),
        ("Côte d\u2019Ivoire", "CI"),
        ("EU", None),
        ("Emea", None),
        (None, None),
    ],
)
async def test_where_the_directory_says_somebody_works_is_free_text(
    written: str | None, country: str | None, server: GraphServer, graph: Graph
) -> None:
    server.will(Reply(body=user(country=written)))
    assert (await graph.person(USER)).country == country


@pytest.mark.parametrize("enabled", [False, None])
async def test_not_expressly_enabled_is_disabled(
    enabled: bool | None, server: GraphServer, graph: Graph
) -> None:
    server.will(Reply(body=user(accountEnabled=enabled, usageLocation="", displayName=None)))
    person = await graph.person(USER)
    assert (person.enabled, person.usage_location, person.name) == (False, None, "ana@contoso.example")


async def test_wrapped_objects_are_understood(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(body={"value": user()}))
    assert (await graph.person(USER)).id == USER


async def test_manager_who_is_only_a_contact_does_not_count(server: GraphServer, graph: Graph) -> None:
    server.will(
        Reply(body={"@odata.type": "#microsoft.graph.orgContact", "id": USER}),
        Reply(body=user(**{"@odata.type": "#microsoft.graph.user"})),
    )
    assert await graph.manager(USER) is None
    manager = await graph.manager(USER)
    assert manager is not None
    assert manager.id == USER


async def test_group_members_over_pages_on_the_index(server: GraphServer, graph: Graph) -> None:
    other = GROUP
    server.will(
        Reply(body={"value": [user()], "@odata.nextLink": f"{server.base_url}/groups/g/next"}),
        Reply(body={"value": [user(id=other)]}),
    )
    assert [person.id for person in await graph.group_members(GROUP)] == [USER, other]
    assert [each.headers["consistencylevel"] for each in server.requests] == ["eventual", "eventual"]


async def test_groups_are_asked_for_twenty_at_a_time(server: GraphServer, graph: Graph) -> None:
    wanted = [f"Group-{index}" for index in range(45)]
    server.script = lambda recorded: Reply(
        body={"value": [recorded.body["groupIds"][0].lower(), "somebody-elses"]}
    )
    assert await graph.groups_of(USER, wanted) == {"Group-0", "Group-20", "Group-40"}
    assert [len(each.body["groupIds"]) for each in server.requests] == [20, 20, 5]
    assert await graph.groups_of(USER, []) == frozenset()
    assert len(server.requests) == 3


async def test_search_sorts_and_limits(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(body={"value": [user(displayName="Zoe"), user(displayName="Abe"), user()]}))
    assert [person.name for person in await graph.search_people("x", limit=2)] == ["Abe", "Ana Silva"]


async def test_skus(server: GraphServer, graph: Graph) -> None:
    server.will(
        Reply(
            body={
                "value": [
                    {
                        "skuId": SKU,
                        "skuPartNumber": "MCOEV",
                        "capabilityStatus": "Warning",
                        "consumedUnits": 57,
                        "prepaidUnits": {"enabled": 60, "warning": 5, "suspended": 1, "lockedOut": 0},
                        "servicePlans": [{"servicePlanId": PLAN, "servicePlanName": "MCOEV"}, {}],
                    },
                    {"skuId": "bare", "prepaidUnits": None},
                    {"skuPartNumber": "NAMELESS"},
                ]
            }
        )
    )
    phone, bare = await graph.skus()
    assert (phone.sku_id, phone.part_number, phone.status) == (SKU.lower(), "MCOEV", "Warning")
    assert (phone.enabled, phone.warning, phone.consumed) == (60, 5, 57)
    assert [plan.id for plan in phone.plans] == [PLAN.lower()]
    assert (bare.enabled, bare.plans) == (0, ())


def _holdings_script(items: dict[str, tuple[int, Any]]) -> Any:
    def script(recorded: Recorded) -> Reply:
        responses = []
        for each in recorded.body["requests"]:
            status, body = next(reply for part, reply in items.items() if part in each["url"])
            responses.append({"id": each["id"], "status": status, "body": body})
        return Reply(body={"responses": responses[::-1]})

    return script


LICENSED = user(
    licenseAssignmentStates=[
        {"skuId": SKU, "disabledPlans": [PLAN], "assignedByGroup": None, "state": "Active", "error": "None"},
        {"skuId": SKU, "disabledPlans": [], "assignedByGroup": GROUP.upper(), "state": "Error"},
    ],
    assignedLicenses=[{"skuId": SKU, "disabledPlans": []}, {"skuId": "NEW", "disabledPlans": None}],
    assignedPlans=[
        {"servicePlanId": PLAN, "capabilityStatus": "Enabled"},
        {"servicePlanId": "grace", "capabilityStatus": "Warning"},
        {"servicePlanId": "gone", "capabilityStatus": "Deleted"},
        {"capabilityStatus": "Enabled"},
    ],
)
PROFILE = {
    "id": USER,
    "accountType": "somethingNew",
    "isEnterpriseVoiceEnabled": True,
    "featureTypes": ["Teams", "PhoneSystem", None],
    "telephoneNumbers": [{"telephoneNumber": "tel:+33155550100"}, {"telephoneNumber": None}],
}


async def test_people_of_a_list_come_twenty_a_round_trip(server: GraphServer, graph: Graph) -> None:
    gone = (404, {"error": {"code": "Request_ResourceNotFound", "message": "gone"}})
    server.script = _holdings_script({"stranger": gone, "/users/": (200, user())})
    asked = [*(f"ana{one}@contoso.example" for one in range(24)), "stranger@contoso.example"]
    found = await graph.people_called(asked)
    assert list(found) == asked[:-1]
    assert {person.name for person in found.values()} == {"Ana Silva"}
    assert [len(each.body["requests"]) for each in server.requests] == [20, 5]


async def test_nobody_of_a_list_is_taken_for_unknown_who_could_not_be_asked_for(
    server: GraphServer, graph: Graph
) -> None:
    denied = (403, {"error": {"code": "Authorization_RequestDenied", "message": "no"}})
    server.script = _holdings_script({"/users/": denied})
    with pytest.raises(UpstreamRefused):
        await graph.people_called(["ana@contoso.example"])
    assert await graph.people_called([]) == {}


async def test_holdings_come_in_one_round_trip(server: GraphServer, graph: Graph) -> None:
    held = number(
        assignmentStatus="userAssigned", activationState="activated", assignmentTargetId=USER.upper()
    )
    server.script = _holdings_script(
        {
            "checkMemberGroups": (200, {"value": [GROUP]}),
            "userConfigurations": (200, PROFILE),
            "numberAssignments": (200, {"value": [held]}),
            "/users/": (200, LICENSED),
        }
    )
    holdings = await graph.holdings(USER, own_pstn_group=GROUP)
    assert len(server.requests) == 1
    direct, inherited, new = holdings.licences
    assert (direct.in_force, direct.disabled_plans) == (True, {PLAN.lower()})
    assert (inherited.in_force, inherited.assigned_by_group) == (False, GROUP)
    assert (new.sku_id, new.in_force) == ("new", True)
    assert holdings.enabled_plans == {PLAN.lower(), "grace"}
    assert holdings.voice is not None
    assert (holdings.voice.account_type, holdings.voice.enterprise_voice) == (AccountType.UNKNOWN, True)
    assert holdings.voice.numbers == ("+33155550100",)
    assert holdings.numbers[0].target_id == USER
    assert holdings.own_pstn


@pytest.mark.parametrize(
    ("plans", "has_mailbox"),
    [
        (None, None),
        ([], False),
        ([{"service": "exchange", "capabilityStatus": "Enabled", "servicePlanId": PLAN}], True),
        ([{"service": "exchange", "capabilityStatus": "Deleted", "servicePlanId": PLAN}], False),
        ([{"service": "MicrosoftCommunicationsOnline", "capabilityStatus": "Enabled"}], False),
        # Comes with many products that bring no mailbox.
        (
            [
                {
                    "service": "exchange",
                    "capabilityStatus": "Enabled",
                    "servicePlanId": "113FEB6C-3fe4-4440-bddc-54d774bf0318",
                }
            ],
            False,
        ),
    ],
)
async def test_a_mailbox_is_known_by_its_plan(
    plans: list[dict[str, str]] | None, has_mailbox: bool | None, server: GraphServer, graph: Graph
) -> None:
    server.script = _holdings_script(
        {
            "userConfigurations": (200, PROFILE),
            "numberAssignments": (200, {"value": []}),
            "/users/": (200, user(assignedPlans=plans)),
        }
    )
    assert (await graph.holdings(USER)).has_mailbox is has_mailbox


async def test_how_many_numbers_were_acquired_leaves_out_those_brought_along(
    server: GraphServer, graph: Graph
) -> None:
    service = {"capabilities": ["voiceApplicationAssignment", "conferenceAssignment"]}
    server.will(
        Reply(body={"value": []}),
        Reply(
            body={
                "value": [
                    number("+33155550100"),
                    number("+33155550101", assignmentStatus="userAssigned"),
                    number("+33155550102", portInStatus="completed"),
                    number("+33155550103", **service),
                    number("+33805550104", **service),
                    number("+33805550105", **service, portInStatus="firmOrderCommitmentAccepted"),
                ]
            }
        ),
    )
    acquired = (await graph.stock(Needs(acquired=True))).acquired
    assert (acquired.user, acquired.toll, acquired.toll_free) == (2, 1, 1)


async def test_a_number_tells_where_it_is_kept(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(body={"value": [number(numberSource="onPremises"), number("+33155550101")]}))
    assert [one.on_premises for one in await graph.numbers_of(USER)] == [True, False]


@pytest.mark.parametrize(
    ("kind", "in_group", "own_line"),
    [
        ("directRouting", False, NumberType.DIRECT_ROUTING),
        ("callingPlan", False, None),
        ("callingPlan", True, NumberType.DIRECT_ROUTING),
        ("operatorConnect", False, NumberType.OPERATOR_CONNECT),
        ("operatorConnect", True, NumberType.OPERATOR_CONNECT),
    ],
)
async def test_r06_own_carrier(
    kind: str, in_group: bool, own_line: NumberType | None, server: GraphServer, graph: Graph
) -> None:
    server.script = _holdings_script(
        {
            "checkMemberGroups": (200, {"value": [GROUP] if in_group else []}),
            "userConfigurations": (404, {"error": {"code": "NotFound", "message": "x"}}),
            "numberAssignments": (200, {"value": [number(numberType=kind, isoCountryCode=None)]}),
            "/users/": (200, user()),
        }
    )
    holdings = await graph.holdings(USER, own_pstn_group=GROUP)
    assert (holdings.own_line if holdings.own_pstn else None) is own_line
    assert holdings.voice is None
    assert holdings.numbers[0].country == "FR"


async def test_numbers_survive_what_is_new_or_odd(server: GraphServer, graph: Graph) -> None:
    server.will(
        Reply(
            body={
                "value": [
                    number(activationState="assignmentPending", locationId="loc", city=""),
                    number("33155550101;ext=12", numberType="satellite", assignmentStatus="lent"),
                    number("not a number"),
                    number("+999000000000", isoCountryCode=None),
                    {},
                ]
            }
        )
    )
    first, second = await graph.numbers_of(USER)
    assert first.activation_state is ActivationState.ASSIGNMENT_PENDING
    assert (first.capabilities, first.location_id, first.city) == ({Capability.USER}, "loc", None)
    assert (second.telephone_number, second.number_type) == ("+33155550101", NumberType.UNKNOWN)
    assert (second.assignment_status, second.activation_state) == (AssignmentStatus.UNKNOWN, None)


async def test_number_of_the_tenant_or_not(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(body={"value": [number()]}), Reply(body={"value": []}))
    assert await graph.number("+33155550100") is not None
    assert await graph.number("+33155550199") is None


async def test_free_numbers_of_a_city(server: GraphServer, graph: Graph) -> None:
    stock = [
        number(),
        number("+33155550101"),
        number("+33455550102", city="Lyon"),
        number("+33955550103", city=None),
    ]
    server.script = lambda recorded: Reply(body={"value": stock})
    assert len(await graph.free_numbers("FR")) == 4
    assert [n.city for n in await graph.free_numbers("FR", city="Lyon")] == ["Lyon"]


async def test_unknown_kind_of_number_is_never_written(server: GraphServer, graph: Graph) -> None:
    with pytest.raises(Bug):
        await graph.assign_number(
            USER, "+33155550100", NumberType.UNKNOWN, fence=lambda: None, client_request_id="x"
        )
    assert server.requests == []


@pytest.mark.parametrize(
    "location",
    [
        "https://graph.microsoft.com/v1.0/admin/teams/telephoneNumberManagement/operations('QXNz-_%3D')",
        "https://graph.microsoft.com/v1.0/admin/teams/telephoneNumberManagement/operations/QXNz-_%3D?x=1",
    ],
)
async def test_order_names_its_operation(location: str, server: GraphServer, graph: Graph) -> None:
    server.will(Reply(202, headers={"Location": location}))
    order = await graph.assign_number(
        USER, "+33155550100", NumberType.CALLING_PLAN, fence=lambda: None, client_request_id="x"
    )
    assert order.operation_id == "QXNz-_="


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("notStarted", OperationStatus.RUNNING),
        ("running", OperationStatus.RUNNING),
        ("skipped", OperationStatus.RUNNING),
        ("succeeded", OperationStatus.SUCCEEDED),
    ],
)
async def test_operation(status: str, expected: OperationStatus, server: GraphServer, graph: Graph) -> None:
    server.will(Reply(body={"value": {"id": "op", "status": status, "numbers": [{"status": status}]}}))
    operation = await graph.operation("op")
    assert (operation.status, operation.detail, operation.refusal) == (expected, "", None)


@pytest.mark.parametrize(
    ("setting", "active", "dated"),
    [
        ({"status": "disabled"}, False, False),
        ({"status": "alwaysEnabled"}, True, False),
        ({"status": "scheduled"}, True, True),
        (None, False, False),
    ],
)
async def test_automatic_replies(
    setting: dict[str, Any] | None, active: bool, dated: bool, server: GraphServer, graph: Graph
) -> None:
    if setting is not None:
        setting = {
            **setting,
            "scheduledStartDateTime": {"dateTime": "2026-11-20T00:00:00.0000000", "timeZone": "UTC"},
            "scheduledEndDateTime": {"dateTime": "2026-11-30T00:00:00.0000000", "timeZone": "UTC"},
        }
    server.will(Reply(body={"automaticRepliesSetting": setting}))
    replies = await graph.automatic_replies(USER)
    assert replies is not None
    assert replies.active is active
    assert replies.since == (datetime(2026, 11, 20, tzinfo=UTC) if dated else None)
    assert replies.until == (datetime(2026, 11, 30, tzinfo=UTC) if dated else None)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("UTC", 8),
        ("W. Europe Standard Time", 7),
        ("Europe/Paris", 7),
        ("China Standard Time", 0),
        ("tzone://Microsoft/Custom", 8),
    ],
)
async def test_automatic_replies_in_the_zone_that_is_named(
    zone: str, hour: int, server: GraphServer, graph: Graph
) -> None:
    there = {"dateTime": "2026-11-20T08:00:00.0000000", "timeZone": zone}
    setting = {"status": "scheduled", "scheduledStartDateTime": there, "scheduledEndDateTime": None}
    server.will(Reply(body={"automaticRepliesSetting": setting}))
    replies = await graph.automatic_replies(USER)
    assert replies is not None
    assert replies.since == datetime(2026, 11, 20, hour, tzinfo=UTC)
    assert replies.until is None


async def test_no_mailbox_no_replies(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(404, {"error": {"code": "MailboxNotEnabledForRESTAPI", "message": "x"}}))
    assert await graph.automatic_replies(USER) is None


async def test_installing_the_app_twice_is_once(server: GraphServer, graph: Graph) -> None:
    found = Reply(body={"value": [{"id": "catalogue-app"}]})
    server.will(found, Reply(201), found, Reply(409, {"error": {"code": "Conflict", "message": "there"}}))
    await graph.install_app(USER, GROUP)
    assert server.last.body == {
        "teamsApp@odata.bind": f"{server.base_url}/appCatalogs/teamsApps/catalogue-app"
    }
    await graph.install_app(USER, GROUP)
    server.will(Reply(body={"value": []}))
    with pytest.raises(Misconfigured, match="SWITCHBOARD_TEAMS_APP_ID"):
        await graph.install_app(USER, GROUP)


async def test_organisation(server: GraphServer, graph: Graph) -> None:
    server.will(Reply(body={"value": [{"id": "T", "displayName": "Contoso", "countryLetterCode": "fr"}]}))
    found = await graph.organisation()
    assert (found.id, found.name, found.country) == ("t", "Contoso", "FR")
    with pytest.raises(Misconfigured):
        await graph.organisation()


async def test_granted_roles_come_from_the_token(server: GraphServer) -> None:
    class Tokens(StaticTokens):
        async def token(self, scope: str, *, refused: str | None = None) -> str:
            return jwt.encode({"roles": ["User.Read.All"]}, "k" * 32, "HS256")

    async with Graph(server.base_url, Tokens()) as graph:
        assert await graph.granted_roles() == {"User.Read.All"}
    async with Graph(server.base_url, StaticTokens()) as graph:
        assert await graph.granted_roles() == frozenset()
    assert server.requests == []
