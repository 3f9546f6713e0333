"""Ordering numbers and bringing them along, rule by rule (R10, R30, R55-R61, J16)."""

from __future__ import annotations

import pytest

from bot.domain.dialling import is_of_country, is_toll_free
from bot.domain.planning import needs, precheck
from bot.domain.planning.number_port import ported_numbers
from bot.domain.plans import Plan
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Acquired, TenantFacts, TenantView
from bot.domain.wishes import NumberOrderWish, NumberPortWish
from tests.support.contoso import STOCK, dora, tenant
from tests.support.planned import codes, made, refused, tasks

FUNDED = TenantFacts(credits_funded=True)
PAYG = "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)"


def order(quantity: int = 10, country: str = "FR", **more: object) -> NumberOrderWish:
    fields = {"beneficiary_id": "dora", "country": country, "city": "Paris", "quantity": quantity}
    return NumberOrderWish.model_validate({**fields, **more})


def port(*numbers: str, country: str = "FR", **more: object) -> NumberPortWish:
    fields = {"beneficiary_id": "dora", "country": country, "numbers": numbers, "operator": "Orange"}
    return NumberPortWish.model_validate({**fields, **more})


def french(count: int) -> tuple[str, ...]:
    return tuple(f"+33170{one:06}" for one in range(100_000, 100_000 + count))


def owning(stock: dict[str, tuple[int, int]], acquired: Acquired | None = None) -> TenantView:
    view = tenant(stock=stock, facts=FUNDED)
    return view.model_copy(update={"acquired": acquired or Acquired()})


def allowed(one: NumberOrderWish, view: TenantView) -> int:
    """How many may be ordered: one more is refused."""
    for quantity in range(1, 200):
        if not isinstance(outcome := _try(one, quantity, view), Plan):
            assert outcome == "SB-ORD-05"
            return quantity - 1
    raise AssertionError("there is no limit")


def _try(one: NumberOrderWish, quantity: int, view: TenantView) -> Plan | str:
    asked = one.model_copy(update={"quantity": quantity})
    try:
        return made(asked, dora(), view)
    except AssertionError:
        return refused(asked, dora(), view)


# Orders


@pytest.mark.parametrize(
    ("country", "path"),
    [
        ("DE", "form"),
        ("BE", "form"),
        ("IE", "form"),
        ("FR", "admin_centre"),
        ("AU", "partner"),
        ("JP", "partner"),
    ],
)
def test_r55_each_country_has_its_way_to_numbers(country: str, path: str) -> None:
    (task,) = tasks(made(order(country=country), dora()))
    assert task.task is TaskKind.ORDER_NUMBERS
    assert task.params == {
        "country": country,
        "city": "Paris",
        "quantity": "10",
        "usage": "user",
        "tariff": "toll",
        "path": path,
    }


@pytest.mark.parametrize(("country", "code"), [("KE", "SB-ORD-03"), ("HK", "SB-ORD-17"), ("ZZ", "SB-NUM-02")])
def test_r55_where_microsoft_has_no_numbers_nothing_is_ordered(country: str, code: str) -> None:
    assert refused(order(country=country), dora()) == code


def test_r55_papers_and_weeks_are_said_beforehand() -> None:
    found = made(order(country="LT"), dora())
    lead = next(one for one in found.notices if one.code == "SB-ORD-07")
    assert (lead.params["least"], lead.params["most"]) == ("1", "12")
    assert "SB-ORD-08" in codes(made(order(country="CZ"), dora()))
    assert "SB-ORD-08" not in codes(found)


def test_r56_nothing_is_ordered_of_nothing_or_nowhere() -> None:
    assert refused(order(0), dora()) == "SB-ORD-01"
    assert refused(order(city=None), dora()) == "SB-ORD-06"


def test_r56_toll_free_numbers_are_of_no_city() -> None:
    for city in (None, "Paris"):
        asked = order(city=city, usage="voice_application", tariff="toll_free")
        assert tasks(made(asked, dora(), owning(STOCK)))[0].params["city"] == ""


def test_r57_thirty_plans_and_twenty_paid_by_use_allow_63_numbers() -> None:
    view = owning({"MCOEV": (60, 57), "MCOPSTN1": (50, 20), "MCOPSTN2": (50, 10), PAYG: (30, 20)})
    assert allowed(order(), view) == 63


def test_r57_a_hundred_plans_allow_120_numbers() -> None:
    assert allowed(order(), owning({"MCOEV": (200, 100), "MCOPSTN1": (200, 100)})) == 120


def test_r57_what_was_got_already_counts_and_what_was_ported_does_not() -> None:
    assert needs(order()).acquired, "Graph says how many, ported ones left out"
    stock = {"MCOEV": (60, 57), "MCOPSTN1": (50, 30)}
    assert allowed(order(), owning(stock, Acquired(user=13))) == 30
    assert refused(order(1), dora(), owning(stock, Acquired(user=60))) == "SB-ORD-05"


@pytest.mark.parametrize(("licences", "tariff", "count"), [(51, "toll", 20), (1001, "toll_free", 125)])
def test_r57_service_numbers_come_in_tiers(licences: int, tariff: str, count: int) -> None:
    one = order(usage="voice_application", tariff=tariff)
    assert allowed(one, owning({"MCOEV": (licences, 0)})) == count


