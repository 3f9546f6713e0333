"""The audit log cannot be written: nothing is sent to Graph, nothing is lost, and it goes on afterwards.

No record, no act: the entry is part of the transaction it records.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import sqlalchemy as sa

from bot.domain.requests import RequestState
from bot.store.engines import parse_url
from tests.conftest import NewDatabase
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance, carried_out_once
from tests.support.until import until

pytestmark = pytest.mark.xdist_group("crash-store")

_POSTGRES = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON audit_entries FOR EACH ROW {when} EXECUTE FUNCTION disk_full();
"""
_POSTGRES_AGAIN = "DROP TRIGGER full_disk ON audit_entries; DROP FUNCTION disk_full();"
_SQLITE = """
CREATE TRIGGER full_disk BEFORE INSERT ON audit_entries {when}
BEGIN SELECT abs(-9223372036854775807 - 1); END;
"""
"""An overflow is the one error of operation, as a full disk is, that can be had for some entries only."""
_SQLITE_AGAIN = "DROP TRIGGER full_disk;"
ACTIONS = ("request.executing", "graph.intent", "graph.result", "step.done", "request.done")


@contextmanager
def no_room_for(url: str, action: str) -> Iterator[None]:
    """Entries of this action cannot be stored meanwhile; of every action when it is empty."""
    postgres = url.startswith("postgresql")
    when = f"WHEN (NEW.action = '{action}')" if action else ""
    _run(url, (_POSTGRES if postgres else _SQLITE).format(when=when))
    yield
    _run(url, _POSTGRES_AGAIN if postgres else _SQLITE_AGAIN)


def _run(url: str, script: str) -> None:
    engine = sa.create_engine(parse_url(url))
    with engine.begin() as conn:
        if engine.dialect.name == "sqlite":
            conn.connection.executescript(script)  # type: ignore[attr-defined]
        else:
            conn.exec_driver_sql(script)
    engine.dispose()


async def _tried_in_vain(deployment: Deployment) -> None:
    failure = re.compile("No space left on device|integer overflow")
    await until(lambda: bool(failure.search(deployment.bot.log.read_text())), seconds=30, every=0.05)


async def test_without_a_record_of_the_intent_nothing_is_sent(database_url: str) -> None:
    async with running_deployment(database_url) as deployment:
        dora, marc = await deployment.people.find("dora"), await deployment.people.find("marc")
        request_id = await deployment.asks(dora)
        with no_room_for(database_url, "graph.intent"):
            await deployment.approves(marc, request_id)
            await _tried_in_vain(deployment)
            assert deployment.sent_writes() == []
            assert not (await deployment.request(request_id)).ended
        await carried_out_once(deployment, await deployment.ends(request_id))
        await books_balance(deployment)


async def _outlives_a_log_that_cannot_take(action: str, url: str) -> None:
    async with running_deployment(url) as deployment:
        dora, marc = await deployment.people.find("dora"), await deployment.people.find("marc")
        request_id = await deployment.asks(dora)
        with no_room_for(url, action):
            await deployment.approves(marc, request_id)
            await _tried_in_vain(deployment)
        request = await deployment.ends(request_id)
        assert request.state is RequestState.DONE
        await carried_out_once(deployment, request)
        await books_balance(deployment)


async def test_a_log_that_fails_at_any_move_loses_and_doubles_nothing(new_database: NewDatabase) -> None:
    with ExitStack() as databases:
        urls = [databases.enter_context(new_database()) for _ in ACTIONS]
        await asyncio.gather(*map(_outlives_a_log_that_cannot_take, ACTIONS, urls))


async def test_while_nothing_can_be_recorded_nobody_is_told_that_it_worked(database_url: str) -> None:
    async with running_deployment(database_url) as deployment:
        dora, marc = await deployment.people.find("dora"), await deployment.people.find("marc")
        review = await deployment.reviewed(dora)
        with no_room_for(database_url, ""):
            failed = await dora.clicks(review, "wish.submit")
            assert failed.status == 200
            assert failed.card is None
            assert failed.error is not None
        assert await deployment.states() == {}
        await deployment.insist(lambda: dora.clicks(review, "wish.submit"))
        (request_id,) = await deployment.states()
        card = await deployment.asked_about(marc, request_id)
        with no_room_for(database_url, ""):
            failed = await marc.clicks(card, "request.approve", {"comment": ""})
            assert failed.status == 200
            assert failed.error is not None
        assert (await deployment.request(request_id)).state is RequestState.SUBMITTED
        await deployment.insist(lambda: marc.clicks(card, "request.approve", {"comment": ""}))
        await carried_out_once(deployment, await deployment.ends(request_id))
