"""A tenant's call log, our reader of it, and the ledger it fills."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.domain.usage import Usage
from bot.graph import Graph
from bot.sandbox.identity import GRAPH_AUDIENCE
from bot.store import credit_readings
from bot.store import credits as ledger
from bot.store.credit_readings import Reading
from bot.store.database import Database
from bot.usecases.credits_reading import Reader, read_history, read_on
from tests.support.graph_sandbox import GraphSandbox, graph_sandbox
from tests.support.shifted_time import ShiftedTime

__all__ = ["TODAY", "Books", "books"]

TODAY = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
"""Business time when a test begins; fixed, so that no midnight passes in between."""


@dataclass(frozen=True)
class SandboxTokens:
    """The application's token for Graph, made anew where one was refused."""

    sandbox: GraphSandbox

    async def token(self, scope: str, *, refused: str | None = None) -> str:
        return self.sandbox.server.identity.app_token(GRAPH_AUDIENCE)


@dataclass
class Books:
    """What a test of the ledger can do."""

    sandbox: GraphSandbox
    graph: Graph
    db: Database
    clock: ShiftedTime
    waited: list[float] = field(default_factory=list)
    """Seconds the reader waited because Graph asked for it."""

    @property
    def reader(self) -> Reader:
        return Reader(self.db, self.graph, wait=self._wait)

    async def _wait(self, seconds: float) -> None:
        self.waited.append(seconds)

    async def nights(self, count: int = 1) -> Reading:
        """Let so many days pass, and read in each of their nights."""
        for _ in range(count):
            await self.pass_days(1)
            last = await read_on(self.reader)
        return last

    async def pass_days(self, days: int) -> None:
        self.clock.advance(timedelta(days=days))
        await self.sandbox.advance(days * 86_400)

    async def imported(self, since: datetime, until: datetime) -> Reading:
        return await read_history(self.reader, since, until)

    async def calls(self, *wishes: dict[str, Any]) -> None:
        await self.sandbox.control("POST", "calls", list(wishes))

    async def corrected(self, call_id: str, charge: float) -> None:
        await self.sandbox.control("PATCH", f"calls/{call_id}", {"charge": charge})

    async def charges(self) -> dict[tuple[date, str], int]:
        """Cents by day and currency, as the ledger has them."""
        entries = await self.db.read(ledger.entries)
        return {(one.on, one.amount.currency): one.amount.minor for one in entries if one.kind == "charge"}

    async def usage(self) -> tuple[Usage, ...]:
        return await self.db.read(ledger.usage, date(2000, 1, 1), date(2100, 1, 1))

    async def totals(self) -> dict[str, int]:
        """Millionths by currency, by adding up what is summed by person and place."""
        found: dict[str, int] = {}
        for one in await self.usage():
            found[one.currency] = found.get(one.currency, 0) + one.millionths
        return found

    async def unfinished(self, kind: str) -> Reading | None:
        return await self.db.read(credit_readings.unfinished, kind)


@asynccontextmanager
async def books(db: Database, clock: ShiftedTime) -> AsyncIterator[Books]:
    """A tenant nobody has called from yet, at noon, and an empty ledger."""
    async with graph_sandbox() as sandbox:
        clock.advance(TODAY - datetime.now(UTC))
        await sandbox.advance((TODAY - sandbox.server.tenant.clock.now()).total_seconds())
        await sandbox.control("PUT", "calls", {"records": 0})
        async with Graph(sandbox.server.graph_url, SandboxTokens(sandbox)) as graph:
            yield Books(sandbox, graph, db, clock)
