"""SIGTERM under load: what is under way reaches a safe point, and the next start goes on from there."""

from __future__ import annotations

import asyncio
import time

import pytest
import sqlalchemy as sa

from bot.domain.requests import RequestState
from bot.sandbox.faults import EffectKind
from bot.store import tables
from tests.conftest import NewDatabase
from tests.support.crowd import Crowd
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance, carried_out_once
from tests.support.until import until

pytestmark = pytest.mark.xdist_group("crash-drain")

CROWD = 12


async def test_draining_under_load_loses_nothing(database_url: str) -> None:
    async with running_deployment(database_url) as deployment:
        crowd = await Crowd.of(deployment, CROWD, "ENTERPRISEPACK")
        story = asyncio.create_task(crowd.all_get_it())
        for done in (1, CROWD // 2):
            await until(lambda done=done: len(deployment.sent_writes()) >= done, seconds=60)
            began = time.monotonic()
            assert await deployment.bot.drain() == 0
            print(f"drained in {time.monotonic() - began:.1f} s")
            assert await _leased(deployment) == []
            await deployment.bot.start()
        for request_id in await story:
            await carried_out_once(deployment, await deployment.ends(request_id))
        await books_balance(deployment)


async def _leased(deployment: Deployment) -> list[object]:
    """What would have to wait until a lease runs out."""
    requests = sa.select(tables.requests.c.id).where(tables.requests.c.lease_token.is_not(None))
    messages = sa.select(tables.outbox.c.id).where(tables.outbox.c.lease_token.is_not(None))
    return [*await deployment.rows(requests), *await deployment.rows(messages)]


async def _drains_although_graph_is_silent(side: EffectKind, url: str) -> None:
    async with running_deployment(url) as deployment:
        dora, marc = await deployment.people.find("dora"), await deployment.people.find("marc")
        request_id = await deployment.asks(dora)
        deployment.spoil_graph(side, "/assignLicense$")
        await deployment.approves(marc, request_id)
        await deployment.parked()
        assert await deployment.bot.drain() == 0
        assert (await deployment.request(request_id)).state is RequestState.EXECUTING
        await deployment.bot.start()
        await carried_out_once(deployment, await deployment.ends(request_id))
        await books_balance(deployment)


async def test_a_drain_ends_in_time_although_graph_does_not_answer(new_database: NewDatabase) -> None:
    with new_database() as one, new_database() as other:
        await asyncio.gather(
            _drains_although_graph_is_silent(EffectKind.HOLD_BEFORE, one),
            _drains_although_graph_is_silent(EffectKind.HOLD_AFTER, other),
        )
