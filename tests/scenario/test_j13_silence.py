"""Nobody answers: reminders, others who are asked, and the end (J13c). Outages lose and double nothing."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from bot.bootstrap import build
from bot.domain.approval import counted, votes_of
from bot.domain.people import Actor
from bot.domain.plans import Refusal, WaitReason
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import NumberWish
from bot.execution.pace import Pace
from bot.sandbox.people import text_of
from bot.sandbox.seed import group_id, location_id
from bot.usecases.submit import submit
from tests.scenario.test_j03_stock import PARIS, no_numbers
from tests.support.world import World, buttons, running_world, shown, told

Json = dict[str, Any]

ADMINS = ("priya", "tom", "yann")
SQLITE = pytest.mark.either_database("sqlite")
POSTGRES = pytest.mark.either_database("postgres")


def policy(silence: str = "", *, approvers: str = '"manager"', more: str = "", first: str = "") -> str:
    return f"""
        {first}
        [[rule]]
        name = "everything"
        match = {{ kinds = ["number"] }}
        [[rule.stages]]
        approvers = {approvers}
        fallback = {{ group = "{group_id("Voice Admins")}" }}
        {more}
        {f"silence = [{silence}]" if silence else ""}
        [[rule]]
        name = "the rest"
        [[rule.stages]]
        approvers = "voice_admins"
    """


async def on_a(weekday: int, world: World, hour: int = 10) -> datetime:
    """Let the next such day come (Monday is 0), at a full hour of UTC."""
    now = await world.now()
    day = now.date() + timedelta(days=(weekday - now.weekday()) % 7 or 7)
    then = datetime.combine(day, time(hour), now.tzinfo)
    await world.live_to(then)
    return then


async def asked(world: World, who: str, text: str, draft: str = "a draft") -> Request:
    """A request under a policy of its own, with everybody asked."""
    person = (await world.person(who)).who
    world.ruled_by(text)
    wish = NumberWish(beneficiary_id=person.user_id, country="FR", city="Paris")
    request = await submit(world.service.desk, Actor(id=person.user_id, name=person.name), wish, draft)
    assert not isinstance(request, Refusal), request
    await world.settle()
    return await world.request(request.id)


async def happened(world: World, *actions: str) -> list[tuple[str, datetime]]:
    """What was audited of these, to the minute."""
    found = []
    for entry in await world.audit():
        if entry["action"] in actions:
            at = datetime.fromisoformat(entry["at"])
            found.append((entry["action"], at.replace(second=0, microsecond=0)))
    return found


async def heard(world: World, who: str, what: str) -> int:
    """How many messages in somebody's chat say something."""
    person = await world.person(who)
    await person.looks()
    return sum(what in text_of(one) for one in person.chat)


async def names_asked(world: World, request: Request) -> set[str]:
    stage = (await world.request(request.id)).stage
    return {one.name.split()[0] for one in stage.approvers} if stage else set()


REMINDED = "waiting for your decision since"


@SQLITE
async def test_j13c_over_a_weekend_and_a_holiday(database_url: str) -> None:
    async with running_world(database_url) as world:
        thursday = await on_a(3, world)
        monday = (thursday + timedelta(days=4)).date()
        request = await asked(world, "dora", policy(first=f"[hours]\nholidays = [{monday}]"))
        await world.live_to(thursday + timedelta(days=25))

        day = timedelta(days=1)
        assert await happened(world, "stage.reminded", "stage.widened", "request.expired") == [
            ("stage.reminded", thursday + day),
            # Saturday, Sunday, and a holiday on Monday.
            ("stage.reminded", thursday + 5 * day),
            ("stage.widened", thursday + 6 * day),
            ("request.expired", thursday + 15 * day),
        ]
        assert await heard(world, "marc", REMINDED) == 2
        for admin in ADMINS:
            assert await heard(world, admin, REMINDED) == 0
            card = await world.card_for(admin, request)
            assert "Expired: nobody decided in time" in text_of(card)
            assert "request.approve" not in buttons(card)
        assert await heard(world, "dora", "can decide now as well") == 1
        assert await heard(world, "dora", "Your request has expired: nobody decided in time") == 1
        assert "Marc Dubois, Priya Nair" in told(await world.person("dora"))
        ended = await world.request(request.id)
        assert (ended.state, ended.due_at) == (RequestState.EXPIRED, None)
        assert await world.writes() == []


