"""What Graph shows of many people and numbers, in few requests: for comparing, not for deciding.

A thousand people take four round trips, a thousand numbers one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.drift.compare import Account
from bot.domain.numbers import PhoneNumber
from bot.graph import fields
from bot.graph.batch import LARGEST, read_together
from bot.graph.errors import read_failure
from bot.graph.licences import LICENCE_FIELDS, parse_enabled_plans, parse_licences
from bot.graph.numbers import inventory_call, parse_numbers
from bot.graph.odata import literal, with_query
from bot.graph.transport import Transport
from bot.graph.wire import Answer, Call, Json, items

__all__ = ["accounts", "numbers_about"]

_TOGETHER = 15
"""As many ids as one `in (...)` may name."""

_ACCOUNT_FIELDS = f"id,accountEnabled,usageLocation,{LICENCE_FIELDS}"


async def numbers_about(
    graph: Transport, numbers: Collection[str], people: Collection[str]
) -> dict[str, PhoneNumber]:
    """These numbers, and all that these people have: of tens of thousands most are nobody's concern here."""
    found = {}
    async for page in graph.pages(inventory_call()):
        for number in parse_numbers(page):
            if number.telephone_number in numbers or number.target_id in people:
                found[number.telephone_number] = number
    return found


async def accounts(graph: Transport, people: Sequence[str]) -> dict[str, Account]:
    """The accounts with these object ids; who is not in the directory is left out."""
    found: dict[str, Account] = {}
    asked = [people[start : start + _TOGETHER] for start in range(0, len(people), _TOGETHER)]
    for start in range(0, len(asked), LARGEST):
        calls = [_accounts_call(some) for some in asked[start : start + LARGEST]]
        for answer in await read_together(graph, calls):
            found |= {str(user["id"]).lower(): _account(user) for user in _users(answer)}
    return found


def _accounts_call(people: Sequence[str]) -> Call:
    condition = f"id in ({','.join(map(literal, people))})"
    return Call("GET", with_query("/users", {"$filter": condition, "$select": _ACCOUNT_FIELDS}))


def _users(answer: Answer) -> list[Json]:
    if not answer.succeeded:
        raise read_failure(answer)
    return [user for user in items(answer) if fields.text(user, "id")]


def _account(user: Json) -> Account:
    return Account(
        enabled=user.get("accountEnabled") is True,
        country=fields.country(user, "usageLocation"),
        licences=parse_licences(user),
        plans=parse_enabled_plans(user),
    )
