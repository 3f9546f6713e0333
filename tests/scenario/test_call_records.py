"""The service reads what calls cost in its nights, and says so when it may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.credits import Charge
from bot.store import credits as ledger
from tests.support.world import World, running_world, told

pytestmark = pytest.mark.either_database("sqlite")

REFUSED = {"match": {"path": r"/getPstnCalls\(", "times": None}, "effect": {"kind": "status", "status": 403}}
SAYS = "may not read call records"


async def test_every_night_finds_what_was_called_since(database_url: str) -> None:
    async with running_world(database_url, chores=("credits.read",)) as world:
        await world.control("PUT", "calls", {"records": 0})
        await world.settle()
        for days in (1, 2):
            began = datetime.now(UTC) + timedelta(days=days - 1)
            call = {"id": f"call-{days}", "user": "ana", "began": began.isoformat(), "charge": 1.25}
            await world.control("POST", "calls", call)
        await world.live(days=1)
        assert len(await charges(world)) == 1
        await world.live(days=1)
        assert [one.amount.minor for one in await charges(world)] == [125, 125]
        assert [one["action"] for one in await world.audit() if one["action"].startswith("credits.")] == [
            "credits.reading.begun", "credits.read",
        ] * 2  # fmt: skip


async def charges(world: World) -> list[Charge]:
    found = await world.service.desk.db.read(ledger.entries)
    return [one for one in found if isinstance(one, Charge)]


async def test_admins_are_told_once_when_it_may_not_read_them_any_more(database_url: str) -> None:
    async with running_world(database_url) as world:
        priya = await world.person("priya")
        # The report on dial-out would be asked for ninety days, one by one.
        await world.control("POST", "faults", REFUSED | {"match": {"path": "Dialout", "times": None}})
        await world.does("credits.read")
        await world.control("POST", "faults", REFUSED)
        for _ in range(2):
            await world.does("credits.read")
            await priya.looks()
            assert told(priya).count(SAYS) == 1
        await world.control("DELETE", "faults")
        await world.does("credits.read")
        await world.control("POST", "faults", REFUSED)
        await world.does("credits.read")
        await priya.looks()
        assert told(priya).count(SAYS) == 2, "it was well again in between"


async def test_where_credits_were_never_of_interest_nobody_is_bothered(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("POST", "faults", REFUSED)
        priya = await world.person("priya")
        await world.does("credits.read")
        await priya.looks()
        assert SAYS not in told(priya)
