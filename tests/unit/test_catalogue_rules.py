"""The figures and decisions of the rules, as the tables give them."""

from __future__ import annotations

import pytest

from bot.domain.catalogue.addons import AddOn, Decision, Feature, add_ons, decision
from bot.domain.catalogue.countries import Country, Minutes, Weeks, countries, country
from bot.domain.catalogue.limits import (
    credits_months,
    dial_out_minutes,
    limit,
    limits,
    port_path,
    reservation_minutes,
    resource_accounts,
    rooms_basic,
    service_numbers,
    unlimited_seats,
    user_numbers,
)
from bot.domain.catalogue.products import Cloud, Segment, Use, products, products_for, unlisted_for
from tests.support.contoso import sku_id


def here(iso2: str) -> Country:
    found = country(iso2)
    assert found is not None
    return found


def decided(era: str, part_number: str, feature: Feature) -> AddOn:
    found = decision("seeds" if era == "seeds" else "current", sku_id(part_number), feature)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("iso2", "minutes"), [("FR", 1200), ("US", 3000), ("CA", 3000), ("SG", 1200), ("NZ", 1200), ("CH", 1200)]
)
def test_r14_minutes_of_the_domestic_plan(iso2: str, minutes: int) -> None:
    assert here(iso2).minutes("MCOPSTN1") == Minutes(minutes)


def test_r14_where_the_sources_contradict_each_other_the_row_says_so() -> None:
    assert here("PR").confidence == "low"


def test_r14_no_minutes_of_what_is_not_sold_or_is_no_plan() -> None:
    assert here("KE").minutes("MCOPSTN1") is None
    assert here("MX").minutes("MCOPSTN_5") is None
    assert here("FR").minutes("MCOEV") is None
    assert here("FR").minutes("NOBODY") is None


@pytest.mark.parametrize(
    ("iso2", "part_number", "minutes"),
    [
        ("FR", "MCOPSTN2", Minutes(1200, 600)),
        ("US", "MCOPSTN2", Minutes(3000, 600)),
        ("FR", "MCOPSTN_5", Minutes(120)),
        ("FR", "MCOPSTN5", Minutes(120)),
        ("US", "MCOPSTN5_US", Minutes(120)),
        ("FR", "MCOPSTN_6", Minutes(240)),
        ("FR", "MCOTEAMS_ESSENTIALS", Minutes(1200)),
        ("MX", "Microsoft_Teams_Domestic_and_International_Calling_Plan_(Mexico)", Minutes(1200, 600)),
        ("GB", "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)", Minutes(0)),
    ],
)
def test_r16_minutes_of_the_other_plans(iso2: str, part_number: str, minutes: Minutes) -> None:
    assert here(iso2).minutes(part_number) == minutes


def test_r17_users_of_one_plan_share_their_minutes() -> None:
    one = here("FR").minutes("MCOPSTN_5")
    assert one is not None
    assert one.pooled(100) == Minutes(12_000)


@pytest.mark.parametrize(
    ("use", "iso2", "part_numbers"),
    [
        ("domestic_120", "US", ["MCOPSTN5_US"]),
        ("domestic_120", "FR", ["MCOPSTN_5", "MCOPSTN5", "MCOPSTN5"]),
        ("domestic_240", "US", []),
        ("domestic_240", "FR", ["MCOPSTN_6"]),
    ],
)
def test_r15_small_plans_by_country(use: Use, iso2: str, part_numbers: list[str]) -> None:
    assert [one.part_number for one in products_for(use, iso2)] == part_numbers


def test_r15_the_240_minute_plan_is_on_its_way_out() -> None:
    assert products()[sku_id("MCOPSTN_6")].sale == "deprecated"


