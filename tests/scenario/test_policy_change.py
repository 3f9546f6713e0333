"""The policy changes only when as many voice admins agree as the policy in force says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.people import card_of, text_of
from bot.sandbox.seed import group_id
from bot.store import policies
from tests.support.world import World, buttons, has_heading, running_world, shown, told

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]
FINANCE = group_id("Finance")
ADMINS = ("priya", "tom", "yann")


def policy(need: int, *, approvers: str = '"manager"', remark: str = "") -> str:
    return f"""{remark}
[policy]
change_needs = {need}

[[rule]]
name = "everything"
[[rule.stages]]
approvers = {approvers}
fallback = "voice_admins"
"""


BY_FINANCE = policy(2, approvers=f'{{ group = "{FINANCE}" }}')


async def proposed(world: World, text: str = BY_FINANCE, need: int = 2) -> str:
    """Another file under a policy that wants agreement, and a start of the service; the version in force."""
    world.ruled_by(policy(need))
    before = await in_force(world)
    world.policy_file(text)
    await world.restart()
    await world.settle()
    return before


async def in_force(world: World) -> str:
    version = await world.service.desk.db.read(policies.active_version)
    assert version is not None
    return version


async def card_of_change(world: World, who: str) -> Json:
    """The newest card about a change in somebody's chat, as it stands now."""
    await world.settle()
    person = await world.person(who)
    await person.looks()
    return [one for one in person.cards() if "Change of the approval policy" in text_of(one)][-1]


async def says(world: World, who: str, verb: str, card: Json | None = None) -> Json:
    """Press a button on the card; the card that takes its place."""
    person = await world.person(who)
    return shown(await person.clicks(card or await card_of_change(world, who), verb))


async def moves(world: World) -> list[str]:
    """What happened to policies, as audited."""
    return [one["action"] for one in await world.audit() if one["action"].startswith("policy.")]


async def test_the_first_policy_is_on_record_and_another_applies_at_once(database_url: str) -> None:
    async with running_world(database_url) as world:
        first = await in_force(world)
        await world.restart()
        world.policy_file(policy(2))
        await world.restart()
        assert await in_force(world) != first
        entries = [one for one in await world.audit() if one["action"] == "policy.activated"]
        assert [(one["details"]["before"], one["actor"]) for one in entries] == [
            (None, "switchboard"),
            (first, "switchboard"),
        ]
        assert len(entries[0]["details"]["digest"]) == 64


async def test_two_admins_agree_and_it_applies_to_new_requests_only(database_url: str) -> None:
    async with running_world(database_url) as world:
        before = await proposed(world)
        old = await world.ask("dora")
        assert {one.name for one in old.stages[0].approvers} == {"Marc Dubois"}
        card = await card_of_change(world, "priya")
        assert "Rule “everything” changes" in text_of(card)
        assert f"{FINANCE}" in text_of(card)
        agreed = await says(world, "priya", "policy.agree", card)
        assert "Priya Nair" in text_of(agreed)
        assert await in_force(world) == before
        again = await says(world, "priya", "policy.agree", card)
        assert "agreed to this change already" in text_of(again)
        assert await in_force(world) == before

        await world.restart()
        await says(world, "tom", "policy.agree")
        assert await in_force(world) != before
        for who in ADMINS:
            ended = await card_of_change(world, who)
            assert "Agreed by Priya Nair and Tom O'Neil" in text_of(ended)
            assert buttons(ended) == []
        new = await world.ask("ben")
        assert new.policy_version == await in_force(world)
        assert {one.name for one in new.stages[0].approvers}.isdisjoint({"Marc Dubois"})
        kept = await world.request(old.id)
        assert (kept.policy_version, kept.stages[0].approvers) == (before, old.stages[0].approvers)
        assert await moves(world) == [
            "policy.activated",
            "policy.activated",
            "policy.proposed",
            "policy.asked",
            "policy.agreed",
            "policy.refused",
            "policy.agreed",
            "policy.activated",
        ]


async def test_one_refusal_drops_it_and_a_restart_does_not_ask_again(database_url: str) -> None:
    async with running_world(database_url) as world:
        before = await proposed(world)
        toms = await card_of_change(world, "tom")
        await says(world, "priya", "policy.agree")
        refused = await says(world, "yann", "policy.refuse")
        assert "Refused by Yann Le Gall" in text_of(refused)
        late = await says(world, "tom", "policy.agree", toms)
        assert "no longer waiting for anybody" in text_of(late)
        await world.restart()
        await world.settle()
        assert await in_force(world) == before
        assert (await moves(world)).count("policy.proposed") == 1
        assert buttons(await card_of_change(world, "tom")) == []

        # Another file is another proposal, and what was said about the first does not count for it.
        world.policy_file(policy(0))
        await world.restart()
        await says(world, "priya", "policy.agree")
        assert await in_force(world) == before
        await says(world, "yann", "policy.agree")
        assert await in_force(world) != before


