"""J03 and J14: what happens when licences or numbers run out, are taken, or are no longer wanted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from tests.support.world import World, running_world, shown, told

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]

PARIS = ("+33199001001", "+33199001002", "+33199001003")


async def seats(world: World, part_number: str, free: int) -> None:
    """Leave so many seats of a product."""
    found = next(one for one in (await world.tenant("skus"))["value"] if one["skuPartNumber"] == part_number)
    await world.control("PATCH", f"skus/{part_number}", {"enabled": found["consumed"] + free})


async def no_numbers(world: World, *, but: tuple[str, ...] = ()) -> None:
    for number in PARIS:
        if number not in but:
            await world.control("DELETE", f"numbers/{number}")


async def attempts(world: World) -> list[str]:
    """Every change that was tried on the tenant, applied or not."""
    logged = (await world.tenant("requests?method=POST"))["value"]
    names = [row["path"].rsplit("/", 1)[1] for row in logged]
    return [name for name in names if name.startswith("assign")]


async def waiting(world: World, request: Request) -> WaitReason | None:
    return (await world.request(request.id)).waiting


async def withdraw(world: World, who: str, request: Request) -> str:
    """By text; what is answered."""
    person = await world.person(who)
    before = len(await person.looks())
    await person.says(f"withdraw {request.id}")
    return "\n".join(text_of(message) for message in (await person.looks())[before:])


async def test_without_a_seat_nothing_is_written_until_there_is_one(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, "MCOPSTN1", 0)
        review = await world.review("dora")
        assert "No seat of Domestic Calling Plan is free right now." in text_of(review)
        assert "would do as well, with fewer minutes" in text_of(review)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        assert await waiting(world, request) is WaitReason.LICENCES
        await world.live(hours=3)
        assert await attempts(world) == []
        assert "goes on by itself as soon as there is one" in text_of(await world.progress("dora", request))
        for admin in ("priya", "tom", "yann"):
            person = await world.person(admin)
            await person.looks()
            # Once, though it is looked for every half hour.
            assert told(person).count("Buy licences: Domestic Calling Plan, 1 more") == 1

        await seats(world, "MCOPSTN1", 1)
        await world.live(minutes=31)
        assert await attempts(world) == ["assignLicense"]
        await world.live_until("done", request.id)


async def test_the_queue_is_served_in_the_order_of_approval(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, "MCOPSTN1", 0)
        for who in ("louis", "zoe"):
            await (await world.person(who)).installs()
        asked = {who: await world.ask(who) for who in ("louis", "dora", "zoe")}
        order = [("zoe", "helene"), ("dora", "marc"), ("louis", "helene")]
        for who, approver in order:
            await world.approve(approver, asked[who])
            await world.live(minutes=3)
        assert {await waiting(world, one) for one in asked.values()} == {WaitReason.LICENCES}
        served: list[str] = []
        for _ in order:
            await seats(world, "MCOPSTN1", 1)
            await world.live(minutes=31)
            served += [
                who
                for who, request in asked.items()
                if who not in served and await waiting(world, request) is not WaitReason.LICENCES
            ]
        assert served == ["zoe", "dora", "louis"]


async def test_a_seat_is_promised_to_one_and_passed_on_when_given_back(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("louis")).installs()
        first = await world.ask("dora")
        second = await world.granted("louis", "helene")
        await world.live_until("waiting", second.id)
        assert await waiting(world, second) is WaitReason.LICENCES
        await withdraw(world, "dora", first)
        await world.settle()
        assert await attempts(world) == ["assignLicense"]
        assert await waiting(world, second) is not WaitReason.LICENCES
        await world.live_until("done", second.id)


async def test_a_rejection_passes_the_seat_on_too(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("louis")).installs()
        first = await world.ask("dora")
        second = await world.granted("louis", "helene")
        await world.live_until("waiting", second.id)
        card = await world.card_for("marc", first)
        marc = await world.person("marc")
        shown(await marc.clicks(card, "request.reject", {"comment": "Not this year"}))
        await world.settle()
        assert await waiting(world, second) is not WaitReason.LICENCES


async def test_seats_taken_behind_our_back_put_the_request_in_line(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        await seats(world, "MCOPSTN1", 0)
        await world.live_until("waiting", request.id)
        assert await waiting(world, request) is WaitReason.LICENCES
        assert "assignLicense" not in [row["path"].rsplit("/", 1)[1] for row in await world.writes()]
        assert "MCOEV" not in str((await world.tenant("people/dora"))["licences"])
        await seats(world, "MCOPSTN1", 2)
        await world.live_until("done", request.id)


async def test_without_a_number_it_waits_and_goes_on_when_one_appears(database_url: str) -> None:
    async with running_world(database_url) as world:
        await no_numbers(world)
        review = await world.review("ana")
        assert "No number of France is free right now" in text_of(review)
        request = await world.granted("ana", "marc")
        await world.live_until("waiting", request.id)
        assert await waiting(world, request) is WaitReason.NUMBER
        await world.live(hours=3)
        assert await attempts(world) == []
        new = {"telephoneNumber": "+33199001099", "isoCountryCode": "FR", "city": "Paris"}
        paris = (await world.tenant("numbers"))["value"][0]["locationId"]
        await world.control("POST", "numbers", {**new, "locationId": paris})
        await world.live(minutes=31)
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number == "+33199001099"


async def test_a_number_that_somebody_gives_back_goes_to_whoever_waits(database_url: str) -> None:
    async with running_world(database_url) as world:
        await no_numbers(world, but=PARIS[:1])
        await world.control("PATCH", "people/helene", {"licences": ["ENTERPRISEPREMIUM", "MCOPSTN_5"]})
        first = await world.ask("ana")
        second = await world.granted("helene", "grace")
        await world.live_until("waiting", second.id)
        assert await waiting(world, second) is WaitReason.NUMBER
        await withdraw(world, "ana", first)
        await world.settle()
        assert await attempts(world) == ["assignNumber"]
        done = await world.live_until("done", second.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number == PARIS[0]


async def test_a_number_taken_before_the_write_is_replaced_by_another_of_the_city(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("ana", "marc", {"city": "Paris"})
        assert request.plan.number_step is not None
        chosen = request.plan.number_step.telephone_number
        await world.control("PATCH", f"numbers/{chosen}", {"assignmentTargetId": "helene"})
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number in set(PARIS) - {chosen}
        assert await attempts(world) == ["assignNumber"]


async def test_a_number_taken_after_the_write_is_replaced_too(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PUT", "delays", {"number_operation": 60, "number_start": 30})
        request = await world.granted("ana", "marc", {"city": "Paris"})
        await world.settle()
        assert await attempts(world) == ["assignNumber"]
        assert request.plan.number_step is not None
        chosen = request.plan.number_step.telephone_number
        await world.control("PATCH", f"numbers/{chosen}", {"assignmentTargetId": "helene"})
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number in set(PARIS) - {chosen}
        assert (await world.tenant("people/helene"))["numbers"] == [chosen]
        assert len([one for one in await world.audit() if one["action"] == "number.lost"]) == 1


async def test_after_three_lost_numbers_people_must_look(database_url: str) -> None:
    async with running_world(database_url) as world:
        taken = {
            "match": {"path": "assignNumber", "times": None},
            "effect": {
                "kind": "operation_fails",
                "detail": "Telephone number has already been assigned to another user.",
            },
        }
        await world.control("POST", "faults", taken)
        request = await world.granted("ana", "marc")
        ended = await world.live_until("failed", request.id)
        assert ended.outcome is not None
        assert [notice.code for notice in ended.outcome.notices] == ["SB-NUM-14"]
        orders = (await world.tenant("requests?method=POST&path=assignNumber"))["value"]
        assert len(orders) == 3
        assert {order["body"]["telephoneNumber"] for order in orders} <= set(PARIS)


async def test_withdrawn_while_waiting_for_approval(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        assert "Withdrawn" in await withdraw(world, "dora", request)
        await world.live(days=2)
        assert (await world.request(request.id)).state is RequestState.WITHDRAWN
        closed = await world.card_for("marc", request)
        assert closed["id"] == card["id"]
        assert "there is nothing to decide any more" in text_of(closed)
        assert await attempts(world) == []


async def test_withdrawn_right_after_approval(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        assert "Withdrawn" in await withdraw(world, "dora", request)
        await world.live(days=2)
        assert (await world.request(request.id)).state is RequestState.WITHDRAWN
        assert await attempts(world) == []


async def test_withdrawn_in_line(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, "MCOPSTN1", 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        assert "Withdrawn" in await withdraw(world, "dora", request)
        await seats(world, "MCOPSTN1", 1)
        await world.live(days=2)
        assert await attempts(world) == []


async def test_withdrawn_after_the_licences_they_stay_and_that_is_said(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        assert await waiting(world, request) is WaitReason.PROPAGATION
        answer = await withdraw(world, "dora", request)
        assert "Partly done" in answer
        assert "withdrawn after licences had been given" in answer
        await world.live(days=2)
        assert await attempts(world) == ["assignLicense"]
        held = {one["skuPartNumber"] for one in (await world.tenant("people/dora"))["licences"]}
        assert {"MCOEV", "MCOPSTN1"} <= held
        # The number that was held is free again.
        other = await world.ask("ana")
        assert other.plan.stock[-1].free_before == 3


async def test_not_withdrawn_while_the_number_is_on_its_way(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PUT", "delays", {"number_operation": 3600})
        request = await world.granted("ana", "marc")
        await world.settle()
        assert "on its way right now" in await withdraw(world, "ana", request)
        await world.live_until("done", request.id, most=timedelta(hours=3))
        answer = await withdraw(world, "ana", request)
        assert "has ended already" in answer
        assert (await world.request(request.id)).state is RequestState.DONE
        assert await attempts(world) == ["assignNumber"]


async def test_nobody_withdraws_what_is_somebody_elses(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        for who in ("ana", "marc", "priya"):
            assert "belongs to somebody else" in await withdraw(world, who, request)
        assert (await world.request(request.id)).state is RequestState.SUBMITTED
