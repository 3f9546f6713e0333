"""J17: a number for a call queue, an auto attendant, the conferencing bridge or a room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.sandbox.people import text_of
from bot.sandbox.seed import person_id
from tests.support.asking import (
    asked,
    form_of,
    press_task,
    reviewed,
    running_world_with,
    said,
    task_cards,
)
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, running_world, shown, told

Json = dict[str, Any]

HOTLINE = {"purpose": "queue", "country": "FR", "city": "Paris", "name": "Hotline"}
RECEPTION = {
    "purpose": "attendant",
    "country": "US",
    "city": "Redmond",
    "name": "Reception",
    "account": person_id("reception"),
}
ROOM = {
    "purpose": "room",
    "country": "FR",
    "city": "Paris",
    "name": "Salle Lumière",
    "account": person_id("paris-room"),
}
FUNDED = {"credits_funded": "true"}
PAYG = "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)"


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


async def service(
    world: World,
    number: str,
    country: str = "FR",
    city: str | None = "Paris",
    capability: str = "voiceApplicationAssignment",
) -> None:
    """The organisation gets a number for services."""
    new = {"telephoneNumber": number, "isoCountryCode": country, "city": city, "capabilities": [capability]}
    await world.control("POST", "numbers", new)


async def without_number(world: World, number: str = "+14255550190") -> None:
    """The reception's account gives its number back by hand."""
    await world.control("PATCH", f"numbers/{number}", {"assignmentTargetId": None})


async def licences(world: World, who: str) -> set[str]:
    return {one["skuPartNumber"] for one in (await world.tenant(f"people/{who}"))["licences"]}


async def refusal(world: World, inputs: Json, who: str = "tom") -> str:
    """What the form says to this, by default to an admin; nothing can be sent."""
    card = await reviewed(world, who, "service_number", inputs)
    assert "wish.submit" not in buttons(card)
    return text_of(card)


# Queues and attendants ------------------------------------------------------------------------------------


async def test_a_queue_without_an_account_is_created_by_hand_with_its_number(database_url: str) -> None:
    async with running_world(database_url) as world:
        await service(world, "+33170180001")
        request = await asked(world, "marc", "service_number", HOTLINE)
        assert request.plan.chosen_number == "+33170180001"
        card = text_of(await world.card_for("helene", request))
        assert "By hand: Create the call queue Hotline" in card
        await world.approve("helene", request)
        request = await world.live_until("waiting", request.id)
        assert request.waiting is WaitReason.MANUAL

        (task,) = await task_cards(world)
        checklist = text_of(task)
        order = ("Resource accounts → Add: Hotline", "Teams Phone Resource Account", "Call queues → Add")
        places = [checklist.index(one) for one in (*order, "Assign: +33170180001")]
        assert places == sorted(places)
        assert "Never Teams Phone Standard on a resource account" in checklist
        await press_task(world, "task.claim")
        await press_task(world, "task.done", {"evidence_account": "hotline@contoso.com"})
        await world.live_until("done", request.id)
        assert await world.writes() == []


async def test_a_queue_waits_for_a_number_and_goes_on_with_the_one_that_comes(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world, "marc", "service_number", HOTLINE)
        await world.approve("helene", request)
        request = await world.live_until("waiting", request.id)
        assert request.waiting is WaitReason.NUMBER
        (order,) = await task_cards(world)
        assert "Number usage: Voice app, for call queues and auto attendants." in text_of(order)

        await service(world, "+33199001050", capability="userAssignment")
        await world.live(hours=1)
        assert (await world.request(request.id)).waiting is WaitReason.NUMBER, "a person's number will not do"
        await service(world, "+33170180001")
        await world.live(hours=1)
        assert (await world.request(request.id)).waiting is WaitReason.MANUAL
        order, queue = await task_cards(world)
        assert "Not needed any more" in text_of(order)
        assert "Assign: +33170180001" in text_of(queue)


async def test_a_number_for_people_is_refused_for_a_queue_unless_it_is_converted(world: World) -> None:
    """R60, R70: the form says what can be done, and has a tick for it."""
    picked = {**HOTLINE, "telephone_number": "+33 1 99 00 10 02"}
    card = await reviewed(world, "marc", "service_number", picked, {})
    assert "SB-SVC-12" in text_of(card)
    marc = await world.person("marc")
    review = shown(await marc.clicks(card, "wish.review", {"convert": "true"}))
    shown(await marc.clicks(review, "wish.submit"))
    request = await world.newest_request("marc")
    assert request.plan.chosen_number == "+33199001002"
    await world.approve("helene", request)
    await world.live_until("waiting", request.id)
    (task,) = await task_cards(world)
    assert "Change the usage of +33199001002" in text_of(task)


async def test_two_queues_at_once_get_different_numbers(world: World) -> None:
    for digit in "123":
        await service(world, f"+3317018000{digit}")
    numbers = set()
    for name in ("Hotline", "Support", "Sales"):
        request = await asked(world, "marc", "service_number", {**HOTLINE, "name": name})
        numbers.add(request.plan.chosen_number)
    assert numbers == {"+33170180001", "+33170180002", "+33170180003"}


