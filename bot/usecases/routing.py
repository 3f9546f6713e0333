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
    Policy,
    ResolvedStage,
    Seat,
    SeatOrigin,
    StageSpec,
    VoiceAdmins,
    approvals_needed,
    eligible,
    groups_named,
    matching_rules,
    monthly_of,
    products_of,
)
from bot.domain.people import Person
from bot.domain.plans import Plan, Refusal
from bot.domain.policy import AutoApproval, Rule
from bot.domain.values import Money
from bot.domain.wishes import CreditsWish, Wish, country_of
from bot.graph import Graph
from bot.graph.errors import NotFound
from bot.store import allowances
from bot.store.database import Transaction
from bot.usecases.desk import Desk

__all__ = [
    "Offices",
    "Route",
    "in_groups",
    "resolve_route",
    "resolve_stage",
    "source_people",
    "still_holds",
]


@dataclass(frozen=True, slots=True)
class Offices:
    """What it takes to find out who decides, by a policy that may not be the one in force."""

    graph: Graph
    policy: Policy
    admin_group: str

    @classmethod
    def of(cls, desk: Desk) -> Offices:
        """Those of this moment: a policy that changes meanwhile is for the next request."""
        return cls(desk.graph, desk.policy, desk.admin_group)


@dataclass(frozen=True, slots=True)
class Route:
    """The way a request takes through the policy."""

    policy_version: str
    rule: str
    stages: tuple[ResolvedStage, ...]
    """Empty where the rule approves by itself."""
    auto: AutoApproval | None = None
    """The rule approves by itself, up to this limit."""
    before: int = 0
    """Minor units of the same currency that were counted with the money asked for (J08)."""


async def resolve_route(
    desk: Desk,
    wish: Wish,
    plan: Plan,
    requester: Person,
    beneficiary: Person,
    *,
    anew: str | None = None,
) -> Route | Refusal:
    """Every stage of the first matching rule with its people, or why nobody could decide (V8).

    Nobody decides on a request he asked for or benefits from; where that leaves nobody, the stage's
    fallback is asked (J13a). A rule that approves by itself applies as long as its limit is not used up.
    `anew` is the id of a request that was asked for before and changes: it does not count against itself,
    and somebody is always asked. Raises `TransientUpstream`.
    """
    offices = Offices.of(desk)
    policy = offices.policy
    before = await desk.db.read(_asked_before, wish, requester.id, anew)
    found = await _circumstances(offices, wish, plan, requester, beneficiary, before)
    rule = await desk.db.read(_first_with_room, policy, found, anew)
    if rule.auto:
        return Route(policy.version, rule.name, (), rule.auto, before)
    stages = await asyncio.gather(*(resolve_stage(offices, spec, found) for spec in rule.stages))
    asked = tuple(stage for stage in stages if stage is not None)
    if len(asked) < len(stages):
        return Refusal(code="SB-APP-01", params={"rule": rule.name})
    return Route(policy.version, rule.name, asked, before=before)


def _asked_before(tx: Transaction, wish: Wish, requester_id: str, anew: str | None) -> int:
    if not isinstance(wish, CreditsWish):
        return 0
    return allowances.asked_lately(tx, requester_id, wish.at_stake.currency, anew)


async def _circumstances(
    offices: Offices, wish: Wish, plan: Plan, requester: Person, beneficiary: Person, before: int
) -> Circumstances:
    by_requester, by_beneficiary = groups_named(offices.policy)
    requester_groups, beneficiary_groups = await asyncio.gather(
        in_groups(offices.graph, requester, by_requester),
        in_groups(offices.graph, beneficiary, by_beneficiary),
    )
    monthly, unknown = monthly_of(plan)
    return Circumstances(
        kind=wish.kind,
        country=country_of(wish),
        requester=requester,
        beneficiary=beneficiary,
        requester_groups=requester_groups,
        beneficiary_groups=beneficiary_groups,
        products=products_of(plan),
        amount=_together(wish, before),
        monthly=monthly,
        monthly_unknown=unknown,
    )


def _together(wish: Wish, before: int) -> Money | None:
    """What is asked for, with what the same person asked for lately: splitting it changes nothing (J08)."""
    if not isinstance(wish, CreditsWish):
        return None
    return Money(minor=wish.at_stake.minor + before, currency=wish.at_stake.currency)


async def in_groups(graph: Graph, person: Person, named: tuple[str, ...]) -> frozenset[str]:
    """Those of the ids that rules name which are groups somebody is in; Graph is asked only for some."""
    others = [one for one in named if one != person.id]
    return await graph.groups_of(person.id, others) if others else frozenset()


def _first_with_room(tx: Transaction, policy: Policy, found: Circumstances, anew: str | None) -> Rule:
    """The first rule that applies. The last rule of a policy matches everything, and asks somebody."""
    return next(
        rule
        for rule in matching_rules(policy, found)
        if rule.auto is None or (anew is None and _has_room(tx, rule.name, rule.auto, found.beneficiary.id))
    )


def _has_room(tx: Transaction, rule: str, auto: AutoApproval, beneficiary_id: str) -> bool:
    return allowances.approved_this_month(tx, beneficiary_id, rule) < auto.per_person_a_month


def still_holds(
    tx: Transaction,
    route: Route,
    wish: Wish,
    requester_id: str,
    beneficiary_id: str,
    *,
    anew: str | None = None,
) -> bool:
    """Whether what a route counted is still so; until this transaction ends, nobody else changes it.

    Call it before the transaction locks anything else.
    """
    if isinstance(wish, CreditsWish):
        allowances.one_after_the_other(tx, requester_id)
        return _asked_before(tx, wish, requester_id, anew) == route.before
    if route.auto:
        allowances.one_after_the_other(tx, beneficiary_id)
        return _has_room(tx, route.rule, route.auto, beneficiary_id)
    return True


async def resolve_stage(offices: Offices, spec: StageSpec, found: Circumstances) -> ResolvedStage | None:
    """A stage with those who may decide on it; None where neither approvers nor fallback are enough."""
    policy = offices.policy
    for source, origin in ((spec.approvers, SeatOrigin.POLICY), (spec.fallback, SeatOrigin.FALLBACK)):
        if source is None:
            continue
        candidates = await source_people(offices, source, found.beneficiary)
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


async def source_people(
    offices: Offices, source: ApproverSource, beneficiary: Person | None
) -> tuple[Person, ...]:
    """The people behind a source, as the directory has them now; nobody where they depend on a beneficiary
    and there is none."""
    match source:
        case ManagerApprover():
            return await _managers(offices, beneficiary, 1)
        case ManagersManager():
            return await _managers(offices, beneficiary, 2)
        case GroupApprovers(id=group_id):
            return await offices.graph.group_members(group_id)
        case VoiceAdmins():
            return await offices.graph.group_members(offices.admin_group)
        case NamedApprovers(ids=ids):
            return await _named(offices, *ids)
        case CostCentreOwner():
            owner = beneficiary and offices.policy.owner_of(beneficiary.cost_centre, beneficiary.department)
            return await _named(offices, owner) if owner else ()


async def _managers(offices: Offices, person: Person | None, levels: int) -> tuple[Person, ...]:
    for _ in range(levels):
        person = await offices.graph.manager(person.id) if person else None
    return (person,) if person else ()


async def _named(offices: Offices, *ids: str) -> tuple[Person, ...]:
    found = await asyncio.gather(*(_person_or_none(offices, person_id) for person_id in ids))
    return tuple(person for person in found if person)


async def _person_or_none(offices: Offices, person_id: str) -> Person | None:
    try:
        return await offices.graph.person(person_id)
    except NotFound:
        return None
