"""Every wish from its button to the review, and three of them in text alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from bot.domain.requests import RequestState
from bot.sandbox.people import PersonClient, card_of, text_of
from bot.sandbox.seed import location_id, person_id
from cards.groups import GROUPS
from dialogs.forms import FORMS
from tests.support.world import World, buttons, running_world, shown

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with running_world(database_url) as running:
        yield running


async def said(person: PersonClient, text: str, **more: Any) -> str:
    """What the bot answers, as read by the person."""
    before = len(await person.looks())
    reply = await person.says(text, **more)
    assert reply.status < 300
    return "\n".join(text_of(activity) for activity in (await person.looks())[before:])


async def opened(person: PersonClient, kind: str) -> Json:
    """The form behind a button of the help card."""
    await person.says("help")
    for group in GROUPS.values():
        for one in group.wishes:
            if one.kind == kind:
                inside = shown(await person.clicks(person.last_card(), group.title))
                await person.clicks(inside, one.title)
    return person.last_card()


async def filled(person: PersonClient, form: Json, *rounds: Mapping[str, Any]) -> Json:
    """The card after these rounds of filling in and pressing Review."""
    for inputs in rounds:
        form = shown(await person.clicks(form, "wish.review", inputs))
    return form


def inputs_of(activity: Json) -> dict[str, Any]:
    card = card_of(activity) or {}
    return {one["id"]: one.get("value") for one in card["body"] if "id" in one}


async def test_every_wish_has_a_button() -> None:
    offered = {"number"} | {one.kind for group in GROUPS.values() for one in group.wishes}
    assert offered == set(FORMS)


MCOEV = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
MCOPSTN1 = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
MCOPSTN_5 = "11dee6af-eca8-419f-8061-6864517c1875"
JULES = person_id("jules")


@pytest.mark.parametrize(
    ("who", "kind", "rounds", "told"),
    [
        ("marc", "number_change", [{"city": "Paris"}], "Another phone number for Marc"),
        ("marc", "number_release", [{"confirms_loss": True}], "Give +33 1 99 00 10 10 back"),
        ("dora", "licence", [{"product": MCOEV}], "Teams Phone Standard for Dora"),
        ("dora", "licence", [{"product": MCOPSTN1}, {"calls": "inside"}], "SB-LIC"),
        ("dora", "phone_user", [{"city": "Paris"}], "Telephone for Dora"),
        ("dora", "meeting_organiser", [{"leads_meetings": "yes"}], "Dial-in meetings for Dora"),
        ("dora", "meeting_organiser", [{"leads_meetings": "no"}], "SB-CONF"),
        ("jules", "swap", [{"give_up": MCOPSTN_5, "get": MCOPSTN1}], "Change of licence for Jules"),
        ("marc", "leaver", [{"beneficiary": JULES}, {"confirms_loss": True}], "Jules"),
        (
            "marc",
            "mover",
            [{"beneficiary": JULES}, {"country": "US", "confirms_loss": True}, {}],
            "moves to another country",
        ),
        ("marc", "emergency_location", [{"location": location_id("paris")}], "SB-"),
        ("marc", "usage_location", [{"beneficiary": JULES}, {"country": "US"}], "SB-LOC-14"),
        ("marc", "service_number", [{"purpose": "queue", "country": "FR", "name": "Support"}],
         "Service number"),
        ("marc", "number_order", [{"country": "FR", "city": "Paris", "quantity": "5"}], "New phone numbers"),
        (
            "marc",
            "number_port",
            [{"country": "FR", "numbers": "01 99 00 20 01\n01 99 00 20 02", "operator": "Telco"}],
            "Phone numbers from another operator",
        ),
        ("marc", "credits", [{"amount": "1 200,50"}], "€1,200.50"),
    ],
)  # fmt: skip
async def test_from_the_button_to_the_review(
    world: World, who: str, kind: str, rounds: list[Mapping[str, Any]], told: str
) -> None:
    person = await world.person(who)
    card = await filled(person, await opened(person, kind), *rounds)
    assert told in text_of(card), text_of(card)
    refused = told.startswith("SB-")
    assert ("wish.submit" in buttons(card)) is not refused
    assert await world.all_requests() == []


async def test_the_form_comes_back_with_what_the_planner_says_and_what_was_typed(world: World) -> None:
    marc = await world.person("marc")
    inputs = {"country": "FR", "city": "Paris", "quantity": "50000", "reason": "New floor"}
    card = await filled(marc, await opened(marc, "number_order"), inputs)
    assert "What to do next:" in text_of(card)
    kept = inputs_of(card)
    assert (kept["quantity"], kept["reason"], kept["country"]) == ("50000", "New floor", "FR")


async def test_what_is_chosen_brings_its_questions(world: World) -> None:
    """R80: who buys a Calling Plan is asked whom he calls, and nobody else is."""
    dora = await world.person("dora")
    form = await opened(dora, "licence")
    assert "calls" not in inputs_of(form)
    more = await filled(dora, form, {"product": MCOPSTN1, "reason": "Calls"})
    assert "calls" in inputs_of(more)
    assert inputs_of(more)["reason"] == "Calls"
    assert "Please correct" not in text_of(more)


async def test_a_country_brings_its_cities_and_places(world: World) -> None:
    """J18: nothing can be offered before the country is known."""
    marc = await world.person("marc")
    whom = await opened(marc, "mover")
    assert set(inputs_of(whom)) == {"beneficiary"}
    form = await filled(marc, whom, {"beneficiary": JULES})
    assert "+33 1 99 00 10 12" in text_of(form)
    assert "city" not in inputs_of(form)
    more = await filled(marc, form, {"country": "US", "confirms_loss": True})
    assert "Redmond (2 free)" in text_of(more)
    assert {"city", "location"} <= set(inputs_of(more))
    back = await filled(marc, more, {"country": "FR", "city": "Redmond", "location": location_id("redmond")})
    assert inputs_of(back)["city"] == "*"
    assert "Paris (3 free)" in text_of(back)


async def test_nobody_leaves_by_his_own_word(world: World) -> None:
    dora, marc = await world.person("dora"), await world.person("marc")
    for person, whom in ((dora, dora), (dora, marc)):
        answer = await filled(person, await opened(person, "leaver"), {"beneficiary": whom.who.user_id})
        assert "SB-WHO-0" in text_of(answer)
        assert set(inputs_of(answer)) == {"beneficiary"}


@pytest.mark.parametrize("kind", ["service_number", "number_order", "number_port", "credits"])
async def test_only_who_answers_for_people_asks_for_the_organisation(world: World, kind: str) -> None:
    dora, priya = await world.person("dora"), await world.person("priya")
    await opened(dora, kind)
    assert "SB-WHO-07" in text_of(dora.chat[-1])
    assert "the organisation" in text_of(await opened(priya, kind))


async def test_a_number_for_an_account_needs_somebody_who_may_ask_for_it(world: World) -> None:
    """J17: the account's licences are what counts; a manager of others has no say in them."""
    service = {
        "purpose": "attendant",
        "country": "US",
        "name": "Reception",
        "account": person_id("reception"),
    }
    marc, priya = await world.person("marc"), await world.person("priya")
    assert "SB-WHO-02" in text_of(await filled(marc, await opened(marc, "service_number"), service))
    answer = text_of(await filled(priya, await opened(priya, "service_number"), service))
    assert "SB-WHO" not in answer
    assert "Reception" in answer