async def test_an_account_gets_its_licence_before_its_number(database_url: str) -> None:
    async with running_world(database_url) as world:
        await without_number(world)
        await world.control("PATCH", "people/reception", {"licences": []})
        request = await asked(world, "tom", "service_number", RECEPTION)
        # The account has no manager: those who look after the telephones decide.
        card = text_of(await world.card_for("priya", request))
        assert "Give Microsoft Teams Phone Resource Account" in card
        assert "Tom O'Neil (tom@contoso.com)" in card
        await world.approve("priya", request)
        await world.live_until("waiting", request.id)
        (write,) = await world.writes()
        assert write["path"].endswith("/assignLicense")
        assert await licences(world, "reception") == {"PHONESYSTEM_VIRTUALUSER"}
        await world.live(hours=2)
        assert "Reception → Assign: +14255550190" in text_of((await task_cards(world))[-1])
        # Graph says whose a number is, so that nobody has to tell the desk.
        await world.control("PATCH", "numbers/+14255550190", {"assignmentTargetId": person_id("reception")})
        await world.live_until("done", request.id)


async def test_teams_phone_on_an_account_is_swapped_in_one_call(world: World) -> None:
    await without_number(world)
    await world.control("PATCH", "people/reception", {"licences": ["MCOEV"]})
    card = await reviewed(world, "tom", "service_number", RECEPTION)
    assert "Teams Phone Standard is not for resource accounts" in text_of(card)
    shown(await (await world.person("tom")).clicks(card, "wish.submit"))
    request = await world.newest_request("tom")
    await world.approve("priya", request)
    await world.live_until("waiting", request.id)
    (write,) = await world.writes()
    assert (len(write["body"]["addLicenses"]), len(write["body"]["removeLicenses"])) == (1, 1)
    assert await licences(world, "reception") == {"PHONESYSTEM_VIRTUALUSER"}


