"""What could not be delivered is seen by those who can do something about it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.installations import Block
from bot.sandbox.people import card_of, text_of
from tests.support.world import World, running_world, shown, told

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]


async def undelivered(world: World, who: str, said: str = "undelivered", locale: str = "en-US") -> Json:
    """The list in an admin's chat."""
    person = await world.person(who)
    await person.says(said, locale=locale)
    await person.looks()
    return [card for card in person.cards() if is_list(card)][-1]


def is_list(activity: Json) -> bool:
    return "undelivered." in str(card_of(activity)) or "There are none" in text_of(activity)


async def audited(world: World, action: str) -> list[Json]:
    return [entry for entry in await world.audit() if entry["action"] == action]


async def test_a_blocked_approver_gets_his_card_once_he_can_be_reached(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc, priya = await world.person("marc"), await world.person("priya")
        await marc.says("hi")
        await marc.blocks(Block.BY_USER)
        request = await world.ask("dora")
        await world.settle()
        assert "those who stand in have been asked too" in told(await looking(world, "priya"))
        listed = await undelivered(world, "priya")
        text = text_of(listed)
        assert "Marc Dubois" in text
        assert request.id in text
        assert "has blocked Switchboard or removed it" in text
        assert "1 try" in text

        still = shown(await priya.clicks(listed, "undelivered.retry"))
        assert "There are none" in text_of(still)
        await world.settle()
        again = await undelivered(world, "priya", "Messages non remis", "fr-FR")
        assert request.id in text_of(again)
        assert told(priya).count("could not be delivered.") == 1

        await marc.blocks(None)
        shown(await priya.clicks(again, "undelivered.retry"))
        await world.approve("marc", request)
        assert (await world.request(request.id)).stage is None
        assert len(await audited(world, "delivery.requeued")) == 2
        tom = await world.person("tom")
        await tom.says("未送达", locale="zh-CN")
        assert request.id not in text_of(tom.last_card())


async def looking(world: World, who: str) -> Any:
    person = await world.person(who)
    await person.looks()
    return person


async def test_an_admin_may_let_it_be(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("marc")).blocks(Block.WRITES)
        request = await world.ask("dora")
        await world.settle()
        tom = await world.person("tom")
        first, second = await undelivered(world, "tom"), await undelivered(world, "priya")
        gone = shown(await tom.clicks(first, "undelivered.dismiss"))
        assert request.id not in text_of(gone)
        late = shown(await (await world.person("priya")).clicks(second, "undelivered.retry"))
        assert "looked after this message already" in text_of(late)
        (entry,) = await audited(world, "delivery.dismissed")
        assert entry["actor"] == tom.who.user_id
        assert await audited(world, "delivery.requeued") == []


async def test_only_voice_admins_look_after_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("marc")).blocks(Block.BY_USER)
        await world.ask("dora")
        await world.settle()
        listed = await undelivered(world, "priya")
        dora = await world.person("dora")
        await dora.says("undelivered")
        await dora.hears("Only voice admins")
        await dora.says("help")
        click = dora.click(dora.last_card(), "help.show")
        for verb in ("undelivered.list", "undelivered.retry", "undelivered.dismiss"):
            data = (await world.person("priya")).click(listed, "undelivered.retry")
            click["value"]["action"] |= {"verb": verb, "data": data["value"]["action"]["data"]}
            click["id"] = f"f:{verb}"
            answer = await dora.delivers(click)
            assert "Only voice admins" in answer.body["value"]["message"]
        assert len(await audited(world, "undelivered.refused")) == 3
        assert len(await audited(world, "command.refused")) == 1
        assert "Marc Dubois" in text_of(await undelivered(world, "tom"))


async def test_somebody_without_the_app_gets_it_and_then_the_card(database_url: str) -> None:
    everybody_else = ("dora", "priya", "tom", "yann")
    async with running_world(database_url, installed=everybody_else) as world:
        request = await world.ask("dora")
        await world.live(minutes=1)
        assert request.id in text_of(await world.card_for("marc", request))
        assert "There are none" in text_of(await undelivered(world, "priya"))
