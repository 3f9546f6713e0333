"""Who decides: turning the policy's stages into people, and asking again whether somebody still may."""

from __future__ import annotations

import asyncio

from bot.domain.approval import (
    ApproverSource,
    GroupApprovers,
    ManagerApprover,
    NamedApprovers,
    ResolvedStage,
    StageSpec,
    approvals_needed,
    eligible,
    matching_rule,
)
from bot.domain.people import Person
from bot.domain.plans import Refusal
from bot.domain.wishes import Wish
from bot.graph.errors import NotFound
from bot.usecases.desk import Desk

__all__ = ["resolve_stages", "source_people", "still_entitled"]


async def resolve_stages(desk: Desk, wish: Wish, requester_id: str) -> tuple[ResolvedStage, ...] | Refusal:
    """Every stage of the first matching rule with its people, or why nobody could decide (V8).

    Nobody decides on a request he asked for or benefits from; where that leaves nobody, the stage's
    fallback is asked (J13a).
    """
    rule = matching_rule(desk.policy, wish)
    stages = []
    for spec in rule.stages:
        stage = await _resolve(desk, spec, wish, requester_id)
        if stage is None:
            return Refusal(code="SB-APP-01", params={"rule": rule.name})
        stages.append(stage)
    return tuple(stages)


async def _resolve(desk: Desk, spec: StageSpec, wish: Wish, requester_id: str) -> ResolvedStage | None:
    for source, is_fallback in ((spec.approvers, False), (spec.fallback, True)):
        if source is None:
            continue
        candidates = await source_people(desk, source, wish.beneficiary_id)
        people = eligible(candidates, requester_id, wish.beneficiary_id)
        # Fewer people than must agree could never decide.
        if people and len(people) >= approvals_needed(spec, len(people)):
            return ResolvedStage(
                spec=spec,
                approvers=tuple(person.ref for person in people),
                used_fallback=is_fallback,
            )
    return None


async def source_people(desk: Desk, source: ApproverSource, beneficiary_id: str) -> tuple[Person, ...]:
    """The people behind a source, as the directory has them now."""
    match source:
        case ManagerApprover():
            manager = await desk.graph.manager(beneficiary_id)
            return (manager,) if manager else ()
        case GroupApprovers(id=group_id):
            return await desk.graph.group_members(group_id)
        case NamedApprovers(ids=ids):
            found = await asyncio.gather(*(_person_or_none(desk, person_id) for person_id in ids))
            return tuple(person for person in found if person)


async def _person_or_none(desk: Desk, person_id: str) -> Person | None:
    try:
        return await desk.graph.person(person_id)
    except NotFound:
        return None


async def still_entitled(desk: Desk, stage: ResolvedStage, actor_id: str, beneficiary_id: str) -> bool:
    """Whether somebody named on the stage still holds, right now, what he was asked for."""
    sources = [stage.spec.approvers, stage.spec.fallback if stage.used_fallback else None]
    for source in sources:
        if source is not None and await _belongs(desk, source, actor_id, beneficiary_id):
            person = await _person_or_none(desk, actor_id)
            return person is not None and person.enabled
    return False


async def _belongs(desk: Desk, source: ApproverSource, actor_id: str, beneficiary_id: str) -> bool:
    match source:
        case ManagerApprover():
            manager = await desk.graph.manager(beneficiary_id)
            return manager is not None and manager.id == actor_id
        case GroupApprovers(id=group_id):
            return group_id in await desk.graph.groups_of(actor_id, [group_id])
        case NamedApprovers(ids=ids):
            return actor_id in ids
