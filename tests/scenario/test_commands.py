"""Typed commands: by whom and where they may be, in every language, tried first, and offered by the help."""

# ruff: noqa: E501 - tables

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable

import pytest

from bot.domain.people import Actor
from bot.domain.requests import Request
from bot.domain.roles import Role
from bot.domain.wishes import NumberWish
from bot.sandbox.people import card_of, text_of
from bot.usecases.submit import submit
from bot.words import words_for
from dialogs.commands.command import Place
from tests.support.commanded import (
    ELSEWHERE,
    TEAM_CHANNEL,
    answer,
    audited,
    listed_in_help,
    nothing_lasts,
    rows,
)
from tests.support.commanding import COMMANDS, command
from tests.support.world import World, running_world, shown

pytestmark = pytest.mark.either_database("sqlite")

WORDS = words_for("en")
REFUSALS = frozenset(one.refusal for one in COMMANDS)

# There is no group of billing admins, so that the voice admins do their work.
_ADMIN = frozenset({Role.EMPLOYEE, Role.VOICE_ADMIN, Role.BILLING_ADMIN})
ROLES = {
    **dict.fromkeys(("dora", "ana", "ben", "zoe", "maya"), frozenset({Role.EMPLOYEE})),
    **dict.fromkeys(("priya", "tom", "yann"), _ADMIN),
    **dict.fromkeys(("ute", "louis"), frozenset({Role.EMPLOYEE, Role.AUDITOR})),
    "helene": frozenset({Role.EMPLOYEE, Role.OWNER}),
    "marc": frozenset({Role.EMPLOYEE, Role.APPROVER}),
}
"""Marc is asked about a request of Dora's."""


async def asked(world: World) -> str:
    """Dora's request, of which Marc decides; everybody has the app."""
    for who in ROLES:
        await (await world.person(who)).installs()
    request = await world.ask("dora")
    await world.settle()
    return request.id


def usages(who: str) -> set[str]:
    """What somebody may type in his chat."""
    his = (one for one in COMMANDS if one.roles & ROLES[who] and Place.CHAT in one.places)
    return {WORDS(one.usage) for one in his}


async def test_help_lists_what_one_may_run_which_can_be_tried_and_all_else_is_refused(
    database_url: str,
) -> None:
    """Nothing comes of trying, as the sandbox's log of requests and the store show."""
    async with running_world(database_url) as world:
        await asked(world)
        await _lists_are_right(world)
        async with nothing_lasts(world):
            typed = await asyncio.gather(*(_in_turn(world, who, todo) for who, todo in _shared_out().items()))
        told = {key: one for answers in typed for key, one in answers.items()}
        for (name, may), said in told.items():
            assert said, name
            assert any(code in said for code in REFUSALS) is not may, (name, said)
            assert may or command(name).refusal in said, (name, said)
        for action, may in (("command.rehearsed", True), ("command.refused", False)):
            entries = await audited(world, action)
            assert {one["details"]["command"] for one in entries} == {
                name for name, his in told if his is may
            }


async def _lists_are_right(world: World) -> None:
    everything = {WORDS(one.usage) for one in COMMANDS}
    people = ("dora", "marc", "priya", "ute", "helene")
    told = await asyncio.gather(*(listed_in_help(world, who) for who in people))
    for who, listed in zip(people, told, strict=True):
        assert listed & everything == usages(who), who


def _shared_out() -> dict[str, list[tuple[str, bool]]]:
    """Who types what, and whether he may: Teams takes only so many messages at once in one chat."""
    turns: dict[str, list[tuple[str, bool]]] = {who: [] for who in ROLES}
    for one in COMMANDS:
        if Place.CHAT in one.places:
            turns[_least_busy(turns, one.roles, True)].append((one.name, True))
            if not one.roles >= {Role.EMPLOYEE}:
                turns[_least_busy(turns, one.roles, False)].append((one.name, False))
    return turns


def _least_busy(turns: dict[str, list[tuple[str, bool]]], allowed: Iterable[Role], may: bool) -> str:
    load = Counter({who: len(todo) for who, todo in turns.items()})
    fit = [who for who, held in ROLES.items() if bool(held & set(allowed)) is may]
    return min(fit, key=lambda who: load[who])


