"""Calling Plans, rule by rule: one a person, the right one of the country, minutes, swaps, the number (A)."""

from __future__ import annotations

import pytest

from bot.domain.catalogue.products import (
    E3,
    E5,
    MCOEV,
    MCOEV_PLAN,
    MCOPSTN1,
    MCOPSTN1_PLAN,
    MCOTEAMS_ESSENTIALS,
)
from bot.domain.numbers import NumberType
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning import precheck
from bot.domain.plans import AwaitPlans, HumanTask, KeepNumber, Plan, ReleaseNumber
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Price, TenantView
from bot.domain.values import Money
from bot.domain.wishes import SwapWish
from tests.support.contoso import (
    KNOWN,
    STOCK,
    WITH_CALLING,
    WITH_PHONE,
    ana,
    ben,
    dora,
    holdings,
    number,
    person,
    sku,
    sku_id,
    tenant,
    wish,
)
from tests.support.licence_plans import (
    added,
    ana_with_a_number,
    change,
    codes,
    facts,
    kinds,
    licence,
    made,
    notice,
    refused,
    removed,
    swap,
)

INTERNATIONAL = sku_id("MCOPSTN2")
SMALL = sku_id("MCOPSTN_5")
ANAS_NUMBER = "+33123450777"


def stocked(*more: str) -> TenantView:
    return tenant(stock={**STOCK, **dict.fromkeys(more, (10, 0))})


def ben_with_a_plan() -> Holdings:
    return holdings(person("ben", "US"), E3, MCOEV, MCOPSTN1, voice=WITH_CALLING)


def test_r13_j12c_a_second_calling_plan_is_a_swap_in_one_call() -> None:
    found = licence(ben_with_a_plan(), INTERNATIONAL, stocked("MCOPSTN2"))
    assert added(found) == ["MCOPSTN2"]
    assert removed(found) == ["Domestic Calling Plan"]
    assert notice(found, "SB-LIC-19").params["replaced"] == "Domestic Calling Plan"
    assert "SB-LIC-20" in codes(found), "a step up in cost is said"


def test_r13_a_step_down_is_no_step_up() -> None:
    found = licence(ana(), SMALL)
    assert (added(found), removed(found)) == (["MCOPSTN_5"], ["Domestic Calling Plan"])
    assert "SB-LIC-20" not in codes(found)


def test_r13_the_price_list_knows_better_what_costs_more() -> None:
    prices = tuple(
        Price(part_number=name, monthly=Money(minor=minor, currency="EUR"), as_of="2026-10")
        for name, minor in (("MCOPSTN1", 1500), ("MCOPSTN2", 1200))
    )
    view = stocked("MCOPSTN2").model_copy(update={"facts": facts(prices=prices)})
    assert "SB-LIC-20" not in codes(licence(ana(), "international", view))


def test_r13_a_calling_plan_inside_a_suite_stays_the_only_one() -> None:
    who = holdings(person("ana"), sku_id("SPE_E5_CALLINGMINUTES"), voice=WITH_CALLING)
    refusal = refused(licence(who, "international", stocked("MCOPSTN2")))
    assert (refusal.code, refusal.params["source"]) == ("SB-LIC-18", "Microsoft 365 E5 with Calling Minutes")


def test_r13_a_bundle_makes_way_and_teams_phone_stays() -> None:
    who = holdings(person("ana"), E3, MCOTEAMS_ESSENTIALS, voice=WITH_CALLING)
    found = licence(who, "international", stocked("MCOPSTN2"))
    assert added(found) == ["MCOEV", "MCOPSTN2"]
    assert removed(found) == ["Teams Phone with Calling Plan"]


def test_r13_a_calling_plan_of_a_group_is_not_swapped_for_one_person() -> None:
    plan = HeldLicence(sku_id=MCOPSTN1, assigned_by_group="sales-phones")
    who = holdings(person("ana"), E5, licences=(plan,), voice=WITH_CALLING)
    refusal = refused(licence(who, "international", stocked("MCOPSTN2")))
    assert (refusal.code, refusal.params["group"]) == ("SB-LIC-17", "sales-phones")


@pytest.mark.parametrize(("country", "minutes"), [("FR", "1200"), ("CA", "3000"), ("SG", "1200")])
def test_r14_the_minutes_are_those_of_the_country(country: str, minutes: str) -> None:
    who = holdings(person("eve", country), E5, voice=WITH_PHONE)
    said = notice(licence(who, MCOPSTN1), "SB-LIC-38").params
    assert (said["minutes"], said["country"]) == (minutes, country)
    assert said["as_of"]


