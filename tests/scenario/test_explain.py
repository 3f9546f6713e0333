"""What somebody has, and why a product would be given or not: asked in words, and nothing is done."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.people import PersonClient, card_of, text_of
from bot.sandbox.seed import person_id
from tests.support.world import World, running_world

pytestmark = pytest.mark.either_database("sqlite")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with running_world(database_url) as running:
        yield running
        assert await running.all_requests() == []
        assert await running.writes() == []


async def said(person: PersonClient, text: str) -> str:
    """What the bot answers, as read by the person."""
    before = len(await person.looks())
    reply = await person.says(text)
    assert reply.status < 300
    return "\n".join(text_of(activity) for activity in (await person.looks())[before:])


async def reads(world: World) -> list[tuple[str, str, str]]:
    """Who read about whom, and what, as the audit log has it."""
    return [
        (entry["actor"], entry["details"]["about"], entry["details"]["what"])
        for entry in await world.audit()
        if entry["action"] == "person.read"
    ]


async def test_one_sees_what_one_has(world: World) -> None:
    answer = await said(await world.person("marc"), "what do I have?")
    assert "Office 365 E5: given directly" in answer
    assert "Domestic Calling Plan: in force" in answer
    assert "+33 1 99 00 10 10" in answer
    assert "Calling Plan · activated · emergency location: Paris siège" in answer
    assert "ready: calling is switched on" in answer
    assert "France" in answer
    assert await reads(world) == []


async def test_a_switched_off_plan_is_shown_as_what_it_is(world: World) -> None:
    answer = await said(await world.person("sam"), "which licences do I have")
    assert "Teams Phone: switched off inside the licence" in answer


async def test_a_licence_from_a_group_names_the_group(world: World) -> None:
    answer = await said(await world.person("priya"), "what does Rosa have")
    assert "Microsoft 365 Audio Conferencing: through the group Meeting organisers" in answer
    assert "Office 365 E3: given directly" in answer


@pytest.mark.parametrize(
    ("who", "text"),
    [
        ("marc", "what does Dora have?"),
        ("marc", "qu'est-ce que Dora a comme licences ?"),
        ("priya", "show me Dora's licences"),
        ("tom", "Dora有什么许可证"),
    ],
)
async def test_managers_and_voice_admins_read_about_others_and_that_is_on_record(
    world: World, who: str, text: str
) -> None:
    answer = await said(await world.person(who), text)
    assert "Dora Lefèvre" in answer
    assert "Office 365 E3: given directly" in answer
    assert await reads(world) == [(person_id(who), person_id("dora"), "holdings")]


async def test_nobody_else_does_and_that_is_on_record_too(world: World) -> None:
    answer = await said(await world.person("dora"), "what does Ana have?")
    assert "SB-WHO-02" in answer
    assert "Office 365" not in answer
    refused = [entry for entry in await world.audit() if entry["action"] == "person.read.refused"]
    assert [entry["details"]["about"] for entry in refused] == [person_id("ana")]
    assert await reads(world) == []


async def test_of_namesakes_one_is_chosen(world: World) -> None:
    priya = await world.person("priya")
    question = await said(priya, "what does Ka have?")
    assert "Who do you mean?" in question
    card = card_of(priya.last_card())
    assert card is not None
    action = next(one for one in card["actions"] if "Karin" in one["title"])
    click = priya.click(priya.last_card(), "asked.meant")
    click["value"]["action"]["data"] = action["data"]
    await priya.delivers(click)
    await priya.looks()
    assert "What Karin Schäfer has" in text_of(priya.last_card())


async def test_a_choice_of_a_person_is_checked_again(world: World) -> None:
    """The buttons of a card are somebody's wish, not a right."""
    dora = await world.person("dora")
    before = len(await dora.looks())
    await said(dora, "what does Ka have?")
    click = dora.click(dora.last_card(), "asked.meant")
    click["value"]["action"]["data"]["person"] = person_id("grace")
    await dora.delivers(click)
    answer = "\n".join(text_of(activity) for activity in (await dora.looks())[before:])
    assert "SB-WHO-02" in answer
    assert "Office 365" not in answer


async def test_somebody_unknown_is_not_found(world: World) -> None:
    assert "SB-WHO-01" in await said(await world.person("priya"), "what does Zebulon have?")


@pytest.mark.parametrize(
    "text",
    [
        "why not a calling plan for Dieter",
        "pourquoi pas de forfait d'appels pour Dieter",
        "为什么Dieter不能有通话计划",
    ],
)
async def test_who_calls_over_an_own_carrier_hears_why_there_is_no_calling_plan(
    world: World, text: str
) -> None:
    answer = await said(await world.person("karin"), text)
    assert "It would be refused" in answer
    assert "R06: Who calls over the organisation's own carrier gets no Calling Plan" in answer
    assert "What to do next" in answer
    assert "SB-LIC-15" in answer
    assert await reads(world) == [(person_id("karin"), person_id("dieter"), "why")]


async def test_what_is_inside_e5_already_is_said_to_be_there(world: World) -> None:
    answer = await said(await world.person("marc"), "why Teams Phone for Ana")
    assert "Teams Phone: in force" in answer
    assert "Nothing has to be done" in answer


async def test_the_steps_come_with_the_rules_behind_them(world: World) -> None:
    answer = await said(await world.person("marc"), "why a domestic calling plan for Dora")
    assert "What would be done, and why" in answer
    assert "Teams Phone Standard" in answer
    assert "R05: A Calling Plan needs Teams Phone first" in answer
    assert "Nothing was asked for" in answer


async def test_the_number_itself_can_be_asked_about(world: World) -> None:
    answer = await said(await world.person("dora"), "why do I get no phone number")
    assert "A phone number for Dora Lefèvre: why, or why not" in answer
    assert "R66" in answer


@pytest.mark.parametrize("text", ["why MCOXX for Dora", "pourquoi MCOXX pour Dora", "为什么给Dora MCOXX"])
async def test_an_unknown_product_is_answered_with_the_nearest(world: World, text: str) -> None:
    answer = await said(await world.person("marc"), text)
    assert "SB-LIC-09" in answer
    assert "MCOXX" in answer
    assert "MCOEV" in answer
    assert await reads(world) == []


async def test_r82_pins_are_sent_to_the_admins_and_nothing_is_planned(world: World) -> None:
    answer = await said(await world.person("dora"), "reset my conference PIN")
    assert "SB-CONF-14" in answer
    assert "voice administrator" in answer


async def test_calls_to_colleagues_need_nothing(world: World) -> None:
    assert "SB-LIC-16" in await said(await world.person("dora"), "I only call colleagues")


async def test_in_a_channel_nothing_is_told(world: World) -> None:
    marc = await world.person("marc")
    before = len(await marc.looks())
    await marc.says("what does Dora have?", scope="channel")
    answer = "\n".join(text_of(activity) for activity in (await marc.looks())[before:])
    assert "Office 365" not in answer
    assert await reads(world) == []


async def test_a_question_in_the_middle_of_a_form_leaves_the_form_where_it_was(world: World) -> None:
    dora = await world.person("dora")
    await said(dora, "by text")
    assert "Which city?" in await said(dora, "me")
    assert "What Dora Lefèvre has" in await said(dora, "what do I have?")
    assert "Should it end in certain digits?" in await said(dora, "Paris")