@POSTGRES
async def test_those_who_do_not_answer_are_replaced_and_hear_of_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        await on_a(0, world)
        silence = f"""{{ after = "4h", do = "replace", who = {{ group = "{group_id("Voice Admins")}" }} }},
                      {{ after = "2d", do = "expire" }}"""
        request = await asked(world, "dora", policy(silence))
        card = await world.card_for("marc", request)
        await world.live(hours=4, minutes=1)
        assert await names_asked(world, request) == {"Priya", "Tom", "Yann"}
        assert await heard(world, "marc", "You did not decide on") == 1
        assert await heard(world, "dora", "were asked instead") == 1
        late = await (await world.person("marc")).clicks(card, "request.approve", {})
        assert "not, or no longer, somebody who decides" in json.dumps(late.body)
        assert (await world.request(request.id)).decisions == ()
        await world.approve("tom", request)
        assert (await world.request(request.id)).state is not RequestState.SUBMITTED


@SQLITE
async def test_escalation_goes_up_past_those_who_cannot_decide(database_url: str) -> None:
    """Of marc's managers helene is switched off and grace is next; after her there is nobody."""
    async with running_world(database_url) as world:
        await on_a(0, world)
        silence = ", ".join(
            f'{{ after = "{hours}h", do = "{do}" }}'
            for hours, do in ((2, "escalate"), (4, "escalate"), (6, "escalate"), (48, "expire"))
        )
        request = await asked(world, "dora", policy(silence))
        await world.control("PATCH", "people/helene", {"accountEnabled": False})
        await world.live(hours=2, minutes=1)
        assert await names_asked(world, request) == {"Marc", "Grace"}
        await world.live(hours=5)
        assert await names_asked(world, request) == {"Marc", "Grace"}
        for admin in ADMINS:
            assert await heard(world, admin, "nobody else who could be asked") == 1
        await world.approve("grace", request)
        assert (await world.request(request.id)).state is not RequestState.SUBMITTED


@SQLITE
async def test_where_all_must_agree_each_silent_voice_is_shared_and_none_is_lost(database_url: str) -> None:
    """Marc and priya must agree. Priya does; marc's manager then speaks for marc, and nobody for priya."""
    async with running_world(database_url) as world:
        await on_a(0, world)
        people = [(await world.person(who)).who.user_id for who in ("marc", "priya")]
        silence = '{ after = "2h", do = "escalate" }, { after = "2d", do = "expire" }'
        text = policy(silence, approvers=f"{{ people = {json.dumps(people)} }}", more='need = "all"')
        request = await asked(world, "dora", text)
        await world.approve("priya", request)
        await world.live(hours=2, minutes=1)
        now = await world.request(request.id)
        assert now.stage is not None
        assert counted(now.stage, votes_of(now)) == (1, 2)
        assert await names_asked(world, request) == {"Marc", "Priya", "Hélène"}
        await world.approve("helene", request)
        assert (await world.request(request.id)).state is not RequestState.SUBMITTED


@POSTGRES
async def test_silence_is_consent_where_the_policy_says_so(database_url: str) -> None:
    async with running_world(database_url) as world:
        monday = await on_a(0, world)
        request = await asked(world, "dora", policy('{ after = "1d", do = "approve" }'))
        await world.live(days=1, minutes=1)
        assert await happened(world, "stage.consented", "request.approved") == [
            ("stage.consented", monday + timedelta(days=1)),
            ("request.approved", monday + timedelta(days=1)),
        ]
        assert {one["actor"] for one in await world.audit() if one["action"] == "request.approved"} == {
            "switchboard"
        }
        await world.live_until("done", request.id, most=timedelta(days=2))
        for who in ("dora", "marc"):
            assert await heard(world, who, "takes that for consent") == 1


@SQLITE
async def test_silence_never_consents_to_what_must_be_acknowledged_or_confirmed(database_url: str) -> None:
    async with running_world(database_url) as world:
        await on_a(0, world)
        request = await asked(
            world, "dora", policy('{ after = "1d", do = "approve" }', more='step_up = "code"')
        )
        await world.live(days=1, minutes=1)
        assert (await world.request(request.id)).state is RequestState.EXPIRED
        assert await world.writes() == []


