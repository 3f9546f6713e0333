"""Numbers of people, rule by rule: changed, given back, moved, rested, and where an ambulance would go."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.catalogue.products import E3, E5, MCOEV, MCOPSTN1
from bot.domain.numbers import ActivationState, NumberType
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning import choose_number, plan, precheck
from bot.domain.plans import (
    AssignNumber,
    AwaitMoment,
    ChangeLicences,
    HumanTask,
    Plan,
    Refusal,
    ReleaseNumber,
    SetUsageLocation,
    WaitReason,
)
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Resting, TenantFacts
from bot.domain.wishes import (
    LeaverWish,
    MoverWish,
    NumberChangeWish,
    NumberReleaseWish,
    Wish,
)
from tests.support.contoso import (
    KNOWN,
    NOW,
    PARIS_NUMBERS,
    STOCK,
    WITH_CALLING,
    WITH_PHONE,
    ana,
    dora,
    holdings,
    number,
    person,
    sku_id,
    tenant,
    wish,
)
from tests.support.planned import codes, kinds, made, refused

OLD = number("+33123450777")
MCOMEETADV = sku_id("MCOMEETADV")
PAYG_ZONE_1 = sku_id("Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)")
PAYG_US = sku_id("Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)")
BERLIN = number("+49302345678", "DE", "Berlin", "loc-berlin")


def ana_with(one: object = OLD, **more: object) -> Holdings:
    """Ana with E5, a Calling Plan and a number."""
    return ana().model_copy(update={"numbers": (one,), **more})


def release_of(found: Plan) -> ReleaseNumber:
    return next(step for step in found.steps if isinstance(step, ReleaseNumber))


def change(**more: object) -> NumberChangeWish:
    return NumberChangeWish.model_validate({"beneficiary_id": "ana", "country": "FR", **more})


def give_back(confirms: bool = True) -> NumberReleaseWish:
    return NumberReleaseWish(beneficiary_id="ana", confirms_loss=confirms)


def leave(**more: object) -> LeaverWish:
    return LeaverWish.model_validate({"beneficiary_id": "ana", "confirms_loss": True, **more})


def move(to: str = "DE", **more: object) -> MoverWish:
    fields = {"beneficiary_id": "ana", "country": to, "confirms_loss": True}
    return MoverWish.model_validate({**fields, **more})


# Another number


def test_a_new_number_is_held_before_the_old_one_goes() -> None:
    found = made(change(city="Paris"), ana_with())
    assert kinds(found) == ["release_number", "assign_number", "notify"]
    gone = release_of(found)
    assert (gone.telephone_number, gone.rest_days, gone.after_hold) == ("+33123450777", 30, True)
    assert found.number_step is not None
    assert found.number_step.telephone_number in {one.telephone_number for one in PARIS_NUMBERS}
    assert {"SB-NUM-20", "SB-NUM-28"} <= set(codes(found))


def test_nothing_is_given_up_while_no_new_number_is_free() -> None:
    found = made(change(city="Lyon"), ana_with())
    assert found.waits_for is WaitReason.NUMBER
    assert release_of(found).after_hold


def test_without_a_number_there_is_nothing_to_change() -> None:
    assert refused(change(), ana()) == "SB-NUM-17"


def test_r66_the_place_of_the_old_number_is_the_place_of_the_new_one() -> None:
    mine = number("+14255550177", "US", "Redmond", "loc-redmond")
    who = holdings(person("ben", "US"), E5, MCOPSTN1, voice=WITH_CALLING, numbers=(mine,))
    one = NumberChangeWish(beneficiary_id="ben", country="US")
    found = made(one, who)
    assert found.number_step is not None
    assert found.number_step.location_id == "loc-redmond"
    assert precheck(one, who, tenant(), found) is None


def test_a_number_that_was_changed_meanwhile_is_not_given_up() -> None:
    agreed = made(change(), ana_with())
    now = ana_with(number("+33123450778"))
    found = precheck(change(), now, tenant(), agreed)
    assert found is not None
    assert found.code == "SB-NUM-30"


# Giving back


def test_r20_nobody_loses_a_number_without_having_said_yes() -> None:
    mine = number("+14255550177", "US", "Redmond", "loc-redmond")
    who = holdings(person("ben", "US"), E3, MCOEV, MCOPSTN1, voice=WITH_CALLING, numbers=(mine,))
    found = plan(NumberReleaseWish(beneficiary_id="ben"), who, tenant(), NOW)
    assert isinstance(found, Refusal)
    assert (found.code, found.params["number"]) == ("SB-NUM-18", "+14255550177")


def test_r20_the_number_is_released_and_the_licences_stay() -> None:
    found = made(give_back(), ana_with())
    assert kinds(found) == ["release_number"]
    notice = found.notices[0]
    assert (notice.code, notice.params["number"], notice.params["days"]) == (
        "SB-NUM-20",
        "+33123450777",
        "30",
    )


def test_r20_a_number_of_the_own_carrier_leaves_the_inventory() -> None:
    line = number("+493012345", "DE", None, None, NumberType.DIRECT_ROUTING)
    assert codes(made(give_back(), ana_with(line))) == ["SB-NUM-19"]


def test_a_number_teams_shows_and_the_inventory_does_not_is_left_alone() -> None:
    who = ana().model_copy(
        update={"voice": WITH_CALLING.model_copy(update={"numbers": (OLD.telephone_number,)})}
    )
    assert refused(give_back(), who) == "SB-NUM-22"
    strange = number("+33123450777", kind=NumberType.UNKNOWN)
    assert refused(give_back(), ana_with(strange)) == "SB-NUM-22"


def test_a_number_that_was_never_assigned_needs_no_release() -> None:
    failed = OLD.model_copy(update={"activation_state": ActivationState.ASSIGNMENT_FAILED})
    assert refused(give_back(), ana_with(failed)) == "SB-NUM-17"


@pytest.mark.parametrize("asked", [give_back(), change(), leave(), move(), wish(ana())])
def test_r67_a_line_set_on_premises_is_cleared_first(asked: Wish) -> None:
    assert refused(asked, ana_with(OLD.model_copy(update={"on_premises": True}))) == "SB-WHO-06"


# Leaving (J07)


def test_j07_after_the_last_day_the_number_rests_and_the_phone_licences_go() -> None:
    who = holdings(person("ana"), E3, MCOEV, MCOPSTN1, MCOMEETADV, voice=WITH_CALLING, numbers=(OLD,))
    found = made(leave(last_day=date(2026, 11, 27), successor_id="kim", forward_to="+33123450000"), who)
    assert kinds(found) == ["await_moment", "forward_calls", "release_number", "change_licences"]
    until = next(step for step in found.steps if isinstance(step, AwaitMoment)).until
    assert until == datetime(2026, 11, 28, tzinfo=UTC)
    gone = release_of(found)
    assert (gone.kept_for, gone.tag, gone.rest_days) == ("kim", "ex-Ana", 30)
    assert found.removes == (MCOEV, MCOPSTN1, MCOMEETADV)
    assert found.waits_for is WaitReason.DATE
    assert "SB-NUM-21" in codes(found)


def test_j07_without_a_number_there_is_nothing_to_forward() -> None:
    who = holdings(person("ana"), E3, MCOEV, voice=WITH_PHONE)
    assert kinds(made(leave(forward_to="+33123450000"), who)) == ["change_licences"]


def test_j07_the_suite_stays() -> None:
    found = made(leave(), ana_with())
    assert kinds(found) == ["release_number", "change_licences"]
    assert found.removes == (MCOPSTN1,), "E5 is a suite"


def test_j07_a_last_day_that_is_over_is_now() -> None:
    assert "await_moment" not in kinds(made(leave(last_day=date(2026, 11, 20)), ana_with()))


def test_j07_a_licence_of_a_group_is_for_the_group() -> None:
    inherited = HeldLicence(sku_id=MCOPSTN1, assigned_by_group="grp-1")
    who = holdings(person("ana"), E3, licences=(inherited,), voice=WITH_CALLING, numbers=(OLD,))
    found = made(leave(), who)
    assert kinds(found) == ["release_number", "change_group"]
    assert found.removes == ()
    task = found.steps[-1]
    assert isinstance(task, HumanTask)
    assert (task.params["group"], task.params["action"]) == ("grp-1", "remove")
    assert "SB-NUM-26" in codes(found)


def test_j07_nothing_to_give_back_is_said() -> None:
    assert refused(leave(), dora()) == "SB-NUM-23"


@pytest.mark.parametrize(
    ("who", "code"),
    [(ana_with(), "SB-NUM-18"), (holdings(person("ana"), E3, MCOEV, voice=WITH_PHONE), "SB-NUM-29")],
)
def test_j07_somebody_says_yes_to_the_loss(who: Holdings, code: str) -> None:
    assert refused(leave(confirms_loss=False), who) == code


# Moving (J18)


def test_j18_the_new_number_is_there_before_the_old_one_goes() -> None:
    found = made(move(), ana_with(), tenant(BERLIN))
    assert kinds(found) == [
        "release_number",
        "set_usage_location",
        "await_voice",
        "assign_number",
        "notify",
    ]
    assert release_of(found).after_hold
    location = next(step for step in found.steps if isinstance(step, SetUsageLocation))
    assert location.country == "DE"
    assert found.number_step is not None
    assert found.number_step.telephone_number == "+49302345678"
    assert "SB-NUM-27" in codes(found)


def test_j18_without_a_number_there_the_old_service_stays() -> None:
    found = made(move(), ana_with(), tenant(OLD.model_copy(update={"telephone_number": "+33123450778"})))
    assert found.waits_for is WaitReason.NUMBER
    assert "SB-NUM-06" in codes(found), "numbers of Germany are had by form only"
    assert release_of(found).after_hold


def test_j18_the_old_number_is_lost_only_with_a_yes() -> None:
    assert refused(move(confirms_loss=False), ana_with(), tenant(BERLIN)) == "SB-NUM-18"


def test_j18_a_country_without_calling_plans_has_two_ways_out() -> None:
    assert refused(move("KE"), ana_with()) == "SB-NUM-25"


def test_j18_hr_may_have_changed_the_country_already() -> None:
    who = holdings(person("ana", "DE"), E5, MCOPSTN1, voice=WITH_CALLING, numbers=(OLD,))
    found = made(move(), who, tenant(BERLIN))
    assert "set_usage_location" not in kinds(found)
    assert release_of(found).telephone_number == "+33123450777"


def test_j18_whoever_lives_there_already_does_not_move() -> None:
    assert refused(move("FR"), ana_with()) == "SB-NUM-01"
    assert refused(move("FR"), ana()) == "SB-NUM-24"


def test_j18_pay_as_you_go_of_another_zone_is_swapped_in_the_same_call() -> None:
    us = number("+14255550177", "US", "Redmond", "loc-redmond")
    who = holdings(person("ana", "US"), E5, PAYG_US, voice=WITH_CALLING, numbers=(us,))
    stock = {**STOCK, "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)": (5, 0)}
    found = made(move("GB"), who, tenant(number("+441234567890", "GB", "Leeds"), stock=stock))
    (swap,) = (step for step in found.steps if isinstance(step, ChangeLicences))
    assert [one.sku_id for one in swap.add] == [PAYG_ZONE_1]
    assert swap.remove == (PAYG_US,)


def test_j18_a_small_plan_of_the_united_states_ends_at_the_border() -> None:
    small = sku_id("MCOPSTN5_US")
    us = number("+14255550177", "US", "Redmond", "loc-redmond")
    who = holdings(person("ana", "US"), E5, small, voice=WITH_CALLING, numbers=(us,))
    found = made(move("FR"), who)
    (swap,) = (step for step in found.steps if isinstance(step, ChangeLicences))
    assert swap.remove == (small,)
    assert [one.part_number for one in swap.add] == ["MCOPSTN_5"]


def test_j18_a_plan_of_a_group_that_does_not_fit_is_for_the_group() -> None:
    small = HeldLicence(sku_id=sku_id("MCOPSTN5_US"), assigned_by_group="grp-1")
    us = number("+14255550177", "US", "Redmond", "loc-redmond")
    who = holdings(person("ana", "US"), E5, licences=(small,), voice=WITH_CALLING, numbers=(us,))
    found = made(move("FR"), who)
    assert found.removes == ()
    assert "change_group" in kinds(found)
    assert "SB-NUM-26" in codes(found)


# Numbers at rest (J07)


def resting(digits: str, kept_for: str | None = None) -> Resting:
    return Resting(telephone_number=digits, until=NOW + timedelta(days=30), kept_for=kept_for)


def test_j07_a_number_at_rest_is_offered_to_nobody() -> None:
    all_resting = tuple(resting(one.telephone_number) for one in PARIS_NUMBERS)
    found = made(wish(ana()), ana(), tenant().model_copy(update={"resting": all_resting}))
    assert found.waits_for is WaitReason.NUMBER


def test_j07_a_number_kept_for_the_successor_is_given_to_him_first() -> None:
    view = tenant().model_copy(update={"resting": (resting("+33123450002", "ana"),)})
    found = made(wish(ana()), ana(), view)
    assert found.number_step is not None
    assert found.number_step.telephone_number == "+33123450002"
    kim = holdings(person("kim"), E5, MCOPSTN1, voice=WITH_CALLING)
    step = AssignNumber(number_type=NumberType.CALLING_PLAN, country="FR", city="Paris")
    chosen = {
        choose_number(step, PARIS_NUMBERS, (), spread=f"kim-{who}", resting=view.resting) for who in range(50)
    }
    assert chosen == {PARIS_NUMBERS[0], PARIS_NUMBERS[2]}, "nobody else is given it"
    other = made(wish(kim), kim, view).number_step
    assert other is not None
    assert other.telephone_number != "+33123450002"


# What else a number brings


def test_r24_without_a_mailbox_there_is_no_voicemail() -> None:
    f1 = ana().model_copy(update={"has_mailbox": False})
    assert "SB-NUM-16" in codes(made(wish(f1), f1))
    assert "SB-NUM-16" not in codes(made(wish(ana()), ana())), "not known is no reason to warn"


def test_r37_in_the_cloud_of_china_there_is_nothing_to_ask_for_but_to_give_back() -> None:
    china = tenant(facts=TenantFacts(cloud="china"))
    assert refused(wish(ana()), ana(), china) == "SB-LIC-37"
    assert kinds(made(give_back(), ana_with(), china)) == ["release_number"]


def test_j06_a_change_begins_with_the_country_being_confirmed() -> None:
    nowhere = holdings(person("eva", None), E3, voice=KNOWN, numbers=(OLD,))
    found = made(change(beneficiary_id="eva"), nowhere)
    assert kinds(found)[0] == TaskKind.CONFIRM_LOCATION
    assert found.waits_for is WaitReason.OWNER