@pytest.mark.parametrize(
    ("era", "part_number", "feature", "wanted", "add"),
    [
        ("seeds", "O365_BUSINESS_PREMIUM", "phone", "upgrade", ("phone",)),
        ("seeds", "O365_BUSINESS_PREMIUM", "conferencing", "add", ("conferencing",)),
        ("seeds", "ENTERPRISEPACK", "domestic", "add", ("phone", "domestic")),
        ("seeds", "ENTERPRISEPREMIUM_NOPSTNCONF", "phone", "included", ()),
        ("seeds", "ENTERPRISEPREMIUM", "domestic", "add", ("domestic",)),
        ("seeds", "ENTERPRISEPREMIUM", "credits", "add", ("credits",)),
        ("current", "ENTERPRISEPACK", "domestic", "add", ("phone", "domestic")),
        ("current", "SPE_F1", "phone", "add", ("phone",)),
        ("current", "M365_F1", "own_carrier", "add", ("phone",)),
        ("current", "M365EDU_A3_FACULTY", "phone", "add", ("phone",)),
        ("current", "STANDARDPACK_GOV", "phone", "add", ("phone",)),
        ("current", "TEAMS_ESSENTIALS_AAD", "payg", "add", ("phone", "payg")),
        ("current", "SPE_E5", "phone", "included", ()),
        ("current", "SPE_E5_CALLINGMINUTES", "domestic", "included", ()),
        ("current", "Microsoft_365_E3_(no_Teams)", "domestic", "add", ("teams", "phone", "domestic")),
        ("current", "Microsoft_365_E5_(no_Teams)", "domestic", "add", ("teams", "domestic")),
        ("current", "OFFICESUBSCRIPTION", "phone", "not_possible", ()),
        ("current", "MCOSTANDARD", "phone", "not_possible", ()),
        ("current", "ENTERPRISEPREMIUM_GOV", "international", "verify", ()),
    ],
)
def test_r21_what_to_add_is_looked_up(
    era: str, part_number: str, feature: Feature, wanted: Decision, add: tuple[Use, ...]
) -> None:
    found = decided(era, part_number, feature)
    assert (found.decision, found.add_ons) == (wanted, add)


def test_r21_conferencing_for_e5_without_it_goes_elsewhere_where_the_country_has_none() -> None:
    found = decided("seeds", "ENTERPRISEPREMIUM_NOPSTNCONF", "conferencing")
    assert (found.decision, found.upgrade_to, found.otherwise) == ("upgrade", ("e5",), "third_party")
    assert here("KZ").conferencing == "no"


@pytest.mark.parametrize(("era", "wanted"), [("current", "add"), ("seeds", "upgrade")])
def test_r22_the_era_decides_on_a_phone_for_business_premium(era: str, wanted: Decision) -> None:
    assert decided(era, "SPB", "phone").decision == wanted


def test_r21_kinds_of_a_plan_are_decided_alike() -> None:
    e3 = sku_id("ENTERPRISEPACK")
    assert decision("current", e3, "domestic_120") == decision("current", e3, "domestic")
    assert decision("current", e3, "international_only") == decision("current", e3, "international")


def test_r21_where_the_table_is_silent_nothing_is_decided() -> None:
    assert decision("current", "nobody", "phone") is None
    assert decision("current", sku_id("ENTERPRISEPACK"), "mobile") is None


def test_r21_a_calling_plan_never_comes_before_the_phone() -> None:
    plans: set[Use] = {"domestic", "international", "payg"}
    for row in add_ons().values():
        for way in (row.add_ons, row.alternative):
            if "phone" in way and plans & set(way):
                assert way.index("phone") < min(way.index(use) for use in plans & set(way)), row.key


def test_r21_every_decision_has_its_age() -> None:
    assert all(row.as_of.startswith("20") for row in add_ons().values())


def test_r32_pay_per_minute_needs_credits_whatever_the_suite() -> None:
    found = decided("current", "ENTERPRISEPACK", "conferencing_ppm")
    assert "needs_credits" in found.cautions


@pytest.mark.parametrize(
    ("iso2", "conferencing"),
    [("KZ", "no"), ("AL", "pay_per_minute"), ("CN", "outside_only"), ("IN", "partner"), ("FR", "yes")],
)
def test_r35_how_conferencing_is_sold(iso2: str, conferencing: str) -> None:
    assert here(iso2).conferencing == conferencing


