"""Admins look things up by typing: in a chat of their own and in their channel, in the words they use."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.people import card_of, text_of
from tests.support.world import EVERYBODY, World, running_world, shown

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]

CHANNEL = "Phone desk"
ELSEWHERE = "General"

ALLOWED = """
priya  | status | Requests are being carried out
priya  | statut | Requests are being carried out
ute    | status | Waiting for approval
helene | 状态 | Requests are being carried out
priya  | requests | Requests of everybody
ute    | requests | Requests of everybody
priya  | requests to approve | Dora Lefèvre
priya  | demandes pour Dora | Requests about Dora
priya  | requests failed | There are none
marc   | requests for Dora | Requests about Dora
dora   | status | My requests
dora   | requests | My requests
dora   | requests open | Waiting for approval
priya  | stock | Free licences
priya  | 库存 | Free numbers
tom    | licences | Teams Phone Standard
helene | licenses | Office 365 E5
priya  | numbers | Paris, France
priya  | free numbers France | +33 1 99 00 10 01
helene | 法国号码 | +33 1 99 00 10 11
priya  | numbers in Paris held | promised to SB-
priya  | who has +33 1 99 00 10 11 | Camille Roux
ute    | qui a +33199001011 ? | Camille Roux
priya  | whose is +33 1 99 00 10 01 | nobody
priya  | who has +33 1 23 45 67 89 | SB-ADM-41
priya  | what does Dora have | What Dora Lefèvre has
marc   | qu’a Dora ? | Dora Lefèvre
priya  | whoami | voice admin
dora   | who am i | employee
ute    | 我是谁 | auditor
dora   | version | policy
"""

REFUSED = """
dora  | stock
ute   | stock
dora  | licences
dora  | numbers France free
ben   | numbers
dora  | who has +33 1 99 00 10 11
ben   | qui a +33 1 99 00 10 11
"""


def rows(table: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in table.strip().splitlines()]


async def answer(world: World, who: str, text: str) -> Json:
    """What comes back to what is typed in a chat of one's own."""
    person = await world.person(who)
    await person.says(text)
    await person.looks()
    return person.chat[-1]


async def hears(world: World, who: str, text: str, told: str, where: str = CHANNEL) -> Json:
    """What comes back to what is typed in a channel, which is to say `told`."""
    person = await world.person(who)
    person.forgets()
    await person.says(text, where=where)
    return await person.hears(told)


async def refusals(world: World) -> list[Json]:
    return [entry for entry in await world.audit() if entry["action"].endswith(".refused")]


async def test_who_may_is_answered_and_who_may_not_is_refused_on_record(database_url: str) -> None:
    async with running_world(database_url, installed=(*EVERYBODY, "ute")) as world:
        await world.ask("dora")
        before = await world.writes()
        for who, text, told in rows(ALLOWED):
            assert told in text_of(await answer(world, who, text)), (who, text)
        assert await refusals(world) == []
        for who, text in rows(REFUSED):
            assert "SB-ADM-01" in text_of(await answer(world, who, text)), (who, text)
        assert len(await refusals(world)) == len(rows(REFUSED))
        assert await world.writes() == before
        reads = [entry for entry in await world.audit() if entry["action"] == "number.read"]
        assert len(reads) == 4


async def test_a_request_of_somebody_else_is_not_for_everybody(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.ask("dora")
        assert "SB-WHO-02" in text_of(await answer(world, "ben", "requests for Dora"))
        # What a card carries is not what somebody may see.
        own = await answer(world, "ben", "requests open")
        ben, dora = await world.person("ben"), await world.person("dora")
        forged = ben.click(own, "Apply", {"which": "all"})
        forged["value"]["action"]["data"]["person"] = dora.who.user_id
        reply = await ben.delivers(forged)
        assert "SB-WHO-02" in str(reply.body)
        assert "SB-WHO-02" in text_of(await answer(world, "ben", "what does Dora have"))
        assert [one["action"] for one in await refusals(world)] == ["person.read.refused"] * 3
        # So is one of which only the id is known, typed or forged, and whoever tries is on record.
        (request,) = await world.all_requests()
        for verb in ("show", "why", "withdraw"):
            assert "somebody else" in text_of(await answer(world, "ben", f"{verb} {request.id}"))
        for verb in ("requests.show", "request.withdraw", "request.refresh"):
            forged = ben.click(own, "Apply", {})
            forged["value"]["action"] |= {"verb": verb, "data": {"request": request.id}}
            assert "somebody else" in str((await ben.delivers(forged)).body)
        tried = [one["action"] for one in await refusals(world)][3:]
        assert sorted(tried) == ["request.read.refused"] * 4 + ["withdraw.refused"] * 2
        everybody = shown(await ben.clicks(own, "Apply", {"which": "all"}))
        assert "There are none" in text_of(everybody)


async def test_who_sees_all_requests_can_open_each(database_url: str) -> None:
    async with running_world(database_url, installed=(*EVERYBODY, "ute")) as world:
        request = await world.ask("dora")
        listed = await answer(world, "ute", "requests")
        assert request.id in text_of(listed)
        ute = await world.person("ute")
        await ute.clicks(listed, "requests.show")
        opened = (await ute.looks())[-1]
        assert "Dora Lefèvre" in text_of(opened)
        assert request.id in text_of(opened)
        assert not await refusals(world)


async def test_a_list_is_sorted_and_turned_over_on_its_card(database_url: str) -> None:
    async with running_world(database_url) as world:
        first = await answer(world, "priya", "licences")
        priya = await world.person("priya")
        assert headlines(first)[0].startswith("**Office 365 E5**: 0")
        named = shown(await priya.clicks(first, "Apply", {"order": "bought"}))
        assert headlines(named)[0].startswith("**Office 365 E3**")
        second = shown(await priya.clicks(named, "More"))
        assert "9 to" in text_of(second)
        assert set(headlines(second)).isdisjoint(headlines(named))
        back = shown(await priya.clicks(second, "Back"))
        assert headlines(back) == headlines(named)


def headlines(activity: Json) -> list[str]:
    sets = [one for one in (card_of(activity) or {})["body"] if one["type"] == "ColumnSet"]
    rows = [one["columns"][0]["items"][0] for one in sets]
    return [one["text"] for one in rows if one["type"] == "TextBlock"]


async def test_in_their_channel_admins_read_together_and_elsewhere_nothing_is_told(database_url: str) -> None:
    async with running_world(database_url) as world:
        await hears(world, "priya", "admin channel here", "From now on")
        await world.ask("dora")
        await hears(world, "tom", "stock", "Free licences")
        listed = await hears(world, "tom", "requests to approve", "Dora Lefèvre")
        assert "requests.show" not in str(card_of(listed))
        licences = await hears(world, "tom", "licences", "Fewest free first")
        tom, dora = await world.person("tom"), await world.person("dora")
        assert "9 to" in text_of(shown(await tom.clicks(licences, "More")))
        for text in ("status", "requests", "stock"):
            await hears(world, "dora", text, "SB-ADM-01")
        await dora.reads(CHANNEL)
        seen = next(one for one in dora.cards() if "Fewest free first" in text_of(one))
        assert "SB-ADM-01" in str((await dora.clicks(seen, "Apply")).body)
        await hears(world, "priya", "requests", "SB-ADM-03", ELSEWHERE)
        await hears(world, "dora", "version", "policy", ELSEWHERE)
