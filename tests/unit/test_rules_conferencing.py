"""Audio Conferencing, rule by rule (B), and J04 in all its variants."""

from __future__ import annotations

import pytest

from bot.domain.catalogue.products import E5, plan_ids
from bot.domain.people import HeldLicence, Holdings
from bot.domain.plans import AwaitPlans, HumanTask, NoticeLevel, Plan
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from tests.support.contoso import KNOWN, STOCK, ben, dora, holdings, person, sku_id, tenant
from tests.support.licence_plans import (
    added,
    change,
    codes,
    facts,
    kinds,
    licence,
    notice,
    organiser,
    refused,
    removed,
)

PAY_PER_MINUTE = sku_id("MCOMEETACPEA")
FUNDED = {"purchase_channel": "volume", "credits_funded": True}


def somebody(country: str, *part_numbers: str) -> Holdings:
    return holdings(
        person("eve", country), *(sku_id(one) for one in part_numbers or ("ENTERPRISEPACK",)), voice=KNOWN
    )


def view_with(**more: object) -> TenantView:
    return tenant(stock={**STOCK, "MCOMEETACPEA": (10, 0)}, facts=facts(**more))


def test_r31_whoever_only_joins_is_advised_and_gets_no_licence() -> None:
    assert refused(licence(ben(), "conferencing", leads_meetings=False)).code == "SB-CONF-01"
    assert refused(organiser(ben(), leads_meetings=False)).code == "SB-CONF-01"


def test_r31_where_nobody_asked_the_approver_does() -> None:
    said = notice(licence(ben(), "conferencing"), "SB-CONF-02")
    assert said.level is NoticeLevel.WARN
    assert "SB-CONF-02" not in codes(licence(ben(), "conferencing", leads_meetings=True))


def test_r32_pay_per_minute_takes_credits_that_are_set_up() -> None:
    unfunded = view_with(purchase_channel="volume")
    refusal = refused(licence(ben(), PAY_PER_MINUTE, unfunded, leads_meetings=True))
    assert refusal.code == "SB-CONF-03"
    for paid in ({"credits_funded": True}, {"post_usage": True}):
        view = view_with(purchase_channel="volume", **paid)
        assert added(licence(ben(), "conferencing_ppm", view, leads_meetings=True)) == ["MCOMEETACPEA"]


def test_r32_pay_per_minute_is_for_volume_licensing() -> None:
    view = view_with(credits_funded=True)
    assert refused(licence(ben(), PAY_PER_MINUTE, view, leads_meetings=True)).code == "SB-CONF-04"


def test_r32_no_credits_licence_is_added_for_conferencing() -> None:
    found = licence(ben(), "conferencing_ppm", view_with(**FUNDED), leads_meetings=True)
    assert added(found) == ["MCOMEETACPEA"]
    assert "SB-CONF-11" not in codes(found), "pay-per-minute has no minutes to share"


def test_r33_another_provider_is_only_replaced_by_somebody_who_says_so() -> None:
    view = view_with(hybrid_conferencing=True)
    asked = {"leads_meetings": True, "conference_provider": "InterCall"}
    refusal = refused(licence(dora(), "conferencing", view, **asked))
    assert (refusal.code, refusal.params["provider"]) == ("SB-CONF-05", "InterCall")
    found = licence(dora(), "conferencing", view, **asked, accepts_provider_change=True)
    assert notice(found, "SB-CONF-06").level is NoticeLevel.WARN


def test_r33_teams_users_never_had_another_provider() -> None:
    found = licence(dora(), "conferencing", leads_meetings=True, conference_provider="InterCall")
    assert {"SB-CONF-05", "SB-CONF-06"}.isdisjoint(codes(found))


def test_r34_the_provider_is_set_by_hand_in_the_era_of_the_seeds_only() -> None:
    assert "human_task" not in kinds(licence(dora(), "conferencing", leads_meetings=True))
    found = licence(dora(), "conferencing", view_with(era="seeds"), leads_meetings=True)
    assert isinstance(found, Plan)
    task = next(step for step in found.steps if isinstance(step, HumanTask))
    assert (task.task, task.params["provider"]) == (TaskKind.CONFERENCE_PROVIDER, "Microsoft")
    assert kinds(found).index("human_task") > kinds(found).index("await_plans")


@pytest.mark.parametrize(
    ("country", "code"),
    [("KZ", "SB-CONF-07"), ("AL", "SB-CONF-08"), ("CN", "SB-CONF-09"), ("IN", "SB-CONF-10")],
)
def test_r35_the_country_decides_whether_it_is_sold(country: str, code: str) -> None:
    refusal = refused(licence(somebody(country), "conferencing", leads_meetings=True))
    assert (refusal.code, refusal.params["country"]) == (code, country)


