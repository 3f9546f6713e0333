"""J11: a list of people is pasted, with everything that is wrong with lists, and only checked (R11)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.people import PersonClient, card_of, text_of
from bot.sandbox.seed import person_id
from bot.usecases.lists import MOST_PASTED
from tests.support.asking import said
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, has_input, running_world, shown

Json = dict[str, Any]

J11 = (
    "\ufeffUser Principal Name;Department\r\n"
    "ana@contoso.com;Sales\r\n"
    "dora@contoso.com;Sales\r\n"
    "zoe@contoso.com;Finance\r\n"
    "louis@contoso.com;Audit\r\n"
    " DORA@Contoso.com ;Sales\r\n"
    "Zoe@contoso.com;Finance\r\n"
    "ana@contso.com;Sales\r\n"
    "nobody@fabrikam.com;\r\n"
    "elif_fabrikam.example#EXT#@contoso.com;\r\n"
    "camille@contoso.com;Support\r\n"
    "nora@contoso.com;Sales\r\n"
    "marc@contoso.com;Sales\r\n"
)
"""4 good, 2 twice, 1 misspelt, 1 unknown, 1 guest, 1 switched off, 1 without location, 1 licensed already."""


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database; a list changes nothing and asks for nothing."""
    async with running_world(sqlite_files.url()) as running:
        yield running
        assert await running.all_requests() == []
        assert await running.writes() == []


async def enough(world: World) -> None:
    """Seats and numbers for four."""
    for part_number in ("MCOEV", "MCOPSTN1"):
        await world.control("PATCH", f"skus/{part_number}", {"enabled": 100})
    for ending in ("1004", "1005"):
        number = {"telephoneNumber": f"+3319900{ending}", "isoCountryCode": "FR", "city": "Paris"}
        paris = (await world.tenant("numbers"))["value"][0]["locationId"]
        await world.control("POST", "numbers", {**number, "locationId": paris})


async def checked(person: PersonClient, text: str) -> Json:
    """The card that answers a list."""
    await said(person, text)
    return person.last_card()


def told(card: Json) -> dict[str, str]:
    """The facts of a card: counts, and lines by "Line 2"."""
    found = card_of(card)
    assert found is not None
    facts = (one for body in found["body"] if body["type"] == "FactSet" for one in body["facts"])
    return {one["title"].replace("\u00a0", " "): one["value"] for one in facts}


COUNTS = ("Ready", "Have it already", "Would wait", "Cannot be asked for")


def counts(card: Json) -> tuple[int, ...]:
    facts = told(card)
    return tuple(int(facts[name]) for name in COUNTS)


async def test_a_list_with_every_mistake_is_told_line_by_line(database_url: str) -> None:
    async with running_world(database_url) as world:
        await enough(world)
        card = await checked(await world.person("priya"), J11)
        assert counts(card) == (4, 1, 1, 6)
        lines = told(card)
        for number in (2, 3, 4, 5):
            assert lines[f"Line {number}"].endswith(": ready.")
        assert "on line 3 already. (SB-WHO-10)" in lines["Line 6"]
        assert "on line 4 already. (SB-WHO-10)" in lines["Line 7"]
        assert "(SB-WHO-01) Did you mean ana@contoso.com?" in lines["Line 8"]
        assert lines["Line 9"].endswith("(SB-WHO-01)")
        assert "is a guest here" in lines["Line 10"]
        assert "The account of Camille Roux is switched off. (SB-WHO-04)" in lines["Line 11"]
        assert "would wait. The directory does not say which country" in lines["Line 12"]
        assert "has a number already" in lines["Line 13"]
        assert "Nothing was asked for, and nothing was changed." in text_of(card)
        assert await world.all_requests() == []
        assert await world.writes() == []
        (entry,) = [one for one in await world.audit() if one["action"] == "list.checked"]
        assert entry["details"]["ready"] == 4
        assert set(entry["details"]["about"]) >= {person_id("ana"), person_id("nora")}
        assert len(entry["details"]["about"]) == 8, "nobody who could not be found, and nobody twice"


