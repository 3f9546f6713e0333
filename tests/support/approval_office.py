"""An office drawn at will: who reports to whom, who is in which group, what the policy asks of whom; and
everything people do there about approvals, by the real use cases, the real runner and a simulated Graph."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st

from bot.audit.chain import seal
from bot.credentials import Credentials, loopback_client_credentials
from bot.domain.approval import Verdict
from bot.domain.approval.parts import parts
from bot.domain.calendar import WorkingHours, WorkingTime
from bot.domain.delegations import Delegation
from bot.domain.errors import Conflict, NotYours, TransientUpstream, UnknownRequest
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.policy import (
    ApproverSource,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    NamedApprovers,
    Policy,
    Rule,
    Silence,
    SilenceAction,
    StageSpec,
    StepUp,
    VoiceAdmins,
)
from bot.domain.requests import Request
from bot.domain.tasks import Audience
from bot.domain.tenant import EmergencyLocation, TenantFacts
from bot.domain.values import Money
from bot.domain.wishes import CreditsWish, NumberWish, Wish
from bot.execution.assent import Approval
from bot.execution.pace import Pace
from bot.execution.runner import Runner, RunnerSettings
from bot.graph import Graph, Patience
from bot.sandbox import shaping
from bot.sandbox.faults import Effect, EffectKind, Match
from bot.sandbox.model import AutomaticReplies, Group, Location
from bot.sandbox.server import SandboxServer
from bot.sandbox.tenant import Tenant
from bot.store import queue, requests
from bot.store.approval_tables import delegations as delegation_rows
from bot.store.database import Database, Transaction, open_database
from bot.usecases.decide import Answer, Asked, DecisionResult, decide
from bot.usecases.delegate import Wanted, delegate, stop_all
from bot.usecases.desk import Desk
from bot.usecases.edit import edit
from bot.usecases.policy_book import PolicyBook
from bot.usecases.reassign import HandOver, reassign
from bot.usecases.recheck import still_approved
from bot.usecases.remind import remind
from bot.usecases.reroute import admins_of, reroute
from bot.usecases.submit import submit
from bot.usecases.tending import tend
from bot.usecases.withdraw import withdraw
from tests.support.databases import SqliteFiles
from tests.support.shifted_time import ShiftedTime

__all__ = ["ADMINS", "GROUPS", "PEOPLE", "Chart", "Office", "Play", "charts", "office", "policies"]

PEOPLE = tuple(f"0ff1ce00-0000-4000-8000-00000000000{index}" for index in range(9))
GROUPS = tuple(f"96009000-0000-4000-8000-00000000000{index}" for index in range(2))
ADMINS = "96009000-0000-4000-8000-00000000000a"
PLACE = "5a1e0000-0000-4000-8000-000000000001"
PARTS = ("ENTERPRISEPACK", "MCOEV", "MCOPSTN1")
LONG_AGO = timedelta(days=400)
_STAYS_AWAY = Match(times=None)


@dataclass(frozen=True, slots=True)
class Chart:
    """Who there is. People are numbers, as in `PEOPLE`."""

    managers: tuple[int | None, ...]
    """By person; circles, and people above themselves, are possible."""
    groups: tuple[frozenset[int], ...]
    admins: frozenset[int]
    guests: frozenset[int]
    seats: int
    """Free licences of every kind, and free numbers."""


def charts() -> st.SearchStrategy[Chart]:
    everybody = range(len(PEOPLE))
    someone = st.sampled_from(everybody)
    some = st.frozensets(someone, min_size=1, max_size=4)
    return st.builds(
        Chart,
        managers=st.tuples(*(_manager(index) for index in everybody)),
        groups=st.tuples(*(some for _ in GROUPS)),
        admins=st.frozensets(someone, min_size=3, max_size=5),
        guests=st.frozensets(someone, max_size=1),
        seats=st.sampled_from((9, 9, 1, 0)),
    )


def _manager(index: int) -> st.SearchStrategy[int | None]:
    """Mostly somebody above; otherwise anybody, also oneself or somebody below."""
    above = st.sampled_from(range(index)) if index else st.none()
    return st.one_of(above, above, above, st.sampled_from(range(len(PEOPLE))))


def sources() -> st.SearchStrategy[ApproverSource]:
    named = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True)
    return st.one_of(
        st.just(ManagerApprover()),
        st.just(ManagersManager()),
        st.builds(GroupApprovers, id=st.sampled_from(GROUPS)),
        st.builds(NamedApprovers, ids=named.map(tuple)),
        st.just(VoiceAdmins()),
        st.just(CostCentreOwner()),
    )


@st.composite
def silences(draw: st.DrawFn) -> tuple[Silence, ...]:
    hours = sorted(draw(st.lists(st.integers(2, 90), min_size=1, max_size=4, unique=True)))
    before = st.sampled_from([one for one in SilenceAction if one.value not in ("expire", "approve")])
    last = draw(st.sampled_from((SilenceAction.EXPIRE, SilenceAction.EXPIRE, SilenceAction.APPROVE)))
    found = []
    for index, hour in enumerate(hours):
        do = last if index == len(hours) - 1 else draw(before)
        who = draw(st.none() | sources()) if do in (SilenceAction.ADD, SilenceAction.REPLACE) else None
        found.append(Silence(after=WorkingTime(hours=hour), do=do, who=who))
    return tuple(found)


def stages() -> st.SearchStrategy[StageSpec]:
    return st.builds(
        StageSpec,
        approvers=sources(),
        need=st.sampled_from(("any", "all", "all", 1, 2, 2, 3)),
        fallback=st.one_of(sources(), st.just(VoiceAdmins()), st.just(VoiceAdmins()), st.none()),
        comment_on_reject=st.booleans(),
        comment_on_approve=st.sampled_from((False, False, True)),
        silence=silences(),
        step_up=st.sampled_from((None, None, StepUp.SECOND_PERSON)),
        reassign=st.sampled_from((True, True, False)),
    )


def policies() -> st.SearchStrategy[Policy]:
    """One rule for everything; working hours by day, or always."""
    stage_lists = st.lists(stages(), min_size=1, max_size=3).map(tuple)
    return st.builds(
        lambda found, hours, quiet, owner: Policy(
            version="drawn",
            rules=(Rule(name="everything", stages=found),),
            hours=hours,
            quiet=quiet,
            digest_above=2,
            cost_centres={"desk": PEOPLE[owner]},
        ),
        stage_lists,
        st.sampled_from((WorkingHours(), WorkingHours.model_validate({"begin": "09:00", "end": "17:00"}))),
        st.booleans(),
        st.sampled_from(range(len(PEOPLE))),
    )


class _Errors(logging.Handler):
    """Keeps what was logged as an error: the runner goes on after one, and a test would not see it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