def test_r35_j04_albania_pays_per_minute_with_credits_and_volume_licensing() -> None:
    who = somebody("AL")
    found = licence(who, "conferencing_ppm", view_with(**FUNDED), leads_meetings=True)
    assert added(found) == ["MCOMEETACPEA"]
    assert refused(licence(who, "conferencing_ppm", view_with(), leads_meetings=True)).code == "SB-CONF-04"
    assert refused(organiser(who, view_with(**FUNDED))).code == "SB-CONF-08"
    assert added(organiser(who, view_with(**FUNDED), pay_per_minute=True)) == ["MCOMEETACPEA"]


def test_r36_what_can_be_set_up_afterwards_is_listed() -> None:
    assert notice(licence(ben(), "conferencing", leads_meetings=True), "SB-CONF-12").level is NoticeLevel.INFO


def test_r38_115_subscriptions_share_6900_minutes() -> None:
    view = tenant(stock={**STOCK, "MCOMEETADV": (200, 114)})
    said = notice(licence(ben(), "conferencing", view, leads_meetings=True), "SB-CONF-11")
    assert said.params["minutes"] == "6900"


def test_j04_an_organiser_on_e3_gets_conferencing_and_waits_for_it() -> None:
    found = licence(ben(), "conferencing", leads_meetings=True)
    assert added(found) == ["MCOMEETADV"]
    assert kinds(found) == ["change_licences", "await_plans", "notify"]
    assert isinstance(found, Plan)
    wait = next(step for step in found.steps if isinstance(step, AwaitPlans))
    assert plan_ids(sku_id("MCOMEETADV")) <= set(wait.plans)


def test_j04_e5_has_it_already_and_nobody_is_asked() -> None:
    who = holdings(person("ana"), E5, voice=KNOWN)
    for product in ("conferencing", "conferencing_ppm"):
        refusal = refused(licence(who, product, view_with(**FUNDED), leads_meetings=True))
        assert (refusal.code, refusal.params["source"]) == ("SB-LIC-14", "Office 365 E5")


def test_j04_e5_without_conferencing_gets_the_add_on_and_hears_of_the_switch() -> None:
    found = licence(somebody("FR", "SPE_E5_NOPSTNCONF"), "conferencing", leads_meetings=True)
    assert added(found) == ["MCOMEETADV"]
    said = notice(found, "SB-CONF-13").params
    assert (said["base"], said["better"]) == (
        "Microsoft 365 E5 without Audio Conferencing",
        "Microsoft 365 E5",
    )


def test_j04_in_the_era_of_the_seeds_e5_without_conferencing_is_switched() -> None:
    who = somebody("FR", "ENTERPRISEPREMIUM_NOPSTNCONF")
    refusal = refused(licence(who, "conferencing", view_with(era="seeds"), leads_meetings=True))
    assert refusal.code == "SB-LIC-26"
    assert "E5" in refusal.params["choices"]


def test_from_pay_per_minute_to_the_subscription_is_one_call() -> None:
    who = somebody("FR", "ENTERPRISEPACK", "MCOMEETACPEA")
    found = licence(who, "conferencing", leads_meetings=True)
    assert (added(found), len(change(found).remove)) == (["MCOMEETADV"], 1)


def test_conferencing_that_is_switched_off_is_switched_on() -> None:
    inside = plan_ids(sku_id("MCOMEETADV"))
    off = HeldLicence(sku_id=E5, disabled_plans=inside)
    found = licence(
        holdings(person("kim"), licences=(off,), voice=KNOWN), "conferencing", leads_meetings=True
    )
    assert [add.reenables for add in change(found).add] == [inside]


def test_r12_an_organiser_gets_a_suite_where_there_is_none() -> None:
    assert added(organiser(ben())) == ["MCOMEETADV"], "what is there is dropped"
    assert added(organiser(holdings(person("max"), voice=None))) == ["ENTERPRISEPACK", "MCOMEETADV"]


def test_r12_an_organiser_whose_suite_has_no_teams_gets_another_in_its_place() -> None:
    found = organiser(somebody("FR", "OFFICESUBSCRIPTION"))
    assert added(found) == ["ENTERPRISEPACK", "MCOMEETADV"]
    assert removed(found) == ["Microsoft 365 Apps for Enterprise"]


def test_r12_an_organiser_on_e5_needs_nothing() -> None:
    assert refused(organiser(holdings(person("ana"), E5, voice=KNOWN))).code == "SB-LIC-14"