async def _in_turn(world: World, who: str, todo: list[tuple[str, bool]]) -> dict[tuple[str, bool], str]:
    usage = {name: WORDS(command(name).usage) for name, _ in todo}
    return {(name, may): await answer(world, who, f"{usage[name]} --dry-run") for name, may in todo}


# Command | typed by | in English | in French | in Chinese | what the answer to the English says when it is done.
IN_A_CHAT = """
my requests     | ana   | my requests            | mes demandes             | 我的申请          | {ana}
show            | ana   | show {ana}             | affiche {ana}            | 查看 {ana}        | Steps
remind          | ana   | remind {ana}           | relancer {ana}           | 提醒 {ana}        | remind
why             | dora  | why is {dora} waiting? | pourquoi {dora}          | 为什么{dora}      | I look at it again by myself
retry           | tom   | retry {dora}           | réessayer {dora}         | 重试 {dora}       | I am looking at it again now
approvals       | marc  | approvals              | mes approbations         | 待我审批          | {ana}
approve         | marc  | approve {ana}          | approuver {ana}          | 批准 {ana}        | Approved by Marc Dubois
reject          | helene | reject {zoe}: money   | rejeter {zoe} : argent  | 拒绝 {zoe} 太贵    | Rejected by Hélène Girard
reassign        | helene | reassign {yann} to Tom | transférer {yann} à Tom | 转交{yann}给 Tom | was handed to Tom
withdraw        | yann  | withdraw {yann}        | annuler {yann}           | 撤回{yann}        | withdrawn
delegate        | helene | delegate to Tom until tomorrow | déléguer à Tom jusqu'à demain | 委托给 Tom 到明天 | Tom
delegations     | helene | delegations            | mes délégations         | 我的委托          | Tom
stop delegating | helene | stop delegating to Tom | ne plus déléguer à Tom  | 停止委托给 Tom    | Tom
tasks           | priya | tasks                  | tâches                   | 任务              | {task}
show task       | priya | show {task}            | montre {task}            | 查看{task}        | What to do
claim           | priya | claim {task}           | prendre {task}           | 认领 {task}       | Priya Nair is working on it
done            | tom   | done {task}            | terminé {task}           | 完成 {task}       | Once it is done
numbers of task | tom   | numbers {task}         | numéros {task}           | 号码 {task}       | Task {task}
cannot          | tom   | cannot {task}: no seat | impossible {task} : non  | 无法完成 {task} 不 | Cannot be done, says Tom
policy          | yann  | policy                 | politique                | 审批策略          | approval policy
undelivered     | yann  | undelivered            | non remis                | 未送达            | There are none
"""


async def busy(world: World) -> dict[str, str]:
    """A task that Dora's request waits for, and requests of Ana, Zoé and Yann that wait for an approval."""
    sku = next(one for one in (await world.tenant("skus"))["value"] if one["skuPartNumber"] == "MCOPSTN1")
    await world.control("PATCH", "skus/MCOPSTN1", {"enabled": sku["consumed"]})
    dora = await world.granted("dora", "marc")
    await world.live_until("waiting", dora.id)
    (opened,) = await audited(world, "task.opened")
    wanted = {who: await _wants_a_number(world, who) for who in ("ana", "zoe", "yann")}
    await world.settle()
    return {**wanted, "dora": dora.id, "task": opened["details"]["task"]}


async def _wants_a_number(world: World, who: str) -> str:
    person = (await world.person(who)).who
    wish = NumberWish(beneficiary_id=person.user_id, country="FR", city="Paris", reason="Support")
    actor = Actor(id=person.user_id, name=person.name)
    request = await submit(world.service.desk, actor, wish, f"draft of {who}")
    assert isinstance(request, Request), request
    return request.id


async def test_each_is_understood_in_three_languages_tried_and_done(database_url: str) -> None:
    async with running_world(database_url) as world:
        named = await busy(world)
        table = rows(IN_A_CHAT.format(**named))
        async with nothing_lasts(world):
            await asyncio.gather(*(_tries(world, who, table) for who in {row[1] for row in table}))
        for name, who, english, _french, _chinese, told in table:
            assert told.casefold() in (await answer(world, who, english)).casefold(), name


