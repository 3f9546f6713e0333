"""What can be done on an approver's card besides yes and no, and what it shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.catalogue.products import MCOEV
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import Reply, card_of, text_of
from tests.support.world import World, buttons, running_world, shown, told

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]

TWO_STAGES = """
[[rule]]
name = "Manager, then two admins"

[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"

[[rule.stages]]
approvers = "voice_admins"
need = 2
"""


async def forge(world: World, who: str, verb: str, **data: Any) -> Reply:
    """A click as a hostile client would make it: on any card, with any verb and data."""
    person = await world.person(who)
    await person.says("help")
    click = person.click(person.last_card(), "help.show")
    click["value"]["action"] |= {"verb": verb, "data": data}
    return await person.delivers(click)


async def refused(world: World, action: str) -> list[str]:
    return [one["details"]["code"] for one in await world.audit() if one["action"] == action]


async def question_for(world: World, who: str) -> Json:
    await world.settle()
    person = await world.person(who)
    await person.looks()
    return [card for card in person.cards() if "A question about your request" in text_of(card)][-1]


async def test_a_question_goes_to_the_requester_and_the_answer_to_every_card(database_url: str) -> None:
    async with running_world(database_url) as world:
        tom = await world.person("tom")
        request = await world.ask("grace", {"location": "044bbc01-9134-5354-be78-7077fd765771"})
        card = await world.card_for("tom", request)
        asked = shown(await tom.clicks(card, "request.ask", {"comment": "For how long?"}))
        assert "**Tom O'Neil asks:** For how long?" in text_of(asked)
        assert "request.approve" in buttons(asked)

        question = await question_for(world, "grace")
        assert "For how long?" in text_of(question)
        grace = await world.person("grace")
        answered = shown(await grace.clicks(question, "request.answer", {"answer": "Until *June*"}))
        assert buttons(answered) == []
        await world.settle()
        for who in ("tom", "priya", "yann"):
            card = await world.card_for(who, request)
            assert "Grace" in text_of(card)
            assert "answers:** Until \\*June\\*" in text_of(card)
        await tom.looks()
        assert "has answered your question: “Until \\*June\\*”" in told(tom)
        await world.restart()
        await world.live(minutes=5)
        assert told(tom).count("has answered your question") == 1
        await world.approve("priya", request)
        assert (await world.request(request.id)).state is RequestState.APPROVED


async def test_only_approvers_of_the_open_stage_ask_and_only_the_requester_answers(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(TWO_STAGES)
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        data = {"request": request.id, "stage": 0, "round": 0, "comment": "Why?"}
        for who in ("dora", "ana"):
            stranger = await forge(world, who, "request.ask", **data)
            assert stranger.body["statusCode"] == 400
        late = await forge(world, "tom", "request.ask", **data)
        assert "not, or no longer, somebody who decides" in text_of_reply(late)
        for stage, round_ in ((1, 0), (0, 1), (-1, 0)):
            wrong = await forge(world, "marc", "request.ask", **{**data, "stage": stage, "round": round_})
            assert "changed in the meantime" in text_of_reply(wrong)
        marc = await world.person("marc")
        for text in ("   ", "x" * 501):
            odd = await forge(world, "marc", "request.ask", **{**data, "comment": text})
            assert "at most 500 characters" in text_of_reply(odd)
        early = await forge(world, "dora", "request.answer", request=request.id, answer="Because")
        assert "changed in the meantime" in text_of_reply(early)
        shown(await marc.clicks(card, "request.ask", {"comment": "Why?"}))
        for who in ("ana", "marc"):
            stranger = await forge(world, who, "request.answer", request=request.id, answer="Because")
            assert stranger.body["statusCode"] == 400
        assert [one.kind for one in await remarks_of(world, request)] == ["question"]
        assert set(await refused(world, "question.refused")) == {"SB-APP-02", "SB-APP-03", "SB-APP-60"}
        assert set(await refused(world, "answer.refused")) == {"SB-APP-02", "SB-APP-03"}


def text_of_reply(reply: Reply) -> str:
    return json.dumps(reply.body)


async def remarks_of(world: World, request: Request) -> list[Any]:
    from bot.store import remarks

    return list(await world.service.desk.db.read(remarks.of_request, request.id))


async def test_no_more_than_twenty_remarks_and_none_once_it_is_decided(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        for number in range(20):
            shown(await marc.clicks(card, "request.ask", {"comment": f"Question {number}"}))
        full = shown(await marc.clicks(card, "request.ask", {"comment": "One more"}))
        assert "it takes no more" in text_of(full)
        assert len(await remarks_of(world, request)) == 20
        assert "14 earlier remarks" in text_of(full)
        shown(await marc.clicks(card, "request.approve"))
        late = shown(await marc.clicks(card, "request.ask", {"comment": "Too late"}))
        assert "changed in the meantime" in text_of(late)
        question = await question_for(world, "dora")
        assert buttons(question) == []


async def test_a_part_is_approved_and_the_rest_is_given_back(database_url: str) -> None:
    """J02: the number is left out; the licences are given, and the number is free for the next."""
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        request = await world.ask("dora")
        held = request.plan.chosen_number
        card = await world.card_for("marc", request)
        approved = shown(await marc.clicks(card, "request.approve", without(card, "number")))
        assert "Left out: the phone number" in text_of(approved)
        now = await world.request(request.id)
        assert now.state is RequestState.APPROVED
        assert now.plan.number_step is None
        assert now.decisions[0].dropped == ("number",)
        assert held not in await held_numbers(world)
        await world.live_until("done", request.id)
        dora = await world.person("dora")
        await dora.looks()
        assert f"Marc Dubois has approved {request.id} without the phone number." in told(dora)
        assert "Your phone number is ready" not in told(dora)
        assert [row["path"].rsplit("/", 1)[1] for row in await world.writes()] == ["assignLicense"]
        (entry,) = [one for one in await world.audit() if one["action"] == "decision.recorded"]
        assert entry["details"]["dropped"] == ["number"]


def without(card: Json, *parts: str) -> Json:
    """What a client sends where everything but these parts stays chosen."""
    body = (card_of(card) or {}).get("body", ())
    (choice,) = [one for one in body if one.get("id") == "included"]
    assert choice["value"] == ",".join(one["value"] for one in choice["choices"])
    kept = [one["value"] for one in choice["choices"] if not one["value"].endswith(parts)]
    return {"included": ",".join(kept)}


async def held_numbers(world: World) -> frozenset[str]:
    from bot.store import holds

    return await world.service.desk.db.read(lambda tx: holds.active_numbers(tx))


async def test_what_something_else_builds_on_cannot_be_left_out(database_url: str) -> None:
    """R05; and what is not a part of this request cannot, whatever a client sends."""
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        hanging = shown(await marc.clicks(card, "request.approve", without(card, MCOEV)))
        assert "builds on it" in text_of(hanging)
        assert "request.approve" in buttons(hanging)
        nothing = shown(await marc.clicks(card, "request.approve", {"included": ""}))
        assert "Nothing would be left" in text_of(nothing)
        data = {"request": request.id, "stage": 0, "round": 0, "offered": "nonsense", "included": ""}
        forged = await forge(world, "marc", "request.approve", **data)
        assert "cannot be left out" in text_of_reply(forged)
        assert await refused(world, "decision.refused") == ["SB-APP-64", "SB-APP-65", "SB-APP-63"]
        now = await world.request(request.id)
        assert (now.state, now.decisions, now.plan) == (RequestState.SUBMITTED, (), request.plan)


async def test_later_stages_see_the_smaller_plan_and_earlier_votes_count(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(TWO_STAGES)
        request = await world.ask("dora")
        marc, tom, priya = [await world.person(one) for one in ("marc", "tom", "priya")]
        shown(await marc.clicks(await world.card_for("marc", request), "request.approve"))
        first, second = await world.card_for("tom", request), await world.card_for("priya", request)
        assert "2 of 2" in text_of(first)
        assert "0 of the 2 it takes" in text_of(first)
        shown(await tom.clicks(first, "request.approve", without(first, "number")))
        # Priya's card may still show the number; she has no objection to that much, nor to less.
        shown(await priya.clicks(second, "request.approve"))
        now = await world.request(request.id)
        assert now.state is RequestState.APPROVED
        assert now.plan.number_step is None
        await world.settle()
        for who in ("marc", "tom", "priya", "yann"):
            card = await world.card_for(who, request)
            assert "Approved by Tom O'Neil" in text_of(card)
            assert buttons(card) == []


async def test_a_card_brings_itself_up_to_date_for_whom_it_is_meant(database_url: str) -> None:
    async with running_world(database_url) as world:
        tom = await world.person("tom")
        await tom.says("help")
        request = await world.ask("grace", {"location": "044bbc01-9134-5354-be78-7077fd765771"})
        card = await world.card_for("tom", request)
        assert "refresh" not in (card_of(await world.card_for("yann", request)) or {})
        refresh = (card_of(card) or {})["refresh"]
        assert refresh["userIds"] == [tom.who.mri]
        seen = await world.audit()
        opened = await tom.opens(card)
        assert opened is not None
        assert "request.approve" in buttons(shown(opened))
        assert await world.audit() == seen
        await world.approve("priya", request)
        late = await tom.opens(card)
        assert late is not None
        assert "Approved by Priya Nair" in text_of(shown(late))
        assert buttons(shown(late)) == []
