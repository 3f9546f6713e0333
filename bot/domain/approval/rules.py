"""Which rule of a policy applies to a request."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.people import Person
from bot.domain.plans import ChangeLicences, Plan
from bot.domain.policy import Match, Policy, Rule
from bot.domain.values import Money, ObjectId, Value
from bot.domain.wishes import Wish, country_of

__all__ = [
    "Circumstances",
    "groups_named",
    "matching_rule",
    "matching_rules",
    "monthly_of",
    "products_of",
]


class Circumstances(Value):
    """What of a request its rule depends on."""

    wish: Wish
    requester: Person
    beneficiary: Person
    requester_groups: frozenset[ObjectId] = frozenset()
    """Of those the policy names."""
    beneficiary_groups: frozenset[ObjectId] = frozenset()
    products: frozenset[str] = frozenset()
    """Part numbers the plan gives."""
    amount: Money | None = None
    """Money asked for, with what was asked for in the last 30 days (J08)."""
    monthly: Money | None = None
    """What the plan costs a month; None: nothing."""
    monthly_unknown: bool = False
    """A price is not known, or prices are in several currencies (R81)."""
    people: int = 1


def matching_rules(policy: Policy, found: Circumstances) -> Iterable[Rule]:
    """Every rule that applies, in order; the first wins, unless it is one of approvals by itself used up."""
    return (rule for rule in policy.rules if _applies(rule.match, found))


def matching_rule(policy: Policy, found: Circumstances) -> Rule:
    """The first rule with stages that applies. A parsed policy has one: its last rule matches everything."""
    return next(rule for rule in matching_rules(policy, found) if rule.stages)


def groups_named(policy: Policy) -> tuple[tuple[ObjectId, ...], tuple[ObjectId, ...]]:
    """Ids that rules match requesters and beneficiaries by; each may be a person's or a group's."""
    requesters = dict.fromkeys(one for rule in policy.rules for one in rule.match.requesters)
    beneficiaries = dict.fromkeys(one for rule in policy.rules for one in rule.match.beneficiaries)
    return tuple(requesters), tuple(beneficiaries)


def products_of(plan: Plan) -> frozenset[str]:
    """Part numbers a plan gives."""
    changes = (step for step in plan.steps if isinstance(step, ChangeLicences))
    return frozenset(add.part_number for step in changes for add in step.add)


def monthly_of(plan: Plan) -> tuple[Money | None, bool]:
    """What a plan costs a month, and whether that is not known: as `Circumstances` takes them."""
    paid = [step for step in plan.steps if isinstance(step, ChangeLicences) and _takes_seats(step)]
    costs = [step.monthly_cost for step in paid if step.monthly_cost]
    if len(costs) < len(paid) or len({cost.currency for cost in costs}) > 1:
        return None, True
    if not costs:
        return None, False
    return Money(minor=sum(cost.minor for cost in costs), currency=costs[0].currency), False


def _takes_seats(step: ChangeLicences) -> bool:
    return any(add.takes_seat for add in step.add)


def _applies(match: Match, found: Circumstances) -> bool:
    return all(
        (
            not match.kinds or found.wish.kind in match.kinds,
            not match.countries or _country(found) in match.countries,
            not match.products or bool(found.products & set(match.products)),
            _named(match.requesters, found.requester, found.requester_groups),
            _named(match.beneficiaries, found.beneficiary, found.beneficiary_groups),
            _in_department(match.departments, found.beneficiary.department),
            _money(match.amount_from, match.amount_below, found.amount, unknown=False),
            _money(match.monthly_from, match.monthly_below, found.monthly, unknown=found.monthly_unknown),
            match.people_from is None or found.people >= match.people_from,
            match.people_below is None or found.people < match.people_below,
        )
    )


def _named(ids: tuple[ObjectId, ...], person: Person, groups: frozenset[ObjectId]) -> bool:
    return not ids or person.id in ids or not groups.isdisjoint(ids)


def _in_department(departments: tuple[str, ...], found: str | None) -> bool:
    return not departments or (found or "").strip().casefold() in {one.casefold() for one in departments}


def _country(found: Circumstances) -> str | None:
    """Where the number or plan is to be: what the wish names, or else where the person is."""
    return country_of(found.wish) or found.beneficiary.usage_location


def _money(at_least: Money | None, below: Money | None, found: Money | None, *, unknown: bool) -> bool:
    """What is not known, and what is in another currency, counts as too much (R81)."""
    return (at_least is None or _reaches(found, at_least, unknown)) and (
        below is None or not _reaches(found, below, unknown)
    )


def _reaches(found: Money | None, limit: Money, unknown: bool) -> bool:
    if unknown or found is None:
        return unknown
    return found.currency != limit.currency or found.minor >= limit.minor
