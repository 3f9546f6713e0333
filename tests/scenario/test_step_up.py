"""Risky approvals: confirmed with a one-time code from the approver's own chat, or by a second person."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.people import Actor
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import NumberWish
from bot.sandbox.people import card_of, text_of
from bot.sandbox.seed import group_id
from bot.store.database import Transaction
from bot.store.every_table import metadata
from bot.usecases.submit import submit
from tests.support.world import World, buttons, running_world, shown

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]
ADMINS = f'{{ kind = "group", id = "{group_id("Voice Admins")}" }}'
FINANCE = f'{{ kind = "group", id = "{group_id("Finance")}" }}'


def policy(approvers: str, step_up: str) -> str:
    return f"""
        [[rule]]
        name = "everything"
        [[rule.stages]]
        approvers = {approvers}
        fallback = {FINANCE}
        step_up = "{step_up}"
    """


async def asked(world: World, step_up: str = "code", approvers: str = '{ kind = "manager" }') -> Request:
    """Dora's request, under a policy of its own; Marc is her manager."""
    world.ruled_by(policy(approvers, step_up))
    return await wished(world, "dora")


async def wished(world: World, who: str) -> Request:
    asker = (await world.person(who)).who
    wish = NumberWish(beneficiary_id=asker.user_id, country="FR", city="Paris")
    actor = Actor(id=asker.user_id, name=asker.name)
    request = await submit(world.service.desk, actor, wish, f"a draft of {who}")
    assert isinstance(request, Request)
    return request


async def codes(world: World, who: str) -> list[str]:
    """Every code in somebody's chat, oldest first."""
    await world.settle()
    person = await world.person(who)
    await person.looks()
    cards = [card_of(one) or {} for one in person.cards()]
    texts = [str(element.get("text", "")) for card in cards for element in card.get("body", ())]
    return [one for one in texts if re.fullmatch(r"\d{6}", one)]


async def approves(world: World, who: str, request: Request) -> Json:
    """Press Approve: the card that asks for the code."""
    await world.settle()
    person = await world.person(who)
    await person.looks()
    cards = [
        one for one in person.cards() if request.id in text_of(one) and "request.approve" in buttons(one)
    ]
    asking = shown(await person.clicks(cards[-1], "request.approve"))
    assert "request.confirm" in buttons(asking)
    return asking


async def confirms(world: World, who: str, asking: Json, code: str) -> Json:
    return shown(await (await world.person(who)).clicks(asking, "request.confirm", {"code": code}))


async def state(world: World, request: Request) -> RequestState:
    return (await world.request(request.id)).state


async def refused(world: World) -> list[str]:
    return [
        entry["details"]["code"] for entry in await world.audit() if entry["action"] == "confirmation.refused"
    ]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def everything_stored(world: World) -> str:
    """Every row of every table."""

    def read(tx: Transaction) -> str:
        return "\n".join(
            str(row) for table in metadata.sorted_tables for row in tx.conn.execute(sa.select(table))
        )

    return await world.service.desk.db.read(read)


def holds(text: str, code: str) -> bool:
    """Whether the code stands there as such, and not as six digits of a longer number or hash."""
    return re.search(rf"(?<![0-9a-f]){code}(?![0-9a-f])", text) is not None


@pytest.mark.either_database("postgres")
async def test_an_approval_counts_with_the_code_and_leaves_no_trace_of_it(
    database_url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running_world(database_url) as world:
        request = await asked(world)
        asking = await approves(world, "marc", request)
        assert await state(world, request) is RequestState.SUBMITTED
        (code,) = await codes(world, "marc")
        assert not holds(await everything_stored(world), code)

        answer = await confirms(world, "marc", asking, f" {code[:3]} {code[3:]} ")
        assert "Approved by Marc Dubois" in text_of(answer)
        assert await state(world, request) is RequestState.APPROVED
        (entry,) = [one for one in await world.audit() if one["action"] == "decision.recorded"]
        assert entry["details"]["confirmed"] == "code"
        again = await confirms(world, "marc", asking, code)
        assert "no code that could confirm" in text_of(again)
        assert len((await world.request(request.id)).decisions) == 1
        assert not holds(await everything_stored(world), code)
        assert not holds(json.dumps(await world.audit()), code)
        assert not holds(caplog.text, code)
        assert not any(holds(printed, code) for printed in capfd.readouterr())


async def test_what_was_said_with_the_click_counts_with_the_code(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world)
        card = await world.card_for("marc", request)
        asking = shown(
            await (await world.person("marc")).clicks(card, "request.approve", {"comment": "Welcome"})
        )
        await confirms(world, "marc", asking, (await codes(world, "marc"))[-1])
        (decision,) = (await world.request(request.id)).decisions
        assert decision.comment == "Welcome"


async def test_a_wrong_code_decides_nothing_and_five_end_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world)
        asking = await approves(world, "marc", request)
        (code,) = await codes(world, "marc")
        for _ in range(4):
            asking = await confirms(world, "marc", asking, other_than(code))
            assert "not the code that was sent" in text_of(asking)
            assert code not in json.dumps(asking)
        ended = await confirms(world, "marc", asking, other_than(code))
        assert "wrong too often" in text_of(ended)
        late = await confirms(world, "marc", asking, code)
        assert "wrong too often" in text_of(late)
        assert await state(world, request) is RequestState.SUBMITTED
        assert await refused(world) == ["SB-APP-25"] * 4 + ["SB-APP-27"] * 2

        asking = await approves(world, "marc", request)
        newest = (await codes(world, "marc"))[-1]
        await confirms(world, "marc", asking, newest)
        assert await state(world, request) is RequestState.APPROVED


