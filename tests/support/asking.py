"""Asking for any wish with cards, in a world: from the help card's button to the request as stored."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.domain.requests import Request
from bot.sandbox.people import PersonClient, text_of
from bot.settings import Settings
from cards.groups import GROUPS
from tests.support.world import World, running_world, shown

__all__ = ["asked", "form_of", "press_task", "reviewed", "running_world_with", "said", "task_cards"]

Json = dict[str, Any]


@asynccontextmanager
async def running_world_with(
    facts: Mapping[str, str], database_url: str, folder: Path
) -> AsyncIterator[World]:
    """A world whose admins have told these facts: keys of tenant.toml with their values as TOML."""
    async with running_world(database_url) as world:
        path = folder / "tenant.toml"
        path.write_text(_told(facts, world.settings), encoding="utf-8")
        world.settings = world.settings.model_copy(update={"tenant_facts": path})
        await world.restart()
        yield world


def _told(facts: Mapping[str, str], settings: Settings) -> str:
    """The sandbox's own file with these keys in place of its own."""
    path = settings.facts_path
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    kept = [line for line in lines if line.partition(" = ")[0] not in facts]
    return "\n".join([*(f"{key} = {value}" for key, value in facts.items()), *kept])


async def said(person: PersonClient, text: str) -> str:
    """What the bot answers to something typed, as read by the person."""
    before = len(await person.looks())
    reply = await person.says(text)
    assert reply.status < 300
    return "\n".join(text_of(activity) for activity in (await person.looks())[before:])


async def form_of(person: PersonClient, kind: str) -> Json:
    """The form behind a button of the help card."""
    await person.says("help")
    for group in GROUPS.values():
        for one in group.wishes:
            if one.kind == kind:
                inside = shown(await person.clicks(person.last_card(), group.title))
                await person.clicks(inside, one.title)
                return person.last_card()
    raise AssertionError(f"no button for {kind}")


async def reviewed(world: World, who: str, kind: str, *rounds: Mapping[str, Any]) -> Json:
    """The card after these rounds of filling in and pressing Review: a review, or a form that objects."""
    person = await world.person(who)
    card = await form_of(person, kind)
    for inputs in rounds:
        card = shown(await person.clicks(card, "wish.review", inputs))
    return card


async def asked(world: World, who: str, kind: str, *rounds: Mapping[str, Any]) -> Request:
    """The request that this comes to, as stored."""
    card = await reviewed(world, who, kind, *rounds)
    shown(await (await world.person(who)).clicks(card, "wish.submit"))
    return await world.newest_request(who)


async def task_cards(world: World, admin: str = "priya") -> list[Json]:
    """The cards of tasks in somebody's chat, as they read now, oldest first."""
    await world.settle()
    person = await world.person(admin)
    await person.looks()
    return [one for one in person.cards() if "\nTask TK-" in text_of(one)]


async def press_task(
    world: World, verb: str, inputs: Mapping[str, Any] | None = None, *, admin: str = "priya", at: int = -1
) -> str:
    """Click on a task's card, the newest unless `at` says otherwise; what takes its place."""
    card = (await task_cards(world, admin))[at]
    return text_of(shown(await (await world.person(admin)).clicks(card, verb, inputs or {})))
