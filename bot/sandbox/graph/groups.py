"""Groups, their members, and who is in which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.sandbox import licensing
from bot.sandbox.graph import roles
from bot.sandbox.graph.licences import read_change
from bot.sandbox.graph.odata import ADVANCED_OPERATORS, collection, page_by_token, read_query, select
from bot.sandbox.graph.router import Route
from bot.sandbox.graph.user_view import (
    GROUP_DEFAULT,
    GROUP_KIND,
    USER_DEFAULT,
    USER_KIND,
    group_entity,
    lookup,
    member,
    user_entity,
)
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.model import Group, Person
from bot.sandbox.tenant import Tenant

__all__ = ["routes"]

MOST_GROUPS_IN_A_CHECK = 20
_PAGED = frozenset({"$select", "$top", "$count", "$skiptoken"})
_FILTERABLE = frozenset({"id", "displayName", "mailNickname", "securityEnabled", "mailEnabled"})
_REFERENCE = re.compile(r"/(?:directoryObjects|users|groups)/(?P<id>[^/]+)$")


def routes(tenant: Tenant) -> list[Route]:
    groups = _Groups(tenant)
    read, write, check = roles.READ_GROUPS, roles.CHANGE_GROUPS, roles.CHECK_GROUPS
    return [
        Route("GET", "groups", groups.listed, read, _PAGED | {"$filter"}),
        Route("GET", "groups/{group}", groups.one, read, frozenset({"$select"})),
        Route("GET", "groups/{group}/members", groups.members, read, _PAGED),
        Route("GET", f"groups/{{group}}/members/{USER_KIND}", groups.member_users, read, _PAGED),
        Route("GET", "groups/{group}/transitiveMembers", groups.transitive, read, _PAGED),
        Route(
            "GET", f"groups/{{group}}/transitiveMembers/{USER_KIND}", groups.transitive_users, read, _PAGED
        ),
        Route("POST", "groups/{group}/members/$ref", groups.joined, write, takes_body=True),
        Route("DELETE", "groups/{group}/members/{member}/$ref", groups.left, write),
        Route(
            "POST", "groups/{group}/assignLicense", groups.licensed, roles.ASSIGN_LICENCES, takes_body=True
        ),
        Route("GET", "users/{user}/memberOf", groups.of_user, roles.READ_USERS, _PAGED),
        Route("GET", "users/{user}/transitiveMemberOf", groups.of_user_deep, roles.READ_USERS, _PAGED),
        Route(
            "GET",
            f"users/{{user}}/transitiveMemberOf/{GROUP_KIND}",
            groups.of_user_cast,
            roles.READ_USERS,
            _PAGED,
        ),
        Route("POST", "users/{user}/checkMemberGroups", groups.checked, check, takes_body=True),
        Route("POST", "users/{user}/getMemberGroups", groups.listed_ids, check, takes_body=True),
    ]


class _Groups:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def _group(self, call: Call) -> Group:
        group = self._tenant.groups.get(call.params["group"].lower())
        if group is None:
            raise GraphError.missing(call.params["group"])
        return group

    def listed(self, call: Call) -> Reply:
        query = read_query(call)
        for path, operator, _ in query.filter.uses if query.filter else ():
            if path not in _FILTERABLE or (operator in ADVANCED_OPERATORS and not call.advanced):
                raise GraphError.unsupported_query()
        entities = [group_entity(one) for one in self._tenant.groups.values()]
        found = [one for one in entities if query.filter is None or query.filter.test(one)]
        return page_by_token(
            call, "groups", found, query, lambda one: select(one, query.select, GROUP_DEFAULT, GROUP_KIND)
        )

    def one(self, call: Call) -> Reply:
        shown = select(group_entity(self._group(call)), read_query(call).select, GROUP_DEFAULT, GROUP_KIND)
        return Reply(200, {"@odata.context": call.link("$metadata#groups/$entity")} | shown)

    def members(self, call: Call) -> Reply:
        return self._mixed(call, self._direct(call))

    def member_users(self, call: Call) -> Reply:
        return self._only_users(call, self._direct(call))

    def transitive(self, call: Call) -> Reply:
        return self._mixed(call, self._tenant.transitive_members(self._group(call)))

    def transitive_users(self, call: Call) -> Reply:
        return self._only_users(call, self._tenant.transitive_members(self._group(call)))

    def _direct(self, call: Call) -> list[Person | Group]:
        members = set(self._group(call).members)
        found: list[Person | Group] = [*self._tenant.people.values(), *self._tenant.groups.values()]
        return [one for one in found if one.id in members]

    def _mixed(self, call: Call, found: Sequence[Person | Group]) -> Reply:
        query = read_query(call)
        self._check_count(call, query.count)
        return page_by_token(
            call, "directoryObjects", found, query, lambda one: member(self._tenant, one, query.select)
        )

    def _only_users(self, call: Call, found: Sequence[Person | Group]) -> Reply:
        query = read_query(call)
        self._check_count(call, query.count)
        people = [one for one in found if isinstance(one, Person)]

        def shaped(person: Person) -> dict[str, Any]:
            return select(user_entity(self._tenant, person), query.select, USER_DEFAULT, USER_KIND)

        return page_by_token(call, "users", people, query, shaped)

    @staticmethod
    def _check_count(call: Call, count: bool) -> None:
        if count and not call.advanced:
            raise GraphError.unsupported_query()

    def joined(self, call: Call) -> Reply:
        group = self._group(call)
        reference = _REFERENCE.search(str(call.json(known=("@odata.id",)).get("@odata.id", "")))
        if reference is None:
            raise GraphError.refused("Invalid URL format specified in payload.")
        found = self._tenant.find_person(reference["id"]) or self._tenant.groups.get(reference["id"])
        if found is None:
            raise GraphError.missing(reference["id"])
        if found.id in group.members:
            raise GraphError.refused(
                "One or more added object references already exist "
                "for the following modified properties: 'members'."
            )
        group.members.append(found.id)
        self._tenant.touch()
        self._relicense(found)
        return Reply(204)

    def left(self, call: Call) -> Reply:
        group, key = self._group(call), call.params["member"].lower()
        if key not in group.members:
            raise GraphError.missing(call.params["member"])
        group.members.remove(key)
        self._tenant.touch()
        self._relicense(self._tenant.people.get(key) or self._tenant.groups[key])
        return Reply(204)

    def licensed(self, call: Call) -> Reply:
        group = self._group(call)
        add, remove = read_change(call)
        for sku_id in add:
            if sku_id not in self._tenant.skus:
                raise GraphError.refused(f"License {sku_id} does not correspond to a valid company License.")
        kept = {sku_id: off for sku_id, off in group.licences.items() if sku_id not in remove}
        group.licences = kept | add
        self._tenant.touch()
        self._relicense(group)
        return Reply(202, group_entity(group))

    def _relicense(self, changed: Person | Group) -> None:
        reached = [changed] if isinstance(changed, Person) else self._tenant.transitive_members(changed)
        for person in reached:
            if isinstance(person, Person):
                licensing.apply_group_licences(self._tenant, person)

    def of_user(self, call: Call) -> Reply:
        return self._mixed(call, self._tenant.direct_groups_of(lookup(self._tenant, call.params["user"])))

    def of_user_deep(self, call: Call) -> Reply:
        return self._mixed(call, self._tenant.groups_of(lookup(self._tenant, call.params["user"])))

    def of_user_cast(self, call: Call) -> Reply:
        query = read_query(call)
        self._check_count(call, query.count)
        found = self._tenant.groups_of(lookup(self._tenant, call.params["user"]))
        return page_by_token(
            call,
            "groups",
            found,
            query,
            lambda one: select(group_entity(one), query.select, GROUP_DEFAULT, GROUP_KIND),
        )

    def checked(self, call: Call) -> Reply:
        person = lookup(self._tenant, call.params["user"])
        wanted = call.json(known=("groupIds",)).get("groupIds")
        if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
            raise GraphError.refused("The 'groupIds' parameter is missing or is not a collection of strings.")
        if len(wanted) > MOST_GROUPS_IN_A_CHECK:
            raise GraphError.refused(
                f"Too many values for parameter 'groupIds'. Maximum allowed: {MOST_GROUPS_IN_A_CHECK}."
            )
        mine = {group.id for group in self._tenant.groups_of(person)}
        return collection(call, "Collection(Edm.String)", [one for one in wanted if one.lower() in mine])

    def listed_ids(self, call: Call) -> Reply:
        person = lookup(self._tenant, call.params["user"])
        body = call.json(known=("securityEnabledOnly",))
        if not isinstance(body.get("securityEnabledOnly"), bool):
            raise GraphError.refused("The 'securityEnabledOnly' parameter is missing.")
        found = [group.id for group in self._tenant.groups_of(person)]
        return collection(call, "Collection(Edm.String)", found)