async def _tries(world: World, who: str, table: list[list[str]]) -> None:
    """Everything that somebody types, in the other languages."""
    his = [row for row in table if row[1] == who]
    for _name, _who, _english, french, chinese, _told in his:
        for said, locale in ((french, "fr-FR"), (chinese, "zh-CN")):
            assert await answer(world, who, f"{said} --dry-run", locale=locale), said
    actor = (await world.person(who)).who.user_id
    tried = [one for one in await audited(world, "command.rehearsed") if one["actor"] == actor]
    assert [one["details"]["command"] for one in tried] == [name for row in his for name in [row[0]] * 2]


async def test_what_came_to_nothing_is_asked_for_anew_by_who_asked_for_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("zoe")).installs()
        request = await _wants_a_number(world, "zoe")
        await world.settle()
        assert "SB-ADM-08" in await answer(world, "zoe", f"retry {request}")
        assert "Did you mean" in await answer(world, "helene", f"aprove {request}")
        assert "Please decide with the buttons" in await answer(world, "zoe", f"aprove {request}")
        assert "Did you mean" in await answer(world, "helene", f"approve {request}?")
        async with nothing_lasts(world):
            for misspelt in ("--dryrn", "–dry rnu", "-n"):
                assert "SB-ADM-09" in await answer(world, "helene", f"reject {request} {misspelt}")
            # What trying finds out is on record like what is looked at.
            assert "belongs to somebody else" in await answer(world, "ben", f"retry {request} --dry-run")
            assert "SB-ADM-41" in await answer(world, "helene", "who has +33170180000 --dry-run")
        await answer(world, "helene", f"reject {request}: not now")
        for who, said in (
            ("ben", "belongs to somebody else"),
            ("helene", "SB-ADM-05"),
            ("priya", "SB-ADM-05"),
        ):
            assert said in await answer(world, who, f"retry {request}")
        async with nothing_lasts(world):
            assert "This asks anew" in await answer(world, "zoe", f"retry {request} --dry-run")
        zoe = await world.person("zoe")
        assert "This asks anew" in await answer(world, "zoe", f"retry {request}")
        review = shown(await zoe.clicks(zoe.last_card(), "wish.review"))
        shown(await zoe.clicks(review, "wish.submit"))
        assert (await world.newest_request("zoe")).wish.reason == "Support"
        refused = await audited(world, "retry.refused")
        assert [one["details"]["code"] for one in refused] == ["SB-ADM-08", "", "", "SB-ADM-05", "SB-ADM-05"]
        (looked,) = await audited(world, "number.read")
        assert looked["details"]["number"] == "+33170180000"


async def test_in_channels_only_what_may_be_read_there_is_answered(database_url: str) -> None:
    """In the admins' channel what admins may read together, elsewhere what is harmless."""
    async with running_world(database_url) as world:
        await asked(world)
        assert "From now on" in await answer(world, "priya", "admin channel here", where=TEAM_CHANNEL)
        async with nothing_lasts(world):
            for where, place in ((TEAM_CHANNEL, Place.ADMINS), (ELSEWHERE, Place.CHANNEL)):
                for one in COMMANDS:
                    who = next(who for who, held in ROLES.items() if held & one.roles)
                    said = await answer(world, who, f"{WORDS(one.usage)} --dry-run", where=where)
                    assert said, (one.name, place)
                    assert ("SB-ADM-03" in said) is (place not in one.places), (one.name, place, said)
        refused = await audited(world, "command.refused")
        assert {one["details"]["code"] for one in refused} == {"SB-ADM-03"}
        everything = {WORDS(one.usage) for one in COMMANDS}
        for who, where, place in (
            ("priya", TEAM_CHANNEL, Place.ADMINS),
            ("dora", TEAM_CHANNEL, Place.ADMINS),
            ("priya", ELSEWHERE, Place.CHANNEL),
            ("dora", ELSEWHERE, Place.CHANNEL),
        ):
            his = [one for one in COMMANDS if one.roles & ROLES[who] and place in one.places]
            listed = await listed_in_help(world, who, where=where)
            assert listed & everything == {WORDS(one.usage) for one in his}, (who, where)


