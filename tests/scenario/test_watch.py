"""What lies about is told once, to those who can do something about it: secrets, messages, requests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request
from bot.sandbox.installations import Block
from bot.sandbox.seed import person_id
from bot.store import alerts
from tests.support.asking import said
from tests.support.databases import SqliteFiles
from tests.support.tried import heard_by
from tests.support.world import World, running_world, shown

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("sqlite")

SECRET = "The client secret that Switchboard signs in with ends on"
LOST = "New messages that could not be delivered"
NEGLECTED = "Requests that are due and that nobody carries out"
WAITING = "Requests that have waited for more than 7 days"


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    async with running_world(sqlite_files.url()) as running:
        yield running


async def secrets(world: World, *days: float) -> None:
    """The registration has one secret more for each; the service signs in with the first."""
    ours = world.settings.app_password.get_secret_value()[:3]
    hints = [ours, *("xyz" for _ in days[1:])]
    wishes = [{"hint": hint, "endsInDays": left} for hint, left in zip(hints, days, strict=True)]
    await world.control("PUT", "app-secrets", wishes)


async def test_owners_hear_three_times_that_the_secret_ends_and_never_of_another(world: World) -> None:
    await secrets(world, 40, 1)
    for day in range(45):
        await world.does("watch.secrets")
        told = (await heard_by(world, "helene")).count(SECRET)
        assert told == sum(40 - day <= left for left in (30, 7, 1)), day
        await world.live(days=1)
    assert SECRET not in await heard_by(world, "priya")


async def test_without_the_permission_or_any_owner_the_desk_goes_on(world: World) -> None:
    await secrets(world, 5)
    app = world.sandbox.identity.app
    app.roles = tuple(role for role in app.roles if role != "Application.Read.All")
    await world.service.desk.graph.aclose()
    await world.restart()
    await world.does("watch.secrets")
    assert SECRET not in await heard_by(world, "helene")
    app.roles = (*app.roles, "Application.Read.All")
    world.settings = world.settings.model_copy(update={"owner_group": ""})
    await world.restart()
    await world.does("watch.secrets")
    assert (await heard_by(world, "priya")).count(SECRET) == 1, "voice administrators, where nobody owns it"


async def test_messages_that_did_not_arrive_are_counted_once(world: World) -> None:
    await world.does("watch.desk")
    assert LOST not in await heard_by(world, "priya")
    marc = await world.person("marc")
    await marc.says("hi")
    await marc.blocks(Block.BY_USER)
    request = await world.ask("dora")
    await world.settle()
    await said(await world.person("dora"), f"withdraw {request.id}")
    await _admins_leave(world)
    await world.does("watch.desk")
    assert await world.service.desk.db.read(alerts.standing) == [], "nobody heard it"
    await _admins_return(world)
    for _ in range(3):
        await world.does("watch.desk")
        await world.live(hours=1)
    for admin in ("priya", "tom", "yann"):
        heard = await heard_by(world, admin)
        assert heard.count(LOST) == 1
        assert f"{LOST}: 1." in heard
    await world.live(days=2)
    await world.does("watch.desk")
    assert (await heard_by(world, "priya")).count(LOST) == 1, "the same message is no news"


_ADMINS = (("Voice Admins", "priya"), ("Voice Admins", "tom"), ("Voice Admins EMEA", "yann"))


async def _admins_leave(world: World) -> None:
    for group, who in _ADMINS:
        await world.control("DELETE", f"groups/{group}/members/{person_id(who)}")


async def _admins_return(world: World) -> None:
    for group, who in _ADMINS:
        await world.control("POST", f"groups/{group}/members", {"id": person_id(who)})


async def waits_for_a_licence(world: World) -> Request:
    await world.control("PATCH", "skus/MCOEV", {"enabled": 57})
    request = await world.granted("dora", "marc")
    return await world.live_until("waiting", request.id)


async def test_who_waits_for_too_long_is_told_of_once_until_it_moves(world: World) -> None:
    request = await waits_for_a_licence(world)
    assert request.waiting is WaitReason.LICENCES
    for _ in range(9):
        await world.does("watch.desk")
        await world.pass_time(days=1)
    await world.does("watch.desk")
    heard = await heard_by(world, "priya")
    assert heard.count(WAITING) == 1
    assert f"without anything happening: {request.id}." in heard
    assert WAITING not in await heard_by(world, "dora")
    await said(await world.person("dora"), f"withdraw {request.id}")
    await world.does("watch.desk")
    assert await world.service.desk.db.read(alerts.standing, "waiting:") == []


async def test_what_nobody_carries_out_is_told_to_owners_unless_an_admin_has_paused(world: World) -> None:
    request = await world.granted("dora", "marc")
    for _ in range(2):
        world.clock.advance(timedelta(hours=3))
        await world.does("watch.desk")
    heard = await heard_by(world, "helene")
    assert heard.count(NEGLECTED) == 1
    assert f"{NEGLECTED}: {request.id}." in heard
    assert NEGLECTED not in await heard_by(world, "priya")

    priya = await world.person("priya")
    await said(priya, "pause because the carrier is away")
    shown(await priya.clicks(priya.last_card(), "command.confirm"))
    await world.ask("ana")
    world.clock.advance(timedelta(days=2))
    await world.does("watch.desk")
    assert (await heard_by(world, "helene")).count(NEGLECTED) == 1