def test_r14_r17_a_number_that_takes_a_plan_says_its_minutes_too() -> None:
    found = made(wish(dora()), dora())
    assert notice(found, "SB-LIC-38").params["minutes"] == "1200"
    assert notice(found, "SB-LIC-40").params["people"] == "50"
    assert "SB-LIC-38" not in codes(made(wish(ana()), ana())), "no plan is taken"


@pytest.mark.parametrize("typed", ["MCOPSTN_5", "MCOPSTN_6"])
def test_r15_j12e_small_plans_of_other_countries_are_refused_in_the_united_states(typed: str) -> None:
    refusal = refused(licence(ben(), typed))
    assert refusal.code == "SB-LIC-21"
    assert refusal.params["alternatives"].startswith("Domestic Calling Plan, ")
    owned = refused(licence(ben(), typed, stocked("MCOPSTN5_US")))
    assert owned.params["alternatives"].startswith("Domestic Calling Plan (120 min, US), ")


@pytest.mark.parametrize("use", ["domestic_120", "domestic_240"])
def test_r15_whoever_wants_few_minutes_in_the_united_states_gets_what_there_is(use: str) -> None:
    refusal = refused(licence(ben(), use))
    assert refusal.code == "SB-LIC-21"
    assert refusal.params["alternatives"].startswith("Domestic Calling Plan, ")
    owned = stocked("MCOPSTN5_US")
    if use == "domestic_120":
        assert added(licence(ben(), use, owned)) == ["MCOEV", "MCOPSTN5_US"]
    else:
        assert (
            refused(licence(ben(), use, owned))
            .params["alternatives"]
            .startswith("Domestic Calling Plan (120")
        )


def test_r15_the_same_plan_is_fine_in_france() -> None:
    assert added(licence(dora(), "MCOPSTN_5")) == ["MCOEV", "MCOPSTN_5"]


def test_r15_a_new_plan_of_240_minutes_is_warned_about() -> None:
    assert "SB-LIC-22" in codes(licence(dora(), "MCOPSTN_6"))
    assert "SB-LIC-22" not in codes(licence(dora(), "MCOPSTN_5"))


@pytest.mark.parametrize(("country", "domestic"), [("FR", "1200"), ("US", "3000")])
def test_r16_an_international_plan_has_two_kinds_of_minutes(country: str, domestic: str) -> None:
    who = holdings(person("eve", country), E5, voice=WITH_PHONE)
    said = notice(licence(who, INTERNATIONAL, stocked("MCOPSTN2")), "SB-LIC-39").params
    assert (said["minutes"], said["international"]) == (domestic, "600")


def test_r17_a_hundred_plans_of_120_minutes_are_a_pool_of_12000() -> None:
    view = tenant(stock={**STOCK, "MCOPSTN_5": (200, 99)})
    said = notice(licence(dora(), "MCOPSTN_5", view), "SB-LIC-40").params
    assert (said["people"], said["minutes"]) == ("100", "12000")


@pytest.mark.parametrize(
    ("country", "part_number"),
    [
        ("US", "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)"),
        ("GB", "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)"),
    ],
)
def test_r18_pay_as_you_go_is_of_the_zone_of_the_country(country: str, part_number: str) -> None:
    who = holdings(person("eve", country), E5, voice=WITH_PHONE)
    assert added(licence(who, "payg", stocked(part_number))) == [part_number]


def test_r18_pay_as_you_go_of_zone_2_is_found_in_the_tenants_own_list() -> None:
    assert refused(licence(ana(), "payg")).code == "SB-LIC-08"
    name = "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_2)"
    zone = sku("MCOPSTN1", 5, 0, sku_id="zone-2").model_copy(update={"part_number": name})
    view = tenant()
    found = licence(dora(), "payg", view.model_copy(update={"skus": (*view.skus, zone)}))
    assert added(found) == ["MCOEV", name]


def test_r39_pay_as_you_go_without_money_is_warned_about() -> None:
    part_number = "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)"
    view = stocked(part_number)
    assert "SB-LIC-44" in codes(licence(ben(), "payg", view))
    paid = view.model_copy(update={"facts": facts(credits_funded=True)})
    assert "SB-LIC-44" not in codes(licence(ben(), "payg", paid))


