"""Users, managers and groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from bot.domain.errors import Unavailable
from bot.domain.people import AutomaticReplies, Person
from bot.graph import fields
from bot.graph.batch import LARGEST, read_together
from bot.graph.countries import country_named
from bot.graph.errors import NotFound, read_failure
from bot.graph.odata import below, literal, with_query
from bot.graph.transport import Transport
from bot.graph.wire import Answer, Call, Json, entity, items

__all__ = [
    "PERSON_FIELDS",
    "automatic_replies",
    "group_members",
    "group_name",
    "groups_of",
    "has_reports",
    "manager",
    "membership_call",
    "membership_of",
    "parse_person",
    "people_called",
    "person",
    "search_people",
]

PERSON_FIELDS = (
    "id,userPrincipalName,displayName,mail,usageLocation,accountEnabled,userType,"
    "department,employeeOrgData,jobTitle,city,country,preferredLanguage,createdDateTime"
)
_NAMES = ("displayName", "givenName", "surname", "mail", "userPrincipalName")
_LONGEST_SEARCH = 100
_MEMBERSHIP_CHUNK = 20
"""Group ids one `checkMemberGroups` takes at most."""


def parse_person(user: Json) -> Person:
    """A `user`. Whoever is not expressly enabled counts as disabled.

    Raises `Unavailable` for what is no directory object at all.
    """
    object_id = fields.text(user, "id")
    if object_id is None:
        raise Unavailable("Graph answered with a person without an id")
    upn = fields.text(user, "userPrincipalName") or ""
    return Person(
        id=object_id.lower(),
        upn=upn,
        name=fields.text(user, "displayName") or upn,
        mail=fields.text(user, "mail"),
        usage_location=fields.country(user, "usageLocation"),
        country=country_named(fields.text(user, "country") or ""),
        enabled=user.get("accountEnabled") is True,
        guest=user.get("userType") == "Guest",
        department=fields.text(user, "department"),
        cost_centre=fields.text(user.get("employeeOrgData") or {}, "costCenter"),
        job_title=fields.text(user, "jobTitle"),
        city=fields.text(user, "city"),
        language=fields.text(user, "preferredLanguage"),
        created_at=fields.moment(user, "createdDateTime"),
    )


async def person(graph: Transport, id_or_upn: str) -> Person:
    """One user. Raises `NotFound`."""
    return parse_person(entity(await graph.read(_call(id_or_upn))))


async def people_called(graph: Transport, upns: Sequence[str]) -> dict[str, Person]:
    """The users with these names to sign in with, 20 a round trip; who is unknown is left out."""
    found: dict[str, Person] = {}
    for start in range(0, len(upns), LARGEST):
        chunk = upns[start : start + LARGEST]
        for upn, answer in zip(chunk, await read_together(graph, list(map(_call, chunk))), strict=True):
            if answer.succeeded:
                found[upn] = parse_person(entity(answer))
                continue
            failure = read_failure(answer)
            if not isinstance(failure, NotFound):
                raise failure
    return found


def _call(id_or_upn: str) -> Call:
    return Call("GET", with_query(below("/users/{user}", user=id_or_upn), {"$select": PERSON_FIELDS}))


async def search_people(graph: Transport, text: str, limit: int) -> tuple[Person, ...]:
    """Users one of whose names or addresses begins with `text`, by name, at most `limit`."""
    wanted = literal(text.strip()[:_LONGEST_SEARCH])
    condition = " or ".join(f"startswith({name},{wanted})" for name in _NAMES)
    path = with_query("/users", {"$filter": condition, "$select": PERSON_FIELDS, "$top": limit})
    found = items(await graph.read(Call("GET", path)))
    return tuple(sorted(map(parse_person, found), key=lambda person: person.name))[:limit]


async def manager(graph: Transport, user_id: str) -> Person | None:
    """The user's manager; None when there is none, or none who is a user."""
    path = with_query(below("/users/{user}/manager", user=user_id), {"$select": PERSON_FIELDS})
    try:
        found = entity(await graph.read(Call("GET", path)))
    except NotFound:
        return None
    # A manager may also be a mail contact of another organisation.
    is_user = found.get("@odata.type", "#microsoft.graph.user") == "#microsoft.graph.user"
    return parse_person(found) if is_user else None


