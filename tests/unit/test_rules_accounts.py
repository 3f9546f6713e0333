"""Licences of accounts that are no people: call queues and rooms (R74, R76, R77); credits (R41-R43, R54)."""

from __future__ import annotations

import pytest

from bot.domain.catalogue.products import E3, E5, MCOEV, MCOPSTN1
from bot.domain.numbers import NumberType
from bot.domain.people import Holdings
from bot.domain.plans import NoticeLevel, Plan
from tests.support.contoso import (
    KNOWN,
    STOCK,
    WITH_PHONE,
    ana,
    ben,
    dora,
    holdings,
    number,
    person,
    sku_id,
    tenant,
)
from tests.support.licence_plans import (
    added,
    codes,
    facts,
    kinds,
    licence,
    notice,
    phone_user,
    refused,
    removed,
    resource_account,
    swap,
)

RESOURCE = sku_id("PHONESYSTEM_VIRTUALUSER")
PAYG = "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)"
BASIC = sku_id("Microsoft_Teams_Rooms_Basic")


def room(*held: str) -> Holdings:
    return holdings(person("room"), *(held or (BASIC,)), voice=KNOWN)


def test_r74_j12d_a_person_never_gets_the_licence_of_a_resource_account() -> None:
    assert refused(licence(dora(), RESOURCE)).code == "SB-LIC-32"
    assert refused(licence(dora(), "resource_account")).code == "SB-LIC-32"


@pytest.mark.parametrize("product", ["phone", "conferencing", E3, "bundle"])
def test_r74_j17_a_resource_account_never_gets_what_people_get(product: str) -> None:
    assert refused(licence(resource_account(RESOURCE), product)).code == "SB-WHO-05"


def test_r74_a_resource_account_gets_its_own_licence_although_it_cannot_sign_in() -> None:
    assert added(licence(resource_account(), "resource_account")) == ["PHONESYSTEM_VIRTUALUSER"]


def test_r74_the_wrong_licence_is_swapped_for_the_right_one_in_one_call() -> None:
    found = swap(resource_account(MCOEV), MCOEV, "resource_account")
    assert (added(found), removed(found)) == (["PHONESYSTEM_VIRTUALUSER"], ["Teams Phone Standard"])
    person_ = holdings(person("eve"), E3, RESOURCE, voice=KNOWN)
    assert added(swap(person_, RESOURCE, "phone")) == ["MCOEV"]


def test_r76_calling_out_takes_pay_as_you_go() -> None:
    queue = resource_account(RESOURCE, MCOPSTN1, country="US")
    refusal = refused(licence(queue, "resource_account", outbound_calls=True))
    assert refusal.code == "SB-LIC-33"
    assert refused(licence(queue, "domestic")).code == "SB-LIC-33"


def test_r76_pay_as_you_go_comes_with_the_licence_underneath_and_a_word_on_money() -> None:
    view = tenant(stock={**STOCK, PAYG: (5, 0)})
    found = licence(resource_account(country="US"), "payg", view, outbound_calls=True)
    assert added(found) == ["PHONESYSTEM_VIRTUALUSER", PAYG]
    assert "SB-LIC-44" in codes(found)
    again = licence(resource_account(RESOURCE, country="US"), "payg", view, outbound_calls=True)
    assert added(again) == [PAYG]


def test_r76_a_number_of_the_own_carrier_calls_out_all_the_same() -> None:
    mine = number("+493012345", "DE", None, None, NumberType.DIRECT_ROUTING)
    queue = resource_account(country="DE").model_copy(update={"numbers": (mine,)})
    assert added(licence(queue, "resource_account", outbound_calls=True)) == ["PHONESYSTEM_VIRTUALUSER"]


def test_r77_the_26th_basic_room_is_refused() -> None:
    empty = holdings(person("room"), voice=KNOWN)
    full = tenant(stock={**STOCK, "Microsoft_Teams_Rooms_Basic": (30, 25)})
    refusal = refused(licence(empty, "room_basic", full))
    assert (refusal.code, refusal.params["count"]) == ("SB-LIC-34", "25")
    nearly = tenant(stock={**STOCK, "Microsoft_Teams_Rooms_Basic": (30, 24)})
    assert added(licence(empty, "room_basic", nearly)) == ["Microsoft_Teams_Rooms_Basic"]