def test_r57_somebody_else_may_have_ordered_meanwhile() -> None:
    stock = {"MCOEV": (60, 57), "MCOPSTN1": (50, 30)}
    agreed = made(order(40), dora(), owning(stock))
    found = precheck(order(40), dora(), owning(stock, Acquired(user=10)), agreed)
    assert found is not None
    assert (found.code, found.params["left"]) == ("SB-ORD-05", "33")


def test_r58_picked_numbers_are_kept_for_ten_minutes() -> None:
    notice = next(one for one in made(order(), dora()).notices if one.code == "SB-ORD-09")
    assert notice.params == {"minutes": "10"}
    assert "SB-ORD-09" not in codes(made(order(country="DE"), dora())), "a form keeps nothing"


def test_r30_an_admin_centre_without_phones_has_nothing_to_order() -> None:
    standard_only = owning({"O365_BUSINESS_PREMIUM": (10, 10)})
    assert refused(order(), dora(), standard_only) == "SB-ORD-02"


def test_r10_no_number_before_somebody_has_a_calling_plan() -> None:
    assert refused(order(), dora(), owning({"MCOEV": (10, 10), "MCOPSTN1": (10, 0)})) == "SB-ORD-04"


def test_r60_toll_free_numbers_are_not_ordered_for_people() -> None:
    assert refused(order(tariff="toll_free"), dora()) == "SB-SVC-01"


def test_r39_toll_free_numbers_are_not_ordered_without_credits() -> None:
    assert refused(order(usage="voice_application", tariff="toll_free"), dora()) == "SB-SVC-05"


def test_r62_service_numbers_on_request_are_asked_for_by_form() -> None:
    (task,) = tasks(made(order(country="AL", usage="voice_application"), dora()))
    assert task.params["path"] == "form"
    assert refused(order(country="AE", usage="voice_application"), dora()) == "SB-SVC-03"


@pytest.mark.parametrize(("era", "path"), [("current", "admin_centre"), ("seeds", "form")])
def test_r62_who_lives_by_2019_orders_by_form_outside_the_united_states(era: str, path: str) -> None:
    then = tenant(facts=TenantFacts.model_validate({"era": era}))
    (abroad,) = tasks(made(order(country="FR", usage="voice_application"), dora(), then))
    (at_home,) = tasks(made(order(country="US", usage="voice_application"), dora(), then))
    assert (abroad.params["path"], at_home.params["path"]) == (path, "admin_centre")


def test_r66_numbers_of_japan_call_no_ambulance() -> None:
    assert "SB-LOC-06" in codes(made(order(country="JP"), dora()))


# Ports


@pytest.mark.parametrize(("count", "path"), [(999, "wizard"), (1000, "request")])
def test_r59_more_than_the_wizard_takes_is_a_request(count: int, path: str) -> None:
    (task,) = tasks(made(port(*french(count)), dora()))
    assert task.params == {
        "country": "FR",
        "quantity": str(count),
        "usage": "user",
        "path": path,
        "operator": "Orange",
        "tariff": "toll",
    }


def test_r59_one_country_at_a_time() -> None:
    assert refused(port("+33170180001", "+4930123456"), dora()) == "SB-ORD-11"
    assert refused(port("+14165550101", country="US"), dora()) == "SB-ORD-11", "Toronto is not in the US"
    assert refused(port(), dora()) == "SB-ORD-10"


def test_r59_the_same_number_twice_is_one() -> None:
    (task,) = tasks(made(port("+33170180001", "+33170180001"), dora()))
    assert task.params["quantity"] == "1"


def test_r59_papers_and_weeks_are_said_beforehand() -> None:
    found = made(port("+37052123456", country="LT"), dora())
    assert {"SB-ORD-14", "SB-ORD-15", "SB-ORD-16"} <= set(codes(found))
    assert codes(made(port("+33170180001"), dora())) == ["SB-ORD-14"]


def test_j16_ported_numbers_are_not_for_conferencing_everywhere() -> None:
    assert refused(port("+420224123456", country="CZ", usage="conference"), dora()) == "SB-ORD-12"
    assert tasks(made(port("+33170180001", usage="conference"), dora()))


def test_r61_toll_and_toll_free_are_two_orders() -> None:
    mixed = port("+33805080001", "+33170180001", "+33170180002", usage="voice_application")
    found = made(mixed, dora(), tenant(facts=FUNDED))
    assert [(one.params["tariff"], one.params["quantity"]) for one in tasks(found)] == [
        ("toll", "2"),
        ("toll_free", "1"),
    ]
    assert "SB-ORD-13" in codes(found)
    assert ported_numbers(mixed, "toll_free") == ("+33805080001",)


def test_r61_toll_free_numbers_are_not_brought_along_for_people_or_without_credits() -> None:
    assert refused(port("+33805080001"), dora()) == "SB-SVC-01"
    assert refused(port("+33805080001", usage="voice_application"), dora()) == "SB-SVC-05"


@pytest.mark.parametrize(
    ("number", "country", "here", "free"),
    [
        ("+18005550199", "US", True, True),
        ("+14255550199", "US", True, False),
        ("+14165550199", "US", False, False),
        ("+448001111", "GB", True, True),
        ("+493012345678", "DE", True, False),
        ("+4930", "DE", False, False),
        ("+33070123456", "FR", True, False),
        ("+19995550199", "US", True, False),
        ("+33170180001", "ZZ", False, False),
    ],
)
def test_a_number_says_where_it_is_from_and_who_pays(
    number: str, country: str, here: bool, free: bool
) -> None:
    assert (is_of_country(number, country), is_toll_free(number, country)) == (here, free)