async def test_a_code_runs_out_and_another_takes_its_place(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world)
        asking = await approves(world, "marc", request)
        (first,) = await codes(world, "marc")
        await world.live(minutes=11)
        late = await confirms(world, "marc", asking, first)
        assert "no code that could confirm" in text_of(late)
        assert await refused(world) == ["SB-APP-26"]

        again = shown(await (await world.person("marc")).clicks(asking, "request.another_code"))
        first, second = await codes(world, "marc")
        if first != second:
            assert "not the code" in text_of(await confirms(world, "marc", again, first))
        await confirms(world, "marc", again, second)
        assert await state(world, request) is RequestState.APPROVED


async def test_codes_come_to_an_end(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world)
        asking = await approves(world, "marc", request)
        marc = await world.person("marc")
        for _ in range(4):
            asking = shown(await marc.clicks(asking, "request.another_code"))
        ended = shown(await marc.clicks(asking, "request.another_code"))
        assert "too many codes" in text_of(ended)
        # Those that were overtaken before they were sent were never made.
        assert len(await codes(world, "marc")) == 1
        await world.live(minutes=61)
        await approves(world, "marc", request)
        assert len(await codes(world, "marc")) == 2


async def test_a_code_is_worth_nothing_to_others_and_for_other_requests(database_url: str) -> None:
    async with running_world(database_url) as world:
        first = await asked(world, approvers=ADMINS)
        second = await wished(world, "zoe")
        priyas, toms = await approves(world, "priya", first), await approves(world, "tom", first)
        others = await approves(world, "priya", second)
        (toms_code,) = await codes(world, "tom")
        for_first, for_second = await codes(world, "priya")
        assert len({toms_code, for_first, for_second}) == 3, "drawn alike: one in 300,000 runs"
        for who, asking, code in (
            ("priya", priyas, toms_code),
            ("priya", others, for_first),
            ("tom", toms, for_second),
        ):
            assert "not the code" in text_of(await confirms(world, who, asking, code))
        # Dora has a card of hers to click on, and the code somebody told her.
        dora = await world.person("dora")
        await dora.says("help")
        click = dora.click(dora.last_card(), "help.show")
        click["value"]["action"] |= {
            "verb": "request.confirm",
            "data": {"request": first.id, "code": toms_code},
        }
        assert (await dora.delivers(click)).body["statusCode"] == 400
        assert await state(world, first) is RequestState.SUBMITTED
        assert await state(world, second) is RequestState.SUBMITTED
        assert "SB-APP-26" in await refused(world)


async def test_whoever_loses_the_role_before_he_confirms_decides_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world, approvers=ADMINS)
        asking = await approves(world, "tom", request)
        (code,) = await codes(world, "tom")
        await world.control("DELETE", "groups/Voice Admins/members/tom")
        await world.live(minutes=2)
        answer = await confirms(world, "tom", asking, code)
        assert "not, or no longer, somebody who decides" in text_of(answer)
        assert await state(world, request) is RequestState.SUBMITTED


async def test_a_code_survives_restarts_before_and_after_it_is_sent(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world)
        asking = await approves(world, "marc", request)
        # Nothing was sent yet; whoever starts now makes the code and sends it.
        await world.restart()
        (code,) = await codes(world, "marc")
        await world.restart()
        await confirms(world, "marc", asking, code)
        assert await state(world, request) is RequestState.APPROVED


async def test_rejecting_needs_no_code(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world)
        card = await world.card_for("marc", request)
        shown(await (await world.person("marc")).clicks(card, "request.reject", {"comment": "No"}))
        assert await state(world, request) is RequestState.REJECTED
        assert await codes(world, "marc") == []


async def test_an_approval_that_is_forged_past_the_code_is_put_aside(database_url: str) -> None:
    """A client may send what it likes with the click; none of it stands for a code."""
    async with running_world(database_url) as world:
        request = await asked(world)
        marc = await world.person("marc")
        click = marc.click(await world.card_for("marc", request), "request.approve")
        click["value"]["action"]["data"] |= {"ticket": "x", "confirmed": "code", "needs_code": False}
        assert "request.confirm" in json.dumps((await marc.delivers(click)).card)
        assert await state(world, request) is RequestState.SUBMITTED


async def test_where_a_second_person_is_needed_one_alone_cannot_approve(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world, "second_person", ADMINS)
        card = await world.card_for("priya", request)
        assert "a second person has to approve as well" in text_of(card)
        await world.approve("priya", request)
        assert await state(world, request) is RequestState.SUBMITTED
        await world.settle()
        assert "a second person has to approve as well" in text_of(await world.card_for("tom", request))
        await world.approve("tom", request)
        assert await state(world, request) is RequestState.APPROVED
        await world.settle()
        assert "second person" not in text_of(await world.card_for("yann", request))


async def test_a_code_that_could_not_be_delivered_is_another_one_the_next_time(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world)
        asking = await approves(world, "marc", request)
        marc = await world.person("marc")
        path = f"teams/people/{marc.who.user_id}/block"
        await world.control("PUT", path, {"how": "ConversationBlockedByUser"})
        await world.settle()
        await world.control("PUT", path, {"how": None})
        await marc.says("hello")
        assert await codes(world, "marc") == []
        again = shown(await marc.clicks(asking, "request.another_code"))
        (code,) = await codes(world, "marc")
        await confirms(world, "marc", again, code)
        assert await state(world, request) is RequestState.APPROVED