@dataclass
class Office:
    """One sandbox for many plays."""

    sandbox: SandboxServer
    graph: Graph
    files: SqliteFiles
    clock: ShiftedTime = field(default_factory=ShiftedTime)

    def opens(self, chart: Chart, policy: Policy, hour: int) -> Play:
        """A new database, and the tenant as the chart says, so many hours into a week."""
        self.sandbox.graph.faults.scripted.clear()
        db = open_database(self.files.url(), seal, self.clock)
        self._begin_week(db, hour)
        facts = _put_into(self.sandbox.tenant, chart)
        desks = tuple(Desk(db, self.graph, PolicyBook(policy), facts, ADMINS, lambda: None) for _ in range(2))
        return Play(self, db, desks, facts)

    def _begin_week(self, db: Database, hour: int) -> None:
        now = db.run_read(lambda tx: tx.now)
        monday = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=7 - now.weekday())
        self.advance(monday + timedelta(hours=hour) - now)

    def advance(self, by: timedelta) -> None:
        self.sandbox.tenant.clock.advance(by.total_seconds())
        self.clock.advance(by)


def _put_into(tenant: Tenant, chart: Chart) -> TenantFacts:
    tenant.clear()
    tenant.set_delays({"directory_read": 0})
    for part in PARTS:
        used = len(PEOPLE) if part == "ENTERPRISEPACK" else 0
        shaping.add_sku(tenant, shaping.NewSku(sku=part, enabled=used + chart.seats))
    tenant.locations[PLACE] = Location(PLACE, tenant.stable_id("civic"), "Office", "FR", "Town", "1 Main St")
    for index, person_id in enumerate(PEOPLE):
        person = shaping.add_person(
            tenant,
            shaping.NewPerson(
                displayName=f"Person {index}",
                id=person_id,
                userPrincipalName=f"p{index}@contoso.com",
                usageLocation="FR",
                guest=index in chart.guests,
                department="Desk",
                licences=("ENTERPRISEPACK",),
            ),
        )
        person.history[:] = [replace(person.now, since=person.created_at)]
    for index, manager in enumerate(chart.managers):
        tenant.people[PEOPLE[index]].manager_id = None if manager is None else PEOPLE[manager]
    now = tenant.clock.now()
    for group_id, members in (*zip(GROUPS, chart.groups, strict=True), (ADMINS, chart.admins)):
        tenant.groups[group_id] = Group(
            group_id, group_id[-1], "", now, [PEOPLE[index] for index in sorted(members)]
        )
    for index in range(chart.seats):
        add_number(tenant, index)
    place = EmergencyLocation(id=PLACE, name="Office", country="FR", city="Town")
    return TenantFacts(emergency_locations=(place,), billing="MOSA", approval_days=2)


