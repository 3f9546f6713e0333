"""What a suite can carry, by the table of add-ons and never by reasoning (R21-R29); other clouds (R78)."""

from __future__ import annotations

import pytest

from bot.domain.catalogue.products import E3, E5, MCOEV
from bot.domain.people import Holdings
from bot.domain.plans import NoticeLevel
from bot.domain.tenant import TenantView
from tests.support.contoso import (
    KNOWN,
    STOCK,
    WITH_PHONE,
    dora,
    holdings,
    person,
    sku_id,
    tenant,
)
from tests.support.licence_plans import added, codes, facts, licence, notice, organiser, phone_user, refused

SEEDS = tenant(facts=facts(era="seeds"))


def somebody(*part_numbers: str, country: str = "FR", mailbox: bool | None = None) -> Holdings:
    who = holdings(person("eve", country), *(sku_id(one) for one in part_numbers), voice=KNOWN)
    return who.model_copy(update={"has_mailbox": mailbox})


def in_cloud(cloud: str, *part_numbers: str) -> TenantView:
    return tenant(stock=dict.fromkeys(part_numbers, (10, 0)), facts=facts(cloud=cloud))


@pytest.mark.parametrize(
    "suite", ["O365_BUSINESS_ESSENTIALS", "SPB", "STANDARDPACK", "ENTERPRISEPACK", "SPE_F1"]
)
def test_r21_the_suites_of_today_carry_teams_phone(suite: str) -> None:
    assert added(licence(somebody(suite), "phone")) == ["MCOEV"]
    assert added(licence(somebody(suite), "domestic")) == ["MCOEV", "MCOPSTN1"]


def test_r21_j12a_apps_for_enterprise_carry_nothing_and_better_suites_are_named() -> None:
    for product in ("phone", "domestic", "conferencing"):
        refusal = refused(licence(somebody("OFFICESUBSCRIPTION"), product, leads_meetings=True))
        assert refusal.code == "SB-LIC-26"
        assert refusal.params["choices"] == "Microsoft Teams Enterprise, Office 365 E3, Microsoft 365 E5"


def test_r21_of_two_suites_the_better_one_decides() -> None:
    assert added(licence(somebody("OFFICESUBSCRIPTION", "ENTERPRISEPACK"), "phone")) == ["MCOEV"]


def test_r21_e5_takes_no_second_teams_phone() -> None:
    refusal = refused(licence(holdings(person("ana"), E5, voice=WITH_PHONE), MCOEV))
    assert (refusal.code, refusal.params["source"]) == ("SB-LIC-14", "Office 365 E5")


def test_r21_e5_without_conferencing_is_sent_to_a_third_party_where_microsoft_sells_none() -> None:
    who = somebody("ENTERPRISEPREMIUM_NOPSTNCONF", country="KZ")
    assert refused(licence(who, "conferencing", leads_meetings=True)).code == "SB-CONF-07"


def test_r22_business_premium_carries_a_phone_today_and_did_not_in_the_seeds() -> None:
    assert added(licence(somebody("SPB"), "phone")) == ["MCOEV"]
    refusal = refused(licence(somebody("SPB"), "phone", SEEDS))
    assert refusal.code == "SB-LIC-26"
    assert "Office 365 E3" in refusal.params["choices"]


def test_r22_the_era_is_chosen_by_the_tenant_and_not_by_the_wish() -> None:
    assert added(licence(dora(), "phone", SEEDS)) == ["MCOEV"]


def test_r23_two_add_ons_on_e3_are_worth_a_comparison_with_e5() -> None:
    who = holdings(person("dora"), E3, MCOEV, voice=WITH_PHONE)
    assert (
        notice(licence(who, "conferencing", leads_meetings=True), "SB-LIC-07").params["base"]
        == "Office 365 E3"
    )
    assert "SB-LIC-07" not in codes(licence(dora(), "phone"))


