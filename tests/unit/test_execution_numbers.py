"""Numbers that are given back, exchanged, kept or moved, against the simulated tenant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.catalogue.products import E3, E5, MCOEV
from bot.domain.numbers import NumberType
from bot.domain.plans import (
    AssignNumber,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    LicenceAdd,
    Notify,
    ReleaseNumber,
    SetLocation,
    Step,
    WaitReason,
)
from bot.domain.requests import Request, RequestState
from bot.domain.tasks import TaskKind
from bot.domain.tenant import EmergencyLocation, TenantFacts
from bot.domain.wishes import LocationWish, NumberChangeWish, NumberPortWish, NumberReleaseWish, SwapWish
from bot.sandbox.faults import EffectKind
from bot.sandbox.seed import location_id, person_id
from bot.store import requests, resting, tasks
from bot.store.database import Database, Transaction
from tests.support.carrying import ADMIN, ASSIGN_LICENSE, ASSIGN_NUMBER, MARC, Rig, running_rig
from tests.support.shifted_time import ShiftedTime

pytestmark = pytest.mark.either_database("postgres")

JULES = "+33199001012"
"""The number of Jules, who has E3, Teams Phone and a small Calling Plan."""
UNASSIGN = "/unassignNumber$"
UPDATE = "/updateNumber$"
RELEASE = ReleaseNumber(
    telephone_number=JULES, number_type=NumberType.CALLING_PLAN, rest_days=30, tag="ex-Jules"
)
KEEP = KeepNumber(telephone_number=JULES, number_type=NumberType.CALLING_PLAN)
ANOTHER = AssignNumber(number_type=NumberType.CALLING_PLAN, country="FR", city="Paris")


@pytest.fixture
async def rig(db: Database, clock: ShiftedTime) -> AsyncIterator[Rig]:
    async with running_rig(db, clock) as running:
        yield running


async def given_back(rig: Rig, *steps: Step) -> Request:
    wish = NumberReleaseWish(beneficiary_id=person_id("jules"), confirms_loss=True)
    return await rig.agreed(wish, *(steps or (RELEASE, Notify())))


async def codes(rig: Rig) -> list[str]:
    request = await rig.request()
    return [notice.code for notice in request.outcome.notices] if request.outcome else []


async def heard_by_admins(rig: Rig) -> list[str]:
    return [params["code"] for _, who, params in await rig.messages("notice") if who == ADMIN]


def hand_to(rig: Rig, number: str, who: str | None) -> None:
    target = person_id(who) if who else None
    rig.sandbox.tenant.point_number(rig.sandbox.tenant.numbers[number], target)


def take_all_of_paris(rig: Rig) -> list[str]:
    free = [one.telephone_number for one in rig.sandbox.tenant.numbers.values() if one.city == "Paris"]
    free = [one for one in free if rig.sandbox.tenant.numbers[one].target_id is None]
    for number in free:
        hand_to(rig, number, "helene")
    return free


# Giving back -----------------------------------------------------------------------------------------------


async def test_a_number_given_back_is_one_write_and_then_rests(rig: Rig) -> None:
    await given_back(rig)
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    (order,) = rig.writes()
    assert order.body == {"telephoneNumber": JULES, "numberType": "callingPlan"}
    assert rig.sandbox.tenant.numbers[JULES].target_id is None
    (rests,) = await rig.db.read(resting.active)
    (freed,) = await rig.audit("number.freed")
    assert (rests.telephone_number, rests.tag, rests.kept_for) == (JULES, "ex-Jules", None)
    assert (freed["number"], freed["tag"], freed["until"][:10]) == (JULES, "ex-Jules", f"{rests.until:%F}")
    assert await rig.held() == set()


async def test_a_resting_number_is_offered_to_nobody_until_its_time_is_over(rig: Rig) -> None:
    rig.facts = TenantFacts(approval_days=60)  # longer than a number rests
    take_all_of_paris(rig)
    await given_back(rig)
    await rig.run_to_the_end("SB-00001")
    await rig.approved("ana", "SB-00002")
    await rig.run()
    assert (await rig.request("SB-00002")).waiting is WaitReason.NUMBER
    await rig.pass_time(days=29, hours=23)
    assert (await rig.request("SB-00002")).waiting is WaitReason.NUMBER
    await rig.pass_time(hours=2)
    done = await rig.run_to_the_end("SB-00002")
    assert done.outcome is not None
    assert (done.state, done.outcome.telephone_number) == (RequestState.DONE, JULES)


async def test_a_number_kept_for_a_successor_is_offered_to_nobody_else(rig: Rig) -> None:
    await given_back(rig, RELEASE.model_copy(update={"kept_for": person_id("ana")}))
    await rig.run_to_the_end("SB-00001")
    await rig.approved("dora", "SB-00002")
    await rig.approved("ana", "SB-00003")
    held = [await rig.held(request_id) for request_id in ("SB-00002", "SB-00003")]
    assert (JULES in held[0], held[1]) == (False, {JULES})


async def test_what_is_given_out_again_rests_no_more(rig: Rig) -> None:
    await given_back(rig, RELEASE.model_copy(update={"kept_for": person_id("ana")}))
    await rig.run_to_the_end("SB-00001")
    await rig.approved("ana", "SB-00002")
    assert (await rig.run_to_the_end("SB-00002")).state is RequestState.DONE
    assert rig.sandbox.tenant.numbers[JULES].target_id == person_id("ana")
    assert await rig.db.read(resting.active) == ()


async def test_what_somebody_took_back_already_is_not_taken_again(rig: Rig) -> None:
    hand_to(rig, JULES, None)
    await given_back(rig)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert rig.writes() == []
    assert [one.telephone_number for one in await rig.db.read(resting.active)] == [JULES]


async def test_what_is_somebody_elses_by_now_is_left_alone(rig: Rig) -> None:
    hand_to(rig, JULES, "helene")
    await given_back(rig)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert rig.writes() == []
    assert await rig.db.read(resting.active) == ()
    assert rig.sandbox.tenant.numbers[JULES].target_id == person_id("helene")


@pytest.mark.parametrize(
    ("kind", "more"),
    [(EffectKind.DROP_AFTER_APPLY, {}), (EffectKind.EFFECT_THEN_STATUS, {"status": 502})],
)
async def test_a_release_whose_answer_was_lost_is_found_by_reading(
    rig: Rig, kind: EffectKind, more: dict[str, int]
) -> None:
    rig.fault(UNASSIGN, kind, **more)
    await given_back(rig)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert len(rig.writes()) == 1
    assert [one["outcome"] for one in await rig.audit("graph.resolved")] == ["applied"]
    assert len(await rig.db.read(resting.active)) == 1


async def test_a_release_that_never_arrived_is_sent_again(rig: Rig) -> None:
    rig.fault(UNASSIGN, EffectKind.DROP_BEFORE_APPLY)
    await given_back(rig)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    first, second = rig.writes()
    assert second.at - first.at > timedelta(minutes=4)


async def test_a_release_that_fails_says_what_microsoft_said_and_alerts_the_admins(rig: Rig) -> None:
    rig.fault(UNASSIGN, EffectKind.OPERATION_FAILS, detail="the number is locked")
    await given_back(rig)
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert failed.outcome is not None
    (notice,) = failed.outcome.notices
    assert (notice.code, notice.params["detail"]) == ("SB-NUM-40", "the number is locked")
    assert "SB-NUM-40" in await heard_by_admins(rig)
    assert await rig.db.read(resting.active) == ()


async def test_nobody_gets_the_number_while_it_is_being_given_back(rig: Rig) -> None:
    await given_back(rig)
    await rig.run()
    assert len(rig.writes()) == 1
    assert await rig.held() == {JULES}


# Another number --------------------------------------------------------------------------------------------


async def exchanged(rig: Rig, *, after_hold: bool) -> Request:
    wish = NumberChangeWish(beneficiary_id=person_id("jules"), country="FR", city="Paris")
    first = RELEASE.model_copy(update={"after_hold": after_hold})
    return await rig.agreed(wish, first, ANOTHER, Notify())


async def test_the_old_number_is_not_taken_for_the_new_one(rig: Rig) -> None:
    await exchanged(rig, after_hold=True)
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert done.outcome is not None
    new = done.outcome.telephone_number
    assert new != JULES
    assert rig.sandbox.tenant.numbers[str(new)].target_id == person_id("jules")
    assert [entry.path.rpartition("/")[2] for entry in rig.writes()] == ["unassignNumber", "assignNumber"]
    assert await rig.held() == set()


async def test_the_old_number_rings_until_there_is_a_new_one(rig: Rig) -> None:
    taken = take_all_of_paris(rig)
    await exchanged(rig, after_hold=True)
    await rig.run()
    await rig.pass_time(hours=3)
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.NUMBER)
    assert rig.writes() == []
    hand_to(rig, taken[0], None)
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert done.outcome is not None
    assert done.outcome.telephone_number == taken[0]


async def test_a_new_number_lost_before_the_old_one_is_given_back_is_replaced_first(rig: Rig) -> None:
    await exchanged(rig, after_hold=True)
    rig.fault(UNASSIGN, EffectKind.STATUS, status=429, retry_after=60.0)
    await rig.run()
    (mine,) = await rig.held() - {JULES}
    hand_to(rig, mine, "helene")
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert done.outcome is not None
    assert done.outcome.telephone_number not in (mine, JULES)


async def test_when_the_new_number_cannot_be_given_it_is_said_that_the_old_one_is_gone(rig: Rig) -> None:
    await exchanged(rig, after_hold=False)
    rig.fault(ASSIGN_NUMBER, EffectKind.OPERATION_FAILS, detail="no")
    ended = await rig.run_to_the_end("SB-00001")
    assert ended.state is RequestState.PARTLY_DONE
    assert await codes(rig) == ["SB-NUM-15", "SB-REQ-43"]


async def changed_with(rig: Rig, *adds: LicenceAdd) -> Request:
    wish = NumberChangeWish(beneficiary_id=person_id("jules"), country="FR", city="Paris")
    first = RELEASE.model_copy(update={"after_hold": True})
    return await rig.agreed(wish, first, ChangeLicences(add=adds), ANOTHER, Notify())


async def test_the_old_number_rings_until_the_seats_of_the_new_one_are_there_too(rig: Rig) -> None:
    """J18: licences out of stock must not leave somebody on the way without any number."""
    sku = rig.sandbox.tenant.find_sku("ENTERPRISEPREMIUM")
    assert sku is not None
    await changed_with(rig, LicenceAdd(sku_id=E5, part_number="ENTERPRISEPREMIUM"))
    await rig.run()
    await rig.pass_time(hours=3)
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.LICENCES)
    assert rig.writes() == []
    assert rig.sandbox.tenant.numbers[JULES].target_id == person_id("jules")
    sku.enabled += 1
    await rig.run_to_the_end("SB-00001", within=timedelta(hours=2))
    assert [entry.path.rpartition("/")[2] for entry in rig.writes()][:2] == [
        "unassignNumber",
        "assignLicense",
    ]


async def test_a_seat_that_the_person_has_by_now_is_not_waited_for(rig: Rig) -> None:
    await changed_with(rig, LicenceAdd(sku_id=E3, part_number="ENTERPRISEPACK"))
    sku = rig.sandbox.tenant.find_sku("ENTERPRISEPACK")
    assert sku is not None
    sku.enabled = 1
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE


# Swapping licences -----------------------------------------------------------------------------------------


async def swapped(rig: Rig, *steps: Step) -> Request:
    sku = rig.sandbox.tenant.find_sku("ENTERPRISEPREMIUM")
    assert sku is not None
    sku.enabled += 1
    wish = SwapWish(beneficiary_id=person_id("jules"), give_up=E3, get=E5)
    return await rig.agreed(wish, *steps)


async def test_a_swap_is_one_call_and_the_number_stays(rig: Rig) -> None:
    add = (LicenceAdd(sku_id=E5, part_number="ENTERPRISEPREMIUM"),)
    await swapped(rig, ChangeLicences(add=add, remove=(E3, MCOEV)), KEEP)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    (call,) = rig.writes()
    assert {one["skuId"] for one in call.body["addLicenses"]} == {E5}
    assert set(call.body["removeLicenses"]) == {E3, MCOEV}
    assert rig.sandbox.tenant.numbers[JULES].target_id == person_id("jules")
    assert await heard_by_admins(rig) == []


async def test_a_swap_in_two_calls_loses_the_number_and_exactly_that_one_is_given_again(rig: Rig) -> None:
    """What the one call is for: Graph takes the number with the licence, and only the last step saves it."""
    rig.sandbox.tenant.set_delays({"teams_voice": 0.0})
    plan = rig.sandbox.tenant.find_sku("MCOPSTN_5")
    assert plan is not None
    back = tuple(LicenceAdd(sku_id=one, part_number="again") for one in (MCOEV, plan.sku_id))
    await swapped(rig, ChangeLicences(remove=(MCOEV, plan.sku_id)), ChangeLicences(add=back), KEEP)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert len(rig.writes(ASSIGN_LICENSE)) == 2
    (again,) = rig.writes(ASSIGN_NUMBER)
    assert again.body["telephoneNumber"] == JULES
    assert rig.sandbox.tenant.numbers[JULES].target_id == person_id("jules")
    assert await heard_by_admins(rig) == ["SB-NUM-41"]


async def test_a_number_that_a_swap_loses_goes_to_nobody_in_line_meanwhile(rig: Rig) -> None:
    rig.sandbox.tenant.set_delays({"teams_voice": 0.0})
    take_all_of_paris(rig)
    await rig.approved("ana", "SB-00002")
    await rig.run()
    plan = rig.sandbox.tenant.find_sku("MCOPSTN_5")
    assert plan is not None
    by_hand = HumanTask(
        task=TaskKind.SUPPORT_CASE, params={"name": "Jules", "person": "jules@contoso.com", "subject": "x"}
    )
    back = ChangeLicences(
        add=tuple(LicenceAdd(sku_id=one, part_number="again") for one in (MCOEV, plan.sku_id))
    )
    await swapped(rig, ChangeLicences(remove=(MCOEV, plan.sku_id)), by_hand, back, KEEP)
    await rig.run()
    await rig.pass_time(hours=4)
    assert rig.sandbox.tenant.numbers[JULES].target_id is None
    assert (await rig.request("SB-00002")).waiting is WaitReason.NUMBER


async def test_a_lost_number_that_somebody_else_has_is_left_to_people(rig: Rig) -> None:
    hand_to(rig, JULES, "helene")
    await swapped(rig, KEEP)
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert await codes(rig) == ["SB-NUM-43"]
    assert await heard_by_admins(rig) == ["SB-NUM-43"]
    assert rig.writes() == []


async def test_a_lost_number_is_given_again_once_and_not_for_ever(rig: Rig) -> None:
    hand_to(rig, JULES, None)
    rig.fault(ASSIGN_NUMBER, EffectKind.LIE_AFTER_202, times=None)
    await swapped(rig, KEEP)
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert await codes(rig) == ["SB-NUM-42"]
    assert len(rig.writes()) == 1
    assert await heard_by_admins(rig) == ["SB-NUM-41", "SB-NUM-42"]


async def test_a_number_whose_giving_never_arrived_is_given_all_the_same(rig: Rig) -> None:
    hand_to(rig, JULES, None)
    rig.fault(ASSIGN_NUMBER, EffectKind.DROP_BEFORE_APPLY)
    await swapped(rig, KEEP)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert rig.sandbox.tenant.numbers[JULES].target_id == person_id("jules")


async def test_a_number_given_again_without_an_answer_is_not_given_twice(rig: Rig) -> None:
    hand_to(rig, JULES, None)
    rig.fault(ASSIGN_NUMBER, EffectKind.DROP_AFTER_APPLY)
    await swapped(rig, KEEP)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert len(rig.writes()) == 1


# Emergency location ----------------------------------------------------------------------------------------


async def moved_to_redmond(rig: Rig) -> Request:
    wish = LocationWish(beneficiary_id=person_id("frank"), location_id=location_id("paris"))
    rig.facts = TenantFacts(
        emergency_locations=(
            EmergencyLocation(id=location_id("paris"), name="Annex", country="US", city="Redmond"),
        )
    )
    step = SetLocation(
        telephone_number="+14255550142", location_id=location_id("paris"), location_name="Annex"
    )
    return await rig.agreed(wish, step)


@pytest.mark.parametrize("fault", [None, EffectKind.DROP_AFTER_APPLY])
async def test_another_place_is_one_write_and_read_back(rig: Rig, fault: EffectKind | None) -> None:
    if fault:
        rig.fault(UPDATE, fault)
    await moved_to_redmond(rig)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    (change,) = rig.writes()
    assert change.body == {"telephoneNumber": "+14255550142", "locationId": location_id("paris")}
    assert rig.sandbox.tenant.numbers["+14255550142"].location_id == location_id("paris")


async def test_a_place_microsoft_does_not_know_is_refused_in_its_words(rig: Rig) -> None:
    rig.sandbox.tenant.locations.pop(location_id("paris"))
    await moved_to_redmond(rig)
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert await codes(rig) == ["SB-LOC-40"]


async def test_a_number_that_is_not_the_persons_any_more_is_not_moved(rig: Rig) -> None:
    hand_to(rig, "+14255550142", "olivia")
    await moved_to_redmond(rig)
    await rig.run_to_the_end("SB-00001")
    assert await codes(rig) == ["SB-NUM-44"]
    assert rig.writes() == []


async def test_a_number_that_needs_no_rest_is_the_first_in_lines_at_once(rig: Rig) -> None:
    take_all_of_paris(rig)
    await rig.approved("ana", "SB-00002")
    await rig.run()
    assert (await rig.request("SB-00002")).waiting is WaitReason.NUMBER
    await given_back(rig, RELEASE.model_copy(update={"rest_days": 0}))
    await rig.run()
    await rig.pass_time(seconds=10)
    assert (await rig.request()).state is RequestState.DONE
    assert JULES in await rig.held("SB-00002")
    assert await rig.db.read(resting.active) == ()


async def test_who_gave_a_number_back_first_says_for_whom_it_is_kept(rig: Rig) -> None:
    await given_back(rig, RELEASE.model_copy(update={"kept_for": person_id("ana")}))
    await rig.run_to_the_end("SB-00001")
    wish = NumberReleaseWish(beneficiary_id=person_id("jules"), confirms_loss=True)
    await rig.agreed(wish, RELEASE, request_id="SB-00002")
    assert (await rig.run_to_the_end("SB-00002")).state is RequestState.DONE
    (rests,) = await rig.db.read(resting.active)
    assert rests.kept_for == person_id("ana")


# An address that people made -------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [location_id("redmond"), None])
async def test_the_place_that_people_put_on_record_is_sent_and_never_nothing(
    rig: Rig, place: str | None
) -> None:
    params = {"country": "US", "city": "Redmond", "number": "", "name": "Frank Delgado"}
    task = HumanTask(task=TaskKind.EMERGENCY_ADDRESS, params=params)
    number = AssignNumber(
        number_type=NumberType.CALLING_PLAN, country="US", city="Redmond", location_from_task=True
    )
    hand_to(rig, "+14255550142", None)
    wish = NumberPortWish(beneficiary_id=person_id("frank"), country="US", numbers=())
    await rig.agreed(wish, task, number)
    await rig.run()
    assert (await rig.request()).waiting is WaitReason.ADDRESS
    await rig.db.transact(finish_task, {"location_id": place} if place else {})
    ended = await rig.run_to_the_end("SB-00001")
    if place is None:
        assert (rig.writes(), (await codes(rig))[0]) == ([], "SB-LOC-41")
    else:
        assert ended.state is RequestState.DONE
        assert [entry.body["locationId"] for entry in rig.writes()] == [place]


def finish_task(tx: Transaction, evidence: dict[str, str]) -> None:
    """Somebody has done the task of the first step, and it is looked at now."""
    task, request = tasks.of_step(tx, "SB-00001", 0), requests.by_id(tx, "SB-00001")
    assert task is not None
    assert request is not None
    tasks.finish(tx, task, MARC, evidence)
    requests.save(tx, request.model_copy(update={"due_at": tx.now}))