async def test_a_form_made_for_a_colleague_cannot_be_sent_by_who_may_not(world: World) -> None:
    """The rule is the use case's: a draft of an order, sent by somebody who lost his people meanwhile."""
    marc = await world.person("marc")
    port = {"country": "FR", "numbers": "+33199002001", "operator": "Telco"}
    review = await filled(marc, await opened(marc, "number_port"), port)
    for who in ("ana", "dora", "jules", "louis", "leon"):
        await world.control("PATCH", f"people/{who}", {"manager": "helene"})
    answer = await marc.clicks(review, "wish.submit")
    assert "SB-WHO-07" in str(answer.body)
    assert await world.all_requests() == []


async def test_a_successor_is_known_by_name(world: World) -> None:
    marc = await world.person("marc")
    form = await filled(marc, await opened(marc, "leaver"), {"beneficiary": JULES})
    unknown = "ffffffff-ffff-ffff-ffff-ffffffffffff"
    wrong = await filled(marc, form, {"confirms_loss": True, "successor": unknown})
    assert "I cannot find that person" in text_of(wrong)
    review = await filled(marc, wrong, {"confirms_loss": True, "successor": person_id("dora")})
    assert "Dora Lefèvre" in text_of(review)


async def test_a_form_of_an_older_version_is_answered_with_a_fresh_one(world: World) -> None:
    dora = await world.person("dora")
    await dora.says("I need a phone number")
    click = dora.click(dora.last_card(), "wish.review", {"reason": "sales"})
    click["value"]["action"]["data"]["form"] = 0
    answer = shown(await dora.delivers(click))
    assert "changed since it was sent" in text_of(answer)
    assert "wish.review" in buttons(answer)
    assert await world.all_requests() == []


