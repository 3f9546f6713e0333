"""The catalogue against the material its figures were taken from, where that is at hand."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache

import pytest

from bot.domain.catalogue.addons import AddOn, Decision, Era, Feature, decision
from bot.domain.catalogue.countries import Country, countries
from bot.domain.catalogue.limits import (
    Tariff,
    credits_months,
    port_path,
    reservation_minutes,
    rooms_basic,
    service_numbers,
)
from bot.domain.catalogue.products import Use, products
from tests.support.openapi import shared_folder

Fields = dict[str, str]

# Service plans that say nothing about a phone, though they are marked as having to do with voice or Teams.
BESIDE_THE_POINT = (
    "MESH",
    "TEAMSPRO",
    "MCO_TEAMS_IW",
    "Teams_Room",
    "MTRPro",
    "MCOSMS",
    "QUEUES",
    "TeamsEss",
)
NOT_FOR_US = {"teams_premium"}
UNUSED = {"ADV_COMMS", "TEAMS_FREE"}


@cache
def source(name: str) -> tuple[Fields, ...]:
    shared = shared_folder()
    path = shared / "domain" / name if shared else None
    if path is None or not path.is_file():
        pytest.skip("the material the catalogue was taken from is not here")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def plans_by_sku() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in source("skus.csv"):
        plans = found.setdefault(row["skuId"], set())
        if row["voiceRelevantPlan"] == "1" and not row["servicePlanName"].startswith(BESIDE_THE_POINT):
            plans.add(row["servicePlanId"])
    return found


def test_every_product_that_matters_is_known_by_its_id() -> None:
    for row in source("skus.csv"):
        if row["category"] in NOT_FOR_US or row["skuPartNumber"] in UNUSED:
            continue
        assert row["skuId"] in products(), row["skuPartNumber"]
        assert products()[row["skuId"]].part_number == row["skuPartNumber"]
        assert products()[row["skuId"]].category == row["category"]


def test_every_product_has_the_plans_it_has_in_the_reference() -> None:
    for sku_id, plans in plans_by_sku().items():
        if sku_id in products():
            assert products()[sku_id].plan_ids == plans, products()[sku_id].part_number


def _date(written: str) -> str:
    month, day, year = written.split("/") if written else ("", "", "")
    return f"{year}-{month}-{day}".strip("-")


def _known(row: Fields) -> Country:
    return countries()[row["iso2"]]


def test_every_country_of_the_source_is_there_and_no_other() -> None:
    assert {row["iso2"] for row in source("countries.csv")} == set(countries())


def test_what_is_sold_in_a_country_is_what_the_source_says() -> None:
    for row in source("countries.csv"):
        found = _known(row)
        minutes = tuple(int(one) for one in row["domestic_minutes_options"].split(";") if one)
        assert found.minutes_sold == minutes, found.iso2
        assert found.listed is (row["calling_plan_numbers_page_listed_2024plus"] == "yes")
        assert found.payg is (row["payg"] not in ("", "no")), found.iso2
        assert found.credits is (row["communications_credits"] == "yes")
        assert found.zone_a is (row["audio_conf_zone_a"] == "yes")
        assert found.calling_plan or row["calling_plan_provider_2023"] == "none"


def test_what_numbers_take_in_a_country_is_what_the_source_says() -> None:
    for row in source("countries.csv"):
        found = _known(row)
        assert found.know_your_customer is (row["know_your_customer_form"] == "yes"), found.iso2
        assert found.address_proof is (row["address_proof_or_bill_for_new"] == "yes")
        assert found.port_bill is (row["bill_needed_for_port"] == "yes")
        assert found.ported_for_conferencing is (row["ported_numbers_not_for_conferencing"] != "yes")
        assert found.emergency_dynamic is (row["emergency_dynamic_location"] == "yes")
        assert found.numbers_as_of == _date(row["numbers_page_date"])
        if found.number_lead_time:
            assert str(found.number_lead_time.most) in row["new_number_lead_time"]
        else:
            assert not row["new_number_lead_time"]


DECISIONS: dict[str, tuple[Decision, ...]] = {
    "included": ("included",),
    "add": ("add", "included"),
    "upgrade_then_add": ("upgrade",),
    "upgrade_or_third_party": ("upgrade",),
    "add_or_upgrade": ("add",),
    "refuse": ("not_possible",),
    "verify": ("verify",),
    "manual": ("manual",),
}
FEATURES: dict[str, tuple[Feature, ...]] = {
    "audio_conferencing": ("conferencing",),
    "toll_free_dial_in_and_worldwide_dial_out": ("credits",),
    "phone_system": ("phone",),
    "phone_system_voicemail": ("voicemail",),
    "calling_plan": ("domestic", "international"),
    "on_prem_pstn": ("own_carrier",),
    "third_party_pstn": ("own_carrier",),
    "microsoft_pstn_domestic": ("domestic",),
    "microsoft_pstn_international": ("international",),
    "microsoft_pstn_pay_as_you_go": ("payg",),
    "shared_calling_no_own_number": ("shared_calling",),
    "any_voice_feature": ("phone", "domestic", "international", "payg", "conferencing"),
    "room_join_scheduled": ("room_join",),
    "room_ad_hoc_meeting": ("room_meet",),
    "room_ad_hoc_and_dial_out": ("room_dial_out",),
    "room_phone_number": ("room_number",),
    "common_area_phone_number": ("device_number",),
    "auto_attendant_or_call_queue_number": ("service_number",),
    "outbound_call_on_behalf_of_or_bot": ("outbound",),
    "audio_conferencing_pay_per_minute": ("conferencing_ppm",),
}
PART_NUMBERS: dict[str, Use] = {
    "MCOEV": "phone",
    "MCOPSTN1": "domestic",
    "MCOPSTN2": "international",
    "MCOMEETADV": "conferencing",
    "MCOMEETACPEA": "conferencing_ppm",
    "MCOPSTNC": "credits",
}


def _decisions(row: Fields) -> list[AddOn]:
    era: Era = "current" if row["era"].startswith("current") else "seeds"
    base = "sfb_server" if row["base_plan"] == "ROOM_SFB_SERVER_2015" else row["base_sku_id"]
    found = [decision(era, base, feature) for feature in FEATURES[row["wanted_feature"]]]
    return [one for one in found if one]


def test_every_decision_of_the_source_is_ours() -> None:
    for row in source("addons.csv"):
        found = _decisions(row)
        assert len(found) == len(FEATURES[row["wanted_feature"]]), row["row_id"]
        for one in found:
            assert one.decision in DECISIONS[row["decision"]], (row["row_id"], one)


def test_what_the_source_adds_we_add() -> None:
    for row in source("addons.csv"):
        only = PART_NUMBERS.get(row["addon_sku_part_numbers"].removesuffix("_GOV").split("|")[0])
        if only and ">" not in row["addon_sku_part_numbers"] and row["decision"] == "add":
            assert any(only in one.add_ons for one in _decisions(row)), row["row_id"]


def test_every_tier_of_service_numbers_is_the_sources() -> None:
    tariffs: dict[str, Tariff] = {"TOLL_SERVICE": "toll", "TOLL_FREE_SERVICE": "toll_free"}
    tiers = [row for row in source("number_limits.csv") if row["limit_id"] in tariffs]
    assert len(tiers) == 36
    for row in tiers:
        for licences in filter(None, (row["min_basis"], row["max_basis"])):
            assert service_numbers(tariffs[row["limit_id"]], int(licences)) == int(row["allowed"]), row


@pytest.mark.parametrize(
    ("limit_id", "ours"),
    [
        ("TEAMS_ROOMS_BASIC", rooms_basic),
        ("RESERVATION_WINDOW", reservation_minutes),
        ("CREDITS_EXPIRY", credits_months),
    ],
)
def test_every_fixed_limit_is_the_sources(limit_id: str, ours: Callable[[], int]) -> None:
    row = next(one for one in source("number_limits.csv") if one["limit_id"] == limit_id)
    assert ours() == int(row["allowed"])


def test_the_wizards_limit_is_the_sources() -> None:
    row = next(one for one in source("number_limits.csv") if one["limit_id"] == "PORT_WIZARD")
    assert port_path(int(row["max_basis"])) == "wizard"
    assert port_path(int(row["max_basis"]) + 1) == "request"