def test_r24_without_a_mailbox_there_is_no_voicemail() -> None:
    said = notice(licence(somebody("SPE_F1", mailbox=False), "phone"), "SB-NUM-16")
    assert said.level is NoticeLevel.WARN
    assert "SB-NUM-16" not in codes(licence(somebody("SPE_F1", mailbox=True), "phone"))


def test_r27_what_godaddy_sold_is_moved_and_not_extended() -> None:
    view = tenant(stock={**STOCK, "MCOEV": (60, 60)}, facts=facts(purchase_channel="godaddy"))
    assert notice(licence(dora(), "phone", view), "SB-LIC-28").params["product"] == "Teams Phone Standard"
    enough = tenant(facts=facts(purchase_channel="godaddy"))
    assert "SB-LIC-28" not in codes(licence(dora(), "phone", enough))


def test_r27_a_reseller_is_who_buys() -> None:
    view = tenant(stock={**STOCK, "MCOEV": (60, 60)}, facts=facts(purchase_channel="reseller"))
    assert "SB-LIC-29" in codes(licence(dora(), "phone", view))


def test_r28_a_subscription_by_the_month_may_not_be_extended() -> None:
    view = tenant(stock={**STOCK, "MCOEV": (60, 60)}, facts=facts(monthly_commitment=True))
    assert "SB-LIC-30" in codes(licence(dora(), "phone", view))
    assert "SB-LIC-30" not in codes(licence(dora(), "phone"))


def test_r29_partners_buy_a_seat_of_the_suite_before_add_ons_appear() -> None:
    view = tenant(stock={**STOCK, "MCOEV": (60, 60)}, facts=facts(partner_benefits=True))
    said = notice(licence(dora(), "phone", view), "SB-LIC-31")
    assert said.level is NoticeLevel.INFO


@pytest.mark.parametrize("make", [licence, phone_user, organiser])
def test_r37_nothing_of_calling_in_the_cloud_of_21vianet(make: object) -> None:
    view = tenant(facts=facts(cloud="china"))
    found = licence(dora(), "phone", view) if make is licence else make(dora(), view)  # type: ignore[operator]
    assert refused(found).code == "SB-LIC-37"


@pytest.mark.parametrize("typed", ["phone", MCOEV, "Teams Phone"])
def test_r78_a_gcc_tenant_gets_the_products_of_its_cloud_and_no_other(typed: str) -> None:
    view = in_cloud("gcc", "MCOEV_GOV", "MCOEV", "ENTERPRISEPACK_GOV", "MCOPSTN_1_GOV")
    who = somebody("ENTERPRISEPACK_GOV", country="US")
    assert added(licence(who, typed, view)) == ["MCOEV_GOV"]
    assert added(licence(who, "domestic", view)) == ["MCOEV_GOV", "MCOPSTN_1_GOV"]


def test_r78_a_school_gets_what_is_made_for_schools_first() -> None:
    stock = dict.fromkeys(("MCOEV", "MCOEV_FACULTY", "M365EDU_A3_FACULTY"), (10, 0))
    view = tenant(stock=stock, facts=facts(segment="education"))
    assert added(licence(somebody("M365EDU_A3_FACULTY"), "phone", view)) == ["MCOEV_FACULTY"]


def test_r78_what_a_cloud_does_not_have_is_refused() -> None:
    view = in_cloud("dod", "MCOEV_DOD")
    assert refused(licence(somebody("ENTERPRISEPACK", country="US"), "bundle", view)).code == "SB-LIC-36"


def test_r78_what_nobody_has_written_down_is_looked_up_by_people() -> None:
    own = {"part_number": "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)", "sku_id": "own"}
    view = in_cloud("gcc", "MCOEV_GOV", "ENTERPRISEPACK_GOV", "MCOPSTN_1_GOV")
    view = view.model_copy(update={"skus": (*view.skus, view.skus[2].model_copy(update=own))})
    assert "SB-LIC-47" in codes(licence(somebody("ENTERPRISEPACK_GOV", country="US"), "payg", view))