def test_r71_no_calling_plan_where_microsoft_has_none() -> None:
    who = holdings(person("kip", "KE"), E5, voice=WITH_PHONE)
    assert refused(licence(who, "domestic")).code == "SB-NUM-03"
    assert refused(licence(who, MCOPSTN1)).code == "SB-NUM-03"


def test_r72_mexico_takes_no_generic_plan() -> None:
    refusal = refused(licence(holdings(person("mia", "MX"), E3, voice=KNOWN), MCOPSTN1))
    assert refusal.code == "SB-LIC-08"
    assert refusal.params["product"] == "Microsoft_Teams_Domestic_Calling_Plan_(Mexico)"


@pytest.mark.parametrize(
    ("use", "part_number"),
    [
        ("domestic", "Microsoft_Teams_Domestic_Calling_Plan_(Mexico)"),
        ("international", "Microsoft_Teams_Domestic_and_International_Calling_Plan_(Mexico)"),
        ("payg", "Microsoft_Teams_Calling_Plan_pay_as_you_go_(Mexico)"),
    ],
)
def test_r72_mexico_takes_its_own_three_plans_by_use_and_by_id(use: str, part_number: str) -> None:
    own = sku("MCOPSTN1", 5, 0, sku_id="mexican").model_copy(update={"part_number": part_number})
    view = tenant()
    view = view.model_copy(update={"skus": (*view.skus, own)})
    who = holdings(person("mia", "MX"), E3, voice=KNOWN)
    assert added(licence(who, use, view)) == ["MCOEV", part_number]
    assert added(licence(who, "mexican", view)) == ["MCOEV", part_number]


def test_r19_e3_and_teams_phone_become_e5_in_one_call_and_the_number_is_checked() -> None:
    mine = number(ANAS_NUMBER)
    who = holdings(person("ana"), E3, MCOEV, MCOPSTN1, voice=WITH_CALLING, numbers=(mine,))
    found = swap(who, "", E5, tenant(stock={**STOCK, "ENTERPRISEPREMIUM": (200, 199)}))
    assert added(found) == ["ENTERPRISEPREMIUM"]
    assert removed(found) == ["Office 365 E3", "Teams Phone Standard"]
    assert kinds(found) == ["change_licences", "await_plans", "keep_number", "notify"]
    assert isinstance(found, Plan)
    keep = next(step for step in found.steps if isinstance(step, KeepNumber))
    assert (keep.telephone_number, keep.location_id) == (ANAS_NUMBER, "loc-paris")


@pytest.mark.parametrize("named", ["suite", E3, "Office 365 E3"])
def test_r19_what_is_given_up_may_be_named_in_any_way(named: str) -> None:
    found = swap(ana_with_a_number(), named, E5, tenant(stock={**STOCK, "ENTERPRISEPREMIUM": (200, 199)}))
    assert removed(found) == ["Office 365 E3", "Teams Phone Standard"]


def test_r19_a_base_never_goes_from_under_what_builds_on_it() -> None:
    refusal = refused(swap(ana_with_a_number(), "suite", "", confirms_loss=True))
    assert refusal.code == "SB-LIC-25"
    assert (refusal.params["product"], refusal.params["dependent"]) == (
        "Office 365 E3",
        "Teams Phone Standard",
    )


def test_r05_teams_phone_never_goes_from_under_a_calling_plan() -> None:
    refusal = refused(swap(ana_with_a_number(), "phone", "", confirms_loss=True))
    assert (refusal.code, refusal.params["dependent"]) == ("SB-LIC-25", "Domestic Calling Plan")


def test_r20_a_removal_that_frees_the_number_is_refused_until_somebody_says_yes() -> None:
    ben_ = holdings(
        person("ben", "US"),
        E3,
        MCOEV,
        MCOPSTN1,
        voice=WITH_CALLING,
        numbers=(number("+14255550177", "US", "Redmond"),),
    )
    refusal = refused(swap(ben_, MCOPSTN1, ""))
    assert (refusal.code, refusal.params["number"]) == ("SB-LIC-23", "+14255550177")
    found = swap(ben_, MCOPSTN1, "", confirms_loss=True)
    assert notice(found, "SB-LIC-24").params["number"] == "+14255550177"
    assert kinds(found) == ["release_number", "change_licences", "await_plans", "notify"]
    assert isinstance(found, Plan)
    freed = next(step for step in found.steps if isinstance(step, ReleaseNumber))
    assert (freed.telephone_number, freed.rest_days, freed.tag) == ("+14255550177", 30, "ex-Ben")
    wait = next(step for step in found.steps if isinstance(step, AwaitPlans))
    assert wait.gone == (MCOPSTN1_PLAN,)