async def test_what_is_suggested_is_never_taken(world: World) -> None:
    card = await checked(await world.person("priya"), "ana@contso.com\ndora@contso.com")
    assert counts(card) == (0, 0, 0, 2)
    assert buttons(card) == []


async def test_who_signs_in_with_another_address_is_told_which(world: World) -> None:
    world.sandbox.tenant.people[person_id("zoe")].mail = "zoe.daubigne@contoso.com"
    world.sandbox.tenant.touch()
    card = await checked(await world.person("priya"), "zoe.daubigne@contoso.com\ndora@contoso.com")
    assert "Did you mean zoe@contoso.com?" in told(card)["Line 1"]


async def test_seats_are_used_up_from_top_to_bottom(world: World) -> None:
    """One seat of the Calling Plan: who stands first is ready, the others would wait."""
    people = ("dora", "zoe", "louis")
    card = await checked(await world.person("priya"), "\n".join(f"{one}@contoso.com" for one in people))
    assert counts(card) == (1, 0, 2, 0)
    assert told(card)["Line 1"].endswith("ready.")
    assert "No seat of Domestic Calling Plan is free right now. (SB-LIC-04)" in told(card)["Line 2"]


async def test_numbers_are_used_up_from_top_to_bottom(world: World) -> None:
    await world.control("PATCH", "skus/MCOPSTN1", {"enabled": 100})
    for ending in ("1001", "1002"):
        await world.control("DELETE", f"numbers/+3319900{ending}")
    card = await checked(await world.person("priya"), "phone numbers for:\nana@contoso.com\ndora@contoso.com")
    assert counts(card) == (1, 0, 1, 0)
    assert "SB-NUM-05" in told(card)["Line 3"], "counted as the list was pasted"


async def test_a_manager_asks_for_reports_and_for_nobody_else(world: World) -> None:
    await enough(world)
    card = await checked(await world.person("marc"), "ana@contoso.com\nben@contoso.com\ndora@contoso.com")
    assert counts(card) == (2, 0, 0, 1)
    assert "(SB-WHO-02)" in told(card)["Line 2"]
    assert "Ben Carter" not in text_of(card), "not even a name"


async def test_who_has_been_asked_for_is_shown_that_request(sqlite_files: SqliteFiles) -> None:
    async with running_world(sqlite_files.url()) as world:
        request = await world.ask("dora")
        card = await checked(await world.person("marc"), "dora@contoso.com\nana@contoso.com")
        assert request.id in told(card)["Line 1"]
        assert "SB-REQ-02" in told(card)["Line 1"]


async def test_whoever_is_ready_is_asked_for_one_by_one(world: World) -> None:
    await enough(world)
    priya = await world.person("priya")
    card = await checked(priya, J11)
    assert buttons(card) == ["wish.start"] * 4
    await priya.clicks(card, "Dora Lefèvre")
    form = await priya.hears(has_input("calling_plan"))
    assert "Dora Lefèvre" in text_of(form)


async def test_no_more_than_five_buttons_for_the_first_who_are_ready(world: World) -> None:
    people = ("ben", "dora", "zoe", "louis", "yann", "tom", "maya")
    text = "\n".join(f"{one}@contoso.com" for one in people)
    card = await checked(await world.person("priya"), f"Audio Conferencing for:\n{text}")
    assert counts(card) == (7, 0, 0, 0)
    titles = [one["title"] for one in (card_of(card) or {})["actions"]]
    assert [one.split()[0] for one in titles] == ["Ben", "Dora", "Zoé", "Louis", "Yann"]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("phone numbers for:", "Phone numbers for a list of people"),
        ("Teams Phone for:", "Teams Phone for a list of people"),
        ("Audio Conferencing for:", "Audio Conferencing for a list of people"),
        ("numéros de téléphone pour :", "Phone numbers for a list of people"),
        ("", "New telephones for a list of people"),
    ],
)
async def test_the_first_line_says_what_for(world: World, heading: str, title: str) -> None:
    card = await checked(await world.person("priya"), f"{heading}\ndora@contoso.com\nben@contoso.com")
    assert text_of(card).splitlines()[0] == title
    assert len(told(card)) == 6