async def test_an_account_that_calls_out_is_paid_by_the_minute(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    async with running_world_with(FUNDED, sqlite_files.url(), tmp_path) as world:
        await without_number(world)
        await world.control("POST", "skus", {"sku": PAYG, "enabled": 5})
        request = await asked(world, "tom", "service_number", {**RECEPTION, "outbound_calls": True})
        await world.approve("priya", request)
        await world.live_until("waiting", request.id)
        assert await licences(world, "reception") == {"PHONESYSTEM_VIRTUALUSER", PAYG}


async def test_calls_out_with_nothing_to_pay_from_or_another_plan_are_refused(world: World) -> None:
    await without_number(world)
    assert "SB-SVC-14" in await refusal(world, {**RECEPTION, "outbound_calls": True})
    await world.control("PATCH", "people/reception", {"licences": ["PHONESYSTEM_VIRTUALUSER", "MCOPSTN1"]})
    calling_out = await refusal(world, {**RECEPTION, "outbound_calls": True})
    assert "only a pay-as-you-go plan lets a resource account call out" in calling_out


async def test_toll_free_is_for_services_that_somebody_pays_for(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    async with running_world_with(FUNDED, sqlite_files.url(), tmp_path) as world:
        await service(world, "+33805080001", city=None)
        await service(world, "+33170180001")
        request = await asked(world, "marc", "service_number", {**HOTLINE, "tariff": "toll_free"})
        assert request.plan.chosen_number == "+33805080001"
        await world.approve("helene", request)
        await world.live_until("waiting", request.id)
        assert "only while there is money in Communications Credits" in text_of((await task_cards(world))[-1])


async def test_toll_free_is_refused_while_nothing_pays_for_it_and_for_whoever_is_no_service(
    world: World,
) -> None:
    await service(world, "+33805080001", city=None)
    assert "SB-SVC-05" in await refusal(world, {**HOTLINE, "tariff": "toll_free"})
    assert "A toll-free number is for services: a person or a room cannot have one." in await refusal(
        world, {**ROOM, "tariff": "toll_free"}
    )


async def test_a_person_is_given_no_toll_free_number(world: World) -> None:
    """Not even where there is no other number left."""
    for ending in ("1001", "1002", "1003"):
        await world.control("DELETE", f"numbers/+3319900{ending}")
    await service(world, "+33805080001", city=None)
    request = await world.granted("ana", "marc")
    request = await world.live_until("waiting", request.id)
    assert request.waiting is WaitReason.NUMBER
    order = await reviewed(world, "marc", "number_order", {"country": "FR", "city": "Paris", "quantity": "1"})
    assert "wish.submit" in buttons(order)
    assert "tariff" not in str(await form_of(await world.person("marc"), "number_order"))


async def test_a_number_for_people_is_converted_before_the_queue_is_created(world: World) -> None:
    """Nobody else gets it meanwhile, and the queue waits until Graph shows what it has become (R70)."""
    picked = {**HOTLINE, "telephone_number": "+33199001001"}
    request = await asked(world, "marc", "service_number", picked, {"convert": "true"})
    assert request.plan.chosen_number == "+33199001001"
    await world.approve("helene", request)
    await world.live_until("waiting", request.id)
    (convert,) = await task_cards(world)
    assert "Change the usage of +33199001001" in text_of(convert)
    anas = await world.ask("ana")
    assert anas.plan.chosen_number not in (None, "+33199001001")

    await press_task(world, "task.done", {"evidence_case": "Case 4711"})
    await world.live(hours=1)
    assert (await world.request(request.id)).waiting is WaitReason.NUMBER
    doras = await world.ask("dora", {"ending": "1001"})
    assert doras.plan.chosen_number not in (None, "+33199001001"), "still kept for the queue"
    number = world.sandbox.tenant.numbers["+33199001001"]
    number.capabilities = ("voiceApplicationAssignment",)
    world.sandbox.tenant.touch()
    await world.live(hours=1)
    assert (await world.request(request.id)).waiting is WaitReason.MANUAL
    assert "Assign: +33199001001" in text_of((await task_cards(world))[-1])


# What does not belong together ----------------------------------------------------------------------------


async def test_a_persons_account_is_no_queue_and_a_queue_is_no_person(world: World) -> None:
    assert "SB-SVC-07" in await refusal(world, {**RECEPTION, "account": person_id("ben")})
    priya = await world.person("priya")
    await said(priya, "I need a phone number for reception@contoso.com")
    form = priya.last_card()
    answer = text_of(shown(await priya.clicks(form, "wish.review")))
    assert "SB-WHO-05" in answer
    assert await world.all_requests() == []


async def test_teams_phone_is_refused_for_a_resource_account(world: World) -> None:
    priya = await world.person("priya")
    told_her = await said(priya, "why Teams Phone for reception@contoso.com")
    assert "It would be refused" in told_her
    assert "SB-WHO-05" in told_her


async def test_the_licence_of_accounts_is_refused_for_a_person(world: World) -> None:
    told_her = await said(await world.person("priya"), "why PHONESYSTEM_VIRTUALUSER for ben@contoso.com")
    assert "It would be refused" in told_her
    assert "SB-LIC-32" in told_her


async def test_an_account_that_has_a_number_gets_no_second_one(world: World) -> None:
    assert "SB-NUM-01" in await refusal(world, RECEPTION)


# The bridge and rooms -------------------------------------------------------------------------------------


async def test_the_bridge_takes_a_number_for_conferencing(world: World) -> None:
    await service(world, "+33170180001")
    await service(world, "+33170180002", capability="conferenceAssignment")
    bridge = {"purpose": "bridge", "country": "FR", "city": "Paris", "name": "Bridge"}
    request = await asked(world, "marc", "service_number", bridge)
    await world.approve("helene", request)
    await world.live_until("waiting", request.id)
    task = text_of((await task_cards(world))[-1])
    assert "Give the conferencing bridge the number +33170180002" in task
    assert "Register-CsOnlineDialInConferencingServiceNumber -Identity '+33170180002'" in task
    await press_task(world, "task.done")
    await world.live_until("done", request.id)


async def test_a_basic_room_becomes_pro_in_one_call_and_gets_its_number(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world, "tom", "service_number", ROOM)
        await world.approve("priya", request)
        done = await world.live_until("done", request.id)
        licence, number = await world.writes()
        assert licence["path"].endswith("/assignLicense")
        assert (len(licence["body"]["addLicenses"]), len(licence["body"]["removeLicenses"])) == (2, 1)
        assert number["path"].endswith("assignNumber")
        assert await licences(world, "paris-room") == {"Microsoft_Teams_Rooms_Pro", "MCOPSTN1"}
        assert done.outcome is not None
        given = done.outcome.telephone_number
        assert given in (await world.tenant("people/paris-room"))["numbers"]
        tom = await world.person("tom")
        await tom.looks()
        assert "Salle Lumière" in told(tom)


async def test_a_room_is_named_by_its_account_and_a_person_is_no_room(world: World) -> None:
    assert "SB-SVC-06" in await refusal(world, {**ROOM, "account": ""})
    assert "SB-SVC-17" in await refusal(world, {**ROOM, "account": person_id("ana")})


# Who ------------------------------------------------------------------------------------------------------


async def test_who_answers_for_nobody_asks_for_no_queue(world: World) -> None:
    answer = await said(await world.person("dora"), "I need a number for a call queue")
    assert "SB-WHO-07" in answer
    dora = await world.person("dora")
    forged = dora.click(await _help(world, "dora"), "help.show", {})
    forged["value"]["action"] |= {"verb": "wish.start", "data": {"kind": "service_number"}}
    await dora.delivers(forged)
    await dora.looks()
    assert told(dora).count("This is for the whole organisation") == 2
    assert await world.all_requests() == []


async def test_accounts_are_for_those_who_look_after_them(world: World) -> None:
    """Whoever answers for people asks for queues of the organisation, but not for any account he names."""
    for inputs in (RECEPTION, ROOM, {**ROOM, "account": person_id("ana")}):
        found = await refusal(world, inputs, "helene")
        assert "SB-WHO-02" in found


async def _help(world: World, who: str) -> Json:
    person = await world.person(who)
    await person.says("help")
    return person.last_card()
