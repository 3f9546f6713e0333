"""What `switchboard policy explain` says: a request's way through the policy, line by line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import utc_now
from bot.domain.amounts import money_text
from bot.domain.approval import Circumstances, Policy, Rule, StageSpec
from bot.domain.errors import AdminError
from bot.domain.people import Person
from bot.domain.policy import Silence, SilenceAction, StepUp
from bot.domain.policy_text import source_text
from bot.domain.values import Money
from bot.graph import Graph
from bot.graph.errors import NotFound
from bot.usecases.policy_explain import Asked, Question, Verdict, asked_at, circumstances, events, verdicts
from bot.usecases.routing import Offices

__all__ = ["offline_story", "story"]

_SILENCE = {
    SilenceAction.REMIND: "those asked are reminded",
    SilenceAction.ADD: "asked as well: {who}",
    SilenceAction.REPLACE: "asked instead: {who}",
    SilenceAction.ESCALATE: "the managers of those asked are asked as well",
    SilenceAction.EXPIRE: "it expires",
    SilenceAction.APPROVE: "it is approved: silence is consent",
}
_UNKNOWN_OFFLINE = frozenset({"requesters", "beneficiaries", "departments"})


async def story(offices: Offices, question: Question, who: str, beneficiary: str) -> AsyncIterator[str]:
    """The way of a request through a policy, with people as of now. Raises `AdminError` for unknown names."""
    requester = await _person(offices.graph, who)
    receiver = requester if beneficiary == who else await _person(offices.graph, beneficiary)
    found = await circumstances(offices, question, requester, receiver)
    now = utc_now()
    for line in _beginning(offices.policy, found):
        yield line
    for verdict in verdicts(offices.policy, found):
        yield _verdict(verdict, offline=False)
        if verdict.field is None:
            for line in _automatic(verdict.rule):
                yield line
            for number, spec in enumerate(verdict.rule.stages, start=1):
                asked = await _asked(offices, spec, found)
                for line in _stage(offices.policy, number, spec, asked, now):
                    yield line


def offline_story(policy: Policy, question: Question, who: str, beneficiary: str) -> Iterator[str]:
    """The same without the directory: nobody's groups, department or manager are known."""
    requester = Person(id="who", upn=who, name=who)
    receiver = requester if beneficiary == who else Person(id="for", upn=beneficiary, name=beneficiary)
    found = Circumstances(**dict(question), requester=requester, beneficiary=receiver)
    now = utc_now()
    yield from _beginning(policy, found)
    for verdict in verdicts(policy, found):
        yield _verdict(verdict, offline=True)
        if verdict.field is None:
            yield from _automatic(verdict.rule)
            for number, spec in enumerate(verdict.rule.stages, start=1):
                yield from _stage(policy, number, spec, None, now)


async def _person(graph: Graph, upn: str) -> Person:
    try:
        return await graph.person(upn)
    except NotFound:
        raise AdminError(f"the directory knows nobody called {upn}; use the name to sign in with") from None


async def _asked(offices: Offices, spec: StageSpec, found: Circumstances) -> Asked:
    try:
        return await asked_at(offices, spec, found)
    except NotFound:
        raise AdminError("a group of this stage does not exist; run `switchboard policy check`") from None


def _beginning(policy: Policy, found: Circumstances) -> Iterator[str]:
    whom = "" if found.requester == found.beneficiary else f" for {_name(found.beneficiary)}"
    yield f"{_name(found.requester)} asks{whom}: {', '.join(_particulars(found))}"
    count = len(policy.rules)
    yield f"policy {policy.version}, {count} {'rule' if count == 1 else 'rules'}"


def _particulars(found: Circumstances) -> Iterator[str]:
    yield found.kind
    place = found.country or found.beneficiary.usage_location
    if place:
        yield f"in {place}"
    yield from sorted(found.products)
    if found.amount:
        yield _money(found.amount)
    if found.monthly:
        yield f"{_money(found.monthly)} a month"
    if found.people > 1:
        yield f"{found.people} people"
    if found.beneficiary.department:
        yield f"department {found.beneficiary.department}"


def _verdict(verdict: Verdict, *, offline: bool) -> str:
    rule, field = verdict.rule, verdict.field
    head = f"rule {verdict.number} {rule.name!r}:"
    if field is None:
        return f"{head} applies"
    unknown = " (not looked up offline)" if offline and field in _UNKNOWN_OFFLINE else ""
    return f"{head} no, because of {field} = {_written(getattr(rule.match, field))}{unknown}"


def _written(value: object) -> str:
    if isinstance(value, Money):
        return _money(value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _automatic(rule: Rule) -> Iterator[str]:
    if rule.auto:
        times = rule.auto.per_person_a_month
        yield (
            f"  approved automatically, {times} {'time' if times == 1 else 'times'} a month and person; "
            "after that the next rule that applies:"
        )


def _stage(policy: Policy, number: int, spec: StageSpec, asked: Asked | None, now: datetime) -> Iterator[str]:
    yield f"  stage {number}: {source_text(spec.approvers)}; {_need(spec)}"
    if asked is None:
        if spec.fallback:
            yield f"    where nobody of them may decide: {source_text(spec.fallback)}"
    else:
        yield from _people(asked)
    if number > 1:
        yield "    once the stage before is approved; if that were now:"
    zone = ZoneInfo(policy.hours.zone)
    for moment, silence in events(policy, spec, now):
        yield f"    {moment.astimezone(zone):%a %d %b %Y %H:%M %Z} ({silence.after}): {_event(spec, silence)}"


def _people(asked: Asked) -> Iterator[str]:
    for position, tried in enumerate(asked.tried):
        if position:
            yield f"    not enough who may decide; instead {source_text(tried.source)}"
        for person, why in tried.left_out:
            yield f"    not asked: {_name(person)}, who {why}"
        if not tried.able and not tried.left_out:
            yield f"    {source_text(tried.source)}: nobody"
    for person in asked.people:
        yield f"    asked: {_name(person)}"
    if not asked.people:
        yield "    nobody may decide, so the request is refused (SB-APP-01)"


def _need(spec: StageSpec) -> str:
    said = (
        {"any": "any one", "all": "all of them"}[spec.need] if isinstance(spec.need, str) else str(spec.need)
    )
    step_up = {StepUp.CODE: ", confirmed by a one-time code", StepUp.SECOND_PERSON: ", and a second person"}
    return f"{said} must agree{step_up[spec.step_up] if spec.step_up else ''}"


def _event(spec: StageSpec, silence: Silence) -> str:
    source = silence.who or spec.fallback
    who = source_text(source) if source else "the managers of those asked"
    return _SILENCE[silence.do].format(who=who)


def _money(amount: Money) -> str:
    return f"{money_text(amount)} {amount.currency}"


def _name(person: Person) -> str:
    return person.upn if person.name == person.upn else f"{person.name} ({person.upn})"
