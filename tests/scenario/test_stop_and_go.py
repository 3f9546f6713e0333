"""Pause and resume, hold and release: typed by those who may, told to those concerned, kept over restarts."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState
from bot.sandbox.people import text_of
from tests.support.world import World, running_world, shown, told

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]

CHANNEL = "Phone desk"
PARIS = ("+33199001001", "+33199001002", "+33199001003")


async def answer(world: World, who: str, text: str) -> str:
    """What comes back to what is typed in a chat of one's own."""
    person = await world.person(who)
    await person.says(text)
    await person.looks()
    return text_of(person.chat[-1])


async def pauses(world: World, who: str = "priya", why: str = "carrier maintenance") -> str:
    """Pause, and confirm it on the card: what the card says then."""
    person = await world.person(who)
    await person.says(f"pause {why}")
    await person.looks()
    assert "Nothing more is carried out" in text_of(person.chat[-1])
    await person.clicks(person.last_card(), "command.confirm")
    await person.looks()
    return told(person)


async def heard(world: World, who: str) -> str:
    await world.settle()
    person = await world.person(who)
    await person.looks()
    return told(person)


async def entries(world: World, action: str) -> list[Json]:
    return [entry for entry in await world.audit() if entry["action"] == action]


async def test_a_pause_stops_before_the_next_write_and_people_are_told(database_url: str) -> None:
    async with running_world(database_url) as world:
        mine = await world.ask("dora")
        assert "Paused: nothing more is carried out" in await pauses(world)
        for who in ("tom", "helene"):
            assert "has paused the desk" in await heard(world, who), who

        await world.approve("marc", mine)
        await world.live(hours=3)
        assert await world.writes() == []
        assert (await world.request(mine.id)).state is RequestState.APPROVED
        assert "carrier maintenance" in text_of(await world.progress("dora", mine))

        later = await world.ask("ana")
        assert (await heard(world, "ana")).count("has paused the desk") == 1
        assert (await heard(world, "dora")).count("has paused the desk") == 2
        assert "Paused by Priya Nair" in await answer(world, "tom", "status")
        assert "SB-ADM-33" in await answer(world, "tom", "pause for lunch")

        await world.restart()
        await world.live(days=2)
        assert await world.writes() == []
        assert (await world.request(later.id)).state is RequestState.SUBMITTED

        assert "1 request goes on" in await answer(world, "tom", "resume")
        assert "has resumed work" in await heard(world, "priya")
        done = await world.live_until("done", mine.id)
        assert done.outcome is not None
        assert len(await entries(world, "desk.paused")) == 1
        assert (await entries(world, "desk.resumed"))[0]["details"]["woken"] == 1
        assert "SB-ADM-34" in await answer(world, "helene", "reprendre")


async def test_a_request_in_the_middle_waits_and_says_for_what(database_url: str) -> None:
    async with running_world(database_url) as world:
        mine = await world.granted("dora", "marc")
        await world.settle()
        written = len(await world.writes())
        assert written > 0
        await pauses(world, "helene")
        await world.live(days=1)
        assert len(await world.writes()) == written
        waiting = await world.request(mine.id)
        assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.PAUSED)
        assert "carries nothing out for now" in text_of(await world.progress("dora", mine))
        assert "the end of the pause" in await answer(world, "priya", "status")
        assert mine.id in await answer(world, "priya", "requests waiting")
        await answer(world, "priya", "resume")
        await world.live_until("done", mine.id)


async def test_a_pause_that_lasts_is_brought_to_mind_once(database_url: str) -> None:
    async with running_world(database_url) as world:
        await pauses(world)
        for hours, times in ((20, 0), (5, 1), (30, 1)):
            await world.pass_time(hours=hours)
            await world.does("pause.watch")
            assert (await heard(world, "tom")).count("paused for more than a day") == times
        await answer(world, "tom", "resume")
        await pauses(world)
        await world.pass_time(hours=25)
        await world.does("pause.watch")
        assert (await heard(world, "tom")).count("paused for more than a day") == 2


async def test_trying_a_pause_pauses_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        for text in ("pause carrier maintenance --dry-run", "hold +33199001001 for 3 days because --dry-run"):
            await answer(world, "priya", text)
        assert await entries(world, "desk.paused") == []
        assert "being carried out" in await answer(world, "priya", "status")
        assert "+33 1 99 00 10 01" in await answer(world, "priya", "free numbers Paris")
        for text in ("pause x", "resume", "暂停 维护"):
            assert "SB-ADM-01" in await answer(world, "dora", text), text
        assert len(await entries(world, "command.refused")) == 3


async def test_a_number_that_is_kept_back_is_offered_to_nobody(database_url: str) -> None:
    async with running_world(database_url) as world:
        kept = await answer(world, "priya", "hold +33 1 99 00 10 01 for 14 days because it is on the leaflet")
        assert "is kept back until" in kept
        await answer(world, "tom", "garder +33199001003 car promis au magasin")
        listed = await answer(world, "priya", "numbers France held")
        assert "on the leaflet" in listed
        assert "promis au magasin" in listed
        assert "SB-ADM-46" in await answer(world, "tom", "hold +33199001003 for the shop")

        mine = await world.ask("dora")
        assert mine.plan.chosen_number == "+33199001002"
        assert "SB-ADM-43" in await answer(world, "priya", "hold +33199001002 for the shop")
        assert "SB-ADM-42" in await answer(world, "priya", "hold +33199001011 for the shop")
        assert "SB-ADM-44" in await answer(world, "priya", "hold +33199001001")
        assert "SB-ADM-40" in await answer(world, "priya", "hold 12345 for the shop")
        assert "SB-ADM-01" in await answer(world, "helene", "hold +33199001001 for the shop")

        assert "given to anybody again" in await answer(world, "tom", "release +33 1 99 00 10 01")
        assert "SB-ADM-45" in await answer(world, "tom", "libérer +33199001001")
        assert "+33 1 99 00 10 01" in await answer(world, "priya", "free numbers Paris")
        await world.pass_time(days=31)
        assert "+33 1 99 00 10 03" in await answer(world, "priya", "free numbers Paris")
        actions = [len(await entries(world, one)) for one in ("number.kept_back", "number.let_go")]
        assert actions == [2, 1]


async def test_in_the_admins_channel_one_pauses_for_all_to_see(database_url: str) -> None:
    async with running_world(database_url) as world:
        priya, dora = await world.person("priya"), await world.person("dora")
        await priya.says("admin channel here", where=CHANNEL)
        await priya.hears("From now on")
        await priya.says("pause carrier maintenance", where=CHANNEL)
        asked = await priya.hears("Nothing more is carried out")
        shown(await priya.clicks(asked, "command.confirm"))
        await priya.hears("Paused: nothing more")
        await dora.says("resume", where=CHANNEL)
        await dora.hears("SB-ADM-01")
        assert len(await entries(world, "desk.paused")) == 1