def test_r20_a_direct_routing_number_goes_with_teams_phone_only() -> None:
    mine = number("+493012345", "DE", None, None, NumberType.DIRECT_ROUTING)
    who = holdings(person("dieter", "DE"), E3, MCOEV, voice=WITH_PHONE, own_pstn=True, numbers=(mine,))
    assert refused(swap(who, "phone", "")).code == "SB-LIC-23"
    assert "keep_number" in kinds(swap(who, "suite", "SPE_E3", tenant(stock={**STOCK, "SPE_E3": (5, 0)})))


def test_r20_a_number_that_came_after_the_approval_is_not_lost_unasked() -> None:
    wish = SwapWish(beneficiary_id="ana", give_up=MCOPSTN1, get="")
    agreed = swap(ana(), MCOPSTN1, "")
    assert isinstance(agreed, Plan)
    assert precheck(wish, ana(), tenant(), agreed) is None
    since = ana().model_copy(update={"numbers": (number(ANAS_NUMBER),)})
    refusal = precheck(wish, since, tenant(), agreed)
    assert refusal is not None
    assert refusal.code == "SB-LIC-23"


def test_j07_a_licence_of_a_group_is_given_back_by_its_administrator() -> None:
    plan = HeldLicence(sku_id=MCOPSTN1, assigned_by_group="sales-phones")
    who = holdings(person("ana"), E5, licences=(plan,), voice=WITH_CALLING)
    found = swap(who, MCOPSTN1, "")
    assert kinds(found) == ["human_task", "await_plans", "notify"]
    assert isinstance(found, Plan)
    task = found.steps[0]
    assert isinstance(task, HumanTask)
    assert (task.task, task.params["group"], task.params["action"]) == (
        TaskKind.CHANGE_GROUP,
        "sales-phones",
        "remove",
    )


def test_r20_a_group_that_takes_the_number_away_is_said_too() -> None:
    plan = HeldLicence(sku_id=MCOPSTN1, assigned_by_group="sales-phones")
    mine = number(ANAS_NUMBER)
    who = holdings(person("ana"), E5, licences=(plan,), voice=WITH_CALLING, numbers=(mine,))
    assert refused(swap(who, MCOPSTN1, "")).code == "SB-LIC-23"
    assert kinds(swap(who, MCOPSTN1, "", confirms_loss=True))[0] == "release_number"


def test_j12b_a_second_suite_takes_the_place_of_the_first() -> None:
    view = tenant(stock={**STOCK, "SPE_E3": (5, 0)})
    found = licence(dora(), "SPE_E3", view)
    assert (added(found), removed(found)) == (["SPE_E3"], ["Office 365 E3"])
    assert "SB-LIC-19" in codes(found)


def test_a_swap_gives_up_only_what_is_there() -> None:
    assert refused(swap(dora(), "international", "domestic")).code == "SB-LIC-45"


def test_a_swap_never_gives_up_what_has_to_be_given_again() -> None:
    assert refused(swap(ana_with_a_number(), E3, E3)).code == "SB-LIC-14"
    who = holdings(person("ana"), E3, MCOEV, voice=WITH_PHONE)
    refusal = refused(swap(who, MCOEV, "domestic"))
    assert (refusal.code, refusal.params["dependent"]) == ("SB-LIC-25", "Domestic Calling Plan")


def test_a_swap_for_what_stays_anyway_is_closed() -> None:
    who = holdings(person("ana"), E5, MCOEV, voice=WITH_PHONE)
    assert refused(swap(who, MCOEV, "phone")).code == "SB-LIC-14"
    assert change(swap(who, MCOEV, "")).remove == (MCOEV,), "given back, it was paid for twice"


def test_r26_a_swap_does_not_buy_what_is_only_switched_off() -> None:
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({MCOEV_PLAN}))
    who = holdings(person("kim"), MCOEV, licences=(off,), voice=WITH_PHONE)
    found = swap(who, MCOEV, "phone")
    assert [add.reenables for add in change(found).add] == [frozenset({MCOEV_PLAN})]
    assert change(found).remove == (MCOEV,)
