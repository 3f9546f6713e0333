"""What was approved and done is compared every night with what Microsoft shows; a finding takes one click."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.drift.agreed import ON, Thing
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from bot.sandbox.seed import person_id
from bot.store import agreements
from tests.support.asking import asked, press_task, said
from tests.support.databases import SqliteFiles
from tests.support.tried import heard_by, tried
from tests.support.world import World, running_world, shown

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("sqlite")

HEADING = "What is not as it was approved"
AS_AGREED = "Everything is as it was approved and done"
E3, PHONE, CALLS = "ENTERPRISEPACK", "MCOEV", "MCOPSTN1"
DORAS = [E3, PHONE, CALLS]


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """Dora has got licences and a number; nobody has changed anything since."""
    async with running_world(sqlite_files.url()) as running:
        await phone_for_dora(running)
        yield running


async def phone_for_dora(world: World) -> Request:
    request = await world.granted("dora", "marc")
    done = await world.live_until("done", request.id)
    await world.live(hours=2)
    return done


async def doras_number(world: World) -> str:
    outcome = (await world.newest_request("dora")).outcome
    assert outcome is not None
    assert outcome.telephone_number is not None
    return outcome.telephone_number


async def look(world: World, admin: str = "priya") -> str:
    """The watch looks; the list as the admin then asks for it."""
    await world.does("watch.drift")
    return await said(await world.person(admin), "drift")


async def lists(world: World, admin: str) -> list[Json]:
    """The lists that were sent to somebody who had not asked."""
    await world.settle()
    person = await world.person(admin)
    await person.looks()
    return [one for one in person.cards() if HEADING in text_of(one)]


async def changed(world: World, path: str, body: Json) -> None:
    await world.control("PATCH", path, body)


# Found ----------------------------------------------------------------------------------------------------


async def test_nothing_is_told_while_nothing_was_changed(world: World) -> None:
    for _ in range(2):
        assert AS_AGREED in await look(world)
        await world.live(days=1)
    assert await lists(world, "tom") == []
    looked = [one for one in await world.audit() if one["action"] == "drift.looked"]
    assert [one["details"]["found"] for one in looked] == [0, 0]
    assert looked[0]["details"]["people"] == 1
    await one_stale_replica(world)


async def one_stale_replica(world: World) -> None:
    """One replica of the directory is behind; the second look asks another."""
    await changed(world, "people/dora", {"usageLocation": "BE"})
    await world.control("PUT", "delays", {"directory_read": 600})
    await changed(world, "people/dora", {"usageLocation": "FR", "settled": False})
    await world.live(minutes=20)
    assert AS_AGREED in await look(world)


async def test_each_kind_of_change_behind_our_back_is_found_and_its_undoing_too(world: World) -> None:
    e164 = await doras_number(world)
    place = await place_of(world, e164)
    assert AS_AGREED in await look(world), "which also learns what the number carries"
    number, person = f"numbers/{e164}", "people/dora"
    kinds: list[tuple[str, Json, Json, str]] = [
        (person, {"accountEnabled": False}, {"accountEnabled": True}, "switched off, and still has"),
        (person, {"usageLocation": "BE"}, {"usageLocation": "FR"}, "Usage location Belgium; agreed: France"),
        (person, {"usageLocation": None}, {"usageLocation": "FR"}, "No usage location any more"),
        (number, {"locationId": None}, {"locationId": place}, "no emergency location any more"),
        (number, {"locationId": "there"}, {"locationId": place}, "sends help to there; agreed: "),
        (number, {"assignmentTargetId": None}, {"assignmentTargetId": "dora"}, "is nobody's any more"),
        (number, {"assignmentTargetId": "ben"}, {"assignmentTargetId": "dora"}, "was given to Ben"),
    ]
    for path, change, back, words in kinds:
        await changed(world, path, change)
        told = await look(world)
        assert words in told, change
        assert told.count("SB-") == 1, "and nothing else"
        await changed(world, path, back)
        assert AS_AGREED in await look(world), back
    await licences_and_what_hangs_on_them(world)
    await what_has_left_altogether(world)


async def place_of(world: World, e164: str) -> str | None:
    rows = (await world.tenant("numbers"))["value"]
    found: str | None = next(one["locationId"] for one in rows if one["telephoneNumber"] == e164)
    return found


async def licences_and_what_hangs_on_them(world: World) -> None:
    number = f"numbers/{await doras_number(world)}"
    off = {"sku": PHONE, "disabled_plans": ["MCOEV"]}
    for left, words in (
        ([E3, PHONE], "Domestic Calling Plan was taken away"),
        ([E3, off, CALLS], "Teams Phone: switched off in Teams Phone Standard"),
    ):
        await changed(world, "people/dora", {"licences": left})
        told = await look(world)
        assert words in told
        assert "is nobody's any more" in told, "Microsoft frees what hangs on a licence"
        assert told.count("SB-") == 2
        await changed(world, "people/dora", {"licences": DORAS})
        await changed(world, number, {"assignmentTargetId": "dora"})
        assert AS_AGREED in await look(world)


async def what_has_left_altogether(world: World) -> None:
    await world.control("DELETE", f"numbers/{await doras_number(world)}")
    assert "is not the organisation's any more" in await look(world)
    await world.control("DELETE", "people/dora")
    told = await look(world)
    assert "The account is not in the directory any more" in told
    assert told.count("SB-") == 1, "one finding in place of all others"


# Told -----------------------------------------------------------------------------------------------------


async def test_every_voice_admin_gets_one_list_and_nothing_is_told_twice(world: World) -> None:
    await changed(world, "people/dora", {"usageLocation": "BE"})
    for _ in range(3):
        await world.does("watch.drift")
        await world.live(days=1)
    for admin in ("priya", "tom", "yann"):
        assert len(await lists(world, admin)) == 1
    assert HEADING not in await heard_by(world, "marc")
    await changed(world, "people/dora", {"usageLocation": "CH"})
    await world.does("watch.drift")
    assert len(await lists(world, "priya")) == 2, "something else is there now"
    await press(world, "priya", "drift.mend")
    request = await world.newest_request("priya")
    assert "France as usage location" in text_of(await world.card_for("marc", request))
    await world.approve("marc", request)
    await world.live_until("done", request.id)
    assert (await world.tenant("people/dora"))["usageLocation"] == "FR"
    await world.live(hours=2)
    assert AS_AGREED in await look(world)


async def test_what_a_later_request_has_changed_is_no_finding_but_who_breaks_its_rest_is(
    world: World,
) -> None:
    e164 = await doras_number(world)
    request = await asked(world, "dora", "number_release", {"confirms_loss": True})
    await world.approve("marc", request)
    await world.live_until("done", request.id)
    await world.live(hours=2)
    assert AS_AGREED in await look(world)
    await changed(world, f"numbers/{e164}", {"assignmentTargetId": "ben"})
    told = await look(world)
    assert "Ben" in told
    assert "which is to rest" in told


async def test_a_licence_that_was_given_up_and_is_there_again(world: World) -> None:
    await world.control("POST", "skus", {"sku": "MCOPSTN2", "enabled": 5})
    await (await world.person("frank")).installs()
    domestic, international = "0dab259f-bf13-4952-b7f8-7db8f131b28d", "d3b4fe1f-9992-4930-8acb-ca6ec609365e"
    request = await asked(world, "frank", "swap", {"give_up": domestic, "get": international})
    await world.approve("olivia", request)
    await world.live_until("done", request.id, most=timedelta(days=1))
    await world.live(hours=2)
    assert AS_AGREED in await look(world)
    await changed(world, "people/frank", {"licences": [E3, PHONE, CALLS, "MCOPSTN2"]})
    assert "was taken back, and is there again" in await look(world)


async def test_a_service_number_that_is_at_no_queue_any_more(world: World) -> None:
    number = "+33170180001"
    new = {"telephoneNumber": number, "isoCountryCode": "FR", "city": "Paris"}
    await world.control("POST", "numbers", {**new, "capabilities": ["voiceApplicationAssignment"]})
    hotline = {"purpose": "queue", "country": "FR", "city": "Paris", "name": "Hotline"}
    request = await asked(world, "marc", "service_number", hotline)
    await world.approve("helene", request)
    await world.live_until("waiting", request.id)
    await press_task(world, "task.claim")
    await changed(world, f"numbers/{number}", {"assignmentTargetId": "reception"})
    await press_task(world, "task.done", {"evidence_account": "hotline@contoso.com"})
    await world.live_until("done", request.id)
    await world.live(hours=2)
    assert AS_AGREED in await look(world)
    await changed(world, f"numbers/{number}", {"assignmentTargetId": None})
    assert "is at no queue, attendant or bridge" in await look(world)


# Mended ---------------------------------------------------------------------------------------------------


def verbs(card: Json) -> set[str]:
    """Of the buttons that do something about a finding."""
    return {verb for verb in ("drift.mend", "drift.accept") if f'"{verb}"' in json.dumps(card)}


async def press(world: World, admin: str, verb: str) -> str:
    """Click on the first button of that kind on the admin's newest list; what takes its place."""
    return text_of(shown(await (await world.person(admin)).clicks((await lists(world, admin))[-1], verb)))


