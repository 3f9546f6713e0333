"""Explain what a policy makes of a request: which rule applies and why, who is asked, until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.approval import (
    ApproverSource,
    Circumstances,
    Policy,
    ResolvedStage,
    Rule,
    StageSpec,
    approvals_needed,
    eligible,
    groups_named,
    mismatch,
)
from bot.domain.approval.timeline import opened
from bot.domain.people import Person
from bot.domain.policy import Silence
from bot.domain.values import CountryCode, Money, Value
from bot.usecases.routing import Offices, in_groups, source_people

__all__ = ["Asked", "Question", "Tried", "Verdict", "asked_at", "circumstances", "events", "verdicts"]


class Question(Value):
    """What somebody might ask for."""

    kind: str
    country: CountryCode | None = None
    products: frozenset[str] = frozenset()
    amount: Money | None = None
    monthly: Money | None = None
    people: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule: `field` is the first that does not fit; None where the rule applies."""

    number: int
    rule: Rule
    field: str | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One source of a stage: who may decide of it, and who not, each with the reason."""

    source: ApproverSource
    able: tuple[Person, ...]
    left_out: tuple[tuple[Person, str], ...]
    enough: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A stage with the people of now; the last source tried is asked where it is enough."""

    spec: StageSpec
    tried: tuple[Tried, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        last = self.tried[-1]
        return last.able if last.enough else ()


async def circumstances(
    offices: Offices, question: Question, requester: Person, beneficiary: Person
) -> Circumstances:
    """What rules are matched by, with groups as the directory has them. Raises `TransientUpstream`."""
    by_requester, by_beneficiary = groups_named(offices.policy)
    return Circumstances(
        **dict(question),
        requester=requester,
        beneficiary=beneficiary,
        requester_groups=await in_groups(offices.graph, requester, by_requester),
        beneficiary_groups=await in_groups(offices.graph, beneficiary, by_beneficiary),
    )


def verdicts(policy: Policy, found: Circumstances) -> Iterator[Verdict]:
    """Every rule up to the first that asks somebody."""
    for number, rule in enumerate(policy.rules, start=1):
        field = mismatch(rule.match, found)
        yield Verdict(number, rule, field)
        if field is None and rule.stages:
            return


async def asked_at(offices: Offices, spec: StageSpec, found: Circumstances) -> Asked:
    """Who is asked at a stage, and who is not. Raises `NotFound` for a group that is gone."""
    tried: list[Tried] = []
    for source in (spec.approvers, spec.fallback):
        if source is None or (tried and tried[-1].enough):
            continue
        candidates = await source_people(offices, source, found.beneficiary)
        able = eligible(candidates, found.requester.id, found.beneficiary.id)
        enough = bool(able) and len(able) >= approvals_needed(spec, len(able))
        tried.append(Tried(source, able, tuple(_left_out(candidates, able, found)), enough))
    return Asked(spec, tuple(tried))


def _left_out(
    candidates: Sequence[Person], able: Sequence[Person], found: Circumstances
) -> Iterator[tuple[Person, str]]:
    for person in candidates:
        if person not in able:
            yield person, _why_not(person, found)


def _why_not(person: Person, found: Circumstances) -> str:
    if person.id == found.requester.id:
        return "asks for it"
    if person.id == found.beneficiary.id:
        return "benefits from it"
    return "is switched off" if not person.enabled else "is a guest"


def events(policy: Policy, spec: StageSpec, now: datetime) -> list[tuple[datetime, Silence]]:
    """What silence does on a stage that is opened now, each at its moment by the working calendar."""
    stage = opened(ResolvedStage(spec=spec, seats=(), hours=policy.hours), now)
    return [(event.at, event.silence) for event in stage.events]