@POSTGRES
async def test_what_an_expired_request_held_goes_to_the_next_in_line(database_url: str) -> None:
    """One seat is left. Dora's request holds it while nobody answers; Zoé's waits for it."""
    async with running_world(database_url) as world:
        await on_a(0, world)
        skus = (await world.tenant("skus"))["value"]
        consumed = next(one for one in skus if one["skuPartNumber"] == "MCOPSTN1")["consumed"]
        await world.control("PATCH", "skus/MCOPSTN1", {"enabled": consumed + 1})
        soon = policy('{ after = "1d", do = "expire" }')
        request = await asked(world, "dora", soon)
        other = await asked(world, "zoe", soon, "another draft")
        await world.approve("helene", other)
        await world.settle()
        assert (await world.request(other.id)).state is RequestState.WAITING
        await world.live(days=1, minutes=1)
        assert (await world.request(request.id)).state is RequestState.EXPIRED
        await world.live_until("done", other.id, most=timedelta(hours=30))


@SQLITE
async def test_two_days_away_lose_nothing_double_nothing_and_take_nobodys_time(database_url: str) -> None:
    async with running_world(database_url) as world:
        monday = await on_a(0, world)
        request = await asked(world, "dora", policy())
        day = timedelta(days=1)
        # Away from shortly before the first reminder until after the second was due.
        await world.live_to(monday + day - timedelta(hours=1))
        await world.stop()
        world.clock.advance(2 * day)
        world.sandbox.tenant.clock.advance(2 * day.total_seconds())
        await world.start()
        await world.settle()
        back = monday + 3 * day - timedelta(hours=1)
        assert await happened(world, "stage.reminded") == [("stage.reminded", back)]
        await world.settle()
        await world.live_to(monday + 25 * day)
        late = back - (monday + day)
        assert await happened(world, "stage.reminded", "stage.widened", "request.expired") == [
            ("stage.reminded", back),
            ("stage.reminded", monday + 2 * day + late),
            # Friday, a little less than two days late.
            ("stage.widened", monday + 3 * day + late + 2 * day),
            ("request.expired", monday + 14 * day + late),
        ]
        assert await heard(world, "marc", REMINDED) == 2
        assert await heard(world, "dora", "Your request has expired") == 1
        assert (await world.request(request.id)).ended


@SQLITE
async def test_a_clock_that_goes_back_repeats_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        monday = await on_a(0, world)
        request = await asked(world, "dora", policy())
        await world.live(days=1, minutes=1)
        world.clock.advance(timedelta(days=-3))
        await world.restart()
        await world.settle()
        await world.live_to(monday + timedelta(days=1, hours=20))
        assert len(await happened(world, "stage.reminded")) == 1
        assert await heard(world, "marc", REMINDED) == 1
        assert (await world.request(request.id)).due_at is not None


@POSTGRES
async def test_two_replicas_remind_once(database_url: str) -> None:
    async with running_world(database_url) as world:
        await on_a(0, world)
        several = [await asked(world, who, policy(), f"draft of {who}") for who in ("dora", "ana")]
        other = build(world.settings, world.clock, Pace(quick_looks=()))
        try:
            await other.boundary.start()
            world.clock.advance(timedelta(days=1, minutes=1))
            world.sandbox.tenant.clock.advance(timedelta(days=1, minutes=1).total_seconds())
            await asyncio.gather(world.settle(), other.runner.run_until_idle())
            await world.settle()
        finally:
            await other.boundary.stop()
            await other.desk.graph.aclose()
            await other.desk.db.close()
        assert len(await happened(world, "stage.reminded")) == len(several)
        assert await heard(world, "marc", REMINDED) == len(several)