async def test_one_click_asks_for_it_again_and_the_usual_people_approve(world: World) -> None:
    e164 = await doras_number(world)
    await changed(world, "people/dora", {"licences": [E3, PHONE]})
    await look(world)
    card = await press(world, "priya", "drift.mend")
    assert "asks for it, and is approved as usual" in card
    licence = await world.newest_request("priya")
    assert (licence.wish.kind, licence.beneficiary.id) == ("licence", person_id("dora"))
    assert licence.state is RequestState.SUBMITTED, "a click of an admin is no approval"
    assert f"{licence.id} is to put it right" in card
    assert await tried(world) == ["assignLicense", "assignNumber"], "nothing but what Dora had asked for"
    await said(await world.person("tom"), "drift")
    assert "comes first: the phone number builds on it" in await press(world, "tom", "drift.mend")

    await world.approve("marc", licence)
    await world.live_until("done", licence.id)
    await world.live(hours=2)
    assert "was taken away" not in await look(world)
    await press(world, "priya", "drift.mend")
    number = await world.newest_request("priya")
    await world.approve("marc", number)
    done = await world.live_until("done", number.id)
    assert done.outcome is not None
    assert done.outcome.telephone_number == e164, "the very one"
    await world.live(hours=2)
    assert AS_AGREED in await look(world)
    cleared = [one for one in await world.audit() if one["action"] == "drift.cleared"]
    assert len(cleared) == 2