async def test_a_licence_from_a_list_opens_the_form_with_the_product(world: World) -> None:
    priya = await world.person("priya")
    card = await checked(priya, "Teams Phone for:\ndora@contoso.com\nana@contoso.com")
    assert counts(card) == (1, 1, 0, 0)
    await priya.clicks(card, "wish.start")
    form = priya.last_card()
    review = shown(await priya.clicks(form, "wish.review"))
    assert "Teams Phone Standard for Dora Lefèvre" in text_of(review)


async def test_what_cannot_be_read_is_asked_for_and_nothing_is_looked_up(world: World) -> None:
    answer = await said(await world.person("priya"), "leavers:\nana@contoso.com\nben@contoso.com")
    assert "I cannot read what they are to have, so I have done nothing" in answer
    assert [one for one in await world.audit() if one["action"] == "list.checked"] == []


async def test_too_many_lines_are_refused_at_once(world: World) -> None:
    asked = len((await world.tenant("requests"))["value"])
    lines = "\n".join(f"somebody{one}@contoso.com" for one in range(MOST_PASTED + 1))
    answer = await said(await world.person("priya"), lines)
    assert f"the most is {MOST_PASTED} lines" in answer
    assert "SB-WHO-11" in answer
    assert len((await world.tenant("requests"))["value"]) == asked


async def test_the_longest_list_fits_on_a_card_and_into_few_questions(world: World) -> None:
    before = len((await world.tenant("requests"))["value"])
    strangers = "\n".join(f"somebody-with-a-long-name-{one}@contoso.com" for one in range(MOST_PASTED))
    card = await checked(await world.person("priya"), strangers)
    assert counts(card) == (0, 0, 0, MOST_PASTED)
    assert f"{MOST_PASTED - 25} more lines are not shown." in text_of(card)
    assert len(json.dumps(card_of(card), ensure_ascii=False).encode("utf-16-le")) < 28_000
    batches = [
        one for one in (await world.tenant("requests"))["value"][before:] if one["path"].endswith("/$batch")
    ]
    assert len(batches) == 3


async def test_a_formula_is_text_and_markdown_is_not_obeyed(world: World) -> None:
    card = await checked(
        await world.person("priya"), "dora@contoso.com\n=cmd|' /C calc'!A0\n**x**\nana@contoso.com"
    )
    assert "This is no address: “=cmd\\|' /C calc'!A0”. (SB-WHO-09)" in told(card)["Line 2"]
    assert "\\*\\*x\\*\\*" in told(card)["Line 3"]


async def test_a_list_in_the_middle_of_a_form_leaves_the_form_as_it_is(world: World) -> None:
    priya = await world.person("priya")
    await said(priya, "I need a phone number for Ben Carter")
    await said(priya, "by text")
    card = await checked(priya, "dora@contoso.com\nana@contoso.com")
    assert sum(counts(card)) == 2
    answer = await said(priya, "cancel")
    assert "Cancelled. Nothing was sent." in answer


async def test_lists_are_for_a_chat_of_ones_own(world: World) -> None:
    priya = await world.person("priya")
    await priya.says("dora@contoso.com\nana@contoso.com", scope="channel")
    await priya.looks()
    assert "in a chat of our own" in "\n".join(text_of(one) for one in priya.chat)
    assert [one for one in await world.audit() if one["action"] == "list.checked"] == []


async def test_somebody_who_waits_sees_that_something_is_going_on(world: World) -> None:
    priya = await world.person("priya")
    await said(priya, "dora@contoso.com\nana@contoso.com")
    chat = {"conversation": priya.who.personal_chat, "after": "0"}
    async with world.http.get(f"{world.sandbox.url}/sandbox/activities", params=chat) as answer:
        events = (await answer.json())["events"]
    assert [one["kind"] for one in events] == ["created", "typing", "created"]
