"""Channels with a part: approvals that every member of a stage can use, and what needs an admin."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.people import Actor
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import NumberWish
from bot.sandbox.people import PersonClient, card_of, text_of
from bot.sandbox.seed import group_id
from bot.usecases.submit import submit
from tests.support.world import World, buttons, running_world, shown, told

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]

CHANNEL = "Phone desk"

POLICY = f"""
    [[rule]]
    name = "everything"
    [[rule.stages]]
    approvers = {{{{ kind = "group", id = "{group_id("Voice Admins")}" }}}}
    channel = true
    {{more}}
"""


async def here(
    world: World, said: str = "approvals here", *, who: str = "priya", more: str = ""
) -> PersonClient:
    """An admin gives the channel its part."""
    world.ruled_by(POLICY.format(more=more))
    person = await world.person(who)
    await person.says(said, where=CHANNEL)
    await person.hears("From now on")
    return person


async def asked(world: World, who: str = "dora") -> Request:
    person = (await world.person(who)).who
    wish = NumberWish(beneficiary_id=person.user_id, country="FR", city="Paris", reason="My secret reason")
    request = await submit(
        world.service.desk, Actor(id=person.user_id, name=person.name), wish, f"draft of {who}"
    )
    assert isinstance(request, Request)
    await world.settle()
    return request


async def posted(world: World, who: str, request: Request) -> Json:
    """The request's card in the channel, as somebody sees it."""
    person = await world.person(who)
    await person.reads(CHANNEL)
    (card,) = [one for one in person.cards() if "channel.open" in str(card_of(one)) or in_channel(one)]
    assert request.id in text_of(card)
    return card


def in_channel(activity: Json) -> bool:
    return ";messageid=" in activity["conversation"]["id"] or "@thread" in activity["conversation"]["id"]


async def closes(world: World, how: str) -> None:
    person = await world.person("priya")
    channel = person._shared[CHANNEL].conversation_id
    await world.control("PUT", f"conversations/{channel}/closed", {"how": how})


async def test_any_member_decides_in_the_channel_and_every_copy_shows_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        await here(world, more="need = 2")
        request = await asked(world)
        card = await posted(world, "tom", request)
        assert "Dora Lefèvre" in text_of(card)
        assert "secret" not in str(card)
        assert "@" not in text_of(card)
        assert buttons(card) == ["channel.approve", "channel.open"]

        tom = await world.person("tom")
        answer = shown(await tom.clicks(card, "channel.approve"))
        assert "Approved by Tom O'Neil" in text_of(answer)
        await world.settle()
        assert "Approved by Tom O'Neil" in text_of(await posted(world, "yann", request))
        assert "Approved by Tom O'Neil" in text_of(await world.card_for("priya", request))
        twice = shown(await tom.clicks(await posted(world, "tom", request), "channel.approve"))
        assert "You have decided on this request already." in text_of(twice)

        yann = await world.person("yann")
        shown(await yann.clicks(await posted(world, "yann", request), "channel.approve"))
        await world.settle()
        assert (await world.request(request.id)).stage is None
        last = await posted(world, "dora", request)
        assert "Approved by Yann Le Gall" in text_of(last)
        assert buttons(last) == []


@pytest.mark.parametrize("who", ["dora", "ana", "marc"])
async def test_nobody_else_uses_the_card(database_url: str, who: str) -> None:
    """Neither who asked, nor anybody whom the stage does not ask."""
    async with running_world(database_url) as world:
        await here(world)
        request = await asked(world)
        card = await posted(world, who, request)
        person = await world.person(who)
        for verb in ("channel.approve", "channel.open"):
            answer = await person.clicks(card, verb)
            assert "you are not one of them" in answer.body["value"]["message"]
        await world.settle()
        now = await world.request(request.id)
        assert (now.state, now.decisions) == (RequestState.SUBMITTED, ())
        refused = [one for one in await world.audit() if one["action"] == "decision.refused"]
        assert [one["actor"] for one in refused] == [person.who.user_id] * 2


async def test_only_the_card_itself_can_be_used(database_url: str) -> None:
    """Other buttons stay in chats of one's own, and made-up data names no other request."""
    async with running_world(database_url) as world:
        await here(world)
        request, other = await asked(world), await asked(world, "ana")
        tom = await world.person("tom")
        await tom.reads(CHANNEL)
        card = next(one for one in tom.cards() if request.id in text_of(one) and in_channel(one))
        click = tom.click(card, "channel.approve")
        click["value"]["action"]["data"]["request"] = other.id
        assert (await tom.delivers(click)).body["statusCode"] == 400
        for verb in ("request.approve", "request.reject", "approvals.approve", "requests.list"):
            click = tom.click(card, "channel.approve")
            click["value"]["action"]["verb"] = verb
            answer = await tom.delivers(click)
            assert "in a chat of our own" in answer.body["value"]["message"]
        for one in (request, other):
            assert (await world.request(one.id)).decisions == ()


