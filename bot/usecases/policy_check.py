"""Check a policy against the directory: groups that are unknown or empty, people who cannot decide."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from bot.domain.approval import GroupApprovers, NamedApprovers, VoiceAdmins
from bot.domain.people import Person
from bot.domain.policy_sources import Named, matched_by, named_in
from bot.domain.policy_text.repeats import repeated_in_rule, repeated_in_stage, with_admins_known
from bot.domain.toml_places import Path
from bot.graph import Graph
from bot.graph.errors import NotFound
from bot.usecases.routing import Offices

__all__ = ["Unfit", "directory_problems"]

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Unfit:
    """Somebody or something the policy names and the directory does not bear out."""

    path: Path
    says: str
    """What is wrong and, after a semicolon, the fix."""
    stops: bool = True
    """Nobody, or too few, could decide; otherwise it still works with the others."""
    about: str = ""
    """The approver it is about, by object id; empty: a stage or rule as a whole."""


async def directory_problems(offices: Offices) -> list[Unfit]:
    """What the directory says against a policy, in the order of the file.

    Only reads. Raises `TransientUpstream` and `AdminError` when Graph cannot be asked.
    """
    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(look: Coroutine[Any, Any, list[Unfit]]) -> list[Unfit]:
        async with turns:
            return await look

    looks = [_problems(offices, named) for named in named_in(offices.policy)]
    looks += [_match_problems(offices.graph, path, one) for path, one in matched_by(offices.policy)]
    looks.append(_too_few_to_agree(offices))
    found = await asyncio.gather(*map(in_turn, looks))
    return [*_repeated(offices), *(problem for each in found for problem in each)]


def _repeated(offices: Offices) -> Iterator[Unfit]:
    """Who is asked again because a group is the voice admins', which the file alone cannot tell."""
    for index, rule in enumerate(offices.policy.rules):
        stages = [with_admins_known(stage, offices.admin_group) for stage in rule.stages]
        for number, stage in enumerate(rule.stages):
            path = ("rule", index, "stages", number)
            for says in repeated_in_rule(stages[number], stages[:number]):
                if says not in repeated_in_rule(stage, rule.stages[:number]):
                    yield Unfit(path, says, stops=False)
            for key, says in repeated_in_stage(stages[number]):
                if (key, says) not in repeated_in_stage(stage):
                    yield Unfit((*path, *key), says, stops=False)


async def _too_few_to_agree(offices: Offices) -> list[Unfit]:
    """A policy governs its own replacement: with too few voice admins it could never be changed again."""
    need = offices.policy.change.change_needs
    if not need:
        return []
    try:
        able = sum(map(_able, await offices.graph.group_members(offices.admin_group)))
    except NotFound:
        able = 0
    if able >= need:
        return []
    says = f"{need} voice admins must agree to a change, but there are {able}; add some, or lower it"
    return [Unfit(("policy", "change_needs"), says, stops=False)]


async def _problems(offices: Offices, named: Named) -> list[Unfit]:
    match named.source:
        case NamedApprovers(ids=ids):
            return await _people_problems(offices.graph, named, ids)
        case GroupApprovers(id=group_id):
            return await _group_problems(offices.graph, named, group_id)
        case VoiceAdmins():
            return await _group_problems(offices.graph, named, offices.admin_group)


async def _group_problems(graph: Graph, named: Named, group_id: str) -> list[Unfit]:
    try:
        members = await graph.group_members(group_id)
    except NotFound:
        return [Unfit(named.path, f"there is no group {group_id}; name one that exists", about=group_id)]
    able = sum(map(_able, members))
    if not able:
        says = f"nobody in group {group_id} can decide; add an enabled member, or name another group"
        return [Unfit(named.path, says, about=group_id)]
    return _too_few(named, able, f"group {group_id}")


async def _people_problems(graph: Graph, named: Named, ids: tuple[str, ...]) -> list[Unfit]:
    people = await asyncio.gather(*(_person_or_none(graph, one) for one in ids))
    able = sum(1 for person in people if person and _able(person))
    found = [
        Unfit(named.path, says, stops=able == 0, about=one)
        for one, person in zip(ids, people, strict=True)
        if (says := _unable(one, person))
    ]
    return [*found, *(_too_few(named, able, "the people named") if able else [])]


async def _match_problems(graph: Graph, path: Path, object_id: str) -> list[Unfit]:
    """A rule may name people and groups alike; what is neither never matches, and the rule is passed over."""
    try:
        await graph.group_name(object_id)
    except NotFound:
        if await _person_or_none(graph, object_id) is None:
            says = f"there is neither a group nor a person {object_id}; correct the id, or remove it"
            return [Unfit(path, says, stops=False)]
    return []


def _too_few(named: Named, able: int, whom: str) -> list[Unfit]:
    if able >= named.least:
        return []
    says = f"of {whom} {able} can decide, but {named.least} must agree; name more, or lower need"
    return [Unfit(named.path, says)]


def _unable(user_id: str, person: Person | None) -> str:
    if person is None:
        return f"there is nobody with the id {user_id}; name somebody else"
    if not person.enabled:
        return f"{person.name} ({person.upn}) is switched off; name somebody else"
    return (
        f"{person.name} ({person.upn}) is a guest and never decides; name somebody else"
        if person.guest
        else ""
    )


def _able(person: Person) -> bool:
    return person.enabled and not person.guest


async def _person_or_none(graph: Graph, user_id: str) -> Person | None:
    try:
        return await graph.person(user_id)
    except NotFound:
        return None