def test_r35_how_many_countries_have_pay_per_minute_only_or_none() -> None:
    sold = [row.conferencing for row in countries().values()]
    assert sold.count("pay_per_minute") == 33
    assert sold.count("no") == 6


def test_r38_minutes_that_meetings_may_call_out() -> None:
    assert dial_out_minutes(115) == 6_900
    assert dial_out_minutes(0) == 0


def test_r43_from_when_seats_never_run_out() -> None:
    assert unlimited_seats() == 1_000_000


def test_r46_credits_last_a_year() -> None:
    assert credits_months() == 12


@pytest.mark.parametrize(
    ("iso2", "acquisition", "form"),
    [
        ("DE", "form", "only"),
        ("BE", "form", "only"),
        ("IE", "form", "only"),
        ("FR", "admin_centre", "unlisted"),
        ("NZ", "admin_centre", "alternative"),
        ("AU", "partner", ""),
        ("JP", "partner", ""),
    ],
)
def test_r55_how_user_numbers_are_got(iso2: str, acquisition: str, form: str) -> None:
    assert (here(iso2).acquisition, here(iso2).form) == (acquisition, form)


def test_r55_what_a_new_number_takes() -> None:
    lithuania, austria = here("LT"), here("AT")
    assert lithuania.number_lead_time == Weeks(1, 12)
    assert lithuania.port_lead_time == Weeks(0, 6)
    assert (lithuania.know_your_customer, here("LV").know_your_customer) == (False, True)
    assert (austria.address_proof, austria.port_bill, austria.ported_for_conferencing) == (True, True, True)
    assert here("FR").number_lead_time is None
    assert not here("RO").ported_for_conferencing


@pytest.mark.parametrize(
    ("subscriptions", "payg", "numbers"),
    [(30, 20, 63), (30, 0, 43), (50, 0, 65), (100, 0, 120), (0, 20, 20), (0, 0, 0), (1, 0, 11), (15, 0, 26)],
)
def test_r57_how_many_user_numbers(subscriptions: int, payg: int, numbers: int) -> None:
    assert user_numbers(subscriptions, payg) == numbers


@pytest.mark.parametrize(
    ("licences", "numbers"),
    [
        *((0, 0), (1, 5), (25, 5), (26, 10), (49, 10), (50, 20), (51, 20), (99, 20), (100, 30)),
        *((200, 65), (499, 65), (749, 90), (1000, 125), (1001, 125), (1249, 125), (1250, 135)),
        *((49_999, 1000), (50_000, 1500)),
    ],
)
def test_r57_how_many_service_numbers(licences: int, numbers: int) -> None:
    assert service_numbers("toll", licences) == numbers
    assert service_numbers("toll_free", licences) == numbers


def test_r57_every_limit_has_its_age() -> None:
    assert all(row.as_of.startswith("20") for row in limits())
    found = limit("toll", 51)
    assert found is not None
    assert (found.at_least, found.as_of) == (50, "2024")


def test_r58_how_long_picked_numbers_are_kept() -> None:
    assert reservation_minutes() == 10


@pytest.mark.parametrize(("numbers", "path"), [(1, "wizard"), (999, "wizard"), (1000, "request")])
def test_r59_few_numbers_by_the_wizard_many_by_request(numbers: int, path: str) -> None:
    assert port_path(numbers) == path


@pytest.mark.parametrize(
    ("iso2", "toll", "toll_free"),
    [("FR", "yes", "yes"), ("CL", "local_organisations", "yes"), ("UG", "on_request_non_geographic", "no")],
)
def test_r60_service_numbers_by_country(iso2: str, toll: str, toll_free: str) -> None:
    assert (here(iso2).toll, here(iso2).toll_free) == (toll, toll_free)


@pytest.mark.parametrize(
    ("iso2", "when", "dynamic"),
    [("US", "assignment", True), ("CA", "assignment", True), ("FR", "acquisition", False)],
)
def test_r66_when_the_emergency_address_is_due(iso2: str, when: str, dynamic: bool) -> None:
    assert (here(iso2).emergency_at, here(iso2).emergency_dynamic) == (when, dynamic)