async def test_what_takes_more_than_a_click_is_opened_in_a_chat_of_ones_own(database_url: str) -> None:
    async with running_world(database_url) as world:
        await here(world, more="comment_on_approve = true")
        request = await asked(world)
        tom, card = await world.person("tom"), await posted(world, "tom", request)
        assert buttons(card) == ["channel.open"]
        tom.forgets()
        await tom.clicks(card, "channel.open")
        await world.settle()
        own = await tom.hears(lambda one: request.id in text_of(one) and not in_channel(one))
        assert "request.approve" in buttons(own)
        click = tom.click(card, "channel.open")
        click["value"]["action"]["verb"] = "channel.approve"
        answer = await tom.delivers(click)
        assert "takes more than a click" in answer.body["value"]["message"]


@pytest.mark.parametrize("how", ["deleted", "removed"])
async def test_without_the_channel_approval_goes_on_and_the_admins_hear_once(
    database_url: str, how: str
) -> None:
    async with running_world(database_url) as world:
        await here(world)
        await closes(world, how)
        request, another = await asked(world), await asked(world, "ana")
        for who in ("priya", "tom", "yann"):
            person = await world.person(who)
            await person.looks()
            assert told(person).count("can no longer be written to") == 1
        await world.approve("tom", request)
        await world.approve("yann", another)
        assert (await world.request(request.id)).stage is None
        left = [one for one in await world.audit() if one["action"] == "channel.left"]
        assert len(left) == 1


async def test_a_channel_that_goes_later_leaves_the_other_copies_alone(database_url: str) -> None:
    async with running_world(database_url) as world:
        await here(world)
        request = await asked(world)
        await posted(world, "tom", request)
        await closes(world, "deleted")
        await world.approve("priya", request)
        await world.settle()
        assert "Approved by Priya Nair" in text_of(await world.card_for("yann", request))


async def test_only_voice_admins_choose_channels_and_may_take_it_back(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, tom = await world.person("dora"), await world.person("tom")
        await dora.says("approvals here", where=CHANNEL)
        await dora.hears("Only voice admins")
        await tom.says("approvals here", scope="groupChat")
        await tom.hears("Only a channel of a team")
        await here(world, "Approbations ici")
        await tom.says("approvals not here", where=CHANNEL)
        await tom.hears("I post no more requests here")
        await tom.says("approvals not here", where=CHANNEL)
        await tom.hears("This channel was not used for that.")
        request = await asked(world)
        await tom.reads(CHANNEL)
        assert [one for one in tom.cards() if in_channel(one)] == []
        assert request.id in text_of(await world.card_for("tom", request))
        about = ("channel.", "command.")
        actions = [one["action"] for one in await world.audit() if one["action"].startswith(about)]
        assert actions == ["command.refused", "command.refused", "channel.chosen", "channel.left"]


async def test_the_admin_channel_hears_what_needs_an_admin(database_url: str) -> None:
    async with running_world(database_url) as world:
        await here(world, "admin channel here")
        for who in ("tom", "yann", "priya", "helene", "marc"):
            path = f"teams/people/{(await world.person(who)).who.user_id}/block"
            await world.control("PUT", path, {"how": "ConversationBlockedByUser"})
        request = await asked(world)
        dora = await world.person("dora")
        await dora.reads(CHANNEL)
        heard = [text_of(one) for one in dora.chat if in_channel(one)]
        assert any(f"decides on {request.id}" in one for one in heard), heard


async def test_without_the_admin_channel_each_admin_hears_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        await here(world, "admin channel here")
        await closes(world, "deleted")
        world.ruled_by(POLICY.format(more='need = "all"'))
        path = f"teams/people/{(await world.person('tom')).who.user_id}/block"
        await world.control("PUT", path, {"how": "ConversationBlockedByUser"})
        request = await asked(world)
        for who in ("priya", "yann"):
            person = await world.person(who)
            await person.looks()
            assert told(person).count("The channel for admins can no longer be written to.") == 1
            assert told(person).count(f"decides on {request.id}") == 1


async def test_a_later_stage_that_is_not_for_the_channel_is_not_decided_there(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = (await world.person("marc")).who.user_id
        second = f'[[rule.stages]]\napprovers = {{ kind = "people", ids = ["{marc}"] }}'
        await here(world, more=second)
        request = await asked(world)
        first = await posted(world, "tom", request)
        shown(await (await world.person("tom")).clicks(first, "channel.approve"))
        await world.settle()
        card = await posted(world, "marc", request)
        assert buttons(card) == ["channel.open"]
        await world.approve("marc", request)
        assert (await world.request(request.id)).stage is None
