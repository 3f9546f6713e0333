"""J06: the directory does not say in which country somebody is licensed; people say it, nobody guesses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import card_of, text_of
from tests.support.asking import asked, press_task, task_cards
from tests.support.databases import SqliteFiles
from tests.support.tried import heard_by, tried
from tests.support.world import World, buttons, running_world, shown

Json = dict[str, Any]

MCOEV = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
MADRID = "7c1b54be-0b1c-4f0e-9d2a-3f5a8f6f2d11"
INVALID_LOCATION = {
    "error": {
        "code": "Request_BadRequest",
        "message": "License assignment cannot be done for user with invalid usage location.",
    }
}


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


async def without_country(world: World, who: str) -> None:
    await world.control("PATCH", f"people/{who}", {"usageLocation": None})


async def dora_waits(world: World) -> Request:
    """Dora has no registered country, asks for France, and Marc agrees."""
    await without_country(world, "dora")
    request = await world.granted("dora", "marc", {"country": "FR"})
    waiting = await world.live_until("waiting", request.id)
    assert waiting.waiting is WaitReason.OWNER
    return waiting


async def moves(world: World) -> list[str]:
    """What happened to tasks, oldest first."""
    return [one["action"] for one in await world.audit() if one["action"].startswith("task.")]


async def test_the_country_is_proposed_then_confirmed_and_only_then_licences_are_given(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        nora = await world.person("nora")
        await nora.installs()
        spanish = {"telephoneNumber": "+34910001001", "isoCountryCode": "ES", "city": "Madrid"}
        await world.control("POST", "numbers", {**spanish, "locationId": MADRID})

        form = await world.form("nora")
        country = next(one for one in (card_of(form) or {})["body"] if one.get("id") == "country")
        assert country["value"] == "ES", "what the directory says is proposed"
        review = shown(await nora.clicks(form, "wish.review"))
        assert "By hand: Confirm the country in which Nora Quinn works" in text_of(review)
        shown(await nora.clicks(review, "wish.submit"))
        request = await world.newest_request("nora")
        assert "Set the country of the licences to Spain" in text_of(await world.card_for("olivia", request))
        await world.approve("olivia", request)

        waiting = await world.live_until("waiting", request.id)
        assert waiting.waiting is WaitReason.OWNER
        await world.live(hours=5)
        assert await tried(world) == [], "nothing is tried without a country"
        assert (await world.tenant("people/nora"))["usageLocation"] is None
        assert "the voice administrators have been asked" in text_of(await world.progress("nora", request))
        for admin in ("priya", "tom", "yann"):
            (card,) = await task_cards(world, admin)
            assert "Confirm the country in which Nora Quinn works" in text_of(card)

        assert "Done by Priya" in await press_task(world, "task.done", {"evidence_country": "es"})
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number == "+34910001001"
        assert await tried(world) == ["usageLocation", "assignLicense", "assignNumber"]
        assert (await world.tenant("people/nora"))["usageLocation"] == "ES"
        assert "+34 910 00 10 01" in await heard_by(world, "nora")
        for admin in ("priya", "tom", "yann"):
            (card,) = await task_cards(world, admin)
            assert "Done by Priya" in text_of(card)
            assert buttons(card) == []
        assert await moves(world) == ["task.opened", "task.done"]


async def test_a_licence_alone_waits_for_the_country_too(world: World) -> None:
    await without_country(world, "dora")
    request = await asked(world, "dora", "licence", {"product": MCOEV})
    await world.approve("marc", request)
    waiting = await world.live_until("waiting", request.id)
    assert waiting.waiting is WaitReason.OWNER
    await world.live(hours=3)
    assert await tried(world) == []
    await press_task(world, "task.done", {"evidence_country": "FR"})
    await world.live_until("done", request.id)
    assert await tried(world) == ["usageLocation", "assignLicense"]


async def test_a_directory_that_contradicts_the_wish_refuses_it_with_two_ways_out(world: World) -> None:
    nora = await world.person("nora")
    await nora.installs()
    form = await world.form("nora")
    answer = text_of(shown(await nora.clicks(form, "wish.review", {"country": "GB"})))
    if "SB-LOC-07" not in answer:
        answer = text_of(shown(await nora.clicks(nora.last_card(), "wish.review")))
    assert "The directory says Spain, and you ask for United Kingdom." in answer
    assert "Ask for Spain, or have the directory corrected and then ask again." in answer
    assert "SB-LOC-07" in answer
    assert await world.all_requests() == []
    assert await task_cards(world) == []


async def test_another_country_is_no_answer_and_saying_so_ends_with_two_ways_out(world: World) -> None:
    request = await dora_waits(world)
    said = await press_task(world, "task.done", {"evidence_country": "ES"})
    assert "The request is for somebody who works in France" in said
    assert "The task is still open" in said
    assert "Cannot be done, says Priya" in await press_task(
        world, "task.cannot", {"reason": "Works in Madrid"}
    )
    await world.settle()
    assert (await world.request(request.id)).state is RequestState.FAILED
    heard = await heard_by(world, "dora")
    assert "Nobody confirmed that Dora Lefèvre works in France: Works in Madrid" in heard
    assert "Ask again for the country" in heard
    assert "or have the directory corrected" in heard
    assert await tried(world) == []


async def test_whoever_sets_the_country_in_entra_answers_too(world: World) -> None:
    request = await dora_waits(world)
    await world.control("PATCH", "people/dora", {"usageLocation": "FR"})
    await world.live(minutes=31)
    (card,) = await task_cards(world, "yann")
    assert "Done: Microsoft's directory shows it" in text_of(card)
    await world.live_until("done", request.id)
    # It was there already, so it is not written again.
    assert await tried(world) == ["assignLicense", "assignNumber"]
    assert await moves(world) == ["task.opened", "task.confirmed"]


async def test_another_country_set_in_entra_ends_the_request(world: World) -> None:
    request = await dora_waits(world)
    await world.control("PATCH", "people/dora", {"usageLocation": "DE"})
    await world.live(minutes=31)
    ended = await world.request(request.id)
    assert ended.state is RequestState.FAILED
    assert ended.outcome is not None
    assert [notice.code for notice in ended.outcome.notices] == ["SB-TSK-10"]
    assert "The country of Dora Lefèvre is now Germany" in await heard_by(world, "dora")
    (card,) = await task_cards(world)
    assert "Not needed any more" in text_of(card)
    assert await tried(world) == []


@pytest.mark.parametrize("says", ["we", "graph"])
async def test_a_country_that_goes_missing_is_said_in_the_same_words_by_us_and_by_graph(
    world: World, says: str
) -> None:
    """What slips past our own look is refused by Graph, and nobody can tell the difference."""
    request = await world.ask("dora")
    if says == "we":
        await without_country(world, "dora")
    else:
        effect = {"kind": "status", "status": 400, "body": INVALID_LOCATION}
        await world.control("POST", "faults", {"match": {"path": "assignLicense$"}, "effect": effect})
    await world.approve("marc", request)
    ended = await world.live_until("failed", request.id)
    assert ended.outcome is not None
    assert [notice.code for notice in ended.outcome.notices] == ["SB-LOC-01"]
    await world.settle()
    heard = await heard_by(world, "dora")
    assert "The directory does not say which country Dora Lefèvre works in." in heard
    assert "Have the usage location set, then ask again. Switchboard never guesses it." in heard
    assert await tried(world) == (["assignLicense"] if says == "graph" else [])
    assert await world.writes() == []
