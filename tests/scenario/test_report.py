"""Owners, voice admins and auditors look at what a month came to, and hear of it once it is over."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from bot.domain.reports import month_before
from bot.sandbox.people import card_of, text_of
from tests.support.commanded import ELSEWHERE, TEAM_CHANNEL, answer, audited
from tests.support.world import World, running_world, shown

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]

PRIYA, HELENE, UTE = "priya", "helene", "ute"
"""A voice admin, the owner, and the auditor."""


async def newest(world: World, who: str) -> Json:
    person = await world.person(who)
    await person.looks()
    return person.chat[-1]


def charts(message: Json) -> list[str]:
    body = (card_of(message) or {})["body"]
    return [one["type"] for one in body if one["type"].startswith("Chart.")]


async def pressed(world: World, who: str, card: Json, verb: str) -> str:
    """What the card becomes."""
    return str(shown(await (await world.person(who)).clicks(card, verb)))


async def told(world: World, who: str, card: Json, verb: str) -> str:
    """What is said to whoever presses a button in vain."""
    return str((await (await world.person(who)).clicks(card, verb)).body)


async def test_a_report_counts_what_was_asked_decided_and_done(database_url: str) -> None:
    async with running_world(database_url, installed=("dora", "marc", PRIYA, HELENE, UTE)) as world:
        await world.granted("dora", "marc")
        now = await world.now()
        this, before_shown = f"{now:%Y-%m}", f"{month_before(now.date()):%b %Y}"
        asked_one = ["Asked for", "1", "Done", "0"]
        for who, text in ((PRIYA, "report"), (HELENE, "月报"), (UTE, f"rapport {this}")):
            said = (await answer(world, who, text)).replace("\u00a0", " ")
            assert "\n".join(asked_one) in said, said
            assert "(1 request)" in said
            assert "1 by one person" in said
            assert charts(await newest(world, who))[0] == "Chart.VerticalBar.Grouped"
        card = await newest(world, PRIYA)
        assert charts(card).count("Chart.Donut") == 2

        people = await pressed(world, PRIYA, card, "report.approvers")
        assert "Marc Dubois" in people
        assert "1 approved" in people
        earlier = await pressed(world, PRIYA, card, "report.show")
        assert before_shown in earlier
        assert "nothing to measure" in earlier
        assert "Month after" in earlier
        table = (await answer(world, UTE, "report export")).split("```")[1]
        rows = list(csv.reader(table.strip().splitlines()))
        assert [this, "Approved", "Marc Dubois", "1", "decisions"] in rows
        looked = [(one["actor"], one["details"]["what"]) for one in await audited(world, "report.read")]
        assert [what for _, what in looked] == [f"{this}: approvers", f"{this}: approvers, to be taken along"]

        for typed in ("report 2026-13", "report 2999-01", "report 1990-05"):
            assert "SB-REP-01" in await answer(world, PRIYA, typed), typed
        priya = await world.person(PRIYA)
        forged = priya.click(card, "report.show", {})
        forged["value"]["action"]["data"]["month"] = "2999-01"
        assert "SB-REP-01" in str((await priya.delivers(forged)).body)


async def test_nobody_else_sees_it_and_channels_see_no_names(database_url: str) -> None:
    async with running_world(database_url, installed=("dora", PRIYA)) as world:
        assert "SB-ADM-01" in await answer(world, "dora", "report")
        assert "SB-ADM-01" in await answer(world, "dora", "report export")
        dora, priya = await world.person("dora"), await world.person(PRIYA)
        await answer(world, "dora", "help")
        for verb in ("report.show", "report.approvers"):
            forged = dora.click(await newest(world, "dora"), "help.show", {})
            forged["value"]["action"]["verb"] = verb
            assert "SB-ADM-01" in str((await dora.delivers(forged)).body), verb
        assert await audited(world, "report.refused")

        await priya.says("admin channel here", where=TEAM_CHANNEL)
        priya.forgets()
        await priya.says("report", where=TEAM_CHANNEL)
        card = await priya.hears("No request waits for anything")
        assert "Report, " in text_of(card)
        assert "SB-REP-02" in await told(world, PRIYA, card, "report.approvers")
        priya.forgets()
        await priya.says("report", where=ELSEWHERE)
        assert "Until decided" not in "".join(map(text_of, priya.chat))


async def test_the_month_that_is_over_is_told_once_to_owners_and_voice_admins(database_url: str) -> None:
    async with running_world(
        database_url, installed=("dora", PRIYA, HELENE, UTE), chores=("report.monthly",)
    ) as world:
        request = await world.ask("dora")
        month = f"{(await world.request(request.id)).created_at:%b %Y}"
        await world.live(days=32)
        await world.does("report.monthly")
        await world.settle()
        for who, times in ((PRIYA, 1), (HELENE, 1), (UTE, 0), ("dora", 0)):
            person = await world.person(who)
            await person.looks()
            assert sum(f"Report, {month}" in text_of(one) for one in person.chat) == times, who
        (sent,) = await audited(world, "report.sent")
        assert sent["details"]["told"] >= 2
        assert "SB-ADM-01" not in await pressed(
            world, HELENE, await newest(world, HELENE), "report.approvers"
        )
