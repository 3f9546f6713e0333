"""kill -9 at every step boundary of a new phone user's request: whatever was under way is done once.

The boundaries are the tenant's own: the journey is played once undisturbed, and every call that Graph and
the Bot Connector saw is a place to die at. Each is then played by somebody new, with the process killed while
that call is parked, unapplied or applied with its answer withheld, and started again.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa

from bot.domain.requests import Request
from bot.sandbox.faults import EffectKind
from bot.sandbox.people import PersonClient
from bot.store import tables
from tests.conftest import NewDatabase
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance, carried_out_once

pytestmark = pytest.mark.xdist_group("crash-boundaries")

LANES = 6
"""Worlds side by side; half of a play is waiting for a lease to run out."""
BEFORE, AFTER = EffectKind.HOLD_BEFORE, EffectKind.HOLD_AFTER
SHARES = {"sqlite": 0, "postgres": 1}
"""Every second boundary on either database, and the writes on both, unless there is time for all on both."""
WRITES = ("/assignLicense", "/assignNumber")


@dataclass(frozen=True)
class Boundary:
    """The nth call of its kind to Graph or Teams, and on which side of it to die."""

    service: str
    method: str
    path: str
    """A regular expression."""
    nth: int
    side: EffectKind

    @property
    def of_write(self) -> bool:
        return self.path.removesuffix("$").endswith(WRITES)

    def spoil(self, deployment: Deployment) -> None:
        spoil = deployment.spoil_graph if self.service == "graph" else deployment.spoil_teams
        spoil(self.side, self.path, nth=self.nth, method=self.method)


def _kind(path: str) -> str:
    """The path with everything in it that is another one for other people and other runs left open."""
    open_path = re.sub(r"(?<=operations/|activities/).+|[0-9a-f]{8}-[0-9a-f-]{27}|a:[^/]+", "<any>", path)
    return re.escape(open_path).replace("<any>", "[^/]+") + "$"


def _numbered(calls: Iterable[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Each call as method, kind and how many of that kind there have been."""
    seen: Counter[tuple[str, str]] = Counter()
    numbered = []
    for method, path in calls:
        seen[key := (method, _kind(path))] += 1
        numbered.append((*key, seen[key]))
    return numbered


@asynccontextmanager
async def world(new_database: NewDatabase) -> AsyncIterator[Deployment]:
    with new_database() as url:
        async with running_deployment(url) as deployment:
            yield deployment


@dataclass
class Play:
    """J02 by somebody new, who tries again whenever the bot does not answer."""

    deployment: Deployment
    nora: PersonClient
    manager: PersonClient

    @classmethod
    async def cast(cls, deployment: Deployment) -> Play:
        """With a manager who has not heard from the bot before."""
        manager = await deployment.hires("Max Manager", manager=None)
        nora = await deployment.hires("Nora Novak", "ENTERPRISEPACK", manager=manager.who.user_id)
        return cls(deployment, nora, manager)

    async def played(self) -> Request:
        request_id = await self.deployment.asks(self.nora)
        await self.deployment.approves(self.manager, request_id)
        return await self.ended(request_id)

    async def ended(self, request_id: str) -> Request:
        """Checked to the last."""
        request = await self.deployment.ends(request_id)
        await carried_out_once(self.deployment, request)
        await books_balance(self.deployment)
        mine = tables.requests.c.beneficiary_id == self.nora.who.user_id
        assert len(await self.deployment.rows(sa.select(tables.requests.c.id).where(mine))) == 1
        assert request.outcome is not None
        await self.nora.hears(str(request.outcome.telephone_number), timeout=30)
        return request


async def learned(new_database: NewDatabase) -> list[Boundary]:
    """Every place to die at, from one undisturbed run. A read has one side only: it changes nothing.

    Requests inside a batch are left out, since the process waits for the whole of it.
    """
    async with world(new_database) as deployment:
        deployment.sandbox.graph.journal.clear()
        await (await Play.cast(deployment)).played()
        entries = deployment.sandbox.graph.journal.entries()
        numbered = _numbered((entry.method, entry.path) for entry in entries)
        graph = [
            Boundary("graph", *call, side)
            for entry, call in zip(entries, numbered, strict=True)
            if entry.batch is None
            for side in ((BEFORE, AFTER) if entry.path.endswith(WRITES) else (BEFORE,))
        ]
        assert sum(one.side is AFTER for one in graph) == len(WRITES)
        calls = _numbered((call["method"], call["path"]) for call in deployment.sandbox.connector.requests)
        return graph + [Boundary("teams", *call, side) for call in calls for side in (BEFORE, AFTER)]


