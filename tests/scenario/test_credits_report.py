"""Billing admins keep the ledger of credits by typing, see how it stands, and hear when it runs low."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.people import card_of, text_of
from bot.sandbox.seed import group_id
from tests.support.commanded import answer, audited, nothing_lasts
from tests.support.world import World, running_world, shown

pytestmark = pytest.mark.either_database("postgres")

PRIYA = "priya"
"""A voice admin; where there is no group of billing admins they do their work."""

Json = dict[str, Any]


async def called(world: World, records: int) -> None:
    """So many calls in 80 days, read by the service."""
    await world.control("PUT", "calls", {"records": records, "days": 80, "seed": 4})
    no_report = {
        "effect": {"kind": "status", "status": 403},
        "match": {"path": "DialoutReport", "times": None},
    }
    await world.control("POST", "faults", no_report)
    await world.does("credits.read")


async def day(world: World, ago: int) -> str:
    return (await world.now() - timedelta(days=ago)).date().isoformat()


async def newest(world: World, who: str) -> Json:
    person = await world.person(who)
    await person.looks()
    return person.chat[-1]


def elements(message: Json, kind: str) -> list[Json]:
    return [one for one in (card_of(message) or {})["body"] if one["type"].startswith(kind)]


async def test_the_ledger_is_kept_by_typing_and_the_card_shows_how_it_stands(database_url: str) -> None:
    async with running_world(database_url) as world:
        assert "Neither money nor calls are on record" in await answer(world, PRIYA, "credits")
        bought = f"credits bought 200 EUR {await day(world, 75)} A-1001"
        async with nothing_lasts(world):
            assert "order:a-1001" in await answer(world, PRIYA, f"{bought} --dry-run")
        assert "On the ledger: €200.00" in await answer(world, PRIYA, bought)
        await called(world, 800)

        told = await answer(world, PRIYA, "credits seen 121.30")
        assert "Noted: €121.30 are left" in told
        assert "€121.30 left" in told
        card = await newest(world, PRIYA)
        assert [one["type"] for one in elements(card, "Chart.")] == [
            "Chart.Line", "Chart.VerticalBar", "Chart.Donut",
        ]  # fmt: skip
        assert "Mexico" in str(elements(card, "Chart.Donut"))

        priya = await world.person(PRIYA)
        by_person = shown(await priya.clicks(card, "credits.show", {"by": "person", "days": "30"}))
        assert "Where it went, 30 days" in str(elements(by_person, "Chart.Donut"))
        assert "Mexico" not in str(elements(by_person, "Chart.Donut"))
        assert "121,30\xa0€" in await answer(world, PRIYA, "crédits", locale="fr-FR")

        form = await answer(world, PRIYA, "credits correct order:a-1001 180 EUR paid in part")
        assert "Corrected: order:a-1001 says €180.00 now." in form
        listed = await answer(world, PRIYA, "credits entries")
        assert "correction · -€20.00" in listed
        assert "paid in part" in listed
        table = await answer(world, PRIYA, "credits export")
        assert "Day,Person,Department,Destination" in table
        assert "Jour;Personne" not in table
        assert [one["details"]["source"] for one in await audited(world, "credits.recorded")] == [
            "manual", "seen", "manual",
        ]  # fmt: skip
        looked = [one["details"]["what"] for one in await audited(world, "spending.read")]
        month = (await world.now() - timedelta(days=1)).strftime("%Y-%m")
        assert looked == ["the last 30 days", f"{month}, to be taken along"]
        assert await world.audit_holds()


async def test_who_spends_what_is_not_everybodys_to_know(database_url: str) -> None:
    async with running_world(database_url) as world:
        assert "€100.00 left" in await answer(world, PRIYA, "credits opening 100 EUR")
        for text in ("credits", "credits by person", "credits export", "credits entries"):
            assert "SB-CRE-73" in await answer(world, "dora", text), text
        for text in ("credits seen 5 EUR", "credits correct seen:1 5 EUR wrong", "credits opening 5 USD"):
            assert "SB-ADM-01" in await answer(world, "dora", text), text
        dora = await world.person("dora")
        await dora.says("help")
        for verb in ("credits.show", "credits.entries"):
            forged = dora.click(await newest(world, "dora"), "help.show", {})
            forged["value"]["action"]["verb"] = verb
            assert "SB-ADM-01" in str((await dora.delivers(forged)).body), verb
        assert len(await audited(world, "credits.recorded")) == 1
        for text, code in (
            ("credits seen 5 EUR 2026-02-31", "SB-CRE-71"),
            ("credits opening 5 EUR", "SB-CRE-33"),
            ("credits correct everything", "SB-CRE-72"),
            ("credits correct order:9 5 EUR typo", "SB-CRE-34"),
            ("credits export 2026-13", "SB-CRE-71"),
        ):
            assert code in await answer(world, PRIYA, text), text


async def test_billing_admins_are_alerted_once_when_money_runs_low(database_url: str) -> None:
    async with running_world(database_url, chores=("credits.watch",)) as world:
        await called(world, 800)
        await answer(world, PRIYA, "credits seen 5 EUR")
        await world.live(days=3)
        priya, dora = await world.person(PRIYA), await world.person("dora")
        for person in (priya, dora):
            await person.looks()
        alerts = [one for one in priya.chat if "SB-CRE-61" in text_of(one)]
        assert len(alerts) == 1
        assert "€5.00 of Communications Credits are left" in text_of(alerts[0])
        assert not any("SB-CRE" in text_of(one) for one in dora.chat)
        await answer(world, PRIYA, "credits seen 900 EUR")
        await world.live(days=1)
        await answer(world, PRIYA, "credits seen 0 EUR")
        await world.live(days=1)
        assert "SB-CRE-60" in text_of(await newest(world, PRIYA))
        assert [one["action"] for one in await world.audit() if one["action"].startswith("alert.")] == [
            "alert.raised", "alert.cleared", "alert.raised",
        ]  # fmt: skip


async def test_voice_admins_are_alerted_where_nobody_is_in_the_group_of_billing_admins(
    database_url: str,
) -> None:
    async with running_world(database_url, chores=("credits.watch",)) as world:
        await called(world, 800)
        await answer(world, PRIYA, "credits seen 5 EUR")
        finance = group_id("Finance")
        members = await world.service.desk.graph.group_members(finance)
        for one in members:
            await world.control("DELETE", f"groups/Finance/members/{one.id}")
        world.settings = world.settings.model_copy(update={"billing_group": finance})
        await world.restart()
        await world.live(days=1)
        assert "SB-CRE-61" in text_of(await newest(world, PRIYA))
        assert "have been alerted." in await answer(world, PRIYA, "recharge failed")
        await world.settle()
        assert "SB-CRE-53" in text_of(await newest(world, PRIYA))
