"""J10: where an ambulance would go; no number is given before that is known, and nobody takes it on trust."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.model import Location
from bot.sandbox.people import CannotClick, text_of
from bot.sandbox.seed import location_id, person_id
from tests.support.asking import asked, press_task, reviewed, task_cards
from tests.support.databases import SqliteFiles
from tests.support.tried import heard_by, orders, tried
from tests.support.world import World, buttons, has_input, running_world, shown, ticks

Json = dict[str, Any]

REDMOND = location_id("redmond")
MADE = "5c7a1f6e-2f54-4d0e-8a43-9a1d6f0e4b77"
FRANK_NUMBER = "+14255550142"
PARIS_NUMBERS = ("+33199001001", "+33199001002", "+33199001003")
NEW_PLACE = {"location": "new", "city": "Redmond"}


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


def exists(world: World, place: str, *, city: str = "Redmond", country: str = "US") -> None:
    """An administrator has made an address in the Teams admin centre, and it passed validation."""
    tenant = world.sandbox.tenant
    tenant.locations[place] = Location(place, f"civic-{place}", "New place", country, city, "1 New Street")
    tenant.touch()


async def told_of_place(world: World, folder: Path, **place: str) -> None:
    """It stands in tenant.toml as well, and the service was started with that."""
    exists(world, place["id"], city=place["city"], country=place["country"])
    facts = world.settings.facts_path
    assert facts is not None
    lines = [f"{key} = {json.dumps(value)}" for key, value in place.items()]
    path = folder / "tenant.toml"
    path.write_text("\n".join([facts.read_text("utf-8"), "[[emergency_locations]]", *lines]), "utf-8")
    world.settings = world.settings.model_copy(update={"tenant_facts": path})
    await world.restart()


async def number(world: World, e164: str) -> Json:
    rows: list[Json] = (await world.tenant("numbers"))["value"]
    return next(one for one in rows if one["telephoneNumber"] == e164)


async def waits(world: World, request: Request) -> WaitReason | None:
    return (await world.request(request.id)).waiting


# A new number ---------------------------------------------------------------------------------------------


async def test_the_place_chosen_on_the_form_goes_with_the_number(database_url: str) -> None:
    async with running_world(database_url) as world:
        ben = await world.person("ben")
        form = await world.form("ben")
        assert has_input("location")(form)
        with pytest.raises(CannotClick, match="place of work: emergency services are sent there"):
            ben.click(form, "wish.review", {"location": ""})
        request = await world.ask("ben", {"location": REDMOND})
        card = text_of(await world.card_for("olivia", request))
        assert "emergency location: Redmond HQ" in card
        assert "Compare it with the address where Ben Carter really works." in card
        await world.approve("olivia", request)
        await world.live_until("done", request.id)
        (order,) = await orders(world, "assignNumber")
        assert order["locationId"] == REDMOND


async def test_a_place_that_an_admin_makes_first_is_the_one_sent_with_the_number(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("ben", "olivia", NEW_PLACE)
        await world.live_until("waiting", request.id)
        assert await waits(world, request) is WaitReason.ADDRESS
        await world.live(hours=5)
        assert await tried(world) == [], "approved or not, there is no place yet"
        (task,) = await task_cards(world)
        assert "Emergency address in Redmond, United States" in text_of(task)
        assert "Passing validation is not proof: an address with a misspelt city can pass." in text_of(task)
        assert "150th, not 150" in text_of(task)

        exists(world, MADE)
        said = await press_task(world, "task.done", {"evidence_location_id": MADE})
        assert "This has to be done before the task can be closed." in said
        said = await press_task(
            world, "task.done", {"evidence_location_id": "New place", "evidence_compared": True}
        )
        assert "This does not look like what is asked for." in said
        assert await tried(world) == []
        evidence = {"evidence_location_id": MADE, "evidence_compared": True}
        assert "Done by Priya" in await press_task(world, "task.done", evidence)
        await world.live_until("done", request.id)
        assert await tried(world) == ["assignLicense", "assignNumber"]
        (order,) = await orders(world, "assignNumber")
        assert order["locationId"] == MADE


async def test_an_address_that_cannot_be_made_ends_it_without_a_number(world: World) -> None:
    request = await world.granted("ben", "olivia", NEW_PLACE)
    await world.live_until("waiting", request.id)
    await press_task(world, "task.cannot", {"reason": "He has no fixed place of work"})
    await world.settle()
    assert (await world.request(request.id)).state is RequestState.FAILED
    assert "He has no fixed place of work" in await heard_by(world, "ben")
    assert await tried(world) == []


async def test_a_card_made_before_the_place_was_asked_for_gives_no_number(world: World) -> None:
    """The place is the server's to ask for: a form sent without it comes back."""
    ben = await world.person("ben")
    form = await world.form("ben")
    click = ben.click(form, "wish.review", {"location": REDMOND})
    click["value"]["action"]["data"]["location"] = ""
    answer = shown(await ben.delivers(click))
    assert "please choose the place of work" in text_of(answer)
    assert "wish.submit" not in buttons(answer)


