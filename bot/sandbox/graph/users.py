"""`/users`, `/users/{id}`, the manager and the reports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.sandbox.graph import roles
from bot.sandbox.graph.odata import ADVANCED_OPERATORS, Query, page_by_token, read_query, select
from bot.sandbox.graph.router import Route
from bot.sandbox.graph.user_view import USER_DEFAULT, USER_KIND, lookup, user_entity
from bot.sandbox.graph.wire import Call, GraphError, Reply
from bot.sandbox.model import Person
from bot.sandbox.tenant import Tenant

__all__ = ["routes"]

_LIST_OPTIONS = frozenset(
    {"$select", "$filter", "$search", "$top", "$count", "$orderby", "$expand", "$skiptoken"}
)
_ONE_OPTIONS = frozenset({"$select", "$expand"})
_FILTERABLE = frozenset(
    {
        "id", "userPrincipalName", "displayName", "givenName", "surname", "mail", "mailNickname", "jobTitle",
        "department", "city", "country", "usageLocation", "accountEnabled", "userType", "createdDateTime",
        "assignedLicenses/skuId", "officeLocation", "companyName", "employeeId",
    }
)  # fmt: skip
_BY_ID = frozenset({("id", "in"), ("id", "eq")})
_SEARCHABLE = frozenset({"displayName", "mail", "userPrincipalName", "givenName", "surname"})
_EXPAND = re.compile(r"^(?P<name>manager|directReports)(?:\((?P<options>[^()]*)\))?$")
_WRITABLE = {
    "displayName": "display_name",
    "givenName": "given_name",
    "surname": "surname",
    "jobTitle": "job_title",
    "department": "department",
    "officeLocation": "office",
    "city": "city",
    "country": "country",
    "preferredLanguage": "language",
    "accountEnabled": "enabled",
}
_COUNTRY = re.compile(r"^[A-Z]{2}$")


def routes(tenant: Tenant) -> list[Route]:
    users = _Users(tenant)
    read, write = roles.READ_USERS, roles.CHANGE_USERS
    listing = frozenset({"$select", "$top", "$count", "$skiptoken"})
    return [
        Route("GET", "users", users.listed, read, _LIST_OPTIONS),
        Route("GET", "users/{user}", users.one, read, _ONE_OPTIONS),
        Route("PATCH", "users/{user}", users.patched, write, locks_user=True, takes_body=True),
        Route("GET", "users/{user}/manager", users.manager, read, _ONE_OPTIONS),
        Route("GET", "users/{user}/directReports", users.reports, read, listing),
    ]


class _Users:
    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def listed(self, call: Call) -> Reply:
        query = read_query(call)
        _check_list(call, query)
        entities = [user_entity(self._tenant, person) for person in self._meant(query)]
        found = [one for one in entities if _wanted(query, one)]
        _sort(found, query.orderby)
        return page_by_token(call, "users", found, query, self._shape(query))

    def _meant(self, query: Query) -> Iterable[Person]:
        """Who may fit: those a filter names by id, where it names nothing else; else everybody."""
        uses = query.filter.uses if query.filter else ()
        if not uses or any((path, how) not in _BY_ID for path, how, _ in uses):
            return self._tenant.people.values()
        ids = dict.fromkeys(str(one).lower() for _, _, one in uses)
        named = map(self._tenant.people.get, ids)
        return [person for person in named if person is not None]

    def _shape(self, query: Query) -> Callable[[dict[str, Any]], dict[str, Any]]:
        def shaped(entity: dict[str, Any]) -> dict[str, Any]:
            kept = select(entity, query.select, USER_DEFAULT, USER_KIND)
            return kept | self._expanded(lookup(self._tenant, entity["id"]), query.expand)

        return shaped

    def one(self, call: Call) -> Reply:
        query = read_query(call)
        person = lookup(self._tenant, call.params["user"])
        return Reply(200, self._entity(call, query, person))

    def _entity(self, call: Call, query: Query, person: Person) -> dict[str, Any]:
        shaped = self._shape(query)(user_entity(self._tenant, person))
        return {"@odata.context": call.link("$metadata#users/$entity")} | shaped

    def _expanded(self, person: Person, text: str | None) -> dict[str, Any]:
        if text is None:
            return {}
        match = _EXPAND.match(text)
        if match is None:
            raise GraphError.bad_request(f"Could not find a property named '{text}' on type '{USER_KIND}'.")
        wanted = _nested_select(match["options"] or "")
        if match["name"] == "manager":
            boss = self._tenant.people.get(person.manager_id or "")
            return {} if boss is None else {"manager": self._related(boss, wanted)}
        return {"directReports": [self._related(one, wanted) for one in self._tenant.reports_of(person)]}

    def _related(self, person: Person, wanted: Sequence[str]) -> dict[str, Any]:
        entity = select(user_entity(self._tenant, person), wanted, USER_DEFAULT, USER_KIND)
        return {"@odata.type": f"#{USER_KIND}"} | entity

    def manager(self, call: Call) -> Reply:
        person = lookup(self._tenant, call.params["user"])
        boss = self._tenant.people.get(person.manager_id or "")
        if boss is None:
            raise GraphError.missing("manager")
        context = {"@odata.context": call.link("$metadata#directoryObjects/$entity")}
        return Reply(200, context | self._related(boss, read_query(call).select))

    def reports(self, call: Call) -> Reply:
        query = read_query(call)
        found = self._tenant.reports_of(lookup(self._tenant, call.params["user"]))
        return page_by_token(
            call, "directoryObjects", found, query, lambda one: self._related(one, query.select)
        )

    def patched(self, call: Call) -> Reply:
        person = lookup(self._tenant, call.params["user"])
        changes = call.json()
        for name, value in changes.items():
            _check_value(name, value)
        for name, value in changes.items():
            self._write(person, name, value)
        return Reply(204)

    def _write(self, person: Person, name: str, value: Any) -> None:
        if name != "usageLocation":
            setattr(person, _WRITABLE[name], value)
            self._tenant.touch()
        elif value != person.now.usage_location:
            since = self._tenant.clock.now()
            self._tenant.push_state(person, replace(person.now, usage_location=value, since=since))


def _check_list(call: Call, query: Query) -> None:
    """What a filter or search may ask, and when it needs the eventual-consistency header."""
    if query.search and not call.advanced:
        raise GraphError.unsupported_query(
            "Request with $search query parameter only works through MSGraph "
            "with a special request header: 'ConsistencyLevel: eventual'"
        )
    if query.count and not call.advanced:
        raise GraphError.unsupported_query()
    if any(field not in _SEARCHABLE for field, _ in query.search):
        raise GraphError.unsupported_query()
    advanced = call.advanced and query.count
    for path, operator, _ in query.filter.uses if query.filter else ():
        unknown = bool(path) and path not in _FILTERABLE
        if unknown or operator == "contains" or (operator in ADVANCED_OPERATORS and not advanced):
            raise GraphError.unsupported_query()


def _wanted(query: Query, entity: dict[str, Any]) -> bool:
    if query.filter is not None and not query.filter.test(entity):
        return False
    return not query.search or any(_has_word(entity.get(name), text) for name, text in query.search)


def _has_word(value: str | None, text: str) -> bool:
    """Directory search finds the beginnings of words."""
    folded, wanted = (value or "").casefold(), text.casefold()
    return folded.startswith(wanted) or any(
        word.startswith(wanted) for word in re.split(r"[\s@._\-'()]+", folded) if word
    )


def _sort(found: list[dict[str, Any]], orderby: str | None) -> None:
    if orderby is None:
        return
    name, _, direction = orderby.partition(" ")
    if name not in ("displayName", "userPrincipalName") or direction not in ("", "asc", "desc"):
        raise GraphError.unsupported_query()
    found.sort(key=lambda one: str(one[name]).casefold(), reverse=direction == "desc")


def _nested_select(options: str) -> tuple[str, ...]:
    """`$select=a,b` inside an $expand; `$levels` is accepted and means one level here."""
    for option in filter(None, options.split(";")):
        name, _, value = option.strip().partition("=")
        if name == "$select":
            return tuple(part.strip() for part in value.split(","))
        if name != "$levels":
            raise GraphError.unsupported_query()
    return ()


def _check_value(name: str, value: Any) -> None:
    invalid = GraphError.refused(f"Invalid value specified for property '{name}' of resource 'User'.")
    if name == "usageLocation":
        if value is not None and not (isinstance(value, str) and _COUNTRY.match(value)):
            raise invalid
    elif name not in _WRITABLE:
        raise GraphError.refused(
            f"Invalid property '{name}'." if name != "id" else "Property 'id' is read-only and cannot be set."
        )
    elif not isinstance(value, bool if name == "accountEnabled" else (str, type(None))):
        raise invalid
