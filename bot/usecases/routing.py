"""Who decides: from a wish and its plan to the rule that applies, and from its stages to people."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.domain.approval import (
    ApproverSource,
    Circumstances,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    NamedApprovers,
    ResolvedStage,
    Seat,
    SeatOrigin,
    StageSpec,
    VoiceAdmins,
    approvals_needed,
    eligible,
    matching_rule,
    monthly_of,
    products_of,
)
from bot.domain.people import Person
from bot.domain.plans import Plan, Refusal
from bot.domain.wishes import CreditsWish, Wish, country_of
from bot.graph.errors import NotFound
from bot.usecases.desk import Desk

__all__ = ["Route", "resolve_route", "source_people"]


@dataclass(frozen=True, slots=True)
class Route:
    """The way a request takes through the policy."""

    policy_version: str
    rule: str
    stages: tuple[ResolvedStage, ...]


async def resolve_route(
    desk: Desk, wish: Wish, plan: Plan, requester: Person, beneficiary: Person
) -> Route | Refusal:
    """Every stage of the first matching rule with its people, or why nobody could decide (V8).

    Nobody decides on a request he asked for or benefits from; where that leaves nobody, the stage's
    fallback is asked (J13a).
    """
    policy = desk.policy
    monthly, unknown = monthly_of(plan)
    found = Circumstances(
        kind=wish.kind,
        country=country_of(wish),
        requester=requester,
        beneficiary=beneficiary,
        products=products_of(plan),
        amount=wish.amount if isinstance(wish, CreditsWish) else None,
        monthly=monthly,
        monthly_unknown=unknown,
    )
    rule = matching_rule(policy, found)
    stages = []
    for spec in rule.stages:
        stage = await _resolve(desk, spec, found)
        if stage is None:
            return Refusal(code="SB-APP-01", params={"rule": rule.name})
        stages.append(stage)
    return Route(policy.version, rule.name, tuple(stages))


async def _resolve(desk: Desk, spec: StageSpec, found: Circumstances) -> ResolvedStage | None:
    policy = desk.policy
    for source, origin in ((spec.approvers, SeatOrigin.POLICY), (spec.fallback, SeatOrigin.FALLBACK)):
        if source is None:
            continue
        candidates = await source_people(desk, source, found.beneficiary)
        people = eligible(candidates, found.requester.id, found.beneficiary.id)
        # Fewer people than must agree could never decide.
        if people and len(people) >= approvals_needed(spec, len(people)):
            return ResolvedStage(
                spec=spec,
                seats=tuple(Seat(holder=person.ref, origin=origin, source=source) for person in people),
                used_fallback=origin is SeatOrigin.FALLBACK,
                hours=policy.hours,
                quiet=policy.quiet,
                digest_above=policy.digest_above,
            )
    return None


async def source_people(desk: Desk, source: ApproverSource, beneficiary: Person | None) -> tuple[Person, ...]:
    """The people behind a source, as the directory has them now; nobody where they depend on a beneficiary
    and there is none."""
    match source:
        case ManagerApprover():
            return await _managers(desk, beneficiary, 1)
        case ManagersManager():
            return await _managers(desk, beneficiary, 2)
        case GroupApprovers(id=group_id):
            return await desk.graph.group_members(group_id)
        case VoiceAdmins():
            return await desk.graph.group_members(desk.admin_group)
        case NamedApprovers(ids=ids):
            return await _named(desk, *ids)
        case CostCentreOwner():
            owner = desk.policy.cost_centres.get(((beneficiary and beneficiary.department) or "").casefold())
            return await _named(desk, owner) if owner else ()


async def _managers(desk: Desk, person: Person | None, levels: int) -> tuple[Person, ...]:
    for _ in range(levels):
        person = await desk.graph.manager(person.id) if person else None
    return (person,) if person else ()


async def _named(desk: Desk, *ids: str) -> tuple[Person, ...]:
    found = await asyncio.gather(*(_person_or_none(desk, person_id) for person_id in ids))
    return tuple(person for person in found if person)


async def _person_or_none(desk: Desk, person_id: str) -> Person | None:
    try:
        return await desk.graph.person(person_id)
    except NotFound:
        return None