async def test_what_may_not_be_mended_comes_back_to_the_list_without_a_call(world: World) -> None:
    await changed(world, f"numbers/{await doras_number(world)}", {"assignmentTargetId": None})
    await look(world)
    await press(world, "priya", "drift.mend")
    request = await world.newest_request("priya")
    card = await world.card_for("marc", request)
    shown(await (await world.person("marc")).clicks(card, "request.reject", {"comment": "No more"}))
    before = len(await lists(world, "yann"))
    await look(world, "tom")
    assert len(await lists(world, "yann")) == before, "nobody is called again"
    await press(world, "tom", "drift.mend")
    assert (await world.newest_request("tom")).id != request.id


async def test_what_is_accepted_is_on_record_and_never_told_again(world: World) -> None:
    await changed(world, "people/dora", {"usageLocation": "BE"})
    await look(world)
    assert "Accepted as it is" in await press(world, "priya", "drift.accept")
    assert "Somebody has looked after this already" in await press(world, "tom", "drift.accept")
    await world.restart()
    assert AS_AGREED in await look(world)
    (entry,) = [one for one in await world.audit() if one["action"] == "drift.accepted"]
    assert entry["actor"] == person_id("priya")
    assert entry["details"]["finding"]["seen"] == "BE"
    await world.live(hours=2)
    await changed(world, "people/dora", {"usageLocation": "CH"})
    assert "agreed: Belgium" in await look(world)


