"""Which rule of a policy applies to a request."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.people import Person
from bot.domain.plans import ChangeLicences, Plan
from bot.domain.policy import Match, Policy, Rule
from bot.domain.values import CountryCode, Money, ObjectId, Value

__all__ = [
    "Circumstances",
    "groups_named",
    "matching_rule",
    "matching_rules",
    "mismatch",
    "monthly_of",
    "products_of",
]


class Circumstances(Value):
    """What of a request its rule depends on."""

    kind: str
    """Of the wish."""
    country: CountryCode | None = None
    """Where the number is to be; None: the wish names none, and the beneficiary's counts."""
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
    return (rule for rule in policy.rules if mismatch(rule.match, found) is None)


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


def mismatch(match: Match, found: Circumstances) -> str | None:
    """The first field of a match that does not hold; None where all do."""
    holds = {
        "kinds": not match.kinds or found.kind in match.kinds,
        "products": not match.products or bool(found.products & set(match.products)),
        "countries": not match.countries or _country(found) in match.countries,
        "requesters": _named(match.requesters, found.requester, found.requester_groups),
        "beneficiaries": _named(match.beneficiaries, found.beneficiary, found.beneficiary_groups),
        "departments": _in_department(match.departments, found.beneficiary.department),
        "amount_from": _is_from(match.amount_from, found.amount, unknown=False),
        "amount_below": _is_below(match.amount_below, found.amount, unknown=False),
        "monthly_from": _is_from(match.monthly_from, found.monthly, unknown=found.monthly_unknown),
        "monthly_below": _is_below(match.monthly_below, found.monthly, unknown=found.monthly_unknown),
        "people_from": match.people_from is None or found.people >= match.people_from,
        "people_below": match.people_below is None or found.people < match.people_below,
    }
    return next((field for field, held in holds.items() if not held), None)


def _named(ids: tuple[ObjectId, ...], person: Person, groups: frozenset[ObjectId]) -> bool:
    return not ids or person.id in ids or not groups.isdisjoint(ids)


def _in_department(departments: tuple[str, ...], found: str | None) -> bool:
    return not departments or (found or "").strip().casefold() in {one.casefold() for one in departments}


def _country(found: Circumstances) -> str | None:
    """Where the number or plan is to be: what the wish names, or else where the person is."""
    return found.country or found.beneficiary.usage_location


def _is_from(limit: Money | None, found: Money | None, *, unknown: bool) -> bool:
    return limit is None or _reaches(found, limit, unknown)


def _is_below(limit: Money | None, found: Money | None, *, unknown: bool) -> bool:
    return limit is None or not _reaches(found, limit, unknown)


def _reaches(found: Money | None, limit: Money, unknown: bool) -> bool:
    """What is not known, and what is in another currency, counts as too much (R81)."""
    if unknown or found is None:
        return unknown
    return found.currency != limit.currency or found.minor >= limit.minor