def test_r71_where_the_newest_page_disagrees_the_row_says_so() -> None:
    croatia, hong_kong = here("HR"), here("HK")
    assert (croatia.provider, croatia.listed, croatia.confidence) == ("microsoft", False, "low")
    assert (hong_kong.listed, hong_kong.acquisition, hong_kong.confidence) == (True, "unknown", "low")


def test_r72_mexico_has_plans_of_its_own() -> None:
    for use in ("domestic", "international", "payg"):
        assert products_for(use, "MX") == ()
        assert [one.only_in for one in unlisted_for(use, "MX")] == [("MX",)]
    assert unlisted_for("domestic", "FR") == ()


def test_r72_pay_as_you_go_goes_by_zones() -> None:
    assert [one.part_number for one in products_for("payg", "US")] == [
        "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1_US)"
    ]
    assert [one.part_number for one in products_for("payg", "GB")] == [
        "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)"
    ]
    zone_2 = {row.iso2 for row in countries().values() if row.payg_zone == "2"}
    assert len(zone_2) == 27
    assert zone_2 == {iso2 for iso2 in countries() if iso2 != "MX" and unlisted_for("payg", iso2)}


@pytest.mark.parametrize(("licences", "accounts"), [(600, 85), (0, 0), (1, 25), (9, 25), (10, 26)])
def test_r74_resource_accounts_that_cost_nothing(licences: int, accounts: int) -> None:
    assert resource_accounts(licences) == accounts


def test_r77_rooms() -> None:
    assert rooms_basic() == 25
    basic = decided("current", "Microsoft_Teams_Rooms_Basic", "room_number")
    assert (basic.decision, basic.upgrade_to, basic.add_ons) == ("upgrade", ("room_pro",), ("domestic",))
    pro = decided("current", "Microsoft_Teams_Rooms_Pro", "room_number")
    assert (pro.decision, pro.add_ons) == ("add", ("domestic",))


@pytest.mark.parametrize("feature", ["room_join", "room_meet", "room_dial_out", "room_number"])
def test_r77_every_kind_of_room_of_2018_is_decided(feature: str) -> None:
    for base in (sku_id("MCOSTANDARD"), sku_id("ENTERPRISEPACK"), sku_id("ENTERPRISEPREMIUM"), "sfb_server"):
        assert decision("seeds", base, feature) is not None


@pytest.mark.parametrize(
    ("use", "cloud", "segment", "first"),
    [
        ("phone", "commercial", "enterprise", "MCOEV"),
        ("phone", "commercial", "nonprofit", "MCOEV"),
        ("phone", "commercial", "education", "MCOEV_FACULTY"),
        ("phone", "gcc", "enterprise", "MCOEV_GOV"),
        ("phone", "gcc_high", "enterprise", "MCOEV_GCCHIGH"),
        ("phone", "dod", "enterprise", "MCOEV_DOD"),
        ("domestic", "gcc", "enterprise", "MCOPSTN_1_GOV"),
        ("conferencing", "gcc", "enterprise", "MCOMEETADV_GOV"),
        ("conferencing", "gcc_high", "enterprise", "MCOMEETADV_USGOV_GCCHIGH"),
        ("conferencing", "commercial", "education", "MCOMEETADV_FACULTY"),
        ("resource_account", "gcc", "enterprise", "PHONESYSTEM_VIRTUALUSER_GOV"),
        ("resource_account", "commercial", "education", "PHONESYSTEM_VIRTUALUSER_FACULTY"),
        ("room_pro", "gcc", "enterprise", "Microsoft_Teams_Rooms_Pro_GCC"),
    ],
)
def test_r78_every_cloud_and_segment_gets_its_own_product(
    use: Use, cloud: Cloud, segment: Segment, first: str
) -> None:
    assert products_for(use, "US", cloud, segment)[0].part_number == first


def test_r78_a_government_tenant_never_gets_the_commercial_phone() -> None:
    for use in ("phone", "domestic", "conferencing", "resource_account"):
        for one in products_for(use, "US", "gcc"):
            assert "commercial" not in one.clouds
    assert products_for("phone", "CN", "china") == ()