def add_number(tenant: Tenant, index: int) -> None:
    new = {"telephoneNumber": f"+3312345{index:04}", "city": "Town", "locationId": PLACE}
    shaping.add_number(tenant, shaping.NewNumber.model_validate(new))


@dataclass
class Play:
    """One office from its beginning to its end. People and requests are named by numbers, in order."""

    office: Office
    db: Database
    desks: tuple[Desk, ...]
    """Of two replicas: what one remembers of the directory the other does not know."""
    facts: TenantFacts
    known: list[str] = field(default_factory=list)
    """Requests, by id."""
    changed_at: datetime | None = None
    """When the directory, or who stands in, last changed."""
    confirmed: list[Request] = field(default_factory=list)
    """What may be carried out, as it was found since this was last looked at."""
    came: int = 0
    """Numbers that came in."""
    errors: _Errors = field(default_factory=_Errors)

    def __post_init__(self) -> None:
        logging.getLogger("bot").addHandler(self.errors)

    def close(self) -> None:
        logging.getLogger("bot").removeHandler(self.errors)
        self.office.sandbox.graph.faults.scripted.clear()
        self.office.sandbox.graph.journal.clear()
        self.db.close_now()

    # What there is ---------------------------------------------------------------------------------------

    @property
    def tenant(self) -> Tenant:
        return self.office.sandbox.tenant

    def now(self) -> datetime:
        return self.db.run_read(lambda tx: tx.now)

    def request(self, which: int) -> Request | None:
        found = [self.stored(request_id) for request_id in self.known]
        waiting = [one for one in found if one.stage is not None]
        # Mostly one that something can still become of.
        some = waiting or found if which else found
        return some[which % len(some)] if some else None

    def stored(self, request_id: str) -> Request:
        found = self.db.run_read(requests.by_id, request_id)
        assert found is not None
        return found

    def delegations(self) -> list[Delegation]:
        """Those that were made, whatever became of them."""

        def read(tx: Transaction) -> list[Delegation]:
            rows = tx.conn.execute(sa.select(delegation_rows)).mappings()
            return [
                Delegation.model_validate({name: row[name] for name in Delegation.model_fields})
                for row in rows
            ]

        return self.db.run_read(read)

    def calm(self) -> bool:
        """Whether what is remembered for a minute is what is so."""
        return self.changed_at is None or self.now() - self.changed_at > timedelta(seconds=61)

    def actor(self, who: int) -> Actor:
        return Actor(id=PEOPLE[who], name=f"Person {who}")

    def _changed(self) -> None:
        self.changed_at = self.now()

    # What people do --------------------------------------------------------------------------------------

    async def asks(self, who: int, whom: int, *, money: bool, key: str) -> None:
        wish: Wish = NumberWish(beneficiary_id=PEOPLE[whom], country="FR")
        if money:
            wish = CreditsWish(beneficiary_id=PEOPLE[who], amount=Money(minor=5000, currency="EUR"))
        try:
            made = await submit(self.desks[0], self.actor(who), wish, key)
        except TransientUpstream:
            return
        if isinstance(made, Request) and made.id not in self.known:
            self.known.append(made.id)

    def some_wait(self, most: int) -> bool:
        """Whether so many requests wait for approval, or there have been so many that it is enough."""
        waiting = [one for one in map(self.stored, self.known) if one.stage is not None]
        return len(waiting) >= most or len(self.known) >= 4 * most

    async def edits(self, who: int, which: int, *, city: str | None) -> None:
        request = self.request(which)
        if request is None:
            return
        wish = request.wish.model_copy(update={"reason": city or ""})
        if isinstance(wish, NumberWish):
            wish = wish.model_copy(update={"city": city})
        try:
            await edit(self.desks[0], self.actor(who), request.id, wish)
        except (UnknownRequest, TransientUpstream):
            return

    async def clicks(
        self, who: int, which: int, answer: Answer, *, stale: int, replica: int
    ) -> DecisionResult | None:
        """A click on what is asked now, or was (`stale`); None where there is no answer."""
        request = self.request(which)
        if request is None:
            return None
        asked = Asked(max(0, request.stage_index - (stale == 1)), max(0, request.round - (stale == 2)))
        try:
            return await decide(self.desks[replica], self.actor(who), request.id, answer, asked)
        except (UnknownRequest, TransientUpstream):
            return None

    def answer(self, which: int, *, yes: bool, comment: bool, drop: int) -> Answer:
        request = self.request(which)
        found = parts(request.plan) if request else ()
        dropped = (found[drop % len(found)].key,) if found and drop else ()
        return Answer(
            verdict=Verdict.APPROVE if yes else Verdict.REJECT,
            comment="because" if comment else "",
            acknowledged=request.plan.acknowledge if request else (),
            dropped=dropped,
        )

    async def withdraws(self, who: int, which: int) -> None:
        request = self.request(which)
        if request is not None:
            try:
                await withdraw(self.desks[0], self.actor(who), request.id)
            except NotYours:
                assert self.actor(who).id != request.requester.id

    async def reminds(self, who: int, which: int) -> None:
        request = self.request(which)
        if request is not None:
            try:
                await remind(self.desks[0], self.actor(who), request.id)
            except NotYours:
                assert self.actor(who).id not in request.concerned

    async def hands_over(self, who: int, which: int, to: int, whose: int | None) -> None:
        request = self.request(which)
        if request is None:
            return
        holder = "" if whose is None else PEOPLE[whose]
        try:
            done = await reassign(
                self.desks[0], self.actor(who), request.id, HandOver(PEOPLE[to], "busy", holder)
            )
        except (UnknownRequest, TransientUpstream):
            return
        if not isinstance(done, Refusal):
            self._changed()

    async def delegates(self, who: int, to: int, begins: int, hours: int, *, numbers_only: bool) -> None:
        since = self.now() + timedelta(hours=begins)
        kinds = ("number",) if numbers_only else ()
        wanted = Wanted(PEOPLE[to], since, since + timedelta(hours=hours), kinds)
        try:
            await delegate(self.desks[0], self.actor(who), wanted)
        except TransientUpstream:
            return
        self._changed()

    async def stops(self, who: int) -> None:
        await stop_all(self.desks[0], self.actor(who))
        self._changed()

    async def is_not_reached(self, who: int, which: int) -> None:
        """A card did not arrive."""
        request = self.request(which)
        if request is None or request.stage is None or request.stage.opened_at is None:
            return
        if PEOPLE[who] in {one.id for one in request.stage.approvers}:
            try:
                await reroute(self.desks[0], request.id, PEOPLE[who])
            except TransientUpstream:
                return

    # What happens to people ------------------------------------------------------------------------------

    def goes_away(self, who: int, hours: int | None) -> None:
        person = self.tenant.people.get(PEOPLE[who])
        if person is not None:
            now = self.now()
            person.automatic_replies = (
                AutomaticReplies("alwaysEnabled")
                if hours is None
                else AutomaticReplies("scheduled", now, now + timedelta(hours=hours))
            )
            self.tenant.touch()

    def comes_back(self, who: int) -> None:
        person = self.tenant.people.get(PEOPLE[who])
        if person is not None:
            person.automatic_replies = AutomaticReplies()
            self.tenant.touch()

    def is_switched(self, who: int, *, on: bool) -> None:
        person = self.tenant.people.get(PEOPLE[who])
        if person is not None:
            shaping.change_person(self.tenant, person, shaping.PersonChanges(accountEnabled=on))
            self._changed()

    def leaves(self, who: int) -> None:
        person = self.tenant.people.get(PEOPLE[who])
        if person is not None:
            shaping.drop_person(self.tenant, person)
            self._changed()

    def joins_or_leaves_group(self, who: int, which: int) -> None:
        group = self.tenant.groups[(*GROUPS, ADMINS)[which]]
        if PEOPLE[who] in group.members:
            shaping.drop_member(self.tenant, group, PEOPLE[who])
        elif PEOPLE[who] in self.tenant.people:
            shaping.add_member(self.tenant, group, PEOPLE[who])
        self._changed()

    def gets_manager(self, who: int, manager: int | None) -> None:
        person = self.tenant.people.get(PEOPLE[who])
        if person is not None and (manager is None or PEOPLE[manager] in self.tenant.people):
            person.manager_id = None if manager is None else PEOPLE[manager]
            self.tenant.touch()
            self._changed()

    def graph_goes(self) -> None:
        faults = self.office.sandbox.graph.faults
        faults.scripted.clear()
        faults.add(_STAYS_AWAY, Effect(kind=EffectKind.STATUS, status=503))

    def graph_comes_back(self) -> None:
        self.office.sandbox.graph.faults.scripted.clear()

    def stock_comes(self) -> None:
        self.came += 1
        add_number(self.tenant, 100 + self.came)
        for part in PARTS:
            sku = shaping.sku_of(self.tenant, part)
            shaping.change_sku(self.tenant, sku, shaping.SkuChanges(enabled=sku.enabled + 1))

    # What time does --------------------------------------------------------------------------------------

    async def runs(self) -> None:
        """The runner does whatever is due now: looks after what waits, carries out what is approved."""
        await self._runner().run_until_idle()

    async def lives(self, minutes: int) -> None:
        """Time passes, and the runner is there whenever something is due."""
        until = self.now() + timedelta(minutes=minutes)
        while (due := self.db.run_read(queue.next_due)) is not None and due <= until:
            self.office.advance(max(due - self.now(), timedelta()) + timedelta(milliseconds=1))
            await self.runs()
        self.office.advance(max(until - self.now(), timedelta()))

    def sleeps(self, minutes: int) -> None:
        """Time passes, and nobody looks."""
        self.office.advance(timedelta(minutes=minutes))

    def sleep_until(self, moment: datetime) -> None:
        self.office.advance(max(moment - self.now(), timedelta()) + timedelta(milliseconds=1))

    async def is_tended(self, which: int, *, alone: bool = True) -> None:
        request = self.request(which)
        if request is not None:
            await self.has_tended(request.id, alone=alone)

    async def has_tended(self, request_id: str, *, alone: bool = True) -> None:
        try:
            await tend(self.desks[1], request_id)
        except Conflict:
            assert not alone, "nobody else was acting"

    async def at_once(self, *moves: Coroutine[Any, Any, object]) -> None:
        """Several things happen in whatever order the loop and the database bring them."""
        await asyncio.gather(*moves)

    def _runner(self) -> Runner:
        desk = self.desks[0]

        async def tend_to(request_id: str) -> None:
            await tend(desk, request_id)

        async def confirm(request: Request, token: str) -> Request | None:
            found = await still_approved(desk, request, token)
            if found is not None:
                self.confirmed.append(found)
            return found

        async def admins() -> tuple[str, ...]:
            return await admins_of(desk)

        async def members(_audience: Audience) -> tuple[str, ...]:
            return await admins_of(desk)

        return Runner(
            self.db,
            self.office.graph,
            facts=self.facts,
            admins=admins,
            members=members,
            approval=Approval(tend_to, confirm),
            settings=RunnerSettings(pace=Pace(quick_looks=())),
        )


@asynccontextmanager
async def office(files: SqliteFiles) -> AsyncIterator[Office]:
    """One sandbox, and a Graph that speaks to it over HTTP."""
    async with SandboxServer(pacing=False) as sandbox:
        app = sandbox.identity.app
        authority = f"{sandbox.authority}/{app.tenant_id}"
        tokens = Credentials(loopback_client_credentials(authority, app.app_id, app.password))
        async with Graph(sandbox.graph_url, tokens, patience=Patience(attempts=1)) as graph:
            yield Office(sandbox, graph, files)
