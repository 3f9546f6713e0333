"""Plans carried out in the simulated tenant, and what must hold of the tenant afterwards."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from bot.audit.chain import seal
from bot.credentials import Credentials, loopback_client_credentials
from bot.domain.drift.compare import DriftKind
from bot.domain.planning import needs, plan
from bot.domain.plans import (
    AssignNumber,
    ChangeLicences,
    KeepNumber,
    Plan,
    Refusal,
    ReleaseNumber,
    SetLocation,
    SetUsageLocation,
    WaitReason,
)
from bot.domain.policy import Policy
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import Wish
from bot.graph import Graph, Patience
from bot.sandbox.model import DirectoryState, Number
from bot.sandbox.products import EXCLUSIVE_PLANS, PREREQUISITES
from bot.sandbox.server import SandboxServer
from bot.sandbox.tenant import Tenant
from bot.store import drifts
from bot.store.database import open_database
from bot.store.promises import promises
from bot.usecases.desk import Desk
from bot.usecases.drift_watch import look
from bot.usecases.policy_book import PolicyBook
from tests.support.carrying import Rig, store_approved, until_due
from tests.support.databases import SqliteFiles
from tests.support.openapi import check_journal
from tests.support.robot_admin import ADMINS, RobotAdmin, hire
from tests.support.shaped import ME, Shape, put_into
from tests.support.shifted_time import ShiftedTime

__all__ = ["Carried", "Stage", "stage"]

REQUEST = "SB-00001"
PATIENCE = timedelta(days=20)
STANDSTILL = timedelta(hours=3)
"""After so long without any task nobody will bring what is waited for."""
STOCK = (WaitReason.LICENCES, WaitReason.NUMBER, WaitReason.ADDRESS)
NEVER = frozenset({"SB-UP-01", "SB-UP-02", "SB-UP-03", "SB-UP-04", "SB-NUM-15"})
"""Codes for what Graph said no to, or what broke: a plan that was made right does not meet them."""
BROKEN = frozenset({"SB-LIC-11", "SB-LIC-12"})
"""What Graph says of licences that do not go together: allowed only where they did not before."""


@dataclass(frozen=True)
class Carried:
    """A request at its end, the plan it had, and the tenant before and after."""

    plan: Plan
    request: Request
    tenant: Tenant
    before: DirectoryState
    had: dict[str, str | None]
    """Numbers and who held them."""
    willing: bool
    broke: tuple[str, ...]
    """What was logged as an error."""
    drift: tuple[DriftKind, ...]
    """What the watch says the next morning, although nobody has changed anything."""
    behind: bool
    """Whether the directory showed the person as of earlier when the plan was made: what is there already
    and cannot be seen may not go together with what is planned, and Graph says so."""

    def keeps_every_law(self) -> None:
        codes = [notice.code for notice in self.request.outcome.notices] if self.request.outcome else []
        assert self.broke == ()
        assert NEVER.isdisjoint(codes), self.request.outcome
        assert BROKEN.isdisjoint(codes) or self.behind or self._was_broken(), self.request.outcome
        self._has_ended(codes)
        self._kept_the_rules_of_licences()
        self._kept_the_rules_of_numbers()
        # What people say they have done elsewhere the robot has not.
        assert set(self.drift) <= {DriftKind.SERVICE_NUMBER_GONE}
        if self.request.state is RequestState.DONE:
            self._reached_what_was_planned()

    def _has_ended(self, codes: list[str]) -> None:
        if self.request.ended:
            assert codes or self.request.state is RequestState.DONE
            return
        assert self.request.waiting in STOCK, self.request
        assert codes

    def _plans(self, state: DirectoryState) -> frozenset[str]:
        return self.tenant.enabled_plans(state)

    def _was_broken(self) -> bool:
        before = self._plans(self.before)
        return bool(_hanging(before)) or any(len(rivals & before) > 1 for rivals in EXCLUSIVE_PLANS)

    def _kept_the_rules_of_licences(self) -> None:
        """What builds on something has it, and rivals are not together, unless it was like that before."""
        before, now = self._plans(self.before), self._plans(self.tenant.people[ME].now)
        assert _hanging(now) <= _hanging(before)
        for rivals in EXCLUSIVE_PLANS:
            assert len(rivals & now) <= max(1, len(rivals & before))

    def _kept_the_rules_of_numbers(self) -> None:
        person = self.tenant.people[ME]
        for number in self.tenant.numbers_of(person):
            if self.had.get(number.telephone_number) == ME:
                continue
            assert number.country == person.now.usage_location
            assert number.number_type != "callingPlan" or number.location_id is not None
        released = {step.telephone_number for step in self.plan.steps if isinstance(step, ReleaseNumber)}
        for e164, holder in self.had.items():
            number_now = self.tenant.numbers.get(e164)
            if holder == ME and e164 not in released:
                assert number_now is not None, f"{e164} was lost"
                assert number_now.target_id == ME, f"{e164} was lost"

    def _reached_what_was_planned(self) -> None:
        person = self.tenant.people[ME]
        mine = {one.telephone_number: one for one in self.tenant.numbers_of(person)}
        for step in self.plan.steps:
            match step:
                case SetUsageLocation():
                    assert person.now.usage_location == step.country
                case ChangeLicences():
                    self._licences_are(step)
                case AssignNumber():
                    assert any(self._is(number, step) for number in mine.values()), (step, mine)
                case KeepNumber():
                    assert step.telephone_number in mine
                case ReleaseNumber():
                    assert step.telephone_number not in mine
                case SetLocation():
                    assert mine[step.telephone_number].location_id == step.location_id

    def _licences_are(self, step: ChangeLicences) -> None:
        held = [one for one in self.tenant.people[ME].now.licences if one.state == "Active"]
        for add in step.add:
            assert any(
                one.sku_id == add.sku_id and one.disabled_plans <= add.disabled_plans for one in held
            ), add
        direct = {one.sku_id for one in held if one.assigned_by_group is None}
        assert direct.isdisjoint(step.remove)

    def _is(self, number: Number, step: AssignNumber) -> bool:
        rings = number.activation_state(self.tenant.clock.now()) == "activated"
        fits = (number.country, number.number_type) == (step.country, step.number_type.value)
        placed = step.location_id is None or number.location_id == step.location_id
        return rings and fits and placed


def _hanging(plans: frozenset[str]) -> set[str]:
    """Plans without any of those they build on."""
    return {plan for plan, any_of in PREREQUISITES.items() if plan in plans and plans.isdisjoint(any_of)}


class _Errors(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


@dataclass
class Stage:
    """The sandbox that every case is put on, and what speaks to it."""

    sandbox: SandboxServer
    graph: Graph
    tokens: Credentials
    files: SqliteFiles
    clock: ShiftedTime = field(default_factory=ShiftedTime)

    async def carries_out(self, shape: Shape, wish: Wish, *, willing: bool) -> Carried | Refusal:
        """Plan the wish for this person, and carry the plan out as far as it goes."""
        facts = put_into(self.sandbox.tenant, shape)
        hire(self.sandbox.tenant)
        db = open_database(self.files.url(), seal, self.clock)
        try:
            return await self._plays(
                Rig(db, self.clock, self.sandbox, self.graph, self.tokens, facts), wish, willing
            )
        finally:
            db.close_now()
            check_journal(self.sandbox.graph.journal.entries())
            self.sandbox.graph.journal.clear()

    async def _plays(self, rig: Rig, wish: Wish, willing: bool) -> Carried | Refusal:
        person = self.sandbox.tenant.people[ME]
        behind = self.sandbox.tenant.visible(person) != person.now
        holdings = await self.graph.holdings(ME, own_pstn_group=rig.facts.own_pstn_group)
        stock = await self.graph.stock(needs(wish))
        view = stock.promised(await rig.db.read(promises, rig.facts))
        made = plan(wish, holdings, view, await rig.db.read(lambda tx: tx.now))
        if isinstance(made, Refusal):
            return made
        tenant = self.sandbox.tenant
        before = tenant.people[ME].now
        had = {one.telephone_number: one.target_id for one in tenant.numbers.values()}
        await rig.db.transact(store_approved, REQUEST, holdings.person.ref, wish, made)
        errors = _Errors()
        log = logging.getLogger("bot")
        log.addHandler(errors)
        try:
            request = await self._to_the_end(rig, willing)
        finally:
            log.removeHandler(errors)
        drift = await self._next_morning(rig)
        return Carried(made, request, tenant, before, had, willing, tuple(errors.found), drift, behind)

    async def _next_morning(self, rig: Rig) -> tuple[DriftKind, ...]:
        await rig.pass_time(hours=3, then_run=False)
        await look(self._desk(rig))
        found = await rig.db.read(drifts.page, 50, 0)
        return tuple(one.finding.kind for one in found)

    async def _to_the_end(self, rig: Rig, willing: bool) -> Request:
        """Run, see to the tasks, jump to what is due, until it has ended or nobody will ever help."""
        robot = RobotAdmin(self._desk(rig), rig.sandbox.tenant, willing)
        waited = timedelta()
        while True:
            await rig.run()
            request = await rig.request(REQUEST)
            enough = STANDSTILL if request.waiting in STOCK else PATIENCE
            if request.ended or waited > enough:
                return request
            if await robot.looks():
                waited = timedelta()
                continue
            wait = await rig.db.read(until_due)
            if request.waiting is not WaitReason.DATE:
                waited += wait
            await rig.pass_time(seconds=wait.total_seconds() + 0.001, then_run=False)

    def _desk(self, rig: Rig) -> Desk:
        policy = Policy(version="p1", rules=())
        return Desk(rig.db, self.graph, PolicyBook(policy), rig.facts, ADMINS, lambda: None)


@asynccontextmanager
async def stage(files: SqliteFiles) -> AsyncIterator[Stage]:
    """One sandbox for many cases."""
    async with SandboxServer(pacing=False) as sandbox:
        app = sandbox.identity.app
        authority = f"{sandbox.authority}/{app.tenant_id}"
        tokens = Credentials(loopback_client_credentials(authority, app.app_id, app.password))
        async with Graph(sandbox.graph_url, tokens, patience=Patience(attempts=1)) as graph:
            yield Stage(sandbox, graph, tokens, files)
