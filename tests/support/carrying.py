"""A runner with the simulated tenant behind it, for tests of how plans are carried out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.credentials import Credentials, TokenSource, loopback_client_credentials
from bot.domain.approval import Decision, NamedApprovers, ResolvedStage, StageSpec, Verdict
from bot.domain.people import PersonRef
from bot.domain.planning import needs, plan
from bot.domain.plans import Plan, Step
from bot.domain.requests import Request, RequestState, StepRecord
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts
from bot.domain.wishes import NumberWish, Wish
from bot.execution.assent import Approval
from bot.execution.pace import Pace
from bot.execution.runner import Runner, RunnerSettings
from bot.graph import Graph, Patience
from bot.sandbox.faults import Effect, EffectKind, Match
from bot.sandbox.journal import Entry
from bot.sandbox.seed import person_id
from bot.sandbox.server import SandboxServer
from bot.store import holds, queue, requests, tables
from bot.store.database import Database, Transaction
from bot.store.promises import promises
from tests.support.openapi import check_journal
from tests.support.shifted_time import ShiftedTime

__all__ = ["ASSIGN_LICENSE", "ASSIGN_NUMBER", "Rig", "running_rig", "store_approved", "until_due"]

ASSIGN_LICENSE = "/assignLicense$"
ASSIGN_NUMBER = "/assignNumber$"

ADMIN = person_id("priya")
MARC = PersonRef(id=person_id("marc"), name="Marc Dubois", upn="marc@contoso.com")


@dataclass
class Rig:
    """The tenant, a runner that works when told to, and time that stands still until it is moved."""

    db: Database
    clock: ShiftedTime
    sandbox: SandboxServer
    graph: Graph
    tokens: TokenSource
    facts: TenantFacts = field(default_factory=TenantFacts)
    pace: Pace = field(default_factory=lambda: Pace(quick_looks=()))
    admins: Callable[[], Awaitable[list[str]]] = field(default=lambda: _admins())

    def runner(self, lease_for: timedelta = timedelta(seconds=8), **changes: Any) -> Runner:
        return Runner(
            self.db,
            changes.get("graph", self.graph),
            facts=self.facts,
            admins=self.admins,
            members=self.members,
            approval=Approval(self.tend, self.confirm),
            settings=RunnerSettings(lease_for=lease_for, pace=self.pace, grace=changes.get("grace", 5.0)),
        )

    async def tend(self, request_id: str) -> None:
        """Nothing that is carried out here waits for approval."""
        raise AssertionError(f"{request_id} waits for approval")

    async def confirm(self, request: Request, _token: str) -> Request | None:
        """Whoever approved has the role for good."""
        return request

    async def members(self, _audience: Audience) -> list[str]:
        """The admins do every task."""
        return await self.admins()

    async def run(self) -> None:
        """Do whatever is due now."""
        await self.runner().run_until_idle()

    async def pass_time(self, *, then_run: bool = True, **by: float) -> None:
        """Let `timedelta(**by)` pass for the tenant and for us."""
        step = timedelta(**by)
        self.sandbox.tenant.clock.advance(step.total_seconds())
        self.clock.advance(step)
        if then_run:
            await self.run()

    async def run_to_the_end(self, request_id: str, *, within: timedelta = timedelta(days=2)) -> Request:
        """Jump from due time to due time until the request has ended."""
        await self.run()
        for _ in range(200):
            request = await self.request(request_id)
            if request.ended or within <= timedelta():
                return request
            wait = await self.db.read(until_due)
            within -= wait
            await self.pass_time(seconds=wait.total_seconds())
        raise AssertionError(f"{request_id} never ends: {request}")

    # What is asked for -----------------------------------------------------------------------------------

    async def plan(self, who: str, **wish: Any) -> tuple[NumberWish, Plan]:
        wanted = NumberWish(beneficiary_id=person_id(who), **{"country": "FR", "city": "Paris", **wish})
        holdings = await self.graph.holdings(wanted.beneficiary_id)
        stock = await self.graph.stock(needs(wanted))
        view = stock.promised(await self.db.read(promises, self.facts))
        made = plan(wanted, holdings, view, await self.db.read(lambda tx: tx.now))
        assert isinstance(made, Plan), made
        return wanted, made

    async def agreed(self, wish: Wish, *steps: Step, request_id: str = "SB-00001") -> Request:
        """An approved request with just these steps, whatever a planner would make of the wish."""
        beneficiary = self._ref(wish.beneficiary_id)
        return await self.db.transact(store_approved, request_id, beneficiary, wish, Plan(steps=steps))

    def _ref(self, user_id: str) -> PersonRef:
        account = self.sandbox.tenant.people[user_id]
        return PersonRef(id=account.id, name=account.display_name, upn=account.upn)

    async def approved(self, who: str, request_id: str = "SB-00001", **wish: Any) -> Request:
        """A request as it stands right after the last approval, with what it holds."""
        wanted, made = await self.plan(who, **wish)
        return await self.db.transact(store_approved, request_id, self._ref(person_id(who)), wanted, made)

    # What became of it -----------------------------------------------------------------------------------

    async def request(self, request_id: str = "SB-00001") -> Request:
        found = await self.db.read(requests.by_id, request_id)
        assert found is not None
        return found

    async def steps(self, request_id: str = "SB-00001") -> dict[str, StepRecord]:
        return {record.kind: record for record in await self.db.read(requests.steps_of, request_id)}

    async def held(self, request_id: str = "SB-00001") -> set[str]:
        return {hold.key for hold in await self.db.read(holds.of_request, request_id)}

    async def audit(self, action: str = "", request_id: str = "SB-00001") -> list[dict[str, Any]]:
        """Details of the request's audit entries whose action begins with `action`, oldest first."""

        def read(tx: Transaction) -> list[dict[str, Any]]:
            entries = tables.audit_entries
            query = sa.select(entries.c.action, entries.c.body).where(entries.c.request_id == request_id)
            rows = tx.conn.execute(query.order_by(entries.c.seq))
            return [
                {"action": row.action, **json.loads(row.body)["details"]}
                for row in rows
                if row.action.startswith(action)
            ]

        return await self.db.read(read)

    async def messages(self, template: str = "") -> list[tuple[str, str, dict[str, Any]]]:
        """(template, recipient, params) of what was queued for people, oldest first."""

        def read(tx: Transaction) -> list[tuple[str, str, dict[str, Any]]]:
            rows = tx.conn.execute(sa.select(tables.outbox).order_by(tables.outbox.c.id))
            found = [(row.template, row.recipient_id, row.params) for row in rows]
            return [one for one in found if one[0].startswith(template)]

        return await self.db.read(read)

    def writes(self, path: str = "") -> list[Entry]:
        """Requests that could change the tenant, as they arrived."""
        arrived = self.sandbox.graph.journal.entries()
        return [
            entry
            for entry in arrived
            if entry.method != "GET" and "$batch" not in entry.path and _fits(path, entry.path)
        ]

    # Misfortune ------------------------------------------------------------------------------------------

    def fault(
        self, path: str, kind: EffectKind, *, method: str | None = "POST", times: int | None = 1, **more: Any
    ) -> None:
        self.sandbox.graph.faults.add(Match(method=method, path=path, times=times), Effect(kind=kind, **more))