def test_r77_those_promised_to_others_count_too() -> None:
    view = tenant(stock={**STOCK, "Microsoft_Teams_Rooms_Basic": (30, 24)}, reserved={BASIC: 1})
    assert refused(licence(holdings(person("room"), voice=KNOWN), "room_basic", view)).code == "SB-LIC-34"


def test_r77_a_basic_room_that_wants_a_phone_becomes_a_pro_room_in_one_call() -> None:
    view = tenant(stock={**STOCK, "Microsoft_Teams_Rooms_Pro": (5, 0)})
    found = licence(room(), "phone", view)
    assert added(found) == ["Microsoft_Teams_Rooms_Pro"]
    assert removed(found) == ["Microsoft Teams Rooms Basic"]
    assert notice(found, "SB-LIC-35").params["better"] == "Microsoft Teams Rooms Pro"
    with_plan = licence(room(), "domestic", view)
    assert added(with_plan) == ["Microsoft_Teams_Rooms_Pro", "MCOPSTN1"]


def test_r77_a_pro_room_takes_a_calling_plan_only() -> None:
    pro = room(sku_id("Microsoft_Teams_Rooms_Pro"))
    assert added(licence(pro, "domestic")) == ["MCOPSTN1"]
    assert refused(licence(pro, "phone")).code == "SB-LIC-14"


def test_r77_a_room_moves_from_basic_to_pro() -> None:
    view = tenant(stock={**STOCK, "Microsoft_Teams_Rooms_Pro": (5, 0)})
    assert removed(licence(room(), "room_pro", view)) == ["Microsoft Teams Rooms Basic"]


def test_r41_credits_need_conferencing_or_a_phone_with_a_plan_in_the_tenant() -> None:
    bare = tenant(stock={"ENTERPRISEPACK": (500, 480), "MCOPSTNC": (10_000_000, 1)})
    assert refused(licence(dora(), "credits", bare)).code == "SB-LIC-41"
    phone_only = tenant(stock={"MCOEV": (5, 0), "MCOPSTNC": (10_000_000, 1)})
    assert refused(licence(dora(), "credits", phone_only)).code == "SB-LIC-41"
    enough = tenant(stock={"ENTERPRISEPACK": (500, 480), "MCOMEETADV": (5, 0), "MCOPSTNC": (10_000_000, 1)})
    assert added(licence(dora(), "credits", enough)) == ["MCOPSTNC"]


def test_r42_e5_users_get_the_credits_licence_too() -> None:
    assert added(licence(holdings(person("ana"), E5, voice=WITH_PHONE), "credits")) == ["MCOPSTNC"]
    found = phone_user(holdings(person("ana"), E5, voice=WITH_PHONE), with_credits=True)
    assert added(found) == ["MCOPSTN1", "MCOPSTNC"]


def test_r42_whoever_goes_without_is_warned_and_not_refused() -> None:
    view = tenant(facts=facts(credits_funded=True))
    said = notice(phone_user(dora(), view), "SB-LIC-43")
    assert said.level is NoticeLevel.WARN
    assert "SB-LIC-43" not in codes(phone_user(dora(), view, with_credits=True))
    assert "SB-LIC-43" not in codes(phone_user(dora())), "there is no money to use"


def test_r43_licences_for_credits_do_not_run_out() -> None:
    view = tenant(stock={**STOCK, "MCOPSTNC": (10_000_000, 10_000_000)})
    found = licence(ana(), "credits", view)
    assert isinstance(found, Plan)
    assert found.waits_for is None
    assert {"SB-LIC-04", "SB-LIC-05"}.isdisjoint(codes(found))
    assert found.stock == ()


def test_r54_credits_alone_call_nobody() -> None:
    assert notice(licence(ben(), "credits"), "SB-LIC-42").level is NoticeLevel.WARN
    assert "SB-LIC-42" not in codes(licence(ana(), "credits"))
    conferencing = holdings(person("eve"), E3, sku_id("MCOMEETADV"), voice=KNOWN)
    assert "SB-LIC-42" not in codes(licence(conferencing, "credits"))


def test_a_licence_is_not_done_before_it_works() -> None:
    assert kinds(licence(ana(), "credits")) == ["change_licences", "await_plans", "notify"]