async def test_a_newer_proposal_takes_the_place_of_an_older_one(database_url: str) -> None:
    async with running_world(database_url) as world:
        before = await proposed(world)
        older = await card_of_change(world, "priya")
        world.policy_file(policy(0))
        await world.restart()
        await world.settle()
        priya = await world.person("priya")
        await priya.looks()
        first, second = [one for one in priya.cards() if "Change of the approval policy" in text_of(one)]
        assert "a later change took its place" in text_of(first)
        assert "needs: 2 → 0" in text_of(second)
        assert "no longer waiting" in text_of(await says(world, "priya", "policy.agree", older))
        # What the change itself takes is governed by the policy in force.
        await says(world, "priya", "policy.agree", second)
        assert await in_force(world) == before
        await says(world, "tom", "policy.agree")
        assert await in_force(world) != before


async def test_outsiders_see_and_change_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        before = await proposed(world, need=1)
        card = await card_of_change(world, "priya")
        data = (card_of(card) or {})["actions"][0]["data"]
        dora = await world.person("dora")
        await dora.says("policy")
        assert "Only voice admins see the approval policy" in told(dora)
        await dora.says("help")
        click = dora.click(dora.last_card(), "help.show")
        click["value"]["action"] |= {"verb": "policy.agree", "data": data}
        answer = await dora.delivers(click)
        assert answer.body["statusCode"] == 400
        assert "Only voice admins" in answer.body["value"]["message"]
        assert await in_force(world) == before
        await world.control("DELETE", "groups/Voice Admins/members/tom")
        tom = await (await world.person("tom")).clicks(await card_of_change(world, "tom"), "policy.agree")
        assert tom.body["statusCode"] == 400
        assert await in_force(world) == before
        refusals = [one["actor"] for one in await world.audit() if one["action"] == "policy.refused"]
        tom_id = (await world.person("tom")).who.user_id
        assert refusals == [dora.who.user_id, tom_id]
        typed = [
            one["details"]["command"] for one in await world.audit() if one["action"] == "command.refused"
        ]
        assert typed == ["policy"]


async def test_who_is_no_admin_any_more_when_it_is_decided_has_not_agreed(database_url: str) -> None:
    async with running_world(database_url) as world:
        before = await proposed(world)
        await says(world, "tom", "policy.agree")
        await world.control("DELETE", "groups/Voice Admins/members/tom")
        second = await says(world, "priya", "policy.agree")
        assert "Tom O'Neil agreed, but is no longer a voice admin" in text_of(second)
        assert await in_force(world) == before
        await says(world, "yann", "policy.agree")
        assert await in_force(world) != before


async def test_the_policy_is_shown_to_admins_with_what_waits(database_url: str) -> None:
    async with running_world(database_url) as world:
        before = await proposed(world)
        await says(world, "priya", "policy.agree")
        yann = await world.person("yann")
        yann.forgets()
        await yann.says("Politique", locale="en-US")
        shown_policy = await yann.hears(lambda one: has_heading(one, "Rules"))
        assert before in text_of(shown_policy)
        assert "the manager" in text_of(shown_policy)
        assert "Priya Nair" in text_of(await card_of_change(world, "yann"))
        await says(world, "tom", "policy.agree")
        await world.settle()
        await yann.looks()
        assert "In force" in text_of(yann.last_card())
        assert buttons(yann.last_card()) == []


async def test_the_help_names_what_is_for_admins_to_admins_alone(database_url: str) -> None:
    async with running_world(database_url) as world:
        for who, told_of in (("priya", True), ("dora", False)):
            person = await world.person(who)
            await person.says("help")
            text = text_of(await person.hears(lambda one: has_heading(one, "What I can do")))
            assert "delegations" in text
            assert [name in text for name in ("approval policy", "undelivered", "tasks")] == [told_of] * 3


async def test_replicas_follow_the_record_and_remarks_are_shown_line_by_line(database_url: str) -> None:
    async with running_world(database_url) as world:
        await proposed(world, policy(2, remark="# said nicer"))
        card = await card_of_change(world, "tom")
        assert "only how the file is written" in text_of(card)
        assert "# said nicer" in text_of(card)
        replica = type(world.service.desk.policies)(world.service.desk.policy)
        await says(world, "tom", "policy.agree")
        await says(world, "yann", "policy.agree")
        assert replica.current.version != await in_force(world)
        assert (await replica.look(world.service.desk.db)).version == await in_force(world)


async def test_admins_who_agree_at_the_same_moment_change_it_once(database_url: str) -> None:
    async with running_world(database_url) as world:
        before = await proposed(world)
        cards = {who: await card_of_change(world, who) for who in ADMINS}
        answers = await asyncio.gather(
            *(says(world, who, "policy.agree", card) for who, card in cards.items())
        )
        assert await in_force(world) != before
        late = [one for one in answers if "no longer waiting for anybody" in text_of(one)]
        assert len(late) == 1
        assert (await moves(world)).count("policy.activated") == 3
