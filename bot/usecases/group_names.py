"""What groups are called, where people read of them: plans and refusals know groups by their ids."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from bot.domain.plans import HumanTask, Notice, Plan, Refusal, Step
from bot.graph.errors import Forbidden, NotFound
from bot.usecases.desk import Desk

__all__ = ["group_name", "with_group_names"]

_GROUP = "group"
"""The parameter of notices, refusals and tasks that holds a group's id."""

_Said = TypeVar("_Said", Notice, Refusal)


async def group_name(desk: Desk, group_id: str) -> str:
    """A group may be gone, or hidden, while its licences are still there: then it has no name."""
    try:
        return await desk.graph.group_name(group_id)
    except (NotFound, Forbidden):
        return ""


async def with_group_names(desk: Desk, found: Plan | Refusal) -> Plan | Refusal:
    """The same, saying what groups are called; a task keeps the id, too, by which the group is changed.

    Raises `TransientUpstream` when Graph cannot be asked.
    """
    groups = sorted(set(_groups(found)))
    if not groups:
        return found
    names = await asyncio.gather(*(group_name(desk, one) for one in groups))
    known = {group: name or group for group, name in zip(groups, names, strict=True)}
    if isinstance(found, Refusal):
        return _renamed(found, known)
    notices = tuple(_renamed(one, known) for one in found.notices)
    steps = tuple(_told(one, known) for one in found.steps)
    return found.model_copy(update={"notices": notices, "steps": steps})


def _groups(found: Plan | Refusal) -> Iterator[str]:
    carriers: Iterable[Notice | Refusal | HumanTask] = (found,) if isinstance(found, Refusal) else _in(found)
    for one in carriers:
        if one.params.get(_GROUP):
            yield one.params[_GROUP]


def _in(plan: Plan) -> Iterator[Notice | HumanTask]:
    yield from plan.notices
    yield from (step for step in plan.steps if isinstance(step, HumanTask))


def _renamed(said: _Said, names: Mapping[str, str]) -> _Said:
    group = said.params.get(_GROUP, "")
    return said.model_copy(update={"params": {**said.params, _GROUP: names[group]}}) if group else said


def _told(step: Step, names: Mapping[str, str]) -> Step:
    if not isinstance(step, HumanTask) or not step.params.get(_GROUP):
        return step
    params = {**step.params, "group_name": names[step.params[_GROUP]]}
    return step.model_copy(update={"params": params})
