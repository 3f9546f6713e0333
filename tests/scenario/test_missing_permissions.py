"""What the organisation has taken away while the service runs: no request hangs on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.requests import RequestState
from bot.sandbox.people import text_of
from bot.sandbox.seed import group_id
from tests.support.asking import press_task
from tests.support.world import World, running_world, told

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]

ADMINS = ("priya", "tom", "yann")


async def always(world: World, method: str, path: str, status: int) -> None:
    match = {"method": method, "path": path, "times": None}
    await world.control("POST", "faults", {"match": match, "effect": {"kind": "status", "status": status}})


async def test_an_app_that_may_not_be_installed_costs_no_hours(database_url: str) -> None:
    """Sending again would not help: those who stand in are asked at once."""
    async with running_world(database_url, installed=("dora", *ADMINS)) as world:
        await always(world, "POST", "/teamwork/installedApps$", 403)
        request = await world.ask("dora")
        for who in ADMINS:
            assert request.id in text_of(await world.card_for(who, request))


async def test_a_request_ends_although_the_admins_group_is_gone(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        await always(world, "GET", f"/groups/{group_id('Voice Admins')}/", 404)
        await always(world, "POST", "/assignLicense$", 400)
        await world.settle()
        assert (await world.request(request.id)).state is RequestState.FAILED
        dora = await world.person("dora")
        await dora.looks()
        assert "could not be carried out" in told(dora)


async def test_a_stage_opens_although_nobody_may_be_looked_up_any_more(database_url: str) -> None:
    async with running_world(database_url) as world:
        review = await world.review("dora")
        dora = await world.person("dora")
        await dora.clicks(review, "wish.submit")
        await always(world, "GET", "^/v1.0/users/", 403)
        began = await world.now()
        await world.settle()
        request = await world.newest_request("dora")
        assert request.id in text_of(await world.card_for("marc", request))
        await world.live(minutes=20)
        days = {began.date(), (await world.now()).date()}
        for who in ADMINS:
            person = await world.person(who)
            await person.looks()
            assert told(person).count("cannot be looked up") == len(days), "once a day"


async def test_who_asks_whether_we_are_ready_is_not_told_what_entra_said(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.sandbox.identity.app = replace(world.sandbox.identity.app, password="another by now")
        async with TestClient(TestServer(world.service.app)) as client:
            answer = await client.get("/readyz")
            assert answer.status == 503
            assert (await answer.json())["problems"] == ["Graph token: Misconfigured"]


async def test_an_admin_writes_the_country_where_the_app_may_not(database_url: str) -> None:
    """Changing users is a broad permission, which an organisation may well keep to itself."""
    async with running_world(database_url) as world:
        await world.control("PATCH", "people/dora", {"usageLocation": None})
        await always(world, "PATCH", "/users/", 403)
        request = await world.granted("dora", "marc", {"country": "FR"})
        await world.live_until("waiting", request.id)
        await press_task(world, "task.done", {"evidence_country": "fr"})
        await world.settle()
        stuck = await world.request(request.id)
        assert stuck.state is RequestState.WAITING
        assert stuck.outcome is not None
        assert [notice.code for notice in stuck.outcome.notices] == ["SB-LOC-42"]
        await world.control("PATCH", "people/dora", {"usageLocation": "FR"})
        assert (await world.live_until("done", request.id)).outcome is not None