async def test_a_misspelt_city_passes_microsoft_and_the_warning_stays(world: World, tmp_path: Path) -> None:
    """R64: both who ask and who decide are told to look for themselves."""
    place = {"id": MADE, "name": "Depot", "country": "US", "city": "Redmnod", "address": "1 Main Street"}
    await told_of_place(world, tmp_path, **place)
    review = text_of(await world.review("ben", {"location": MADE}))
    request = await world.ask("ben", {"location": MADE})
    for seen in (review, text_of(await world.card_for("olivia", request))):
        assert "emergency location: Depot" in seen
        assert "An address that passes Microsoft's check can still be wrong." in seen


async def test_a_street_that_is_a_number_is_pointed_out(world: World, tmp_path: Path) -> None:
    place = {"id": MADE, "name": "Annex", "country": "US", "city": "Redmond", "address": "12 150 Ave NE"}
    await told_of_place(world, tmp_path, **place)
    request = await world.ask("ben", {"location": MADE})
    card = text_of(await world.card_for("olivia", request))
    assert "In “12 150 Ave NE” the street is a number" in card
    assert "Have the street written as “150th”." in card


async def test_outside_america_a_number_waits_for_its_own_address(world: World) -> None:
    """Where addresses come with the number, the administrators put one on it, and Graph shows it."""
    for one in PARIS_NUMBERS:
        await world.control("DELETE", f"numbers/{one}")
    new = {"telephoneNumber": "+33199001099", "isoCountryCode": "FR", "city": "Paris"}
    await world.control("POST", "numbers", new)
    assert not has_input("location")(await world.form("ana"))
    request = await world.granted("ana", "marc")
    await world.live_until("waiting", request.id)
    assert await waits(world, request) is WaitReason.ADDRESS
    assert "carry no emergency address" in text_of(await world.progress("ana", request))
    (task,) = await task_cards(world)
    assert "Emergency address" in text_of(task)
    await world.live(hours=2)
    assert await tried(world) == []

    await world.control("PATCH", "numbers/+33199001099", {"locationId": location_id("paris")})
    done = await world.live_until("done", request.id)
    assert done.outcome is not None
    assert done.outcome.telephone_number == "+33199001099"
    (order,) = await orders(world, "assignNumber")
    assert "locationId" not in order
    (task,) = await task_cards(world)
    assert "task.done" not in buttons(task)


