"""Whoever has much to decide gets one list instead of a flood of cards."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.people import Actor
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import LicenceWish, NumberWish
from bot.sandbox.people import card_of, text_of
from bot.usecases import ask
from bot.usecases.decide import Asked
from bot.usecases.submit import submit
from tests.support.world import World, running_world, shown

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]

TITLE = "Waiting for your decision"

NUMBERS = ("dora", "ana", "helene", "yann")
CONFERENCING = ("ben", "jules", "tom", "dora", "yann")

ALL_TO_MARC = """
    {hours}
    [[rule]]
    name = "everything"
    [[rule.stages]]
    approvers = {{ kind = "people", ids = ["{marc}"] }}
"""


async def to_marc(world: World, hours: str = "") -> None:
    """Every request waits for Marc alone."""
    world.ruled_by(ALL_TO_MARC.format(marc=(await world.person("marc")).who.user_id, hours=hours))


async def asks(world: World, who: str, product: str = "") -> Request:
    """For a number, or a product."""
    person = (await world.person(who)).who
    number = NumberWish(beneficiary_id=person.user_id, country="FR", city="Paris")
    wish = LicenceWish(beneficiary_id=person.user_id, product=product) if product else number
    actor = Actor(id=person.user_id, name=person.name)
    request = await submit(world.service.desk, actor, wish, f"draft of {who}: {product}")
    assert isinstance(request, Request), request
    await world.settle()
    return request


async def flood(world: World) -> list[Request]:
    numbers = [await asks(world, who) for who in NUMBERS]
    return numbers + [await asks(world, who, "conferencing") for who in CONFERENCING[:3]]


async def lists(world: World) -> list[Json]:
    """The lists in Marc's chat, as they are now."""
    marc = await world.person("marc")
    await marc.looks()
    return [card for card in marc.cards() if TITLE in text_of(card)]


async def cards_about(world: World, requests: list[Request]) -> int:
    """How many requests have a card of their own in Marc's chat."""
    marc = await world.person("marc")
    await marc.looks()
    alone = [text_of(card) for card in marc.cards() if TITLE not in text_of(card)]
    return sum(any(request.id in one for one in alone) for request in requests)


async def clicks(world: World, card: Json, verb: str, request: Request) -> Json:
    """Press the button of the request's own row."""
    marc = await world.person("marc")
    click = marc.click(card, verb)
    (data,) = [one for one in buttons_of(card, verb) if one["request"] == request.id]
    click["value"]["action"]["data"] = data
    reply = await marc.delivers(click)
    await world.settle()
    return shown(reply) if reply.card else reply.body


def buttons_of(card: Json, verb: str) -> list[Json]:
    """The data of every button with this verb, in the order of the rows."""

    def walk(node: object) -> list[Json]:
        if isinstance(node, list):
            return [found for one in node for found in walk(one)]
        if not isinstance(node, dict):
            return []
        own = [node["data"]] if node.get("verb") == verb and "data" in node else []
        return own + [found for name, one in node.items() if name != "fallback" for found in walk(one)]

    return walk(card_of(card))


async def test_seven_requests_are_five_cards_and_one_list_that_follows(database_url: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world)
        requests = await flood(world)
        assert await cards_about(world, requests) == 5
        (card,) = await lists(world)
        assert "7 requests wait for you." in text_of(card)
        rows = [data["request"] for data in buttons_of(card, "approvals.open")]
        assert rows == [request.id for request in requests]

        answer = await clicks(world, card, "approvals.approve", requests[6])
        assert f"{requests[6].id} is approved by you." in text_of(answer)
        assert "6 requests wait for you." in text_of(answer)
        assert (await world.request(requests[6].id)).state is not RequestState.SUBMITTED
        (again,) = await lists(world)
        assert again["id"] == card["id"]
        assert "6 requests wait for you." in text_of(again)

        await (await world.person("ana")).says(f"withdraw {requests[1].id}")
        await world.settle()
        (after,) = await lists(world)
        assert "5 requests wait for you." in text_of(after)
        assert requests[1].id not in text_of(after)

        await clicks(world, after, "approvals.open", requests[5])
        assert await cards_about(world, requests) == 6
        for request in (requests[0], *requests[2:6]):
            (now,) = await lists(world)
            await clicks(world, now, "approvals.approve", request)
        (empty,) = await lists(world)
        assert "Nothing is left" in text_of(empty)
        assert buttons_of(empty, "approvals.open") == []


async def test_the_list_is_sent_once_a_day_and_the_old_one_says_so(database_url: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world)
        await flood(world)
        await asks(world, "dora", "conferencing")
        assert len(await lists(world)) == 1
        await world.live(hours=25)
        await asks(world, "yann", "conferencing")
        first, second = await lists(world)
        assert "sent again further down" in text_of(first)
        assert "9 requests wait for you." in text_of(second)