@SQLITE
async def test_the_requester_reminds_by_button_and_text_but_not_all_the_time(database_url: str) -> None:
    async with running_world(database_url) as world:
        await on_a(0, world)
        world.ruled_by(policy())
        dora = await world.person("dora")
        request = await world.ask("dora")
        await world.settle()
        card = await world.progress("dora", request)
        assert "Asked since" in text_of(card)
        assert "Next reminder:" in text_of(card)
        assert "It expires on" in text_of(card)
        answer = shown(await dora.clicks(card, "request.remind"))
        assert "A reminder is on its way to Marc Dubois." in text_of(answer)
        await world.settle()
        assert await heard(world, "marc", REMINDED) == 1
        await dora.says(f"remind {request.id}")
        assert await heard(world, "dora", "reminded a short while ago") == 1
        await world.settle()
        assert await heard(world, "marc", REMINDED) == 1
        await world.live(hours=4, minutes=1)
        await dora.says(f"rappeler {request.id}")
        await world.settle()
        assert await heard(world, "marc", REMINDED) == 2
        ana = await world.person("ana")
        await ana.says(f"remind {request.id}")
        assert "belongs to somebody else" in told(ana)
        await world.approve("marc", request)
        await dora.says(f"remind {request.id}")
        assert "does not wait for approval" in told(dora)
        await world.settle()
        assert await heard(world, "marc", REMINDED) == 2
        refused = [
            one["details"]["code"] for one in await world.audit() if one["action"] == "reminder.refused"
        ]
        assert refused == ["SB-APP-46", "", "SB-APP-47"]


@SQLITE
async def test_a_reminder_leads_to_the_card_and_is_written_while_people_work(database_url: str) -> None:
    async with running_world(database_url) as world:
        await on_a(0, world, 9)
        hours = '[hours]\nbegin = "08:00"\nend = "16:00"'
        world.ruled_by(
            policy('{ after = "8h", do = "remind" }, { after = "3d", do = "expire" }', first=hours)
        )
        request = await world.ask("dora")
        await world.live(hours=20)
        assert await heard(world, "marc", REMINDED) == 0
        await world.live(hours=4, minutes=1)
        assert await heard(world, "marc", REMINDED) == 1
        marc = await world.person("marc")
        reminder = next(one for one in marc.cards() if REMINDED in text_of(one))
        await marc.clicks(reminder, "approvals.open")
        card = await world.card_for("marc", request)
        shown(await marc.clicks(card, "request.approve"))
        assert (await world.request(request.id)).state is not RequestState.SUBMITTED


@SQLITE
async def test_while_a_question_is_open_the_requester_is_reminded(database_url: str) -> None:
    async with running_world(database_url) as world:
        await on_a(0, world)
        request = await asked(world, "dora", policy())
        card = await world.card_for("marc", request)
        marc = await world.person("marc")
        shown(await marc.clicks(card, "request.ask", {"comment": "Why Paris?"}))
        await world.live(days=1, minutes=1)
        assert await heard(world, "marc", REMINDED) == 0
        assert await heard(world, "dora", "waits for your answer: “Why Paris?”") == 1
        await world.live(days=1)
        assert await heard(world, "dora", "waits for your answer: “Why Paris?”") == 2


@SQLITE
async def test_what_was_done_before_stays_when_nobody_confirms_the_old_approval(database_url: str) -> None:
    """Licences were given, no number came for two weeks; the approval is asked for again, and expires."""
    async with running_world(database_url) as world:
        await on_a(0, world)
        world.ruled_by(policy('{ after = "1d", do = "expire" }'))
        await no_numbers(world, but=PARIS[:1])
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        await world.control("DELETE", f"numbers/{PARIS[0]}")
        while (await world.request(request.id)).waiting is not WaitReason.NUMBER:
            await world.live_past_next_due()
        await world.pass_time(days=15)
        number = {"telephoneNumber": PARIS[0], "isoCountryCode": "FR", "city": "Paris"}
        await world.control("POST", "numbers", {**number, "locationId": location_id("paris")})
        await world.pass_time(minutes=31)
        assert (await world.request(request.id)).state is RequestState.SUBMITTED
        await world.live(days=2)
        ended = await world.request(request.id)
        assert ended.state is RequestState.PARTLY_DONE
        assert ended.outcome is not None
        assert [one.code for one in ended.outcome.notices] == ["SB-APP-40", "SB-APP-39", "SB-REQ-47"]
        card = await world.card_for("marc", request)
        assert "request.approve" not in buttons(card)
        assert await heard(world, "dora", "was carried out in part") == 1
