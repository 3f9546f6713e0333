"""J01: an employee who has the licences already asks for a number."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.requests import RequestState
from bot.sandbox.people import CannotClick, card_of, text_of
from bot.sandbox.seed import location_id
from tests.support.world import World, buttons, running_world, shown, told

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]

PARIS = ("+33199001001", "+33199001002", "+33199001003")


async def free_numbers(world: World, country: str) -> list[str]:
    numbers = (await world.tenant("numbers"))["value"]
    return [
        one["telephoneNumber"]
        for one in numbers
        if one["isoCountryCode"] == country and one["assignmentStatus"] == "unassigned"
    ]


async def holder(world: World, number: str) -> Json:
    numbers: list[Json] = (await world.tenant("numbers"))["value"]
    return next(one for one in numbers if one["telephoneNumber"] == number)


async def test_one_write_and_silence_until_the_number_rings(database_url: str) -> None:
    async with running_world(database_url) as world:
        ana, marc = await world.person("ana"), await world.person("marc")
        await world.control("PUT", "delays", {"number_activation": 3600})
        form = await world.form("ana")
        assert "France" in text_of(form)
        assert "Paris (3 free)" in text_of(form)

        review = await ana.clicks(form, "wish.review", {"city": "Paris", "reason": "Clients call"})
        assert "none, no new licence is taken" in text_of(review.activity)
        assert "Paris, France: 3 free now, 2 after this" in text_of(review.activity)
        shown(await ana.clicks(review.activity, "wish.submit"))
        request = await world.newest_request("ana")
        await world.approve("marc", request)
        await world.settle()

        await world.live(minutes=30)
        assert (await world.request(request.id)).state is RequestState.EXECUTING
        before = len(await ana.looks())
        (sent,) = (await world.tenant("requests?method=POST&path=assignNumber"))["value"]
        number = sent["body"]["telephoneNumber"]
        assert (await holder(world, number))["activationState"] == "assignmentPending"
        assert "is ready" not in told(ana)
        progress = await world.progress("ana", request)
        assert "Number:" not in text_of(progress)

        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number == number
        assert len(await ana.looks()) == before + 1
        ready = ana.chat[-1]
        assert number in text_of(ready)
        assert "under Calls, above the dial pad" in text_of(ready)

        writes = await world.writes()
        assert [row["path"].rsplit("/", 1)[1] for row in writes] == ["assignNumber"]
        assert "locationId" not in writes[0]["body"]
        state = await holder(world, number)
        assert state["assignmentStatus"] == "userAssigned"
        assert state["assignmentTargetId"] == ana.who.user_id
        assert state["activationState"] == "activated"
        assert len(await free_numbers(world, "FR")) == 2

        await marc.looks()
        lines = [one for one in marc.chat if card_of(one) is None]
        assert [text_of(one) for one in lines] == [f"{request.id}: the phone number of Ana Moreau is ready."]


async def test_the_tenant_is_told_nothing_before_somebody_approved(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("ana")
        await world.live(hours=30)
        assert (await world.request(request.id)).state is RequestState.SUBMITTED
        assert await world.writes() == []


async def test_a_person_of_the_own_carrier_gets_a_number_of_the_company_range(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dieter", "karin")
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number in ("+493023125101", "+493023125102", "+493023125103")
        writes = await world.writes()
        assert [row["path"].rsplit("/", 1)[1] for row in writes] == ["assignNumber"]
        assert writes[0]["body"]["numberType"] == "directRouting"
        licences = (await world.tenant("people/dieter"))["licences"]
        assert [one["skuPartNumber"] for one in licences] == ["ENTERPRISEPREMIUM"]


async def test_numbers_of_the_company_range_count_as_free_though_they_have_no_city(database_url: str) -> None:
    async with running_world(database_url) as world:
        form = await world.form("dieter")
        assert "Any city (3 free)" in text_of(form)
        for number in ("+493023125101", "+493023125102", "+493023125103"):
            await world.control("DELETE", f"numbers/{number}")
        assert "none free right now: the request would wait" in text_of(await world.form("dieter"))


async def test_the_audit_log_says_who_when_what_and_what_microsoft_calls_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("ana", "marc")
        await world.live_until("done", request.id)
        ana, marc = await world.person("ana"), await world.person("marc")
        about = [one for one in await world.audit() if one["request_id"] == request.id]
        assert [(one["action"], one["actor"]) for one in about] == [
            ("request.submitted", ana.who.user_id),
            ("stage.opened", "switchboard"),
            ("decision.recorded", marc.who.user_id),
            ("request.approved", marc.who.user_id),
            ("request.executing", "switchboard"),
            ("graph.intent", "switchboard"),
            ("graph.result", "switchboard"),
            ("step.done", "switchboard"),
            ("request.done", "switchboard"),
        ]
        (write,) = await world.writes()
        intent, result = (one["details"] for one in about if one["action"].startswith("graph."))
        assert intent["body"] == write["body"]
        assert intent["client_request_id"] == write["client_request_id"]
        assert result["graph_request_id"], "what Microsoft's support asks for"


async def test_a_person_of_the_own_carrier_without_teams_phone_gets_only_that(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PATCH", "people/dieter", {"licences": ["ENTERPRISEPACK"]})
        request = await world.granted("dieter", "karin")
        await world.live_until("done", request.id)
        licences = (await world.tenant("people/dieter"))["licences"]
        assert sorted(one["skuPartNumber"] for one in licences) == ["ENTERPRISEPACK", "MCOEV"]


async def test_a_wished_ending_is_honoured(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("ana", "marc", {"ending": "1003"})
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number == "+33199001003"


async def test_an_ending_that_is_not_there_brings_another_number_and_says_so(database_url: str) -> None:
    async with running_world(database_url) as world:
        review = await world.review("ana", {"ending": "777", "any_number": True})
        assert "No free number ends with 777, so the plan has another one." in text_of(review)
        ana = await world.person("ana")
        shown(await ana.clicks(review, "wish.submit"))
        request = await world.newest_request("ana")
        assert request.plan.waits_for is None
        await world.approve("marc", request)
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number in PARIS


async def test_whoever_insists_on_an_ending_is_offered_three_others(database_url: str) -> None:
    async with running_world(database_url) as world:
        review = await world.review("ana", {"ending": "777", "any_number": False})
        for number in PARIS:
            assert number in text_of(review)
        assert "No free number ends with 777. These are free:" in text_of(review)
        assert "Assign a number of France, ending in 777\n" in text_of(review)
        assert "wish.edit" in buttons(review)
        ana = await world.person("ana")
        form = shown(await ana.clicks(review, "wish.edit"))
        again = shown(await ana.clicks(form, "wish.review", {"ending": "1002", "any_number": False}))
        shown(await ana.clicks(again, "wish.submit"))
        request = await world.newest_request("ana")
        assert request.plan.number_step is not None
        assert request.plan.number_step.telephone_number == "+33199001002"


async def test_two_people_are_never_promised_the_same_number(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PATCH", "people/jules", {"licences": ["ENTERPRISEPREMIUM", "MCOPSTN_5"]})
        await world.control("PATCH", "numbers/+33199001012", {"assignmentTargetId": None})
        for number in PARIS[1:]:
            await world.control("DELETE", f"numbers/{number}")
        await world.control("DELETE", "numbers/+33199001012")
        first, second = await world.ask("ana"), await world.ask("jules")
        assert first.plan.number_step is not None
        assert first.plan.number_step.telephone_number == PARIS[0]
        assert second.plan.number_step is not None
        assert second.plan.number_step.telephone_number is None


async def licensed_ben(world: World) -> None:
    await world.control("PATCH", "skus/MCOPSTN1", {"enabled": 60})
    await world.control("PATCH", "people/ben", {"licences": ["ENTERPRISEPACK", "MCOEV", "MCOPSTN1"]})


async def test_in_the_us_the_place_of_work_is_asked_for_and_sent(database_url: str) -> None:
    async with running_world(database_url) as world:
        await licensed_ben(world)
        form = await world.form("ben")
        assert "Place of work, for emergency calls (required)" in text_of(form)
        assert "Redmond HQ" in text_of(form)
        assert "Paris siège" not in text_of(form)
        request = await world.granted("ben", "olivia", {"location": location_id("redmond")})
        await world.live_until("done", request.id)
        writes = await world.writes()
        assert [row["path"].rsplit("/", 1)[1] for row in writes] == ["assignNumber"]
        assert writes[0]["body"]["locationId"] == location_id("redmond")


async def test_in_the_us_a_form_without_a_place_comes_back(database_url: str) -> None:
    async with running_world(database_url) as world:
        await licensed_ben(world)
        ben = await world.person("ben")
        form = await world.form("ben")
        click = ben.click(form, "wish.review", {"reason": "Sales", "location": location_id("redmond")})
        del click["value"]["action"]["data"]["location"]
        again = shown(await ben.delivers(click))
        assert "please choose the place of work" in text_of(again)
        assert "Sales" in text_of(again)
        place = {**click, "id": "f:another-place"}
        place["value"]["action"]["data"]["location"] = location_id("paris")
        again = shown(await ben.delivers(place))
        assert "please choose the place of work" in text_of(again)
        assert await world.all_requests() == []


async def test_the_client_itself_insists_on_the_place(database_url: str) -> None:
    async with running_world(database_url) as world:
        await licensed_ben(world)
        ben = await world.person("ben")
        form = await world.form("ben")
        with pytest.raises(CannotClick, match="location is required"):
            ben.click(form, "wish.review", {"location": ""})


async def test_a_number_that_never_gets_active_is_somebodys_business_after_a_day(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PUT", "delays", {"number_activation": 1_000_000})
        request = await world.granted("ana", "marc")
        await world.settle()
        await world.pass_time(hours=23, minutes=50)
        assert (await world.request(request.id)).state is RequestState.EXECUTING
        ended = await world.live_until("failed", request.id)
        assert ended.outcome is not None
        assert [notice.code for notice in ended.outcome.notices] == ["SB-NUM-15"]
        await world.settle()
        for who in ("ana", "priya"):
            person = await world.person(who)
            await person.looks()
            assert "activation is still pending" in told(person)
        assert len((await world.tenant("requests?method=POST&path=assignNumber"))["value"]) == 1