async def test_a_wish_is_sent_once_however_often_it_is_clicked(world: World) -> None:
    marc = await world.person("marc")
    review = await filled(marc, await opened(marc, "number_release"), {"confirms_loss": True})
    first = shown(await marc.clicks(review, "wish.submit"))
    second = shown(await marc.delivers(marc.click(review, "wish.submit")))
    request = await world.newest_request("marc")
    assert len(await world.all_requests()) == 1
    assert request.state is RequestState.SUBMITTED
    assert request.wish.kind == "number_release"
    assert request.id in text_of(first)
    assert request.id in text_of(second)


async def test_a_button_can_bring_answers_that_fit(world: World) -> None:
    dora = await world.person("dora")
    await dora.says("help")
    click = dora.click(dora.last_card(), "wish.start")
    click["value"]["action"]["data"] |= {"kind": "licence", "product": MCOEV, "leads_meetings": "maybe"}
    await dora.delivers(click)
    assert inputs_of(dora.last_card())["product"] == MCOEV
    click = dora.click(dora.last_card(), "wish.review")
    click["value"]["action"] |= {"verb": "wish.start", "data": {"kind": "../x"}}
    assert "not known here" in str((await dora.delivers(click)).body)


@pytest.mark.parametrize(
    ("who", "kind", "answers", "wished"),
    [
        (
            "dora",
            "meeting_organiser",
            ["oui", "clients dial in"],
            {"leads_meetings": True, "reason": "clients dial in"},
        ),
        (
            "marc",
            "credits",
            ["add money", "EUR", "1.200", "1200", "200", "50", "80; 100; 120", "skip", "skip", "skip"],
            {"recharge": {"minor": 20000, "currency": "EUR"}},
        ),
        (
            "marc",
            "number_port",
            ["France", "hello", "01 99 00 20 01\n01 99 00 20 02", "people", "I need a phone number", "skip"],
            {"numbers": ["+33199002001", "+33199002002"], "operator": "I need a phone number"},
        ),
    ],
)
async def test_by_text_alone(
    world: World, who: str, kind: str, answers: list[str], wished: Mapping[str, Any]
) -> None:
    person = await world.person(who)
    await opened(person, kind)
    await said(person, "by text")
    for answer in answers:
        last = await said(person, answer)
    assert "Who decides" in last, last
    await said(person, "submit")
    request = await world.newest_request(who)
    stored = request.wish.model_dump(mode="json")
    assert {name: stored[name] for name in wished} == dict(wished)


async def test_who_has_no_country_yet_is_asked_for_it_and_the_directory_is_a_proposal(world: World) -> None:
    """J06: the wish is made all the same; an administrator says that the country is right."""
    olivia = await world.person("olivia")
    await said(olivia, "I need a number for Nora Quinn")
    form = olivia.last_card()
    assert inputs_of(form)["country"] == "ES"
    review = await filled(olivia, form, {})
    assert "Confirm the country in which Nora Quinn works" in text_of(review)
    elsewhere = shown(await olivia.clicks(review, "wish.edit"))
    refused = await filled(olivia, elsewhere, {"country": "GB"}, {})
    assert "SB-LOC-07" in text_of(refused)
