"""The runner: claims due requests by lease and carries them out; one in each replica."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.errors import Conflict, LeaseLost
from bot.domain.requests import RequestState
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts
from bot.execution.assent import Approval, confirmed
from bot.execution.bench import Bench
from bot.execution.carry import carry_on
from bot.execution.chores import ChoreLoop
from bot.execution.journey import Journey
from bot.execution.leases import Lease
from bot.execution.loop import LeasedLoop
from bot.execution.outbox import OutboxLoop
from bot.execution.pace import Pace
from bot.execution.pausing import held_back
from bot.graph import Graph
from bot.store import queue, requests
from bot.store.database import STORE_FAILURE, Database, Transaction
from bot.store.listener import listen

__all__ = ["Runner", "RunnerSettings"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """How much at once and how patiently."""

    concurrency: int = 8
    """Requests carried out at once by this replica."""
    lease_for: timedelta = timedelta(seconds=6)
    """Real time a replica may be silent before another takes over its work."""
    grace: float = 10.0
    """Real seconds that work may take to reach a safe point when the service stops."""
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class RequestTrade:
    """Requests, as the loop works on them."""

    bench: Bench
    approval: Approval

    def claim(self, tx: Transaction, token: str, lasts: timedelta, limit: int) -> list[str]:
        return queue.claim_due(tx, token, lasts, limit)

    def key(self, item: str) -> str:
        return item

    def heartbeat(self, tx: Transaction, tokens: Mapping[str, str], lasts: timedelta) -> set[str]:
        return queue.heartbeat(tx, tokens, lasts)

    def release(self, tx: Transaction, key: str, token: str) -> None:
        queue.release(tx, key, token)

    def next_due(self, tx: Transaction) -> datetime | None:
        return queue.next_due(tx)

    async def work(self, item: str, lease: Lease) -> None:
        """Carry one request on."""
        try:
            journey = await self.bench.db.read(self._load, item, lease)
            if journey is None:
                return
            if journey.request.state is RequestState.SUBMITTED:
                await self.approval.tend(item)
            elif await self._may_go_on(journey):
                await carry_on(journey)
        except Conflict as conflict:
            # Withdrawn, or out-raced: whoever came first is right, and the queue knows what is next.
            log.info("%s: %s", item, conflict)
        except LeaseLost:
            raise
        except STORE_FAILURE:
            # It says nothing about the request, so it is no strike against it, however long it lasts.
            log.exception("%s: the database cannot record what is next", item)
            await self.bench.db.transact(self._postpone, item, lease.token, self.bench.pace.store)
        except Exception:
            log.exception("%s cannot be carried on", item)
            await self.bench.db.transact(self._postpone, item, lease.token, self.bench.pace.trouble)

    async def _may_go_on(self, journey: Journey) -> bool:
        """An approved request is begun while work goes on, and everybody who approved it still may."""
        if journey.request.state is not RequestState.APPROVED:
            return True
        return not await held_back(journey) and await confirmed(journey, self.approval)

    def _load(self, tx: Transaction, request_id: str, lease: Lease) -> Journey | None:
        request = requests.by_id(tx, request_id)
        if request is None or request.ended:
            return None
        records = {record.index: record for record in requests.steps_of(tx, request_id)}
        failures = queue.failures_of(tx, request_id)
        return Journey(self.bench, lease, request, records, tx.now, failures)

    def _postpone(self, tx: Transaction, request_id: str, token: str, pause: timedelta) -> None:
        queue.postpone(tx, request_id, token, tx.now + self.bench.business(pause))


class Runner:
    """Carries requests out and, with an outbox loop, brings people the news."""

    def __init__(  # noqa: PLR0913 - the loops, and whom they ask
        self,
        db: Database,
        graph: Graph,
        *,
        facts: TenantFacts,
        admins: Callable[[], Awaitable[Sequence[str]]],
        members: Callable[[Audience], Awaitable[Sequence[str]]],
        approval: Approval,
        outbox: OutboxLoop | None = None,
        chores: ChoreLoop | None = None,
        settings: RunnerSettings | None = None,
    ) -> None:
        """`admins` answers with the object ids of those who hear what needs an admin, `members` with those
        who are asked to do tasks."""
        self._settings = settings or RunnerSettings()
        self._db = db
        self._outbox = outbox
        self.chores = chores
        trade = RequestTrade(Bench(db, graph, facts, admins, members, self._settings.pace), approval)
        self._loop: LeasedLoop[str, str] = LeasedLoop(
            db, trade, slots=self._settings.concurrency, lease_for=self._settings.lease_for
        )
        self._listening: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Look for due work now; may be called from any thread, and before `start`."""
        self._loop.wake()
        if self._outbox is not None:
            self._outbox.wake()
        if self.chores is not None:
            self.chores.wake()

    async def start(self) -> None:
        """Begin to work, until `stop`."""
        await self._loop.start()
        if self._outbox is not None:
            await self._outbox.start()
        if self.chores is not None:
            await self.chores.start()
        self._listening = asyncio.create_task(listen(self._db, self.wake))

    async def stop(self) -> None:
        """Claim nothing more, bring what is under way to a safe point, give the rest back."""
        if self._listening is not None:
            self._listening.cancel()
        # Side by side, since whoever stops the service waits for all of it; messages last, which both write.
        stopping = [self._loop.stop(self._settings.grace)]
        if self.chores is not None:
            stopping.append(self.chores.stop(self._settings.grace))
        await asyncio.gather(*stopping)
        if self._outbox is not None:
            await self._outbox.stop(self._settings.grace)

    async def run_until_idle(self) -> None:
        """Do whatever is due now, requests and messages, until nothing is. Instead of `start`, for tests."""
        while True:
            done = await self._loop.run_until_idle()
            if self.chores is not None:
                done += await self.chores.run_until_idle()
            if self._outbox is not None:
                done += await self._outbox.run_until_idle()
            if not done:
                return