async def test_admins_use_a_task_together_in_their_channel(database_url: str) -> None:
    async with running_world(database_url) as world:
        named = await busy(world)
        await answer(world, "priya", "admin channel here", where=TEAM_CHANNEL)
        assert named["task"] in await answer(world, "priya", "tasks", where=TEAM_CHANNEL)
        tom, dora = await world.person("tom"), await world.person("dora")
        await tom.reads(TEAM_CHANNEL)
        await tom.clicks(tom.last_card(), "task.show")
        await tom.reads(TEAM_CHANNEL)
        card = tom.last_card()
        await dora.reads(TEAM_CHANNEL)
        refused = await dora.clicks(card, "task.claim")
        assert "you are not in their group" in str(refused.body)
        assert "Tom O'Neil is working on it" in text_of(shown(await tom.clicks(card, "task.claim")))
        forged = tom.click(card, "task.claim")
        forged["value"]["action"] |= {"verb": "requests.list", "data": {}}
        assert "in a chat of our own" in str((await tom.delivers(forged)).body)
        # A card that all admins see is not made to say something else by whoever else reads there.
        for said, told in (("Tom is dismissed", "not known here"), ("pause for repairs", "SB-ADM-01")):
            forged = dora.click(card, "task.claim")
            forged["value"]["action"] |= {"verb": "command.leave", "data": {"said": said}}
            assert told in str((await dora.delivers(forged)).body)


async def test_what_was_nearly_typed_is_offered_to_who_may_and_done_by_a_click(database_url: str) -> None:
    async with running_world(database_url) as world:
        priya, dora = await world.person("priya"), await world.person("dora")
        assert "I am not sure" in await answer(world, "priya", "undelivred")
        reply = await priya.clicks(priya.last_card(), "command.meant")
        assert reply.status == 200
        assert "There are none" in text_of((await priya.looks())[-1])
        assert "claim TK-4K7Q2" in await answer(world, "priya", "clam TK")
        await answer(world, "dora", "undelivred")
        forged = dora.click(dora.last_card(), "help.show")
        assert "command.meant" not in str(card_of(dora.last_card()))
        forged["value"]["action"] |= {"verb": "command.meant", "data": {"said": "undelivered"}}
        await dora.delivers(forged)
        assert "SB-APP-70" in text_of((await dora.looks())[-1])
        assert "SB-ADM-02" in await answer(world, "dora", "I need a phone number --dry-run")
        assert await world.all_requests() == []


async def test_what_changes_many_things_is_confirmed_first(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        for who, what in (("Tom", "numbers"), ("Priya", "licences")):
            await answer(world, "marc", f"delegate to {who} until tomorrow for {what}")
        async with nothing_lasts(world):
            asked = await answer(world, "marc", "stop delegating")
            card = marc.last_card()
            assert "This ends 2 delegations" in asked
            assert "Nothing was done" in text_of(shown(await marc.clicks(card, "command.leave")))
        await answer(world, "marc", "stop delegating")
        stale = marc.click(marc.last_card(), "command.confirm")
        await answer(world, "marc", "delegate to Yann until tomorrow for credits")
        again = await marc.delivers(stale)
        assert "SB-ADM-04" in str(again.card)
        done = text_of(shown(await marc.clicks(shown(again), "command.confirm")))
        assert "Confirmed" in done
        stopped = await audited(world, "delegation.ended")
        assert len(stopped) == 3


async def test_a_role_is_had_as_soon_as_it_is_given_and_for_a_minute_after_it_is_taken(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        dora = (await world.person("dora")).who.user_id
        assert "SB-APP-70" in await answer(world, "dora", "undelivered")
        await world.control("POST", "groups/Voice Admins/members", {"id": dora})
        assert "There are none" in await answer(world, "dora", "undelivered")
        await world.control("DELETE", f"groups/Voice Admins/members/{dora}")
        await world.pass_time(seconds=61)
        assert "SB-APP-70" in await answer(world, "dora", "undelivered")