async def test_what_was_approved_twice_from_the_list_is_said_and_changes_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world)
        requests = await flood(world)
        (card,) = await lists(world)
        marc = await world.person("marc")
        late = marc.click(card, "approvals.approve")
        late["value"]["action"]["data"] = {**buttons_of(card, "approvals.approve")[0]}
        await clicks(world, card, "approvals.approve", requests[0])
        answer = shown(await marc.delivers(late))
        assert f"{requests[0].id}: " in text_of(answer)
        assert len((await world.request(requests[0].id)).decisions) == 1


async def test_the_list_of_somebody_else_cannot_be_used(database_url: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world)
        requests = await flood(world)
        (card,) = await lists(world)
        dora = await world.person("dora")
        await dora.says("help")
        for verb in ("approvals.open", "approvals.approve"):
            click = dora.click(dora.last_card(), "help.show")
            click["value"]["action"] |= {"verb": verb, "data": buttons_of(card, verb)[0]}
            answer = await dora.delivers(click)
            assert answer.body["statusCode"] == 400, answer.body
            assert requests[0].id not in json.dumps(answer.body)
        assert (await world.request(requests[0].id)).decisions == ()


@pytest.mark.parametrize(
    ("said", "locale", "heading"),
    [
        ("approvals", "en-US", TITLE),
        ("what waits for me?", "en-US", TITLE),
        ("mes approbations", "fr-FR", ""),
        ("待我审批", "zh-CN", ""),
    ],
)
async def test_anybody_may_ask_what_waits(database_url: str, said: str, locale: str, heading: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world)
        request = await asks(world, "dora")
        marc = await world.person("marc")
        marc.forgets()
        await marc.says(said, locale=locale)
        card = await marc.hears(
            lambda one: bool(buttons_of(one, "approvals.open")) if card_of(one) else False
        )
        assert request.id in text_of(card)
        assert heading in text_of(card)


async def test_nothing_waits_for_most(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        await dora.says("approvals")
        await dora.hears("Nothing is left")


PARIS = ZoneInfo("Europe/Paris")

QUIET = """
    quiet = true
    [hours]
    days = "Mon-Fri"
    begin = "09:00"
    end = "17:00"
    zone = "Europe/Paris"
"""


async def on_friday_night(world: World) -> datetime:
    """It is Friday, ten in the evening in Paris; returns when work begins on Monday."""
    today = (await world.now()).astimezone(PARIS).date()
    friday = today + timedelta(days=(4 - today.weekday()) % 7 + 7)
    await world.live_to(datetime.combine(friday, time(22), PARIS))
    return datetime.combine(friday + timedelta(days=3), time(9), PARIS)


async def test_in_quiet_hours_approvers_hear_nothing_until_work_begins(database_url: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world, QUIET)
        monday = await on_friday_night(world)
        request = await asks(world, "dora")
        withdrawn = await asks(world, "ana")
        marc = await world.person("marc")
        await marc.says("approvals")
        await marc.hears("2 requests wait for you.")
        await (await world.person("ana")).says(f"withdraw {withdrawn.id}")
        await world.live_to(monday - timedelta(minutes=1))
        assert await cards_about(world, [request, withdrawn]) == 0
        await world.live_to(monday + timedelta(seconds=1))
        assert await cards_about(world, [request, withdrawn]) == 1
        assert request.id in text_of(await world.card_for("marc", request))


async def test_an_answer_does_not_wake_who_asked(database_url: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world, QUIET)
        monday = await on_friday_night(world)
        request = await asks(world, "dora")
        marc, dora = await world.person("marc"), await world.person("dora")
        desk = world.service.desk
        await ask.ask(desk, Actor(id=marc.who.user_id, name="Marc"), request.id, "What for?", Asked(0, 0))
        await ask.answer(desk, Actor(id=dora.who.user_id, name="Dora"), request.id, "For the fair")
        await world.live_to(monday - timedelta(minutes=1))
        assert not any("For the fair" in text_of(one) for one in await marc.looks())
        await world.live_to(monday + timedelta(seconds=1))
        assert any("For the fair" in text_of(one) for one in await marc.looks())


async def test_a_list_waits_for_working_hours_too(database_url: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world, QUIET)
        monday = await on_friday_night(world)
        await flood(world)
        assert await lists(world) == []
        await world.live_to(monday + timedelta(seconds=1))
        (card,) = await lists(world)
        assert "7 requests wait for you." in text_of(card)


async def test_the_policy_says_from_how_many_on_there_is_a_list(database_url: str) -> None:
    async with running_world(database_url) as world:
        await to_marc(world, "digest_above = 1")
        requests = [await asks(world, who) for who in NUMBERS[:2]]
        assert await cards_about(world, requests) == 1
        (card,) = await lists(world)
        assert "2 requests wait for you." in text_of(card)
