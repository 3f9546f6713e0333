"""Licences, rule by rule: whom they are for, what they are called, what comes first, what is there (A)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.catalogue.products import (
    E3,
    E5,
    MCOEV,
    MCOEV_PLAN,
    MCOPSTN1,
    MCOPSTN1_PLAN,
    MCOTEAMS_ESSENTIALS,
    TEAMS1_PLAN,
)
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning import in_order, precheck
from bot.domain.plans import AwaitPlans, HumanTask, Plan, SetUsageLocation, WaitReason
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Price
from bot.domain.values import Money
from bot.domain.wishes import LicenceWish
from tests.support.contoso import (
    KNOWN,
    NOW,
    STOCK,
    WITH_CALLING,
    WITH_PHONE,
    ana,
    ben,
    dieter,
    dora,
    holdings,
    person,
    sku_id,
    tenant,
)
from tests.support.licence_plans import added, change, codes, facts, kinds, licence, notice, refused

E3_NO_TEAMS = sku_id("Microsoft_365_E3_(no_Teams)")
CREDITS = "47794cd0-f0e5-45c5-9033-2eb6b5fc84e0"
LEGACY_CREDITS = "06b48c5f-01d9-4b18-9015-03b52040f51a"


def test_r01_teams_phone_for_ana_is_one_add_for_ana_alone() -> None:
    found = licence(dora(), MCOEV)
    assert added(found) == ["MCOEV"]
    assert change(found).remove == ()
    assert kinds(found) == ["change_licences", "await_plans", "notify"]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (holdings(person(guest=True), E3, voice=KNOWN), "SB-WHO-03"),
        (holdings(person(enabled=False), E3, voice=KNOWN), "SB-WHO-04"),
    ],
)
def test_r01_the_account_must_be_one_that_can_be_licensed(who: Holdings, code: str) -> None:
    assert refused(licence(who, "phone")).code == code


@pytest.mark.parametrize("typed", [" mcoev ", "MCOEV", MCOEV, "phone", "Phone System"])
def test_r02_a_product_is_known_by_its_id_its_part_number_or_a_name(typed: str) -> None:
    assert added(licence(dora(), typed)) == ["MCOEV"]


def test_r02_what_is_unknown_is_refused_with_the_nearest() -> None:
    refusal = refused(licence(dora(), "MCOXX"))
    assert refusal.code == "SB-LIC-09"
    assert "MCOEV" in refusal.params["nearest"]


def test_r02_a_product_only_the_tenant_knows_is_found_by_its_id() -> None:
    view = tenant()
    own = view.skus[0].model_copy(update={"sku_id": "own-sku", "part_number": "OWN_THING", "plans": ()})
    found = licence(dora(), "own-sku", view.model_copy(update={"skus": (*view.skus, own)}))
    assert added(found) == ["OWN_THING"]


def test_r03_the_credits_licence_is_the_one_the_tenant_has() -> None:
    assert [add.sku_id for add in change(licence(ana(), "credits")).add] == [CREDITS]
    old_only = {name: seats for name, seats in STOCK.items() if name != "MCOPSTNC"}
    view = tenant(stock={**old_only, "MCOPSTNPP": (10, 0)})
    assert [add.sku_id for add in change(licence(ana(), "credits", view)).add] == [LEGACY_CREDITS]


def test_r04_both_names_of_e5_are_one_product() -> None:
    one = change(licence(dora(), "E5 with audio")).add
    other = change(licence(dora(), "E5 avec Système téléphonique")).add
    assert one == other
    assert [add.sku_id for add in one] == [E5]


def test_r05_a_calling_plan_brings_teams_phone_along_first() -> None:
    assert added(licence(dora(), MCOPSTN1)) == ["MCOEV", "MCOPSTN1"]
    assert added(licence(holdings(person("ana"), E5, voice=WITH_PHONE), MCOPSTN1)) == ["MCOPSTN1"]


def test_r05_an_approver_who_takes_teams_phone_out_is_refused() -> None:
    wish = LicenceWish(beneficiary_id="dora", product=MCOPSTN1)
    found = licence(dora(), MCOPSTN1)
    assert isinstance(found, Plan)
    assert precheck(wish, dora(), tenant(), found) is None
    step = change(found)
    less = step.model_copy(update={"add": step.add[1:]})
    shorter = found.model_copy(update={"steps": (less, *found.steps[1:])})
    refusal = precheck(wish, dora(), tenant(), shorter)
    assert refusal is not None
    assert refusal.code == "SB-LIC-13"


def test_r05_the_bundle_stands_in_for_both_when_one_is_out_of_stock() -> None:
    view = tenant(stock={**STOCK, "MCOPSTN1": (50, 50), "MCOTEAMS_ESSENTIALS": (5, 4)})
    assert [add.sku_id for add in change(licence(dora(), "domestic", view)).add] == [MCOTEAMS_ESSENTIALS]


@pytest.mark.parametrize("product", [MCOPSTN1, "domestic", "international", "domestic_120", "bundle"])
def test_r06_nobody_with_an_own_line_gets_a_calling_plan(product: str) -> None:
    refusal = refused(licence(dieter(), product))
    assert refusal.code == "SB-LIC-15"


def test_r06_teams_phone_alone_is_what_an_own_line_takes() -> None:
    assert added(licence(dieter(), "phone")) == ["MCOEV"]


def test_r06_a_calling_plan_that_is_switched_off_stays_off_on_an_own_line() -> None:
    off = HeldLicence(sku_id=MCOTEAMS_ESSENTIALS, disabled_plans=frozenset({MCOPSTN1_PLAN}))
    who = holdings(person("dieter", "DE"), E3, licences=(off,), voice=KNOWN, own_pstn=True)
    assert refused(licence(who, "domestic")).code == "SB-LIC-15"


def test_r06_somebody_whose_calls_go_another_way_by_now_is_not_given_the_plan_agreed_on() -> None:
    wish = LicenceWish(beneficiary_id="dora", product="domestic")
    agreed = licence(dora(), "domestic")
    assert isinstance(agreed, Plan)
    refusal = precheck(wish, dora().model_copy(update={"own_pstn": True}), tenant(), agreed)
    assert refusal is not None
    assert refusal.code == "SB-REQ-06"


def test_r07_a_licence_is_done_when_its_plans_are_effective_and_not_before() -> None:
    found = licence(dora(), "domestic")
    assert isinstance(found, Plan)
    wait = next(step for step in found.steps if isinstance(step, AwaitPlans))
    assert set(wait.plans) == {TEAMS1_PLAN, MCOEV_PLAN, MCOPSTN1_PLAN}


def test_r08_the_age_of_an_account_does_not_hold_back_a_licence() -> None:
    young = holdings(person("dora", created_at=NOW - timedelta(minutes=40)), E3, voice=None)
    assert added(licence(young, "phone")) == ["MCOEV"]


def test_r09_what_is_out_of_stock_is_waited_for() -> None:
    view = tenant(reserved={MCOPSTN1: 1})
    found = licence(dora(), "domestic", view)
    assert isinstance(found, Plan)
    assert found.waits_for is WaitReason.LICENCES
    assert "SB-LIC-04" in codes(found)
    assert [line.free_after for line in found.stock if line.key == MCOPSTN1] == [0]


def test_r10_licences_come_before_the_wait_and_the_news() -> None:
    found = licence(dora(), "domestic")
    assert isinstance(found, Plan)
    assert in_order(reversed(found.steps)) == found.steps


def test_r18_j06_without_a_usage_location_somebody_confirms_it_before_any_licence() -> None:
    eva = holdings(person("eva", None).model_copy(update={"country": "ES"}), E3, voice=KNOWN)
    found = licence(eva, "phone")
    assert isinstance(found, Plan)
    assert kinds(found)[:3] == ["human_task", "set_usage_location", "change_licences"]
    first = found.steps[0]
    assert isinstance(first, HumanTask)
    assert (first.task, first.params["country"]) == (TaskKind.CONFIRM_LOCATION, "ES")
    assert next(step for step in found.steps if isinstance(step, SetUsageLocation)).country == "ES"
    assert found.waits_for is WaitReason.OWNER


def test_r18_a_country_is_never_guessed() -> None:
    assert refused(licence(holdings(person("eva", None), E3, voice=KNOWN), "phone")).code == "SB-LOC-01"


def test_r25_a_suite_without_teams_gets_teams_first() -> None:
    who = holdings(person("noa"), E3_NO_TEAMS)
    view = tenant(stock={**STOCK, "Microsoft_Teams_Enterprise_New": (10, 0)})
    assert added(licence(who, MCOEV, view)) == ["Microsoft_Teams_Enterprise_New", "MCOEV"]
    assert refused(licence(who, MCOEV)).code == "SB-LIC-01"


def test_r26_j12f_a_disabled_plan_is_switched_on_and_takes_no_seat() -> None:
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({MCOEV_PLAN}))
    found = licence(holdings(person("kim"), licences=(off,), voice=KNOWN), "phone")
    assert isinstance(found, Plan)
    assert [(add.sku_id, add.reenables) for add in change(found).add] == [(E5, frozenset({MCOEV_PLAN}))]
    assert found.seats == ()


def test_r26_what_a_group_switches_off_only_the_group_switches_on() -> None:
    off = HeldLicence(sku_id=E5, disabled_plans=frozenset({MCOEV_PLAN}), assigned_by_group="g")
    assert (
        refused(licence(holdings(person("kim"), licences=(off,), voice=KNOWN), "phone")).code == "SB-LIC-03"
    )


def test_r80_calls_to_colleagues_need_no_licence() -> None:
    for product in ("domestic", "phone", "bundle"):
        assert refused(licence(dora(), product, internal_calls_only=True)).code == "SB-LIC-16"


def test_r81_the_cost_is_from_the_price_list_or_unknown() -> None:
    assert notice(licence(dora(), "phone"), "SB-LIC-06").params["product"] == "Teams Phone Standard"
    price = Price(part_number="MCOEV", monthly=Money(minor=800, currency="EUR"), as_of="2026-10")
    priced = licence(dora(), "phone", tenant(facts=facts(prices=(price,))))
    assert change(priced).monthly_cost == Money(minor=800, currency="EUR")
    assert "SB-LIC-06" not in codes(priced)


def test_j09_what_is_there_already_is_said_before_anybody_approves() -> None:
    refusal = refused(licence(holdings(person("ana"), E5, voice=WITH_PHONE), "phone"))
    assert (refusal.code, refusal.params["source"]) == ("SB-LIC-14", "Office 365 E5")
    assert refused(licence(ben(), E3)).code == "SB-LIC-14"


def test_j09_what_is_on_its_way_is_not_bought_again() -> None:
    who = holdings(person("ana"), E5, voice=WITH_CALLING)
    coming = who.model_copy(update={"licences": (*who.licences, HeldLicence(sku_id=MCOPSTN1))})
    assert refused(licence(coming, "domestic")).code == "SB-LIC-14"