async def test_in_japan_both_say_that_they_know_that_nobody_can_call_for_help(world: World) -> None:
    dieter = await world.person("dieter")
    await world.control("PATCH", "people/dieter", {"usageLocation": "JP"})
    line = {"telephoneNumber": "+81312340001", "numberType": "directRouting", "isoCountryCode": "JP"}
    await world.control("POST", "numbers", line)
    form = await world.form("dieter")
    with pytest.raises(CannotClick, match="emergency calls are not possible"):
        dieter.click(form, "wish.review", {})
    review = shown(await dieter.clicks(form, "wish.review", {"accepts_no_emergency_calls": True}))
    assert "Emergency calls are not possible from a Teams number in Japan." in text_of(review)
    shown(await dieter.clicks(review, "wish.submit"))
    request = await world.newest_request("dieter")

    card = await world.card_for("karin", request)
    assert "Make sure that Dieter Müller knows another way to call for help." in text_of(card)
    karin = await world.person("karin")
    shown(await karin.clicks(card, "request.approve"))
    assert (await world.request(request.id)).state is RequestState.SUBMITTED
    again = await world.card_for("karin", request)
    shown(await karin.clicks(again, "request.approve", ticks(again)))
    await world.live_until("done", request.id)
    assert await tried(world) == ["assignNumber"]


# Another place for the number of today --------------------------------------------------------------------


async def test_who_moves_to_another_office_needs_one_yes_and_keeps_the_number(
    database_url: str, tmp_path: Path
) -> None:
    async with running_world(database_url) as world:
        frank = await world.person("frank")
        await frank.installs()
        place = {"id": MADE, "name": "Bellevue", "country": "US", "city": "Bellevue", "address": "1 Main St"}
        await told_of_place(world, tmp_path, **place)
        request = await asked(world, "frank", "emergency_location", {"location": MADE})
        assert len(request.stages) == 1
        card = text_of(await world.card_for("olivia", request))
        assert "Set the emergency location of +1 425-555-0142 to Bellevue" in card
        assert "An address that passes Microsoft's check can still be wrong." in card
        await world.approve("olivia", request)
        await world.live_until("done", request.id)
        assert await tried(world) == ["updateNumber"]
        (update,) = await orders(world, "updateNumber")
        assert (update["telephoneNumber"], update["locationId"]) == (FRANK_NUMBER, MADE)
        held = await number(world, FRANK_NUMBER)
        assert (held["locationId"], held["assignmentTargetId"]) == (MADE, person_id("frank"))
        assert "Your place of work has been changed" in await heard_by(world, "frank")


async def test_the_place_it_has_already_is_no_change(world: World) -> None:
    await (await world.person("frank")).installs()
    answer = await reviewed(world, "frank", "emergency_location", {"location": REDMOND})
    assert "+14255550142 has that emergency location already." in text_of(answer)
    assert "wish.submit" not in buttons(answer)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("directRouting", "Have the address changed with the carrier that routes emergency calls."),
        ("operatorConnect", "Ask the operator to change the emergency address of +33199009001."),
    ],
)
async def test_a_number_of_somebody_elses_network_is_changed_there(
    world: World, kind: str, says: str
) -> None:
    line = {"telephoneNumber": "+33199009001", "numberType": kind, "isoCountryCode": "FR"}
    await world.control("POST", "numbers", line)
    await world.control("PATCH", "numbers/+33199009001", {"assignmentTargetId": "ana"})
    answer = await reviewed(world, "ana", "emergency_location", {"location": location_id("paris")})
    assert says in text_of(answer)
    assert "wish.submit" not in buttons(answer)
    assert await world.all_requests() == []


async def test_the_place_is_not_set_on_a_number_that_is_somebody_elses_by_now(
    world: World, tmp_path: Path
) -> None:
    await (await world.person("frank")).installs()
    place = {"id": MADE, "name": "Bellevue", "country": "US", "city": "Bellevue", "address": "1 Main St"}
    await told_of_place(world, tmp_path, **place)
    request = await asked(world, "frank", "emergency_location", {"location": MADE})
    await world.control("PATCH", f"numbers/{FRANK_NUMBER}", {"assignmentTargetId": "olivia"})
    await world.approve("olivia", request)
    ended = await world.live_until("failed", request.id)
    assert ended.outcome is not None
    assert [notice.code for notice in ended.outcome.notices] == ["SB-NUM-44"]
    assert await tried(world) == []
