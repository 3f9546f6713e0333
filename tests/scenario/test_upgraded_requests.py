"""Requests that waited for approval when the service was upgraded go on where they were."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from bot.sandbox.seed import person_id
from bot.store.engines import writing_engine
from bot.store.migrations import _config, upgrade
from tests.support.databases import SqliteFiles
from tests.support.world import running_world

pytestmark = pytest.mark.either_database("sqlite")

Rows = list[dict[str, Any]]

TWO = f"""
    [[rule]]
    name = "everything"
    [[rule.stages]]
    approvers = {{ people = ["{person_id("marc")}", "{person_id("helene")}"] }}
    need = 2
"""
TABLES = ("requests", "decisions")
"""In the order in which they may be filled."""


def reflected(conn: sa.Connection, name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=conn)


def rows_of(url: str) -> dict[str, Rows]:
    engine = writing_engine(url)
    with engine.connect() as conn:
        found = {
            name: [dict(row._mapping) for row in conn.execute(sa.select(reflected(conn, name)))]
            for name in TABLES
        }
    engine.dispose()
    return found


def as_before(stage: dict[str, Any]) -> dict[str, Any]:
    """A stage as it was stored before voices had seats."""
    spec = {name: stage["spec"][name] for name in ("approvers", "need", "fallback", "comment_on_reject")}
    return {
        "spec": spec,
        "approvers": [seat["holder"] for seat in stage["seats"]],
        "used_fallback": stage["used_fallback"],
    }


def store_as_before(url: str, found: dict[str, Rows]) -> None:
    """The former version's database, with these rows as it would have written them."""
    engine = writing_engine(url)
    with engine.begin() as conn:
        command.upgrade(_config(conn, None), "0002")
        for name in TABLES:
            table = reflected(conn, name)
            for row in found[name]:
                conn.execute(table.insert().values({column.name: row[column.name] for column in table.c}))
    engine.dispose()


async def test_a_request_with_one_vote_is_opened_decided_and_carried_out(
    sqlite_files: SqliteFiles, unmigrated_url: str
) -> None:
    url = sqlite_files.url()
    async with running_world(url) as world:
        world.ruled_by(TWO)
        request = await world.ask("dora")
        await world.approve("marc", request)
    found = rows_of(url)
    (stored,) = found["requests"]
    found["requests"] = [
        stored | {"stages": [as_before(one) for one in stored["stages"]], "due_at": None, "version": 2}
    ]
    store_as_before(unmigrated_url, found)
    upgrade(unmigrated_url)

    async with running_world(unmigrated_url) as world:
        await world.settle()
        waiting = await world.request(request.id)
        assert waiting.stage is not None
        assert waiting.stage.opened_at is not None
        assert [vote.approver.id for vote in waiting.decisions] == [person_id("marc")]
        await world.approve("helene", request)
        done = await world.live_until("done", request.id)
        assert len(done.decisions) == 2
        assert not any(vote.void for vote in done.decisions)