async def has_reports(graph: Transport, user_id: str) -> bool:
    """Whether anybody reports to the user. Raises `NotFound`."""
    path = below("/users/{user}/directReports", user=user_id)
    return bool(items(await graph.read(Call("GET", with_query(path, {"$select": "id", "$top": 1})))))


async def group_members(graph: Transport, group_id: str) -> tuple[Person, ...]:
    """Every user in a group, however deeply nested. Raises `NotFound`."""
    path = below("/groups/{group}/transitiveMembers/microsoft.graph.user", group=group_id)
    query: dict[str, str | int] = {"$select": PERSON_FIELDS, "$top": 999, "$count": "true"}
    # Graph casts to one kind of member only on its index, which has to be asked for with both of these.
    call = Call("GET", with_query(path, query), headers={"ConsistencyLevel": "eventual"})
    return tuple(map(parse_person, await graph.listing(call)))


async def group_name(graph: Transport, group_id: str) -> str:
    """What a group is called. Raises `NotFound`."""
    path = with_query(below("/groups/{group}", group=group_id), {"$select": "id,displayName"})
    return fields.text(entity(await graph.read(Call("GET", path))), "displayName") or ""


def membership_call(user_id: str, group_ids: Sequence[str]) -> Call:
    """Asks which of at most 20 groups the user is in, directly or through others; a POST that only reads."""
    path = below("/users/{user}/checkMemberGroups", user=user_id)
    return Call("POST", path, {"groupIds": list(group_ids)})


def membership_of(answer: Answer) -> frozenset[str]:
    """The group ids in an answer to `membership_call`."""
    value = answer.body.get("value") if isinstance(answer.body, dict) else None
    return fields.ids(entry for entry in value or () if isinstance(entry, str))


async def groups_of(graph: Transport, user_id: str, group_ids: Sequence[str]) -> frozenset[str]:
    """Those of `group_ids` the user is in, directly or through other groups. Raises `NotFound`."""
    found: set[str] = set()
    for start in range(0, len(group_ids), _MEMBERSHIP_CHUNK):
        chunk = group_ids[start : start + _MEMBERSHIP_CHUNK]
        inside = membership_of(await graph.read(membership_call(user_id, chunk)))
        found |= {group for group in chunk if group.lower() in inside}
    return frozenset(found)


async def automatic_replies(graph: Transport, user_id: str) -> AutomaticReplies | None:
    """The user's out-of-office switch; None without a mailbox. Scheduled counts as active: see the dates."""
    path = below("/users/{user}/mailboxSettings", user=user_id)
    call = Call("GET", with_query(path, {"$select": "automaticRepliesSetting"}))
    try:
        setting = entity(await graph.read(call)).get("automaticRepliesSetting") or {}
    except NotFound:
        return None
    scheduled = setting.get("status") == "scheduled"
    return AutomaticReplies(
        active=scheduled or setting.get("status") == "alwaysEnabled",
        since=_moment_there(setting.get("scheduledStartDateTime") or {}) if scheduled else None,
        until=_moment_there(setting.get("scheduledEndDateTime") or {}) if scheduled else None,
    )


def _moment_there(told: Json) -> datetime | None:
    """A `dateTimeTimeZone`: a clock's time, and beside it the zone, by Windows' name for it or by IANA's."""
    shown = fields.moment(told, "dateTime")
    if shown is None:
        return None
    zone = fields.text(told, "timeZone") or "UTC"
    try:
        there = ZoneInfo(get_global("windows_zone_mapping").get(zone, zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Half a day wrong at the worst, where reading nothing would count as being there.
        return shown
    return shown.replace(tzinfo=there).astimezone(UTC)
