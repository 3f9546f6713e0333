"""What was tried on the tenant, read from the sandbox's own log and not from ours."""

from __future__ import annotations

from typing import Any

from tests.support.world import World, told

__all__ = ["heard_by", "orders", "tried"]

Json = dict[str, Any]

_CHANGES = ("assignLicense", "assignNumber", "unassignNumber", "updateNumber")


async def tried(world: World) -> list[str]:
    """Every change that was asked for, in order, whatever came of it; `usageLocation` for that of a user."""
    rows = (await world.tenant("requests"))["value"]
    names = [(row["method"], row["path"].rsplit("/", 1)[1]) for row in rows]
    return [
        "usageLocation" if method == "PATCH" else name
        for method, name in names
        if method == "PATCH" or name in _CHANGES
    ]


async def orders(world: World, action: str) -> list[Json]:
    """The bodies of every call of one action, in order."""
    rows = (await world.tenant(f"requests?method=POST&path={action}"))["value"]
    return [row["body"] for row in rows if row["path"].endswith(f"/{action}")]


async def heard_by(world: World, who: str) -> str:
    """Everything in somebody's chat, once all that is due has been sent."""
    await world.settle()
    person = await world.person(who)
    await person.looks()
    return told(person)
