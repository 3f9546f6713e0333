"""The template "phone user" (R12, J02)."""

from __future__ import annotations

import pytest

from bot.domain.catalogue.products import E3, E5, MCOEV, MCOEV_PLAN, MCOPSTN1, MCOPSTN1_PLAN, TEAMS1_PLAN
from bot.domain.numbers import NumberType
from bot.domain.people import HeldLicence
from bot.domain.planning import precheck
from bot.domain.plans import AwaitVoice, HumanTask, Plan, WaitReason
from bot.domain.tasks import TaskKind
from bot.domain.wishes import PhoneUserWish
from tests.support.contoso import (
    KNOWN,
    STOCK,
    WITH_CALLING,
    WITH_PHONE,
    ana,
    ben,
    dieter,
    dora,
    holdings,
    number,
    person,
    sku_id,
    tenant,
)
from tests.support.licence_plans import (
    added,
    ana_with_a_number,
    codes,
    kinds,
    notice,
    phone_user,
    refused,
    removed,
)

APPS = sku_id("OFFICESUBSCRIPTION")


def test_r12_somebody_with_e3_gets_what_is_missing_and_no_second_suite() -> None:
    found = phone_user(dora(), city="Paris")
    assert added(found) == ["MCOEV", "MCOPSTN1"]
    assert kinds(found) == ["change_licences", "await_voice", "assign_number", "notify"]


def test_r12_somebody_without_anything_gets_suite_phone_plan_and_number() -> None:
    found = phone_user(holdings(person("max"), voice=None))
    assert added(found) == ["ENTERPRISEPACK", "MCOEV", "MCOPSTN1"]
    assert isinstance(found, Plan)
    wait = next(step for step in found.steps if isinstance(step, AwaitVoice))
    assert set(wait.plans) == {TEAMS1_PLAN, MCOEV_PLAN, MCOPSTN1_PLAN}
    assert [line.label for line in found.stock] == [
        "Office 365 E3",
        "Teams Phone Standard",
        "Domestic Calling Plan",
        "France, Paris",
    ]


def test_r12_whoever_has_it_all_just_gets_the_number() -> None:
    assert kinds(phone_user(ana())) == ["assign_number", "notify"]


def test_r12_whoever_has_the_number_too_is_told_so() -> None:
    assert refused(phone_user(ana_with_a_number())).code == "SB-NUM-01"


def test_r12_whoever_has_the_number_but_not_the_licence_gets_the_licence() -> None:
    mine = number("+33123450777")
    who = holdings(person("ana"), E3, MCOEV, voice=WITH_PHONE, numbers=(mine,))
    assert kinds(phone_user(who)) == ["change_licences", "await_plans", "notify"]


def test_j02_the_credits_licence_comes_along_when_wished() -> None:
    assert added(phone_user(dora(), with_credits=True)) == ["MCOEV", "MCOPSTN1", "MCOPSTNC"]


def test_j02_what_would_do_instead_is_shown_where_it_is_free() -> None:
    found = phone_user(dora())
    assert notice(found, "SB-LIC-48").params["other"] == "Domestic Calling Plan (120 min)"
    assert "SB-LIC-49" not in codes(found), "the bundle is not owned"
    bundle = notice(phone_user(dora(), tenant(stock={**STOCK, "MCOTEAMS_ESSENTIALS": (5, 0)})), "SB-LIC-49")
    assert bundle.params["other"] == "Teams Phone with Calling Plan"
    gone = {**STOCK, "MCOPSTN_5": (10, 10), "MCOTEAMS_ESSENTIALS": (5, 5)}
    assert not {"SB-LIC-48", "SB-LIC-49"} & set(codes(phone_user(dora(), tenant(stock=gone))))
    assert "SB-LIC-48" not in codes(phone_user(dora(), calling_plan="domestic_120"))


def test_j02_r05_one_who_has_teams_phone_is_offered_no_bundle() -> None:
    view = tenant(stock={**STOCK, "MCOTEAMS_ESSENTIALS": (5, 0)})
    assert "SB-LIC-49" not in codes(phone_user(holdings(person("ana"), E5, voice=WITH_PHONE), view))


def test_j02_e5_takes_the_calling_plan_only() -> None:
    assert added(phone_user(holdings(person("ana"), E5, voice=WITH_PHONE))) == ["MCOPSTN1"]


