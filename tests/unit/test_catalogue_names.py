"""Whatever people call a product, it is that product, a use of several, or nothing: never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.products import (
    MCOEV,
    MCOEV_PLAN,
    Product,
    Use,
    find_product,
    products,
    unknown_product,
    use_name,
    use_of,
    uses,
)
from bot.words.extraction import collect
from tests.support.contoso import sku_id

ROOT = Path(__file__).parents[2]


def part_number(typed: str, owned: tuple[str, ...] = ()) -> str | None:
    found = find_product(typed, owned).product
    return found.part_number if found else None


def everything_called(one: Product) -> tuple[str, ...]:
    return (one.sku_id, one.part_number, one.name, *one.aliases)


@pytest.mark.parametrize(
    "typed",
    [
        "MCOEV",
        " mcoev ",
        "mco ev",
        "ＭＣＯＥＶ",
        "companyname:MCOEV ",
        "Phone System",
        "phone  SYSTEM",
        "Teams Phone Standard",
        "a licence for Teams Phone",
        "systeme telephonique",
        "Système téléphonique",
        "电话系统",
        "Teams电话",
        MCOEV,
        MCOEV.upper(),
    ],
)
def test_r02_a_product_is_found_by_whatever_people_type(typed: str) -> None:
    found = find_product(typed)
    assert found.product is not None
    assert found.product.sku_id == MCOEV
    assert found.use == "phone"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Entreprise E3", "ENTERPRISEPACK"),
        ("企业版E1", "STANDARDPACK"),
        ("Entreprise E5 (sans Audioconférence)", "ENTERPRISEPREMIUM_NOPSTNCONF"),
        ("企业版 E5(无音频会议)", "ENTERPRISEPREMIUM_NOPSTNCONF"),
        ("Domestic & International Calling Plan", "MCOPSTN2"),
        ("internationaux & international", "MCOPSTN2"),
        ("forfait d’appels nationaux et internationaux", "MCOPSTN2"),
        ("国内&国际通话计划", "MCOPSTN2"),
        ("International Calling Plan", "MCOPSTN2"),
        ("Domestic Calling Plan", "MCOPSTN1"),
        ("Domestic Calling Plan (3000 US/PR/CA, 1200 EU)", "MCOPSTN1"),
        ("forfait d'appels nationaux", "MCOPSTN1"),
        ("国内呼叫计划（3000/1200 分钟）", "MCOPSTN1"),
        ("Domestic Calling Plan (120)", "MCOPSTN_5"),
        ("Forfait d'appels nationaux (120)", "MCOPSTN_5"),
        ("国内呼叫计划（120 分钟）", "MCOPSTN_5"),
        ("MCOPSTN6", "MCOPSTN_6"),
        ("mcopstn_6", "MCOPSTN_6"),
        ("Forfait d'appels nationaux (240)", "MCOPSTN_6"),
        ("国内呼叫计划（240 分钟）", "MCOPSTN_6"),
        ("Communications Credits", "MCOPSTNC"),
        ("Crédits de communication", "MCOPSTNC"),
        ("通信点数", "MCOPSTNC"),
        ("通讯信用点数", "MCOPSTNC"),
        ("Audio Conferencing", "MCOMEETADV"),
        ("audioconference (abonnement)", "MCOMEETADV"),
        ("音频会议（订阅）", "MCOMEETADV"),
        ("Audio Conferencing Pay Per Minute", "MCOMEETACPEA"),
        ("Payez à la minute", "MCOMEETACPEA"),
        ("Audioconférence à la minute", "MCOMEETACPEA"),
        ("每分钟支付的音频会议（即付即用）", "MCOMEETACPEA"),
        ("Teams Phone with Calling Plan", "MCOTEAMS_ESSENTIALS"),
        ("Teams Rooms Basic", "Microsoft_Teams_Rooms_Basic"),
        ("compte de ressources", "PHONESYSTEM_VIRTUALUSER"),
        ("ProPlus", "OFFICESUBSCRIPTION"),
    ],
)
def test_names_old_and_new_in_three_languages(typed: str, expected: str) -> None:
    assert part_number(typed) == expected


@pytest.mark.parametrize(
    ("typed", "use"),
    [
        ("calling plan", "domestic"),
        ("forfait d'appels", "domestic"),
        ("通话计划", "domestic"),
        ("PAYG", "payg"),
        ("pay as you go", "payg"),
        ("paiement à l'utilisation", "payg"),
        ("即用即付", "payg"),
        ("international only", "international_only"),
        ("Microsoft_Teams_Domestic_Calling_Plan_(Mexico)", "domestic"),
        ("MCOPSTN5", "domestic_120"),
        ("E3", "suite"),
        (MCOEV_PLAN, "phone"),
        ("MCOEV_VIRTUALUSER", "resource_account"),
    ],
)
def test_a_name_that_several_products_share_is_a_use(typed: str, use: Use) -> None:
    found = find_product(typed)
    assert found.product is None
    assert found.use == use


def test_r02_an_unknown_product_is_nothing_with_the_nearest() -> None:
    found = find_product("MCOXX")
    assert found.product is None
    assert found.use is None
    assert "MCOEV" in [one.part_number for one in found.nearest]
    refusal = unknown_product(" MCOXX", found)
    assert refusal.code == "SB-LIC-09"
    assert refusal.params["text"] == "MCOXX"
    assert "MCOEV" in refusal.params["nearest"]


@pytest.mark.parametrize("typed", ["", "   ", "()", "\x00", "licence", "de la", "pizza margherita"])
def test_r02_what_means_nothing_finds_nothing(typed: str) -> None:
    found = find_product(typed)
    assert (found.product, found.use) == (None, None)


def test_r02_nothing_near_is_said_too() -> None:
    assert (
        unknown_product("zzzzzzzzzzzzzzzzzzzz", find_product("zzzzzzzzzzzzzzzzzzzz")).params["nearest"] == "-"
    )


def test_r02_a_part_number_shared_by_two_products_is_decided_by_what_is_owned() -> None:
    shared = [one for one in products().values() if one.part_number == "MCOPSTN5"]
    assert len(shared) == 2
    assert set(find_product("MCOPSTN5").nearest) == set(shared)
    for one in shared:
        assert find_product("MCOPSTN5", {one.sku_id}).product == one
    assert find_product("MCOPSTN5", {one.sku_id for one in shared}).product is None


def test_r02_an_id_that_a_product_and_a_plan_share_is_the_products() -> None:
    older = next(one for one in products().values() if one.sku_id.startswith("54a152dc"))
    assert find_product(older.sku_id).product == older


def test_r02_the_three_kinds_of_120_minutes_stay_apart() -> None:
    assert sku_id("MCOPSTN_5") not in {one.sku_id for one in find_product("MCOPSTN5").nearest}
    assert part_number("MCOPSTN_5") == "MCOPSTN_5"
    assert part_number("MCOPSTN5_US") == "MCOPSTN5_US"


def test_r03_credits_are_the_product_in_use() -> None:
    assert part_number("credits licence", (sku_id("MCOPSTNC"),)) == "MCOPSTNC"
    assert part_number("credits licence") == "MCOPSTNC"


def test_r03_the_old_part_number_means_something_only_where_it_is_owned() -> None:
    unowned = find_product("MCOPSTNPP", {sku_id("MCOPSTNC")})
    assert unowned.product is None
    assert [one.part_number for one in unowned.nearest] == ["MCOPSTNC"]
    legacy = (sku_id("MCOPSTNPP"),)
    assert part_number("MCOPSTNPP", legacy) == "MCOPSTNPP"
    assert part_number("credits licence", legacy) == "MCOPSTNPP"


def test_r04_two_names_of_one_product_are_one_product() -> None:
    by_audio, by_phone = find_product("E5 with audio"), find_product("E5 avec Système téléphonique")
    assert by_audio.product is not None
    assert by_audio.product == by_phone.product
    assert by_audio.product.part_number == "ENTERPRISEPREMIUM"


def test_r04_with_is_not_without() -> None:
    assert part_number("Office 365 E5 without audio") == "ENTERPRISEPREMIUM_NOPSTNCONF"


def test_every_name_of_every_product_leads_to_it_or_to_a_choice_with_it_in() -> None:
    for one in products().values():
        for name in everything_called(one):
            found = find_product(name, {one.sku_id})
            among = (found.product, *found.nearest)
            assert one in among or found.use == one.use, (one.part_number, name)


def test_every_use_is_found_by_its_own_name() -> None:
    for use in uses().values():
        assert find_product(use.name).use == use.use
        for alias in use.aliases:
            assert find_product(alias).use == use.use, alias


def test_a_use_has_a_name_to_show() -> None:
    assert use_name("payg") == "Pay-as-you-go Calling Plan"
    assert use_name("") == ""


@pytest.mark.parametrize(
    ("number", "use"),
    [
        ("mcopstn5", "domestic_120"),
        ("Microsoft_Teams_Calling_Plan_pay_as_you_go_(Mexico)", "payg"),
        ("MEETING_ROOM", None),
        ("NOBODY", None),
    ],
)
def test_what_a_part_number_is_for(number: str, use: Use | None) -> None:
    assert use_of(number) == use


@given(st.text(max_size=40))
def test_no_text_is_ever_too_much(typed: str) -> None:
    found = find_product(typed)
    assert found.product is None or found.product.sku_id in products()
    assert unknown_product(typed, found).params["nearest"]


def test_names_that_differ_between_languages_can_be_translated() -> None:
    marked = {message.id for message in collect(ROOT)}
    for number in ("MCOEV", "MCOPSTN1", "MCOPSTN2", "MCOPSTN_5", "MCOPSTN_6", "MCOPSTNC", "MCOMEETADV"):
        assert products()[sku_id(number)].name in marked, number
    for number in ("MCOMEETACPEA", "ENTERPRISEPREMIUM_NOPSTNCONF", "MCOTEAMS_ESSENTIALS"):
        assert products()[sku_id(number)].name in marked, number
