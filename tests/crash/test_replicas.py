"""Two replicas on one PostgreSQL: one dies for good, or wakes up after the other has done its work."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from bot.sandbox.faults import EffectKind
from bot.sandbox.people import PersonClient
from bot.settings import Settings
from bot.store import tables
from bot.store.engines import parse_url
from tests.support.databases import PostgresDatabases
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance, carried_out_once
from tests.support.until import until

pytestmark = pytest.mark.xdist_group("crash-replicas")

TAKEN_OVER_WITHIN = 10.0
"""Seconds, promised for the settings a replica has by default."""
DEFAULT_LEASE = str(Settings.model_fields["lease_seconds"].default)
HELD_AT = ("/assignLicense$", "/subscribedSkus$")
GAVE_UP = re.compile(r"lease lost on SB-|SB-\w+ is at version")
"""What a replica says that finds its work in other hands."""
DOOR = 4242
"""An advisory lock that the database takes before it lets an intent be committed."""
_SHUT = f"""
CREATE FUNCTION wait_at_door() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock({DOOR}); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER door AFTER INSERT ON audit_entries DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.action = 'graph.intent') EXECUTE FUNCTION wait_at_door();
"""
_OPEN = "DROP TRIGGER door ON audit_entries; DROP FUNCTION wait_at_door();"


@pytest.fixture
def url(postgres: PostgresDatabases) -> object:
    with postgres.database() as url:
        yield url


async def cast(deployment: Deployment) -> tuple[PersonClient, PersonClient]:
    return await deployment.people.find("dora"), await deployment.people.find("marc")


async def approved(deployment: Deployment) -> str:
    dora, marc = await cast(deployment)
    request_id = await deployment.asks(dora)
    await deployment.approves(marc, request_id)
    return request_id


@pytest.mark.parametrize("path", HELD_AT)
async def test_the_work_of_a_replica_that_is_gone_for_good_is_taken_over(url: str, path: str) -> None:
    async with running_deployment(url, replicas=2, lease_seconds=DEFAULT_LEASE) as deployment:
        dead, heir = deployment.bots
        dora, marc = await cast(deployment)
        request_id = await deployment.asks(dora)
        card = await deployment.asked_about(marc, request_id)
        await heir.drain()
        deployment.spoil_graph(EffectKind.HOLD_BEFORE, path)
        held = asyncio.create_task(deployment.parked())
        await deployment.insist(lambda: marc.clicks(card, "request.approve", {"comment": ""}))
        await held
        (before,) = await _leases(deployment, request_id)
        await heir.start()
        await dead.kill()

        async def taken() -> bool:
            return await _leases(deployment, request_id) not in ([before], [None])

        began = asyncio.get_running_loop().time()
        await until(taken, seconds=TAKEN_OVER_WITHIN)
        print(f"taken over after {asyncio.get_running_loop().time() - began:.1f} s")
        deployment.turn_to(heir)
        await carried_out_once(deployment, await deployment.ends(request_id))
        await books_balance(deployment)


async def _leases(deployment: Deployment, request_id: str) -> list[str | None]:
    mine = sa.select(tables.requests.c.lease_token).where(tables.requests.c.id == request_id)
    return [row.lease_token for row in await deployment.rows(mine)]


async def test_messages_of_a_replica_that_is_gone_for_good_are_sent_by_the_other(url: str) -> None:
    async with running_deployment(url, replicas=2, started=1, lease_seconds=DEFAULT_LEASE) as deployment:
        dead, heir = deployment.bots
        dora, marc = await cast(deployment)
        deployment.spoil_teams(EffectKind.HOLD_BEFORE, "/conversations$")
        request_id = await deployment.asks(dora)
        await deployment.parked()
        await heir.start()
        await dead.kill()
        deployment.turn_to(heir)
        await marc.hears(request_id, timeout=TAKEN_OVER_WITHIN)


@asynccontextmanager
async def slept_through(deployment: Deployment, request_id: str) -> AsyncIterator[None]:
    """The first replica has been frozen: let the other finish, then wake it up and see what it does."""
    frozen, other = deployment.bots
    await other.start()
    deployment.turn_to(other)
    request = await deployment.ends(request_id)
    await carried_out_once(deployment, request)
    await deployment.settled()
    writes, entries = deployment.sent_writes(), await deployment.audit()
    yield
    frozen.thaw()
    deployment.turn_to(frozen)
    await until(lambda: bool(GAVE_UP.search(frozen.log.read_text())))
    assert deployment.sent_writes() == writes
    assert await deployment.audit() == entries
    assert await deployment.request(request_id) == request


async def works_again(deployment: Deployment) -> None:
    """The one that was frozen carries out the next request all by itself."""
    frozen, other = deployment.bots
    assert await other.drain() == 0
    newcomer = await deployment.hires("Nora Novak", "ENTERPRISEPACK")
    request_id = await deployment.asks(newcomer)
    await deployment.approves(await deployment.people.find("marc"), request_id)
    await carried_out_once(deployment, await deployment.ends(request_id))
    await books_balance(deployment)
    assert frozen.running


@pytest.mark.parametrize("nth", [1, 2])
async def test_a_replica_frozen_while_it_reads_sends_nothing_when_it_wakes_up(url: str, nth: int) -> None:
    async with running_deployment(url, replicas=2, started=1) as deployment:
        frozen, _ = deployment.bots
        dora, marc = await cast(deployment)
        request_id = await deployment.asks(dora)
        card = await deployment.asked_about(marc, request_id)
        await deployment.settled()
        await deployment.insist(lambda: marc.clicks(card, "request.approve", {"comment": ""}))
        deployment.spoil_graph(EffectKind.HOLD_BEFORE, "/subscribedSkus$", nth=nth)
        await deployment.parked()
        frozen.freeze()
        async with slept_through(deployment, request_id):
            deployment.sandbox.graph.holds.release_all()
        await works_again(deployment)


async def test_a_replica_frozen_between_intent_and_write_sends_nothing_when_it_wakes_up(url: str) -> None:
    engine = sa.create_engine(parse_url(url), isolation_level="AUTOCOMMIT")
    async with running_deployment(url, replicas=2, started=1) as deployment:
        frozen, _ = deployment.bots
        with engine.connect() as door:
            door.execute(sa.text(_SHUT))
            door.execute(sa.text(f"SELECT pg_advisory_lock({DOOR})"))
            request_id = await approved(deployment)
            await until(lambda: _somebody_waits(door))
            # The database has the intent and will commit it; who asked for that hears of it too late.
            frozen.freeze()
            door.execute(sa.text(f"SELECT pg_advisory_unlock({DOOR})"))
            await until(lambda: _committed(deployment))
            door.execute(sa.text(_OPEN))
        assert deployment.sent_writes() == []
        async with slept_through(deployment, request_id):
            intents = await deployment.audit("graph.intent")
            assert len(intents) == 3
        await works_again(deployment)
    engine.dispose()


def _somebody_waits(door: sa.Connection) -> bool:
    waiting = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = {DOOR} AND NOT granted"
    return bool(door.scalar(sa.text(waiting)))


async def _committed(deployment: Deployment) -> bool:
    return bool(await deployment.audit("graph.intent"))
