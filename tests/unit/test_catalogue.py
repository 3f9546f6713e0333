"""The tables of products and countries: complete, consistent, dated, and looked up by id."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.catalogue import products as catalogue
from bot.domain.catalogue.countries import countries, country, country_name
from bot.domain.catalogue.own_tables import TABLES, misfits
from bot.domain.catalogue.products import (
    E3,
    MCOEV,
    MCOEV_PLAN,
    MCOPSTN1_PLAN,
    MCOTEAMS_ESSENTIALS,
    TEAMS1_PLAN,
    plan_ids,
    plans_of_role,
    product,
    product_name,
    products,
    products_for,
)
from bot.domain.catalogue.tables import as_of, read_table
from bot.domain.errors import Bug
from tests.support.contoso import sku_id


def test_every_country_is_there_once() -> None:
    assert len(countries()) == 114
    assert list(countries()) == sorted(countries())


@pytest.mark.parametrize("file_name", list(TABLES))
def test_every_table_says_how_old_it_is(file_name: str) -> None:
    assert as_of(file_name).startswith("20")


def test_what_is_shipped_fits_together() -> None:
    assert list(misfits()) == []


def test_every_country_row_is_dated_on_its_own() -> None:
    assert all(row.as_of.startswith("20") for row in countries().values())


@pytest.mark.parametrize(
    ("iso2", "provider", "acquisition", "emergency_at"),
    [
        ("FR", "microsoft", "admin_centre", "acquisition"),
        ("DE", "microsoft", "form", "acquisition"),
        ("BE", "microsoft", "form", "acquisition"),
        ("IE", "microsoft", "form", "acquisition"),
        ("US", "microsoft", "admin_centre", "assignment"),
        ("CA", "microsoft", "admin_centre", "assignment"),
        ("AU", "telstra", "partner", "none"),
        ("JP", "softbank", "partner", "not_supported"),
        ("KE", "none", "none", "none"),
    ],
)
def test_what_is_known_of_a_country(iso2: str, provider: str, acquisition: str, emergency_at: str) -> None:
    row = countries()[iso2]
    assert (row.provider, row.acquisition, row.emergency_at) == (provider, acquisition, emergency_at)


def test_an_unknown_country_is_none_and_keeps_its_code_as_a_name() -> None:
    assert country("ZZ") is None
    assert country_name("ZZ") == "ZZ"
    assert country_name("FR") == "France"


def test_a_country_without_any_calling_plan_has_no_way_to_get_numbers() -> None:
    for row in countries().values():
        assert row.calling_plan or row.acquisition == "none", row.iso2


def test_products_carry_the_plans_that_matter() -> None:
    assert TEAMS1_PLAN in plan_ids(E3)
    assert MCOEV_PLAN not in plan_ids(E3)
    assert plan_ids(MCOEV) == {MCOEV_PLAN}
    assert plan_ids(MCOTEAMS_ESSENTIALS) == {MCOEV_PLAN, MCOPSTN1_PLAN}
    assert plan_ids("not-a-product") == frozenset()


def test_every_plan_code_of_a_product_is_in_the_table_of_plans() -> None:
    for one in products().values():
        assert len(one.plan_ids) == len(one.plans), one.part_number


def test_a_suite_without_teams_is_recognised() -> None:
    without = product(sku_id("Microsoft_365_E3_(no_Teams)"))
    assert without is not None
    assert plans_of_role("teams").isdisjoint(without.plan_ids)
    assert not plans_of_role("base").isdisjoint(without.plan_ids)


def test_apps_for_enterprise_is_no_base_for_a_phone() -> None:
    assert plan_ids(sku_id("OFFICESUBSCRIPTION")) == frozenset()


def test_which_products_bring_a_plan() -> None:
    found = {one.part_number for one in products().values() if MCOPSTN1_PLAN in one.plan_ids}
    assert {"MCOPSTN1", "MCOTEAMS_ESSENTIALS"} <= found
    assert "MCOEV" not in found


def test_the_name_of_an_unknown_product_is_its_id() -> None:
    assert product_name("1234") == "1234"
    assert product_name(MCOEV) == "Teams Phone Standard"


def test_r15_the_120_minute_plans_of_other_countries_are_not_for_the_united_states() -> None:
    assert [one.part_number for one in products_for("domestic_120", "US")] == ["MCOPSTN5_US"]
    assert "MCOPSTN5_US" not in [one.part_number for one in products_for("domestic_120", "FR")]


def test_r72_generic_calling_plans_are_not_for_mexico() -> None:
    assert products_for("domestic", "MX") == ()
    assert products_for("bundle", "MX") == ()
    assert countries()["MX"].plan_part_number


def test_a_broken_table_says_which_row_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken.csv").write_text("# as_of: 2026\nplan_id,code,role,name\nabc,X,nonsense,Y\n")
    monkeypatch.setattr("bot.domain.catalogue.tables.resources.files", lambda _: tmp_path)
    with pytest.raises(Bug, match=r"broken\.csv: abc"):
        read_table("broken.csv", catalogue.ServicePlanFacts)


def test_a_table_without_a_date_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "undated.csv").write_text("plan_id,code,role,name\n")
    monkeypatch.setattr("bot.domain.catalogue.tables.resources.files", lambda _: tmp_path)
    with pytest.raises(Bug, match="how old"):
        read_table("undated.csv", catalogue.ServicePlanFacts)