# Who may --------------------------------------------------------------------------------------------------


async def test_owners_and_auditors_read_and_everybody_else_is_refused(world: World) -> None:
    await changed(world, "people/dora", {"usageLocation": "BE"})
    await look(world)
    helene, dora = await world.person("helene"), await world.person("dora")
    assert "Usage location Belgium" in await said(helene, "drift")
    assert verbs(helene.last_card()) == set()
    assert "SB-ADM-01" in await said(dora, "drift")
    assert "SB-ADM-01" in await said(helene, "drift check")
    await said(dora, "help")
    for verb in ("drift.list", "drift.mend", "drift.accept"):
        click = dora.click(dora.last_card(), "help.show")
        click["value"]["action"] |= {"verb": verb, "data": {"finding": 1, "offset": 0}}
        reply = await dora.delivers(click)
        assert "SB-ADM-01" in str(reply.body)
        assert "Belgium" not in str(reply.body)
    refused = [one["actor"] for one in await world.audit() if one["action"] == "drift.refused"]
    assert refused == [person_id("dora")] * 3, "by button; what was typed is refused before"
    await a_look_at_once(world)


async def test_nobody_accepts_what_he_has_himself(world: World) -> None:
    await changed(world, "skus/MCOPSTN1", {"enabled": 60})
    request = await world.granted("yann", "helene")
    await world.live_until("done", request.id)
    await world.live(hours=2)
    await changed(world, "people/yann", {"usageLocation": "BE"})
    await look(world)
    assert "This is about what you have yourself" in await press(world, "yann", "drift.accept")
    assert "Accepted as it is" in await press(world, "priya", "drift.accept")


async def test_nobody_accepts_that_he_has_what_was_somebody_elses(world: World) -> None:
    await changed(world, f"numbers/{await doras_number(world)}", {"assignmentTargetId": "priya"})
    assert "was given to Priya" in await look(world)
    assert "This is about what you have yourself" in await press(world, "priya", "drift.accept")
    assert "Accepted as it is" in await press(world, "yann", "drift.accept")


async def test_a_directory_that_shows_nearly_nobody_is_not_believed_at_once(world: World) -> None:
    await vanished(world, 30)
    assert AS_AGREED in await look(world)
    await look(world)
    assert await lists(world, "tom") == []
    assert (await heard_by(world, "tom")).count("SB-WCH-06") == 1
    await world.live(days=1)
    assert "not in the directory any more" in await look(world)
    assert len(await lists(world, "tom")) == 1


async def vanished(world: World, count: int) -> None:
    """So many more people were given something whom the directory does not show."""
    assert AS_AGREED in await look(world), "which also learns what was done"
    db = world.service.desk.db
    known, *_ = await db.read(agreements.expected_of, [person_id("dora")], await world.now())
    for number in range(count):
        whom = f"0f000000-0000-4000-8000-{number:012}"
        person = known.person.model_copy(update={"id": whom})
        about = {"subject": whom, "person": person, "thing": Thing.LICENCE, "item": whom, "want": ON}
        await db.transact(agreements.put, [known.model_copy(update=about)])


async def a_look_at_once(world: World) -> None:
    priya = await world.person("priya")
    await said(priya, "drift check --dry-run")
    assert "is compared with what Microsoft shows now" in await said(priya, "drift check")
    asked_looks = [one for one in await world.audit() if one["action"] == "drift.look_asked"]
    assert len(asked_looks) == 1