async def died_at(deployment: Deployment, boundary: Boundary) -> bool:
    """Play with a death at the boundary; false when this run never came there."""
    play = await Play.cast(deployment)
    boundary.spoil(deployment)
    killer = asyncio.create_task(_kill_once_parked(deployment))
    try:
        await play.played()
    finally:
        reached = killer.done()
        killer.cancel()
        with suppress(asyncio.CancelledError):
            await killer
        deployment.sandbox.graph.faults.scripted.clear()
        deployment.sandbox.connector.faults.scripted.clear()
    return reached


async def _kill_once_parked(deployment: Deployment) -> None:
    await deployment.parked()
    await deployment.bot.restart()


@dataclass
class Findings:
    """What became of the boundaries of all lanes."""

    reached: int = 0
    missed: list[Boundary] = field(default_factory=list)
    failures: dict[Boundary, str] = field(default_factory=dict)

    async def lane(self, new_database: NewDatabase, boundaries: Iterable[Boundary]) -> None:
        """Die at one boundary after the other, in a new world after a failure."""
        left = list(boundaries)
        while left:
            async with world(new_database) as deployment:
                while left and await self._took(deployment, left.pop(0)):
                    pass

    async def _took(self, deployment: Deployment, boundary: Boundary) -> bool:
        """Note what becomes of one; false after a failure."""
        try:
            if await died_at(deployment, boundary):
                self.reached += 1
            else:
                self.missed.append(boundary)
        except Exception as failure:  # noqa: BLE001  all of them are reported together
            self.failures[boundary] = repr(failure)
            return False
        return True


async def test_dying_at_every_boundary_of_the_journey(
    new_database: NewDatabase, backend: str, pytestconfig: pytest.Config
) -> None:
    boundaries = await learned(new_database)
    if pytestconfig.getoption("--database") == "both" and not pytestconfig.getoption("--soak"):
        share = SHARES[backend]
        boundaries = [one for nth, one in enumerate(boundaries) if nth % 2 == share or one.of_write]
    findings = Findings()
    await asyncio.gather(*(findings.lane(new_database, boundaries[start::LANES]) for start in range(LANES)))
    print(f"died at {findings.reached} of {len(boundaries)} boundaries")
    assert findings.failures == {}
    # How often something is polled, and a card brought up to date, is another number in every run.
    assert [one for one in findings.missed if one.nth == 1] == []
    assert len(findings.missed) < len(boundaries) / 2


LOSSES: tuple[tuple[EffectKind, dict[str, int]], ...] = (
    (EffectKind.DROP_AFTER_APPLY, {}),
    (EffectKind.EFFECT_THEN_STATUS, {"status": 502}),
)


async def test_a_reply_lost_after_the_write_is_not_answered_with_another(new_database: NewDatabase) -> None:
    await asyncio.gather(
        *(_reply_lost(new_database, path, kind, more) for path in WRITES for kind, more in LOSSES)
    )


async def _reply_lost(new_database: NewDatabase, path: str, kind: EffectKind, more: dict[str, int]) -> None:
    async with world(new_database) as deployment:
        deployment.spoil_graph(kind, f"{path}$", method="POST", **more)
        request = await (await Play.cast(deployment)).played()
        assert len(deployment.sent_writes()) == 2, (path, kind)
        resolved = [one["details"]["outcome"] for one in await deployment.audit("graph.resolved")]
        assert resolved == ["applied"], (path, kind, request)


async def test_dying_right_after_the_answer_to_submit_and_to_approve(database_url: str) -> None:
    async with running_deployment(database_url) as deployment:
        play = await Play.cast(deployment)
        request_id = await deployment.asks(play.nora)
        await deployment.bot.restart()
        await deployment.approves(play.manager, request_id)
        await deployment.bot.restart()
        await play.ended(request_id)
