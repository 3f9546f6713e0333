"""What the simulated tenant answers has the shape Microsoft publishes for Graph v1.0."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from bot.sandbox.seed import contoso, group_id, person_id
from tests.support.graph_sandbox import NUMBERS, GraphSandbox, graph_sandbox
from tests.support.openapi import shared_folder

FOLDER = shared_folder()
pytestmark = pytest.mark.skipif(FOLDER is None, reason="Microsoft's description of Graph is not here")
ROOT = "urn:graph"

USER = "microsoft.graph.user"
SKU = contoso().skus["0dab259f-bf13-4952-b7f8-7db8f131b28d"]
LICENSING = "assignedLicenses,licenseAssignmentStates,assignedPlans,usageLocation,accountEnabled"
ANA, VOICE_ADMINS = f"/users/{person_id('ana')}", f"/groups/{group_id('Voice Admins')}"

ENTITIES = {
    f"{ANA}?$select={LICENSING},displayName,createdDateTime": USER,
    f"{ANA}/manager": USER,
    f"{ANA}/mailboxSettings": "microsoft.graph.mailboxSettings",
    VOICE_ADMINS: "microsoft.graph.group",
    f"/admin/teams/userConfigurations/{person_id('marc')}": (
        "microsoft.graph.teamsAdministration.teamsUserConfiguration"
    ),
    f"/directory/subscriptions/{SKU.subscription_id}": "microsoft.graph.companySubscription",
}
COLLECTIONS = {
    "/users": USER,
    f"{VOICE_ADMINS}/transitiveMembers/{USER}": USER,
    f"{ANA}/licenseDetails": "microsoft.graph.licenseDetails",
    "/subscribedSkus": "microsoft.graph.subscribedSku",
    "/directory/subscriptions": "microsoft.graph.companySubscription",
    "/organization": "microsoft.graph.organization",
    NUMBERS: "microsoft.graph.teamsAdministration.numberAssignment",
    "/appCatalogs/teamsApps": "microsoft.graph.teamsApp",
    "/admin/teams/policy/getPolicyId(type='TeamsMeetingPolicy',name='AllOn')": (
        "microsoft.graph.teamsAdministration.policyIdentifierDetail"
    ),
}


@pytest.fixture
async def graph() -> AsyncIterator[GraphSandbox]:
    async with graph_sandbox() as running:
        await running.roles(*running.server.identity.app.roles, "TeamsPolicyUserAssign.ReadWrite.All")
        yield running


@pytest.fixture(scope="module")
def description() -> Any:
    assert FOLDER is not None
    return json.loads((FOLDER / "graph" / "openapi-v1.json").read_text(encoding="utf-8"))


def check(description: Any, kind: str, entity: Any) -> None:
    """Valid by the schema, and without a property the type does not have."""
    registry: Registry[Any] = Registry().with_resource(ROOT, Resource(description, DRAFT4))
    pointer = f"{ROOT}#/components/schemas/{kind}"
    errors = list(OAS30Validator({"$ref": pointer}, registry=registry).iter_errors(entity))
    assert not errors, [f"{error.json_path}: {error.message}" for error in errors][:5]
    unknown = {name for name in entity if not name.startswith("@odata.")} - properties(description, kind)
    assert not unknown, unknown


def properties(description: Any, kind: str) -> set[str]:
    schema = description["components"]["schemas"][kind]
    found: set[str] = set()
    for part in (schema, *schema.get("allOf", ())):
        found |= set(part.get("properties", ()))
        if "$ref" in part:
            found |= properties(description, part["$ref"].rpartition("/")[2])
    return found


@pytest.mark.parametrize(("path", "kind"), ENTITIES.items())
async def test_entities(graph: GraphSandbox, description: Any, path: str, kind: str) -> None:
    answer = await graph.get(path)
    assert answer.status == 200
    check(description, kind, answer.body)


@pytest.mark.parametrize(("path", "kind"), COLLECTIONS.items())
async def test_collections(graph: GraphSandbox, description: Any, path: str, kind: str) -> None:
    answer = await graph.get(path)
    assert answer.value
    for entity in answer.value:
        check(description, kind, entity)


@pytest.mark.parametrize(
    ("function", "kind"),
    [("getPstnCalls", "pstnCallLogRow"), ("getDirectRoutingCalls", "directRoutingLogRow")],
)
async def test_call_records(graph: GraphSandbox, description: Any, function: str, kind: str) -> None:
    until = datetime.now(UTC)
    span = f"fromDateTime={until - timedelta(days=3):%Y-%m-%d},toDateTime={until:%Y-%m-%d}"
    answer = await graph.get(f"/communications/callRecords/{function}({span})")
    assert answer.value
    for row in answer.value:
        check(description, f"microsoft.graph.callRecords.{kind}", row)


async def test_the_report_on_dial_out_of_the_beta_version(graph: GraphSandbox) -> None:
    assert FOLDER is not None
    beta = json.loads((FOLDER / "graph" / "openapi-beta.json").read_text(encoding="utf-8"))
    now = datetime.now(UTC)
    call = {"user": "ana", "began": now.isoformat(), "charge": 0.7}
    await graph.control("POST", "dial-out", call)
    span = f"fromDateTime={now:%Y-%m-%d},toDateTime={now + timedelta(days=1):%Y-%m-%d}"
    path = f"/beta/communications/callRecords/getPstnOnlineMeetingDialoutReport({span})"
    async with graph.http.get(f"{graph.server.url}{path}", headers=graph.headers) as answer:
        (row,) = (await answer.json())["value"]
    check(beta, "microsoft.graph.callRecords.pstnOnlineMeetingDialoutReport", row)


async def test_operations(graph: GraphSandbox, description: Any) -> None:
    operation = await graph.finished(await graph.order("+33199001001", "dora"))
    check(description, "microsoft.graph.teamsAdministration.telephoneNumberLongRunningOperation", operation)


async def test_the_answer_to_a_licence_change(graph: GraphSandbox, description: Any) -> None:
    answer = await graph.assign("dora", SKU.sku_id, "e43b5b99-8dfb-405f-9987-dc307f34bcbd")
    check(description, USER, answer.body)
