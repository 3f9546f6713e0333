"""What Teams administration knows of users, and the policies assigned to them."""

from __future__ import annotations

from typing import Any

from bot.sandbox import telephony
from bot.sandbox.clock import stamp
from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import page_by_token, read_query, select
from bot.sandbox.graph.router import Route
from bot.sandbox.graph.user_view import USER_DEFAULT, USER_KIND, user_entity
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.model import Person
from bot.sandbox.tenant import Tenant

__all__ = ["routes"]

KIND = "microsoft.graph.teamsAdministration.teamsUserConfiguration"
_FILTERABLE = frozenset({"id", "userPrincipalName", "accountType", "isEnterpriseVoiceEnabled"})
_POLICIES = ("TeamsMeetingPolicy", "TeamsMeetingBroadcastPolicy")
_POLICY_NAMES = ("AllOn", "AllOff", "RestrictedAnonymousAccess")


def routes(tenant: Tenant) -> list[Route]:
    voice, policies = _Voice(tenant), _Policies(tenant)
    listing = frozenset({"$select", "$filter", "$top", "$skiptoken"})
    read, write, backend = roles.READ_VOICE, roles.ASSIGN_POLICIES, roles.TEAMS_BACKEND
    return [
        Route("GET", "admin/teams", voice.container, backend),
        Route("GET", "admin/teams/userConfigurations", voice.listed, read, listing),
        Route("GET", "admin/teams/userConfigurations/{user}", voice.one, read, frozenset({"$select"})),
        Route("GET", "admin/teams/userConfigurations/{user}/user", voice.user, read, frozenset({"$select"})),
        Route("GET", "admin/teams/policy", policies.container, backend),
        Route("GET", "admin/teams/policy/getPolicyId(type,name)", policies.found, write),
        Route("GET", "admin/teams/policy/userAssignments", policies.unlisted, backend),
        Route("POST", "admin/teams/policy/userAssignments/assign", policies.assign, write, takes_body=True),
        Route(
            "POST", "admin/teams/policy/userAssignments/unassign", policies.unassign, write, takes_body=True
        ),
    ]


class _Voice:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def container(self, call: Call) -> Reply:
        raise GraphError.bad_request(
            "This API is not supported for AAD accounts "
            "(no addressUrl for Microsoft.IC3.TeamsAdminGateway,False)."
        )

    def listed(self, call: Call) -> Reply:
        query = read_query(call)
        for path, _, _ in query.filter.uses if query.filter else ():
            if path not in _FILTERABLE:
                raise GraphError.bad_request(f"Filtering on property '{path}' is not supported.")
        known = [one for one in self._tenant.people.values() if self._listed(one)]
        entities = [self._entity(one) for one in known]
        found = [one for one in entities if query.filter is None or query.filter.test(one)]
        return page_by_token(
            call,
            "admin/teams/userConfigurations",
            found,
            query,
            lambda one: select(one, query.select, tuple(one), KIND),
        )

    def _listed(self, person: Person) -> bool:
        """Resource accounts are known to Teams, yet not listed here."""
        return self._tenant.known_to_teams(person) and not person.resource_account

    def _person(self, call: Call) -> Person:
        """Only object ids are keys here, not user principal names."""
        person = self._tenant.people.get(call.params["user"].lower())
        if person is None or not self._listed(person):
            raise GraphError.teams_missing()
        return person

    def one(self, call: Call) -> Reply:
        entity = self._entity(self._person(call))
        context = {"@odata.context": call.link("$metadata#admin/teams/userConfigurations/$entity")}
        return Reply(200, context | select(entity, read_query(call).select, tuple(entity), KIND))

    def user(self, call: Call) -> Reply:
        entity = user_entity(self._tenant, self._person(call))
        context = {"@odata.context": call.link("$metadata#users/$entity")}
        return Reply(200, context | select(entity, read_query(call).select, USER_DEFAULT, USER_KIND))

    def _entity(self, person: Person) -> dict[str, Any]:
        return {
            "id": person.id,
            "userPrincipalName": person.upn,
            "tenantId": self._tenant.id,
            "accountType": "user",
            "isEnterpriseVoiceEnabled": telephony.voice_enabled(self._tenant, person),
            "featureTypes": telephony.features(self._tenant, person),
            "telephoneNumbers": [
                {"telephoneNumber": one.telephone_number, "assignmentCategory": one.category}
                for one in self._tenant.numbers_of(person)
            ],
            "effectivePolicyAssignments": [
                {
                    "policyType": kind,
                    "policyAssignment": {
                        "displayName": _policy_name(self._tenant, policy_id),
                        "assignmentType": "direct",
                        "policyId": policy_id,
                        "groupId": None,
                    },
                }
                for kind, policy_id in person.policies.items()
            ],
            "createdDateTime": stamp(person.created_at),
            "modifiedDateTime": stamp(person.now.since),
        }


class _Policies:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def container(self, call: Call) -> Reply:
        raise GraphError.bad_request(
            "This API is not supported for AAD accounts (no addressUrl for Microsoft.IC3.PolicyAdmin,False)."
        )

    def unlisted(self, call: Call) -> Reply:
        raise GraphError.teams_missing()

    def found(self, call: Call) -> Reply:
        kind, name = call.params["type"], call.params["name"]
        value = []
        if kind in _POLICIES and name in _POLICY_NAMES:
            policy_id = _policy_id(self._tenant, kind, name)
            value = [{"id": policy_id, "name": f"Tag:{name}", "policyId": policy_id}]
        context = call.link(
            "$metadata#Collection(microsoft.graph.teamsAdministration.policyIdentifierDetail)"
        )
        return Reply(200, {"@odata.context": context, "value": value})

    def assign(self, call: Call) -> Reply:
        for person, one in self._wishes(call, ("userId", "policyType", "policyId")):
            person.policies[one["policyType"]] = one["policyId"]
        self._tenant.touch()
        return Reply(204)

    def unassign(self, call: Call) -> Reply:
        for person, one in self._wishes(call, ("userId", "policyType")):
            person.policies.pop(one["policyType"], None)
        self._tenant.touch()
        return Reply(204)

    def _wishes(self, call: Call, keys: tuple[str, ...]) -> list[tuple[Person, dict[str, str]]]:
        """Everything is checked before anything is changed."""
        wanted = call.json(known=("value",)).get("value")
        if not isinstance(wanted, list) or not wanted:
            raise GraphError.bad_request("The value field is required.")
        found = []
        for one in wanted:
            if not isinstance(one, dict) or set(one) - {"@odata.type"} != set(keys):
                raise GraphError.bad_request(f"Each policy assignment needs exactly {', '.join(keys)}.")
            person = self._tenant.people.get(str(one["userId"]).lower())
            if person is None:
                raise GraphError.teams_missing()
            found.append((person, one))
        return found


def _policy_id(tenant: Tenant, kind: str, name: str) -> str:
    return tenant.stable_id(f"policy/{kind}/{name}")


def _policy_name(tenant: Tenant, policy_id: str) -> str:
    return next(
        (name for kind in _POLICIES for name in _POLICY_NAMES if _policy_id(tenant, kind, name) == policy_id),
        "Global",
    )