def test_j02_r06_no_calling_plan_on_an_own_line() -> None:
    assert refused(phone_user(dieter())).code == "SB-LIC-15"
    found = phone_user(dieter(), calling_plan="none")
    assert added(found) == ["MCOEV"]
    assert isinstance(found, Plan)
    assert found.number_step is not None
    assert found.number_step.number_type is NumberType.DIRECT_ROUTING


def test_j02_r72_no_generic_plan_in_mexico() -> None:
    refusal = refused(phone_user(holdings(person("mia", "MX"), E3, voice=KNOWN)))
    assert refusal.code == "SB-LIC-08"
    assert "Mexico" in refusal.params["product"]


@pytest.mark.parametrize(
    ("kind", "part_number"), [("domestic_120", "MCOPSTN_5"), ("international", "MCOPSTN2")]
)
def test_j02_the_plan_is_of_the_wished_kind(kind: str, part_number: str) -> None:
    view = tenant(stock={**STOCK, "MCOPSTN2": (5, 0)})
    assert added(phone_user(dora(), view, calling_plan=kind)) == ["MCOEV", part_number]


def test_j02_another_kind_of_plan_than_the_one_held_is_swapped() -> None:
    view = tenant(stock={**STOCK, "MCOPSTN2": (5, 0)})
    found = phone_user(ana(), view, calling_plan="international")
    assert (added(found), removed(found)) == (["MCOPSTN2"], ["Domestic Calling Plan"])
    assert kinds(found) == ["change_licences", "await_voice", "assign_number", "notify"]


def test_j02_the_bundle_is_taken_where_one_of_the_two_is_out_of_stock() -> None:
    view = tenant(stock={**STOCK, "MCOPSTN1": (50, 50), "MCOTEAMS_ESSENTIALS": (5, 4)})
    assert added(phone_user(dora(), view)) == ["MCOTEAMS_ESSENTIALS"]


def test_j12a_a_suite_that_carries_no_phone_is_replaced_in_the_same_call() -> None:
    found = phone_user(holdings(person("max"), APPS, voice=None))
    assert added(found) == ["ENTERPRISEPACK", "MCOEV", "MCOPSTN1"]
    assert removed(found) == ["Microsoft 365 Apps for Enterprise"]


def test_j12a_a_suite_that_comes_from_a_group_is_replaced_by_its_administrator() -> None:
    who = holdings(person("max"), licences=(HeldLicence(sku_id=APPS, assigned_by_group="office"),))
    found = phone_user(who)
    assert isinstance(found, Plan)
    first = found.steps[0]
    assert isinstance(first, HumanTask)
    assert (first.task, first.params["products"]) == (TaskKind.UPGRADE_BASE, "Office 365 E3")
    assert added(found) == ["MCOEV", "MCOPSTN1"]


def test_j12g_a_suite_without_teams_gets_teams_first() -> None:
    who = holdings(person("noa"), sku_id("Microsoft_365_E3_(no_Teams)"), voice=None)
    view = tenant(stock={**STOCK, "Microsoft_Teams_Enterprise_New": (5, 0)})
    assert added(phone_user(who, view)) == ["Microsoft_Teams_Enterprise_New", "MCOEV", "MCOPSTN1"]


def test_j06_without_a_usage_location_the_country_is_confirmed_first() -> None:
    found = phone_user(holdings(person("eva", None), E3, voice=KNOWN))
    assert kinds(found)[:3] == ["human_task", "set_usage_location", "change_licences"]
    assert isinstance(found, Plan)
    assert found.waits_for is WaitReason.OWNER
    ready = holdings(person("eva", None), E5, MCOPSTN1, voice=WITH_CALLING)
    assert kinds(phone_user(ready)) == ["human_task", "set_usage_location", "assign_number", "notify"]


def test_r66_a_number_in_the_united_states_still_needs_a_place() -> None:
    assert refused(phone_user(ben())).code == "SB-LOC-02"
    assert added(phone_user(ben(), location_id="loc-redmond")) == ["MCOEV", "MCOPSTN1"]


def test_r80_calls_to_colleagues_make_nobody_a_phone_user() -> None:
    assert refused(phone_user(dora(), internal_calls_only=True)).code == "SB-LIC-16"


def test_an_agreed_template_may_be_carried_out_while_nothing_changes() -> None:
    for who, kind in ((dora(), "domestic"), (dieter(), "none"), (ana(), "domestic")):
        fields = {"beneficiary_id": who.person.id, "country": who.person.usage_location, "calling_plan": kind}
        agreed = phone_user(who, calling_plan=kind)
        assert isinstance(agreed, Plan)
        assert precheck(PhoneUserWish.model_validate(fields), who, tenant(), agreed) is None