def _fits(pattern: str, path: str) -> bool:
    return Match(path=pattern).fits("", path)


async def _admins() -> list[str]:
    return [ADMIN]


def until_due(tx: Transaction) -> timedelta:
    due = queue.next_due(tx)
    assert due is not None, "nothing is due, ever"
    return max(due - tx.now, timedelta())


def store_approved(
    tx: Transaction, request_id: str, beneficiary: PersonRef, wish: Wish, made: Plan
) -> Request:
    """A request as the last approval leaves it, whatever a planner would make of the wish."""
    spec = StageSpec(approvers=NamedApprovers(ids=(MARC.id,)))
    request = Request(
        id=request_id,
        version=1,
        state=RequestState.SUBMITTED,
        requester=beneficiary,
        beneficiary=beneficiary,
        wish=wish,
        plan=made,
        policy_version="p1",
        stages=(ResolvedStage.of(spec, MARC),),
        created_at=tx.now,
        updated_at=tx.now,
    )
    requests.insert(tx, request, idempotency_key=request_id, open_key=request_id)
    for sku_id in made.seats:
        holds.take_seat(tx, request_id, sku_id, _free_when_planned(made, sku_id))
    if made.chosen_number:
        assert holds.take_number(tx, request_id, made.chosen_number)
    verdict = Decision(stage_index=0, approver=MARC, verdict=Verdict.APPROVE, at=tx.now)
    assert requests.add_decision(tx, request_id, verdict)
    approved = request.model_copy(update={"state": RequestState.APPROVED, "due_at": tx.now})
    saved = requests.save(tx, approved)
    queue.notify(tx)
    return saved


def _free_when_planned(made: Plan, sku_id: str) -> int:
    """Free seats beyond those promised to others, as a capacity that lets exactly this one through."""
    line = next((line for line in made.stock if line.key == sku_id), None)
    return 0 if line is not None and line.free_before <= 0 else 1_000_000


@asynccontextmanager
async def running_rig(db: Database, clock: ShiftedTime) -> AsyncIterator[Rig]:
    """A fresh Contoso and a runner on `db`."""
    async with SandboxServer(pacing=False) as sandbox:
        app = sandbox.identity.app
        authority = f"{sandbox.authority}/{app.tenant_id}"
        tokens = Credentials(loopback_client_credentials(authority, app.app_id, app.password))
        patience = Patience(attempts=1)
        async with Graph(sandbox.graph_url, tokens, patience=patience) as graph:
            yield Rig(db, clock, sandbox, graph, tokens)
            check_journal(sandbox.graph.journal.entries())
